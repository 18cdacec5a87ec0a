"""From a single gift to a monthly one, without typing anything again."""

from datetime import datetime, timedelta

from django.utils import timezone

from ..dates import moment_of, months_later
from ..models import CheckoutAttempt, Donation
from ..models.choices import Frequency
from .attempts import GiftDetails, start_checkout

# The offer stands as long as the donor may still be at the thank-you page.
OFFERED_FOR = timedelta(hours=1)
# Sums that people give monthly, in cents.
LADDER = (200, 300, 500, 700, 1000, 1500, 2000, 2500, 3000, 5000, 7500, 10000, 15000, 20000, 50000)


class NotOffered(Exception):
    """The gift is none that can be made monthly, or no longer."""


def suggestions(gift_cents: int) -> list[int]:
    """Three monthly sums, in cents: the middle one about a third of the single gift."""
    fitting = [index for index, cents in enumerate(LADDER) if cents <= gift_cents // 3]
    middle = min(max(fitting[-1] if fitting else 0, 1), len(LADDER) - 2)
    return list(LADDER[middle - 1 : middle + 2])


def may_be_offered(attempt: CheckoutAttempt, donation: Donation) -> bool:
    """Whether to ask: after a single gift that has just been paid and has not gone back."""
    return (
        attempt.frequency == Frequency.ONCE
        and donation.attempt_id == attempt.pk
        and donation.status == Donation.Status.PAID
        and donation.paid_at is not None
        and timezone.now() - donation.paid_at < OFFERED_FOR
        and attempt.donor.erased_at is None
    )


def first_payment_at(donation: Donation) -> datetime:
    """A month after the gift: what it does for this month is given already."""
    return moment_of(months_later(timezone.localdate(donation.paid_at), 1))


def start(attempt: CheckoutAttempt, amount_cents: int, address: str) -> CheckoutAttempt:
    """A checkout for a monthly gift by the donor of a single one, as `start_checkout`.

    The amount, in cents, must be one of those suggested. The same wish again finds the same
    checkout. Raise NotOffered, TooManyAttempts or CheckoutUnavailable.
    """
    donation = Donation.objects.filter(attempt=attempt).first()
    if donation is None or not may_be_offered(attempt, donation):
        raise NotOffered
    if amount_cents not in suggestions(donation.amount_cents):
        raise NotOffered
    donor = attempt.donor
    details = GiftDetails(
        amount_cents=amount_cents,
        frequency=Frequency.MONTHLY,
        fund_code=attempt.fund.code,
        language=attempt.language,
        donor_kind=donor.kind,
        name=donor.name,
        email=donor.email,
        contact_name=donor.contact_name,
        registration_number=donor.registration_number,
        personal_code=donor.personal_code,
        wants_tax_receipt=attempt.wants_tax_receipt,
        form_path=attempt.form_path,
        employer=attempt.employer,
        first_payment_at=int(first_payment_at(donation).timestamp()),
        customer_reference=attempt.customer_reference,
    )
    return start_checkout(details, address)
