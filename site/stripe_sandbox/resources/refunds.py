"""Refunds of charges."""

from __future__ import annotations

from ..errors import ApiError
from ..store import Doc
from ..world import World, money
from . import balance
from .customers import merged_metadata


def create(world: World, params: Doc, *, fee: int = 0) -> Doc:
    """POST /v1/refunds. A card refund succeeds at once, a SEPA refund stays pending.

    `fee` in cents is what Stripe keeps for the refund itself; usually nothing.
    """
    charge = _charge(world, params)
    remaining = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", remaining)
    if charge["status"] != "succeeded":
        raise ApiError(400, f"Charge {charge['id']} is {charge['status']}: nothing to refund.")
    if charge["refunded"]:
        raise ApiError(
            400,
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
        )
    if charge["disputed"] and not _can_refund(world, charge):
        raise ApiError(
            400,
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if amount < 1:
        raise ApiError(
            400, "Invalid positive integer", code="parameter_invalid_integer", param="amount"
        )
    if amount > remaining:
        raise ApiError(
            400,
            f"Refund amount ({money(amount, charge['currency'])}) is greater than unrefunded "
            f"amount on charge ({money(remaining, charge['currency'])})",
            param="amount",
        )
    kind = charge["payment_method_details"]["type"]
    card = kind == "card"
    identifier = world.ids.new("refund", None if card else "pyr_1")
    entry = balance.book(
        world,
        amount=-amount,
        currency=charge["currency"],
        type="refund" if card else "payment_refund",
        source=identifier,
        fee=fee,
        fee_description="Refund fee",
        description="REFUND FOR CHARGE" if card else "REFUND FOR PAYMENT",
        reporting_category="refund",
    )
    refund = world.new(
        "refund",
        id=identifier,
        amount=amount,
        balance_transaction=entry["id"],
        charge=charge["id"],
        currency=charge["currency"],
        destination_details={
            "type": "card",
            "card": {"type": "refund", "reference_status": "pending", "reference_type": "acquirer_"
            "reference_number"},
        }
        if card
        else {"type": "sepa_debit"},
        metadata=params.get("metadata") or {},
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        reason=params.get("reason"),
        status="succeeded" if card else "pending",
    )  # fmt: skip
    refunded = charge["amount_refunded"] + amount
    before = world.change(charge, amount_refunded=refunded, refunded=refunded == charge["amount"])
    world.emit("refund.created", refund)
    world.emit("charge.refunded", charge, before)
    world.emit("charge.updated", charge, before)
    if card:
        _give_reference(world, refund)
    return refund


def _can_refund(world: World, charge: Doc) -> bool:
    """A won dispute leaves the charge refundable; an open or lost one does not."""
    disputes = world.store.newest("dispute", {"charge": charge["id"]})
    return all(dispute["status"] == "won" for dispute in disputes)


def _charge(world: World, params: Doc) -> Doc:
    if "charge" in params:
        return world.get("charge", params["charge"], "charge")
    if "payment_intent" not in params:
        raise ApiError(
            400, "One of the following params should be provided for this request: "
            "payment_intent or charge.",
        )  # fmt: skip
    intent = world.get("payment_intent", params["payment_intent"], "payment_intent")
    if not intent["latest_charge"]:
        raise ApiError(
            400,
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return world.get("charge", intent["latest_charge"])


def _give_reference(world: World, refund: Doc) -> None:
    """The bank's reference arrives a little later, as a separate update."""
    details = {
        "type": "card",
        "card": {
            "type": "refund",
            "reference": world.ids.digits(23),
            "reference_status": "available",
            "reference_type": "acquirer_reference_number",
        },
    }
    world.update(refund, "refund.updated", destination_details=details)


def update(world: World, identifier: str, params: Doc) -> Doc:
    """POST /v1/refunds/{refund}: only metadata can change."""
    refund = world.get("refund", identifier, "refund")
    if "metadata" in params:
        metadata = merged_metadata(refund["metadata"], params["metadata"])
        world.update(refund, "refund.updated", metadata=metadata)
    return refund


def complete(world: World, identifier: str) -> Doc:
    """A pending refund has arrived."""
    refund = world.get("refund", identifier)
    if refund["status"] != "pending":
        raise ApiError(400, f"Refund {identifier} is {refund['status']}, not pending.")
    _announce(world, refund, status="succeeded")
    return refund


def fail(world: World, identifier: str) -> Doc:
    """The bank sends a refund back: the money returns to the balance, the charge is unrefunded."""
    refund = world.get("refund", identifier)
    if refund["status"] not in ("pending", "succeeded"):
        raise ApiError(400, f"Refund {identifier} is {refund['status']} already.")
    entry = balance.book(
        world,
        amount=refund["amount"],
        currency=refund["currency"],
        type="refund_failure",
        source=identifier,
        description="REFUND FAILURE",
    )
    _announce(
        world,
        refund,
        status="failed",
        failure_reason="lost_or_stolen_card"
        if refund["destination_details"]["type"] == "card"
        else "unknown",
        failure_balance_transaction=entry["id"],
    )
    world.emit("refund.failed", refund)
    charge = world.get("charge", refund["charge"])
    world.update(
        charge,
        "charge.updated",
        amount_refunded=charge["amount_refunded"] - refund["amount"],
        refunded=False,
    )
    return refund


def _announce(world: World, refund: Doc, **values: str) -> None:
    before = world.change(refund, **values)
    world.emit("refund.updated", refund, before)
    world.emit("charge.refund.updated", refund, before)


def of_charge(world: World, charge_id: str) -> list[Doc]:
    """A charge's refunds, the newest first."""
    return list(world.store.newest("refund", {"charge": charge_id}))
