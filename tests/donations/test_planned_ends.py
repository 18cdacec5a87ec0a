"""An end that somebody plans in Stripe's dashboard, months ahead: payments go on until then."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from donations.dates import local_day
from donations.models import Donation, Pledge
from donations.services import sweeps
from tests.donations.own_page import Donor, begin, pass_days, shown
from tests.giving import Giving

Status = Pledge.Status
BEGUN = "2026-11-22T12:34:00+00:00"


def moment(day: str) -> int:
    """Noon, as Stripe writes it."""
    return int(datetime.fromisoformat(f"{day}T12:00:00Z").timestamp())


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(BEGUN, tick=True) as moved:
        yield moved


@pytest.fixture
def ending(clock: Any, giving: Giving) -> Pledge:
    """A monthly gift with an end in the middle of its third period."""
    pledge = begin(giving)
    plan(giving, pledge, cancel_at=moment("2027-02-10"))
    return pledge


def plan(giving: Giving, pledge: Pledge, **end: Any) -> None:
    parameters: Any = end
    giving.provider._client.v1.subscriptions.update(pledge.subscription_reference, parameters)
    giving.deliver()


def state(pledge: Pledge) -> tuple[str, str]:
    pledge.refresh_from_db()
    return pledge.status, local_day(pledge.next_payment_at)


def test_payments_before_the_end_are_told_and_made(
    giving: Giving, ending: Pledge, clock: Any
) -> None:
    donor = Donor(giving, language="en").come()
    for due in ("22 December 2026", "22 January 2027"):
        page = shown(donor.get("my-giving-pledge", ending.public_id))
        assert "It ends on 10 February 2027" in page
        assert f"Next payment {due}" in page
        pass_days(giving, clock, 31)
        donor.come()
    assert state(ending) == (Status.ENDING, "")
    assert Donation.objects.filter(status="paid").count() == 3
    assert "Next payment" not in shown(donor.get("my-giving-pledge", ending.public_id))
    pass_days(giving, clock, 31)
    assert state(ending) == (Status.CANCELLED, "")
    assert Donation.objects.filter(status="paid").count() == 3


def test_a_payment_of_which_word_was_lost_is_looked_for(
    giving: Giving, ending: Pledge, clock: Any
) -> None:
    clock.shift(timedelta(days=3))
    sweeps.settle_pledges(timezone.now())
    assert state(ending) == (Status.ENDING, "2026-12-22")
    clock.shift(timedelta(days=30))
    giving.sandbox.advance(seconds=1)
    giving.sandbox.deliver(drop=1.0)
    sweeps.settle_pledges(timezone.now())
    assert Donation.objects.filter(status="paid").count() == 2
    assert state(ending) == (Status.ENDING, "2027-01-22")


@pytest.mark.parametrize(
    ("end", "taken_back"),
    [
        ({"cancel_at_period_end": True}, {"cancel_at_period_end": False}),
        ({"cancel_at": moment("2026-12-01")}, {"cancel_at": ""}),
    ],
    ids=["with the period", "within it"],
)
def test_nothing_is_due_where_the_end_comes_first(
    giving: Giving, clock: Any, end: dict[str, Any], taken_back: dict[str, Any]
) -> None:
    pledge = begin(giving)
    plan(giving, pledge, **end)
    assert state(pledge) == (Status.ENDING, "")
    plan(giving, pledge, **taken_back)
    assert state(pledge) == (Status.ACTIVE, "2026-12-22")


def test_a_pause_leaves_out_what_is_due_before_the_end(
    giving: Giving, ending: Pledge, clock: Any
) -> None:
    pause = {"behavior": "void", "resumes_at": moment("2026-12-31")}
    plan(giving, ending, pause_collection=pause)
    assert state(ending) == (Status.ENDING, "2026-12-22")
    donor = Donor(giving, language="en").come()
    assert "Next payment" not in shown(donor.get("my-giving-pledge", ending.public_id))
