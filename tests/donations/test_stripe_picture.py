"""What Stripe's statuses mean for us, over every value that Stripe documents."""

from typing import Any

import pytest

from donations.models import Donation
from donations.providers.base import PaymentState
from donations.providers.stripe_picture import draw_picture
from donations.services.payments import status_of

Status = Donation.Status
BOOKING = {"id": "txn_1", "fee": 63, "created": 1_800_000_000}


def session(status: str = "complete") -> dict[str, Any]:
    return {
        "id": "cs_1",
        "status": status,
        "amount_total": 2500,
        "currency": "eur",
        "livemode": False,
        "payment_intent": {"id": "pi_1", "status": "succeeded", "last_payment_error": None},
    }


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
    ("intent", "expected"),
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
def test_completed_session_without_a_successful_charge(intent: str, expected: PaymentState) -> None:
    """Only what has failed for good is called failed: a voucher may be paid days later."""
    found = session()
    found["payment_intent"]["status"] = intent
    assert draw_picture(found, None, [], []).payment_state is expected


def test_open_and_expired_sessions_are_no_payment() -> None:
    for status in ("open", "expired"):
        failed = charge(paid=False, status="failed")
        assert draw_picture(session(status), failed, [], []).payment_state is PaymentState.NONE


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
    picture = draw_picture(session(), charge(), [refund(status)], [])
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
    assert status_of(draw_picture(session(), charge(), [], [dispute(status)])) == expected


def test_part_lost_part_refunded() -> None:
    lost = draw_picture(session(), charge(), [], [dispute("lost", 900)])
    assert status_of(lost) == Status.PARTLY_REFUNDED
    both = draw_picture(session(), charge(), [refund("succeeded", 1600)], [dispute("lost", 900)])
    assert status_of(both) == Status.CHARGED_BACK
    second = draw_picture(
        session(), charge(), [], [dispute("lost", 900), dispute("needs_response", 1600)]
    )
    assert status_of(second) == Status.DISPUTED


def test_fee_is_booked_only_once_stripe_has_booked_it() -> None:
    before = draw_picture(session(), charge(balance_transaction=None), [], [])
    assert [movement.kind for movement in before.movements] == ["charge"]
    after = draw_picture(session(), charge(), [], [])
    assert [(m.kind, m.amount_cents) for m in after.movements] == [("charge", 2500), ("fee", -63)]
