"""Whatever donors, staff, time, the network and dying processes do to recurring gifts, our books
are Stripe’s in the end.

Generated stories on one account: donors give once, begin, change, pause and cancel monthly gifts or
have finance do it, cards fail and are changed, finance refunds, banks dispute, weeks go by; events get lost, doubled and shuffled,
workers die in the middle of their work, and calls fail before or after Stripe has done what they
ask. Then the network works again and the sweep runs.

A failure prints its seed: CHAOS_SEED=… repeats the stories of that part.
"""

import gc
import logging
import os
import secrets
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from donations import tasks
from donations.models import (
    CheckoutAttempt,
    Donation,
    Fund,
    Instalment,
    LedgerEntry,
    OutgoingMail,
    Pledge,
    PledgeWish,
    ProviderEvent,
    Receipt,
)
from donations.services import (
    attempts,
    events,
    preferences,
    reconciliation,
    refunds,
    sweeps,
    wishes,
)
from donations.services.wishes import NotPossible, Terms
from sosbca.users.models import User
from stripe_sandbox import ApiError
from tests.giving import Giving, reference

pytestmark = pytest.mark.django_db

# Several processes share the parts. CI tells many stories, a developer's run some. Which database
# keeps the books changes little in them, so the second one hears fewer.
PARTS = 24
MANY = 20 if connection.vendor == "sqlite" else 5
STORIES = MANY if os.environ.get("CI") else 3

ACTS = (
    "begin card",
    "begin card",
    "begin sepa",
    "begin sepa that fails",
    "give card",
    "give sepa",
    "give sepa that fails",
    "amount",
    "day",
    "yearly",
    "pause",
    "resume",
    "cancel",
    "finance pauses",
    "finance cancels",
    "purpose",
    "card fails",
    "card works",
    "refund",
    "dispute",
    "lose",
    "win",
    "week",
    "month",
    "month",
)
TROUBLES = ("", "", "", "drop", "error", "drop after", "error after", "dies")
NETWORK = ("deliver", "shuffle", "double", "lose", "hold")

stories = st.tuples(
    st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(TROUBLES), st.sampled_from(NETWORK)),
        min_size=2,
        max_size=9,
    ),
    st.randoms(use_true_random=False),
)


class Killed(BaseException):
    """The process ends here: nothing of ours may catch it."""


@pytest.fixture
def undisturbed() -> Iterator[None]:
    """Without what takes a third of the time and says nothing here: log lines about work that goes
    well, and looking for garbage among all that Django keeps for ever."""
    logging.disable(logging.INFO)
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_books_agree_in_the_end(
    site: object, undisturbed: None, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    chosen = int(os.environ.get("CHAOS_SEED") or secrets.randbits(32))
    print(f"CHAOS_SEED={chosen}")  # noqa: T201  shown when the test fails

    @seed(chosen)
    @given(story=stories)
    @settings(
        max_examples=STORIES,
        deadline=None,
        print_blob=True,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def tell(story: Any) -> None:
        with monkeypatch.context() as patch:
            tell_story(patch, *story)
        gc.collect()

    tell()


def tell_story(
    patch: pytest.MonkeyPatch, steps: list[tuple[str, str, str]], chance: Random
) -> None:
    with undone(), time_machine.travel(timezone.now()) as clock:
        mail.outbox.clear()
        # What a document looks like is another test's concern, and takes most of the time.
        patch.setattr("donations.services.documents.render_receipt", lambda snapshot: b"%PDF")
        story = Story(Giving(), chance, clock, patch)
        patch.setattr("donations.providers._stripe", lambda *args: story.giving.provider)
        story.act("begin card", "", "deliver")
        for act, trouble, network in steps:
            story.act(act, trouble, network)
        story.calm_down()
        story.compare()
        # Everything told once more changes nothing.
        before = story.snapshot()
        story.repeat_everything()
        assert story.snapshot() == before
        assert story.giving.sandbox.problems == []


@dataclass
class Story:
    giving: Giving
    chance: Random
    clock: Any
    patch: pytest.MonkeyPatch
    seen: set[str] = field(default_factory=set)
    began: int = 0

    # One step ---------------------------------------------------------------------------------

    def act(self, act: str, trouble: str, network: str) -> None:
        kind, _, after = trouble.partition(" ")
        times = self.chance.randint(1, 3)
        if kind == "drop":
            self.giving.sandbox.faults.add("drop", times=times, after=bool(after))
        elif kind == "error":
            self.giving.sandbox.faults.add("error", times=times, after=bool(after))
        with self.dying(kind == "dies"):
            self.try_to(act)
            self.carry(network)
        self.giving.sandbox.faults.clear()

    @contextmanager
    def dying(self, really: bool) -> Iterator[None]:
        """One call of the provider, chosen by chance, does not return: its process dies, before or
        after Stripe has done the work. Transactions that are open are rolled back."""
        if not really:
            yield
            return
        countdown = Counter({"left": self.chance.randint(0, 6)})
        http = self.giving.http
        send = http.request

        def dying_send(*args: Any, **kwargs: Any) -> Any:
            countdown["left"] -= 1
            if countdown["left"] == 0 and self.chance.random() < 0.5:
                raise Killed
            answer = send(*args, **kwargs)
            if countdown["left"] == 0:
                raise Killed
            return answer

        with self.patch.context() as patch, suppress(Killed):
            patch.setattr(http, "request", dying_send)
            yield

    def try_to(self, act: str) -> None:
        """Do it, if there is somebody who can; a donor who is told to try later does not."""
        try:
            self._try_to(act)
        except (ApiError, NotPossible, attempts.CheckoutUnavailable, refunds.NotRefundable):
            pass
        except (refunds.ProviderUnavailable, refunds.ProviderRefused):
            pass

    def _try_to(self, act: str) -> None:
        sandbox = self.giving.sandbox
        match act.split():
            case ["begin" | "give" as how, *method]:
                chosen = {"card": "card", "sepa": "sepa"}.get(" ".join(method), "sepa_fail")
                self._give(chosen, "monthly" if how == "begin" else "once")
            case ["week"]:
                self.clock.shift(timedelta(days=7))
                sandbox.advance(seconds=1)
            case ["month"]:
                self.clock.shift(timedelta(days=31))
                sandbox.advance(seconds=1)
            case ["amount"]:
                cents = self.chance.choice([500, 1500, 2500])
                self._wish(lambda p: self._terms(p, amount_cents=cents))
            case ["day"]:
                day = timezone.now() + timedelta(days=self.chance.randint(3, 40))
                self._wish(lambda p: self._terms(p, next_payment_at=day))
            case ["yearly"]:
                self._wish(lambda p: self._terms(p, frequency="yearly"))
            case ["pause"]:
                self._pause()
            case ["finance", "pauses"]:
                self._pause(self._finance())
            case ["finance", "cancels"]:
                self._wish(lambda p: wishes.cancel(p, uuid.uuid4(), user=self._finance()))
            case ["purpose"]:
                if pledge := self._running():
                    funds = list(Fund.objects.order_by("code"))
                    preferences.choose(pledge, fund=self.chance.choice(funds))
            case ["resume"]:
                self._wish(lambda p: wishes.resume(p, uuid.uuid4()))
            case ["cancel"]:
                self._wish(lambda p: wishes.cancel(p, uuid.uuid4()))
            case ["card", how]:
                self._change_card(works=how == "works")
            case _:
                self._money_back(act)

    def _finance(self) -> User:
        return User.objects.get_or_create(username="finance")[0]

    def _pause(self, user: User | None = None) -> None:
        until = timezone.now() + timedelta(days=30 * self.chance.randint(1, 6))
        self._wish(lambda p: wishes.pause(p, until, uuid.uuid4(), user))

    def _give(self, method: str, frequency: str) -> None:
        self.began += 1
        attempt = self.giving.start(
            frequency=frequency,
            amount_cents=1000,
            email=f"donor{self.began}@example.org",
            address=f"192.0.2.{self.began}",
        )
        self.giving.pay(attempt, method)

    def _running(self) -> Pledge | None:
        pledges = [pledge for pledge in Pledge.objects.order_by("pk") if pledge.is_running]
        return self.chance.choice(pledges) if pledges else None

    def _wish(self, make: Callable[[Pledge], PledgeWish]) -> None:
        if pledge := self._running():
            make(pledge)

    def _terms(self, pledge: Pledge, **changes: Any) -> PledgeWish:
        unchanged: dict[str, Any] = {
            "amount_cents": pledge.amount_cents,
            "frequency": pledge.frequency,
        }
        return wishes.change_terms(pledge, Terms(**unchanged | changes), uuid.uuid4())

    def _change_card(self, *, works: bool) -> None:
        if pledge := self._running():
            if works:
                self.giving.sandbox.change_card(pledge.customer_reference, "mastercard")
            else:
                self.giving.sandbox.swap_card(pledge.subscription_reference, "insufficient_funds")

    def _money_back(self, act: str) -> None:
        sandbox = self.giving.sandbox
        paid = list(Donation.objects.exclude(paid_at=None).order_by("pk"))
        open_disputes = [
            dispute
            for dispute in sandbox.store.newest("dispute")
            if dispute["status"] == "needs_response"
        ]
        if act == "refund" and paid:
            cents = self.chance.choice([300, 1000])
            refunds.refund(self.chance.choice(paid), cents, uuid.uuid4(), self._finance())
        elif act == "dispute" and paid:
            sandbox.dispute(self.chance.choice(paid).payment_reference)
        elif act in {"win", "lose"} and open_disputes:
            sandbox.close_dispute(open_disputes[0]["id"], won=act == "win")

    # The network ------------------------------------------------------------------------------

    def carry(self, how: str) -> None:
        if how == "hold":
            return
        waiting = [e for e in self.giving.sandbox.events if e["id"] not in self.seen]
        self.seen |= {event["id"] for event in waiting}
        if how == "lose":
            waiting = [event for event in waiting if self.chance.random() < 0.5]
        if how == "shuffle":
            self.chance.shuffle(waiting)
        if how == "double":
            waiting = waiting + waiting[::-1]
        for event in waiting:
            self.receive(event)
        self.giving.work()

    def receive(self, event: dict[str, Any]) -> None:
        """What the webhook does with a delivery, without the request around it."""
        body, signature = self.giving.sandbox.signed(event)
        events.receive(body, signature)

    def calm_down(self) -> None:
        """The network works again, workers live, and whatever still waits gets its turn."""
        self.giving.sandbox.faults.clear()
        looked_at = timezone.now() - tasks.FIRST_LOOK
        for _ in range(4):
            self.clock.shift(timedelta(days=2))
            self.giving.sandbox.advance(seconds=1)
            events.requeue_stuck()
            wishes.requeue_stuck()
            sweeps.sweep(looked_at)
            looked_at = timezone.now() - timedelta(hours=2)
            self.giving.work()
        self.carry("deliver")
        report = reconciliation.reconcile()
        differences = list(report.differences.values_list("kind", "reference", "source_reference"))
        assert report.status == "agrees", differences

    def repeat_everything(self) -> None:
        for event in self.giving.sandbox.events[-40:]:
            self.receive(event)
        sweeps.sweep(timezone.now() - timedelta(days=29))
        self.giving.work()

    # The end ------------------------------------------------------------------------------------

    def compare(self) -> None:
        sandbox = self.giving.sandbox
        # A killed worker leaves its task behind; every other failure is ours.
        assert [task for task in self.giving.failed_tasks() if "Killed" not in task] == []
        assert not PledgeWish.objects.filter(status="waiting").exists()

        theirs = {
            booking["id"]: booking["net"] for booking in sandbox.store.newest("balance_transaction")
        }
        grouped = LedgerEntry.objects.values_list("balance_reference")
        ours = dict(grouped.annotate(net=Sum("amount_cents")).order_by())
        assert ours == theirs

        invoices = Counter(
            row["invoice"]
            for row in sandbox.store.newest("invoice_payment")
            if row["status"] == "paid"
        )
        assert set(invoices.values()) <= {1}, "an invoice was paid twice"
        for year_series in set(Receipt.objects.values_list("series", "year")):
            series, year = year_series
            numbers = Receipt.objects.filter(series=series, year=year).values_list(
                "number", flat=True
            )
            assert sorted(numbers) == list(range(1, len(numbers) + 1))
        for donation in Donation.objects.exclude(paid_at=None):
            assert donation.receipts.filter(kind="receipt").count() == 1
        assert max(Counter(self.giving.message_ids()).values(), default=1) == 1
        assert not OutgoingMail.objects.exclude(status="sent").exists()
        self._compare_pledges()

    def _compare_pledges(self) -> None:
        sandbox = self.giving.sandbox
        subscriptions = {row["id"]: row for row in sandbox.store.newest("subscription")}
        mirrored = {p.subscription_reference: p for p in Pledge.objects.all()}
        assert set(mirrored) == set(subscriptions)
        for reference_, subscription in subscriptions.items():
            pledge = mirrored[reference_]
            price = subscription["items"]["data"][0]["price"]
            assert pledge.amount_cents == price["unit_amount"]
            assert pledge.is_running == (subscription["status"] != "canceled")
            if pledge.is_running:
                assert (pledge.status == "past_due") == (subscription["status"] == "past_due")
                is_paused = bool(subscription["pause_collection"])
                assert bool(pledge.paused_until) == is_paused
        self._compare_instalments()
        self._compare_wishes()
        for attempt in CheckoutAttempt.objects.exclude(pledge=None):
            assert sandbox.get(reference(attempt))["subscription"] == (
                attempt.pledge.subscription_reference
            )

    def _compare_instalments(self) -> None:
        """Each due payment is where its invoice is; nothing is due to a pledge that has ended."""
        theirs = {row["id"]: row for row in self.giving.sandbox.store.newest("invoice")}
        for due in Instalment.objects.select_related("pledge", "donation"):
            status = theirs[due.invoice_reference]["status"]
            assert (due.status == "paid") == (status == "paid"), due.status
            assert due.donation is None or due.donation.amount_cents == due.amount_cents
            if due.status == "open":
                assert due.pledge.is_running

    def _compare_wishes(self) -> None:
        """Nobody but the donor changes the sum here, so it is what was wished last."""
        for pledge in Pledge.objects.exclude(status="cancelled"):
            done = pledge.wishes.filter(action="terms", status="done").last()
            assert pledge.amount_cents == ((done and done.amount_cents) or 1000)

    def snapshot(self) -> tuple[Any, ...]:
        return (
            sorted(LedgerEntry.objects.values_list("reference", "amount_cents")),
            sorted(Receipt.objects.values_list("series", "year", "number", "net_cents")),
            sorted(Pledge.objects.values_list("pk", "status", "amount_cents")),
            sorted(self.giving.message_ids()),
            ProviderEvent.objects.exclude(status__in=["processed", "ignored"]).count(),
        )


@contextmanager
def undone() -> Iterator[None]:
    """Each story starts from the same database."""
    point = transaction.savepoint_create()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
