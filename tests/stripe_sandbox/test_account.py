"""What the bank and Stripe do to the account, and answers that get lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from stripe_sandbox import ApiError, Sandbox
from tests.stripe_sandbox.helpers import Watch, donation
from tests.stripe_sandbox.in_process import call_wsgi, client_for
from tests.stripe_sandbox.test_subscriptions import begin


@pytest.fixture
def paid(client: Any, sandbox: Sandbox) -> dict[str, Any]:
    """A session of 25.00 paid by card, its money available."""
    session = sandbox.pay(client.v1.checkout.sessions.create(donation(2500)).id)
    sandbox.advance(days=4)
    return session


def test_a_refund_may_cost_something(client: Any, sandbox: Sandbox, paid: dict[str, Any]) -> None:
    free, dear = sandbox.refund(paid["id"], 100), sandbox.refund(paid["id"], 100, fee=30)
    entry = client.v1.balance_transactions.retrieve
    assert (entry(free["balance_transaction"]).fee, entry(free["balance_transaction"]).net) == (
        0, -100,
    )  # fmt: skip
    booked = entry(dear["balance_transaction"])
    assert (booked.fee, booked.net, booked.fee_details[0].amount) == (30, -130, 30)


def test_stripe_charges_the_account(client: Any, sandbox: Sandbox, paid: dict[str, Any]) -> None:
    seen = Watch(sandbox)
    sandbox.account_fee(500, "Billing - Usage Fee")
    sandbox.account_fee(-20, "Credit", type="adjustment")
    assert seen.types == [], "Stripe announces neither"
    (fee,) = client.v1.balance_transactions.list({"type": "stripe_fee"}).data
    assert (fee.amount, fee.fee, fee.net, fee.source) == (-500, 0, -500, None)
    assert (fee.reporting_category, fee.description) == ("fee", "Billing - Usage Fee")
    payout = sandbox.payout()
    assert payout is not None
    assert payout["amount"] == 2437 - 500 + 20
    types = {e.type for e in client.v1.balance_transactions.list({"payout": payout["id"]}).data}
    assert types == {"adjustment", "charge", "payout", "stripe_fee"}
    with pytest.raises(ApiError):
        sandbox.account_fee(5, type="tip")


@pytest.mark.parametrize("arrive", [True, False])
def test_a_payout_that_comes_back(
    client: Any, sandbox: Sandbox, paid: dict[str, Any], arrive: bool
) -> None:
    payout = sandbox.payout(arrive=arrive)
    assert payout is not None
    seen = Watch(sandbox)
    failed = sandbox.fail_payout(payout["id"])
    assert seen.types == ["payout.failed"]
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    entry = client.v1.balance_transactions.retrieve(failed["failure_balance_transaction"])
    assert (entry.type, entry.amount, entry.source) == ("payout_failure", 2437, payout["id"])
    assert entry.reporting_category == "payout_reversal"
    sandbox.advance(days=2)
    assert client.v1.payouts.retrieve(payout["id"]).status == "failed"
    with pytest.raises(ApiError):
        sandbox.fail_payout(payout["id"])
    second = sandbox.payout()
    assert second is not None
    assert second["amount"] == 2437
    types = [e.type for e in client.v1.balance_transactions.list({"payout": second["id"]}).data]
    assert sorted(types) == ["payout", "payout_failure"]


def test_a_payout_on_its_way(client: Any, sandbox: Sandbox, paid: dict[str, Any]) -> None:
    seen = Watch(sandbox)
    payout = sandbox.payout(arrive=False)
    assert payout is not None
    assert (payout["status"], seen.types) == ("in_transit", ["payout.created"])
    assert sandbox.arrive_payout(payout["id"])["status"] == "paid"
    assert seen.types[1:] == ["payout.paid", "payout.reconciliation_completed"]
    with pytest.raises(ApiError):
        sandbox.arrive_payout(payout["id"])
    assert client.v1.payouts.retrieve(payout["id"]).reconciliation_status == "completed"


def test_two_disputes_of_one_payment(client: Any, sandbox: Sandbox, paid: dict[str, Any]) -> None:
    first = sandbox.dispute(paid["id"], amount=1000)
    second = sandbox.dispute(paid["id"])
    assert (first["amount"], second["amount"]) == (1000, 1500)
    with pytest.raises(ApiError):
        sandbox.dispute(paid["id"], amount=1)
    sandbox.close_dispute(first["id"], won=True)
    third = sandbox.dispute(paid["id"], amount=400)
    assert client.v1.charges.retrieve(third["charge"]).disputed is True
    listed = client.v1.disputes.list({"charge": third["charge"]}).data
    assert [d.id for d in listed] == [third["id"], second["id"], first["id"]]
    for amount in (0, -1, 601):
        with pytest.raises(ApiError):
            sandbox.dispute(paid["id"], amount=amount)


def test_the_panel_has_the_buttons(client: Any, sandbox: Sandbox) -> None:
    begin(client, sandbox, "fails_later")
    sandbox.advance(days=29)
    sandbox.payout(arrive=False)
    _, _, page = call_wsgi(sandbox.wsgi, "GET", "/")
    for expected in ("+1 month", "Card now fails", "Charge the account a fee", "Next try",
                     "3-D Secure", "/i/in_", "Fail", "Pay out"):  # fmt: skip
        assert expected in page.decode(), expected
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    before = sandbox.now
    payout = sandbox.store.keys("payout")[0]
    invoice = client.v1.invoices.list({"status": "open"}).data[0].id
    for action, body in (
        ("account_fee", "amount=500"),
        ("fail_payout", f"payout={payout}"),
        ("pay_invoice", f"invoice={invoice}&method=3ds&authenticate=0"),
        ("pay_invoice", f"invoice={invoice}&method=card"),
        ("dispute", f"payment={sandbox.store.keys('charge')[0]}&amount=100"),
        ("advance", "months=1"),
    ):
        status, _, answer = call_wsgi(
            sandbox.wsgi, "POST", f"/_control/{action}", body.encode(), form
        )
        assert status == 303, answer
    assert sandbox.now - before >= 28 * 86_400
    assert client.v1.invoices.retrieve(invoice).status == "paid"
    assert client.v1.payouts.retrieve(payout).status == "failed"


# Lost answers ------------------------------------------------------------------------------------


def _actions(client: Any, sandbox: Sandbox) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Every call of the portal that changes something, by name."""
    subscription = begin(client, sandbox)
    item = subscription["items"].data[0]
    price = {"currency": "eur", "unit_amount": 1500, "product": item.price.product}
    monthly = price | {"recurring": {"interval": "month"}}
    failing = begin(client, sandbox, "fails_later")
    sandbox.advance(days=29)
    sandbox.swap_card(failing.id, "card")
    invoice = client.v1.invoices.list({"subscription": failing.id, "status": "open"}).data[0]
    v1, charge = client.v1, client.v1.charges.list({"customer": subscription.customer}).data[0]

    def update(params: Any, options: Any) -> Any:
        return v1.subscriptions.update(subscription.id, params, options)

    return {
        "amount": (
            update,
            {"items": [{"id": item.id, "price_data": monthly}], "proration_behavior": "none"},
        ),
        "pause": (update, {"pause_collection": {"behavior": "void"}}),
        "trial": (
            update,
            {"trial_end": sandbox.now + 20 * 86_400, "proration_behavior": "none"},
        ),
        "end": (update, {"cancel_at_period_end": True}),
        "refund": (v1.refunds.create, {"charge": charge.id, "amount": 100}),
        "customer": (
            lambda params, options: v1.customers.update(subscription.customer, params, options),
            {"name": "Jana"},
        ),
        "pay": (
            lambda params, options: v1.invoices.pay(invoice.id, params, options),
            {"expand": ["payments"]},
        ),
        "portal": (v1.billing_portal.sessions.create, {"customer": subscription.customer}),
        "session": (v1.checkout.sessions.create, donation()),
    }


@pytest.mark.parametrize(
    "name",
    ["amount", "pause", "trial", "end", "refund", "customer", "pay", "portal", "session"],
)
@pytest.mark.parametrize("kind", ["drop", "timeout", "error"])
def test_the_work_is_done_once_although_the_answer_is_lost(
    client: Any, sandbox: Sandbox, name: str, kind: Any
) -> None:
    call, params = _actions(client, sandbox)[name]
    seen = Watch(sandbox)
    sandbox.faults.add(kind, after=True, method="POST")
    with pytest.raises(stripe.StripeError) as lost:
        call(params, {"idempotency_key": "k"})
    done, writes = seen.types, sandbox.store.total()
    if kind == "error":
        with pytest.raises(stripe.APIError) as again:
            call(params, {"idempotency_key": "k"})
        assert again.value.http_status == lost.value.http_status == 500, "as it was answered"
    else:
        first = call(params, {"idempotency_key": "k"})
        second = call(params, {"idempotency_key": "k"})
        assert str(first) == str(second)
        assert first.last_response.headers["idempotent-replayed"] == "true"
    assert (seen.types, sandbox.store.total()) == (done, writes), "nothing was done twice"
    with pytest.raises(stripe.IdempotencyError):
        call(params | {"expand": ["customer"]}, {"idempotency_key": "k"})


def test_a_cancellation_whose_answer_is_lost(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    sandbox.faults.add("drop", after=True, method="DELETE")
    careful = client_for(sandbox, retries=1)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        careful.v1.subscriptions.cancel(subscription.id)
    assert caught.value.code == "resource_missing", "DELETE has no idempotency, as at Stripe"
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
