"""Sums of the ledger by fund, campaign, month, donor and payout: from entries only, and with the
same few queries however much was given."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donations import queries
from donations.models import Campaign, Donation, LedgerEntry, Payout
from donations.queries import Sums
from tests.factories import DonationFactory, FundFactory, LedgerEntryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demonstration(settings: Any) -> None:
    """The factories' donations are test payments."""
    settings.IS_DEMO = True


def moment(month: int, day: int = 15, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def gift(cents: int = 2500, month: int = 3, **donation: Any) -> Donation:
    """A gift with its fee."""
    made = DonationFactory.create(attempt__amount_cents=cents, **donation)
    enter(made, "charge", cents, month)
    enter(made, "fee", -25, month)
    return made


def enter(donation: Donation | None, kind: str, cents: int, month: int = 3) -> LedgerEntry:
    return LedgerEntryFactory.create(
        donation=donation, kind=kind, amount_cents=cents, occurred_at=moment(month)
    )


def appeal(code: str) -> Campaign:
    return Campaign.objects.create(
        code=code,
        name_lv=code,
        name_en=code,
        fund=FundFactory.create(),
        starts_on=date(2026, 1, 1),
    )


def payout(reference: str = "po_1") -> Payout:
    return Payout.objects.create(
        reference=reference,
        amount_cents=100,
        status="paid",
        created_at=timezone.now(),
        arrives_on=date(2026, 3, 20),
        is_live=False,
    )


def test_each_kind_counts_where_it_belongs() -> None:
    made = gift(10000)
    for kind, cents in (
        ("refund", -3000),
        ("refund_failure", 500),
        ("dispute", -2000),
        ("dispute_fee", -2000),
        ("dispute_reversal", 1500),
    ):
        enter(made, kind, cents)
    (sums,) = queries.sums_by_fund().values()
    assert sums == Sums(gifts=1, given_cents=10000, returned_cents=-3000, fees_cents=-2025)
    assert (sums.net_gifts_cents, sums.net_cents) == (7000, 4975)
    assert sums.total_cents == sum(LedgerEntry.objects.values_list("amount_cents", flat=True))


def test_by_fund() -> None:
    homes = FundFactory.create(code="homes")
    gift(1000)
    gift(2000, fund=homes)
    gift(4000, fund=homes)
    found = {fund.code: sums for fund, sums in queries.sums_by_fund().items()}
    assert {code: (s.gifts, s.given_cents) for code, s in found.items()} == {
        "general": (1, 1000),
        "homes": (2, 6000),
    }


def test_by_campaign_with_what_was_given_to_none() -> None:
    winter = appeal("winter")
    gift(1000)
    gift(2000, campaign=winter)
    found = queries.sums_by_campaign()
    assert {campaign and campaign.code: s.given_cents for campaign, s in found.items()} == {
        None: 1000,
        "winter": 2000,
    }


def test_by_month_in_the_sites_time_zone() -> None:
    made = gift(1000, month=3)
    # In Latvia the new month has begun.
    LedgerEntryFactory.create(
        donation=made, kind="refund", amount_cents=-400, occurred_at=moment(4, 30, 22)
    )
    found = queries.sums_by_month()
    assert list(found) == [date(2026, 3, 1), date(2026, 5, 1)]
    assert found[date(2026, 3, 1)].net_gifts_cents == 1000
    assert found[date(2026, 5, 1)] == Sums(returned_cents=-400)


def test_by_donor() -> None:
    first = gift(1000)
    second = gift(2000)
    gift(4000, donor=second.donor)
    assert {donor.pk: s.given_cents for donor, s in queries.sums_by_donor().items()} == {
        first.donor.pk: 1000,
        second.donor.pk: 6000,
    }


def test_by_payout_without_its_own_movement() -> None:
    one, empty = payout("po_1"), payout("po_2")
    entries = [*gift(1000).entries.all(), enter(None, "account_fee", -30)]
    entries.append(enter(None, "payout", -945))
    LedgerEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(payout=one)
    gift(5000)
    found = queries.sums_by_payout([one, empty])
    assert found[one] == Sums(gifts=1, given_cents=1000, fees_cents=-25, account_cents=-30)
    assert found[one].total_cents == 945
    assert found[empty] == Sums()


def test_periods_begin_with_the_first_day_and_end_before_the_last() -> None:
    made = gift(1000, month=1)
    # The first moment of March in Latvia is still February in UTC.
    LedgerEntryFactory.create(
        donation=made, kind="charge", amount_cents=7, occurred_at=moment(2, 28, 22)
    )
    LedgerEntryFactory.create(
        donation=made, kind="charge", amount_cents=9, occurred_at=moment(2, 28, 21)
    )
    (sums,) = queries.sums_by_fund(date(2026, 3, 1), date(2026, 4, 1)).values()
    assert sums.given_cents == 7
    (sums,) = queries.sums_by_fund(date(2026, 2, 1), date(2026, 3, 1)).values()
    assert sums.given_cents == 9
    assert queries.sums_by_fund(before=date(2026, 1, 1)) == {}


def test_test_payments_are_no_money_outside_of_a_demonstration(settings: Any) -> None:
    gift(1000)
    gift(2000, is_live=True)
    settings.IS_DEMO = False
    (sums,) = queries.sums_by_fund().values()
    assert sums.given_cents == 2000


@pytest.mark.parametrize(
    ("function", "number"),
    [
        (queries.sums_by_fund, 2),
        (queries.sums_by_campaign, 2),
        (queries.sums_by_month, 1),
        (queries.sums_by_donor, 2),
        (lambda: queries.sums_by_payout(list(Payout.objects.all())), 2),
    ],
)
def test_queries_do_not_grow(function: Callable[[], Any], number: int) -> None:
    for count in range(2):
        for index in range(1 + 3 * count):
            made = gift(
                1000,
                month=1 + index,
                fund=FundFactory.create(code=f"f{count}{index}"),
                campaign=appeal(f"c{count}{index}"),
            )
            made.entries.update(payout=payout(f"po_{count}{index}"))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(function()) >= 1 + count
        assert len(captured) == number
