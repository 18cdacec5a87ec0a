"""The history of an account that was used before this site is taken over: whole, once, without
receipts or messages, and resumable after a kill at any call."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from donations.models import (
    Donation,
    Donor,
    Fund,
    Import,
    Instalment,
    LedgerEntry,
    OutgoingMail,
    Pledge,
    Receipt,
    Reconciliation,
)
from donations.services import history, history_gifts
from donations.services.repairs import repair
from tests.donations.books import (
    agreed,
    balance,
    bookings,
    ledger_balance,
    lose,
    pass_time,
)
from tests.donations.staff import member
from tests.giving import Giving
from tests.stripe_sandbox.helpers import donation as order
from tests.stripe_sandbox.test_subscriptions import begin as subscribe


class Killed(BaseException):
    """What a process that is killed looks like from inside."""


@pytest.fixture
def old(giving: Giving, clock: Any) -> Giving:
    """An account that somebody used before us: gifts, subscriptions, refunds, payouts. Its money
    amounts to cents that no other combination gives."""
    client, sandbox = stripe_of(giving), giving.sandbox
    for number in range(4):
        session = client.v1.checkout.sessions.create(order(1000 + number))
        sandbox.pay(session.id, email=f"Once{number}@Example.org", name=f"Once {number}")
        if number == 1:
            sandbox.refund(session.id, 300)
        if number == 2:
            sandbox.close_dispute(sandbox.dispute(session.id)["id"], won=False)
    subscriptions = [subscribe(client, sandbox, method) for method in ("card", "sepa", "card")]
    for number, subscription in enumerate(subscriptions):
        client.v1.customers.update(
            subscription.customer,
            {"email": f"monthly{number}@example.org", "name": f"Monthly {number}"},
        )
    sandbox.account_fee(77)
    for _month in range(3):
        pass_time(giving, clock, deliver=False, days=31)
        sandbox.payout()
    client.v1.subscriptions.cancel(subscriptions[2].id)
    pass_time(giving, clock, deliver=False, days=6)
    lose(giving)
    return giving


def stripe_of(giving: Giving) -> Any:
    """Stripe's own library, on the account."""
    return giving.provider._client


def take_over(running: Import | None = None) -> Import:
    return history.carry_on(running or history.begin(), lambda _running: None)


def state() -> dict[str, Any]:
    """Everything that an import may write, without the moments at which it did."""
    return {
        "donors": sorted(Donor.objects.values_list("email", "name", "language")),
        "pledges": sorted(
            Pledge.objects.values_list("subscription_reference", "status", "amount_cents")
        ),
        "instalments": sorted(Instalment.objects.values_list("invoice_reference", "status")),
        "donations": sorted(
            Donation.objects.values_list("payment_reference", "status", "amount_cents", "donor")
        ),
        "entries": sorted(
            LedgerEntry.objects.values_list("reference", "amount_cents", "balance_reference")
        ),
        "receipts": Receipt.objects.count(),
        "mails": OutgoingMail.objects.count(),
    }


def test_whole_account_is_taken_over_and_agrees(old: Giving, clock: Any) -> None:
    done = take_over()
    assert (done.status, done.error, done.skipped) == ("done", "", 0)
    assert done.pledges == Pledge.objects.count() == 3
    assert done.donations == Donation.objects.count() > 12
    assert sorted(Pledge.objects.values_list("status", flat=True)) == [
        "active",
        "active",
        "cancelled",
    ]
    assert Donation.objects.filter(pledge=None).count() == 4
    assert Donor.objects.count() == 7
    assert sorted(Donation.objects.filter(pledge=None).values_list("status", flat=True)) == [
        "charged_back",
        "paid",
        "paid",
        "partly_refunded",
    ]
    assert set(Donation.objects.values_list("fund__code", flat=True)) == {"general"}
    # To the cent what the account's own books say.
    result = Reconciliation.objects.get()
    assert (result.status, result.checked) == ("agrees", len(bookings(old)))
    assert ledger_balance() == balance(old) == result.ours_cents
    by_booking = {b.reference: b.net_cents for b in old.provider.bookings()}
    ours: dict[str, int] = {}
    for entry in LedgerEntry.objects.all():
        ours[entry.balance_reference] = ours.get(entry.balance_reference, 0) + entry.amount_cents
    assert ours == by_booking


def test_history_brings_no_receipts_and_no_messages(old: Giving, clock: Any) -> None:
    take_over()
    old.work()
    assert not Receipt.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert mail.outbox == []
    # Not even when an old gift is refunded afterwards.
    once = Donation.objects.filter(pledge=None, status="paid").first()
    assert once
    old.sandbox.refund(once.payment_reference, 100)
    old.deliver()
    assert old.event_errors() == []
    once.refresh_from_db()
    assert once.status == "partly_refunded"
    assert not Receipt.objects.exists()


def test_renewals_after_the_import_are_like_any_other_gift(old: Giving, clock: Any) -> None:
    take_over()
    before = Donation.objects.count()
    pass_time(old, clock, days=32)
    pass_time(old, clock, days=7)
    assert old.event_errors() == []
    new = Donation.objects.filter(needs_receipt=True)
    assert new.count() == Donation.objects.count() - before >= 2
    assert Receipt.objects.count() == new.filter(status="paid").count() >= 2
    assert {m.kind for m in OutgoingMail.objects.all()} == {"receipt"}
    pass_time(old, clock, hours=1)
    agreed(old)


def test_failing_card_of_an_imported_pledge_is_told_from_then_on(old: Giving, clock: Any) -> None:
    """What had failed before the import is no news, what fails afterwards is."""
    running = stripe_of(old).v1.subscriptions.list({"limit": 10}).data
    failing = next(s for s in running if s.collection_method == "charge_automatically")
    old.sandbox.swap_card(failing.id, "insufficient_funds")
    pass_time(old, clock, deliver=False, days=26)
    pass_time(old, clock, deliver=False, hours=3)
    assert old.provider.pledge(failing.id).state.value == "past_due"
    take_over()
    pledge = Pledge.objects.get(subscription_reference=failing.id)
    assert pledge.status == "past_due"
    due = pledge.instalments.get(status="open")
    assert due.failures == due.tries > 0
    assert not OutgoingMail.objects.exists()
    pass_time(old, clock, days=5)
    assert set(OutgoingMail.objects.filter(pledge=pledge).values_list("kind", flat=True)) == {
        "payment_failed"
    }


def test_import_charges_nobody_and_changes_no_card(old: Giving, clock: Any) -> None:
    """The customer's own card may differ from the subscription's for years."""
    (running, *_rest) = stripe_of(old).v1.subscriptions.list({"limit": 1}).data
    old.sandbox.change_card(running.customer, "mastercard")
    lose(old)
    before = len(old.sandbox.requests)
    take_over()
    written = [r for r in old.sandbox.requests[before:] if r.method.upper() != "GET"]
    assert written == []
    pledge = Pledge.objects.get(subscription_reference=running.id)
    assert pledge.method_ending == "4242" or pledge.payment_method == "sepa_debit"
    # A card chosen afterwards is followed as with any other pledge.
    old.sandbox.change_card(running.customer, "card")
    old.deliver()
    pledge.refresh_from_db()
    assert pledge.followed_method


def test_second_run_changes_nothing(old: Giving, clock: Any) -> None:
    take_over()
    before, logged = state(), Pledge.objects.values_list("version", flat=True)
    versions = list(logged)
    done = take_over()
    assert Import.objects.count() == 2
    assert (done.status, done.pledges, done.donations, done.skipped) == ("done", 0, 0, 0)
    assert state() == before
    assert list(logged.all()) == versions


def test_killed_after_any_number_of_calls_it_goes_on(
    old: Giving, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each life of the process gets a few calls more to the payment company, then it is killed."""
    calls = lives = 0
    allowed = 4
    # Calls are counted where the library hands them over.
    client = stripe_of(old)._requestor._client
    request = client.request

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > allowed:
            raise Killed
        return request(*args, **kwargs)

    monkeypatch.setattr(client, "request", counted)
    while True:
        lives += 1
        calls = 0
        allowed += lives % 2
        try:
            done = take_over(history.begin(take_over=True))
        except Killed:
            Reconciliation.objects.filter(status="running").update(status="failed")
            continue
        break
    assert done.status == "done"
    assert lives > 15
    monkeypatch.setattr(client, "request", request)
    assert Import.objects.count() == 1
    assert done.pledges == Pledge.objects.count() == 3
    assert done.donations == Donation.objects.count()
    assert done.skipped == 0
    assert ledger_balance() == balance(old)
    assert (Receipt.objects.count(), OutgoingMail.objects.count()) == (0, 0)
    after = state()
    take_over()
    assert state() == after


def test_stripe_away_is_noted_and_the_next_run_goes_on(old: Giving, clock: Any) -> None:
    old.sandbox.faults.add("error", prefix="/v1/charges", times=3)
    stopped = take_over()
    assert (stopped.status, stopped.stage, stopped.pledges) == ("failed", "payments", 3)
    assert "ProviderUnavailable" in stopped.error
    old.sandbox.faults.clear()
    again = history.begin()
    assert again.pk == stopped.pk
    assert take_over(again).status == "done"
    assert ledger_balance() == balance(old)


def test_two_at_once_are_refused(giving: Giving, clock: Any) -> None:
    first = history.begin()
    with pytest.raises(history.AlreadyRunning):
        history.begin()
    clock.shift(timedelta(minutes=11))
    assert history.begin().pk == first.pk


def test_without_an_address_it_is_left_out_and_counted(old: Giving, clock: Any) -> None:
    client = stripe_of(old)
    session = client.v1.checkout.sessions.create(order(5000))
    old.sandbox.pay(session.id)
    charge = old.sandbox.get(old.sandbox.charge_of(session.id))
    forget_address(old, charge)
    lose(old)
    clock.shift(timedelta(hours=1))
    done = take_over()
    assert (done.status, done.skipped) == ("done", 1)
    assert not Donation.objects.filter(amount_cents=5000).exists()
    # The comparison of the books names it.
    difference = Reconciliation.objects.get().differences.get()
    assert (difference.repair, difference.theirs_cents) == ("import", 4900)
    assert not repair(difference, member("Finance"))
    difference.refresh_from_db()
    assert difference.repair == "ask"


def forget_address(giving: Giving, charge: dict[str, Any]) -> None:
    """As with the oldest payments: neither customer nor billing details have an address."""
    store = giving.sandbox.store
    details = {**charge["billing_details"], "email": None}
    store.put("charge", charge["id"], {**charge, "billing_details": details, "customer": None})


def test_unknown_name_is_called_so_in_the_donors_language(old: Giving, clock: Any) -> None:
    customers = stripe_of(old).v1.customers
    for number, locale in ((0, "lv"), (1, "en")):
        found = customers.list({"email": f"monthly{number}@example.org"}).data[0]
        doc = old.sandbox.get(found.id)
        old.sandbox.store.put(
            "customer", found.id, {**doc, "name": None, "preferred_locales": [locale]}
        )
        forget_names(old, found.id)
    take_over()
    english = Donor.objects.get(email="monthly1@example.org")
    assert (english.name, english.language) == ("Donor from Stripe", "en")
    assert Donor.objects.get(email="monthly0@example.org").language == "lv"


def forget_names(giving: Giving, customer: str) -> None:
    store = giving.sandbox.store
    for charge in list(store.newest("charge", {"customer": customer})):
        details = {**charge["billing_details"], "name": None}
        store.put("charge", charge["id"], {**charge, "billing_details": details})


def test_donors_who_are_here_already_are_found(old: Giving, clock: Any) -> None:
    known = Donor.objects.create(kind="person", name="Once 0", email="once0@example.org")
    kept = Donor.objects.create(kind="person", name="Kept", email="kept@example.org")
    Donor.objects.create(kind="person", name="Once 3", email="once3@example.org", merged_into=kept)
    take_over()
    assert known.donations.get().amount_cents == 1000
    assert kept.donations.get().amount_cents == 1003
    assert Donor.objects.filter(email="once0@example.org").count() == 1


def test_gifts_of_ours_stay_ours(old: Giving, clock: Any) -> None:
    """A gift and a pledge that came through the form, of which no event arrived."""
    once = old.start(email="own@example.org")
    old.pay(once)
    monthly = old.start(frequency="monthly", email="own@example.org", address="192.0.2.9")
    old.pay(monthly)
    lose(old)
    clock.shift(timedelta(hours=1))
    done = take_over()
    assert done.status == "done"
    assert old.donation(once).status == "paid"
    assert Pledge.objects.get(attempt=monthly).imported_at is None
    # They are owed their receipts.
    assert Receipt.objects.count() == 2
    assert Donation.objects.filter(needs_receipt=True).count() == 2


def test_other_rhythm_has_no_pledge_but_its_payments_count(old: Giving, clock: Any) -> None:
    subscription = stripe_of(old).v1.subscriptions.list({"limit": 1}).data[0]
    doc = old.sandbox.get(subscription.id)
    price = doc["items"]["data"][0]["price"]
    price["recurring"]["interval_count"] = 3
    old.sandbox.store.put("subscription", subscription.id, doc)
    done = take_over()
    assert (done.status, done.skipped, done.pledges) == ("done", 1, 2)
    assert not Pledge.objects.filter(subscription_reference=subscription.id).exists()
    assert Donation.objects.filter(pledge=None).count() > 4
    assert ledger_balance() == balance(old)


def test_charges_from_before_payment_intents_are_taken_over_and_followed(
    old: Giving, clock: Any
) -> None:
    session = stripe_of(old).v1.checkout.sessions.create(order(4321))
    old.sandbox.pay(session.id, email="early@example.org", name="Early")
    charge = old.sandbox.get(old.sandbox.charge_of(session.id))
    old.sandbox.store.put("charge", charge["id"], {**charge, "payment_intent": None})
    lose(old)
    assert take_over().status == "done"
    early = Donation.objects.get(amount_cents=4321)
    assert (early.payment_reference, early.charge_reference) == (charge["id"], charge["id"])
    assert early.status == "paid"
    old.sandbox.refund(charge["id"], 321)
    old.deliver()
    assert old.event_errors() == []
    early.refresh_from_db()
    assert early.status == "partly_refunded"
    pass_time(old, clock, hours=1)
    agreed(old)


def test_payment_made_elsewhere_after_the_import_is_imported_by_its_repair(
    old: Giving, clock: Any
) -> None:
    take_over()
    new = subscribe(stripe_of(old), old.sandbox)
    old.deliver()
    assert not Pledge.objects.filter(subscription_reference=new.id).exists()
    pass_time(old, clock, hours=1)
    from donations.services.reconciliation import reconcile

    difference = reconcile().differences.get()
    assert difference.repair == "import"
    assert repair(difference, member("Finance"))
    pledge = Pledge.objects.get(subscription_reference=new.id)
    assert pledge.donations.get().status == "paid"
    agreed(old)


# The command -------------------------------------------------------------------------------------


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_stripe_history", *arguments, stdout=out)
    return out.getvalue()


def test_dry_run_counts_and_writes_nothing(old: Giving, clock: Any) -> None:
    before = state()
    said = command("--dry-run")
    assert "3 subscriptions" in said
    assert "Nothing was written" in said
    assert state() == before
    assert not Import.objects.exists()


def test_command_says_how_far_it_is_and_what_came_of_it(old: Giving, clock: Any) -> None:
    Fund.objects.create(code="old", name_lv="Vecais", name_en="Old", purpose_lv="x", purpose_en="x")
    said = command("--fund", "old")
    assert "3 pledges" in said
    assert "Comparison of the books: " in said
    assert "0 differences" in said
    assert set(Donation.objects.values_list("fund__code", flat=True)) == {"old"}
    assert "0 pledges, 0 donations" in command()


def test_command_refuses_an_unknown_fund_and_a_second_run(giving: Giving) -> None:
    with pytest.raises(CommandError, match="no fund"):
        command("--fund", "nowhere")
    history.begin()
    with pytest.raises(CommandError, match="take-over"):
        command()
    assert "Finished" in command("--take-over")


def test_interrupted_command_goes_on_at_once(
    old: Giving, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(history_gifts, "take_over_payment", interrupted)
        with pytest.raises(CommandError, match="Interrupted"):
            command()
    assert "Finished: 3 pledges" in command()
    assert ledger_balance() == balance(old)
