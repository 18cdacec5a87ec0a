"""The sandbox as Python object: what a payer, a bank and time do, called directly from tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from .api import Api, Request
from .delivery import Deliveries, Mode, Receiver, WebhookTarget, post, sign
from .errors import ApiError
from .faults import Faults
from .methods import METHODS, TestMethod
from .resources import (
    ACTIONS,
    balance,
    checkout,
    collecting,
    disputes,
    payouts,
    periods,
    portal,
    refunds,
)
from .store import Doc, Store
from .world import DAY, Config, World


class Sandbox:
    """One simulated Stripe account.

    `store`: a Store, or the path of an SQLite file that keeps the state (None: memory only).
    `webhook`: where events go: a WebhookTarget, or a callable (body, signature header) -> HTTP
    status (None means 200), called by `deliver()` in the caller's thread. `now`: start of the
    simulated clock as Unix time. `seed`: makes ids repeatable.
    """

    def __init__(
        self,
        *,
        store: Store | Path | str | None = None,
        webhook: WebhookTarget | Receiver | None = None,
        secret: str = "whsec_sandbox",
        name: str = "Organisation",
        public_url: str = "http://127.0.0.1:12111",
        now: int | None = None,
        seed: int | None = None,
    ) -> None:
        from .app import Application

        self.store = store if isinstance(store, Store) else Store(store)
        self.config = Config(name, public_url.rstrip("/"), webhook is not None)
        self.world = World(self.store, self.config, seed)
        self.world.actions.update(ACTIONS)
        if now is not None:
            self.world.clock.set(now)
        receiver = post(webhook.url) if isinstance(webhook, WebhookTarget) else webhook
        secret = webhook.secret if isinstance(webhook, WebhookTarget) else secret
        self.webhook_url = webhook.url if isinstance(webhook, WebhookTarget) else None
        self.deliveries: Deliveries = Deliveries(self.world, receiver, secret)
        self.faults: Faults = Faults()
        self.api = Api(self.world, self.faults)
        self.wsgi = Application(self)

    # Looking ----------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """Unix time on the simulated clock."""
        return self.world.clock.now()

    @property
    def events(self) -> list[Doc]:
        """All events there ever were, the oldest first."""
        return list(self.store.newest("event"))[::-1]

    @property
    def requests(self) -> list[Request]:
        """API calls so far: (method, path, params, status, idempotency_key)."""
        return list(self.api.log)

    @property
    def problems(self) -> list[str]:
        """What the sandbox itself did wrong: responses or events that break the contract."""
        return self.world.problems

    def get(self, identifier: str) -> Doc:
        """Any object by its id, without an API call."""
        kind = self.store.kind_of(identifier)
        if kind is None:
            raise KeyError(identifier)
        return self.world.get(kind, identifier)

    # The payer ----------------------------------------------------------------------------------

    def pay(
        self,
        session_id: str,
        method: str | TestMethod = "card",
        *,
        email: str | None = None,
        name: str = "Anna Bērziņa",
        country: str = "LV",
        authenticate: bool | None = True,
    ) -> Doc:
        """Fill in the Checkout page and submit it; returns the session as it is then.

        `method`: a key of METHODS ("card", "decline", "insufficient_funds", "3ds",
        "fails_later", "sepa", "sepa_fail", …). A declined payment leaves the session open.
        `authenticate` answers 3-D Secure: accept, refuse, or None to leave the question open.
        Raises ApiError when the session is not open.
        """
        chosen = METHODS[method] if isinstance(method, str) else method
        with self._doing():
            session = self.world.get("checkout.session", session_id)
            known = (session["customer_details"] or {}).get("email")
            payer = checkout.Payer(chosen, email or known or "anna@example.org", name, country)
            result = checkout.submit(self.world, session_id, payer)
            if result.status == "authenticate" and authenticate is not None:
                result = checkout.answer_authentication(
                    self.world, session_id, accepted=authenticate
                )
            return result.session

    def authenticate(self, session_id: str, *, accept: bool = True) -> Doc:
        """Answer 3-D Secure for a session that waits for it."""
        with self._doing():
            return checkout.answer_authentication(self.world, session_id, accepted=accept).session

    def pay_invoice(
        self,
        invoice_id: str,
        method: str | TestMethod = "card",
        *,
        authenticate: bool | None = True,
    ) -> Doc:
        """Pay an open invoice on its hosted page; returns the invoice as it is then.

        `authenticate` answers 3-D Secure as in `pay`. Raises ApiError when it is not open.
        """
        chosen = METHODS[method] if isinstance(method, str) else method
        with self._doing():
            attempt = collecting.pay_hosted(self.world, invoice_id, chosen)
            if attempt.status == "authenticate" and authenticate is not None:
                collecting.authenticate(self.world, invoice_id, accepted=authenticate)
            return self.get(invoice_id)

    def authenticate_invoice(self, invoice_id: str, *, accept: bool = True) -> Doc:
        """Answer 3-D Secure for an invoice that waits for it (a renewal with "3ds_always")."""
        with self._doing():
            collecting.authenticate(self.world, invoice_id, accepted=accept)
            return self.get(invoice_id)

    def change_card(self, customer_id: str, method: str = "card") -> Doc:
        """Save another card in the customer portal; returns the payment method.

        As at Stripe, only the customer's default changes, not a subscription's own.
        """
        with self._doing():
            return portal.change_method(self.world, customer_id, METHODS[method])

    def swap_card(self, subscription_id: str, method: str) -> None:
        """Make the card that a subscription uses behave like another test card from now on."""
        with self._doing():
            subscription = self.world.get("subscription", subscription_id)
            used = collecting.method_for(self.world, subscription)
            self.world.note(used["id"], method=METHODS[method].key)

    # Banks and Stripe -----------------------------------------------------------------------------

    def settle(self, reference: str, *, success: bool | None = None) -> Doc:
        """The bank answers a SEPA debit; returns the charge.

        `reference` is a session, payment intent, charge or invoice id. Without `success` the
        account number decides.
        """
        with self._doing():
            intent = self._intent_of(reference)
            checkout.settle(self.world, intent, success=success)
            return self.get(self.get(intent)["latest_charge"])

    def refund(
        self,
        reference: str,
        amount: int | None = None,
        reason: str | None = None,
        *,
        fee: int = 0,
    ) -> Doc:
        """Refund a payment as from Stripe's dashboard; `amount` in cents, None for the rest.

        `fee` in cents is what Stripe keeps for it.
        """
        params: Doc = {"charge": self.charge_of(reference)}
        params |= {"amount": amount} if amount is not None else {}
        params |= {"reason": reason} if reason else {}
        with self._doing():
            return refunds.create(self.world, params, fee=fee)

    def complete_refund(self, refund_id: str) -> Doc:
        """A pending (SEPA) refund arrives."""
        with self._doing():
            return refunds.complete(self.world, refund_id)

    def fail_refund(self, refund_id: str) -> Doc:
        """The bank sends a refund back."""
        with self._doing():
            return refunds.fail(self.world, refund_id)

    def dispute(
        self, reference: str, *, reason: str = "fraudulent", amount: int | None = None
    ) -> Doc:
        """The payer disputes a payment, or `amount` cents of it; returns the dispute."""
        charge = self.charge_of(reference)
        with self._doing():
            return disputes.create(self.world, charge, reason=reason, amount=amount)

    def close_dispute(self, dispute_id: str, *, won: bool) -> Doc:
        with self._doing():
            return disputes.close(self.world, dispute_id, won=won)

    def payout(self, *, include_pending: bool = False, arrive: bool = True) -> Doc | None:
        """Pay the available balance out; None when there is nothing to pay.

        `include_pending` takes funds that are not available yet as well, to save the wait;
        `arrive=False` leaves `payout.paid` to the clock (one day).
        """
        with self._doing():
            return payouts.create(self.world, include_pending=include_pending, arrive=arrive)

    def arrive_payout(self, payout_id: str) -> Doc:
        """A payout in transit reaches the bank."""
        with self._doing():
            payouts.arrive_now(self.world, payout_id)
            return self.get(payout_id)

    def fail_payout(self, payout_id: str) -> Doc:
        """The bank sends a payout back; returns it."""
        with self._doing():
            return payouts.fail(self.world, payout_id)

    def account_fee(
        self, amount: int, description: str = "Billing - Usage Fee", *, type: str = "stripe_fee"
    ) -> Doc:
        """Stripe charges the account itself `amount` cents; returns the balance transaction.

        `type` may be "adjustment", then a negative amount is money that Stripe gives back.
        """
        with self._doing():
            return balance.account_booking(self.world, -amount, description, type=type)

    def release_fees(self) -> int:
        """Book the charges held back while `config.hold_fees` was set; returns how many."""
        self.config.hold_fees = False
        with self._doing():
            held = self.store.keys("_held_fee")
            for charge_id in held:
                self.store.delete("_held_fee", charge_id)
                balance.post_fee(self.world, charge_id)
            return len(held)

    def expire(self, session_id: str) -> Doc:
        """The payer let a Checkout session lapse."""
        with self._doing():
            return checkout.expire(self.world, session_id)

    def advance(
        self, *, seconds: int = 0, days: int = 0, months: int = 0, to: int | None = None
    ) -> int:
        """Move the clock forward and do everything that becomes due; returns the new time.

        Raises ValueError for a step backwards.
        """
        with self.store.lock:
            before = self.now
            later = periods.after(before, "month", 1, months) + seconds + days * DAY
            target = later if to is None else to
            if target < before:
                raise ValueError("the clock only moves forward")
            # A second may have begun since.
            if target > self.now:
                self.world.clock.set(target)
            self.world.run_due()
            return self.now

    # Webhooks ---------------------------------------------------------------------------------

    def signed(self, event: Doc | str, *, timestamp: int | None = None) -> tuple[bytes, str]:
        """Body and Stripe-Signature header for an event (or its id), as Stripe would send it."""
        doc = self.get(event) if isinstance(event, str) else event
        return sign(doc, self.deliveries.secret, timestamp)

    def deliver(
        self,
        events: Iterable[str | Doc] | None = None,
        *,
        order: str | Sequence[str] | None = None,
        duplicate: int | None = None,
        drop: float | None = None,
    ) -> list[tuple[str, int | None]]:
        """Send pending events, or the given ones again; see Deliveries.deliver."""
        chosen = None
        if events is not None:
            chosen = [event if isinstance(event, str) else event["id"] for event in events]
        return self.deliveries.deliver(chosen, order=order, duplicate=duplicate, drop=drop)

    def delivery(self, **changes: Any) -> Mode:
        """Set how deliveries behave: auto, duplicate, shuffle, drop, seed."""
        return self.deliveries.configure(**changes)

    # Helpers ------------------------------------------------------------------------------------

    def charge_of(self, reference: str) -> str:
        """The charge behind a session, payment intent, invoice, or charge id."""
        if self.store.kind_of(reference) == "charge":
            return reference
        charge = self.get(self._intent_of(reference))["latest_charge"]
        if charge is None:
            raise ApiError(400, f"{reference} has no charge.")
        return str(charge)

    def _intent_of(self, reference: str) -> str:
        kind = self.store.kind_of(reference)
        intent: str | None = None
        if kind == "payment_intent":
            intent = reference
        elif kind == "charge":
            intent = self.get(reference)["payment_intent"]
        elif kind in ("checkout.session", "invoice"):
            intent = self.world.private(reference).get("intent")
        if intent is None:
            raise ApiError(400, f"{reference} has no payment.")
        return intent

    def _doing(self) -> _Doing:
        return _Doing(self)

    def close(self) -> None:
        self.deliveries.stop()
        self.store.close()


class _Doing:
    """One action: what is due happens first, then all of the action or nothing."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._world = sandbox.world
        self._transaction = sandbox.store.transaction()

    def __enter__(self) -> None:
        self._world.run_due()
        self._transaction.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._transaction.__exit__(kind, error, trace)
