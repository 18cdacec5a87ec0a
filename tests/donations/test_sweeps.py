"""What nobody told us of is found by asking: pledges, their payments, gifts by themselves."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from donations import tasks
from donations.models import Donation, Instalment, LedgerEntry, Payout, Pledge, Receipt
from donations.services import history, pledges, sweeps
from donations.services.reconciliation import reconcile
from donations.services.settling import PaymentMismatch
from donations.services.sweeps import settle_donations, settle_old_attempts, settle_pledges, sweep
from sosbca.core.models import OrganisationSettings
from tests.donations.books import lose, pass_time
from tests.giving import Giving


def begin(giving: Giving, method: str = "card", **details: Any) -> Pledge:
    attempt = giving.start(**{"frequency": "monthly", "amount_cents": 1000} | details)
    giving.pay(attempt, method)
    giving.deliver()
    return Pledge.objects.get(attempt=attempt)


def sweep_now(giving: Giving) -> None:
    """A sweep that finds no events: Stripe has forgotten them."""
    sweep(timezone.now() + timedelta(days=1))
    giving.work()


def test_pledge_that_nobody_told_us_of_begins(giving: Giving, clock: Any) -> None:
    attempt = giving.start(frequency="monthly", amount_cents=1000)
    giving.pay(attempt)
    pass_time(giving, clock, deliver=False, days=2)
    sweep_now(giving)
    pledge = Pledge.objects.get(attempt=attempt)
    assert pledge.status == "active"
    assert Donation.objects.get().status == "paid"
    assert Receipt.objects.count() == 1


def test_attempt_that_completed_without_its_pledge_is_asked_about(
    giving: Giving, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died between the attempt and its pledge."""
    attempt = giving.start(frequency="monthly", amount_cents=1000)
    giving.pay(attempt)
    lose(giving)
    with monkeypatch.context() as patch:
        patch.setattr(pledges, "synchronise_subscription", lambda *args, **kwargs: None)
        settle_old_attempts(timezone.now() + timedelta(days=2))
    attempt.refresh_from_db()
    assert attempt.status == "completed"
    assert not Pledge.objects.exists()
    assert settle_old_attempts(timezone.now()) == 1
    assert Pledge.objects.get().status == "active"
    # Now there is nothing left to ask about.
    assert settle_old_attempts(timezone.now()) == 0


def test_renewal_that_nobody_told_us_of_is_found(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    assert pledge.next_payment_at
    days = (pledge.next_payment_at - timezone.now()).days + 1
    pass_time(giving, clock, deliver=False, days=days + 1)
    sweep_now(giving)
    assert Donation.objects.count() == 1
    pass_time(giving, clock, deliver=False, days=2)
    sweep_now(giving)
    pledge.refresh_from_db()
    assert pledge.next_payment_at > timezone.now()
    assert Donation.objects.filter(status="paid").count() == Receipt.objects.count() == 2
    assert settle_pledges(timezone.now()) == 0


def test_renewals_of_which_only_the_pledge_was_told_are_found(giving: Giving, clock: Any) -> None:
    """Each time the pledge moves on as it should, and only the payment stays unknown."""
    pledge = begin(giving)
    for _month in range(2):
        pass_time(giving, clock, deliver=False, days=31)
        pledges.synchronise(pledge)
        lose(giving)
        pledge.refresh_from_db()
        assert pledge.next_payment_at
        assert pledge.next_payment_at > timezone.now()
    assert Donation.objects.count() == 1
    clock.shift(timedelta(days=3))
    sweep_now(giving)
    assert Donation.objects.filter(status="paid").count() == Receipt.objects.count() == 3
    assert settle_pledges(timezone.now()) == 0


def test_invoice_that_is_still_a_draft_is_looked_at_again(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    assert pledge.next_payment_at
    clock.move_to(pledge.next_payment_at + timedelta(minutes=5))
    giving.sandbox.advance(seconds=1)
    lose(giving)
    pledge = pledges.synchronise_fully(pledge)
    assert Donation.objects.count() == 1
    assert pledge.look_through_at
    assert pledge.look_through_at > timezone.now() + timedelta(days=1)
    pass_time(giving, clock, deliver=False, days=3)
    sweep_now(giving)
    assert Donation.objects.filter(status="paid").count() == 2


def test_try_that_nobody_told_us_of_is_found(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    giving.sandbox.swap_card(pledge.subscription_reference, "insufficient_funds")
    pass_time(giving, clock, days=32)
    due = Instalment.objects.get(status="open")
    assert due.failures
    giving.sandbox.swap_card(pledge.subscription_reference, "card")
    pass_time(giving, clock, deliver=False, days=9)
    sweep_now(giving)
    due.refresh_from_db()
    pledge.refresh_from_db()
    assert (due.status, pledge.status) == ("paid", "active")
    assert Receipt.objects.count() == 2


def test_debit_that_nobody_told_us_of_is_found(giving: Giving, clock: Any) -> None:
    begin(giving, "sepa")
    assert Donation.objects.get().status == "processing"
    pass_time(giving, clock, deliver=False, days=7)
    sweep_now(giving)
    assert Donation.objects.get().status == "paid"
    assert Receipt.objects.count() == 1


def test_end_that_nobody_told_us_of_is_found(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    giving.provider._client.v1.subscriptions.cancel(pledge.subscription_reference)
    pass_time(giving, clock, deliver=False, days=34)
    sweep_now(giving)
    pledge.refresh_from_db()
    assert pledge.status == "cancelled"
    giving.work()
    assert settle_pledges(timezone.now()) == 0


def test_receipt_that_a_pledges_payment_is_owed_is_issued(giving: Giving, clock: Any) -> None:
    OrganisationSettings.objects.update(registration_number="")
    attempt_number = "40008000121"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OrganisationSettings, "can_issue_receipts", True)
        attempt = giving.start(frequency="monthly", amount_cents=1000)
    giving.pay(attempt)
    giving.deliver()
    assert Donation.objects.get().status == "paid"
    assert not Receipt.objects.exists()
    OrganisationSettings.objects.update(registration_number=attempt_number)
    mail.outbox.clear()
    assert settle_donations() == 1
    giving.work()
    assert Receipt.objects.count() == 1
    assert len(mail.outbox) == 1
    assert settle_donations() == 0


def test_payment_that_hangs_on_nothing_is_brought_up_to_date(giving: Giving, clock: Any) -> None:
    """A debit that was on its way when the account's history was taken over."""
    attempt = giving.start()
    giving.pay(attempt, "sepa")
    lose(giving)
    intent = giving.sandbox.get(attempt.session_reference or "")["payment_intent"]
    Donation.objects.create(
        donor=attempt.donor,
        fund=attempt.fund,
        amount_cents=2500,
        language="lv",
        status="processing",
        provider="stripe",
        payment_reference=intent,
        is_live=False,
        needs_receipt=False,
    )
    pass_time(giving, clock, deliver=False, days=7)
    assert settle_donations() == 1
    assert Donation.objects.get().status == "paid"
    assert not Receipt.objects.exists()
    assert settle_donations() == 0


def test_imported_gifts_are_owed_nothing(giving: Giving, clock: Any) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    lose(giving)
    type(attempt).objects.all().delete()
    pass_time(giving, clock, deliver=False, days=1)
    history.carry_on(history.begin(), lambda _running: None)
    assert Donation.objects.get().status == "paid"
    assert settle_donations() == 0


def test_payout_that_nobody_told_the_end_of_is_settled(giving: Giving, clock: Any) -> None:
    giving.pay(giving.start())
    giving.deliver()
    pass_time(giving, clock, days=5)
    giving.sandbox.payout()
    giving.deliver()
    # As if the entries had been booked after the payout.
    Payout.objects.update(settled_at=None)
    sweep_now(giving)
    assert Payout.objects.get().settled_at


def test_one_broken_row_does_not_stop_the_rest(giving: Giving, clock: Any) -> None:
    broken, whole = (begin(giving, email=f"{name}@example.org") for name in ("a", "b"))
    pass_time(giving, clock, deliver=False, days=34)
    Pledge.objects.filter(pk=broken.pk).update(subscription_reference="sub_gone")
    assert settle_pledges(timezone.now()) == 2
    assert whole.donations.count() == 2
    assert broken.donations.count() == 1


def test_silence_ends_the_sweep(giving: Giving, clock: Any) -> None:
    for name in ("a", "b", "c"):
        begin(giving, email=f"{name}@example.org")
    pass_time(giving, clock, deliver=False, days=34)
    giving.sandbox.faults.add("drop", times=50, prefix="/v1/subscriptions")
    giving.sandbox.faults.add("drop", times=50, prefix="/v1/invoices")
    before = len(giving.sandbox.requests)
    sweep_now(giving)
    assert len(giving.sandbox.requests) - before < 5
    giving.sandbox.faults.clear()
    sweep_now(giving)
    assert Donation.objects.filter(status="paid").count() == 6


def test_a_sweep_is_bounded(giving: Giving, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        begin(giving, email=f"{name}@example.org")
    pass_time(giving, clock, deliver=False, days=34)
    monkeypatch.setattr(sweeps, "LIMIT", 2)
    assert settle_pledges(timezone.now()) == 2
    assert Donation.objects.count() == 5
    assert settle_pledges(timezone.now()) == 1
    assert Donation.objects.count() == 6


def test_pledge_of_which_the_company_knows_nothing_is_not_asked_about_all_the_time(
    giving: Giving, clock: Any
) -> None:
    pledge = begin(giving)
    pledge.subscription_reference = "sub_unknown"
    pledge.look_through_at = timezone.now()
    pledge.save()
    assert settle_pledges(timezone.now()) == 1
    assert settle_pledges(timezone.now()) == 0
    pledge.refresh_from_db()
    assert pledge.look_through_at > timezone.now()


def long_settled(giving: Giving, clock: Any) -> Donation:
    """A gift by card, paid and receipted so long ago that nothing looks at it by itself."""
    giving.pay(giving.start(amount_cents=2500))
    giving.deliver()
    pass_time(giving, clock, days=10)
    return Donation.objects.get()


def sweep_after_an_outage(giving: Giving) -> None:
    """The first that succeeds for months: Stripe has forgotten the events by now."""
    sweep(timezone.now() - tasks.FIRST_LOOK)
    giving.work()


def test_what_the_bank_did_to_a_settled_gift_is_found_in_the_books(
    giving: Giving, clock: Any
) -> None:
    donation = long_settled(giving, clock)
    dispute = giving.sandbox.dispute(donation.payment_reference)
    pass_time(giving, clock, deliver=False, days=40)
    sweep_after_an_outage(giving)
    donation.refresh_from_db()
    assert donation.status == "disputed"
    assert reconcile().status == "agrees"
    giving.sandbox.close_dispute(dispute["id"], won=True)
    pass_time(giving, clock, deliver=False, days=40)
    sweep_after_an_outage(giving)
    donation.refresh_from_db()
    assert donation.status == "paid"
    assert reconcile().status == "agrees"


def test_refund_at_stripe_that_nobody_told_us_of_is_found_in_the_books(
    giving: Giving, clock: Any
) -> None:
    donation = long_settled(giving, clock)
    giving.sandbox.refund(donation.payment_reference, 700)
    pass_time(giving, clock, deliver=False, days=40)
    sweep_after_an_outage(giving)
    assert donation.entries.get(kind="refund").amount_cents == -700
    assert sweeps.settle_movements(timezone.now() - tasks.FIRST_LOOK) == 0


def test_movement_that_cannot_be_settled_is_looked_at_again_for_days(
    giving: Giving, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    donation = long_settled(giving, clock)
    giving.sandbox.dispute(donation.payment_reference)
    lose(giving)
    with monkeypatch.context() as patch:
        patch.setattr(sweeps, "synchronise_donation", fail)
        sweep(timezone.now())
    clock.shift(timedelta(days=2))
    sweep(timezone.now())
    donation.refresh_from_db()
    assert donation.status == "disputed"


def fail(*args: object) -> None:
    raise PaymentMismatch("Not now.")


def test_what_is_not_ours_costs_no_more_than_the_list(giving: Giving, clock: Any) -> None:
    """Such as a shop's on the same account: a charge, and a dispute about it."""
    donation = long_settled(giving, clock)
    giving.sandbox.dispute(donation.payment_reference)
    lose(giving)
    LedgerEntry.objects.all().delete()
    Donation.objects.update(payment_reference="pi_another", charge_reference="ch_another")
    before = len(giving.sandbox.requests)
    assert sweeps.settle_movements(timezone.now() - tasks.FIRST_LOOK) == 0
    paths = [request.path for request in giving.sandbox.requests[before:]]
    assert sum(path.startswith("/v1/charges/") for path in paths) == 1
