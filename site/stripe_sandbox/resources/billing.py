"""Collecting for subscriptions: first payment, renewals, retries of a failing card."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ApiError
from ..store import Doc
from ..world import DAY, World
from . import balance, invoices, payments, periods, subscriptions

# Stripe finalizes a renewal's draft invoice after about an hour.
DRAFT_SECONDS = 3_600
# Days after the first failure on which the card is tried again: eight tries in two weeks.
RETRY_DAYS = (1, 3, 5, 7, 9, 11, 14)
# After these a bank will not change its mind; only another card helps.
HARD_DECLINES = frozenset({"lost_card", "stolen_card", "expired_card"})


def start(world: World, session: Doc, intent: Doc, *, paid: bool) -> Doc:
    """The subscription and first invoice of a Checkout session that has just been paid.

    With `paid` false (a SEPA debit on its way) the invoice stays open. Returns the session
    fields that change.
    """
    notes = world.private(session["id"])
    data = notes["subscription_data"]
    now = world.clock.now()
    identifier = world.ids.new("subscription")
    lines = [world.get("item", item) for item in notes["items"]]
    chosen = next(line for line in lines if line["price"]["recurring"])
    recurring = chosen["price"]["recurring"]
    end = periods.after(now, recurring["interval"], recurring["interval_count"], 1)
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
        billing_cycle_anchor=now,
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
        status="active",
        trial_settings={"end_behavior": {"missing_payment_method": "create_invoice"}},
    )
    invoice = invoices.create(
        world,
        subscription,
        billing_reason="subscription_create",
        period=(now, end),
        past=(now, now),
    )
    world.change(subscription, latest_invoice=invoice["id"])
    world.emit("customer.subscription.created", subscription)
    world.emit("invoice.created", invoice)
    invoices.finalize(world, invoice)
    invoices.add_payment(world, invoice, intent)
    world.change(invoice, attempted=True, attempt_count=1)
    if paid:
        invoices.mark_paid(world, invoice)
    world.timers.set("renew", identifier, end)
    return {"subscription": identifier, "invoice": invoice["id"]}


# Renewal ------------------------------------------------------------------------------------------


def renew(world: World, identifier: str) -> None:
    """A period has ended: begin the next one, or end the subscription if that was wished."""
    subscription = world.get("subscription", identifier)
    if subscription["status"] == "canceled":
        return
    if subscription["cancel_at_period_end"]:
        subscriptions.end(world, subscription)
        return
    item = subscription["items"]["data"][0]
    recurring = item["price"]["recurring"]
    begin = item["current_period_end"]
    end = periods.next_end(
        subscription["billing_cycle_anchor"],
        recurring["interval"],
        recurring["interval_count"],
        begin,
    )
    items = subscriptions.set_item(
        world, subscription, current_period_start=begin, current_period_end=end
    )
    before_items = subscription["items"]
    world.change(subscription, items=items)
    invoice = invoices.create(
        world,
        subscription,
        billing_reason="subscription_cycle",
        period=(begin, end),
        past=(item["current_period_start"], begin),
    )
    before = {"items": before_items, "latest_invoice": subscription["latest_invoice"]}
    world.change(subscription, latest_invoice=invoice["id"])
    world.emit("customer.subscription.updated", subscription, before)
    world.timers.set("renew", identifier, end)
    paused = subscription["pause_collection"]
    if paused:
        world.change(invoice, auto_advance=False, automatically_finalizes_at=None)
    world.emit("invoice.created", invoice)
    if not paused:
        world.timers.set("collect", invoice["id"], world.clock.now() + DRAFT_SECONDS)
    elif paused["behavior"] == "void":
        invoices.finalize(world, invoice)
        invoices.void(world, invoice)
    elif paused["behavior"] == "mark_uncollectible":
        invoices.finalize(world, invoice)
        invoices.mark_uncollectible(world, invoice)


def collect(world: World, invoice_id: str) -> None:
    """Finalize a draft if need be and try to collect an invoice's amount."""
    invoice = world.get("invoice", invoice_id)
    subscription = world.get("subscription", world.private(invoice_id)["subscription"])
    if invoice["status"] == "draft" and subscription["status"] != "canceled":
        invoices.finalize(world, invoice)
    if invoice["status"] == "open" and subscription["status"] != "canceled":
        _try(world, invoice, subscription)


def method_for(world: World, subscription: Doc) -> Doc:
    """The payment method a renewal uses: the subscription's own, else the customer's default."""
    chosen = subscription["default_payment_method"]
    if chosen is None:
        customer = world.get("customer", subscription["customer"])
        chosen = customer["invoice_settings"]["default_payment_method"]
    if chosen is None:
        raise ApiError(400, "This customer has no attached payment source or default payment "
                       "method.", code="resource_missing")  # fmt: skip
    return world.get("payment_method", chosen)


def _try(world: World, invoice: Doc, subscription: Doc) -> payments.Attempt:
    """One attempt to collect an open invoice, with everything that follows from it."""
    notes = world.private(invoice["id"])
    if "intent" in notes:
        intent = world.get("payment_intent", notes["intent"])
    else:
        intent = payments.create_intent(
            world,
            amount=invoice["total"],
            currency=invoice["currency"],
            customer=invoice["customer"],
            description="Subscription update",
            metadata={},
        )
        invoices.add_payment(world, invoice, intent)
    count = invoice["attempt_count"] + 1
    try:
        payment_method = method_for(world, subscription)
    except ApiError as error:
        world.change(invoice, attempted=True, attempt_count=count)
        _failed(world, invoice, subscription)
        return payments.Attempt("failed", str(error))
    attempt = payments.confirm(world, intent, payment_method, off_session=True)
    world.change(invoice, attempted=True, attempt_count=count, next_payment_attempt=None)
    if attempt.status == "succeeded" and attempt.charge:
        _paid(world, invoice, subscription)
        balance.post_fee(world, attempt.charge)
    elif attempt.status == "failed":
        _failed(world, invoice, subscription)
    return attempt


def _paid(world: World, invoice: Doc, subscription: Doc) -> None:
    world.timers.cancel("retry", invoice["id"])
    invoices.mark_paid(world, invoice)
    if subscription["status"] == "past_due":
        world.update(subscription, "customer.subscription.updated", status="active")


def _failed(world: World, invoice: Doc, subscription: Doc) -> None:
    """Plan the next try and mark the subscription; after the last try it ends."""
    count = invoice["attempt_count"]
    over = count > len(RETRY_DAYS)
    due = None
    if not over:
        first = world.private(invoice["id"]).get("first_failure", world.clock.now())
        world.note(invoice["id"], first_failure=first)
        due = max(first + RETRY_DAYS[count - 1] * DAY, world.clock.now() + 3_600)
        world.timers.set("retry", invoice["id"], due)
    before = world.change(invoice, next_payment_attempt=due)
    world.emit("invoice.payment_failed", invoice)
    if before:
        world.emit("invoice.updated", invoice, before)
    if over:
        subscriptions.end(world, subscription, reason="payment_failed")
    else:
        world.update(subscription, "customer.subscription.updated", status="past_due")


def retry(world: World, invoice_id: str) -> None:
    """A planned new try. A card that was declined for good is skipped, but time goes on."""
    invoice = world.get("invoice", invoice_id)
    subscription = world.get("subscription", world.private(invoice_id)["subscription"])
    if invoice["status"] != "open" or subscription["status"] == "canceled":
        return
    intent = world.private(invoice_id).get("intent")
    error = world.get("payment_intent", intent)["last_payment_error"] if intent else None
    failed_with = (error or {}).get("payment_method", {}).get("id")
    hard = (error or {}).get("decline_code") in HARD_DECLINES
    if hard and failed_with == subscription["default_payment_method"]:
        world.change(invoice, attempt_count=invoice["attempt_count"] + 1)
        _failed(world, invoice, subscription)
        return
    _try(world, invoice, subscription)


def after_settling(world: World, invoice_id: str, intent: Doc, *, success: bool) -> None:
    """A SEPA debit for an invoice has been answered."""
    invoice = world.get("invoice", invoice_id)
    subscription = world.get("subscription", world.private(invoice_id)["subscription"])
    if success:
        _paid(world, invoice, subscription)
    elif subscription["status"] != "canceled":
        _failed(world, invoice, subscription)


def pay_invoice(world: World, identifier: str, params: Doc) -> Doc:
    """POST /v1/invoices/{invoice}/pay: try to collect an open invoice now."""
    invoice = world.get("invoice", identifier, "invoice")
    if invoice["status"] != "open":
        code = "invoice_already_paid" if invoice["status"] == "paid" else None
        raise ApiError(400, f"Invoice is {invoice['status']}", code=code)
    subscription = world.get("subscription", world.private(identifier)["subscription"])
    if "payment_method" in params:
        chosen = world.get("payment_method", params["payment_method"], "payment_method")
        attempt = _try(world, invoice, subscription | {"default_payment_method": chosen["id"]})
    else:
        attempt = _try(world, invoice, subscription)
    if attempt.status == "failed":
        raise ApiError(
            402, attempt.message, type="card_error", code="card_declined", keep=True,
            charge=attempt.charge,
        )  # fmt: skip
    return world.get("invoice", identifier)


TIMED: dict[str, Callable[[World, str], None]] = {
    "renew": renew,
    "collect": collect,
    "retry": retry,
    "resume": subscriptions.resume,
}
