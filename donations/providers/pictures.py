"""What a payment company is asked, and what it says, in our words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


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


class PledgeState(Enum):
    STARTING = "starting"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    PAUSED = "paused"
    ENDING = "ending"
    ENDED = "ended"


class PledgeEnd(Enum):
    NONE = "none"
    WISH = "wish"
    PAYMENT_FAILED = "payment_failed"
    NEVER_PAID = "never_paid"


class InvoiceState(Enum):
    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    # Will never be collected: voided, or given up.
    DROPPED = "dropped"


class Interval(Enum):
    MONTH = "month"
    YEAR = "year"


# What is asked of the provider -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutOrder:
    """What a hosted checkout is asked to collect.

    With an `interval` it begins a pledge, whose first payment is due at once or, at least two days
    from now, at `first_payment_at`. `customer_reference` names a customer who is known already;
    else `email` is filled in.
    """

    attempt_id: str
    amount_cents: int
    currency: str
    description: str
    language: str
    email: str
    success_url: str
    cancel_url: str
    interval: Interval | None = None
    first_payment_at: datetime | None = None
    customer_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeChange:
    """A pledge's new terms, from the next payment on. Nothing is charged by the change itself.

    `next_payment_at` moves that payment; it is needed where the interval changes.
    """

    amount_cents: int
    currency: str
    interval: Interval
    next_payment_at: datetime | None = None


# What the provider says --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSession:
    reference: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One booking on our account at the payment company; `kind` is a LedgerEntry.Kind.

    `balance_reference` names the company's own booking; empty while it has not been made.
    """

    kind: str
    amount_cents: int
    reference: str
    occurred_at: datetime
    balance_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPicture:
    """Everything the payment company knows about one payment at one moment."""

    payment_reference: str
    state: PaymentState
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
class CheckoutPicture:
    """One checkout at one moment. `payment` is None until there is one; a checkout that begins a
    pledge has a `subscription_reference` instead, whose invoices hold the payments."""

    session_reference: str
    state: SessionState
    amount_cents: int
    currency: str
    is_live: bool
    customer_reference: str
    subscription_reference: str
    failure: str
    payment: PaymentPicture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgePicture:
    """One subscription at one moment. `attempt_id` is ours, from its beginning.

    `customer_method` is the payment method that the customer chose last, `method_reference` the
    one that the pledge is paid with: they differ after a card was changed in the portal.
    """

    subscription_reference: str
    customer_reference: str
    attempt_id: str
    state: PledgeState
    amount_cents: int
    currency: str
    interval: Interval
    started_at: datetime
    period_started_at: datetime
    next_payment_at: datetime | None
    paused_until: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    end: PledgeEnd
    end_comment: str
    method: str
    method_ending: str
    card_expires_on: date | None
    method_reference: str
    customer_method: str
    is_live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePicture:
    """One due payment of a pledge at one moment."""

    invoice_reference: str
    subscription_reference: str
    state: InvoiceState
    amount_cents: int
    currency: str
    tries: int
    next_try_at: datetime | None
    needs_confirmation: bool
    pay_url: str
    failure: str
    due_at: datetime
    is_live: bool
    payment: PaymentPicture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One movement on the account as the payment company's own books hold it.

    `amount_cents` is what moved, `fee_cents` what was kept of it; the balance changed by the first
    less the second. `source_reference` is the charge, refund, dispute or payout it came from;
    `is_charge` tells the first from what became of it later. `account_kind`, a LedgerEntry.Kind, is
    given where it is about the account as a whole and not about a payment.
    """

    reference: str
    type: str
    amount_cents: int
    fee_cents: int
    currency: str
    source_reference: str
    is_charge: bool
    account_kind: str
    description: str
    occurred_at: datetime

    @property
    def net_cents(self) -> int:
        return self.amount_cents - self.fee_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPicture:
    reference: str
    amount_cents: int
    currency: str
    state: str
    created_at: datetime
    arrives_on: date
    is_live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricPledge:
    """A subscription of an existing account, with who pays it. `picture` is None where its terms
    have no place here, such as a payment every quarter."""

    reference: str
    picture: PledgePicture | None
    name: str
    email: str
    language: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricPayment:
    """A payment of an existing account, with who paid it and the pledge it may belong to."""

    picture: PaymentPicture
    name: str
    email: str
    language: str
    description: str
    attempt_id: str
    customer_reference: str
    invoice_reference: str
    subscription_reference: str


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
    """How what an event is about can be found; any part may be empty."""

    attempt_id: str = ""
    session_reference: str = ""
    payment_reference: str = ""
    invoice_reference: str = ""
    subscription_reference: str = ""
    customer_reference: str = ""
    payout_reference: str = ""
