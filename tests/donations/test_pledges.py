"""Recurring gifts follow what happens at Stripe: each payment is a gift with a receipt, each
failure is told once, and every change is noticed whoever made it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from donations.models import Donation, Instalment, LedgerEntry, OutgoingMail, Pledge, Receipt
from donations.providers import ProviderRefused
from donations.services import pledges
from donations.services.settling import PaymentMismatch
from tests.giving import Giving, reference

Status = Pledge.Status


def begin(giving: Giving, method: str = "card", **changes: Any) -> Pledge:
    attempt = giving.start(**{"frequency": "monthly", "amount_cents": 1000} | changes)
    giving.pay(attempt, method)
    giving.deliver()
    assert giving.event_errors() == []
    return Pledge.objects.get(attempt=attempt)


def pass_days(giving: Giving, clock: Any, days: int) -> None:
    """Time goes by here and at Stripe (whose clock here follows ours); what it brings is
    delivered."""
    clock.shift(timedelta(days=days))
    giving.sandbox.advance(seconds=1)
    giving.deliver()
    assert giving.event_errors() == []


def kinds() -> list[str]:
    """The kinds of the messages, oldest first."""
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))


def test_first_payment_begins_the_pledge_and_is_one_gift_with_one_receipt(giving: Giving) -> None:
    pledge = begin(giving)
    assert pledge.status == Status.ACTIVE
    assert (pledge.amount_cents, pledge.frequency, pledge.method_ending) == (
        1000,
        "monthly",
        "4242",
    )
    assert pledge.next_payment_at is not None
    donation = Donation.objects.get()
    assert (donation.pledge, donation.status, donation.attempt) == (pledge, "paid", None)
    assert donation.instalment.status == Instalment.Status.PAID
    assert Receipt.objects.count() == 1
    assert sorted(kinds()) == ["pledge_started", "receipt"]
    assert {entry.kind for entry in LedgerEntry.objects.all()} == {"charge", "fee"}
    assert all(entry.balance_reference for entry in LedgerEntry.objects.all())


def test_each_renewal_is_another_gift(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    first = pledge.next_payment_at
    for count in (2, 3, 4):
        pass_days(giving, clock, 31)
        pass_days(giving, clock, 1)
        assert Donation.objects.filter(status="paid").count() == count
    pledge.refresh_from_db()
    assert pledge.next_payment_at
    assert first
    assert pledge.next_payment_at > first + timedelta(days=80)
    assert Receipt.objects.count() == 4
    assert len({receipt.reference for receipt in Receipt.objects.all()}) == 4
    assert kinds().count("receipt") == 4
    assert "pledge_changed" not in kinds()


def test_yearly_receipts_are_issued_but_not_sent_one_by_one(giving: Giving, clock: Any) -> None:
    begin(giving, receipts="yearly")
    pass_days(giving, clock, 32)
    assert Receipt.objects.count() == 2
    assert kinds() == ["pledge_started"]


def test_failing_card_is_told_once_for_each_try_then_recovers(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    giving.sandbox.swap_card(pledge.subscription_reference, "insufficient_funds")
    for _ in range(34):
        pass_days(giving, clock, 1)
    pledge.refresh_from_db()
    assert pledge.status == Status.PAST_DUE
    due = Instalment.objects.get(status=Instalment.Status.OPEN)
    assert due.failures >= 1
    assert due.next_try_at
    assert due.failure == "insufficient_funds"
    told = kinds().count("payment_failed")
    assert told == due.failures
    assert Donation.objects.count() == 1

    giving.sandbox.change_card(pledge.customer_reference, "mastercard")
    giving.deliver()
    pledge.refresh_from_db()
    due.refresh_from_db()
    assert pledge.status == Status.ACTIVE
    assert pledge.method_ending == "4444"
    assert (due.status, Donation.objects.filter(status="paid").count()) == ("paid", 2)
    assert kinds().count("payment_failed") == told


def test_pledge_ends_after_the_last_try_with_one_message(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    giving.sandbox.swap_card(pledge.subscription_reference, "insufficient_funds")
    for _ in range(48):
        pass_days(giving, clock, 1)
    pledge.refresh_from_db()
    assert (pledge.status, pledge.end_reason) == ("cancelled", "payment_failed")
    assert pledge.next_payment_at is None
    due = Instalment.objects.exclude(status="paid").get()
    assert due.status == Instalment.Status.FAILED
    assert due.failures == 8
    # The last try is told with the end.
    assert kinds().count("payment_failed") == 7
    assert kinds().count("pledge_ended") == 1


def test_events_replayed_reordered_or_lost_change_nothing(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    clock.shift(timedelta(days=32))
    giving.sandbox.advance(seconds=1)
    giving.sandbox.deliver(order="reverse", duplicate=2, drop=0.4)
    giving.work()
    before = (Donation.objects.count(), Receipt.objects.count(), OutgoingMail.objects.count())
    for event in giving.sandbox.events:
        giving.post_webhook(*giving.sandbox.signed(event))
    giving.work()
    pledges.synchronise_fully(pledge)
    assert Donation.objects.count() == Receipt.objects.count() == 2
    assert before[0] <= 2
    assert len(mail.outbox) == OutgoingMail.objects.count() == 3


def test_refund_and_dispute_of_a_renewal(giving: Giving, clock: Any) -> None:
    begin(giving)
    pass_days(giving, clock, 32)
    last = Donation.objects.latest("paid_at")
    giving.sandbox.refund(last.payment_reference, 400)
    giving.deliver()
    last.refresh_from_db()
    assert last.status == "partly_refunded"
    assert [r.net_cents for r in last.receipts.order_by("sequence")] == [1000, 600]
    dispute = giving.sandbox.dispute(Donation.objects.earliest("paid_at").payment_reference)
    giving.deliver()
    giving.sandbox.close_dispute(dispute["id"], won=False)
    giving.deliver()
    assert giving.event_errors() == []
    first = Donation.objects.earliest("paid_at")
    assert first.status == "charged_back"
    assert [r.net_cents for r in first.receipts.order_by("sequence")] == [1000, 0]


def test_sepa_pledge_waits_for_the_bank(giving: Giving, clock: Any) -> None:
    pledge = begin(giving, "sepa")
    assert Donation.objects.get().status == "processing"
    assert Receipt.objects.count() == 0
    pass_days(giving, clock, 6)
    pledge.refresh_from_db()
    assert Donation.objects.get().status == "paid"
    assert Receipt.objects.count() == 1
    assert pledge.payment_method == "sepa_debit"


def test_first_debit_that_fails_is_told_and_no_gift(giving: Giving, clock: Any) -> None:
    pledge = begin(giving, "sepa_fail")
    pass_days(giving, clock, 5)
    pledge.refresh_from_db()
    assert Donation.objects.get().status == "failed"
    assert pledge.status == Status.PAST_DUE
    assert Receipt.objects.count() == 0
    assert "payment_failed" in kinds()


def test_changes_in_stripes_own_dashboard_are_mirrored_and_told(giving: Giving) -> None:
    pledge = begin(giving)
    client = giving.provider._client.v1
    subscription = client.subscriptions.retrieve(pledge.subscription_reference).to_dict()
    item = subscription["items"]["data"][0]
    client.subscriptions.update(
        pledge.subscription_reference,
        {
            "items": [
                {
                    "id": item["id"],
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 1500,
                        "product": item["price"]["product"],
                        "recurring": {"interval": "month"},
                    },
                }
            ],
            "proration_behavior": "none",
        },
    )
    giving.deliver()
    pledge.refresh_from_db()
    assert pledge.amount_cents == 1500
    assert kinds().count("pledge_changed") == 1
    client.subscriptions.cancel(pledge.subscription_reference)
    giving.deliver()
    giving.deliver()
    pledge.refresh_from_db()
    assert (pledge.status, pledge.end_reason) == ("cancelled", "wish")
    assert kinds().count("pledge_ended") == 1


def test_events_of_foreign_subscriptions_are_ignored(giving: Giving) -> None:
    attempt = giving.start(frequency="monthly", amount_cents=1000)
    giving.pay(attempt)
    session = giving.sandbox.get(reference(attempt))
    subscription = giving.sandbox.get(session["subscription"])
    assert subscription["metadata"]["attempt"] == str(attempt.pk)
    type(attempt).objects.filter(pk=attempt.pk).update(frequency="once", session_reference=None)
    giving.deliver()
    assert not Pledge.objects.exists()


def fail_a_renewal(giving: Giving, clock: Any, pledge: Pledge) -> Instalment:
    giving.sandbox.swap_card(pledge.subscription_reference, "insufficient_funds")
    for _ in range(8):
        pass_days(giving, clock, 4)
    return Instalment.objects.get(status=Instalment.Status.OPEN)


def test_what_was_due_when_a_pledge_ended_is_due_no_more(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    due = fail_a_renewal(giving, clock, pledge)
    giving.provider._client.v1.subscriptions.cancel(pledge.subscription_reference)
    giving.deliver()
    due.refresh_from_db()
    assert (due.status, due.next_try_at) == (Instalment.Status.FAILED, None)


def test_what_is_paid_after_the_end_is_a_gift(giving: Giving, clock: Any) -> None:
    """By the link in the message about the payment that failed."""
    pledge = begin(giving)
    due = fail_a_renewal(giving, clock, pledge)
    client = giving.provider._client.v1
    client.subscriptions.cancel(pledge.subscription_reference)
    giving.deliver()
    card = change_card(giving, pledge, "mastercard")
    client.invoices.pay(due.invoice_reference, {"payment_method": card})
    giving.deliver()
    due.refresh_from_db()
    assert due.status == Instalment.Status.PAID
    assert Receipt.objects.count() == Donation.objects.filter(status="paid").count() == 2


def change_card(giving: Giving, pledge: Pledge, card: str) -> str:
    """The donor chooses a card in the portal; returns it."""
    giving.sandbox.change_card(pledge.customer_reference, card)
    return chosen_card(giving, pledge)


def chosen_card(giving: Giving, pledge: Pledge) -> str:
    customer = giving.sandbox.get(pledge.customer_reference)
    return str(customer["invoice_settings"]["default_payment_method"])


def card_of(giving: Giving, pledge: Pledge) -> str:
    return str(giving.sandbox.get(pledge.subscription_reference)["default_payment_method"])


def test_a_card_that_is_chosen_again_is_followed_again(giving: Giving) -> None:
    pledge = begin(giving)
    client = giving.provider._client.v1
    cards = [change_card(giving, pledge, "mastercard")]
    giving.deliver()
    cards.append(change_card(giving, pledge, "card"))
    giving.deliver()
    for card in (*cards, *cards):
        client.customers.update(
            pledge.customer_reference, {"invoice_settings": {"default_payment_method": card}}
        )
        giving.deliver()
        assert card_of(giving, pledge) == card
    assert giving.event_errors() == []


def test_what_is_overdue_is_tried_again_though_a_process_died(
    giving: Giving, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pledge = begin(giving)
    due = fail_a_renewal(giving, clock, pledge)
    change_card(giving, pledge, "mastercard")

    def die(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(giving.provider, "retry_invoice", die)
        with pytest.raises(KeyboardInterrupt):
            pledges.synchronise(pledge)
    giving.deliver()
    due.refresh_from_db()
    assert due.status == Instalment.Status.PAID


def test_a_card_that_cannot_pay_a_pledge_stands_in_nobodys_way(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    pledge = begin(giving)
    before = card_of(giving, pledge)
    asked = []

    def refuse(*args: Any) -> None:
        asked.append(args)
        raise ProviderRefused("InvalidRequestError 400")

    monkeypatch.setattr(giving.provider, "pay_with", refuse)
    change_card(giving, pledge, "mastercard")
    giving.deliver()
    giving.sandbox.change_card(pledge.customer_reference, "mastercard")
    pledges.synchronise(pledge)
    pledges.synchronise(pledge)
    assert giving.event_errors() == []
    assert card_of(giving, pledge) == before
    assert len(asked) == 2


def set_rhythm(giving: Giving, subscription_reference: str) -> None:
    """Somebody makes a subscription a quarterly one in the dashboard."""
    subscription = giving.sandbox.get(subscription_reference)
    for item in subscription["items"]["data"]:
        item["price"]["recurring"]["interval_count"] = 3
    giving.sandbox.store.put("subscription", subscription_reference, subscription)


def test_payments_on_terms_that_no_pledge_can_have_are_gifts(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    clock.shift(timedelta(days=32))
    giving.sandbox.advance(seconds=1)
    set_rhythm(giving, pledge.subscription_reference)
    giving.deliver()
    assert Donation.objects.filter(status="paid").count() == 2
    # Staff see that something is not as it should be.
    assert any("terms" in error for error in giving.event_errors())


def test_a_payment_that_cannot_be_booked_keeps_no_other_from_it(giving: Giving, clock: Any) -> None:
    pledge = begin(giving)
    pass_days(giving, clock, 32)
    strange = Instalment.objects.latest("due_at")
    Instalment.objects.filter(pk=strange.pk).update(amount_cents=1)
    clock.shift(timedelta(days=31))
    giving.sandbox.advance(seconds=1)
    invoices = giving.provider.invoices_of(pledge.subscription_reference)
    with pytest.raises(PaymentMismatch):
        pledges.synchronise(pledge, invoices)
    assert Instalment.objects.filter(status=Instalment.Status.PAID).count() == 3


@pytest.mark.parametrize("notice", ["end", "renewal"])
def test_payments_of_which_no_event_is_kept_any_more_are_found(
    giving: Giving, clock: Any, notice: str
) -> None:
    """Stripe keeps events for 30 days."""
    pledge = begin(giving)
    for _ in range(3):
        clock.shift(timedelta(days=31))
        giving.sandbox.advance(seconds=1)
        giving.sandbox.deliver(drop=1.0)
    if notice == "end":
        giving.provider.cancel_pledge(pledge.subscription_reference, "", "end")
    else:
        client = giving.provider._client.v1
        client.subscriptions.update(pledge.subscription_reference, {"description": "X"})
    giving.deliver()
    assert Donation.objects.filter(status="paid").count() == 4
    assert giving.event_errors() == []


def test_events_of_foreign_subscriptions_of_any_rhythm_are_ignored(giving: Giving) -> None:
    attempt = giving.start(frequency="monthly", amount_cents=1000)
    giving.pay(attempt)
    set_rhythm(giving, giving.sandbox.get(reference(attempt))["subscription"])
    attempt.delete()
    giving.deliver()
    assert not Pledge.objects.exists()
    assert giving.event_errors() == []
