"""Whatever a network does to the events of one donation, the end is the same.

Generated stories: a payer, a bank and finance act; between their acts events arrive shuffled,
doubled or not at all, and a second worker gets in between a fetch and its effect. At the end the
sweep finds the rest. State, ledger and documents must then be what the stand-in's books say.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from donations.models import CheckoutAttempt, Donation, LedgerEntry, OutgoingMail, ProviderEvent
from donations.providers.pictures import CheckoutPicture
from donations.services import events
from stripe_sandbox import ApiError
from tests.giving import Giving, reference

Status = Donation.Status
pytestmark = pytest.mark.django_db

OPENINGS = ("card", "decline, card", "3ds refused, card", "sepa paid", "sepa failed", "expire")
ACTS = ("refund 700", "refund 1100", "fail refund", "dispute", "win", "lose", "wait")
NETWORK = ("deliver", "shuffle", "double", "lose", "race", "hold")

stories = st.tuples(
    st.sampled_from(OPENINGS),
    st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(NETWORK)), max_size=5),
    st.sampled_from(NETWORK),
    st.randoms(use_true_random=False),
)


# A partial refund that arrives between fetch and lock: the older picture must not win.
@example(story=("card", [("refund 700", "race")], "deliver", Random(1)))
@example(story=("card", [("wait", "deliver")], "race", Random(3)))
@given(story=stories)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_story_ends_as_the_books_say(
    site: object, monkeypatch: pytest.MonkeyPatch, story: Any
) -> None:
    opening, acts, first_network, chance = story
    with undone(), monkeypatch.context() as patch:
        mail.outbox.clear()
        world = Giving()
        patch.setattr("donations.providers._stripe", lambda *args: world.provider)
        attempt = world.start()
        network = Network(world, attempt, chance, patch)
        open_with(world, attempt, opening)
        network.carry(first_network)
        for act, how in acts:
            try_to(world, attempt, act)
            network.carry(how)

        events.sweep(timezone.now() - timedelta(days=1))
        world.work()
        compare(world, attempt)
        # Once more changes nothing.
        before = snapshot(attempt)
        network.repeat_everything()
        assert snapshot(attempt) == before
        assert world.sandbox.problems == []


class Network:
    """Carries events, badly."""

    def __init__(
        self, world: Giving, attempt: CheckoutAttempt, chance: Any, patch: pytest.MonkeyPatch
    ) -> None:
        self.world, self.attempt, self.chance, self.patch = world, attempt, chance, patch
        self.seen: set[str] = set()

    def carry(self, how: str) -> None:
        waiting = [e for e in self.world.sandbox.events if e["id"] not in self.seen]
        if how == "hold":
            return
        self.seen |= {event["id"] for event in waiting}
        if how == "lose":
            waiting = [event for event in waiting if self.chance.random() < 0.5]
        if how in {"shuffle", "race"}:
            self.chance.shuffle(waiting)
        if how == "double":
            waiting = waiting + waiting[::-1]
        for event in waiting:
            status = self.world.post_webhook(*self.world.sandbox.signed(event)).status_code
            assert status == 200
            if how != "race" and self.chance.random() < 0.3:
                self.world.work()
        if how == "race":
            self._race()
        self.world.work()

    def _race(self) -> None:
        """Between our fetch and our lock the payment changes, and another worker, told of it,
        takes the change over: ours is then the older picture."""
        provider = self.world.provider
        fetch = provider.checkout
        racing = {"on": True}

        def fetch_then_lose_the_race(session: str) -> CheckoutPicture:
            picture = fetch(session)
            if racing.pop("on", False):
                try_to(self.world, self.attempt, self.chance.choice(ACTS))
                self.carry("deliver")
                for event in ProviderEvent.objects.filter(status="received"):
                    events.process(event.pk)
            return picture

        with self.patch.context() as patch:
            patch.setattr(provider, "checkout", fetch_then_lose_the_race)
            first = ProviderEvent.objects.filter(status="received").first()
            if first:
                events.process(first.pk)

    def repeat_everything(self) -> None:
        for event in self.world.sandbox.events:
            self.world.post_webhook(*self.world.sandbox.signed(event))
        ProviderEvent.objects.exclude(status="ignored").update(
            status="received", next_try_at=timezone.now()
        )
        for recorded in ProviderEvent.objects.filter(status="received"):
            events.process(recorded.pk)
        self.world.work()


def open_with(world: Giving, attempt: CheckoutAttempt, opening: str) -> None:
    match opening:
        case "card":
            world.pay(attempt)
        case "decline, card":
            world.pay(attempt, "decline")
            world.pay(attempt)
        case "3ds refused, card":
            world.pay(attempt, "3ds", authenticate=False)
            world.pay(attempt)
        case "sepa paid" | "sepa failed":
            world.pay(attempt, "sepa")
            world.sandbox.settle(reference(attempt), success=opening == "sepa paid")
        case "expire":
            world.sandbox.expire(reference(attempt))


def try_to(world: Giving, attempt: CheckoutAttempt, act: str) -> None:
    """Do it if the stand-in lets us, as Stripe would."""
    sandbox = world.sandbox
    refunds = list(sandbox.store.newest("refund"))
    disputes = [d for d in sandbox.store.newest("dispute") if d["status"] == "needs_response"]
    try:
        match act:
            case "refund 700" | "refund 1100":
                sandbox.refund(reference(attempt), int(act.split()[1]))
            case "fail refund" if refunds:
                sandbox.fail_refund(refunds[0]["id"])
            case "dispute":
                sandbox.dispute(reference(attempt))
            case "win" | "lose" if disputes:
                sandbox.close_dispute(disputes[0]["id"], won=act == "win")
    except ApiError:
        pass


def compare(world: Giving, attempt: CheckoutAttempt) -> None:
    """Our side against the stand-in's own books."""
    attempt.refresh_from_db()
    assert world.failed_tasks() == world.event_errors() == []
    bookings = list(world.sandbox.store.newest("balance_transaction"))
    entries = LedgerEntry.objects.filter(donation__attempt=attempt)
    net = sum(entries.values_list("amount_cents", flat=True))
    assert net == sum(booking["net"] for booking in bookings)
    assert entries.filter(kind="charge").count() == (1 if bookings else 0)

    donation = Donation.objects.filter(attempt=attempt).first()
    session = world.sandbox.get(reference(attempt))
    if session["status"] != "complete":
        assert donation is None
        assert attempt.status == CheckoutAttempt.Status.EXPIRED
        return
    assert donation is not None
    assert donation.status == expected_status(world, attempt)
    documents = world.receipts(attempt)
    if donation.status == Status.FAILED:
        assert documents == []
        assert mail.outbox == []
        return
    assert [d.kind for d in documents].count("receipt") == 1
    if donation.status != Status.DISPUTED:
        assert documents[-1].net_cents == expected_net(world, donation)
    assert len(mail.outbox) == len(set(world.message_ids())) == len(documents)
    assert not OutgoingMail.objects.exclude(status="sent").exists()


def refunded(world: Giving) -> int:
    done = [
        r for r in world.sandbox.store.newest("refund") if r["status"] in {"succeeded", "pending"}
    ]
    return sum(refund["amount"] for refund in done)


def lost(world: Giving) -> int:
    disputes = world.sandbox.store.newest("dispute")
    return sum(dispute["amount"] for dispute in disputes if dispute["status"] == "lost")


def expected_status(world: Giving, attempt: CheckoutAttempt) -> str:
    charge = world.sandbox.get(world.sandbox.charge_of(reference(attempt)))
    if charge["status"] == "failed":
        return Status.FAILED
    disputes = {dispute["status"] for dispute in world.sandbox.store.newest("dispute")}
    if "needs_response" in disputes:
        return Status.DISPUTED
    # After a refund only the rest can be disputed; a refund that fails then leaves a part.
    returned = refunded(world) + lost(world)
    if returned >= charge["amount"]:
        return Status.CHARGED_BACK if lost(world) else Status.REFUNDED
    return Status.PARTLY_REFUNDED if returned else Status.PAID


def expected_net(world: Giving, donation: Donation) -> int:
    return max(0, donation.amount_cents - refunded(world) - lost(world))


def snapshot(attempt: CheckoutAttempt) -> tuple[Any, ...]:
    donation = Donation.objects.filter(attempt=attempt).first()
    return (
        CheckoutAttempt.objects.get(pk=attempt.pk).status,
        donation and donation.status,
        sorted(LedgerEntry.objects.values_list("reference", "amount_cents")),
        sorted(d.reference for d in donation.receipts.all()) if donation else [],
        len(mail.outbox),
    )


@contextmanager
def undone() -> Iterator[None]:
    """Each story starts from the same database."""
    point = transaction.savepoint_create()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
