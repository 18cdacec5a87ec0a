"""Regular gifts: start, renewals, failing cards, changes, the portal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from stripe_sandbox import Sandbox
from stripe_sandbox.resources import periods
from tests.stripe_sandbox.helpers import Watch, donation, pledge


def begin(client: Any, sandbox: Sandbox, method: str = "card", **params: Any) -> Any:
    """A subscription that has just been started through Checkout."""
    session = sandbox.pay(client.v1.checkout.sessions.create(pledge(**params)).id, method)
    return client.v1.subscriptions.retrieve(session["subscription"])


def end_of(subscription: Any) -> str:
    moment = subscription["items"].data[0].current_period_end
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def test_a_subscription_exists_only_after_payment(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(pledge())
    sandbox.pay(session.id, "decline")
    assert client.v1.subscriptions.list({"status": "all"}).data == []
    assert client.v1.customers.list().data == []
    seen = Watch(sandbox)
    paid = sandbox.pay(session.id)
    assert paid["payment_intent"] is None
    assert seen.types == [
        "customer.created",
        "payment_method.attached",
        "charge.succeeded",
        "payment_intent.succeeded",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "checkout.session.completed",
        "charge.updated",
    ]
    subscription = client.v1.subscriptions.retrieve(paid["subscription"])
    assert (subscription.status, subscription.metadata.pledge) == ("active", "p1")
    assert subscription.default_payment_method
    invoice = client.v1.invoices.retrieve(
        paid["invoice"], {"expand": ["payments.data.payment.payment_intent"]}
    )
    assert invoice.payments.data[0].payment.payment_intent.status == "succeeded"
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert invoice.billing_reason == "subscription_create"


def test_renewals_keep_to_the_month_end(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    ends = [end_of(subscription)]
    for _ in range(3):
        sandbox.advance(to=client.v1.subscriptions.retrieve(subscription.id)["items"].data[0]
                        .current_period_end + 7200)  # fmt: skip
        ends.append(end_of(client.v1.subscriptions.retrieve(subscription.id)))
    assert ends == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    invoices = client.v1.invoices.list({"subscription": subscription.id}).data
    assert [(i.total, i.status) for i in invoices] == [(1000, "paid")] * 4
    assert len({i.number for i in invoices}) == 4
    assert invoices[0].billing_reason == "subscription_cycle"


def test_a_yearly_renewal(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox, interval="year")
    assert end_of(subscription) == "2027-01-31"


def test_a_leap_day_anchor() -> None:
    anchor = int(datetime(2028, 2, 29, tzinfo=UTC).timestamp())
    days = [
        datetime.fromtimestamp(periods.after(anchor, "year", 1, n), UTC).date().isoformat()
        for n in (1, 4)
    ]
    assert days == ["2029-02-28", "2032-02-29"]


def test_months_of_renewals_in_one_step(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    sandbox.advance(days=365)
    found = client.v1.invoices.list({"subscription": subscription.id, "limit": 100}).data
    assert len([invoice for invoice in found if invoice.status == "paid"]) == 12


def test_a_failing_card_is_retried_and_then_given_up(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox, "fails_later")
    seen = Watch(sandbox)
    sandbox.advance(days=29)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    failed = seen.last("invoice.payment_failed")
    assert failed["status"] == "open"
    assert failed["next_payment_attempt"] > sandbox.now
    sandbox.advance(days=13)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    sandbox.advance(days=2)
    ended = client.v1.subscriptions.retrieve(subscription.id)
    assert ended.status == "canceled"
    assert ended.cancellation_details.reason == "payment_failed"
    assert seen.types.count("invoice.payment_failed") == 8
    assert seen.types[-1] == "customer.subscription.deleted"
    before = len(sandbox.events)
    sandbox.advance(days=90)
    assert len(sandbox.events) == before, "nothing happens after the end"


def test_a_new_card_helps_only_when_the_subscription_uses_it(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox, "fails_later")
    sandbox.advance(days=29)
    card = sandbox.change_card(subscription.customer, "card")
    sandbox.advance(days=2)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": card["id"]})
    seen = Watch(sandbox)
    sandbox.advance(days=3)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert "invoice.paid" in seen.types
    assert seen.types.count("invoice.payment_failed") == 0


def test_an_open_invoice_can_be_paid_at_once(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox, "fails_later")
    sandbox.advance(days=29)
    (invoice,) = client.v1.invoices.list({"subscription": subscription.id, "status": "open"}).data
    with pytest.raises(stripe.CardError):
        client.v1.invoices.pay(invoice.id)
    assert sandbox.get(invoice.id)["attempt_count"] == 1, "only planned tries count"
    declined = client.v1.charges.list({"customer": subscription.customer}).data
    assert [c.status for c in declined] == ["failed", "failed", "succeeded"], "a fact, not undone"
    sandbox.swap_card(subscription.id, "card")
    assert client.v1.invoices.pay(invoice.id).status == "paid"
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_a_foreign_card_is_refused(client: Any, sandbox: Sandbox) -> None:
    first, second = begin(client, sandbox), begin(client, sandbox)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.update(
            first.id, {"default_payment_method": second.default_payment_method}
        )


def test_a_pause_voids_and_ends(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    back = sandbox.now + 40 * 86_400
    paused = client.v1.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": "void", "resumes_at": back}}
    )
    assert (paused.status, paused.pause_collection.behavior) == ("active", "void")
    seen = Watch(sandbox)
    sandbox.advance(days=29)
    assert "invoice.voided" in seen.types
    assert "charge.succeeded" not in seen.types
    sandbox.advance(days=12)
    assert client.v1.subscriptions.retrieve(subscription.id).pause_collection is None
    sandbox.advance(days=30)
    assert "charge.succeeded" in seen.types


@pytest.mark.parametrize(
    ("behavior", "status"),
    [("keep_as_draft", "draft"), ("mark_uncollectible", "uncollectible")],
)
def test_other_pauses(client: Any, sandbox: Sandbox, behavior: str, status: str) -> None:
    subscription = begin(client, sandbox)
    client.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": behavior}})
    sandbox.advance(days=29)
    assert client.v1.invoices.list({"subscription": subscription.id}).data[0].status == status
    client.v1.subscriptions.update(subscription.id, {"pause_collection": ""})
    assert client.v1.subscriptions.retrieve(subscription.id).pause_collection is None


def test_a_scheduled_end(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    set_ = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (set_.status, set_.cancel_at) == ("active", set_["items"].data[0].current_period_end)
    seen = Watch(sandbox)
    sandbox.advance(days=40)
    assert seen.types == ["customer.subscription.deleted"]


def test_a_scheduled_end_can_be_taken_back(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    kept = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert kept.cancel_at is None
    sandbox.advance(days=29)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_cancelling_now(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    ended = client.v1.subscriptions.cancel(
        subscription.id, {"cancellation_details": {"comment": "thanks"}}
    )
    assert (ended.status, ended.cancellation_details.comment) == ("canceled", "thanks")
    assert client.v1.subscriptions.list({"customer": subscription.customer}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.cancel(subscription.id)


def test_a_new_amount_counts_from_the_next_period(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    item = subscription["items"].data[0]
    change = {
        "items": [
            {
                "id": item.id,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 2500,
                    "product": item.price.product,
                    "recurring": {"interval": "month"},
                },
            }
        ]
    }
    with pytest.raises(stripe.InvalidRequestError, match="proration"):
        client.v1.subscriptions.update(subscription.id, change)
    seen = Watch(sandbox)
    client.v1.subscriptions.update(subscription.id, change | {"proration_behavior": "none"})
    assert seen.types == ["price.created", "customer.subscription.updated"]
    assert "items" in sandbox.events[-1]["data"]["previous_attributes"]
    sandbox.advance(days=29)
    newest, oldest = client.v1.invoices.list({"subscription": subscription.id}).data
    assert (newest.total, oldest.total) == (2500, 1000)


def test_a_first_payment_by_sepa_debit(client: Any, sandbox: Sandbox) -> None:
    session = sandbox.pay(client.v1.checkout.sessions.create(pledge()).id, "sepa")
    assert session["payment_status"] == "unpaid"
    assert sandbox.get(session["invoice"])["status"] == "open"
    seen = Watch(sandbox)
    sandbox.settle(session["id"])
    assert {"invoice.paid", "checkout.session.async_payment_succeeded"} <= set(seen.types)
    assert client.v1.checkout.sessions.retrieve(session["id"]).payment_status == "paid"


def test_a_first_payment_by_sepa_debit_that_fails(client: Any, sandbox: Sandbox) -> None:
    session = sandbox.pay(client.v1.checkout.sessions.create(pledge()).id, "sepa_fail")
    sandbox.settle(session["id"])
    assert sandbox.get(session["subscription"])["status"] == "past_due"


def test_3d_secure_for_a_pledge(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(pledge())
    sandbox.pay(session.id, "3ds", authenticate=False)
    assert client.v1.subscriptions.list().data == []
    paid = sandbox.pay(session.id, "3ds")
    assert sandbox.get(paid["subscription"])["status"] == "active"
    sandbox.advance(days=29)
    assert sandbox.get(paid["subscription"])["status"] == "active"


def test_modes_do_not_mix(client: Any) -> None:
    recurring = pledge()["line_items"]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(donation(line_items=recurring))
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(pledge(line_items=donation()["line_items"]))
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(pledge(customer_creation="always"))


def test_invoice_payments_lead_from_intent_to_invoice(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    (payment,) = client.v1.invoice_payments.list({"invoice": subscription.latest_invoice}).data
    intent = payment.payment.payment_intent
    (found,) = client.v1.invoice_payments.list(
        {"payment": {"type": "payment_intent", "payment_intent": intent}}
    ).data
    assert found.invoice == subscription.latest_invoice


def test_a_renewal_without_any_card_fails_and_goes_on(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": ""})
    seen = Watch(sandbox)
    sandbox.advance(days=29)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    assert "charge.failed" not in seen.types
    sandbox.change_card(subscription.customer)
    sandbox.advance(days=1)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    saved = client.v1.customers.payment_methods.list(subscription.customer).data
    assert len(saved) == 2


def test_a_hard_decline_is_not_tried_again(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    sandbox.swap_card(subscription.id, "lost_card")
    seen = Watch(sandbox)
    sandbox.advance(days=44)
    assert seen.types.count("charge.failed") == 1
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"


def test_a_later_sepa_try_is_not_the_sessions_affair(client: Any, sandbox: Sandbox) -> None:
    session = sandbox.pay(client.v1.checkout.sessions.create(pledge()).id, "sepa_fail")
    seen = Watch(sandbox)
    sandbox.advance(days=30)
    assert seen.types.count("checkout.session.async_payment_failed") == 1
    assert seen.types.count("invoice.payment_failed") > 1
    assert sandbox.get(session["id"])["payment_status"] == "unpaid"
