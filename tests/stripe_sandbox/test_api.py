"""The API's manners: keys, idempotency, lists, expansion, faults."""

from __future__ import annotations

import base64
import json
import threading
import time
from typing import Any

import pytest
import stripe

from stripe_sandbox import Sandbox
from tests.stripe_sandbox.helpers import donation, pledge
from tests.stripe_sandbox.in_process import call_wsgi, client_for


@pytest.mark.parametrize("key", ["sk_live_abc", "rk_live_abc"])
def test_a_live_key_is_refused(sandbox: Sandbox, key: str) -> None:
    with pytest.raises(stripe.AuthenticationError, match="live key"):
        client_for(sandbox, key=key).v1.charges.list()
    assert key not in str(sandbox.requests)


@pytest.mark.parametrize("key", ["pk_test_abc", "nonsense"])
def test_another_key_is_refused(sandbox: Sandbox, key: str) -> None:
    with pytest.raises(stripe.AuthenticationError) as caught:
        client_for(sandbox, key=key).v1.charges.list()
    assert caught.value.http_status == 401


def test_no_key_is_refused(sandbox: Sandbox) -> None:
    assert call_wsgi(sandbox.wsgi, "GET", "/v1/charges")[0] == 401


def test_a_restricted_key_and_basic_authentication_work(sandbox: Sandbox) -> None:
    assert client_for(sandbox, key="rk_test_x").v1.charges.list().data == []
    header = {"Authorization": "Basic " + base64.b64encode(b"sk_test_x:").decode()}
    status, headers, _ = call_wsgi(sandbox.wsgi, "GET", "/v1/charges", headers=header)
    assert status == 200
    assert headers["request-id"].startswith("req_")


def test_another_api_version_is_refused(sandbox: Sandbox) -> None:
    headers = {"Authorization": "Bearer sk_test_x", "Stripe-Version": "2020-08-27"}
    status, _, body = call_wsgi(sandbox.wsgi, "GET", "/v1/charges", headers=headers)
    assert status == 400
    assert b"2020-08-27" in body


def test_an_unknown_address_is_a_404(client: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.raw_request("get", "/v1/unicorns")
    assert caught.value.http_status == 404
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.retrieve("cs_test_none")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")


# Idempotency ---------------------------------------------------------------------------------


def test_the_same_key_gives_the_same_answer(client: Any, sandbox: Sandbox) -> None:
    first = client.v1.checkout.sessions.create(donation(), {"idempotency_key": "k"})
    sandbox.pay(first.id)
    again = client.v1.checkout.sessions.create(donation(), {"idempotency_key": "k"})
    assert again.id == first.id
    assert again.status == "open", "the answer as it was, not the session as it is"
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.last_response.headers
    assert len(client.v1.checkout.sessions.list().data) == 1
    assert [request.idempotency_key for request in sandbox.requests[:2]] == ["k", "k"]


def test_the_same_key_for_another_request_is_an_error(client: Any) -> None:
    client.v1.checkout.sessions.create(donation(2500), {"idempotency_key": "k"})
    with pytest.raises(stripe.IdempotencyError) as caught:
        client.v1.checkout.sessions.create(donation(2600), {"idempotency_key": "k"})
    assert caught.value.http_status == 400


def test_a_key_is_forgotten_after_a_day(client: Any, sandbox: Sandbox) -> None:
    first = client.v1.checkout.sessions.create(donation(), {"idempotency_key": "k"})
    sandbox.advance(days=1)
    again = client.v1.checkout.sessions.create(donation(), {"idempotency_key": "k"})
    assert again.id != first.id


def test_a_refused_request_does_not_use_the_key_up(client: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(donation(colour="red"), {"idempotency_key": "k"})
    assert client.v1.checkout.sessions.create(donation(), {"idempotency_key": "k"}).id


def test_a_server_error_is_replayed(client: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add("error")
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            client.v1.checkout.sessions.create(donation(), {"idempotency_key": "k"})
        assert caught.value.http_status == 500
    assert client.v1.checkout.sessions.create(donation(), {"idempotency_key": "l"}).id


def test_a_key_in_use_is_a_conflict(client: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add("delay", seconds=0.4)
    options = {"idempotency_key": "k"}
    done: list[Any] = []
    slow = threading.Thread(
        target=lambda: done.append(client.v1.checkout.sessions.create(donation(), options))
    )
    slow.start()
    deadline = time.monotonic() + 5
    while sandbox.faults.list() and time.monotonic() < deadline:
        time.sleep(0.005)
    with pytest.raises(stripe.StripeError) as caught:
        client_for(sandbox).v1.checkout.sessions.create(donation(), options)
    slow.join()
    assert caught.value.http_status == 409
    # The library's IdempotencyError does not take the code over from the body.
    body: Any = caught.value.json_body
    assert body["error"]["code"] == "idempotency_key_in_use"
    again = client.v1.checkout.sessions.create(donation(), options)
    assert again.id == done[0].id


def test_many_threads_with_one_key_make_one_session(sandbox: Sandbox) -> None:
    made: list[str] = []

    def create() -> None:
        client = client_for(sandbox, retries=50)
        made.append(client.v1.checkout.sessions.create(donation(), {"idempotency_key": "k"}).id)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert sandbox.store.count("checkout.session") == 1


# Faults ----------------------------------------------------------------------------------------


def test_a_lost_answer_does_not_make_a_second_session(sandbox: Sandbox) -> None:
    sandbox.faults.add("drop", after=True)
    careful = client_for(sandbox, retries=1)
    session = careful.v1.checkout.sessions.create(donation(), {"idempotency_key": "k"})
    assert sandbox.store.keys("checkout.session") == [session.id]
    assert [r.status for r in sandbox.requests] == [0, 200]


@pytest.mark.parametrize("kind", ["timeout", "drop"])
def test_a_network_failure_before_the_work(client: Any, sandbox: Sandbox, kind: Any) -> None:
    sandbox.faults.add(kind)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(donation())
    assert sandbox.store.count("checkout.session") == 0
    assert client.v1.checkout.sessions.create(donation()).id


def test_a_rate_limit(client: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add("rate_limit", times=2)
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            client.v1.charges.list()
    assert client.v1.charges.list().data == []


def test_a_fault_for_one_place_only(client: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add("error", prefix="/v1/refunds", status=503)
    session = sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    with pytest.raises(stripe.APIError) as caught:
        client.v1.refunds.create({"payment_intent": session["payment_intent"]})
    assert caught.value.http_status == 503
    assert sandbox.store.count("refund") == 0


def test_the_work_is_done_although_the_answer_is_an_error(client: Any, sandbox: Sandbox) -> None:
    session = sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    sandbox.faults.add("error", after=True)
    with pytest.raises(stripe.APIError):
        client.v1.refunds.create({"payment_intent": session["payment_intent"]})
    assert sandbox.store.count("refund") == 1


def test_an_unknown_fault_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="fault"):
        sandbox.faults.add("earthquake")  # type: ignore[arg-type]


# Lists and expansion ---------------------------------------------------------------------------


def test_lists_are_newest_first_in_pages(client: Any, sandbox: Sandbox) -> None:
    made = [client.v1.checkout.sessions.create(donation()).id for _ in range(5)]
    page = client.v1.checkout.sessions.list({"limit": 2})
    assert ([s.id for s in page.data], page.has_more) == (made[:2:-1], True)
    page = client.v1.checkout.sessions.list({"limit": 3, "starting_after": made[3]})
    assert ([s.id for s in page.data], page.has_more) == ([made[2], made[1], made[0]], False)
    page = client.v1.checkout.sessions.list({"limit": 2, "ending_before": made[1]})
    assert ([s.id for s in page.data], page.has_more) == ([made[3], made[2]], True)
    everything = client.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()
    assert [s.id for s in everything] == made[::-1]


@pytest.mark.parametrize("limit", [0, 101])
def test_a_limit_out_of_range(client: Any, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.charges.list({"limit": limit})


def test_created_and_other_filters(client: Any, sandbox: Sandbox) -> None:
    first = sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    sandbox.advance(days=1)
    second = client.v1.checkout.sessions.create(donation())
    old, new = sandbox.get(first["id"])["created"], second.created
    listing = client.v1.checkout.sessions.list
    assert [s.id for s in listing({"created": {"gt": old}}).data] == [second.id]
    assert [s.id for s in listing({"created": {"lt": new}}).data] == [first["id"]]
    assert len(listing({"created": {"gte": old, "lte": new}}).data) == 2
    assert [s.id for s in listing({"status": "complete"}).data] == [first["id"]]
    intent = first["payment_intent"]
    assert [s.id for s in listing({"payment_intent": intent}).data] == [first["id"]]
    assert len(client.v1.charges.list({"payment_intent": intent}).data) == 1
    assert client.v1.charges.list({"payment_intent": "pi_other"}).data == []


def test_events_are_kept_for_thirty_days(client: Any, sandbox: Sandbox) -> None:
    sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    (event,) = client.v1.events.list({"type": "checkout.session.completed"}).data
    assert event.data.object.status == "complete"
    types = ["charge.updated", "charge.succeeded"]
    assert {e.type for e in client.v1.events.list({"types": types}).data} == set(types)
    assert client.v1.events.retrieve(event.id).id == event.id
    sandbox.advance(days=31)
    assert client.v1.events.list({"type": "checkout.session.completed"}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.retrieve(event.id)


def test_an_event_is_a_snapshot_and_names_its_request(client: Any, sandbox: Sandbox) -> None:
    session = sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    options = {"idempotency_key": "refund-1"}
    refund = client.v1.refunds.create({"payment_intent": session["payment_intent"]}, options)
    by_type = {event["type"]: event for event in sandbox.events}
    assert by_type["charge.succeeded"]["data"]["object"]["amount_refunded"] == 0
    cause = by_type["charge.refunded"]["request"]
    assert cause == {
        "id": refund.last_response.headers["request-id"],
        "idempotency_key": "refund-1",
    }
    assert by_type["checkout.session.completed"]["request"]["id"] is None
    assert by_type["charge.refunded"]["api_version"] == stripe.api_version


def test_expansion_into_lists_and_depth(client: Any, sandbox: Sandbox) -> None:
    sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    (charge,) = client.v1.charges.list({"expand": ["data.payment_intent.customer"]}).data
    assert charge.payment_intent.customer.object == "customer"
    assert isinstance(charge.balance_transaction, str)
    (session,) = client.v1.checkout.sessions.list({"expand": ["data.line_items"]}).data
    assert session.line_items.data[0].description == "Ziedojums"
    assert client.v1.checkout.sessions.line_items.list(session.id).data[0].amount_total == 2500
    for wrong in ("amount", "unknown", "data.amount"):
        with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
            client.v1.charges.retrieve(charge.id, {"expand": [wrong]})


def test_line_items_and_refunds_only_on_request(client: Any, sandbox: Sandbox) -> None:
    session = sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    plain = json.loads(str(client.v1.checkout.sessions.retrieve(session["id"])))
    assert "line_items" not in plain
    charge = client.v1.charges.retrieve(sandbox.charge_of(session["id"]))
    assert not getattr(charge, "refunds", None)


def test_every_kind_can_be_fetched_again(client: Any, sandbox: Sandbox) -> None:
    session = sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    sandbox.refund(session["id"], 100)
    sandbox.pay(client.v1.checkout.sessions.create(pledge()).id)
    sandbox.dispute(sandbox.store.keys("charge")[1])
    sandbox.advance(days=8)
    assert sandbox.payout() is None or sandbox.store.count("payout")
    folders = {
        "balance_transaction": "balance_transactions", "charge": "charges",
        "checkout.session": "checkout/sessions", "customer": "customers", "dispute": "disputes",
        "event": "events", "invoice": "invoices", "invoice_payment": "invoice_payments",
        "payment_intent": "payment_intents", "payment_method": "payment_methods",
        "price": "prices", "product": "products", "refund": "refunds",
        "subscription": "subscriptions",
    }  # fmt: skip
    for kind, folder in folders.items():
        keys = sandbox.store.keys(kind)
        assert keys, kind
        for key in keys:
            answer = client.raw_request("get", f"/v1/{folder}/{key}")
            assert answer.data["id"] == key
        listed = client.raw_request("get", f"/v1/{folder}?limit=100").data
        assert {obj["id"] for obj in listed["data"]} == set(keys), kind


def test_metadata_is_merged(client: Any) -> None:
    customer = client.v1.customers.create({"metadata": {"a": "1", "b": "2"}})
    client.v1.customers.update(customer.id, {"metadata": {"a": "", "c": "3"}, "name": "Jānis"})
    fresh = client.v1.customers.retrieve(customer.id)
    assert json.loads(str(fresh.metadata)) == {"b": "2", "c": "3"}
    assert fresh.name == "Jānis"


def test_a_fresh_payment_is_fast(client: Any, sandbox: Sandbox) -> None:
    start = time.process_time()
    for _ in range(20):
        sandbox.pay(client.v1.checkout.sessions.create(donation()).id)
    assert (time.process_time() - start) / 20 < 0.02
