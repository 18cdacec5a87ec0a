"""Invoices of subscriptions and the payments made on them."""

from __future__ import annotations

from ..store import Doc
from ..world import World


def create(
    world: World,
    subscription: Doc,
    *,
    billing_reason: str,
    period: tuple[int, int],
    past: tuple[int, int],
    free: bool = False,
) -> Doc:
    """A draft invoice for one period of a subscription (start and end in Unix time).

    Its lines carry the period being paid for, the invoice itself the `past` one. A `free` one
    is for a trial: its lines cost nothing.
    """
    customer = world.get("customer", subscription["customer"])
    identifier = world.ids.new("invoice")
    lines = [
        _line(world, item, subscription, identifier, period, free=free)
        for item in subscription["items"]["data"]
    ]
    total = sum(line["amount"] for line in lines)
    now = world.clock.now()
    invoice = world.new(
        "invoice",
        id=identifier,
        account_country="LV",
        account_name=world.config.name,
        amount_due=total,
        amount_remaining=total,
        auto_advance=True,
        automatic_tax={
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        automatically_finalizes_at=now + 3600 if billing_reason == "subscription_cycle" else None,
        billing_reason=billing_reason,
        collection_method="charge_automatically",
        currency=subscription["currency"],
        customer=customer["id"],
        customer_email=customer["email"],
        customer_name=customer["name"],
        customer_address=customer["address"],
        customer_tax_exempt="none",
        customer_tax_ids=[],
        issuer={"type": "self"},
        lines=_list(lines, f"/v1/invoices/{identifier}/lines"),
        metadata={},
        parent={
            "quote_details": None,
            "subscription_details": {
                "metadata": subscription["metadata"],
                "subscription": subscription["id"],
            },
            "type": "subscription_details",
        },
        payment_settings={
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        period_start=past[0],
        period_end=past[1],
        status="draft",
        status_transitions=dict.fromkeys(
            ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
        ),
        subtotal=total,
        subtotal_excluding_tax=total,
        total=total,
        total_excluding_tax=total,
        total_discount_amounts=[],
        total_pretax_credit_amounts=[],
        total_taxes=[],
    )
    world.note(identifier, subscription=subscription["id"], attempts=0)
    return invoice


def _list(data: list[Doc], url: str) -> Doc:
    return {"object": "list", "data": data, "has_more": False, "url": url}


def _line(
    world: World,
    item: Doc,
    subscription: Doc,
    invoice: str,
    period: tuple[int, int],
    *,
    free: bool,
) -> Doc:
    price = item["price"]
    amount = 0 if free else price["unit_amount"] * item["quantity"]
    name = world.get("product", price["product"])["name"]
    what = f"{item['quantity']} × {name}"
    return world.new(
        "line_item",
        amount=amount,
        currency=price["currency"],
        description=f"Trial period for {name}" if free else what,
        discount_amounts=[],
        discountable=True,
        invoice=invoice,
        metadata=subscription["metadata"],
        parent={
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        period={"start": period[0], "end": period[1]},
        pretax_credit_amounts=[],
        pricing={
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": "0" if free else str(price["unit_amount"]),
        },
        quantity=item["quantity"],
        subscription=subscription["id"],
        subtotal=amount,
        taxes=[],
    )


def finalize(world: World, invoice: Doc) -> None:
    """Give the invoice its number; from now on it waits for money."""
    customer = world.get("customer", invoice["customer"])
    number = customer["next_invoice_sequence"]
    world.change(customer, next_invoice_sequence=number + 1)
    world.change(
        invoice,
        status="open",
        number=f"{customer['invoice_prefix']}-{number:04d}",
        effective_at=world.clock.now(),
        automatically_finalizes_at=None,
        hosted_invoice_url=f"{world.config.public_url}/i/{invoice['id']}",
        status_transitions=_moment(invoice, "finalized_at", world.clock.now()),
    )
    world.emit("invoice.finalized", invoice)


def settle_free(world: World, invoice: Doc) -> None:
    """Finalize an invoice of nothing. It is paid at once, without any payment."""
    finalize(world, invoice)
    mark_paid(world, invoice)


def add_payment(world: World, invoice: Doc, intent: Doc) -> Doc:
    """Tie a payment intent to the invoice it is to pay."""
    world.note(invoice["id"], intent=intent["id"])
    world.note(intent["id"], invoice=invoice["id"])
    return world.new(
        "invoice_payment",
        amount_requested=invoice["total"],
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=True,
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
        status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )


def payment_of(world: World, invoice_id: str) -> Doc:
    """The invoice's (only) payment."""
    return next(world.store.newest("invoice_payment", {"invoice": invoice_id}))


def cancel_payment(world: World, invoice_id: str) -> None:
    """Nobody has to pay: the invoice's payment is cancelled with it."""
    world.change(
        payment_of(world, invoice_id),
        status="canceled",
        status_transitions={"canceled_at": world.clock.now(), "paid_at": None},
    )


def mark_paid(world: World, invoice: Doc) -> None:
    """The money is there: invoice.paid, invoice.payment_succeeded, invoice_payment.paid."""
    now = world.clock.now()
    world.change(
        invoice,
        status="paid",
        amount_paid=invoice["total"],
        amount_remaining=0,
        attempted=True,
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions=_moment(invoice, "paid_at", now),
    )
    world.emit("invoice.paid", invoice)
    world.emit("invoice.payment_succeeded", invoice)
    if invoice["total"]:
        payment = payment_of(world, invoice["id"])
        world.change(
            payment,
            amount_paid=invoice["total"],
            status="paid",
            status_transitions={"canceled_at": None, "paid_at": now},
        )
        world.emit("invoice_payment.paid", payment)


def void(world: World, invoice: Doc) -> None:
    world.change(
        invoice,
        status="void",
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions=_moment(invoice, "voided_at", world.clock.now()),
    )
    world.emit("invoice.voided", invoice)


def mark_uncollectible(world: World, invoice: Doc) -> None:
    world.change(
        invoice,
        status="uncollectible",
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions=_moment(invoice, "marked_uncollectible_at", world.clock.now()),
    )
    world.emit("invoice.marked_uncollectible", invoice)


def _moment(invoice: Doc, name: str, when: int) -> Doc:
    return dict(invoice["status_transitions"]) | {name: when}
