"""What may happen to gifts on one account, step by step, and the calm after it."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from donations import tasks
from donations.models import (
    Donation,
    Donor,
    Fund,
    LedgerEntry,
    Pledge,
    ProviderEvent,
    Receipt,
)
from donations.services import (
    attempts,
    donors,
    donors_merge,
    erasure,
    events,
    manual_gifts,
    preferences,
    receipts,
    reconciliation,
    refunds,
    sweeps,
    wishes,
)
from donations.services.wishes import NotPossible, Terms
from sosbca.users.models import User
from stripe_sandbox import ApiError
from tests.giving import Giving

ACTS = (
    "begin card",
    "begin card",
    "begin sepa",
    "begin sepa that fails",
    "give card",
    "give sepa",
    "give sepa that fails",
    "give again",
    "amount",
    "day",
    "yearly",
    "pause",
    "resume",
    "cancel",
    "finance pauses",
    "finance cancels",
    "purpose",
    "new name",
    "language",
    "merge",
    "erase",
    "finance erases",
    "by hand",
    "void",
    "correct",
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


class Killed(BaseException):
    """The process ends here: nothing of ours may catch it."""


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
        except (donors.AlreadyKnown, donors_merge.NotMergeable, receipts.NothingToCorrect):
            pass

    def _try_to(self, act: str) -> None:
        sandbox = self.giving.sandbox
        match act.split():
            case ["give", "again"]:
                self._give("card", "once", who=self.chance.randint(1, self.began))
            case ["begin" | "give" as how, *method]:
                chosen = {"card": "card", "sepa": "sepa"}.get(" ".join(method), "sepa_fail")
                self._give(chosen, "monthly" if how == "begin" else "once")
            case ["week"]:
                self.clock.shift(timedelta(days=7))
                sandbox.advance(seconds=1)
            case ["month"]:
                self.clock.shift(timedelta(days=31))
                sandbox.advance(seconds=1)
            case ["card", how]:
                self._change_card(works=how == "works")
            case ["refund" | "dispute" | "win" | "lose"]:
                self._money_back(act)
            case ["by", "hand"] | ["void"] | ["correct"]:
                self._at_the_desk(act)
            case ["new", "name"] | ["language"] | ["merge"] | [*_, "erase" | "erases"]:
                self._about_donors(act)
            case _:
                if pledge := self._running():
                    self._change(pledge, act)

    def _change(self, pledge: Pledge, act: str) -> None:
        """What a donor does with a running gift on their own page, or finance for them."""
        match act:
            case "amount":
                self._terms(pledge, amount_cents=self.chance.choice([500, 1500, 2500]))
            case "day":
                day = timezone.now() + timedelta(days=self.chance.randint(3, 40))
                self._terms(pledge, next_payment_at=day)
            case "yearly":
                self._terms(pledge, frequency="yearly")
            case "purpose":
                funds = list(Fund.objects.order_by("code"))
                preferences.choose(pledge, fund=self.chance.choice(funds))
            case "pause" | "finance pauses":
                until = timezone.now() + timedelta(days=30 * self.chance.randint(1, 6))
                wishes.pause(pledge, until, uuid.uuid4(), self._whoever(act))
            case "resume":
                wishes.resume(pledge, uuid.uuid4())
            case "cancel" | "finance cancels":
                wishes.cancel(pledge, uuid.uuid4(), user=self._whoever(act))
            case _:
                raise ValueError(act)

    def _whoever(self, act: str) -> User | None:
        return self._finance() if act.startswith("finance") else None

    def _finance(self) -> User:
        return User.objects.get_or_create(username="finance")[0]

    def _at_the_desk(self, act: str) -> None:
        """Finance enters and takes back gifts that came another way, and puts receipts right."""
        known, paid = self._donors(), self._paid()
        entered = list(Donation.objects.filter(provider="manual").order_by("pk"))
        match act:
            case "by hand" if known:
                entry = manual_gifts.Entry(
                    donor=self.chance.choice(known),
                    fund=self.chance.choice(list(Fund.objects.order_by("code"))),
                    amount_cents=self.chance.choice([700, 4200]),
                    received_on=timezone.localdate(),
                    method="cash",
                )
                manual_gifts.enter(entry, uuid.uuid4(), self._finance())
            case "void" if entered:
                manual_gifts.void(self.chance.choice(entered), self._finance())
            case "correct" if paid:
                receipts.correct_donor(self.chance.choice(paid), self._finance())

    def _about_donors(self, act: str) -> None:
        """Who the donors are, by their own wish or finance's."""
        known = self._donors()
        match act:
            case _ if not known:
                pass
            case "new name":
                name = self.chance.choice(["Anna Bērziņa", "Anna Kalniņa"])
                donors.change_details(self.chance.choice(known), donors.Details(name=name))
            case "language":
                language = self.chance.choice(["lv", "en"])
                donors.change_language([self.chance.choice(known)], language)
            case "merge" if len(known) > 1:
                kept, duplicate = self.chance.sample(known, 2)
                donors_merge.merge(kept, duplicate, self._finance())
            case "erase" | "finance erases":
                erasure.erase([self.chance.choice(known)], self._whoever(act))

    def _donors(self) -> list[Donor]:
        """Who was neither merged away nor erased."""
        return list(Donor.objects.filter(merged_into=None, erased_at=None).order_by("pk"))

    def _give(self, method: str, frequency: str, who: int = 0) -> None:
        """`who` gave before; 0 is somebody new."""
        self.began += not who
        attempt = self.giving.start(
            frequency=frequency,
            amount_cents=1000,
            email=f"donor{who or self.began}@example.org",
            address=f"192.0.2.{self.began}",
        )
        self.giving.pay(attempt, method)

    def _running(self) -> Pledge | None:
        pledges = [pledge for pledge in Pledge.objects.order_by("pk") if pledge.is_running]
        return self.chance.choice(pledges) if pledges else None

    def _terms(self, pledge: Pledge, **changes: Any) -> None:
        unchanged: dict[str, Any] = {
            "amount_cents": pledge.amount_cents,
            "frequency": pledge.frequency,
        }
        wishes.change_terms(pledge, Terms(**unchanged | changes), uuid.uuid4())

    def _change_card(self, *, works: bool) -> None:
        if pledge := self._running():
            if works:
                self.giving.sandbox.change_card(pledge.customer_reference, "mastercard")
            else:
                self.giving.sandbox.swap_card(pledge.subscription_reference, "insufficient_funds")

    def _paid(self) -> list[Donation]:
        """The gifts that came through the payment company."""
        return list(
            Donation.objects.exclude(paid_at=None).exclude(provider="manual").order_by("pk")
        )

    def _money_back(self, act: str) -> None:
        sandbox = self.giving.sandbox
        paid = self._paid()
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
            tasks.requeue_stuck.call()
            tasks.tell_company_late.call()
            sweeps.sweep(looked_at)
            tasks.finish_erasures.call()
            tasks.gather_merged.call()
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

    def snapshot(self) -> tuple[Any, ...]:
        return (
            sorted(LedgerEntry.objects.values_list("reference", "amount_cents")),
            sorted(Receipt.objects.values_list("series", "year", "number", "net_cents")),
            sorted(Pledge.objects.values_list("pk", "status", "amount_cents")),
            sorted(Donor.objects.values_list("pk", "name", "email", "merged_into")),
            sorted(self.giving.message_ids()),
            ProviderEvent.objects.exclude(status__in=["processed", "ignored"]).count(),
        )
