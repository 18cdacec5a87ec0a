"""Subscriptions: their end, and what the other modules need of them."""

from __future__ import annotations

from typing import Any

from ..errors import ApiError
from ..store import Doc
from ..world import World


def resume(world: World, identifier: str) -> None:
    """The pause is over."""
    subscription = world.get("subscription", identifier)
    if subscription["status"] != "canceled":
        world.update(subscription, "customer.subscription.updated", pause_collection=None)


def cancel(world: World, identifier: str, params: Doc) -> Doc:
    """DELETE /v1/subscriptions/{id}: end it now."""
    subscription = world.get("subscription", identifier)
    if subscription["status"] == "canceled":
        raise ApiError(
            404, f"No such subscription: '{identifier}'", code="resource_missing", param="id"
        )
    given: Any = params.get("cancellation_details") or {}
    comment, feedback = given.get("comment") or None, given.get("feedback") or None
    end(world, subscription, comment=comment, feedback=feedback)
    return subscription


def end(
    world: World,
    subscription: Doc,
    *,
    reason: str = "cancellation_requested",
    comment: str | None = None,
    feedback: str | None = None,
) -> None:
    now = world.clock.now()
    old = subscription["cancellation_details"] or cancellation()
    details = cancellation(
        reason=reason,
        comment=comment or old["comment"],
        feedback=feedback or old["feedback"],
    )
    world.change(
        subscription,
        status="canceled",
        canceled_at=subscription["canceled_at"] or now,
        ended_at=now,
        cancellation_details=details,
    )
    world.timers.cancel("renew", subscription["id"])
    world.timers.cancel("resume", subscription["id"])
    world.timers.cancel("end", subscription["id"])
    # Stripe stops collecting what is still open, but leaves the invoices as they are.
    for invoice in world.store.newest("invoice", {"subscription": subscription["id"]}):
        if invoice["status"] in ("open", "draft"):
            world.timers.cancel("retry", invoice["id"])
            world.timers.cancel("collect", invoice["id"])
            world.change(invoice, auto_advance=False, next_payment_attempt=None)
    world.emit("customer.subscription.deleted", subscription)


def cancellation(**values: str | None) -> Doc:
    return dict.fromkeys(("comment", "feedback", "feedback_option", "reason")) | values


def set_item(world: World, subscription: Doc, **values: Any) -> Doc:
    """Change the subscription's only item; returns the list for the subscription's `items`."""
    item = world.get("subscription_item", subscription["items"]["data"][0]["id"])
    world.change(item, **values)
    return dict(subscription["items"]) | {"data": [item]}
