"""Changing a subscription: amount, interval, card, pause, trial, scheduled end."""

from __future__ import annotations

from ..errors import ApiError
from ..store import Doc
from ..world import DAY, World
from . import billing, catalog, customers, subscriptions
from .subscriptions import set_item

MAX_TRIAL_DAYS = 730
UPDATABLE = {
    "cancel_at", "cancel_at_period_end", "cancellation_details", "default_payment_method",
    "description", "expand", "items", "metadata", "pause_collection", "payment_behavior",
    "proration_behavior", "trial_end",
}  # fmt: skip


def update(world: World, identifier: str, params: Doc) -> Doc:
    """POST /v1/subscriptions/{id}: amount, interval, card, pause, trial, end, metadata."""
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
    again = False
    if "items" in params:
        values["items"], again = _changed_items(world, subscription, params)
    trial_end = params.get("trial_end")
    if trial_end is not None:
        values |= _trial(world, subscription, values.get("items"), params)
        again = trial_end == "now"
    if "cancel_at_period_end" in params:
        values |= _scheduled_end(world, subscription | values, params)
    if "cancel_at" in params:
        values |= _end_on_a_day(world, subscription, params)
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
    was_trialing = subscription["status"] == "trialing"
    before = world.change(subscription, **values)
    if again:
        if was_trialing:
            billing.warn(world, identifier)
        billing.begin_period(world, subscription, world.clock.now(), at_once=True, before=before)
        return world.get("subscription", identifier)
    if trial_end is not None:
        world.timers.set("renew", identifier, trial_end)
        if world.config.invoice_trials and not was_trialing:
            before["latest_invoice"] = subscription["latest_invoice"]
            billing.free_invoice(world, subscription)
    if before:
        world.emit("customer.subscription.updated", subscription, before)
    if "trial_end" in before:
        billing.announce_trial_end(world, subscription)
    return world.get("subscription", identifier)


def _trial(world: World, subscription: Doc, items: Doc | None, params: Doc) -> Doc:
    """The fields that `trial_end` changes: nothing is charged until then."""
    trialing, end = subscription["status"] == "trialing", params["trial_end"]
    if end == "now":
        if not trialing:
            raise ApiError(
                400,
                "The sandbox simulates trial_end=now only for a subscription in its trial.",
                param="trial_end",
            )
        return {}
    now = world.clock.now()
    if end <= now:
        raise ApiError(
            400,
            "Invalid timestamp: must be an integer Unix timestamp in the future.",
            param="trial_end",
        )
    if end > now + MAX_TRIAL_DAYS * DAY:
        raise ApiError(
            400, "The maximum number of trial period days is 730 (2 years).", param="trial_end"
        )
    if not trialing:
        _refuse_prorations(params)
    current = (items or subscription["items"])["data"][0]
    start = current["current_period_start"] if trialing else now
    return {
        "billing_cycle_anchor": end,
        "items": set_item(world, subscription, current_period_start=start, current_period_end=end),
        "status": "trialing",
        "trial_end": end,
        "trial_start": subscription["trial_start"] if trialing else now,
        **({"cancel_at": end} if subscription["cancel_at_period_end"] else {}),
    }


def _refuse_prorations(params: Doc) -> None:
    if params.get("proration_behavior") != "none":
        raise ApiError(
            400,
            "The sandbox does not simulate prorations: send proration_behavior=none.",
            param="proration_behavior",
        )


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


def _changed_items(world: World, subscription: Doc, params: Doc) -> tuple[Doc, bool]:
    """A new price or quantity from the next period on; and whether that one begins now.

    As at Stripe another interval begins a period at once, except during a trial.
    """
    if subscription["status"] != "trialing":
        _refuse_prorations(params)
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
    if not new:
        raise ApiError(400, "The price of a subscription is a recurring one.", param="items[0]")
    if price["currency"] != subscription["currency"]:
        raise ApiError(
            400,
            f"The price specified supports currencies of `{price['currency']}`. This doesn't match "
            f"the expected currency: `{subscription['currency']}`.",
            param="items[0]",
        )
    other = (new["interval"], new["interval_count"]) != (old["interval"], old["interval_count"])
    quantity = given.get("quantity", current["quantity"])
    items = set_item(world, subscription, price=price, quantity=quantity)
    return items, other and subscription["status"] != "trialing"


def _end_on_a_day(world: World, subscription: Doc, params: Doc) -> Doc:
    """An end at a moment of its own; an empty string takes it back."""
    moment = params["cancel_at"] or None
    if moment is None:
        world.timers.cancel("end", subscription["id"])
    elif not isinstance(moment, int):
        raise ApiError(400, "The sandbox simulates cancel_at as a time only.", param="cancel_at")
    else:
        world.timers.set("end", subscription["id"], moment)
    return {"cancel_at": moment, "canceled_at": moment and world.clock.now()}


def _scheduled_end(world: World, subscription: Doc, params: Doc) -> Doc:
    if not params["cancel_at_period_end"]:
        return {
            "cancel_at_period_end": False,
            "cancel_at": None,
            "canceled_at": None,
            "cancellation_details": subscriptions.cancellation(),
        }
    given = params.get("cancellation_details") or {}
    details = subscriptions.cancellation(
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
