"""The periods of a subscription: its start, a trial, renewals."""

from __future__ import annotations

from collections.abc import Callable

from ..store import Doc
from ..world import DAY, World
from . import collecting, invoices, periods, subscriptions

# Stripe finalizes a renewal's draft invoice after about an hour.
DRAFT_SECONDS = 3_600
WARNING_SECONDS = 3 * DAY


def start(world: World, session: Doc, intent: Doc, *, paid: bool) -> Doc:
    """The subscription and first invoice of a Checkout session that has just been paid.

    With `paid` false (a SEPA debit on its way) the invoice stays open. With a trial nothing is
    paid: `intent` is then the setup intent that saved the card. Returns the session fields that
    change.
    """
    notes = world.private(session["id"])
    data = notes["subscription_data"]
    now = world.clock.now()
    identifier = world.ids.new("subscription")
    lines = [world.get("item", item) for item in notes["items"]]
    chosen = next(line for line in lines if line["price"]["recurring"])
    recurring = chosen["price"]["recurring"]
    trial_end = notes.get("trial_end")
    end = trial_end or periods.after(now, recurring["interval"], recurring["interval_count"], 1)
    item = world.new(
        "subscription_item",
        current_period_start=now,
        current_period_end=end,
        metadata={},
        price=chosen["price"],
        quantity=chosen["quantity"],
        subscription=identifier,
        tax_rates=[],
    )
    subscription = world.new(
        "subscription",
        id=identifier,
        automatic_tax={"disabled_reason": None, "enabled": False, "liability": None},
        billing_cycle_anchor=trial_end or now,
        billing_mode={"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        collection_method="charge_automatically",
        cancellation_details=subscriptions.cancellation(),
        currency=session["currency"],
        customer=session["customer"],
        default_payment_method=intent["payment_method"],
        default_tax_rates=[],
        description=data.get("description"),
        invoice_settings={
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": {"type": "self"},
        },
        items={
            "object": "list",
            "data": [item],
            "has_more": False,
            "url": f"/v1/subscription_items?subscription={identifier}",
        },
        metadata=data.get("metadata") or {},
        payment_settings={
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        start_date=now,
        status="trialing" if trial_end else "active",
        trial_end=trial_end,
        trial_settings={"end_behavior": {"missing_payment_method": "create_invoice"}},
        trial_start=now if trial_end else None,
    )
    invoice = invoices.create(
        world,
        subscription,
        billing_reason="subscription_create",
        period=(now, end),
        past=(now, now),
        free=trial_end is not None,
    )
    world.change(subscription, latest_invoice=invoice["id"])
    world.emit("customer.subscription.created", subscription)
    world.emit("invoice.created", invoice)
    world.timers.set("renew", identifier, end)
    if trial_end:
        invoices.settle_free(world, invoice)
        announce_trial_end(world, subscription)
    else:
        invoices.finalize(world, invoice)
        invoices.add_payment(world, invoice, intent)
        world.change(invoice, attempted=True, attempt_count=1)
        if paid:
            invoices.mark_paid(world, invoice)
    return {"subscription": identifier, "invoice": invoice["id"]}


# Trials -------------------------------------------------------------------------------------------


def announce_trial_end(world: World, subscription: Doc) -> None:
    """Plan the warning of three days before, or give it at once when there is less time."""
    due = subscription["trial_end"] - WARNING_SECONDS
    if due > world.clock.now():
        world.timers.set("trial_warning", subscription["id"], due)
    else:
        warn(world, subscription["id"])


def warn(world: World, identifier: str) -> None:
    """The trial ends within three days."""
    world.timers.cancel("trial_warning", identifier)
    subscription = world.get("subscription", identifier)
    if subscription["status"] == "trialing":
        world.emit("customer.subscription.trial_will_end", subscription)


def free_invoice(world: World, subscription: Doc) -> None:
    """The invoice of nothing for a trial that begins on a running subscription."""
    now, end = world.clock.now(), subscription["trial_end"]
    invoice = invoices.create(
        world,
        subscription,
        billing_reason="subscription_update",
        period=(now, end),
        past=(now, now),
        free=True,
    )
    world.change(subscription, latest_invoice=invoice["id"])
    world.emit("invoice.created", invoice)
    invoices.settle_free(world, invoice)


# Renewal ------------------------------------------------------------------------------------------


def renew(world: World, identifier: str) -> None:
    """A period has ended: begin the next one, or end the subscription if that was wished."""
    subscription = world.get("subscription", identifier)
    if subscription["status"] == "canceled":
        return
    if subscription["cancel_at_period_end"]:
        subscriptions.end(world, subscription)
        return
    begin_period(world, subscription, subscription["items"]["data"][0]["current_period_end"])


def end_as_planned(world: World, identifier: str) -> None:
    """The moment of a planned end has come."""
    subscriptions.end(world, world.get("subscription", identifier))


def begin_period(
    world: World,
    subscription: Doc,
    begin: int,
    *,
    at_once: bool = False,
    before: Doc | None = None,
) -> None:
    """Begin a period with its invoice. The end of a trial and `at_once` move the anchor to it.

    A renewal's invoice stays a draft for an hour. `at_once` is for a change by hand: it is
    collected now. `before` is what the change has altered already, for the event.
    """
    item = subscription["items"]["data"][0]
    recurring = item["price"]["recurring"]
    values: Doc = {}
    if at_once or subscription["status"] == "trialing":
        values["billing_cycle_anchor"] = begin
    if subscription["status"] == "trialing":
        values["status"] = "active"
    if at_once and subscription["trial_end"]:
        values["trial_end"] = min(begin, subscription["trial_end"])
    anchor: int = (subscription | values)["billing_cycle_anchor"]
    end = periods.next_end(anchor, recurring["interval"], recurring["interval_count"], begin)
    values["items"] = subscriptions.set_item(
        world, subscription, current_period_start=begin, current_period_end=end
    )
    if subscription["cancel_at_period_end"]:
        values["cancel_at"] = end
    changed = world.change(subscription, **values)
    invoice = invoices.create(
        world,
        subscription,
        billing_reason="subscription_update" if at_once else "subscription_cycle",
        period=(begin, end),
        past=(item["current_period_start"], begin),
    )
    changed |= world.change(subscription, latest_invoice=invoice["id"])
    world.emit("customer.subscription.updated", subscription, changed | (before or {}))
    world.timers.set("renew", subscription["id"], end)
    world.timers.cancel("trial_warning", subscription["id"])
    paused = subscription["pause_collection"]
    if paused:
        world.change(invoice, auto_advance=False, automatically_finalizes_at=None)
    world.emit("invoice.created", invoice)
    if not paused and at_once:
        collecting.collect(world, invoice["id"])
    elif not paused:
        world.timers.set("collect", invoice["id"], world.clock.now() + DRAFT_SECONDS)
    elif paused["behavior"] == "void":
        invoices.finalize(world, invoice)
        invoices.void(world, invoice)
    elif paused["behavior"] == "mark_uncollectible":
        invoices.finalize(world, invoice)
        invoices.mark_uncollectible(world, invoice)


TIMED: dict[str, Callable[[World, str], None]] = {
    "renew": renew,
    "end": end_as_planned,
    "collect": collecting.collect,
    "retry": collecting.retry,
    "resume": subscriptions.resume,
    "trial_warning": warn,
}
