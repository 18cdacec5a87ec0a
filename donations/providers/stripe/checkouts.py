"""Hosted Checkout, payments and refunds."""

from typing import Any

from ..base import ProviderRefused
from ..pictures import CheckoutOrder, CheckoutPicture, CheckoutSession, PaymentPicture
from .account import METADATA_KEY, StripeAccount, in_our_words
from .pictures import Doc, draw_checkout, draw_payment, is_bare_charge


class Checkouts(StripeAccount):
    @in_our_words
    def create_checkout(self, order: CheckoutOrder, idempotency_key: str) -> CheckoutSession:
        metadata = {METADATA_KEY: order.attempt_id}
        price: Doc = {
            "currency": order.currency.lower(),
            "unit_amount": order.amount_cents,
            "product_data": {"name": order.description},
        }
        asked: Doc = {
            "ui_mode": "hosted_page",
            "locale": "lv" if order.language == "lv" else "en",
            "client_reference_id": order.attempt_id,
            # Donors give in euro; receipts and books know no other currency.
            "adaptive_pricing": {"enabled": False},
            "line_items": [{"quantity": 1, "price_data": price}],
            "metadata": metadata,
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
        }
        if order.customer_reference:
            asked["customer"] = order.customer_reference
        else:
            asked["customer_email"] = order.email
        # A session's metadata reaches neither its PaymentIntent nor its Subscription.
        if order.interval is None:
            asked |= {"mode": "payment", "submit_type": "donate"}
            asked["payment_intent_data"] = {"metadata": metadata, "description": order.description}
            if not order.customer_reference:
                asked["customer_creation"] = "always"
        else:
            price["recurring"] = {"interval": order.interval.value}
            begun: Doc = {"metadata": metadata, "description": order.description}
            if order.first_payment_at is not None:
                begun["trial_end"] = int(order.first_payment_at.timestamp())
            asked |= {"mode": "subscription", "subscription_data": begun}
        parameters: Any = asked
        session = self._client.v1.checkout.sessions.create(
            parameters, {"idempotency_key": idempotency_key}
        )
        if not session.url:
            raise ProviderRefused("The checkout session has no address.")
        return CheckoutSession(reference=session.id, url=session.url)

    @in_our_words
    def expire_checkout(self, session_reference: str) -> None:
        self._client.v1.checkout.sessions.expire(
            session_reference, {}, {"idempotency_key": f"expire-{session_reference}"}
        )

    @in_our_words
    def checkout(self, session_reference: str) -> CheckoutPicture:
        session = self._client.v1.checkout.sessions.retrieve(
            session_reference,
            {
                "expand": [
                    "payment_intent.latest_charge.balance_transaction",
                    "payment_intent.latest_charge.refunds",
                ]
            },
        ).to_dict()
        intent = session.get("payment_intent")
        payment = self._draw_payment(intent) if isinstance(intent, dict) else None
        return draw_checkout(session, payment)

    @in_our_words
    def payment(self, payment_reference: str) -> PaymentPicture:
        return self._payment(payment_reference)

    def _payment(self, payment_reference: str) -> PaymentPicture:
        if is_bare_charge(payment_reference):
            return self._bare_charge(payment_reference)
        return self._draw_payment(
            self._client.v1.payment_intents.retrieve(
                payment_reference,
                {"expand": ["latest_charge.balance_transaction", "latest_charge.refunds"]},
            ).to_dict()
        )

    def _bare_charge(self, reference: str) -> PaymentPicture:
        """A charge from before Stripe had payment intents, as if it had one."""
        charge = self._client.v1.charges.retrieve(
            reference, {"expand": ["balance_transaction", "refunds"]}
        ).to_dict()
        status = "succeeded" if charge["status"] == "succeeded" else "processing"
        intent = {name: charge[name] for name in ("id", "amount", "currency", "livemode")}
        return self._draw_payment(intent | {"status": status, "latest_charge": charge})

    def _draw_payment(self, intent: Doc) -> PaymentPicture:
        """`intent` has its latest charge expanded, with booking and refunds. Refunds' own bookings
        and disputes are fetched only where there is something."""
        charge = intent.get("latest_charge")
        refunds: list[Doc] = []
        disputes: list[Doc] = []
        if not isinstance(charge, dict):
            return draw_payment(intent, None, refunds, disputes)
        if charge["refunds"]["data"]:
            listed = self._client.v1.refunds.list(
                {"charge": charge["id"], "limit": 100, "expand": ["data.balance_transaction"]}
            )
            refunds = [refund.to_dict() for refund in listed.auto_paging_iter()]
        if charge["disputed"]:
            found = self._client.v1.disputes.list({"charge": charge["id"], "limit": 100})
            disputes = [dispute.to_dict() for dispute in found.auto_paging_iter()]
        return draw_payment(intent, charge, refunds, disputes)

    @in_our_words
    def refund(self, payment_reference: str, amount_cents: int, idempotency_key: str) -> None:
        kind = "charge" if is_bare_charge(payment_reference) else "payment_intent"
        asked: Any = {kind: payment_reference, "amount": amount_cents}
        self._client.v1.refunds.create(asked, {"idempotency_key": idempotency_key})
