"""Requests that many tests make, and short views of what happened."""

from __future__ import annotations

from typing import Any

from stripe_sandbox import Sandbox


def donation(cents: int = 2500, **more: Any) -> dict[str, Any]:
    """Parameters of a Checkout session for a single gift."""
    return {
        "mode": "payment",
        "submit_type": "donate",
        "locale": "lv",
        "line_items": [{"quantity": 1, "price_data": price(cents)}],
        "metadata": {"attempt": "a1"},
        "payment_intent_data": {"metadata": {"attempt": "a1"}},
        "success_url": "https://example.org/thanks?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://example.org/give",
        "customer_creation": "always",
        **more,
    }


def pledge(cents: int = 1000, interval: str = "month", **more: Any) -> dict[str, Any]:
    """Parameters of a Checkout session for a regular gift."""
    return {
        "mode": "subscription",
        "locale": "lv",
        "line_items": [
            {"quantity": 1, "price_data": price(cents) | {"recurring": {"interval": interval}}}
        ],
        "subscription_data": {"metadata": {"pledge": "p1"}},
        "success_url": "https://example.org/thanks?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://example.org/give",
        **more,
    }


def price(cents: int) -> dict[str, Any]:
    return {"currency": "eur", "unit_amount": cents, "product_data": {"name": "Ziedojums"}}


class Watch:
    """The events since it was made."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.start = len(sandbox.events)

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.sandbox.events[self.start :]]

    def last(self, type: str) -> dict[str, Any]:
        """The object of the latest event of this type."""
        found = [e for e in self.sandbox.events[self.start :] if e["type"] == type]
        obj: dict[str, Any] = found[-1]["data"]["object"]
        return obj
