"""Donors' wishes about their pledges: done at Stripe at once, exactly once, and never lost."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donations.models import Donation, OutgoingMail, Pledge, PledgeWish
from donations.services import wishes
from donations.services.wishes import NotPossible, Terms
from tests.donations.test_pledges import begin, kinds, pass_days
from tests.giving import Giving

Status = PledgeWish.Status


def subscription(giving: Giving, pledge: Pledge) -> dict[str, Any]:
    return dict(giving.sandbox.get(pledge.subscription_reference))


def amount_at_stripe(giving: Giving, pledge: Pledge) -> int:
    return int(subscription(giving, pledge)["items"]["data"][0]["price"]["unit_amount"])


def raised(pledge: Pledge, cents: int = 1500) -> Terms:
    return Terms(amount_cents=cents, frequency=pledge.frequency)


def test_another_amount_holds_from_the_next_payment_on(
    giving: Giving, pledge: Pledge, clock: Any
) -> None:
    wish = wishes.change_terms(pledge, raised(pledge), uuid.uuid4())
    assert wish.status == Status.DONE
    pledge.refresh_from_db()
    assert pledge.amount_cents == 1500
    assert Donation.objects.count() == 1
    pass_days(giving, clock, 32)
    assert sorted(Donation.objects.values_list("amount_cents", flat=True)) == [1000, 1500]
    assert kinds().count("pledge_changed") == 1


def test_the_same_form_twice_is_one_wish(giving: Giving, pledge: Pledge) -> None:
    request_id = uuid.uuid4()
    for _ in range(2):
        assert wishes.change_terms(pledge, raised(pledge), request_id).status == Status.DONE
    giving.deliver()
    assert PledgeWish.objects.count() == 1
    assert kinds().count("pledge_changed") == 1
    updates = [
        request
        for request in giving.sandbox.requests
        if request.method == "POST" and request.path.startswith("/v1/subscriptions/")
    ]
    assert len(updates) == 1


def test_a_request_id_of_another_pledge_is_refused(giving: Giving, pledge: Pledge) -> None:
    other = begin(giving, email="other@example.org", name="Cits Devējs")
    wish = wishes.change_terms(pledge, raised(pledge), uuid.uuid4())
    with pytest.raises(NotPossible):
        wishes.change_terms(other, raised(other), wish.pk)
    assert amount_at_stripe(giving, other) == 1000


def test_pause_collects_nothing_until_its_end(giving: Giving, pledge: Pledge, clock: Any) -> None:
    until = timezone.now() + timedelta(days=75)
    assert wishes.pause(pledge, until, uuid.uuid4()).status == Status.DONE
    pledge.refresh_from_db()
    assert pledge.status == Pledge.Status.PAUSED
    assert pledge.paused_until
    for _ in range(7):
        pass_days(giving, clock, 10)
    assert Donation.objects.count() == 1
    for _ in range(4):
        pass_days(giving, clock, 10)
    pledge.refresh_from_db()
    assert pledge.status == Pledge.Status.ACTIVE
    assert Donation.objects.filter(status="paid").count() == 2


def test_resuming_early(giving: Giving, pledge: Pledge, clock: Any) -> None:
    wishes.pause(pledge, timezone.now() + timedelta(days=150), uuid.uuid4())
    assert wishes.resume(pledge, uuid.uuid4()).status == Status.DONE
    pledge.refresh_from_db()
    assert (pledge.status, pledge.paused_until) == (Pledge.Status.ACTIVE, None)
    assert kinds().count("pledge_changed") == 2


def test_cancelling_is_at_once_and_told_once(giving: Giving, pledge: Pledge, clock: Any) -> None:
    wish = wishes.cancel(pledge, uuid.uuid4(), "I am moving abroad.")
    assert wish.status == Status.DONE
    pledge.refresh_from_db()
    assert (pledge.status, pledge.end_reason) == ("cancelled", "wish")
    assert pledge.end_comment == "I am moving abroad."
    giving.deliver()
    pass_days(giving, clock, 40)
    assert Donation.objects.count() == 1
    assert kinds().count("pledge_ended") == 1
    with pytest.raises(NotPossible):
        wishes.pause(pledge, timezone.now(), uuid.uuid4())


def next_month_on(day: int, moment: datetime) -> datetime:
    later = (moment.replace(day=1) + timedelta(days=40)).replace(day=day)
    return later.replace(microsecond=0)


def test_another_day_charges_nothing_before_it(giving: Giving, pledge: Pledge, clock: Any) -> None:
    assert pledge.next_payment_at
    day = next_month_on(5, pledge.next_payment_at)
    terms = Terms(amount_cents=1000, frequency="monthly", next_payment_at=day)
    assert wishes.change_terms(pledge, terms, uuid.uuid4()).status == Status.DONE
    pledge.refresh_from_db()
    assert pledge.next_payment_at == day
    assert kinds().count("pledge_changed") == 1
    while timezone.now() < day - timedelta(days=1):
        pass_days(giving, clock, 1)
    assert Donation.objects.count() == 1
    pass_days(giving, clock, 2)
    assert Donation.objects.filter(status="paid").count() == 2
    pledge.refresh_from_db()
    assert pledge.next_payment_at.day in {4, 5, 6}
    assert kinds().count("pledge_changed") == 1


def test_from_monthly_to_yearly(giving: Giving, pledge: Pledge, clock: Any) -> None:
    due = pledge.next_payment_at
    terms = Terms(amount_cents=12000, frequency="yearly")
    assert wishes.change_terms(pledge, terms, uuid.uuid4()).status == Status.DONE
    pledge.refresh_from_db()
    assert (pledge.frequency, pledge.amount_cents, pledge.next_payment_at) == ("yearly", 12000, due)
    assert Donation.objects.count() == 1
    for _ in range(7):
        pass_days(giving, clock, 10)
    assert Donation.objects.filter(status="paid").count() == 2


@pytest.mark.parametrize("after", [False, True], ids=["not done", "done, answer lost"])
@pytest.mark.parametrize("kind", ["drop", "error"])
def test_stripe_away_keeps_the_wish_and_does_it_once(
    giving: Giving, pledge: Pledge, clock: Any, kind: Literal["drop", "error"], after: bool
) -> None:
    giving.sandbox.faults.add(kind, times=1, method="POST", prefix="/v1/subscriptions", after=after)
    wish = wishes.change_terms(pledge, raised(pledge), uuid.uuid4())
    assert wish.status == Status.WAITING
    giving.work()
    for _ in range(4):
        clock.shift(timedelta(minutes=5))
        giving.deliver()
    wish.refresh_from_db()
    pledge.refresh_from_db()
    assert wish.status == Status.DONE
    assert pledge.amount_cents == amount_at_stripe(giving, pledge) == 1500
    assert kinds().count("pledge_changed") == 1


def test_a_process_that_dies_before_asking_leaves_the_wish_to_the_task(
    giving: Giving, pledge: Pledge, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(wishes, "carry_out", lambda pk: None)
        wishes.cancel(pledge, uuid.uuid4())
    clock.shift(timedelta(minutes=5))
    giving.work()
    pledge.refresh_from_db()
    assert pledge.status == "cancelled"


def test_the_end_replaces_what_still_waits(giving: Giving, pledge: Pledge, clock: Any) -> None:
    giving.sandbox.faults.add("drop", times=1, method="POST", prefix="/v1/subscriptions")
    first = wishes.change_terms(pledge, raised(pledge), uuid.uuid4())
    assert wishes.cancel(pledge, uuid.uuid4()).status == Status.DONE
    for _ in range(3):
        clock.shift(timedelta(hours=1))
        giving.deliver()
    first.refresh_from_db()
    assert first.status == Status.REPLACED
    assert amount_at_stripe(giving, pledge) == 1000


def test_what_stripe_refuses_is_said_and_stays_as_it_was(giving: Giving, pledge: Pledge) -> None:
    client = giving.provider._client.v1
    client.subscriptions.cancel(pledge.subscription_reference)
    wish = wishes.change_terms(pledge, raised(pledge), uuid.uuid4())
    assert wish.status == Status.REFUSED
    assert not OutgoingMail.objects.filter(kind="pledge_changed").exists()


@pytest.mark.parametrize("answer", ["done", "dropped", "error"])
def test_wishes_within_seconds_reach_stripe_in_their_order(
    giving: Giving, pledge: Pledge, clock: Any, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """The second form comes while Stripe has not answered about the first."""
    change = giving.provider.change_pledge

    def slow(*args: Any) -> None:
        monkeypatch.setattr(giving.provider, "change_pledge", change)
        second = wishes.change_terms(pledge, raised(pledge, 2500), uuid.uuid4())
        assert second.status == Status.WAITING
        if answer != "done":
            kind: Literal["drop", "error"] = "drop" if answer == "dropped" else "error"
            giving.sandbox.faults.add(
                kind, times=1, method="POST", prefix="/v1/subscriptions", after=True
            )
        change(*args)

    monkeypatch.setattr(giving.provider, "change_pledge", slow)
    first = wishes.change_terms(pledge, raised(pledge, 1500), uuid.uuid4())
    giving.work()
    assert first.status == Status.REPLACED
    assert amount_at_stripe(giving, pledge) == 2500
    assert PledgeWish.objects.get(amount_cents=2500).status == Status.DONE
    clock.shift(timedelta(minutes=10))
    wishes.requeue_stuck()
    giving.deliver()
    pledge.refresh_from_db()
    assert pledge.amount_cents == amount_at_stripe(giving, pledge) == 2500


def test_a_wish_after_one_whose_process_died_has_its_turn(
    giving: Giving, pledge: Pledge, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(giving.provider, "change_pledge", die)
        with pytest.raises(Killed):
            wishes.change_terms(pledge, raised(pledge), uuid.uuid4())
    later = wishes.pause(pledge, timezone.now() + timedelta(days=60), uuid.uuid4())
    assert later.status == Status.WAITING
    clock.shift(timedelta(minutes=4))
    wishes.requeue_stuck()
    giving.deliver()
    assert set(PledgeWish.objects.values_list("status", flat=True)) == {Status.DONE}
    pledge.refresh_from_db()
    assert (pledge.status, pledge.amount_cents) == (Pledge.Status.PAUSED, 1500)


@pytest.mark.parametrize(
    "wish",
    [
        {"action": "pause"},
        {"action": "terms", "frequency": "monthly"},
        {"action": "terms", "amount_cents": 500, "frequency": "once"},
        {"action": "unknown"},
    ],
)
def test_a_wish_that_does_not_say_all_is_not_recorded(
    giving: Giving, pledge: Pledge, wish: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match="wish_says_all_it_needs"), transaction.atomic():
        PledgeWish.objects.create(pledge=pledge, **wish)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_stripe_does_not_accept_loses_no_wish(
    giving: Giving, pledge: Pledge, clock: Any, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> tuple[str, int, dict[str, str]]:
        return '{"error": {"message": "The key is not accepted.", "type": "x"}}', status, {}

    with monkeypatch.context() as patch:
        patch.setattr(giving.http, "request", refuse)
        wish = wishes.cancel(pledge, uuid.uuid4())
    assert wish.status == Status.WAITING
    clock.shift(timedelta(minutes=5))
    giving.work()
    wish.refresh_from_db()
    assert wish.status == Status.DONE


def test_an_end_on_a_day_can_be_taken_back(giving: Giving, pledge: Pledge) -> None:
    end = int((timezone.now() + timedelta(days=10)).timestamp())
    client = giving.provider._client.v1
    client.subscriptions.update(pledge.subscription_reference, {"cancel_at": end})
    giving.deliver()
    pledge.refresh_from_db()
    assert pledge.status == Pledge.Status.ENDING
    assert wishes.resume(pledge, uuid.uuid4()).status == Status.DONE
    pledge.refresh_from_db()
    assert (pledge.status, pledge.ends_at) == (Pledge.Status.ACTIVE, None)


def test_a_day_that_went_by_while_stripe_was_away_does_not_cost_the_rest_of_the_wish(
    giving: Giving, pledge: Pledge, clock: Any
) -> None:
    due = pledge.next_payment_at
    terms = Terms(
        amount_cents=1500, frequency="monthly", next_payment_at=timezone.now() + timedelta(days=3)
    )
    giving.sandbox.faults.add("drop", times=1, method="POST", prefix="/v1/subscriptions")
    wish = wishes.change_terms(pledge, terms, uuid.uuid4())
    assert wish.status == Status.WAITING
    clock.shift(timedelta(days=4))
    giving.work()
    wish.refresh_from_db()
    pledge.refresh_from_db()
    assert (wish.status, pledge.amount_cents, pledge.next_payment_at) == (Status.DONE, 1500, due)
