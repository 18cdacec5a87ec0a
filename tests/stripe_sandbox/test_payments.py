"""One-off payments through Checkout: what a payer does and what Stripe then says."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from stripe_sandbox import METHODS, ApiError, Sandbox
from stripe_sandbox.methods import by_number
from tests.stripe_sandbox.helpers import Watch, donation


def test_a_card_payment(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation(2500))
    assert (session.status, session.payment_status, session.payment_intent) == (
        "open", "unpaid", None,
    )  # fmt: skip
    assert session.livemode is False
    assert session.id.startswith("cs_test_")
    seen = Watch(sandbox)
    sandbox.pay(session.id, email="liga@example.org", name="Līga Kļava")
    assert seen.types == [
        "payment_intent.created",
        "customer.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    session = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction", "customer"]}
    )
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert session.customer_details.name == "Līga Kļava"
    assert session.customer.email == "liga@example.org"
    charge = session.payment_intent.latest_charge
    assert session.payment_intent.metadata.attempt == charge.metadata.attempt == "a1"
    entry = charge.balance_transaction
    # 1.5 % of 25.00 is 37.5 cents, and 25 cents more.
    assert (entry.amount, entry.fee, entry.net, entry.source) == (2500, 63, 2437, charge.id)


def test_the_fee_is_unknown_until_charge_updated(client: Any, sandbox: Sandbox) -> None:
    seen = Watch(sandbox)
    sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    assert seen.last("charge.succeeded")["balance_transaction"] is None
    update = sandbox.events[-1]
    assert update["data"]["previous_attributes"] == {"balance_transaction": None}
    assert update["data"]["object"]["balance_transaction"].startswith("txn_")


def test_fees_can_be_held_back(client: Any, sandbox: Sandbox) -> None:
    sandbox.config.hold_fees = True
    session = sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    charge = sandbox.charge_of(session["id"])
    assert client.v1.charges.retrieve(charge).balance_transaction is None
    assert sandbox.release_fees() == 1
    assert client.v1.charges.retrieve(charge).balance_transaction
    assert sandbox.events[-1]["type"] == "charge.updated"


@pytest.mark.parametrize(
    ("method", "code"),
    [("decline", "generic_decline"), ("insufficient_funds", "insufficient_funds")],
)
def test_a_declined_card_leaves_the_session_open(
    client: Any, sandbox: Sandbox, method: str, code: str
) -> None:
    session = client.v1.checkout.sessions.create(donation())
    seen = Watch(sandbox)
    assert sandbox.pay(session.id, method)["status"] == "open"
    assert seen.types == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
    ]
    error = seen.last("payment_intent.payment_failed")["last_payment_error"]
    assert (error["type"], error["code"], error["decline_code"]) == (
        "card_error", "card_declined", code,
    )  # fmt: skip
    paid = sandbox.pay(session.id)
    intents = {e["data"]["object"]["id"] for e in sandbox.events if "intent." in e["type"]}
    assert intents == {paid["payment_intent"]}, "a second try uses the same payment intent"
    assert client.v1.payment_intents.retrieve(paid["payment_intent"]).last_payment_error is None


def test_3d_secure_accepted(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    seen = Watch(sandbox)
    waiting = sandbox.pay(session.id, "3ds", authenticate=None)
    assert waiting["status"] == "open"
    assert seen.types[-1] == "payment_intent.requires_action"
    assert sandbox.authenticate(session.id)["payment_status"] == "paid"
    charge = client.v1.charges.retrieve(sandbox.charge_of(session.id))
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"


def test_3d_secure_refused(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    seen = Watch(sandbox)
    assert sandbox.pay(session.id, "3ds", authenticate=False)["status"] == "open"
    failed = seen.last("payment_intent.payment_failed")
    assert failed["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert "charge.failed" not in seen.types
    with pytest.raises(ApiError):
        sandbox.authenticate(session.id)


def test_a_sepa_debit_that_succeeds(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    seen = Watch(sandbox)
    sandbox.pay(session.id, "sepa")
    assert seen.types[-3:] == [
        "payment_intent.processing",
        "charge.pending",
        "checkout.session.completed",
    ]
    completed = seen.last("checkout.session.completed")
    assert (completed["status"], completed["payment_status"]) == ("complete", "unpaid")
    seen = Watch(sandbox)
    assert sandbox.settle(session.id)["status"] == "succeeded"
    assert seen.types == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
        "charge.updated",
    ]
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_sepa_debit_that_fails(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    sandbox.pay(session.id, "sepa_fail")
    seen = Watch(sandbox)
    sandbox.settle(session.id)
    assert seen.types == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    with pytest.raises(ApiError):
        sandbox.settle(session.id)


def test_a_sepa_debit_settles_by_itself(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    sandbox.pay(session.id, "sepa")
    sandbox.advance(days=4)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    sandbox.advance(days=1)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_settling_can_be_forced_either_way(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    sandbox.pay(session.id, "sepa")
    assert sandbox.settle(session.id, success=False)["status"] == "failed"


def test_a_session_expires_by_the_clock(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation(expires_at=sandbox.now + 1800))
    seen = Watch(sandbox)
    sandbox.advance(seconds=1799 - 5)
    assert seen.types == []
    sandbox.advance(seconds=10)
    assert seen.types == ["checkout.session.expired"]
    assert seen.last("checkout.session.expired")["url"] is None
    assert sandbox.events[-1]["created"] == session.expires_at
    with pytest.raises(ApiError, match="expired"):
        sandbox.pay(session.id)


def test_a_session_expires_on_request_but_only_once(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(donation())
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        client.v1.checkout.sessions.expire(session.id)
    sandbox.advance(days=2)
    assert [e["type"] for e in sandbox.events].count("checkout.session.expired") == 1


def test_a_paid_session_does_not_expire(client: Any, sandbox: Sandbox) -> None:
    session = sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    sandbox.advance(days=2)
    assert sandbox.get(session["id"])["status"] == "complete"
    with pytest.raises(ApiError):
        sandbox.pay(session["id"])


def test_a_known_customer_is_reused(client: Any, sandbox: Sandbox) -> None:
    customer = client.v1.customers.create({"email": "old@example.org", "name": "Ilze"})
    params = donation(customer=customer.id)
    del params["customer_creation"]
    session = client.v1.checkout.sessions.create(params)
    assert session.customer_details.email == "old@example.org"
    paid = sandbox.pay(session.id)
    assert paid["customer"] == customer.id
    assert client.v1.charges.list({"customer": customer.id}).data[0].customer == customer.id
    assert len(client.v1.customers.list().data) == 1


def test_no_customer_unless_asked_for(client: Any, sandbox: Sandbox) -> None:
    params = donation()
    del params["customer_creation"]
    session = sandbox.pay(client.v1.checkout.sessions.create(params).id)
    assert session["customer"] is None
    assert "customer.created" not in [event["type"] for event in sandbox.events]


@pytest.mark.parametrize(
    "change",
    [
        {"success_url": "javascript:alert(1)"},
        {"cancel_url": "data:text/html,x"},
        {"success_url": "//example.org/x"},
        {"success_url": "https://example.org/a\r\nSet-Cookie: a=b"},
        {"expires_at": 1},
        {"line_items": []},
        {"mode": "setup"},
        {"subscription_data": {"metadata": {"a": "b"}}},
        {"customer": "cus_x", "customer_creation": "always"},
        {"shipping_address_collection": {"allowed_countries": ["LV"]}},
        {"client_reference_id": "x" * 201},
        {"metadata": {"k" * 41: "v"}},
        {"metadata": {"k": "v" * 501}},
    ],
)
def test_more_that_stripe_or_the_sandbox_refuses(
    client: Any, sandbox: Sandbox, change: dict[str, Any]
) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(donation(**change))
    assert sandbox.events == []


@pytest.mark.parametrize("cents", [49, 0, -100])
def test_too_small_an_amount(client: Any, cents: int) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(donation(cents))


def test_test_ibans_and_cards_have_right_check_digits() -> None:
    for method in METHODS.values():
        if method.kind == "sepa_debit":
            turned = method.number[4:] + method.number[:4]
            assert int("".join(str(int(c, 36)) for c in turned)) % 97 == 1, method.number
        else:
            digits = [int(c) for c in reversed(method.number)]
            doubled = [d * 2 - 9 * (d > 4) for d in digits[1::2]]
            assert (sum(digits[::2]) + sum(doubled)) % 10 == 0, method.number
    assert by_number("4242 4242 4242 4242") is METHODS["card"]
    assert by_number("4111 1111 1111 1111") is None
