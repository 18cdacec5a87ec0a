"""What keeps long listings quick, and what must not get lost by it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from donations.admin import exports, paging
from donations.admin.paging import KeyPaginator
from donations.models import Donation, LedgerEntry
from tests.donations.staff import browser
from tests.factories import (
    DonorFactory,
    LedgerEntryFactory,
    OutgoingMailFactory,
    PledgeFactory,
    paid_donation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance() -> Client:
    return browser("Finance")


def listed(client: Client, kind: str, **query: Any) -> list[Any]:
    response = client.get(reverse(f"giving_{kind}:index"), query)
    assert response.status_code == 200
    return [row.pk for row in response.context["object_list"]]


@pytest.mark.parametrize("whole", [0, 100])
def test_pages_neither_repeat_nor_lose_a_row(monkeypatch: pytest.MonkeyPatch, whole: int) -> None:
    monkeypatch.setattr(paging, "WHOLE", whole)
    for _number in range(7):
        paid_donation()
    order = Donation.objects.order_by("-created_at", "-pk")
    paginator = KeyPaginator(order, 2, rows=Donation.objects.all())
    pages = [list(paginator.page(number)) for number in paginator.page_range]
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert [row for page in pages for row in page] == list(order)


def test_rows_that_are_equal_keep_their_places(finance: Client) -> None:
    gifts = [paid_donation().pk for _ in range(4)]
    Donation.objects.update(created_at=timezone.now())
    assert listed(finance, "donations") == gifts[::-1]
    assert listed(finance, "donations", ordering="amount_cents") == gifts[::-1]


def test_the_ledger_is_never_read_as_a_whole(finance: Client) -> None:
    for _number in range(3):
        paid_donation()
    with CaptureQueriesContext(connection) as captured:
        listed(finance, "ledger")
    reads = [query["sql"] for query in captured if 'FROM "donations_ledgerentry"' in query["sql"]]
    assert reads
    for sql in reads:
        assert any(word in sql for word in ("COUNT(", "MIN(", " IN (", "LIMIT")) or (
            sql.startswith('SELECT "donations_ledgerentry"."id" AS "pk"')
        ), sql


def test_ledger_offers_the_months_between_its_ends_and_finds_by_local_time(
    finance: Client,
) -> None:
    gift = paid_donation()
    moments = ((2025, 11, 30, 21, 59), (2025, 11, 30, 22, 0), (2026, 2, 1, 12, 0))
    made = [
        LedgerEntryFactory.create(
            donation=gift, kind="fee", amount_cents=-1, occurred_at=datetime(*when, tzinfo=UTC)
        ).pk
        for when in moments
    ]
    LedgerEntry.objects.exclude(pk__in=made).update(occurred_at=datetime(2026, 2, 2, tzinfo=UTC))
    response = finance.get(reverse("giving_ledger:index"))
    offered = [value for value, _words in response.context["filters"].form.fields["month"].choices]
    assert offered == ["", "2026-02", "2026-01", "2025-12", "2025-11"]
    assert listed(finance, "ledger", month="2025-11") == [made[0]]
    assert listed(finance, "ledger", month="2025-12") == [made[1]]
    assert listed(finance, "ledger", month="2026-01") == []


def test_donor_or_beginning_of_a_reference_finds_every_kind_of_row(finance: Client) -> None:
    donor = DonorFactory.create(name="Ārija Čakste", email="arija@example.org")
    gift = paid_donation(attempt__donor=donor)
    pledge = PledgeFactory.create(donor=donor)
    paid_donation()
    PledgeFactory.create()
    receipt, entry = gift.receipts.get(), gift.entries.get(kind="charge")
    found = {
        "donations": gift.pk,
        "receipts": receipt.pk,
        "attempts": gift.attempt_id,
        "ledger": entry.pk,
        "pledges": pledge.pk,
    }
    for kind, pk in found.items():
        for text in ("ārija", "ČAKSTE", "arija@example.org"):
            assert pk in listed(finance, kind, q=text), (kind, text)
            assert len(listed(finance, kind, q=text)) <= 2, (kind, text)
    for kind in ("donations", "receipts"):
        assert listed(finance, kind, q=gift.payment_reference) == [found[kind]], kind
    entries = sorted(gift.entries.values_list("pk", flat=True))
    assert sorted(listed(finance, "ledger", q=gift.payment_reference)) == entries
    assert listed(finance, "ledger", q=entry.reference) == [entry.pk]
    assert listed(finance, "pledges", q=pledge.subscription_reference) == [pledge.pk]
    assert listed(finance, "donations", q=receipt.reference) == [gift.pk]
    assert listed(finance, "receipts", q=receipt.reference) == [receipt.pk]


def test_merged_and_erased_donors_can_be_left_out(finance: Client) -> None:
    kept = DonorFactory.create()
    merged = DonorFactory.create(merged_into=kept)
    erased = DonorFactory.create(erased_at=timezone.now())
    assert listed(finance, "donors", merged="true") == [merged.pk]
    assert listed(finance, "donors", erased="true") == [erased.pk]
    assert listed(finance, "donors", merged="false", erased="false") == [kept.pk]
    assert (
        kept.name
        in finance.get(
            reverse("giving_donors:index"), {"columns": "merged_into", "merged": "true"}
        ).text
    )


def test_a_spreadsheet_that_would_take_too_long_is_refused_but_not_the_csv(
    finance: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "XLSX_ROWS", 1)
    address = reverse("giving_donations:index")
    for _number in range(2):
        paid_donation()
    response = finance.get(address, {"export": "xlsx", "status": "paid"}, follow=True)
    assert response.request["QUERY_STRING"] == "status=paid"
    assert "at most" in str([str(message) for message in response.context["messages"]])
    assert not ModelLogEntry.objects.filter(action="donations.list.exported").exists()
    assert finance.get(address, {"export": "csv"}).getvalue().count(b"\n") == 3


def test_receipts_are_filtered_by_the_state_of_their_latest_message(finance: Client) -> None:
    once_failed, failed = (paid_donation().receipts.get() for _ in range(2))
    for receipt, states in ((once_failed, ("failed", "sent")), (failed, ("sent", "failed"))):
        for number, state in enumerate(states, start=1):
            OutgoingMailFactory.create(
                receipt=receipt,
                status=state,
                sent_at=timezone.now() if state == "sent" else None,
                repetition=number,
            )
    assert listed(finance, "receipts", mail="failed") == [failed.pk]
    assert listed(finance, "receipts", mail="sent") == [once_failed.pk]
