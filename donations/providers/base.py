"""What the services ask of a payment company, in our words."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from .pictures import (
    Booking,
    CheckoutOrder,
    CheckoutPicture,
    CheckoutSession,
    EventEnvelope,
    EventSubject,
    HistoricPayment,
    HistoricPledge,
    InvoicePicture,
    PaymentPicture,
    PayoutPicture,
    PledgeChange,
    PledgePicture,
)


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


class PaymentProvider(Protocol):
    """A payment company. Every method raises ProviderError when it can’t answer.

    What makes or moves something takes an idempotency key: repeated with the same key it happens
    once. What sets details may be repeated without one.
    """

    name: str
    is_live: bool
    handled_events: frozenset[str]

    def create_checkout(self, order: CheckoutOrder, idempotency_key: str) -> CheckoutSession: ...

    def expire_checkout(self, session_reference: str) -> None: ...

    def checkout(self, session_reference: str) -> CheckoutPicture: ...

    def payment(self, payment_reference: str) -> PaymentPicture: ...

    def refund(self, payment_reference: str, amount_cents: int, idempotency_key: str) -> None: ...

    # Pledges

    def pledge(self, subscription_reference: str) -> PledgePicture: ...

    def invoice(self, invoice_reference: str) -> InvoicePicture: ...

    def invoices_of(self, subscription_reference: str) -> list[str]:
        """All invoices of a pledge, oldest first."""
        ...

    def change_pledge(
        self, subscription_reference: str, change: PledgeChange, idempotency_key: str
    ) -> None: ...

    def describe_pledge(
        self, subscription_reference: str, description: str, *, with_product: bool
    ) -> None:
        """Call a pledge by what it is for, where the company shows it to the donor: on its own
        pages and, with its product, on each invoice."""
        ...

    def pause_pledge(
        self, subscription_reference: str, until: datetime, idempotency_key: str
    ) -> None:
        """Collect nothing before `until`. What falls due monthly is left out; what falls due
        yearly is put off, and collected the day after."""
        ...

    def resume_pledge(
        self, subscription_reference: str, earliest: datetime, idempotency_key: str
    ) -> None:
        """End a pause, or take back a planned end. What was put off is due on its own day again,
        or at `earliest` if that has gone by."""
        ...

    def cancel_pledge(
        self, subscription_reference: str, comment: str, idempotency_key: str
    ) -> None:
        """End a pledge at once; one that has ended already stays ended."""
        ...

    def pay_with(
        self, subscription_reference: str, method_reference: str, idempotency_key: str
    ) -> None:
        """Let a pledge be paid with another of its customer’s payment methods."""
        ...

    def retry_invoice(self, invoice_reference: str, idempotency_key: str) -> None:
        """Try to collect an open invoice now. A decline is no error: it is in the invoice."""
        ...

    def portal_url(self, customer_reference: str, language: str, return_url: str) -> str:
        """The company’s own page on which the customer changes card or account."""
        ...

    def update_customer(
        self, customer_reference: str, name: str, email: str, language: str
    ) -> None:
        """Show the customer by these details; one that is deleted there needs none."""
        ...

    # Books

    def bookings(self, payout_reference: str = "") -> Iterator[Booking]:
        """All movements on the account, newest first; or those of one payout."""
        ...

    def booking(self, reference: str) -> Booking: ...

    def payment_of(self, source_reference: str) -> str:
        """The reference of the payment that a charge, refund or dispute belongs to, or nothing."""
        ...

    def payouts(self) -> Iterator[PayoutPicture]:
        """All payouts, newest first."""
        ...

    def payout(self, payout_reference: str) -> PayoutPicture: ...

    # The history of an existing account

    def historic_pledges(self, after: str) -> Iterator[HistoricPledge]:
        """All subscriptions, newest first, from behind the one with the reference `after` on."""
        ...

    def historic_payments(
        self, after: str, is_known: Callable[[str], bool]
    ) -> Iterator[HistoricPayment]:
        """All payments that succeeded or may yet, newest first, from behind the charge `after` on.

        Nothing is asked about those whose payment reference `is_known`.
        """
        ...

    def historic_payment(self, source_reference: str) -> HistoricPayment | None:
        """The payment that a charge, refund or dispute belongs to."""
        ...

    # Events

    def read_event(self, body: bytes, signature: str) -> EventEnvelope:
        """Verify and open an event that was delivered. Raise InvalidEvent."""
        ...

    def events_since(self, moment: datetime) -> Iterator[EventEnvelope]:
        """The handled events from `moment` on, oldest first."""
        ...

    def subject_of(self, event_type: str, object_reference: str) -> EventSubject:
        """Fetch the event’s object and tell what it belongs to."""
        ...
