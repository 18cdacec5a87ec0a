"""Subscriptions, their invoices, and the customer portal."""

from datetime import datetime
from typing import Any

import stripe

from ..pictures import Interval, InvoicePicture, PledgeChange, PledgePicture
from . import pauses
from .account import in_our_words
from .checkouts import Checkouts
from .pictures import Doc, draw_invoice, draw_pledge, intent_of


class Pledges(Checkouts):
    @in_our_words
    def pledge(self, subscription_reference: str) -> PledgePicture:
        subscription = self._client.v1.subscriptions.retrieve(
            subscription_reference, {"expand": ["default_payment_method", "customer"]}
        ).to_dict()
        return self._draw_pledge(subscription)

    def _draw_pledge(self, subscription: Doc) -> PledgePicture:
        customer = subscription["customer"]
        return draw_pledge(subscription, customer if isinstance(customer, dict) else None)

    @in_our_words
    def invoice(self, invoice_reference: str) -> InvoicePicture:
        invoice = self._client.v1.invoices.retrieve(
            invoice_reference, {"expand": ["payments.data.payment.payment_intent"]}
        ).to_dict()
        intent = intent_of(invoice)
        return draw_invoice(invoice, intent, self._payment(intent["id"]) if intent else None)

    @in_our_words
    def invoices_of(self, subscription_reference: str) -> list[str]:
        listed = self._client.v1.invoices.list(
            {"subscription": subscription_reference, "limit": 100}
        )
        return [invoice.id for invoice in listed.auto_paging_iter()][::-1]

    @in_our_words
    def change_pledge(
        self, subscription_reference: str, change: PledgeChange, idempotency_key: str
    ) -> None:
        client = self._client.v1
        subscription = client.subscriptions.retrieve(subscription_reference).to_dict()
        item = subscription["items"]["data"][0]
        recurring = item["price"]["recurring"]
        asked: Doc = {
            "items": [
                {
                    "id": item["id"],
                    "price_data": {
                        "currency": change.currency.lower(),
                        "unit_amount": change.amount_cents,
                        "product": item["price"]["product"],
                        "recurring": {"interval": change.interval.value},
                    },
                }
            ],
            # Nothing is charged or credited for the time already paid.
            "proration_behavior": "none",
        }
        planned = due = item["current_period_end"]
        if change.next_payment_at is not None:
            due = int(change.next_payment_at.timestamp())
        paused = subscription["pause_collection"] or {}
        is_yearly = change.interval is Interval.YEAR
        later = pauses.behind(due, paused.get("resumes_at") if is_yearly else None)
        # Another interval would begin, and charge, today.
        is_other = recurring["interval"] != change.interval.value
        if is_other or not planned == due == later:
            asked |= pauses.collect_at(later, instead_of=due)
        self._update(subscription_reference, asked, idempotency_key)

    @in_our_words
    def describe_pledge(
        self, subscription_reference: str, description: str, *, with_product: bool
    ) -> None:
        client = self._client.v1
        described = client.subscriptions.update(
            subscription_reference, {"description": description}
        ).to_dict()
        if with_product:
            product = described["items"]["data"][0]["price"]["product"]
            client.products.update(product, {"name": description})

    @in_our_words
    def pause_pledge(
        self, subscription_reference: str, until: datetime, idempotency_key: str
    ) -> None:
        subscription = self._client.v1.subscriptions.retrieve(subscription_reference).to_dict()
        end = int(until.timestamp())
        asked: Doc = {"pause_collection": {"behavior": "void", "resumes_at": end}}
        asked |= pauses.put_off(subscription, end)
        self._update(subscription_reference, asked, idempotency_key)

    @in_our_words
    def resume_pledge(
        self, subscription_reference: str, earliest: datetime, idempotency_key: str
    ) -> None:
        subscription = self._client.v1.subscriptions.retrieve(subscription_reference).to_dict()
        asked: Doc = {}
        if subscription["pause_collection"]:
            # An empty string is how Stripe's API unsets an object.
            asked["pause_collection"] = ""
            asked |= pauses.bring_back(subscription, earliest)
        if subscription["cancel_at_period_end"]:
            asked["cancel_at_period_end"] = False
        elif subscription["cancel_at"]:
            # An end on a day, as somebody can set it in the dashboard.
            asked["cancel_at"] = ""
        if asked:
            self._update(subscription_reference, asked, idempotency_key)

    @in_our_words
    def cancel_pledge(
        self, subscription_reference: str, comment: str, idempotency_key: str
    ) -> None:
        parameters: Any = {"cancellation_details": {"comment": comment}} if comment else {}
        try:
            self._client.v1.subscriptions.cancel(
                subscription_reference, parameters, {"idempotency_key": idempotency_key}
            )
        except stripe.InvalidRequestError:
            subscription = self._client.v1.subscriptions.retrieve(subscription_reference)
            if subscription.status not in {"canceled", "incomplete_expired"}:
                raise

    @in_our_words
    def pay_with(
        self, subscription_reference: str, method_reference: str, idempotency_key: str
    ) -> None:
        # Retries use the subscription's own method first, so the customer's is not enough.
        asked = {"default_payment_method": method_reference}
        self._update(subscription_reference, asked, idempotency_key)

    def _update(self, subscription_reference: str, asked: Doc, idempotency_key: str) -> None:
        parameters: Any = asked
        self._client.v1.subscriptions.update(
            subscription_reference, parameters, {"idempotency_key": idempotency_key}
        )

    @in_our_words
    def retry_invoice(self, invoice_reference: str, idempotency_key: str) -> None:
        try:
            self._client.v1.invoices.pay(
                invoice_reference, {}, {"idempotency_key": idempotency_key}
            )
        except stripe.CardError:
            return
        except stripe.InvalidRequestError:
            if self._client.v1.invoices.retrieve(invoice_reference).status == "open":
                raise

    @in_our_words
    def portal_url(self, customer_reference: str, language: str, return_url: str) -> str:
        session = self._client.v1.billing_portal.sessions.create(
            {
                "customer": customer_reference,
                "locale": "lv" if language == "lv" else "en",
                "return_url": return_url,
                "flow_data": {
                    "type": "payment_method_update",
                    "after_completion": {
                        "type": "redirect",
                        "redirect": {"return_url": return_url},
                    },
                },
            }
        )
        return session.url

    @in_our_words
    def update_customer(
        self, customer_reference: str, name: str, email: str, language: str
    ) -> None:
        try:
            self._client.v1.customers.update(
                customer_reference,
                {"name": name, "email": email, "preferred_locales": [language]},
            )
        except stripe.InvalidRequestError as error:
            if error.code != "resource_missing":
                raise
