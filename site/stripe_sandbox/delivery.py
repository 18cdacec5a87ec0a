"""Webhook delivery: signing, sending, retrying; and, on request, everything that goes wrong."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from .store import Doc
from .world import World

TIMEOUT_SECONDS = 20
# Seconds until the next try. Stripe takes three days over this; a developer has an hour.
BACK_OFF = (1, 2, 5, 15, 60, 120, 300, 600, 900, 1500)

type Receiver = Callable[[bytes, str], int | None]


@dataclass(frozen=True)
class WebhookTarget:
    """Where events go and the secret they are signed with."""

    url: str
    secret: str = "whsec_sandbox"


@dataclass(frozen=True)
class Mode:
    """How deliveries behave.

    `auto`: as soon as the event exists (else only when asked). `duplicate`: how many extra copies
    of each. `shuffle`: in random order. `drop`: the share of events (0 to 1) that never arrives.
    """

    auto: bool = False
    duplicate: int = 0
    shuffle: bool = False
    drop: float = 0.0
    seed: int | None = None


def sign(event: Doc, secret: str, timestamp: int | None = None) -> tuple[bytes, str]:
    """The body of a webhook request and its Stripe-Signature header.

    The timestamp is real time also under a simulated clock, since receivers compare it with
    their own clock.
    """
    body = json.dumps(event, indent=2, ensure_ascii=False).encode()
    moment = int(time.time()) if timestamp is None else timestamp
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={moment},v1={digest}"


def post(url: str) -> Receiver:
    """A receiver that sends to a URL. It does not follow redirects, as Stripe does not."""

    class NoRedirects(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: Any, **kwargs: Any) -> None:
            return None

    opener = urllib.request.build_opener(NoRedirects, urllib.request.ProxyHandler({}))

    def send(body: bytes, signature: str) -> int:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature,
            "User-Agent": "Stripe/1.0 (sandbox)",
        }
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        try:
            with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    return send


class Deliveries:
    """The queue of events on their way, persisted with the rest of the state."""

    def __init__(self, world: World, receiver: Receiver | None, secret: str) -> None:
        self._world = world
        self._receiver = receiver
        self.secret = secret
        self.mode = Mode()
        self._random = random.Random()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def configure(self, **changes: Any) -> Mode:
        """Change the mode. Raises TypeError or ValueError for what it does not know."""
        mode = replace(self.mode, **changes)
        if not 0 <= mode.drop <= 1 or mode.duplicate < 0:
            raise ValueError("drop is 0 to 1, duplicate is 0 or more")
        if mode.seed is not None:
            self._random = random.Random(mode.seed)
        self.mode = mode
        return mode

    def settings(self) -> Doc:
        return asdict(self.mode)

    def pending(self) -> list[Doc]:
        """Deliveries that have not arrived yet, oldest first, with event id and type."""
        store, out = self._world.store, []
        # Under the lock, so that nothing is sent that a failing request is about to undo.
        with store.lock:
            for event_id in store.keys("_pending"):
                delivery = store.get("_delivery", event_id) or {}
                event = store.get("event", event_id) or {}
                out.append({"event": event_id, "type": event.get("type"), **delivery})
        return out

    def deliver(
        self,
        events: Iterable[str] | None = None,
        *,
        order: str | Sequence[str] | None = None,
        duplicate: int | None = None,
        drop: float | None = None,
        respect_back_off: bool = False,
    ) -> list[tuple[str, int | None]]:
        """Send pending events (or the given ones, again if need be), each once or oftener.

        `order`: "created", "reverse", "shuffle", or event ids in the wanted order.
        Returns (event id, HTTP status or None for no answer) for each request made.
        """
        mode = self.mode
        waiting = self.pending()
        if respect_back_off:
            waiting = [one for one in waiting if one["next"] <= time.time()]
        chosen = list(events) if events is not None else [one["event"] for one in waiting]
        if order is None:
            order = "shuffle" if mode.shuffle else "created"
        if order == "reverse":
            chosen.reverse()
        elif order == "shuffle":
            self._random.shuffle(chosen)
        elif not isinstance(order, str):
            wanted = list(order)
            chosen.sort(key=lambda one: wanted.index(one) if one in wanted else len(wanted))
        elif order != "created":
            raise ValueError(f"unknown order {order!r}")
        lost = mode.drop if drop is None else drop
        queue: list[str] = []
        for event_id in chosen:
            if lost and self._random.random() < lost:
                self._set(event_id, state="dropped")
                continue
            queue += [event_id] * (1 + (mode.duplicate if duplicate is None else duplicate))
        if order == "shuffle":
            self._random.shuffle(queue)
        return [(event_id, self._send(event_id)) for event_id in queue]

    def _send(self, event_id: str) -> int | None:
        event = self._world.get("event", event_id)
        if self._receiver is None:
            raise ValueError("this sandbox has no webhook")
        body, signature = sign(event, self.secret)
        status: int | None
        try:
            answer = self._receiver(body, signature)
            status = 200 if answer is None else answer
        except OSError:
            status = None
        delivery = self._world.store.get("_delivery", event_id) or {"attempts": 0}
        attempts = delivery["attempts"] + 1
        if status is not None and 200 <= status < 300:
            self._set(event_id, state="delivered", attempts=attempts, status=status)
        elif delivery.get("state") != "delivered":
            over = attempts > len(BACK_OFF)
            self._set(
                event_id,
                state="failed" if over else "pending",
                attempts=attempts,
                status=status,
                next=time.time() + (0 if over else BACK_OFF[attempts - 1]),
            )
        return status

    def _set(self, event_id: str, **values: Any) -> None:
        with self._world.store.transaction():
            old = self._world.store.get("_delivery", event_id) or {"attempts": 0, "next": 0}
            new = old | values
            self._world.store.put("_delivery", event_id, new)
            # A list of its own, so that looking for work does not read every old delivery.
            if new.get("state") == "pending":
                self._world.store.put("_pending", event_id, {})
            else:
                self._world.store.delete("_pending", event_id)

    def requeue(self, event_id: str) -> None:
        """Send an event again at the next opportunity, delivered or not."""
        self._world.get("event", event_id)
        self._set(event_id, state="pending", next=0)

    # Background ------------------------------------------------------------------------------

    def start(self) -> None:
        """Deliver in the background from now on."""
        self.configure(auto=True)
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._stop.wait(0.1):
            if self.mode.auto and self._receiver is not None:
                self.deliver(respect_back_off=True)
