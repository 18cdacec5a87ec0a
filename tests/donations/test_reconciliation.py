"""The ledger agrees with Stripe's books to the cent, or each difference is named and mended."""

from typing import Any

import pytest
from django.core import mail
from django.db.models import Sum
from django.utils import timezone

from donations.models import (
    Difference,
    Donation,
    LedgerEntry,
    OutgoingMail,
    Payout,
    Pledge,
    Receipt,
    Reconciliation,
)
from donations.services import books, reconciliation
from donations.services.reconciliation import AlreadyRunning, begin, reconcile, run
from donations.services.repairs import NotRepairable, repair
from donations.tasks import reconcile_books
from sosbca.users.models import User
from tests.donations.books import (
    HOUR,
    agreed,
    balance,
    bookings,
    everything_happens,
    ledger_balance,
    lose,
    pass_time,
)
from tests.donations.staff import member
from tests.giving import Giving

SYNCHRONISE, IMPORT, BOOK, ASK = "synchronise", "import", "book", "ask"


@pytest.fixture
def finance(giving: Giving) -> User:
    user = member("Finance")
    user.email = "finance@example.org"
    user.save()
    return user


def paid(giving: Giving, clock: Any, **how: Any) -> Donation:
    """A gift whose booking is old enough to be compared."""
    attempt = giving.start(**how)
    giving.pay(attempt)
    giving.deliver()
    pass_time(giving, clock, hours=1)
    return giving.donation(attempt)


def found(done: Reconciliation) -> list[tuple[str, str]]:
    return [(difference.kind, difference.repair) for difference in done.differences.all()]


def only(done: Reconciliation) -> Difference:
    return done.differences.get()


# Agreement ---------------------------------------------------------------------------------------


def test_everything_that_can_happen_agrees_to_the_cent(giving: Giving, clock: Any) -> None:
    everything_happens(giving, clock)
    assert giving.event_errors() == []
    done = agreed(giving)
    assert done.checked == len(bookings(giving)) > 20
    assert done.theirs_cents == done.ours_cents == balance(giving) == ledger_balance()
    assert set(LedgerEntry.objects.values_list("kind", flat=True)) == {
        "account_fee",
        "charge",
        "dispute",
        "dispute_fee",
        "dispute_reversal",
        "fee",
        "payout",
        "payout_failure",
        "refund",
        "refund_failure",
    }
    again = agreed(giving)
    assert (again.checked, again.theirs_cents) == (done.checked, done.theirs_cents)


def test_each_entry_is_tied_to_its_booking_and_each_payout_adds_up(
    giving: Giving, clock: Any
) -> None:
    everything_happens(giving, clock)
    agreed(giving)
    assert not LedgerEntry.objects.filter(balance_reference="").exists()
    payouts = Payout.objects.all()
    assert sorted(payout.status for payout in payouts) == ["failed", "paid", "paid"]
    for payout in payouts:
        assert payout.settled_at
        assert books.paid_out_cents(payout) == payout.amount_cents
        listed = giving.provider.bookings(payout.reference)
        assert {b.reference for b in listed} == set(
            payout.entries.values_list("balance_reference", flat=True)
        )
    # The money of the failed payout went out with the next one.
    returned = LedgerEntry.objects.get(kind="payout_failure")
    failed = payouts.get(status="failed")
    assert returned.payout not in {None, failed}
    assert returned.amount_cents == failed.amount_cents


def test_empty_account_agrees(giving: Giving) -> None:
    done = agreed(giving)
    assert (done.checked, done.theirs_cents, done.ours_cents) == (0, 0, 0)


def test_events_that_are_still_on_their_way_are_no_difference(giving: Giving, clock: Any) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    lose(giving)
    assert agreed(giving).theirs_cents == 0
    clock.shift(HOUR)
    assert found(reconcile()) == [("missing", IMPORT)]


def test_account_of_many_pages_is_read_page_by_page(
    giving: Giving, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "PAGE", 3)
    monkeypatch.setattr("donations.providers.stripe.books.PAGE", 4)
    for number in range(10):
        paid(giving, clock, email=f"d{number}@example.org")
    before = len(giving.sandbox.requests)
    assert agreed(giving).checked == 10
    paths = [request.path for request in giving.sandbox.requests[before:]]
    assert paths.count("/v1/balance_transactions") == 3


# Each kind of difference, and its repair ---------------------------------------------------------


def test_payment_that_nobody_told_us_of_is_imported(
    giving: Giving, clock: Any, finance: User
) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    lose(giving)
    clock.shift(HOUR)
    done = reconcile()
    difference = only(done)
    assert (done.status, done.theirs_cents - done.ours_cents) == ("differs", 2437)
    assert (difference.kind, difference.repair, difference.type) == ("missing", IMPORT, "charge")
    assert (difference.theirs_cents, difference.ours_cents) == (2437, 0)
    assert repair(difference, finance)
    # It was ours: the attempt has its donation and receipt.
    assert giving.ledger(attempt) == [("charge", 2500), ("fee", -63)]
    assert len(giving.receipts(attempt)) == 1
    difference.refresh_from_db()
    assert difference.repaired_at
    agreed(giving)


def test_renewal_that_nobody_told_us_of_is_imported(
    giving: Giving, clock: Any, finance: User
) -> None:
    paid_monthly(giving)
    pass_time(giving, clock, days=32, deliver=False)
    clock.shift(HOUR)
    difference = only(reconcile())
    assert (difference.kind, difference.repair) == ("missing", IMPORT)
    assert repair(difference, finance)
    assert Donation.objects.filter(pledge__isnull=False, status="paid").count() == 2
    assert Receipt.objects.count() == 2
    agreed(giving)


def paid_monthly(giving: Giving) -> Pledge:
    attempt = giving.start(frequency="monthly")
    giving.pay(attempt)
    giving.deliver()
    return Pledge.objects.get(attempt=attempt)


def test_refund_that_nobody_told_us_of_is_fetched(
    giving: Giving, clock: Any, finance: User
) -> None:
    donation = paid(giving, clock)
    giving.sandbox.refund(donation.payment_reference, 700)
    lose(giving)
    clock.shift(HOUR)
    difference = only(reconcile())
    assert (difference.repair, difference.donation, difference.theirs_cents) == (
        SYNCHRONISE,
        donation,
        -700,
    )
    assert repair(difference, finance)
    donation.refresh_from_db()
    assert donation.status == "partly_refunded"
    agreed(giving)


def test_dispute_that_nobody_told_us_of_is_fetched(
    giving: Giving, clock: Any, finance: User
) -> None:
    donation = paid(giving, clock)
    giving.sandbox.dispute(donation.payment_reference)
    lose(giving)
    clock.shift(HOUR)
    difference = only(reconcile())
    assert (difference.repair, difference.theirs_cents) == (SYNCHRONISE, -4500)
    assert difference.donation == donation
    assert repair(difference, finance)
    agreed(giving)


def test_entry_that_got_lost_is_another_amount_and_is_fetched(
    giving: Giving, clock: Any, finance: User
) -> None:
    donation = paid(giving, clock)
    donation.entries.filter(kind="fee").delete()
    difference = only(reconcile())
    assert (difference.kind, difference.repair) == ("amount", SYNCHRONISE)
    assert (difference.theirs_cents, difference.ours_cents) == (2437, 2500)
    assert repair(difference, finance)
    agreed(giving)


def test_entry_with_another_amount_cannot_be_mended_by_machine(
    giving: Giving, clock: Any, finance: User
) -> None:
    donation = paid(giving, clock)
    donation.entries.filter(kind="charge").update(amount_cents=2600)
    difference = only(reconcile())
    assert (difference.kind, difference.repair) == ("amount", SYNCHRONISE)
    assert not repair(difference, finance)
    difference.refresh_from_db()
    assert (difference.repair, difference.repaired_at) == (ASK, None)
    with pytest.raises(NotRepairable):
        repair(difference, finance)


def test_adjustment_of_the_account_is_booked_when_somebody_says_so(
    giving: Giving, clock: Any, finance: User
) -> None:
    giving.sandbox.account_fee(-500, "Credit", type="adjustment")
    pass_time(giving, clock, hours=1)
    difference = only(reconcile())
    assert (difference.kind, difference.repair, difference.theirs_cents) == ("missing", BOOK, 500)
    assert repair(difference, finance)
    assert LedgerEntry.objects.get().kind == "adjustment"
    assert agreed(giving).ours_cents == 500


def test_entry_that_stripe_does_not_know_is_named(
    giving: Giving, clock: Any, finance: User
) -> None:
    donation = paid(giving, clock)
    LedgerEntry.objects.create(
        donation=donation,
        kind="charge",
        amount_cents=999,
        reference="ch_none",
        balance_reference="txn_none",
        occurred_at=timezone.now(),
    )
    done = reconcile()
    difference = only(done)
    assert (difference.kind, difference.repair, difference.reference) == (
        "surplus",
        ASK,
        "txn_none",
    )
    assert (difference.ours_cents, difference.donation) == (999, donation)
    assert done.ours_cents - done.theirs_cents == 999
    with pytest.raises(NotRepairable):
        repair(difference, finance)


def test_charge_that_is_never_booked_is_named_after_some_days(
    giving: Giving, clock: Any, finance: User
) -> None:
    giving.sandbox.config.hold_fees = True
    donation = paid(giving, clock)
    assert found(reconcile()) == []
    pass_time(giving, clock, days=4)
    difference = only(reconcile())
    assert (difference.kind, difference.repair, difference.donation) == (
        "surplus",
        SYNCHRONISE,
        donation,
    )
    assert not repair(difference, finance)
    giving.sandbox.release_fees()
    lose(giving)
    clock.shift(HOUR)
    missing, unbooked = reconcile().differences.order_by("kind")
    assert (missing.kind, unbooked.kind) == ("missing", "surplus")
    assert repair(unbooked, finance)
    assert repair(missing, finance)
    agreed(giving)


def test_entries_of_an_older_version_are_tied_by_their_own_references(
    giving: Giving, clock: Any
) -> None:
    """Before, entries did not name their bookings."""
    everything_happens(giving, clock)
    untied = LedgerEntry.objects.filter(donation__isnull=False)
    was = dict(untied.values_list("reference", "balance_reference"))
    untied.update(balance_reference="", payout=None)
    Payout.objects.update(settled_at=None)
    agreed(giving)
    assert dict(untied.values_list("reference", "balance_reference")) == was
    assert not Payout.objects.filter(settled_at=None).exists()


def test_payout_whose_events_were_lost_is_found(giving: Giving, clock: Any) -> None:
    paid(giving, clock)
    pass_time(giving, clock, days=5)
    giving.sandbox.payout()
    lose(giving)
    pass_time(giving, clock, hours=1)
    assert not Payout.objects.exists()
    assert agreed(giving).theirs_cents == 0
    assert Payout.objects.get().settled_at


def test_payout_that_lacks_an_entry_settles_when_it_is_there(
    giving: Giving, clock: Any, finance: User
) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    lose(giving)
    paid(giving, clock, email="other@example.org")
    pass_time(giving, clock, days=5)
    giving.sandbox.payout()
    giving.deliver()
    payout = Payout.objects.get()
    assert payout.settled_at is None
    pass_time(giving, clock, hours=1)
    assert repair(only(reconcile()), finance)
    agreed(giving)
    payout.refresh_from_db()
    assert payout.settled_at


def test_payout_made_by_hand_is_recorded_without_its_movements(
    giving: Giving, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(giving, clock)
    pass_time(giving, clock, days=5)
    payout = giving.sandbox.payout()
    assert payout
    giving.sandbox.faults.clear()
    bookings_of = giving.provider.bookings

    def automatic_only(payout_reference: str = "") -> Any:
        from donations.providers import ProviderRefused

        if payout_reference:
            raise ProviderRefused("Only of automatic payouts.")
        return bookings_of()

    monkeypatch.setattr(giving.provider, "bookings", automatic_only)
    giving.deliver()
    assert giving.event_errors() == []
    pass_time(giving, clock, hours=1)
    agreed(giving)
    recorded = Payout.objects.get()
    assert (recorded.status, recorded.settled_at) == ("paid", None)


def test_repairing_twice_changes_nothing_and_is_logged_once(
    giving: Giving, clock: Any, finance: User
) -> None:
    from wagtail.models import ModelLogEntry

    attempt = giving.start()
    giving.pay(attempt)
    lose(giving)
    clock.shift(HOUR)
    difference = only(reconcile())
    copy = Difference.objects.get()
    assert repair(difference, finance)
    assert repair(copy, finance)
    assert repair(difference, finance)
    entries = LedgerEntry.objects.count()
    assert entries == 2
    logged = ModelLogEntry.objects.filter(action="donations.reconciliation.repaired")
    assert [entry.user for entry in logged] == [finance]


def test_another_modes_money_is_not_compared(giving: Giving, clock: Any) -> None:
    donation = paid(giving, clock)
    agreed(giving)
    Donation.objects.filter(pk=donation.pk).update(is_live=True)
    LedgerEntry.objects.update(balance_reference="txn_live")
    assert ("surplus", ASK) not in found(reconcile())


# Runs --------------------------------------------------------------------------------------------


def test_two_at_once_are_one(giving: Giving, clock: Any) -> None:
    first = begin()
    with pytest.raises(AlreadyRunning):
        begin()
    assert run(first.pk).status == "agrees"
    # A task that comes twice does nothing.
    assert run(first.pk).status == "agrees"
    assert Reconciliation.objects.count() == 1
    assert begin().pk != first.pk


def test_run_whose_worker_died_is_given_up_and_cannot_go_on(
    giving: Giving, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(giving, clock)
    dead = begin()
    compare = reconciliation._Comparison.compare

    def slow(self: Any) -> None:
        clock.shift(HOUR)
        assert reconcile().status == "agrees"
        compare(self)

    monkeypatch.setattr(
        reconciliation._Comparison,
        "compare",
        lambda self: slow(self) if self.run.pk == dead.pk else compare(self),
    )
    assert run(dead.pk).checked == 0
    dead.refresh_from_db()
    assert dead.status == "failed"
    assert "stood still" in dead.error


def test_stripe_away_half_way_is_noted_and_told_and_simply_done_again(
    giving: Giving, clock: Any, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("donations.providers.stripe.books.PAGE", 2)
    monkeypatch.setattr(reconciliation, "PAGE", 2)
    for number in range(6):
        paid(giving, clock, email=f"d{number}@example.org")
    mail.outbox.clear()
    pages = giving.provider._page
    calls = 0

    def away_after_two(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            giving.sandbox.faults.add("error", prefix="/v1/balance_transactions", times=9)
        return pages(*args)

    monkeypatch.setattr(giving.provider, "_page", away_after_two)
    done = reconcile()
    assert (done.status, done.checked) == ("failed", 4)
    assert "ProviderUnavailable" in done.error
    giving.work()
    (message,) = mail.outbox
    assert message.to == ["finance@example.org"]
    assert "could not be compared" in message.subject
    giving.sandbox.faults.clear()
    assert agreed(giving).checked == 6


def test_finance_is_told_what_differs(giving: Giving, clock: Any, finance: User) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    lose(giving)
    clock.shift(HOUR)
    reconcile_books.call()
    giving.work()
    (message,) = mail.outbox
    body = str(message.body)
    assert message.to == ["finance@example.org"]
    assert "€24.37" in body
    run_pk = Reconciliation.objects.get().pk
    assert f"/admin/giving/reconciliations/{run_pk}/" in body
    sent = OutgoingMail.objects.get()
    assert (sent.kind, sent.recipient, sent.facts) == ("books", "", "")


def test_administrators_are_told_where_finance_has_no_address(
    giving: Giving, clock: Any, settings: Any
) -> None:
    settings.ADMINS = ["admin@example.org"]
    giving.pay(giving.start())
    lose(giving)
    clock.shift(HOUR)
    reconcile_books.call()
    giving.work()
    assert [message.to for message in mail.outbox] == [["admin@example.org"]]


def test_nobody_is_told_when_all_agrees(giving: Giving, clock: Any, finance: User) -> None:
    paid(giving, clock)
    mail.outbox.clear()
    reconcile_books.call()
    giving.work()
    assert mail.outbox == []


def test_nightly_task_leaves_a_running_comparison_alone(giving: Giving) -> None:
    begin()
    reconcile_books.call()
    assert Reconciliation.objects.count() == 1


def test_balances_are_what_stripe_says(giving: Giving, clock: Any) -> None:
    everything_happens(giving, clock)
    done = agreed(giving)
    said = giving.provider._client.v1.balance.retrieve()
    assert done.theirs_cents == said.available[0].amount + said.pending[0].amount
    assert done.ours_cents == LedgerEntry.objects.aggregate(total=Sum("amount_cents"))["total"]
