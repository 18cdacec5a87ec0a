"""Subscriptions: changes of amount, card, pause and end."""

from __future__ import annotations

from typing import Any

from ..errors import ApiError
from ..store import Doc
from ..world import World
from . import catalog, customers

UPDATABLE = {
    "cancel_at_period_end", "cancellation_details", "default_payment_method", "description",
    "expand", "items", "metadata", "pause_collection", "proration_behavior", "payment_behavior",
}  # fmt: skip


def update(world: World, identifier: str, params: Doc) -> Doc:
    """POST /v1/subscriptions/{id}: amount, card, pause, scheduled end, metadata."""
    subscription = world.get("subscription", identifier)
    if subscription["status"] == "canceled" and set(params) - {"metadata", "expand"}:
        raise ApiError(400, "A canceled subscription can only update its metadata.")
    for name in params:
        if name not in UPDATABLE:
            raise ApiError(400, f"The sandbox does not simulate {name}.", param=name)
    values: Doc = {}
    if "description" in params:
        values["description"] = params["description"] or None
    if "metadata" in params:
        values["metadata"] = customers.merged_metadata(subscription["metadata"], params["metadata"])
    if "default_payment_method" in params:
        chosen = params["default_payment_method"] or None
        if chosen:
            _check_method(world, subscription, chosen)
        values["default_payment_method"] = chosen
    if "items" in params:
        values["items"] = _changed_items(world, subscription, params)
    if "cancel_at_period_end" in params:
        values |= _scheduled_end(world, subscription, params)
    if "pause_collection" in params:
        paused = params["pause_collection"] or None
        values["pause_collection"] = paused and {
            "behavior": paused["behavior"],
            "resumes_at": paused.get("resumes_at"),
        }
        if paused and paused.get("resumes_at"):
            world.timers.set("resume", identifier, paused["resumes_at"])
        else:
            world.timers.cancel("resume", identifier)
    world.update(subscription, "customer.subscription.updated", **values)
    return subscription


def _check_method(world: World, subscription: Doc, chosen: str) -> None:
    payment_method = world.get("payment_method", chosen, "default_payment_method")
    if payment_method["customer"] != subscription["customer"]:
        raise ApiError(
            400,
            f"The customer does not have a payment method with the ID {chosen}. The payment "
            "method must be attached to the customer.",
            code="resource_missing",
            param="default_payment_method",
        )


def _changed_items(world: World, subscription: Doc, params: Doc) -> Doc:
    """A new price or quantity from the next period on."""
    if params.get("proration_behavior") != "none":
        raise ApiError(
            400,
            "The sandbox does not simulate prorations: send proration_behavior=none.",
            param="proration_behavior",
        )
    current = subscription["items"]["data"][0]
    if len(params["items"]) != 1 or params["items"][0].get("id") != current["id"]:
        raise ApiError(
            400,
            f"The sandbox changes the existing item only: pass items[0][id]={current['id']}.",
            param="items",
        )
    given = params["items"][0]
    price = current["price"]
    if "price_data" in given:
        price = catalog.price_from_data(world, given["price_data"], "items[0][price_data]")
    elif "price" in given:
        price = world.get("price", given["price"], "items[0][price]")
    old, new = current["price"]["recurring"], price["recurring"]
    if not new or (new["interval"], new["interval_count"]) != (
        old["interval"], old["interval_count"],
    ):  # fmt: skip
        raise ApiError(400, "The sandbox does not simulate a change of interval.", param="items[0]")
    quantity = given.get("quantity", current["quantity"])
    return set_item(world, subscription, price=price, quantity=quantity)


def _scheduled_end(world: World, subscription: Doc, params: Doc) -> Doc:
    if not params["cancel_at_period_end"]:
        return {
            "cancel_at_period_end": False,
            "cancel_at": None,
            "canceled_at": None,
            "cancellation_details": cancellation(),
        }
    given = params.get("cancellation_details") or {}
    details = cancellation(
        reason="cancellation_requested",
        comment=given.get("comment") or None,
        feedback=given.get("feedback") or None,
    )
    return {
        "cancel_at_period_end": True,
        "cancel_at": subscription["items"]["data"][0]["current_period_end"],
        "canceled_at": world.clock.now(),
        "cancellation_details": details,
    }


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
    # Stripe stops collecting what is still open, but leaves the invoices as they are.
    for invoice in world.store.newest("invoice"):
        if world.private(invoice["id"]).get("subscription") == subscription["id"]:
            world.timers.cancel("retry", invoice["id"])
            world.timers.cancel("collect", invoice["id"])
            if invoice["status"] in ("open", "draft"):
                world.change(invoice, auto_advance=False, next_payment_attempt=None)
    world.emit("customer.subscription.deleted", subscription)


def cancellation(**values: str | None) -> Doc:
    return dict.fromkeys(("comment", "feedback", "feedback_option", "reason")) | values


def set_item(world: World, subscription: Doc, **values: Any) -> Doc:
    """Change the subscription's only item; returns the list for the subscription's `items`."""
    item = world.get("subscription_item", subscription["items"]["data"][0]["id"])
    world.change(item, **values)
    return dict(subscription["items"]) | {"data": [item]}
