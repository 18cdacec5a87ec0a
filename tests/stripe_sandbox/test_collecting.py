"""Renewals that ask the payer something, and the page on which an invoice is paid by hand."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from stripe_sandbox import ApiError, Sandbox
from tests.stripe_sandbox.helpers import Watch
from tests.stripe_sandbox.test_pages import get, post
from tests.stripe_sandbox.test_subscriptions import begin


def open_invoice(client: Any, sandbox: Sandbox, method: str = "3ds_always") -> Any:
    """A renewal that has not been paid."""
    subscription = begin(client, sandbox, method)
    sandbox.advance(days=29)
    (invoice,) = client.v1.invoices.list({"subscription": subscription.id, "status": "open"}).data
    return invoice


def test_a_renewal_that_wants_the_payer(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox, "3ds_always")
    seen = Watch(sandbox)
    sandbox.advance(days=29)
    assert seen.types == [
        "customer.subscription.updated",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "payment_intent.requires_action",
        "invoice.payment_action_required",
        "invoice.payment_failed",
        "invoice.updated",
        "customer.subscription.updated",
    ]
    invoice = client.v1.invoices.retrieve(
        seen.last("invoice.payment_action_required")["id"],
        {"expand": ["payments.data.payment.payment_intent"]},
    )
    intent = invoice.payments.data[0].payment.payment_intent
    assert (invoice.status, intent.status) == ("open", "requires_action")
    assert invoice.hosted_invoice_url
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    seen = Watch(sandbox)
    assert sandbox.authenticate_invoice(invoice.id)["status"] == "paid"
    assert seen.types == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "customer.subscription.updated",
        "charge.updated",
    ]
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    with pytest.raises(ApiError):
        sandbox.authenticate_invoice(invoice.id)


def test_nobody_answers(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox, "3ds_always")
    seen = Watch(sandbox)
    sandbox.advance(days=44)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert seen.types.count("invoice.payment_action_required") == 8
    assert len(client.v1.charges.list().data) == 1


def test_paying_through_the_api_wants_the_payer_too(client: Any, sandbox: Sandbox) -> None:
    invoice = open_invoice(client, sandbox)
    with pytest.raises(stripe.CardError) as caught:
        client.v1.invoices.pay(invoice.id)
    assert caught.value.code == "invoice_payment_intent_requires_action"
    card = sandbox.change_card(invoice.customer)
    paid = client.v1.invoices.pay(invoice.id, {"payment_method": card["id"]})
    assert paid.status == "paid"
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.invoices.pay(invoice.id)
    assert again.value.code == "invoice_already_paid"


def test_the_hosted_page_confirms(client: Any, sandbox: Sandbox) -> None:
    invoice = open_invoice(client, sandbox)
    url = invoice.hosted_invoice_url
    status, page = get(sandbox, url)
    assert status == 200
    for expected in ('<html lang="lv">', "nav Stripe", "10,00", invoice.number, "Apstiprināt"):
        assert expected in page, expected
    _, page = get(sandbox, f"{url}/3ds")
    assert "3-D Secure" in page
    status, _, page = post(sandbox, f"{url}/3ds", {"answer": "refuse"})
    assert status == 402
    assert "Banka maksājumu neapstiprināja" in page
    status, headers, _ = post(sandbox, url, {"preset": "3ds"})
    assert (status, headers["location"]) == (303, f"/i/{invoice.id}/3ds")
    status, headers, _ = post(sandbox, f"{url}/3ds", {"answer": "accept"})
    assert (status, headers["location"]) == (303, f"/i/{invoice.id}")
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"
    assert "apmaksāts" in get(sandbox, url)[1]


def test_the_hosted_page_takes_another_card(client: Any, sandbox: Sandbox) -> None:
    invoice = open_invoice(client, sandbox, "fails_later")
    client.v1.customers.update(invoice.customer, {"preferred_locales": ["en"]})
    url = invoice.hosted_invoice_url
    assert '<html lang="en">' in get(sandbox, url)[1]
    assert post(sandbox, url, {"number": "1234"})[0] == 400
    seen = Watch(sandbox)
    status, _, page = post(sandbox, url, {"preset": "insufficient_funds"})
    assert status == 402
    assert "insufficient funds" in page
    assert seen.types == [
        "charge.failed", "payment_intent.payment_failed", "invoice.payment_failed",
    ]  # fmt: skip
    due = client.v1.invoices.retrieve(invoice.id)
    assert (due.attempt_count, due.next_payment_attempt) == (1, invoice.next_payment_attempt)
    assert post(sandbox, url, {"number": "4242 4242 4242 4242"})[0] == 303
    subscription = invoice.parent.subscription_details.subscription
    current = client.v1.subscriptions.retrieve(subscription, {"expand": ["latest_invoice"]})
    assert (current.status, current.latest_invoice.status) == ("active", "paid")
    assert sandbox.get(sandbox.charge_of(invoice.id))["status"] == "succeeded"
    assert len(client.v1.customers.payment_methods.list(invoice.customer).data) == 1, "not kept"


def test_the_hosted_page_takes_a_debit(client: Any, sandbox: Sandbox) -> None:
    invoice = open_invoice(client, sandbox)
    assert post(sandbox, invoice.hosted_invoice_url, {"preset": "sepa"})[0] == 303
    assert "ceļā" in get(sandbox, invoice.hosted_invoice_url)[1]
    with pytest.raises(stripe.InvalidRequestError, match="on its way"):
        client.v1.invoices.pay(invoice.id)
    sandbox.advance(days=5)
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"
    assert len(client.v1.charges.list({"payment_intent": sandbox.get(
        sandbox.charge_of(invoice.id))["payment_intent"]}).data) == 1  # fmt: skip


def test_no_page_for_a_draft(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    client.v1.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": "keep_as_draft"}}
    )
    sandbox.advance(days=29)
    draft = client.v1.invoices.list({"status": "draft"}).data[0]
    assert get(sandbox, f"/i/{draft.id}")[0] == 404


def test_voiding_an_open_invoice(client: Any, sandbox: Sandbox) -> None:
    invoice = open_invoice(client, sandbox)
    subscription = invoice.parent.subscription_details.subscription
    seen = Watch(sandbox)
    assert client.v1.invoices.void_invoice(invoice.id).status == "void"
    assert seen.types == [
        "invoice.voided", "payment_intent.canceled", "customer.subscription.updated",
    ]  # fmt: skip
    assert client.v1.subscriptions.retrieve(subscription).status == "active"
    assert client.v1.invoice_payments.list({"invoice": invoice.id}).data[0].status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.void_invoice(invoice.id)
    assert "slēgts" in get(sandbox, invoice.hosted_invoice_url)[1]
    sandbox.advance(days=20)
    assert client.v1.invoices.retrieve(invoice.id).status == "void"


def test_an_invoice_of_an_ended_subscription_can_still_be_paid(
    client: Any, sandbox: Sandbox
) -> None:
    invoice = open_invoice(client, sandbox)
    subscription = invoice.parent.subscription_details.subscription
    client.v1.subscriptions.cancel(subscription)
    assert sandbox.pay_invoice(invoice.id)["status"] == "paid"
    assert client.v1.subscriptions.retrieve(subscription).status == "canceled"
    with pytest.raises(ApiError):
        sandbox.pay_invoice(invoice.id)
