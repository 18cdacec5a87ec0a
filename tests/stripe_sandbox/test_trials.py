"""A first payment later, and moving the next one: trials at Checkout and on the way."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from stripe_sandbox import Sandbox
from tests.stripe_sandbox.helpers import Watch, pledge
from tests.stripe_sandbox.in_process import call_wsgi
from tests.stripe_sandbox.test_subscriptions import begin, end_of

DAY = 86_400


def later(sandbox: Sandbox, days: int = 10, **data: Any) -> dict[str, Any]:
    """A pledge whose first payment is that many days away."""
    return pledge(subscription_data={"trial_end": sandbox.now + days * DAY} | data)


def begin_later(client: Any, sandbox: Sandbox, method: str = "card", days: int = 10) -> Any:
    session = client.v1.checkout.sessions.create(later(sandbox, days))
    paid = sandbox.pay(session.id, method)
    return client.v1.subscriptions.retrieve(paid["subscription"])


def yearly(subscription: Any, cents: int = 12000) -> dict[str, Any]:
    """Parameters for another interval."""
    item = subscription["items"].data[0]
    data = {
        "currency": "eur",
        "unit_amount": cents,
        "product": item.price.product,
        "recurring": {"interval": "year"},
    }
    return {"items": [{"id": item.id, "price_data": data}], "proration_behavior": "none"}


def test_a_first_payment_later(client: Any, sandbox: Sandbox) -> None:
    start = sandbox.now
    session = client.v1.checkout.sessions.create(later(sandbox))
    assert (session.amount_total, session.payment_status) == (0, "unpaid")
    assert session.status == "open"
    seen = Watch(sandbox)
    done = sandbox.pay(session.id)
    assert (done["status"], done["payment_status"]) == ("complete", "no_payment_required")
    assert (done["payment_intent"], done["setup_intent"]) == (None, None)
    assert seen.types == [
        "setup_intent.created",
        "customer.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "checkout.session.completed",
    ]
    subscription = client.v1.subscriptions.retrieve(
        done["subscription"], {"expand": ["latest_invoice", "default_payment_method"]}
    )
    assert subscription.status == "trialing"
    end = start + 10 * DAY
    item = subscription["items"].data[0]
    assert (subscription.trial_start, subscription.trial_end) == (start, end)
    assert (subscription.billing_cycle_anchor, item.current_period_end) == (end, end)
    assert subscription.pending_setup_intent is None
    assert subscription.default_payment_method.card.last4 == "4242"
    invoice = subscription.latest_invoice
    assert (invoice.total, invoice.amount_due, invoice.status) == (0, 0, "paid")
    assert invoice.billing_reason == "subscription_create"
    assert client.v1.invoice_payments.list({"invoice": invoice.id}).data == []
    assert client.v1.charges.list().data == []


def test_the_trial_ends_with_a_renewal(client: Any, sandbox: Sandbox) -> None:
    subscription = begin_later(client, sandbox)
    seen = Watch(sandbox)
    sandbox.advance(days=7)
    assert seen.types == ["customer.subscription.trial_will_end"]
    sandbox.advance(days=3)
    assert seen.types[1:] == ["customer.subscription.updated", "invoice.created"]
    before = sandbox.events[-2]["data"]["previous_attributes"]
    assert before["status"] == "trialing"
    assert set(before) == {"status", "items", "latest_invoice"}
    sandbox.advance(seconds=3_600)
    assert "charge.succeeded" in seen.types
    current = client.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (current.status, current.latest_invoice.status) == ("active", "paid")
    assert (current.latest_invoice.total, current.latest_invoice.billing_reason) == (
        1000, "subscription_cycle",
    )  # fmt: skip
    assert current.billing_cycle_anchor == subscription.trial_end
    assert end_of(current) == "2026-03-10"
    sandbox.advance(days=365)
    paid = client.v1.invoices.list({"subscription": subscription.id, "limit": 100}).data
    assert [invoice.total for invoice in paid] == [1000] * 13 + [0]


def test_a_card_that_fails_after_the_trial(client: Any, sandbox: Sandbox) -> None:
    subscription = begin_later(client, sandbox, "fails_later")
    sandbox.advance(days=11)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"


def test_a_debit_after_the_trial(client: Any, sandbox: Sandbox) -> None:
    subscription = begin_later(client, sandbox, "sepa")
    sandbox.advance(days=20)
    assert [c.status for c in client.v1.charges.list().data] == ["succeeded"]
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"trial_end": 47 * 3600}, "at least 2 days"),
        ({"trial_end": 731 * DAY}, "730"),
        ({"trial_end": 3 * DAY, "trial_period_days": 3}, "only specify one"),
        ({"trial_period_days": 0}, "minimum"),
        ({"trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}}}, "simulate"),
    ],
)
def test_a_trial_stripe_would_refuse(
    client: Any, sandbox: Sandbox, data: dict[str, Any], complaint: str
) -> None:
    if "trial_end" in data:
        data = data | {"trial_end": sandbox.now + data["trial_end"]}
    with pytest.raises(stripe.InvalidRequestError, match=complaint):
        client.v1.checkout.sessions.create(pledge(subscription_data=data))


def test_a_trial_in_days(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(pledge(subscription_data={"trial_period_days": 3}))
    seen = Watch(sandbox)
    done = sandbox.pay(session.id)
    assert sandbox.get(done["subscription"])["trial_end"] == session.created + 3 * DAY
    assert "customer.subscription.trial_will_end" in seen.types


def test_a_card_refused_at_the_start_of_a_trial(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(later(sandbox))
    seen = Watch(sandbox)
    assert sandbox.pay(session.id, "decline")["status"] == "open"
    assert seen.types == ["setup_intent.created", "setup_intent.setup_failed"]
    assert sandbox.pay(session.id, "3ds", authenticate=False)["status"] == "open"
    assert seen.types[2:] == ["setup_intent.requires_action", "setup_intent.setup_failed"]
    assert client.v1.customers.list().data == []
    assert sandbox.pay(session.id, "3ds")["status"] == "complete"
    assert sandbox.store.count("setup_intent") == 1
    assert client.v1.setup_intents.list().data[0].status == "succeeded"


def test_the_page_names_the_day_and_the_amount(client: Any, sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(later(sandbox))
    _, _, page = call_wsgi(sandbox.wsgi, "GET", f"/c/pay/{session.id}")
    assert "pirmais maksājums 2026-02-10" in page.decode()
    assert "10,00" in page.decode()


def test_moving_the_next_payment(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    sandbox.advance(days=5)
    now, end = sandbox.now, sandbox.now + 40 * DAY
    with pytest.raises(stripe.InvalidRequestError, match="proration"):
        client.v1.subscriptions.update(subscription.id, {"trial_end": end})
    seen = Watch(sandbox)
    moved = client.v1.subscriptions.update(
        subscription.id, {"trial_end": end, "proration_behavior": "none"}
    )
    assert seen.types == ["customer.subscription.updated"]
    assert (moved.status, moved.trial_start, moved.trial_end) == ("trialing", now, end)
    assert (moved.billing_cycle_anchor, moved["items"].data[0].current_period_end) == (end, end)
    assert sandbox.events[-1]["data"]["previous_attributes"]["status"] == "active"
    sandbox.advance(days=39)
    assert seen.types[1:] == ["customer.subscription.trial_will_end"]
    sandbox.advance(days=2)
    assert len(client.v1.charges.list().data) == 2
    current = client.v1.subscriptions.retrieve(subscription.id)
    assert (current.status, current.billing_cycle_anchor) == ("active", end)
    assert end_of(current) == "2026-04-17"


def test_moving_it_again_and_ending_the_trial_now(client: Any, sandbox: Sandbox) -> None:
    subscription = begin_later(client, sandbox)
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    end = sandbox.now + 60 * DAY
    moved = client.v1.subscriptions.update(subscription.id, {"trial_end": end})
    assert (moved.trial_start, moved.cancel_at) == (subscription.trial_start, end)
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    sandbox.advance(days=20)
    seen = Watch(sandbox)
    ended = client.v1.subscriptions.update(subscription.id, {"trial_end": "now"})
    assert (ended.status, ended.trial_end) == ("active", sandbox.now)
    assert ended.billing_cycle_anchor == sandbox.now
    assert seen.types[0] == "customer.subscription.trial_will_end"
    assert "charge.succeeded" in seen.types
    assert seen.last("invoice.paid")["billing_reason"] == "subscription_update"
    sandbox.advance(days=45)
    assert len(client.v1.charges.list().data) == 2


@pytest.mark.parametrize(
    ("when", "complaint"), [(-1, "future"), (731 * DAY, "730"), ("now", "only for")]
)
def test_a_trial_end_that_is_refused(
    client: Any, sandbox: Sandbox, when: Any, complaint: str
) -> None:
    subscription = begin(client, sandbox)
    end = when if when == "now" else sandbox.now + when
    with pytest.raises(stripe.InvalidRequestError, match=complaint):
        client.v1.subscriptions.update(
            subscription.id, {"trial_end": end, "proration_behavior": "none"}
        )


def test_an_invoice_of_nothing_when_a_trial_begins(client: Any, sandbox: Sandbox) -> None:
    sandbox.config.invoice_trials = True
    subscription = begin(client, sandbox)
    seen = Watch(sandbox)
    client.v1.subscriptions.update(
        subscription.id, {"trial_end": sandbox.now + 40 * DAY, "proration_behavior": "none"}
    )
    assert seen.last("invoice.paid")["total"] == 0
    assert seen.last("invoice.paid")["billing_reason"] == "subscription_update"


def test_ending_during_a_trial(client: Any, sandbox: Sandbox) -> None:
    subscription = begin_later(client, sandbox)
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    sandbox.advance(days=12)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    other = begin_later(client, sandbox)
    assert client.v1.subscriptions.cancel(other.id).status == "canceled"
    sandbox.advance(days=20)
    assert client.v1.charges.list().data == []


def test_a_pause_during_a_trial(client: Any, sandbox: Sandbox) -> None:
    subscription = begin_later(client, sandbox)
    client.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "void"}})
    seen = Watch(sandbox)
    sandbox.advance(days=12)
    assert seen.types[-4:] == [
        "customer.subscription.updated", "invoice.created", "invoice.finalized", "invoice.voided",
    ]  # fmt: skip
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_an_old_debt_does_not_end_a_trial(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox, "fails_later")
    sandbox.advance(days=29)
    client.v1.subscriptions.update(
        subscription.id, {"trial_end": sandbox.now + 40 * DAY, "proration_behavior": "none"}
    )
    sandbox.advance(days=4)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "trialing"


# Another interval ---------------------------------------------------------------------------------


def test_another_interval_from_the_next_payment_on(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    sandbox.advance(days=3)
    end = subscription["items"].data[0].current_period_end
    seen = Watch(sandbox)
    client.v1.subscriptions.update(subscription.id, yearly(subscription) | {"trial_end": end})
    assert seen.types == ["price.created", "customer.subscription.updated"]
    sandbox.advance(to=end + 7200)
    newest, oldest = client.v1.invoices.list({"subscription": subscription.id}).data
    assert (newest.total, newest.status, oldest.total) == (12000, "paid", 1000)
    current = client.v1.subscriptions.retrieve(subscription.id)
    assert (end_of(current), current.billing_cycle_anchor) == ("2027-02-28", end)


def test_another_interval_at_once(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    sandbox.advance(days=3)
    seen = Watch(sandbox)
    changed = client.v1.subscriptions.update(subscription.id, yearly(subscription))
    assert changed.billing_cycle_anchor == sandbox.now
    assert end_of(changed) == "2027-02-03"
    assert seen.last("invoice.paid")["total"] == 12000
    assert seen.last("invoice.paid")["billing_reason"] == "subscription_update"


def test_another_interval_during_a_trial(client: Any, sandbox: Sandbox) -> None:
    subscription = begin_later(client, sandbox)
    seen = Watch(sandbox)
    changed = client.v1.subscriptions.update(subscription.id, yearly(subscription))
    assert seen.types == ["price.created", "customer.subscription.updated"]
    assert (changed.status, changed.trial_end) == ("trialing", subscription.trial_end)
    sandbox.advance(days=11)
    assert end_of(client.v1.subscriptions.retrieve(subscription.id)) == "2027-02-10"


def test_another_currency_is_refused(client: Any, sandbox: Sandbox) -> None:
    subscription = begin(client, sandbox)
    params = yearly(subscription)
    params["items"][0]["price_data"]["currency"] = "usd"
    with pytest.raises(stripe.InvalidRequestError, match="currency"):
        client.v1.subscriptions.update(subscription.id, params)
