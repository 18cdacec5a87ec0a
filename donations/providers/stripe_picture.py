"""Stripe's objects, read into our words. Pure: no call, no clock."""

from datetime import UTC, datetime
from typing import Any

from .base import DisputeState, Movement, PaymentPicture, PaymentState, SessionState

# Refunds that did not happen after all.
REFUND_UNDONE = frozenset({"failed", "canceled"})
# An inquiry ("warning_…") takes no money and a prevented dispute never does.
DISPUTE_OPEN = frozenset({"needs_response", "under_review"})


def moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def draw_picture(
    session: dict[str, Any],
    charge: dict[str, Any] | None,
    refunds: list[dict[str, Any]],
    disputes: list[dict[str, Any]],
) -> PaymentPicture:
    """Put together what a session, its charge, refunds and disputes say.

    `charge` is the session's latest, with `balance_transaction` expanded.
    """
    payment = session.get("payment_intent") or {}
    state = _payment_state(session, payment, charge)
    return PaymentPicture(
        session_reference=session["id"],
        session_state=SessionState(session["status"]),
        payment_reference=payment.get("id"),
        payment_state=state,
        amount_cents=session["amount_total"] or 0,
        currency=(session["currency"] or "").upper(),
        charge_reference=charge["id"] if charge else "",
        method=_method(charge),
        paid_at=moment(charge["created"]) if charge and state is PaymentState.PAID else None,
        failure=_failure(payment, charge),
        is_live=session["livemode"],
        refunded_cents=sum(r["amount"] for r in refunds if r["status"] not in REFUND_UNDONE),
        lost_cents=sum(d["amount"] for d in disputes if d["status"] == "lost"),
        dispute=_dispute_state(disputes),
        movements=_movements(charge, refunds, disputes) if state is PaymentState.PAID else (),
    )


def _payment_state(
    session: dict[str, Any], payment: dict[str, Any], charge: dict[str, Any] | None
) -> PaymentState:
    """Paid once the charge has succeeded. A completed session may still wait for its money: a
    SEPA debit for the bank, a transfer or voucher for the payer."""
    if charge and charge["paid"] and charge["status"] == "succeeded":
        return PaymentState.PAID
    if session["status"] != "complete":
        return PaymentState.NONE
    charge_failed = charge is not None and charge["status"] == "failed"
    if charge_failed or payment.get("status") in {"requires_payment_method", "canceled"}:
        return PaymentState.FAILED
    return PaymentState.PROCESSING


def _method(charge: dict[str, Any] | None) -> str:
    details = (charge or {}).get("payment_method_details") or {}
    return str(details.get("type") or "")


def _failure(payment: dict[str, Any], charge: dict[str, Any] | None) -> str:
    error = payment.get("last_payment_error") or {}
    reason = error.get("decline_code") or error.get("code")
    return str(reason or (charge or {}).get("failure_code") or "")


def _dispute_state(disputes: list[dict[str, Any]]) -> DisputeState:
    states = {dispute["status"] for dispute in disputes}
    if states & DISPUTE_OPEN:
        return DisputeState.OPEN
    return DisputeState.LOST if "lost" in states else DisputeState.NONE


def _movements(
    charge: dict[str, Any] | None,
    refunds: list[dict[str, Any]],
    disputes: list[dict[str, Any]],
) -> tuple[Movement, ...]:
    found: list[Movement] = []

    def add(kind: str, cents: int, reference: str, timestamp: int) -> None:
        if cents:
            found.append(
                Movement(
                    kind=kind,
                    amount_cents=cents,
                    reference=reference,
                    occurred_at=moment(timestamp),
                )
            )

    if charge:
        add("charge", charge["amount"], charge["id"], charge["created"])
        # Null until Stripe has booked the charge; `charge.updated` tells when. Never computed.
        if booking := charge.get("balance_transaction"):
            add("fee", -booking["fee"], f"{booking['id']}:fee", booking["created"])
    for refund in refunds:
        add("refund", -refund["amount"], refund["id"], refund["created"])
        if refund["status"] in REFUND_UNDONE:
            reference = f"{refund['id']}:failure"
            add("refund_failure", refund["amount"], reference, refund["created"])
    for dispute in disputes:
        for booking in dispute["balance_transactions"]:
            kind = "dispute" if booking["amount"] < 0 else "dispute_reversal"
            add(kind, booking["amount"], booking["id"], booking["created"])
            add("dispute_fee", -booking["fee"], f"{booking['id']}:fee", booking["created"])
    return tuple(found)
