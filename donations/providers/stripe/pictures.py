"""Stripe's objects, read into our words. Pure: no call, no clock."""

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from ..base import ProviderRefused
from ..pictures import (
    Booking,
    CheckoutPicture,
    DisputeState,
    Interval,
    InvoicePicture,
    InvoiceState,
    Movement,
    PaymentPicture,
    PaymentState,
    PayoutPicture,
    PledgeEnd,
    PledgePicture,
    PledgeState,
    SessionState,
)

# Refunds that did not happen after all.
REFUND_UNDONE = frozenset({"failed", "canceled"})
# An inquiry ("warning_…") takes no money and a prevented dispute never does.
DISPUTE_OPEN = frozenset({"needs_response", "under_review"})
# An invoice whose payment is of one of these kinds waits for the payer's own action.
UNCONFIRMED = frozenset({"requires_action", "requires_confirmation"})
AUTHENTICATION = frozenset({"authentication_required"})

# The objects of a payment; a booking of any other source is about the account as a whole.
CHARGES = frozenset({"ch", "py"})
PAYMENT_SOURCES = CHARGES | {"re", "pyr", "dp", "du"}
# Stripe's types of the latter, in our kinds; what is not named is an adjustment.
ACCOUNT_KINDS = {
    "payout": "payout",
    "payout_failure": "payout_failure",
    "payout_cancel": "payout_failure",
    "stripe_fee": "account_fee",
    "stripe_fx_fee": "account_fee",
    "tax_fee": "account_fee",
    "network_cost": "account_fee",
}

type Doc = dict[str, Any]


def moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def maybe(timestamp: int | None) -> datetime | None:
    return None if timestamp is None else moment(timestamp)


def reference_of(value: Any) -> str:
    """The id of an object that may be expanded, named by its id, or not there."""
    return str(value["id"] if isinstance(value, dict) else value or "")


def is_bare_charge(payment_reference: str) -> bool:
    """Payments are named by their intent, except charges that were made without one."""
    return payment_reference.startswith(("ch_", "py_"))


# Payments ----------------------------------------------------------------------------------------


def draw_payment(
    payment: Doc, charge: Doc | None, refunds: list[Doc], disputes: list[Doc]
) -> PaymentPicture:
    """Put together what a payment intent, its latest charge, refunds and disputes say.

    `charge` has `balance_transaction` expanded, and so have the refunds.
    """
    state = _payment_state(payment, charge)
    return PaymentPicture(
        payment_reference=payment["id"],
        state=state,
        amount_cents=payment["amount"],
        currency=payment["currency"].upper(),
        charge_reference=charge["id"] if charge else "",
        method=_method(charge),
        paid_at=moment(charge["created"]) if charge and state is PaymentState.PAID else None,
        failure=_failure(payment, charge),
        is_live=payment["livemode"],
        refunded_cents=sum(r["amount"] for r in refunds if r["status"] not in REFUND_UNDONE),
        lost_cents=sum(d["amount"] for d in disputes if d["status"] == "lost"),
        dispute=_dispute_state(disputes),
        movements=_movements(charge, refunds, disputes) if state is PaymentState.PAID else (),
    )


def _payment_state(payment: Doc, charge: Doc | None) -> PaymentState:
    """Paid once the charge has succeeded. Before, money may still be on its way: a SEPA debit
    waits for the bank."""
    if charge and charge["paid"] and charge["status"] == "succeeded":
        return PaymentState.PAID
    charge_failed = charge is not None and charge["status"] == "failed"
    if charge_failed or payment["status"] in {"requires_payment_method", "canceled"}:
        return PaymentState.FAILED
    return PaymentState.PROCESSING


def _method(charge: Doc | None) -> str:
    details = (charge or {}).get("payment_method_details") or {}
    return str(details.get("type") or "")


def _failure(payment: Doc, charge: Doc | None) -> str:
    error = payment.get("last_payment_error") or {}
    reason = error.get("decline_code") or error.get("code")
    return str(reason or (charge or {}).get("failure_code") or "")


def _dispute_state(disputes: list[Doc]) -> DisputeState:
    states = {dispute["status"] for dispute in disputes}
    if states & DISPUTE_OPEN:
        return DisputeState.OPEN
    return DisputeState.LOST if "lost" in states else DisputeState.NONE


def _movements(charge: Doc | None, refunds: list[Doc], disputes: list[Doc]) -> tuple[Movement, ...]:
    found: list[Movement] = []

    def add(kind: str, cents: int, reference: str, timestamp: int, booking: str) -> None:
        if cents:
            found.append(
                Movement(
                    kind=kind,
                    amount_cents=cents,
                    reference=reference,
                    occurred_at=moment(timestamp),
                    balance_reference=booking,
                )
            )

    def add_fee(kind: str, booking: Doc) -> None:
        reference = f"{booking['id']}:fee"
        add(kind, -booking["fee"], reference, booking["created"], booking["id"])

    if charge:
        # Null until Stripe has booked the charge; `charge.updated` tells when. Never computed.
        booking = charge.get("balance_transaction")
        booked = booking["id"] if booking else ""
        add("charge", charge["amount"], charge["id"], charge["created"], booked)
        if booking:
            add_fee("fee", booking)
    for refund in refunds:
        booking = refund.get("balance_transaction")
        booked = booking["id"] if booking else ""
        add("refund", -refund["amount"], refund["id"], refund["created"], booked)
        if booking:
            add_fee("fee", booking)
        if refund["status"] in REFUND_UNDONE:
            reference = f"{refund['id']}:failure"
            booked = reference_of(refund.get("failure_balance_transaction"))
            add("refund_failure", refund["amount"], reference, refund["created"], booked)
    for dispute in disputes:
        for booking in dispute["balance_transactions"]:
            kind = "dispute" if booking["amount"] < 0 else "dispute_reversal"
            add(kind, booking["amount"], booking["id"], booking["created"], booking["id"])
            add_fee("dispute_fee", booking)
    return tuple(found)


# Checkouts ---------------------------------------------------------------------------------------


def draw_checkout(session: Doc, payment: PaymentPicture | None) -> CheckoutPicture:
    """What a session says; `payment` is drawn from its payment intent, if it has one."""
    state = SessionState(session["status"])
    if payment and state is not SessionState.COMPLETE and payment.state is not PaymentState.PAID:
        # The payer may still try again: a declined card is no failed gift.
        payment = None
    intent = session.get("payment_intent")
    return CheckoutPicture(
        session_reference=session["id"],
        state=state,
        amount_cents=session["amount_total"] or 0,
        currency=(session["currency"] or "").upper(),
        is_live=session["livemode"],
        customer_reference=reference_of(session.get("customer")),
        subscription_reference=reference_of(session.get("subscription")),
        failure=_failure(intent, None) if isinstance(intent, dict) else "",
        payment=payment,
    )


# Pledges -----------------------------------------------------------------------------------------


def draw_pledge(subscription: Doc, customer: Doc | None) -> PledgePicture:
    """What a subscription says, with `default_payment_method` and `customer` expanded."""
    item, price = _terms(subscription)
    customer = customer or {}
    method = subscription.get("default_payment_method") or {}
    own = (customer.get("invoice_settings") or {}).get("default_payment_method")
    paused = subscription["pause_collection"] or {}
    end = _end(subscription)
    kind = str(method.get("type") or "")
    details = method.get(kind) or {}
    return PledgePicture(
        subscription_reference=subscription["id"],
        customer_reference=reference_of(subscription["customer"]),
        attempt_id=str((subscription["metadata"] or {}).get("attempt") or ""),
        state=_pledge_state(subscription),
        amount_cents=price["unit_amount"] * item["quantity"],
        currency=price["currency"].upper(),
        interval=Interval(price["recurring"]["interval"]),
        started_at=moment(subscription["start_date"]),
        period_started_at=moment(item["current_period_start"]),
        next_payment_at=_next_payment(subscription, item),
        paused_until=maybe(paused.get("resumes_at")),
        ends_at=maybe(subscription["cancel_at"]),
        ended_at=maybe(subscription["ended_at"]),
        end=end,
        end_comment=str((subscription["cancellation_details"] or {}).get("comment") or ""),
        method=kind,
        method_ending=str(details.get("last4") or ""),
        card_expires_on=_last_day(details),
        method_reference=reference_of(method),
        customer_method=reference_of(own),
        is_live=subscription["livemode"],
    )


def _terms(subscription: Doc) -> tuple[Doc, Doc]:
    """The one item and its price. Raise ProviderRefused for what no pledge can be: several items,
    a price that depends on use, or another rhythm than every month or year."""
    items = subscription["items"]["data"]
    price = items[0]["price"]
    recurring = price["recurring"] or {}
    rhythm = (recurring.get("interval"), recurring.get("interval_count") or 1)
    is_fixed = len(items) == 1 and price["unit_amount"] is not None
    if not is_fixed or rhythm not in {("month", 1), ("year", 1)}:
        raise ProviderRefused("The subscription's terms are not a pledge's.")
    return items[0], price


def _pledge_state(subscription: Doc) -> PledgeState:
    status = subscription["status"]
    if status in {"canceled", "incomplete_expired"}:
        return PledgeState.ENDED
    if status == "incomplete":
        return PledgeState.STARTING
    if status in {"past_due", "unpaid"}:
        return PledgeState.PAST_DUE
    if subscription["cancel_at_period_end"] or subscription["cancel_at"]:
        return PledgeState.ENDING
    if subscription["pause_collection"] or status == "paused":
        return PledgeState.PAUSED
    return PledgeState.ACTIVE


def _next_payment(subscription: Doc, item: Doc) -> datetime | None:
    """None where nothing will be collected any more; an end months ahead is no such case."""
    due = item["current_period_end"]
    ends_at = due if subscription["cancel_at_period_end"] else subscription["cancel_at"]
    if _pledge_state(subscription) is PledgeState.ENDED or (ends_at and ends_at <= due):
        return None
    return moment(due)


def _end(subscription: Doc) -> PledgeEnd:
    if subscription["status"] == "incomplete_expired":
        return PledgeEnd.NEVER_PAID
    if subscription["status"] != "canceled":
        return PledgeEnd.NONE
    reason = (subscription["cancellation_details"] or {}).get("reason")
    return PledgeEnd.PAYMENT_FAILED if reason == "payment_failed" else PledgeEnd.WISH


def _last_day(details: Doc) -> date | None:
    """A card is valid to the end of its last month."""
    if not details.get("exp_month"):
        return None
    year, month = details["exp_year"], details["exp_month"]
    return date(year, month, monthrange(year, month)[1])


def subscription_of(invoice: Doc) -> str:
    """Since API version 2025-03-31 an invoice names its subscription as its parent."""
    parent = (invoice.get("parent") or {}).get("subscription_details") or {}
    return reference_of(parent.get("subscription"))


def intent_of(invoice: Doc) -> Doc | None:
    """The expanded payment intent that paid the invoice; else that of its default payment, which
    Stripe keeps up to date. There are others where a payment was given up for a new one."""
    rows = ((invoice.get("payments") or {}).get("data")) or []
    found = [
        (intent["status"] == "succeeded", bool(row.get("is_default")), intent)
        for row in rows
        if isinstance(intent := (row.get("payment") or {}).get("payment_intent"), dict)
    ]
    return max(found, key=lambda each: each[:2])[2] if found else None


def draw_invoice(
    invoice: Doc, intent: Doc | None, payment: PaymentPicture | None
) -> InvoicePicture:
    """What an invoice and its payment intent say; `payment` is drawn from that intent."""
    states = {
        "draft": InvoiceState.DRAFT,
        "open": InvoiceState.OPEN,
        "paid": InvoiceState.PAID,
        "void": InvoiceState.DROPPED,
        "uncollectible": InvoiceState.DROPPED,
    }
    error = (intent or {}).get("last_payment_error") or {}
    status = (intent or {}).get("status")
    waits = status in UNCONFIRMED or error.get("code") in AUTHENTICATION
    if payment and status in UNCONFIRMED:
        # Nothing moves before the donor has confirmed it.
        payment = replace(payment, state=PaymentState.NONE)
    return InvoicePicture(
        invoice_reference=invoice["id"],
        subscription_reference=subscription_of(invoice),
        state=states[invoice["status"]],
        # The total, less or plus what the customer's balance is used for.
        amount_cents=invoice["amount_due"],
        currency=invoice["currency"].upper(),
        tries=invoice["attempt_count"],
        next_try_at=maybe(invoice["next_payment_attempt"]),
        needs_confirmation=invoice["status"] == "open" and waits,
        pay_url=invoice.get("hosted_invoice_url") or "",
        failure=_failure(intent, None) if intent and invoice["status"] != "paid" else "",
        due_at=moment(invoice["created"]),
        is_live=invoice["livemode"],
        payment=payment,
    )


# Books -------------------------------------------------------------------------------------------


def draw_booking(booking: Doc) -> Booking:
    source = reference_of(booking.get("source"))
    kind = source.partition("_")[0]
    about_payment = kind in PAYMENT_SOURCES
    return Booking(
        reference=booking["id"],
        type=booking["type"],
        amount_cents=booking["amount"],
        fee_cents=booking["fee"],
        currency=booking["currency"].upper(),
        source_reference=source,
        is_charge=kind in CHARGES,
        account_kind="" if about_payment else ACCOUNT_KINDS.get(booking["type"], "adjustment"),
        description=str(booking.get("description") or ""),
        occurred_at=moment(booking["created"]),
    )


def draw_payout(payout: Doc) -> PayoutPicture:
    return PayoutPicture(
        reference=payout["id"],
        amount_cents=payout["amount"],
        currency=payout["currency"].upper(),
        state={"paid": "paid", "failed": "failed", "canceled": "failed"}.get(
            payout["status"], "pending"
        ),
        created_at=moment(payout["created"]),
        arrives_on=moment(payout["arrival_date"]).date(),
        is_live=payout["livemode"],
    )
