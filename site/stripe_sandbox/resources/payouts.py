"""Payouts: what is in the balance goes to the bank account."""

from __future__ import annotations

from ..errors import ApiError
from ..store import Doc
from ..world import DAY, World
from . import balance


def create(world: World, *, include_pending: bool = False, arrive: bool = True) -> Doc | None:
    """Pay out every available balance transaction that no payout has taken yet.

    Returns None when the sum is not positive. `arrive` pays it at once, otherwise the clock
    does after a day.
    """
    now = world.clock.now()
    entries = [
        entry
        for entry in world.store.newest("balance_transaction")
        if entry["type"] != "payout"
        and (include_pending or entry["available_on"] <= now)
        and "payout" not in world.private(entry["id"])
    ]
    total = sum(entry["net"] for entry in entries)
    if total <= 0:
        return None
    identifier = world.ids.new("payout")
    own = balance.book(
        world,
        amount=-total,
        currency="eur",
        type="payout",
        source=identifier,
        description="STRIPE PAYOUT",
    )
    payout = world.new(
        "payout",
        id=identifier,
        amount=total,
        arrival_date=now if arrive else now + DAY,
        automatic=True,
        balance_transaction=own["id"],
        currency="eur",
        description="STRIPE PAYOUT",
        metadata={},
        method="standard",
        reconciliation_status="in_progress",
        source_type="card",
        status="in_transit",
        trace_id={"status": "pending", "value": None},
        type="bank_account",
    )
    for entry in entries:
        world.note(entry["id"], payout=identifier)
    world.note(identifier, entries=[own["id"], *(entry["id"] for entry in entries)])
    world.emit("payout.created", payout)
    if arrive:
        arrive_now(world, identifier)
        return world.get("payout", identifier)
    world.timers.set("payout", identifier, payout["arrival_date"])
    return payout


def arrive_now(world: World, identifier: str) -> None:
    """The money is on the bank account, and the list of what it consists of is final."""
    payout = world.get("payout", identifier, "payout")
    if payout["status"] != "in_transit":
        raise ApiError(400, f"Payout {identifier} is {payout['status']}, not in transit.")
    world.timers.cancel("payout", identifier)
    trace = {"status": "supported", "value": f"SANDBOX{world.ids.digits(9)}"}
    world.change(payout, status="paid", trace_id=trace)
    world.emit("payout.paid", payout)
    world.change(payout, reconciliation_status="completed")
    world.emit("payout.reconciliation_completed", payout)


def fail(world: World, identifier: str) -> Doc:
    """The bank sends the money back, even after it seemed to have arrived.

    The transactions stay with this payout; the next one takes the amount that came back.
    """
    payout = world.get("payout", identifier, "payout")
    if payout["status"] not in ("in_transit", "paid"):
        raise ApiError(400, f"Payout {identifier} is {payout['status']} already.")
    world.timers.cancel("payout", identifier)
    returned = balance.book(
        world,
        amount=payout["amount"],
        currency=payout["currency"],
        type="payout_failure",
        source=identifier,
        description="PAYOUT FAILURE",
    )
    world.change(
        payout,
        status="failed",
        failure_balance_transaction=returned["id"],
        failure_code="account_closed",
        failure_message="The bank account has been closed.",
    )
    world.emit("payout.failed", payout)
    return payout
