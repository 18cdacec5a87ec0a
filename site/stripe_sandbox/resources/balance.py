"""The balance: what every payment, refund, dispute and payout adds to it or takes from it."""

from __future__ import annotations

from ..errors import ApiError
from ..store import Doc
from ..world import DAY, World, fee_for

CARD_AVAILABLE_DAYS = 3
# Where Stripe's category for accounts is not simply the type.
CATEGORIES = {
    "adjustment": "other_adjustment",
    "payment": "charge",
    "payout_failure": "payout_reversal",
    "stripe_fee": "fee",
}
SEPA_AVAILABLE_DAYS = 5


def post_fee(world: World, charge_id: str) -> None:
    """Book a charge in the balance: only now its fee and net are known (`charge.updated`)."""
    charge = world.get("charge", charge_id)
    if charge["balance_transaction"] or charge["status"] != "succeeded":
        return
    if world.config.hold_fees:
        world.store.put("_held_fee", charge_id, {})
        return
    card = charge["payment_method_details"]["type"] == "card"
    entry = book(
        world,
        amount=charge["amount"],
        currency=charge["currency"],
        type="charge" if card else "payment",
        source=charge_id,
        fee=fee_for(charge["amount"]),
        fee_description="Stripe processing fees",
        description=charge["description"],
        available_days=CARD_AVAILABLE_DAYS if card else SEPA_AVAILABLE_DAYS,
    )
    world.update(charge, "charge.updated", balance_transaction=entry["id"])


def book(
    world: World,
    *,
    amount: int,
    currency: str,
    type: str,
    source: str | None,
    fee: int = 0,
    fee_description: str = "",
    description: str | None = None,
    available_days: int = 0,
    reporting_category: str | None = None,
) -> Doc:
    """A balance transaction: `amount` and `fee` in cents, `net` is what remains."""
    available_on = world.clock.now() + available_days * DAY
    detail = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": fee_description,
        "type": "stripe_fee",
    }
    return world.new(
        "balance_transaction",
        amount=amount,
        available_on=available_on,
        balance_type="payments",
        currency=currency,
        description=description,
        fee=fee,
        fee_details=[detail] if fee else [],
        net=amount - fee,
        reporting_category=reporting_category or CATEGORIES.get(type, type),
        source=source,
        status="available" if available_days == 0 else "pending",
        type=type,
    )


def account_booking(world: World, amount: int, description: str, *, type: str) -> Doc:
    """What Stripe books on the account itself, for no payment: `amount` in cents, signed.

    `type` is "stripe_fee" or "adjustment". Stripe sends no event for these.
    """
    if amount == 0 or type not in ("stripe_fee", "adjustment"):
        raise ApiError(400, f"An account has no booking {type} of {amount}.")
    return book(
        world, amount=amount, currency="eur", type=type, source=None, description=description
    )
