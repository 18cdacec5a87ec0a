"""Disputes: a payer asks their bank for the money back."""

from __future__ import annotations

from ..errors import ApiError
from ..store import Doc
from ..world import DAY, DISPUTE_FEE_CENTS, World
from . import balance


def of_charge(world: World, charge_id: str) -> list[Doc]:
    """A charge's disputes, the newest first."""
    return list(world.store.newest("dispute", {"charge": charge_id}))


def create(
    world: World, charge_id: str, *, reason: str = "fraudulent", amount: int | None = None
) -> Doc:
    """The bank opens a dispute: amount (cents, else the rest) and fee leave the balance at once.

    There can be several of one charge, as long as they do not claim more than it has left. A
    SEPA debit is reclaimed without appeal, so such a dispute is lost from the start.
    """
    charge = world.get("charge", charge_id)
    claimed = sum(d["amount"] for d in of_charge(world, charge_id) if d["status"] != "won")
    left = charge["amount"] - charge["amount_refunded"] - claimed
    amount = left if amount is None else amount
    if charge["status"] != "succeeded" or not 0 < amount <= left:
        raise ApiError(400, f"Charge {charge_id} cannot be disputed.")
    details = charge["payment_method_details"]
    card = details["type"] == "card"
    identifier = world.ids.new("dispute")
    withdrawn = balance.book(
        world,
        amount=-amount,
        currency=charge["currency"],
        type="adjustment",
        source=identifier,
        fee=DISPUTE_FEE_CENTS,
        fee_description="Dispute fee",
        description=f"Chargeback withdrawal for {charge_id}",
        reporting_category="dispute",
    )
    optional: Doc = {}
    if card:
        optional["payment_method_details"] = {
            "type": "card",
            "card": {
                "brand": details["card"]["brand"],
                "case_type": "chargeback",
                "network": details["card"]["brand"],
                "network_reason_code": "10.4",
            },
        }
    dispute = world.new(
        "dispute",
        id=identifier,
        amount=amount,
        balance_transactions=[withdrawn],
        charge=charge_id,
        currency=charge["currency"],
        evidence=_empty_evidence(world),
        evidence_details={
            "due_by": world.clock.now() + 9 * DAY if card else None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        is_charge_refundable=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason=reason if card else "general",
        status="needs_response" if card else "lost",
        **optional,
    )
    before = world.change(charge, disputed=True)
    world.emit("charge.dispute.created", dispute)
    world.emit("charge.dispute.funds_withdrawn", dispute)
    if before:
        world.emit("charge.updated", charge, before)
    if not card:
        world.emit("charge.dispute.closed", dispute)
    return dispute


def close(world: World, identifier: str, *, won: bool) -> Doc:
    """The bank decides. A won dispute brings the amount back, but not the fee."""
    dispute = world.get("dispute", identifier, "dispute")
    if dispute["status"] not in ("needs_response", "under_review"):
        raise ApiError(400, f"This dispute is already closed ({dispute['status']}).")
    if not won:
        world.change(dispute, status="lost")
        world.emit("charge.dispute.closed", dispute)
        return dispute
    returned = balance.book(
        world,
        amount=dispute["amount"],
        currency=dispute["currency"],
        type="adjustment",
        source=identifier,
        description=f"Chargeback reversal for {dispute['charge']}",
        reporting_category="dispute_reversal",
    )
    entries = [*dispute["balance_transactions"], returned]
    world.change(dispute, status="won", balance_transactions=entries, is_charge_refundable=True)
    world.emit("charge.dispute.closed", dispute)
    world.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def _empty_evidence(world: World) -> Doc:
    fields = world.contract.schemas["dispute_evidence"]["properties"]
    evidence: Doc = {name: None for name, field in fields.items() if field.get("nullable")}
    if "enhanced_evidence" in fields:
        evidence["enhanced_evidence"] = {}
    return evidence
