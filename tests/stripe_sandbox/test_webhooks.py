"""Events on their way: signatures, order, duplicates, losses, retries."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import stripe

from stripe_sandbox import Sandbox
from stripe_sandbox.delivery import BACK_OFF
from tests.stripe_sandbox.helpers import donation
from tests.stripe_sandbox.in_process import client_for

type Received = list[tuple[bytes, str]]


def types(received: Received) -> list[str]:
    return [json.loads(body)["type"] for body, _ in received]


@pytest.fixture
def paid(client: Any, sandbox: Sandbox) -> str:
    return str(sandbox.pay(client.v1.checkout.sessions.create(donation()).id)["id"])


def test_the_signature_is_stripes(sandbox: Sandbox, received: Received, paid: str) -> None:
    sandbox.deliver()
    assert received
    for body, signature in received:
        assert stripe.WebhookSignature.verify_header(
            body.decode(), signature, "whsec_sandbox", tolerance=300
        )
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.WebhookSignature.verify_header(body.decode(), signature, "whsec_other")
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.WebhookSignature.verify_header(
                body.decode().replace("2500", "9900") + " ", signature, "whsec_sandbox"
            )


def test_the_signature_carries_real_time_although_the_clock_is_simulated(
    sandbox: Sandbox, paid: str
) -> None:
    sandbox.advance(days=400)
    _, signature = sandbox.signed(sandbox.events[0])
    assert abs(int(signature.split(",")[0][2:]) - time.time()) < 5
    body, stale = sandbox.signed(sandbox.events[0]["id"], timestamp=int(time.time()) - 301)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body.decode(), stale, "whsec_sandbox", tolerance=300)


def test_events_arrive_once_and_in_order(sandbox: Sandbox, received: Received, paid: str) -> None:
    assert received == [], "nothing moves before it is asked for"
    sandbox.deliver()
    assert types(received) == [event["type"] for event in sandbox.events]
    assert sandbox.deliver() == []
    assert client_for(sandbox).v1.events.list().data[0].pending_webhooks == 0


def test_order_duplicates_and_repeats(sandbox: Sandbox, received: Received, paid: str) -> None:
    ids = [event["id"] for event in sandbox.events]
    sandbox.deliver(order="reverse", duplicate=1)
    sent = [json.loads(body)["id"] for body, _ in received]
    assert sent == [one for one in reversed(ids) for _ in range(2)]
    received.clear()
    sandbox.deliver([ids[2]])
    assert [json.loads(body)["id"] for body, _ in received] == [ids[2]]
    received.clear()
    sandbox.deliver(ids, order=[ids[3], ids[0]])
    assert [json.loads(body)["id"] for body, _ in received][:2] == [ids[3], ids[0]]


def test_shuffling_is_repeatable_with_a_seed(
    sandbox: Sandbox, received: Received, paid: str
) -> None:
    ids = [event["id"] for event in sandbox.events]
    orders = []
    for _ in range(2):
        received.clear()
        sandbox.delivery(shuffle=True, duplicate=2, seed=3)
        sandbox.deliver(ids)
        orders.append([json.loads(body)["id"] for body, _ in received])
    assert orders[0] == orders[1]
    assert orders[0] != sorted(orders[0], key=ids.index)
    assert sorted(orders[0]) == sorted(ids * 3)


def test_dropped_events_can_still_be_read(sandbox: Sandbox, received: Received, paid: str) -> None:
    sandbox.deliver(drop=1.0)
    assert received == []
    assert sandbox.deliver() == []
    missed = client_for(sandbox).v1.events.list({"delivery_success": False}).data
    assert len(missed) == len(sandbox.events)


@pytest.mark.parametrize("changes", [{"drop": 2}, {"duplicate": -1}])
def test_nonsense_is_refused(sandbox: Sandbox, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="drop"):
        sandbox.delivery(**changes)


def test_a_failed_delivery_is_tried_again_until_it_is_given_up() -> None:
    answers: list[int | type[OSError]] = [500, OSError, 302, 200]
    tries: list[str] = []

    def flaky(body: bytes, signature: str) -> int:
        tries.append(json.loads(body)["id"])
        answer = answers.pop(0)
        if isinstance(answer, int):
            return answer
        raise answer

    box = Sandbox(webhook=flaky)
    client_for(box).v1.customers.create({"email": "a@example.org"})
    statuses = [box.deliver()[0][1] for _ in range(4)]
    assert statuses == [500, None, 302, 200]
    assert len(set(tries)) == 1
    assert box.deliver() == []

    answers[:] = [500] * (len(BACK_OFF) + 1)
    client_for(box).v1.customers.create({"email": "b@example.org"})
    for _ in range(len(BACK_OFF) + 1):
        assert box.deliver()
    assert box.deliver() == [], "given up"


def test_back_off_grows(sandbox: Sandbox) -> None:
    assert list(BACK_OFF) == sorted(BACK_OFF)
    assert 1800 <= sum(BACK_OFF) <= 3600


def test_without_a_webhook_nothing_waits() -> None:
    box = Sandbox()
    client_for(box).v1.customers.create({"email": "a@example.org"})
    assert box.deliveries.pending() == []
    assert box.events[0]["pending_webhooks"] == 0
