"""Stripe: hosted Checkout, subscriptions, the portal and its books (API 2026-10-28.endive)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import stripe

from ..base import InvalidEvent
from ..pictures import EventEnvelope, EventSubject
from .account import METADATA_KEY, in_our_words
from .books import Books
from .pictures import Doc, is_bare_charge, reference_of, subscription_of

__all__ = ["HANDLED_EVENTS", "StripeProvider"]

# How old a signed event may be, in seconds of real time (Stripe's own default).
SIGNATURE_TOLERANCE = 300

HANDLED_EVENTS = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "payment_intent.payment_failed",
        "charge.updated",
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
        "customer.updated",
        "invoice.paid",
        "invoice.payment_failed",
        "invoice.payment_action_required",
        "invoice.voided",
        "invoice.marked_uncollectible",
        "payout.created",
        "payout.paid",
        "payout.failed",
        "payout.canceled",
        "payout.reconciliation_completed",
    }
)


class StripeProvider(Books):
    """See PaymentProvider."""

    handled_events = HANDLED_EVENTS

    def read_event(self, body: bytes, signature: str) -> EventEnvelope:
        try:
            text = body.decode()
            # Ten times faster than Webhook.construct_event and just as safe.
            stripe.WebhookSignature.verify_header(
                text, signature, self._webhook_secret, SIGNATURE_TOLERANCE
            )
            return _envelope(json.loads(text))
        except stripe.SignatureVerificationError as error:
            raise InvalidEvent("The signature is missing, wrong or too old.") from error
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise InvalidEvent("The event cannot be read.") from error

    @in_our_words
    def events_since(self, moment: datetime) -> Iterator[EventEnvelope]:
        # Stripe takes at most 20 types in a filter: all are listed, and the others passed over.
        listed = self._client.v1.events.list(
            {"created": {"gte": int(moment.timestamp())}, "limit": 100}
        )
        envelopes = [
            _envelope(event.to_dict())
            for event in listed.auto_paging_iter()
            if event.type in HANDLED_EVENTS
        ]
        return reversed(envelopes)

    @in_our_words
    def subject_of(self, event_type: str, object_reference: str) -> EventSubject:
        client = self._client.v1
        kind, _, rest = event_type.partition(".")
        if kind == "checkout":
            session = client.checkout.sessions.retrieve(object_reference)
            return EventSubject(
                attempt_id=session.client_reference_id or "", session_reference=session.id
            )
        if kind == "payout":
            return EventSubject(payout_reference=object_reference)
        if event_type.startswith("customer.subscription."):
            return self._subject_of_subscription(object_reference)
        if kind == "customer":
            return EventSubject(customer_reference=object_reference)
        if kind == "invoice":
            invoice = client.invoices.retrieve(object_reference).to_dict()
            return self._subject_of_invoice(invoice)
        payment = object_reference
        if kind == "refund":
            refund = client.refunds.retrieve(object_reference)
            payment = reference_of(refund.payment_intent or refund.charge)
        elif rest.startswith("dispute."):
            dispute = client.disputes.retrieve(object_reference)
            payment = reference_of(dispute.payment_intent or dispute.charge)
        elif kind == "charge":
            charge = client.charges.retrieve(object_reference)
            payment = reference_of(charge.payment_intent) or charge.id
        return self._subject_of_payment(payment) if payment else EventSubject()

    def _subject_of_payment(self, payment_reference: str) -> EventSubject:
        if is_bare_charge(payment_reference):
            return EventSubject(payment_reference=payment_reference)
        client = self._client.v1
        for session in client.checkout.sessions.list(
            {"payment_intent": payment_reference, "limit": 1}
        ).data:
            return EventSubject(
                attempt_id=session.client_reference_id or "",
                session_reference=session.id,
                payment_reference=payment_reference,
            )
        if invoice := self._invoice_of(payment_reference):
            return self._subject_of_invoice(invoice, payment_reference)
        return EventSubject(payment_reference=payment_reference)

    def _subject_of_invoice(self, invoice: Doc, payment_reference: str = "") -> EventSubject:
        subscription = subscription_of(invoice)
        found = self._subject_of_subscription(subscription) if subscription else EventSubject()
        return EventSubject(
            attempt_id=found.attempt_id,
            subscription_reference=subscription,
            invoice_reference=str(invoice["id"]),
            payment_reference=payment_reference,
        )

    def _subject_of_subscription(self, reference: str) -> EventSubject:
        metadata: Any = self._client.v1.subscriptions.retrieve(reference).to_dict()["metadata"]
        return EventSubject(
            attempt_id=str((metadata or {}).get(METADATA_KEY) or ""),
            subscription_reference=reference,
        )


def _envelope(event: dict[str, Any]) -> EventEnvelope:
    return EventEnvelope(
        reference=str(event["id"]),
        type=str(event["type"]),
        object_reference=str(event["data"]["object"].get("id", "")),
        is_live=bool(event["livemode"]),
        occurred_at=datetime.fromtimestamp(event["created"], UTC),
    )
