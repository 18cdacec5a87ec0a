"""Every way that a payment can end, from the checkout to ledger, receipt and e-mail."""

from dataclasses import replace

import pytest
from django.core import mail
from django.utils import timezone

from donations.models import CheckoutAttempt, Donation, OutgoingMail
from donations.providers.pictures import CheckoutPicture, DisputeState, Movement, PaymentState
from donations.services.payments import synchronise
from donations.services.receipts import state_of
from donations.services.settling import TransitionRefused
from donations.services.sweeps import settle_old_attempts
from sosbca.core.models import OrganisationSettings
from tests.giving import Giving, reference

Attempt = CheckoutAttempt.Status
Status = Donation.Status
pytestmark = pytest.mark.django_db

GIFT = ("charge", 2500)
FEE = ("fee", -63)


def test_paid(giving: Giving) -> None:
    attempt = giving.start()
    assert attempt.status == Attempt.OPEN
    giving.pay(attempt)
    giving.deliver()
    assert giving.failed_tasks() == giving.event_errors() == []

    donation = giving.donation(attempt)
    assert donation.status == Status.PAID
    assert donation.amount_cents == 2500
    assert donation.payment_method == "card"
    assert giving.ledger(attempt) == [GIFT, FEE]
    [receipt] = giving.receipts(attempt)
    assert receipt.kind == "receipt"
    assert receipt.net_cents == 2500
    [message] = mail.outbox
    assert message.to == ["anna@example.org"]
    assert message.attachments[0].filename == f"{receipt.reference}.pdf"
    assert message.attachments[0].content[:5] == b"%PDF-"
    attempt.refresh_from_db()
    assert attempt.status == Attempt.COMPLETED
    assert giving.failed_tasks() == giving.event_errors() == []


def test_declined_leaves_the_attempt_open(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt, "decline")
    giving.deliver()
    attempt.refresh_from_db()
    assert attempt.status == Attempt.OPEN
    assert attempt.last_error == "generic_decline"
    assert not Donation.objects.exists()
    giving.pay(attempt)
    giving.deliver()
    assert giving.donation(attempt).status == Status.PAID
    assert giving.ledger(attempt) == [GIFT, FEE]


def test_refused_3d_secure(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt, "3ds", authenticate=False)
    giving.deliver()
    attempt.refresh_from_db()
    assert attempt.status == Attempt.OPEN
    assert "authentication" in attempt.last_error
    assert not Donation.objects.exists()


def test_abandoned(giving: Giving) -> None:
    attempt = giving.start()
    giving.sandbox.advance(days=2)
    giving.deliver()
    attempt.refresh_from_db()
    assert attempt.status == Attempt.EXPIRED
    assert attempt.fingerprint is None
    assert not Donation.objects.exists()
    assert mail.outbox == []


def test_sepa_debit_pending_then_paid(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt, "sepa")
    giving.deliver()
    assert giving.donation(attempt).status == Status.PROCESSING
    assert giving.ledger(attempt) == []
    assert giving.receipts(attempt) == []
    assert mail.outbox == []

    giving.sandbox.settle(reference(attempt), success=True)
    giving.deliver()
    assert giving.donation(attempt).status == Status.PAID
    assert giving.donation(attempt).payment_method == "sepa_debit"
    assert ("charge", 2500) in giving.ledger(attempt)
    assert len(giving.receipts(attempt)) == len(mail.outbox) == 1


def test_sepa_debit_pending_then_failed(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt, "sepa")
    giving.deliver()
    giving.sandbox.settle(reference(attempt), success=False)
    giving.deliver()
    donation = giving.donation(attempt)
    assert donation.status == Status.FAILED
    assert donation.failure
    assert giving.ledger(attempt) == []
    assert giving.receipts(attempt) == []
    assert mail.outbox == []


def test_full_refund_annuls_the_receipt(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    giving.sandbox.refund(reference(attempt))
    giving.deliver()
    assert giving.donation(attempt).status == Status.REFUNDED
    assert giving.ledger(attempt) == [GIFT, FEE, ("refund", -2500)]
    first, second = giving.receipts(attempt)
    assert second.kind == "annulment"
    assert second.refers_to == first
    assert second.net_cents == 0
    assert len(mail.outbox) == 2


def test_partial_refunds_amend_the_receipt(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    giving.sandbox.refund(reference(attempt), 500)
    giving.deliver()
    assert giving.donation(attempt).status == Status.PARTLY_REFUNDED
    giving.sandbox.refund(reference(attempt), 700)
    giving.deliver()
    assert giving.ledger(attempt) == [GIFT, FEE, ("refund", -700), ("refund", -500)]
    assert [(r.kind, r.net_cents) for r in giving.receipts(attempt)] == [
        ("receipt", 2500),
        ("amendment", 2000),
        ("amendment", 1300),
    ]


def test_refund_that_the_bank_returns_restores_the_gift(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt, "sepa")
    giving.sandbox.settle(reference(attempt), success=True)
    giving.deliver()
    refund = giving.sandbox.refund(reference(attempt), 1000)
    giving.deliver()
    assert giving.donation(attempt).status == Status.PARTLY_REFUNDED
    giving.sandbox.fail_refund(refund["id"])
    giving.deliver()
    assert giving.donation(attempt).status == Status.PAID
    assert ("refund_failure", 1000) in giving.ledger(attempt)
    assert [r.net_cents for r in giving.receipts(attempt)] == [2500, 1500, 2500]


def test_dispute_won_keeps_the_receipt(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    dispute = giving.sandbox.dispute(reference(attempt))
    giving.deliver()
    assert giving.donation(attempt).status == Status.DISPUTED
    assert len(giving.receipts(attempt)) == 1
    giving.sandbox.close_dispute(dispute["id"], won=True)
    giving.deliver()
    assert giving.donation(attempt).status == Status.PAID
    kinds = [kind for kind, _cents in giving.ledger(attempt)]
    assert {"dispute", "dispute_fee", "dispute_reversal"} <= set(kinds)
    assert len(giving.receipts(attempt)) == len(mail.outbox) == 1


def test_dispute_lost_annuls_the_receipt(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    dispute = giving.sandbox.dispute(reference(attempt))
    giving.deliver()
    giving.sandbox.close_dispute(dispute["id"], won=False)
    giving.deliver()
    assert giving.donation(attempt).status == Status.CHARGED_BACK
    assert [r.kind for r in giving.receipts(attempt)] == ["receipt", "annulment"]
    assert OutgoingMail.objects.filter(status="sent").count() == 2


def test_dispute_of_a_part_lost_amends_the_receipt(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Card schemes let a payer dispute a part of a payment; the rest of the gift stands."""
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    fetch = giving.provider.checkout

    def part_lost(session: str) -> CheckoutPicture:
        picture = fetch(session)
        assert picture.payment
        lost = replace(picture.payment, dispute=DisputeState.LOST, lost_cents=900)
        return replace(picture, payment=lost)

    monkeypatch.setattr(giving.provider, "checkout", part_lost)
    synchronise(attempt)
    assert giving.donation(attempt).status == Status.PARTLY_REFUNDED
    assert [(r.kind, r.net_cents) for r in giving.receipts(attempt)] == [
        ("receipt", 2500),
        ("amendment", 1600),
    ]


def test_lost_dispute_that_is_reversed_restores_the_gift(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    dispute = giving.sandbox.dispute(reference(attempt))
    giving.sandbox.close_dispute(dispute["id"], won=False)
    giving.deliver()
    assert giving.donation(attempt).status == Status.CHARGED_BACK
    fetch = giving.provider.checkout

    def reversed_later(session: str) -> CheckoutPicture:
        picture = fetch(session)
        back = Movement(
            kind="dispute_reversal",
            amount_cents=2500,
            reference="txn_reversal",
            occurred_at=timezone.now(),
        )
        assert picture.payment
        movements = (*picture.payment.movements, back)
        won = replace(picture.payment, dispute=DisputeState.NONE, lost_cents=0, movements=movements)
        return replace(picture, payment=won)

    monkeypatch.setattr(giving.provider, "checkout", reversed_later)
    synchronise(attempt)
    assert giving.donation(attempt).status == Status.PAID
    assert ("dispute_reversal", 2500) in giving.ledger(attempt)
    assert [r.net_cents for r in giving.receipts(attempt)] == [2500, 0, 2500]


def test_money_is_booked_even_when_the_receipt_cannot_be_issued(giving: Giving) -> None:
    """Staff emptied a setting between the start and the payment. The receipt is owed."""
    attempt = giving.start()
    OrganisationSettings.objects.update(registration_number="")
    giving.pay(attempt)
    giving.deliver()
    assert giving.donation(attempt).status == Status.PAID
    assert giving.ledger(attempt) == [GIFT, FEE]
    assert giving.receipts(attempt) == []
    assert "ReceiptOwed" in giving.event_errors()[0]
    OrganisationSettings.objects.update(registration_number="40008000121")
    settle_old_attempts(timezone.now())
    giving.work()
    assert len(giving.receipts(attempt)) == len(mail.outbox) == 1


def test_refused_transition_is_visible_and_books_all_the_same(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    fetch = giving.provider.checkout

    def on_its_way(session: str) -> CheckoutPicture:
        picture = fetch(session)
        assert picture.payment
        return replace(picture, payment=replace(picture.payment, state=PaymentState.PROCESSING))

    monkeypatch.setattr(giving.provider, "checkout", on_its_way)
    with pytest.raises(TransitionRefused):
        synchronise(attempt)
    assert giving.donation(attempt).status == Status.PAID


def test_first_amendment_is_not_called_valid_after_the_annulment(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    giving.sandbox.refund(reference(attempt), 1000)
    giving.deliver()
    giving.sandbox.refund(reference(attempt))
    giving.deliver()
    first, second, last = giving.receipts(attempt)
    states = [state_of(document, last) for document in (first, second, last)]
    assert states == ["annulled", "annulled", "annulment"]
