"""What the services ask of a payment company, in our words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class ProviderError(Exception):
    """The payment company did not do what was asked."""


class ProviderUnavailable(ProviderError):
    """No answer, or an answer that says nothing about the request. Whether it was carried out is
    unknown; asking again with the same idempotency key is safe unless `key_is_spent`."""

    def __init__(self, message: str, *, key_is_spent: bool = False) -> None:
        super().__init__(message)
        self.key_is_spent = key_is_spent


class ProviderRefused(ProviderError):
    """The request was understood and refused; asking again would not help."""


class InvalidEvent(ProviderError):
    """An event whose signature, age or shape is wrong."""


class SessionState(Enum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class PaymentState(Enum):
    NONE = "none"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"


class DisputeState(Enum):
    NONE = "none"
    OPEN = "open"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutOrder:
    """What a hosted checkout is asked to collect."""

    attempt_id: str
    amount_cents: int
    currency: str
    description: str
    language: str
    email: str
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSession:
    reference: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One booking on our account at the payment company; `kind` is a LedgerEntry.Kind."""

    kind: str
    amount_cents: int
    reference: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPicture:
    """Everything the payment company knows about one checkout at one moment."""

    session_reference: str
    session_state: SessionState
    payment_reference: str | None
    payment_state: PaymentState
    amount_cents: int
    currency: str
    charge_reference: str
    method: str
    paid_at: datetime | None
    failure: str
    is_live: bool
    refunded_cents: int
    # What disputes took away for good; a dispute may be about a part of the payment.
    lost_cents: int
    dispute: DisputeState
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEnvelope:
    """The part of an event that is believed: that something happened to an object."""

    reference: str
    type: str
    object_reference: str
    is_live: bool
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSubject:
    """How the attempt that an event is about can be found; any part may be empty."""

    attempt_id: str = ""
    session_reference: str = ""


class PaymentProvider(Protocol):
    """A payment company. Every method raises ProviderError when it can't answer."""

    name: str
    is_live: bool
    handled_events: frozenset[str]

    def create_checkout(self, order: CheckoutOrder, idempotency_key: str) -> CheckoutSession: ...

    def expire_checkout(self, session_reference: str) -> None: ...

    def picture(self, session_reference: str) -> PaymentPicture: ...

    def refund(self, payment_reference: str, amount_cents: int, idempotency_key: str) -> None: ...

    def read_event(self, body: bytes, signature: str) -> EventEnvelope:
        """Verify and open an event that was delivered. Raise InvalidEvent."""
        ...

    def events_since(self, moment: datetime) -> Iterator[EventEnvelope]:
        """The handled events from `moment` on, oldest first."""
        ...

    def subject_of(self, event_type: str, object_reference: str) -> EventSubject:
        """Fetch the event's object and tell which attempt it belongs to."""
        ...
