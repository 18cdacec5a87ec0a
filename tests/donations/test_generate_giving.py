"""Invented giving: as much as asked for, in keeping with every rule, never beside real money."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Max, Sum
from django.utils import timezone
from wagtail.models import Site

from donations.models import Donation, Donor, Instalment, LedgerEntry, Pledge, Receipt
from donations.models import ReceiptCounter as Counter
from donations.queries import GIFT_KINDS
from donations.services import statements
from tests.factories import CampaignFactory


def generate(site: Site, donors: int = 30, donations: int = 300, seed: int = 1) -> None:
    CampaignFactory.create()
    out = StringIO()
    call_command("generate_giving", donors=donors, donations=donations, seed=seed, stdout=out)
    assert f"{donations} donations" in out.getvalue()


def test_as_many_as_asked_for(site: Site) -> None:
    generate(site)
    assert (Donor.objects.count(), Donation.objects.count()) == (30, 300)
    assert 0 < Pledge.objects.count() < 30
    assert Instalment.objects.count() == Donation.objects.exclude(pledge=None).count()


def test_ledger_and_receipts_agree_with_the_gifts(site: Site) -> None:
    generate(site, donations=900)
    paid = Donation.objects.exclude(status="failed")
    assert Receipt.objects.filter(kind="receipt").count() == paid.count()
    assert not LedgerEntry.objects.filter(donation__status="failed").exists()
    for donation in paid.exclude(status__in=["disputed"]):
        left = donation.entries.filter(kind__in=GIFT_KINDS).aggregate(sum=Sum("amount_cents"))
        assert donation.receipts.latest("sequence").net_cents == left["sum"]
    assert Donation.objects.filter(status__in=["refunded", "charged_back"]).exists()


def test_numbers_have_no_gap_and_go_on(site: Site) -> None:
    generate(site)
    generate(site, seed=2)
    rows = Receipt.objects.order_by().values("series", "year")
    for row in rows.annotate(count=Count("pk"), last=Max("number")):
        assert row["count"] == row["last"], row
        counter = Counter.objects.get(series=row["series"], year=row["year"])
        assert counter.last_number == row["last"]


def test_moments_lie_in_the_past_and_apart(site: Site) -> None:
    generate(site)
    now = timezone.now()
    assert not Donation.objects.filter(created_at__gt=now).exists()
    assert not Receipt.objects.filter(issued_on__gt=timezone.localdate()).exists()
    assert Donation.objects.dates("created_at", "year").count() >= 4
    # Rows that others make afterwards are of today again.
    assert Donor.objects.create(kind="person", name="Anna").created_at >= now


def test_statements_can_be_issued_from_it(site: Site) -> None:
    generate(site)
    year = timezone.localdate().year - 1
    run = statements.start(year, sends_mail=False, queued=False)
    while statements.next_batch(run.pk):
        pass
    run.refresh_from_db()
    assert run.issued == run.total > 0
    assert run.failed == 0


@pytest.mark.parametrize("change", [{"IS_DEMO": False}, {"STRIPE_SECRET_KEY": "rk_live_x"}])
def test_not_beside_real_money(site: Site, settings: Any, change: dict[str, Any]) -> None:
    for name, value in change.items():
        setattr(settings, name, value)
    with pytest.raises(CommandError, match="Real money"):
        call_command("generate_giving")
    assert not Donor.objects.exists()


def test_nothing_without_a_fund_or_donors(db: None) -> None:
    with pytest.raises(CommandError, match="fund"):
        call_command("generate_giving")
    with pytest.raises(CommandError, match="at least one"):
        call_command("generate_giving", donors=0)
