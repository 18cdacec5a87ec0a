"""Gives money back at finance's wish."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.models import ModelLogEntry

from sosbca.users.models import User

from ..models import Donation
from ..models.choices import Provider
from ..providers import ProviderRefused, ProviderUnavailable, get_provider
from .audit import record
from .payments import synchronise_donation

__all__ = [
    "NotRefundable",
    "ProviderRefused",
    "ProviderUnavailable",
    "TooLate",
    "first_asked",
    "refund",
    "refundable_cents",
]

REFUNDABLE = frozenset({Donation.Status.PAID, Donation.Status.PARTLY_REFUNDED})


# Stripe knows a request again for 24 hours; the next one with the same key is another refund.
# https://docs.stripe.com/api/idempotent_requests
KNOWN_AGAIN_FOR = timedelta(hours=23)


class NotRefundable(Exception):
    """The donation is in no state in which money can go back, or has less left than asked."""


class TooLate(Exception):
    """The form was sent first so long ago that sending it again could refund once more."""


def refundable_cents(donation: Donation) -> int:
    """What is left of the gift, in cents: charge less refunds, from the ledger."""
    # What came by hand goes back by hand: see services.manual_gifts.
    if donation.status not in REFUNDABLE or donation.provider == Provider.MANUAL:
        return 0
    kinds = ("charge", "refund", "refund_failure")
    entries = donation.entries.filter(kind__in=kinds)
    return max(0, sum(entries.values_list("amount_cents", flat=True)))


def refund(donation: Donation, amount_cents: int, request_id: uuid.UUID, user: User) -> None:
    """Refund a part or all of a donation.

    `request_id` comes from the confirmation form: sending that form twice refunds once. Raise
    NotRefundable, TooLate or ProviderError; the last may be repeated with the same `request_id`.
    """
    if not 0 < amount_cents <= refundable_cents(donation):
        raise NotRefundable
    asked_at = first_asked(donation, request_id)
    if asked_at and asked_at < timezone.now() - KNOWN_AGAIN_FOR:
        raise TooLate
    record(
        donation,
        "donation.refund_requested",
        user=user,
        amount_cents=amount_cents,
        request_id=str(request_id),
    )
    get_provider().refund(donation.payment_reference, amount_cents, f"refund-{request_id}")
    synchronise_donation(donation)


def first_asked(donation: Donation, request_id: uuid.UUID) -> datetime | None:
    """When the confirmation form of this name was sent for the first time."""
    asked = ModelLogEntry.objects.for_instance(donation).filter(
        action="donations.donation.refund_requested", data__request_id=str(request_id)
    )
    return asked.order_by("timestamp").values_list("timestamp", flat=True).first()
