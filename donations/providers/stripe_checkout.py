"""Stripe through hosted Checkout (API version 2026-10-28.endive)."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, cast

import stripe

from .base import (
    CheckoutOrder,
    CheckoutSession,
    EventEnvelope,
    EventSubject,
    InvalidEvent,
    PaymentPicture,
    ProviderRefused,
    ProviderUnavailable,
)
from .stripe_picture import draw_picture

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
    }
)


def _translated[**P, R](
    call: Callable[Concatenate["StripeCheckout", P], R],
) -> Callable[Concatenate["StripeCheckout", P], R]:
    """Turn Stripe's errors into ours. Their messages name parameters, never card data."""

    @wraps(call)
    def translated(self: "StripeCheckout", *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(self, *args, **kwargs)
        except stripe.IdempotencyError as error:
            # Something that goes into the request has changed since the first try.
            raise ProviderUnavailable(_describe(error), key_is_spent=True) from error
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise ProviderUnavailable(_describe(error)) from error
        except stripe.StripeError as error:
            status = error.http_status or 0
            if status >= 500:
                # Stripe replays a stored 5xx for the same idempotency key.
                raise ProviderUnavailable(_describe(error), key_is_spent=True) from error
            if status == 409:
                # The same key is in use by a request that is still running.
                raise ProviderUnavailable(_describe(error)) from error
            raise ProviderRefused(_describe(error)) from error

    return cast("Callable[Concatenate[StripeCheckout, P], R]", translated)


def _describe(error: stripe.StripeError) -> str:
    return f"{type(error).__name__} {error.http_status or ''} {error.code or ''}".strip()


class StripeCheckout:
    """See PaymentProvider."""

    name = "stripe"
    handled_events = HANDLED_EVENTS

    def __init__(
        self,
        *,
        key: str,
        webhook_secret: str,
        api_base: str = "",
        timeout: float,
        max_network_retries: int,
        http_client: stripe.HTTPClient | None = None,
    ) -> None:
        """`timeout` in seconds; `api_base` only for a stand-in; `http_client` for tests."""
        self.is_live = key.startswith(("sk_live_", "rk_live_"))
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": api_base} if api_base else {},
            http_client=http_client or stripe.RequestsClient(timeout=timeout),
            max_network_retries=max_network_retries,
        )

    @_translated
    def create_checkout(self, order: CheckoutOrder, idempotency_key: str) -> CheckoutSession:
        metadata = {"attempt": order.attempt_id}
        session = self._client.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "ui_mode": "hosted_page",
                "submit_type": "donate",
                "locale": "lv" if order.language == "lv" else "en",
                "client_reference_id": order.attempt_id,
                "customer_creation": "always",
                # Donors give in euro; receipts and books know no other currency.
                "adaptive_pricing": {"enabled": False},
                "customer_email": order.email,
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": order.currency.lower(),
                            "unit_amount": order.amount_cents,
                            "product_data": {"name": order.description},
                        },
                    }
                ],
                # A session's metadata does not reach its PaymentIntent: set it there too.
                "metadata": metadata,
                "payment_intent_data": {"metadata": metadata, "description": order.description},
                "success_url": order.success_url,
                "cancel_url": order.cancel_url,
            },
            {"idempotency_key": idempotency_key},
        )
        if not session.url:
            raise ProviderRefused("The checkout session has no address.")
        return CheckoutSession(reference=session.id, url=session.url)

    @_translated
    def expire_checkout(self, session_reference: str) -> None:
        self._client.v1.checkout.sessions.expire(
            session_reference, {}, {"idempotency_key": f"expire-{session_reference}"}
        )

    @_translated
    def picture(self, session_reference: str) -> PaymentPicture:
        session = self._client.v1.checkout.sessions.retrieve(
            session_reference,
            {
                "expand": [
                    "payment_intent.latest_charge.balance_transaction",
                    "payment_intent.latest_charge.refunds",
                ]
            },
        ).to_dict()
        charge = _charge_of(session)
        refunds: list[dict[str, Any]] = []
        disputes: list[dict[str, Any]] = []
        if charge:
            refunds = charge["refunds"]["data"]
            if charge["refunds"]["has_more"]:
                every = self._client.v1.refunds.list({"charge": charge["id"], "limit": 100})
                refunds = [refund.to_dict() for refund in every.auto_paging_iter()]
            if charge["disputed"]:
                listed = self._client.v1.disputes.list({"charge": charge["id"], "limit": 100})
                disputes = [dispute.to_dict() for dispute in listed.auto_paging_iter()]
        return draw_picture(session, charge, refunds, disputes)

    @_translated
    def refund(self, payment_reference: str, amount_cents: int, idempotency_key: str) -> None:
        self._client.v1.refunds.create(
            {"payment_intent": payment_reference, "amount": amount_cents},
            {"idempotency_key": idempotency_key},
        )

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

    @_translated
    def events_since(self, moment: datetime) -> Iterator[EventEnvelope]:
        listed = self._client.v1.events.list(
            {
                "created": {"gte": int(moment.timestamp())},
                "types": sorted(HANDLED_EVENTS),
                "limit": 100,
            }
        )
        envelopes = [_envelope(event.to_dict()) for event in listed.auto_paging_iter()]
        return reversed(envelopes)

    @_translated
    def subject_of(self, event_type: str, object_reference: str) -> EventSubject:
        client = self._client.v1
        payment: Any
        if event_type.startswith("checkout.session."):
            session = client.checkout.sessions.retrieve(object_reference)
            return EventSubject(
                attempt_id=session.client_reference_id or "", session_reference=session.id
            )
        if event_type.startswith("payment_intent."):
            payment = object_reference
        elif event_type.startswith("charge.dispute."):
            payment = client.disputes.retrieve(object_reference).payment_intent
        elif event_type.startswith("refund."):
            payment = client.refunds.retrieve(object_reference).payment_intent
        else:
            payment = client.charges.retrieve(object_reference).payment_intent
        if not payment:
            return EventSubject()
        sessions = client.checkout.sessions.list({"payment_intent": cast(str, payment), "limit": 1})
        for session in sessions.data:
            return EventSubject(
                attempt_id=session.client_reference_id or "", session_reference=session.id
            )
        return EventSubject()


def _envelope(event: dict[str, Any]) -> EventEnvelope:
    return EventEnvelope(
        reference=str(event["id"]),
        type=str(event["type"]),
        object_reference=str(event["data"]["object"].get("id", "")),
        is_live=bool(event["livemode"]),
        occurred_at=datetime.fromtimestamp(event["created"], UTC),
    )


def _charge_of(session: dict[str, Any]) -> dict[str, Any] | None:
    payment = session.get("payment_intent")
    charge = payment.get("latest_charge") if isinstance(payment, dict) else None
    return charge if isinstance(charge, dict) else None
