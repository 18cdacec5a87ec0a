"""What sweeps, reconciliation and the import of an account's history read."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from stripe_sandbox import Sandbox, Store
from tests.stripe_sandbox.helpers import donation
from tests.stripe_sandbox.in_process import client_for
from tests.stripe_sandbox.test_subscriptions import begin


@pytest.fixture
def history(client: Any, sandbox: Sandbox) -> list[Any]:
    """Three givers of half a year: one ended, one failing; single gifts, a refund, payouts."""
    made = [begin(client, sandbox, method) for method in ("card", "sepa", "fails_later")]
    for month in range(6):
        sandbox.pay(client.v1.checkout.sessions.create(donation(1000 + month)).id)
        sandbox.advance(months=1)
        sandbox.payout()
    sandbox.refund(client.v1.charges.list({"customer": made[0].customer}).data[0].id, 100)
    return made


def everything(listing: Any, **params: Any) -> list[Any]:
    """All pages of a list, three at a time, checked to be complete and without repetition."""
    found = list(listing({"limit": 3, **params}).auto_paging_iter())
    assert len({obj.id for obj in found}) == len(found)
    return found


def test_whole_account(client: Any, sandbox: Sandbox, history: list[Any]) -> None:
    v1 = client.v1
    for listing, kind in (
        (v1.balance_transactions.list, "balance_transaction"),
        (v1.charges.list, "charge"),
        (v1.checkout.sessions.list, "checkout.session"),
        (v1.customers.list, "customer"),
        (v1.events.list, "event"),
        (v1.invoice_payments.list, "invoice_payment"),
        (v1.invoices.list, "invoice"),
        (v1.payouts.list, "payout"),
        (v1.refunds.list, "refund"),
    ):
        keys = sandbox.store.keys(kind)
        if kind == "event":
            keys = [e["id"] for e in sandbox.events if e["created"] >= sandbox.now - 30 * 86_400]
        assert [obj.id for obj in everything(listing)] == keys[::-1], kind
        middle = sandbox.now - 15 * 86_400
        newer = everything(listing, created={"gte": middle})
        assert [o.id for o in newer] == [
            k for k in keys[::-1] if sandbox.get(k)["created"] >= middle
        ], kind
        older = listing({"created": {"lt": middle}, "limit": 100}).data
        assert all(obj.created < middle for obj in older), kind
        if len(keys) > 4:
            page = listing({"limit": 2, "ending_before": keys[-4]})
            assert ([obj.id for obj in page.data], page.has_more) == (keys[-3:-1][::-1], True)


def test_by_what_they_belong_to(client: Any, sandbox: Sandbox, history: list[Any]) -> None:
    v1, first = client.v1, history[0]
    charges = everything(v1.charges.list, customer=first.customer)
    assert len(charges) == 6
    assert {charge.customer for charge in charges} == {first.customer}
    intent = charges[0].payment_intent
    assert [c.id for c in v1.charges.list({"payment_intent": intent}).data] == [charges[0].id]
    invoices = everything(v1.invoices.list, subscription=first.id)
    assert len(invoices) == 6
    assert everything(v1.invoices.list, customer=first.customer, status="paid") == invoices
    assert v1.invoices.list({"customer": first.customer, "status": "open"}).data == []
    sessions = v1.checkout.sessions.list
    assert [s.subscription for s in sessions({"subscription": first.id}).data] == [first.id]
    assert [s.customer for s in sessions({"customer": first.customer}).data] == [first.customer]
    assert sessions({"subscription": "sub_none"}).data == []
    assert [s.id for s in v1.subscriptions.list({"customer": first.customer}).data] == [first.id]
    assert {s.id for s in everything(v1.subscriptions.list, status="all")} == {
        s.id for s in history
    }
    assert history[2].id not in {s.id for s in everything(v1.subscriptions.list)}
    assert [s.id for s in v1.subscriptions.list({"status": "canceled"}).data] == [history[2].id]
    created = {"gte": first.created, "lt": first.created + 1}
    assert len(v1.subscriptions.list({"status": "all", "created": created}).data) >= 1
    (payment,) = v1.invoice_payments.list({"invoice": invoices[0].id}).data
    assert payment.payment.payment_intent == intent
    method = first.default_payment_method
    assert v1.payment_methods.retrieve(method).customer == first.customer
    assert [m.id for m in v1.customers.payment_methods.list(first.customer).data] == [method]
    assert v1.customers.payment_methods.list(first.customer, {"type": "sepa_debit"}).data == []
    updated = v1.customers.update(
        first.customer,
        {"email": "jana@example.org", "name": "Jana", "preferred_locales": ["lv"],
         "metadata": {"donor": "7"}},
    )  # fmt: skip
    assert (updated.email, updated.preferred_locales) == ("jana@example.org", ["lv"])
    assert [c.id for c in v1.customers.list({"email": "jana@example.org"}).data] == [first.customer]
    events = v1.events.list({"types": ["customer.updated", "charge.refunded"]}).data
    assert {event.type for event in events} == {"customer.updated", "charge.refunded"}


def test_balance_transactions(client: Any, sandbox: Sandbox, history: list[Any]) -> None:
    listing = client.v1.balance_transactions.list
    for payout in everything(client.v1.payouts.list):
        entries = everything(listing, payout=payout.id)
        assert sum(entry.net for entry in entries) == 0
        assert payout.balance_transaction in {entry.id for entry in entries}
        (own,) = listing({"payout": payout.id, "type": "payout"}).data
        assert own.amount == -payout.amount
        retrieved = client.v1.payouts.retrieve(payout.id, {"expand": ["balance_transaction"]})
        assert retrieved.balance_transaction.source == payout.id
    assert {entry.type for entry in everything(listing, type="refund")} == {"refund"}
    (charge,) = client.v1.charges.list({"limit": 1}).data
    assert [e.id for e in listing({"source": charge.id}).data] == [charge.balance_transaction]


def test_a_cursor_of_another_kind(client: Any, sandbox: Sandbox, history: list[Any]) -> None:
    for cursor in (history[0].id, "ch_none"):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            client.v1.charges.list({"starting_after": cursor})
        assert caught.value.code == "resource_missing"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.charges.list({"starting_after": "a", "ending_before": "b"})


def test_four_levels_and_no_more(client: Any, sandbox: Sandbox, history: list[Any]) -> None:
    latest = history[0].latest_invoice
    invoice = client.v1.invoices.retrieve(
        latest, {"expand": ["payments.data.payment.payment_intent"]}
    )
    intent = invoice.payments.data[0].payment.payment_intent
    assert isinstance(intent.latest_charge, str)
    for path in (
        "payments.data.payment.payment_intent.latest_charge",
        "payments.data.payment.payment_intent.latest_charge.refunds",
    ):
        with pytest.raises(stripe.InvalidRequestError, match="4 levels"):
            client.v1.invoices.retrieve(latest, {"expand": [path]})
    with pytest.raises(stripe.InvalidRequestError, match="4 levels"):
        client.v1.invoices.list({"expand": ["data.payments.data.payment.payment_intent"]})
    intent = client.v1.payment_intents.retrieve(
        intent.id,
        {"expand": ["latest_charge.balance_transaction", "latest_charge.refunds.data"]},
    )
    assert intent.latest_charge.balance_transaction.fee
    assert intent.latest_charge.refunds.data == []
    subscription = client.v1.subscriptions.retrieve(
        history[0].id, {"expand": ["default_payment_method", "latest_invoice.payments.data"]}
    )
    assert subscription.default_payment_method.type == "card"
    assert subscription.latest_invoice.payments.data[0].status == "paid"


def test_lists_survive_a_rollback_and_a_restart(tmp_path: Any) -> None:
    store = Store(tmp_path / "state.sqlite3")
    for number in range(3):
        store.put("charge", f"ch_{number}", {"customer": "cus_1", "payment_intent": None})

    def fail() -> None:
        with store.transaction():
            store.put("charge", "ch_3", {"customer": "cus_1"})
            store.put("charge", "ch_0", {"customer": "cus_2"})
            store.delete("charge", "ch_1")
            assert len(list(store.newest("charge", {"customer": "cus_1"}))) == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(list(store.newest("charge", {"customer": "cus_1"}))) == 3
    store.put("_held_fee", "ch_1", {})
    store.delete("_held_fee", "ch_1")
    assert store.kind_of("ch_1") == "charge"
    store.close()
    again = Store(tmp_path / "state.sqlite3")
    assert len(list(again.newest("charge", {"customer": "cus_1"}, after="ch_2"))) == 2
    again.close()


def test_a_year_is_fast_however_much_there_is(sandbox: Sandbox) -> None:
    client = client_for(sandbox)
    for _ in range(10):
        begin(client, sandbox)
    sandbox.advance(days=365)
    for subscription in client.v1.subscriptions.list({"limit": 100}).data:
        client.v1.subscriptions.cancel(subscription.id)
    begin(client, sandbox)
    start = time.process_time()
    sandbox.advance(days=365)
    assert time.process_time() - start < 0.25
