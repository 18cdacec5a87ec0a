"""What Stripe's statuses mean for us, over every value that Stripe documents."""

from typing import Any

import pytest

from donations.models import Donation
from donations.providers.pictures import PaymentPicture, PaymentState
from donations.providers.stripe.pictures import draw_checkout, draw_invoice, draw_payment, intent_of
from donations.services.settling import status_of

Status = Donation.Status
BOOKING = {"id": "txn_1", "fee": 63, "created": 1_800_000_000}


def session(status: str = "complete") -> dict[str, Any]:
    return {
        "id": "cs_1",
        "status": status,
        "amount_total": 2500,
        "currency": "eur",
        "livemode": False,
        "customer": None,
        "subscription": None,
    }


def intent(status: str = "succeeded") -> dict[str, Any]:
    return {
        "id": "pi_1",
        "status": status,
        "amount": 2500,
        "currency": "eur",
        "livemode": False,
        "last_payment_error": None,
    }


def draw(
    charge: dict[str, Any] | None, refunds: list[dict[str, Any]], disputes: list[dict[str, Any]]
) -> PaymentPicture:
    return draw_payment(intent(), charge, refunds, disputes)


def charge(**changes: Any) -> dict[str, Any]:
    return {
        "id": "ch_1",
        "paid": True,
        "status": "succeeded",
        "amount": 2500,
        "created": 1_800_000_000,
        "balance_transaction": BOOKING,
        "payment_method_details": {"type": "card"},
        "failure_code": None,
    } | changes


def refund(status: str, amount: int = 1000) -> dict[str, Any]:
    return {"id": "re_1", "status": status, "amount": amount, "created": 1_800_000_001}


def dispute(status: str, amount: int = 2500) -> dict[str, Any]:
    return {"id": "dp_1", "status": status, "amount": amount, "balance_transactions": []}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("canceled", PaymentState.FAILED),
        ("requires_payment_method", PaymentState.FAILED),
        ("processing", PaymentState.PROCESSING),
        ("requires_action", PaymentState.PROCESSING),
        ("requires_capture", PaymentState.PROCESSING),
        ("requires_confirmation", PaymentState.PROCESSING),
        ("succeeded", PaymentState.PROCESSING),
    ],
)
def test_completed_session_without_a_successful_charge(status: str, expected: PaymentState) -> None:
    """Only what has failed for good is called failed: a voucher may be paid days later."""
    payment = draw_checkout(session(), draw_payment(intent(status), None, [], [])).payment
    assert payment is not None
    assert payment.state is expected


def test_open_and_expired_sessions_are_no_payment() -> None:
    for status in ("open", "expired"):
        failed = charge(paid=False, status="failed")
        assert draw_checkout(session(status), draw(failed, [], [])).payment is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("succeeded", Status.PARTLY_REFUNDED),
        ("pending", Status.PARTLY_REFUNDED),
        ("requires_action", Status.PARTLY_REFUNDED),
        ("failed", Status.PAID),
        ("canceled", Status.PAID),
    ],
)
def test_refunds(status: str, expected: str) -> None:
    picture = draw(charge(), [refund(status)], [])
    assert status_of(picture) == expected
    refunded = sum(m.amount_cents for m in picture.movements if m.kind.startswith("refund"))
    assert refunded == (0 if expected == Status.PAID else -1000)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("needs_response", Status.DISPUTED),
        ("under_review", Status.DISPUTED),
        ("won", Status.PAID),
        ("lost", Status.CHARGED_BACK),
        ("warning_needs_response", Status.PAID),
        ("warning_under_review", Status.PAID),
        ("warning_closed", Status.PAID),
        ("prevented", Status.PAID),
    ],
)
def test_disputes(status: str, expected: str) -> None:
    assert status_of(draw(charge(), [], [dispute(status)])) == expected


def test_part_lost_part_refunded() -> None:
    lost = draw(charge(), [], [dispute("lost", 900)])
    assert status_of(lost) == Status.PARTLY_REFUNDED
    both = draw(charge(), [refund("succeeded", 1600)], [dispute("lost", 900)])
    assert status_of(both) == Status.CHARGED_BACK
    second = draw(charge(), [], [dispute("lost", 900), dispute("needs_response", 1600)])
    assert status_of(second) == Status.DISPUTED


def test_fee_is_booked_only_once_stripe_has_booked_it() -> None:
    before = draw(charge(balance_transaction=None), [], [])
    assert [movement.kind for movement in before.movements] == ["charge"]
    after = draw(charge(), [], [])
    assert [(m.kind, m.amount_cents) for m in after.movements] == [("charge", 2500), ("fee", -63)]


def test_an_invoice_asks_for_what_is_left_after_the_customers_balance() -> None:
    """A change of terms by hand, with a proration, leaves a credit for the next invoice."""
    invoice = {
        "id": "in_1",
        "status": "open",
        "total": 1000,
        "amount_due": 700,
        "currency": "eur",
        "attempt_count": 0,
        "next_payment_attempt": None,
        "created": 1_800_000_000,
        "livemode": False,
    }
    assert draw_invoice(invoice, None, None).amount_cents == 700
    credit = invoice | {"total": -300, "amount_due": 0, "status": "paid"}
    assert draw_invoice(credit, None, None).amount_cents == 0


def invoice_payment(reference: str, status: str, *, is_default: bool) -> dict[str, Any]:
    payment = {"payment_intent": {"id": reference, "status": status}}
    return {"payment": payment, "is_default": is_default}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([], ""),
        ([("pi_old", "canceled", False), ("pi_new", "requires_action", True)], "pi_new"),
        ([("pi_paid", "succeeded", False), ("pi_new", "canceled", True)], "pi_paid"),
    ],
)
def test_of_an_invoices_payments_the_one_that_counts_is_read(
    payments: list[tuple[str, str, bool]], expected: str, order: int
) -> None:
    rows = [invoice_payment(name, status, is_default=own) for name, status, own in payments]
    intent = intent_of({"payments": {"data": rows[::order]}})
    assert (intent["id"] if intent else "") == expected
