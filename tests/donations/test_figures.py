"""The overview's figures, each against what was put into the books."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Site

from donations import figures
from donations.figures import Period
from donations.models import Donation, Instalment
from tests.donations.staff import OTHER_GROUPS, browser
from tests.factories import (
    CampaignFactory,
    DonationFactory,
    FundFactory,
    LedgerEntryFactory,
    PledgeFactory,
    paid_donation,
)

NOVEMBER = datetime(2026, 11, 20, 10, tzinfo=UTC)
PERIOD = Period((date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november() -> Any:
    with time_machine.travel(NOVEMBER, tick=False) as moved:
        yield moved


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def gift(when: str, cents: int = 1000, **changes: Any) -> Donation:
    donation = DonationFactory.create(attempt__amount_cents=cents, paid_at=moment(when), **changes)
    LedgerEntryFactory.create(donation=donation, occurred_at=moment(when))
    return donation


def test_periods_are_whole_months_of_local_time() -> None:
    assert Period.last(3, date(2026, 1, 31)).months == (
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
    )
    bounds = Period.year(2026).bounds
    assert len(bounds) == 13
    assert bounds[0].astimezone(UTC) == moment("2025-12-31T22:00")
    assert bounds[-1].astimezone(UTC) == moment("2026-12-31T22:00")


def test_giving_by_month_and_frequency_net_of_refunds() -> None:
    gift("2026-08-31T20:59", 100)
    gift("2026-08-31T21:00", 200)  # September in Riga
    monthly = PledgeFactory.create()
    gift("2026-10-05T10:00", 1000, pledge=monthly)
    gift("2026-10-06T10:00", 5000, pledge=PledgeFactory.create(frequency="yearly"))
    partly = gift("2026-10-07T10:00", 3000)
    LedgerEntryFactory.create(
        donation=partly, kind="refund", amount_cents=-500, occurred_at=moment("2026-11-02T10:00")
    )
    LedgerEntryFactory.create(
        donation=partly, kind="fee", amount_cents=-70, occurred_at=moment("2026-11-02T10:00")
    )
    gift("2026-10-08T10:00", 99, is_live=True)
    months = figures.giving(PERIOD, "en").months
    assert [m.cents for m in months] == [
        {"once": 200, "monthly": 0, "yearly": 0},
        {"once": 3000, "monthly": 1000, "yearly": 5000},
        {"once": -500, "monthly": 0, "yearly": 0},
    ]
    assert [m.gifts for m in months] == [1, 3, 0]


def test_top_funds() -> None:
    small = FundFactory.create(code="small", name_en="Small")
    large = FundFactory.create(code="large", name_en="Large")
    gift("2026-10-01T10:00", 100, attempt__fund=small)
    gift("2026-10-01T10:00", 700, attempt__fund=large)
    gift("2025-10-01T10:00", 9000, attempt__fund=small)
    top = figures.giving(PERIOD, "en").funds
    assert [(fund.name, fund.cents) for fund in top] == [("Large", 700), ("Small", 100)]


def test_pledges_of_today_and_their_monthly_value() -> None:
    PledgeFactory.create(amount_cents=1000)
    PledgeFactory.create(amount_cents=12000, frequency="yearly")
    PledgeFactory.create(amount_cents=500, status="past_due")
    PledgeFactory.create(amount_cents=700, status="paused")
    PledgeFactory.create(amount_cents=900, status="starting")
    PledgeFactory.create(status="cancelled", ended_at=NOVEMBER, end_reason="wish")
    PledgeFactory.create(is_live=True)
    now = figures.pledges_now()
    assert (now.active, now.paused, now.past_due, now.monthly_cents) == (4, 1, 1, 2500)


def test_gained_and_lost() -> None:
    PledgeFactory.create(started_at=moment("2026-10-03T10:00"))
    PledgeFactory.create(
        started_at=moment("2026-09-03T10:00"),
        status="cancelled",
        ended_at=moment("2026-11-03T10:00"),
        end_reason="payment_failed",
    )
    never = {"status": "cancelled", "end_reason": "never_paid"}
    PledgeFactory.create(
        started_at=moment("2026-10-03T10:00"), ended_at=moment("2026-10-04T10:00"), **never
    )
    PledgeFactory.create(started_at=moment("2026-10-03T10:00"), status="starting")
    assert [m.count for m in figures.pledges_gained(PERIOD)] == [1, 1, 0]
    assert [m.count for m in figures.pledges_lost(PERIOD)] == [0, 0, 1]


def test_failed_and_recovered_payments() -> None:
    pledge = PledgeFactory.create()
    for number, (status, failures, due) in enumerate(
        (
            ("paid", 0, "2026-09-10T10:00"),
            ("paid", 2, "2026-09-10T10:00"),
            ("failed", 8, "2026-10-10T10:00"),
            ("open", 1, "2026-11-10T10:00"),
            ("open", 0, "2026-11-11T10:00"),
            ("dropped", 0, "2026-11-11T10:00"),
        )
    ):
        Instalment.objects.create(
            pledge=pledge,
            invoice_reference=f"in_{number}",
            amount_cents=1000,
            status=status,
            failures=failures,
            due_at=moment(due),
        )
    found = figures.payments(PERIOD)
    assert [(m.made, m.recovered, m.failed) for m in found] == [(2, 1, 0), (0, 0, 1), (0, 0, 1)]


def test_goals_of_running_campaigns() -> None:
    running = CampaignFactory.create(goal_cents=10000, name_en="Now")
    CampaignFactory.create(goal_cents=100, starts_on=date(2027, 1, 1))
    CampaignFactory.create(goal_cents=100, ends_on=date(2026, 11, 19))
    CampaignFactory.create(goal_cents=None)
    last_day = CampaignFactory.create(goal_cents=100, ends_on=date(2026, 11, 20), name_en="Last")
    donation = gift("2026-01-01T10:00", 3000, campaign=running)
    LedgerEntryFactory.create(donation=donation, kind="refund", amount_cents=-500)
    LedgerEntryFactory.create(donation=donation, kind="fee", amount_cents=-70)
    gift("2026-01-01T10:00", 3000, campaign=running, is_live=True)
    found = {goal.name: (goal.cents, goal.percent) for goal in figures.goals("en")}
    assert found == {"Now": (2500, 25), last_day.name_en: (0, 0)}


# The page -----------------------------------------------------------------------------------------


@pytest.fixture
def finance(site: Site) -> Client:
    return browser("Finance")


ADDRESS = "giving_overview:index"


def test_the_page_draws_each_figure_and_has_it_in_a_table(finance: Client) -> None:
    gift("2026-10-05T10:00", 123456)
    page = finance.get(reverse(ADDRESS)).text
    assert page.count('<svg role="img"') == page.count("<details>") == 7
    assert "€1,234.56" in page
    assert "Oct 2026" in page
    latvian = browser("Finance", language="lv").get(reverse(ADDRESS)).text
    assert "1\u00a0234,56\u00a0€" in latvian
    assert "10.2026" in latvian


@pytest.mark.parametrize(
    ("period", "months"), [("6", 6), ("36", 36), ("2025", 12), ("x", 12), ("1999", 12), ("", 12)]
)
def test_periods_of_the_page(finance: Client, period: str, months: int) -> None:
    response = finance.get(reverse(ADDRESS), {"period": period})
    assert len(response.context["drawings"][0].table.rows) == months


def test_a_month_in_which_more_went_back_is_drawn_as_nothing(finance: Client) -> None:
    donation = gift("2026-01-05T10:00", 1000)
    LedgerEntryFactory.create(
        donation=donation, kind="refund", amount_cents=-1000, occurred_at=moment("2026-11-01T10:00")
    )
    drawing = finance.get(reverse(ADDRESS)).context["drawings"][0]
    assert drawing.chart.marks[-1].number == "0"
    assert drawing.table.rows[-1][-2] == "−€10.00"


def test_queries_of_the_page_do_not_grow(finance: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert finance.get(reverse(ADDRESS)).status_code == 200
        return len(captured)

    paid_donation()
    queries()
    few = queries()
    for number in range(15):
        paid_donation(attempt__fund=FundFactory.create(code=f"fund-{number}"))
        PledgeFactory.create()
        CampaignFactory.create(goal_cents=100)
    assert queries() == few < 30


def test_only_who_may_see_the_money_gets_the_overview(finance: Client) -> None:
    assert finance.get(reverse(ADDRESS)).status_code == 200
    assert Client().get(reverse(ADDRESS)).status_code == 302
    for group in OTHER_GROUPS:
        assert browser(group).get(reverse(ADDRESS)).status_code == 302


def test_no_member_of_staff_shifts_the_days_of_the_books(client: Client) -> None:
    """A receipt or statement made in the admin bears the date of the site's own time."""
    page = browser("Finance").get(reverse("wagtailadmin_account")).text
    assert "current_time_zone" not in page
