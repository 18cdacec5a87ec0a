"""What every part of the sandbox works with: state, time, the contract and the event log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from . import contract as contracts
from .clock import Clock, Timers
from .errors import ApiError, ContractBroken, missing
from .ids import Ids
from .schema import Builder
from .store import Doc, Store

DAY = 86_400
FEE_PER_MILLE = 15
FEE_FIXED_CENTS = 25
DISPUTE_FEE_CENTS = 2_000


@dataclass
class Config:
    """What an operator chooses."""

    name: str = "Organisation"
    public_url: str = "http://127.0.0.1:12111"
    has_webhook: bool = False
    hold_fees: bool = False
    # Whether a trial on a running subscription has an invoice of nothing, as a new one has.
    invoice_trials: bool = False


@dataclass
class Cause:
    """The API request that the current work belongs to; events name it."""

    request_id: str | None = None
    idempotency_key: str | None = None


class World:
    """The simulated Stripe account. Functions in `resources` are written against this."""

    def __init__(self, store: Store, config: Config, seed: int | None = None) -> None:
        self.store = store
        self.config = config
        self.contract = contracts.load()
        self.builder = Builder(self.contract)
        # With a seed the ids repeat, so a store that was in use already needs another sequence.
        self.ids = Ids(None if seed is None else seed * 1_000_003 + store.total())
        self.clock = Clock(store)
        self.timers = Timers(store)
        self.cause = Cause()
        self.problems: list[str] = []
        self.actions: dict[str, Callable[[World, str], None]] = {}

    # Objects ------------------------------------------------------------------------------

    def new(self, kind: str, *, prefix: str | None = None, **values: Any) -> Doc:
        """Build and store an object. It gets an id, and `created`/`livemode` where it has them."""
        fields = self.contract.objects[kind]["properties"]
        if "created" in fields:
            values.setdefault("created", self.clock.now())
        if "livemode" in fields:
            values.setdefault("livemode", False)
        values.setdefault("id", self.ids.new(kind, prefix))
        obj: Doc = self.builder.build(kind, **values)
        self.store.put(kind, obj["id"], obj)
        return obj

    def change(self, obj: Doc, **values: Any) -> Doc:
        """Set fields and store the object. Returns what they were before (for events)."""
        self.builder.check_fields(obj["object"], values)
        current = self.get(obj["object"], obj["id"])
        before = {
            name: current.get(name) for name, value in values.items() if current.get(name) != value
        }
        # The caller's copy may be older than the stored one: bring it up to date as well.
        obj.clear()
        obj.update(current | values)
        self.store.put(obj["object"], obj["id"], obj)
        return before

    def get(self, kind: str, identifier: str, param: str = "id") -> Doc:
        """The object, or Stripe's 404."""
        obj = self.store.get(kind, identifier)
        if obj is None:
            raise missing(kind.replace(".", " "), identifier, param)
        return obj

    def private(self, identifier: str) -> Doc:
        """The sandbox's own notes about an object, which no client sees."""
        return self.store.get("_private", identifier) or {}

    def note(self, identifier: str, **values: Any) -> None:
        """Add to the notes about an object."""
        self.store.put("_private", identifier, self.private(identifier) | values)

    # Events ---------------------------------------------------------------------------------

    def emit(self, type: str, obj: Doc, previous: Doc | None = None) -> Doc:
        """Record an event about an object as it is now, to be delivered to the webhook."""
        data: Doc = {"object": obj}
        if previous is not None:
            data["previous_attributes"] = previous
        event: Doc = {
            "id": self.ids.new("event"),
            "object": "event",
            "api_version": self.contract.version,
            "created": self.clock.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1 if self.config.has_webhook else 0,
            "request": {
                "id": self.cause.request_id,
                "idempotency_key": self.cause.idempotency_key,
            },
            "type": type,
        }
        problems = self.contract.check_event(event)
        if problems:
            self.problems += [f"event {type}: {problem}" for problem in problems]
            raise ContractBroken(f"event {type}: " + "; ".join(problems[:5]))
        self.store.put("event", event["id"], event)
        if self.config.has_webhook:
            queued = {"attempts": 0, "next": 0, "state": "pending"}
            self.store.put("_delivery", event["id"], queued)
            self.store.put("_pending", event["id"], {})
        return event

    def update(self, obj: Doc, event: str, **values: Any) -> None:
        """Change an object and announce it with an `…updated` event, unless nothing changed."""
        before = self.change(obj, **values)
        if before:
            self.emit(event, obj, before)

    # Time -----------------------------------------------------------------------------------

    def run_due(self) -> None:
        """Do everything that has become due, each piece at its own moment.

        A piece that fails is undone and reported; it must not stand in the way of the others.
        """
        with self.store.lock:
            while due := self.timers.pop_due(self.clock.now()):
                moment, action, target = due
                try:
                    with self.store.transaction(), self.clock.at(moment):
                        self.actions[action](self, target)
                except (ApiError, ContractBroken) as error:
                    self.problems.append(f"{action} of {target}: {error}")

    @contextmanager
    def caused_by(self, request_id: str | None, idempotency_key: str | None) -> Iterator[None]:
        before, self.cause = self.cause, Cause(request_id, idempotency_key)
        try:
            yield
        finally:
            self.cause = before


def fee_for(amount: int) -> int:
    """Stripe's fee in cents for a payment of `amount` cents."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED_CENTS


def money(amount: int, currency: str) -> str:
    """An amount for a message to a person, as Stripe writes it."""
    sign = {"eur": "€", "usd": "$", "gbp": "£"}.get(currency, currency.upper() + " ")
    return f"{sign}{amount // 100:,}.{amount % 100:02d}"
