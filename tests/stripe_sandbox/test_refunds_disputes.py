"""Money that goes back, and money that goes out."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from stripe_sandbox import ApiError, Sandbox
from tests.stripe_sandbox.helpers import Watch, donation


@pytest.fixture
def paid(client: Any, sandbox: Sandbox) -> dict[str, Any]:
    """A session of 25.00 paid by card."""
    return sandbox.pay(client.v1.checkout.sessions.create(donation(2500)).id)


@pytest.fixture
def debited(client: Any, sandbox: Sandbox) -> dict[str, Any]:
    """A session of 25.00 paid by SEPA debit."""
    session = sandbox.pay(client.v1.checkout.sessions.create(donation(2500)).id, "sepa")
    sandbox.settle(session["id"])
    return session


def test_partial_refunds_add_up(client: Any, sandbox: Sandbox, paid: dict[str, Any]) -> None:
    seen = Watch(sandbox)
    refund = client.v1.refunds.create({"payment_intent": paid["payment_intent"], "amount": 1000})
    assert (refund.status, refund.amount) == ("succeeded", 1000)
    assert set(seen.types) == {
        "refund.created", "charge.refunded", "charge.updated", "refund.updated",
    }  # fmt: skip
    charge = client.v1.charges.retrieve(
        refund.charge, {"expand": ["refunds.data.balance_transaction"]}
    )
    assert (charge.refunded, charge.amount_refunded) == (False, 1000)
    entry = charge.refunds.data[0].balance_transaction
    assert (entry.type, entry.amount, entry.net) == ("refund", -1000, -1000)
    sandbox.refund(paid["id"])
    charge = client.v1.charges.retrieve(refund.charge)
    assert (charge.refunded, charge.amount_refunded) == (True, 2500)
    assert len(client.v1.refunds.list({"charge": charge.id}).data) == 2


def test_no_more_than_was_paid(client: Any, paid: dict[str, Any]) -> None:
    intent = paid["payment_intent"]
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded") as caught:
        client.v1.refunds.create({"payment_intent": intent, "amount": 2501})
    assert caught.value.param == "amount"
    client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": intent})
    assert caught.value.code == "charge_already_refunded"


def test_a_sepa_refund_takes_its_time(
    client: Any, sandbox: Sandbox, debited: dict[str, Any]
) -> None:
    refund = client.v1.refunds.create({"payment_intent": debited["payment_intent"]})
    assert refund.status == "pending"
    seen = Watch(sandbox)
    sandbox.complete_refund(refund.id)
    assert seen.last("refund.updated")["status"] == "succeeded"
    with pytest.raises(ApiError):
        sandbox.complete_refund(refund.id)


def test_a_refund_that_fails(client: Any, sandbox: Sandbox, debited: dict[str, Any]) -> None:
    refund = sandbox.refund(debited["id"], 900)
    seen = Watch(sandbox)
    sandbox.fail_refund(refund["id"])
    assert {"refund.updated", "refund.failed"} <= set(seen.types)
    failed = client.v1.refunds.retrieve(refund["id"], {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_balance_transaction.amount) == ("failed", 900)
    charge = client.v1.charges.retrieve(refund["charge"])
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    with pytest.raises(ApiError):
        sandbox.fail_refund(refund["id"])


def test_nothing_to_refund_before_the_money_is_there(client: Any, sandbox: Sandbox) -> None:
    session = sandbox.pay(client.v1.checkout.sessions.create(donation()).id, "sepa")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": session["payment_intent"]})


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute(client: Any, sandbox: Sandbox, paid: dict[str, Any], won: bool) -> None:
    seen = Watch(sandbox)
    dispute = sandbox.dispute(paid["id"])
    assert seen.types == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.updated",
    ]
    (entry,) = dispute["balance_transactions"]
    assert (entry["amount"], entry["fee"], entry["net"]) == (-2500, 2000, -4500)
    assert client.v1.charges.retrieve(dispute["charge"]).disputed is True
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": dispute["charge"]})
    assert caught.value.code == "charge_disputed"
    seen = Watch(sandbox)
    sandbox.close_dispute(dispute["id"], won=won)
    closed = client.v1.disputes.retrieve(dispute["id"])
    assert closed.status == ("won" if won else "lost")
    assert ("charge.dispute.funds_reinstated" in seen.types) is won
    assert sum(e.amount for e in closed.balance_transactions) == (0 if won else -2500)
    assert "charge.dispute.closed" in seen.types
    with pytest.raises(ApiError):
        sandbox.close_dispute(dispute["id"], won=won)


def test_a_sepa_dispute_is_lost_from_the_start(sandbox: Sandbox, debited: dict[str, Any]) -> None:
    dispute = sandbox.dispute(debited["id"])
    assert dispute["status"] == "lost"
    assert sandbox.events[-1]["type"] == "charge.dispute.closed"


def test_a_payout_takes_what_is_available_once(
    client: Any, sandbox: Sandbox, paid: dict[str, Any]
) -> None:
    assert sandbox.payout() is None, "the charge is not available yet"
    sandbox.advance(days=3)
    later = sandbox.pay(client.v1.checkout.sessions.create(donation(9900)).id)
    sandbox.refund(paid["id"], 500)
    seen = Watch(sandbox)
    payout = sandbox.payout()
    assert payout is not None
    assert payout["amount"] == 2437 - 500
    assert seen.types == ["payout.created", "payout.paid", "payout.reconciliation_completed"]
    entries = client.v1.balance_transactions.list({"payout": payout["id"]}).data
    assert sum(entry.net for entry in entries) == 0, "the payout's own entry balances the others"
    assert {entry.type for entry in entries} == {"charge", "refund", "payout"}
    assert sandbox.payout() is None
    second = sandbox.payout(include_pending=True, arrive=False)
    assert second is not None
    assert second["status"] == "in_transit"
    sandbox.advance(days=1)
    assert client.v1.payouts.retrieve(second["id"]).status == "paid"
    source = sandbox.charge_of(later["id"])
    (entry,) = client.v1.balance_transactions.list({"source": source}).data
    assert entry.id in {e.id for e in client.v1.balance_transactions.list({"payout": second["id"]})}


def test_the_balance_is_the_sum_of_its_entries(
    client: Any, sandbox: Sandbox, paid: dict[str, Any]
) -> None:
    balance = client.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 2437)
    sandbox.advance(days=3)
    balance = client.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (2437, 0)
