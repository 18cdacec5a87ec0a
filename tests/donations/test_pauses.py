"""A pause collects nothing, and loses nothing of a yearly gift: its payment waits for the end."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from donations.dates import local_day, moment_of
from donations.models import Donation, Instalment, Pledge, PledgeWish
from donations.services import wishes
from tests.donations.own_page import Donor, shown
from tests.donations.staff import browser
from tests.donations.test_pledges import begin, kinds, pass_days
from tests.factories import PledgeFactory
from tests.giving import Giving

Status = Pledge.Status
BEGUN = "2026-11-22T12:34:00+00:00"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(BEGUN, tick=True) as moved:
        yield moved


@pytest.fixture
def giving(clock: Any, giving: Giving) -> Giving:
    """With the stand-in's clock at the same beginning."""
    return giving


@pytest.fixture
def yearly(giving: Giving) -> Pledge:
    return begin(giving, frequency="yearly", amount_cents=12000, language="en")


def until(giving: Giving, clock: Any, day: str, step: int = 5) -> None:
    """Days go by, up to the end of this one."""
    end = datetime.fromisoformat(f"{day}T20:00:00+00:00")
    while timezone.now() < end:
        clock.shift(min(timedelta(days=step), end - timezone.now() + timedelta(seconds=1)))
        pass_days(giving, clock, 0)


def paid() -> list[str]:
    """The days of the gifts, oldest first."""
    moments = Donation.objects.filter(status="paid").order_by("paid_at")
    return [local_day(moment) for moment in moments.values_list("paid_at", flat=True)]


def days(pledge: Pledge) -> tuple[str, str, str]:
    """State, end of the pause and next payment."""
    pledge.refresh_from_db()
    return pledge.status, local_day(pledge.paused_until), local_day(pledge.next_payment_at)


def pause(pledge: Pledge, months: int) -> None:
    pledge.refresh_from_db()
    wish = wishes.pause(pledge, wishes.pause_end(pledge, months), uuid.uuid4())
    assert wish.status == "done"


def resume(pledge: Pledge) -> None:
    assert wishes.resume(pledge, uuid.uuid4()).status == "done"


@pytest.mark.parametrize("invoice", [False, True], ids=["no invoice of a trial", "with one"])
def test_a_yearly_payment_waits_for_the_end_of_the_pause(
    giving: Giving, yearly: Pledge, clock: Any, invoice: bool
) -> None:
    """Stripe does not say whether moving a payment makes an invoice of nothing."""
    giving.sandbox.config.invoice_trials = invoice
    until(giving, clock, "2027-11-07", 30)
    pause(yearly, 1)
    assert days(yearly) == (Status.PAUSED, "2027-12-21", "2027-12-22")
    giving.work()
    for words in (
        "Paused: nothing is collected before 21 December 2027",
        "Next payment: 22 December 2027",
    ):
        assert words in str(mail.outbox[-1].body)
    until(giving, clock, "2027-12-20")
    assert paid() == ["2026-11-22"]
    until(giving, clock, "2027-12-21")
    assert days(yearly) == (Status.ACTIVE, "", "2027-12-22")
    until(giving, clock, "2027-12-22")
    assert paid() == ["2026-11-22", "2027-12-22"]
    assert days(yearly) == (Status.ACTIVE, "", "2028-12-22")
    until(giving, clock, "2028-12-22", 30)
    assert paid() == ["2026-11-22", "2027-12-22", "2028-12-22"]
    assert not Instalment.objects.filter(status="dropped").exists()
    # The pause, and its end.
    assert kinds().count("pledge_changed") == 2


@pytest.mark.parametrize(
    ("back_on", "due"),
    [
        ("2027-11-10", "2027-11-22"),
        ("2027-12-03", "2027-12-05"),
        ("2028-05-20", "2028-05-22"),
    ],
    ids=["before the day", "after it", "just before the end"],
)
def test_going_on_early_brings_a_yearly_payment_back(
    giving: Giving, yearly: Pledge, clock: Any, back_on: str, due: str
) -> None:
    until(giving, clock, "2027-11-07", 30)
    pause(yearly, 6)
    assert days(yearly) == (Status.PAUSED, "2028-05-21", "2028-05-22")
    until(giving, clock, back_on)
    resume(yearly)
    assert days(yearly) == (Status.ACTIVE, "", due)
    until(giving, clock, due, 1)
    assert paid() == ["2026-11-22", due]
    year = int(due[:4]) + 1
    assert days(yearly)[2] == f"{year}{due[4:]}"


def test_another_pause_counts_from_the_payments_own_day(
    giving: Giving, yearly: Pledge, clock: Any
) -> None:
    """Also where the later wish takes the place of the earlier one without a word between."""
    until(giving, clock, "2027-11-07", 30)
    pause(yearly, 6)
    shorter = moment_of(date(2027, 12, 10))
    for _twice in range(2):
        wishes.pause(yearly, shorter, uuid.uuid4())
        assert days(yearly) == (Status.PAUSED, "2027-12-10", "2027-12-11")
    wishes.pause(yearly, shorter - timedelta(days=25), uuid.uuid4())
    assert days(yearly) == (Status.PAUSED, "2027-11-15", "2027-11-22")
    until(giving, clock, "2027-11-22")
    assert paid() == ["2026-11-22", "2027-11-22"]


def test_going_on_does_not_move_a_payment_that_no_pause_of_ours_put_off(
    giving: Giving, yearly: Pledge, clock: Any
) -> None:
    until(giving, clock, "2027-11-07", 30)
    pause(yearly, 1)
    until(giving, clock, "2027-12-23")
    assert paid() == ["2026-11-22", "2027-12-22"]
    giving.provider._client.v1.subscriptions.update(
        yearly.subscription_reference, {"pause_collection": {"behavior": "void"}}
    )
    giving.deliver()
    assert days(yearly)[0] == Status.PAUSED
    resume(yearly)
    assert days(yearly) == (Status.ACTIVE, "", "2028-12-22")


@pytest.mark.parametrize("after", [False, True], ids=["not done", "done, answer lost"])
def test_stripe_away_moves_a_yearly_payment_once(
    giving: Giving, yearly: Pledge, clock: Any, after: bool
) -> None:
    until(giving, clock, "2027-11-07", 30)
    yearly.refresh_from_db()

    def fail_once(ask: Callable[[], PledgeWish]) -> None:
        giving.sandbox.faults.add(
            "drop", times=1, method="POST", prefix="/v1/subscriptions", after=after
        )
        wish = ask()
        assert wish.status == "waiting"
        for _ in range(4):
            clock.shift(timedelta(minutes=5))
            giving.deliver()
        wish.refresh_from_db()
        assert wish.status == "done"

    fail_once(lambda: wishes.pause(yearly, wishes.pause_end(yearly, 1), uuid.uuid4()))
    assert days(yearly) == (Status.PAUSED, "2027-12-21", "2027-12-22")
    fail_once(lambda: wishes.resume(yearly, uuid.uuid4()))
    assert days(yearly) == (Status.ACTIVE, "", "2027-11-22")
    assert kinds().count("pledge_changed") == 2


def test_a_monthly_gift_leaves_its_payments_out(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    pause(pledge, 2)
    assert days(pledge) == (Status.PAUSED, "2027-02-21", "2026-12-22")
    until(giving, clock, "2027-03-23")
    assert paid() == ["2026-11-22", "2027-02-22", "2027-03-22"]
    assert Instalment.objects.filter(status="dropped").count() == 2


@pytest.mark.parametrize(
    ("pledge", "end"),
    [
        ({"frequency": "monthly"}, "2027-02-09"),
        ({"frequency": "yearly"}, "2027-02-09"),
        # What is overdue has its own day, and where nothing is planned there is none.
        ({"status": "past_due"}, "2027-01-22"),
        ({"next_payment_at": None}, "2027-01-22"),
        ({"next_payment_at": datetime.fromisoformat("2026-11-22T12:00:00Z")}, "2027-01-22"),
    ],
)
def test_the_end_of_a_pause(db: None, clock: Any, pledge: dict[str, Any], end: str) -> None:
    due = datetime.fromisoformat("2026-12-10T12:00:00Z")
    made = PledgeFactory.create(**{"status": "active", "next_payment_at": due} | pledge)
    assert local_day(wishes.pause_end(made, 2)) == end


def change(pledge: Pledge, frequency: str, **more: Any) -> None:
    terms = wishes.Terms(amount_cents=12000, frequency=frequency, **more)
    assert wishes.change_terms(pledge, terms, uuid.uuid4()).status == "done"


def test_a_paused_monthly_gift_that_becomes_yearly_is_collected_after_the_pause(
    giving: Giving, clock: Any
) -> None:
    pledge = begin(giving)
    pause(pledge, 2)
    for _twice in range(2):
        change(pledge, "yearly")
        assert days(pledge) == (Status.PAUSED, "2027-02-21", "2027-02-22")
    until(giving, clock, "2027-02-22")
    assert paid() == ["2026-11-22", "2027-02-22"]
    assert days(pledge) == (Status.ACTIVE, "", "2028-02-22")


@pytest.mark.parametrize(
    ("back_on", "due"), [("2026-12-01", "2026-12-22"), ("2027-01-10", "2027-01-12")]
)
def test_going_on_early_after_a_change_to_yearly(
    giving: Giving, clock: Any, back_on: str, due: str
) -> None:
    pledge = begin(giving)
    pause(pledge, 2)
    change(pledge, "yearly")
    until(giving, clock, back_on)
    resume(pledge)
    assert days(pledge) == (Status.ACTIVE, "", due)


def test_a_pause_that_reaches_past_the_new_day_of_a_yearly_gift_moves_it(
    giving: Giving, yearly: Pledge, clock: Any
) -> None:
    """A new day that was wished before the pause may reach Stripe after it."""
    until(giving, clock, "2027-11-07", 30)
    pause(yearly, 6)
    change(yearly, "yearly", next_payment_at=moment_of(date(2027, 12, 5)))
    assert days(yearly) == (Status.PAUSED, "2028-05-21", "2028-05-22")
    resume(yearly)
    assert days(yearly) == (Status.ACTIVE, "", "2027-12-05")


def test_a_paused_yearly_gift_that_becomes_monthly_begins_after_the_pause(
    giving: Giving, yearly: Pledge, clock: Any
) -> None:
    until(giving, clock, "2027-11-07", 30)
    pause(yearly, 1)
    change(yearly, "monthly")
    # A longer pause leaves payments out, as with any monthly gift.
    until(giving, clock, "2027-12-01")
    wishes.pause(yearly, moment_of(date(2028, 1, 10)), uuid.uuid4())
    assert days(yearly) == (Status.PAUSED, "2028-01-10", "2027-12-22")
    until(giving, clock, "2028-01-23")
    assert paid() == ["2026-11-22", "2028-01-22"]


def test_the_page_says_when_a_yearly_gift_is_collected(giving: Giving, yearly: Pledge) -> None:
    donor = Donor(giving, language="en").come()
    form = shown(donor.get("my-giving-pause", yearly.public_id))
    assert "The payment that is due on 22 November 2027 is put off" in form
    assert "until 21 December 2027" in form
    sent = {"months": "1", "request_id": uuid.uuid4()}
    page = shown(donor.follow(donor.send("my-giving-pause", yearly.public_id, **sent)))
    for words in (
        "Your gift is paused Nothing is collected until 21 December 2027;",
        "Paused until 21 December 2027",
        "Next payment 22 December 2027",
    ):
        assert words in page
    page = shown(
        donor.follow(donor.send("my-giving-resume", yearly.public_id, request_id=uuid.uuid4()))
    )
    assert "Next payment: 22 November 2027." in page


def test_the_page_names_no_payment_that_a_pause_leaves_out(giving: Giving, clock: Any) -> None:
    pledge = begin(giving, language="en")
    donor = Donor(giving, language="en").come()
    assert "is put off" not in shown(donor.get("my-giving-pause", pledge.public_id))
    pause(pledge, 2)
    sent = {"amount": "20", "frequency": "monthly", "request_id": uuid.uuid4()}
    page = shown(donor.follow(donor.send("my-giving-change", pledge.public_id, **sent)))
    assert "Your gift has been changed" in page
    assert "Next payment" not in page


def test_staff_pause_by_the_same_rule(giving: Giving, yearly: Pledge, clock: Any) -> None:
    form = {"months": "2", "request_id": str(uuid.uuid4())}
    browser("Finance").post(reverse("giving_pledges:pause", args=[yearly.pk]), form)
    assert days(yearly) == (Status.PAUSED, "2028-01-21", "2028-01-22")
