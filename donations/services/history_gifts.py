"""One pledge or payment from the history of an account, entered where it belongs.

Gifts from before get no receipt and no message: donors had theirs.
"""

from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..models import Donation, Donor, Fund, Import, Pledge
from ..models.choices import Language
from ..models.donor import DonorKind
from ..providers import (
    HistoricPayment,
    HistoricPledge,
    PledgePicture,
    PledgeState,
    ProviderRefused,
    get_provider,
)
from . import payments, pledges, settling
from .attempts import CURRENCY, attempt_named
from .audit import record
from .duplicates import root_of

LONGEST_ADDRESS = 254


class Skipped(Exception):
    """An object that has no place in our books; it is counted, and the rest goes on."""


class New(NamedTuple):
    """What came of an object, for the first time in this import."""

    pledges: int = 0
    donations: int = 0


def take_over_pledge(found: HistoricPledge, running: Import) -> New:
    """Enter a subscription as a pledge, with all its invoices.

    Raise Skipped, ProviderError, or what synchronising a pledge raises.
    """
    known = Pledge.objects.filter(subscription_reference=found.reference).first()
    if known is None:
        if found.picture is None:
            raise Skipped
        pledge = _record_pledge(
            found.picture, found.name, found.email, found.language, running.fund
        )
    elif known.imported_at is None or known.imported_at < running.started_at:
        # Of ours, or of an import that was finished.
        return New()
    else:
        pledge = known
    pledges.synchronise_fully(pledge)
    return New(
        pledges=int(pledge.created_at >= running.started_at),
        donations=pledge.donations.filter(created_at__gte=running.started_at).count(),
    )


def take_over_payment(found: HistoricPayment, running: Import) -> New:
    """Enter a payment, unless it is there already.

    Raise Skipped, ProviderError, or what synchronising a payment raises.
    """
    donations = Donation.objects.filter(payment_reference=found.picture.payment_reference)
    enter_payment(found, running.fund)
    return New(donations=donations.filter(created_at__gte=running.started_at).count())


def enter_payment(found: HistoricPayment, fund: Fund) -> None:
    """Enter a payment where it belongs: to an attempt or pledge of ours, else by itself."""
    if attempt := attempt_named(found.attempt_id):
        payments.synchronise(attempt)
        return
    if pledge := _pledge_behind(found, fund):
        pledges.synchronise(pledge, [found.invoice_reference])
        return
    _record_payment(found, _donor(found.name, found.email, found.language), fund)


def _pledge_behind(found: HistoricPayment, fund: Fund) -> Pledge | None:
    """The pledge that a payment belongs to, recorded if it is new; None for a single gift, and
    for a subscription that no pledge can be."""
    reference = found.subscription_reference
    if not reference:
        return None
    if pledge := Pledge.objects.filter(subscription_reference=reference).first():
        return pledge
    try:
        picture = get_provider().pledge(reference)
    except ProviderRefused:
        return None
    return _record_pledge(picture, found.name, found.email, found.language, fund)


def _record_pledge(
    picture: PledgePicture, name: str, email: str, language: str, fund: Fund
) -> Pledge:
    """A pledge as it stands at the company, so that nothing about it is news to the donor."""
    if attempt := attempt_named(picture.attempt_id):
        ours = pledges.synchronise_subscription(picture.subscription_reference, attempt)
        if ours is not None:
            return ours
    if picture.currency != CURRENCY:
        raise Skipped
    donor = _donor(name, email, language)
    has_ended = picture.state is PledgeState.ENDED
    with transaction.atomic():
        pledge, created = Pledge.objects.get_or_create(
            subscription_reference=picture.subscription_reference,
            defaults={
                "donor": donor,
                "fund": fund,
                "amount_cents": picture.amount_cents,
                "frequency": pledges.FREQUENCIES[picture.interval],
                "language": donor.language,
                "provider": get_provider().name,
                "customer_reference": picture.customer_reference,
                "status": pledges.STATUSES[picture.state],
                "payment_method": picture.method,
                "method_ending": picture.method_ending,
                "card_expires_on": picture.card_expires_on,
                "started_at": picture.started_at,
                "next_payment_at": picture.next_payment_at,
                "paused_until": picture.paused_until,
                "ends_at": picture.ends_at,
                "ended_at": (picture.ended_at or timezone.now()) if has_ended else None,
                "is_live": picture.is_live,
                # Which card a donor chose last cannot be told for what happened before.
                "followed_method": picture.customer_method,
                "imported_at": timezone.now(),
            },
        )
        if created:
            record(pledge, "pledge.imported", amount_cents=pledge.amount_cents)
    return pledge


@transaction.atomic
def _record_payment(found: HistoricPayment, donor: Donor, fund: Fund) -> None:
    picture = found.picture
    if picture.currency != CURRENCY:
        raise Skipped
    donation, created = Donation.objects.select_for_update(of=("self",)).get_or_create(
        payment_reference=picture.payment_reference,
        defaults={
            "donor": donor,
            "fund": fund,
            "amount_cents": picture.amount_cents,
            "language": donor.language,
            "provider": get_provider().name,
            "description": found.description[:250],
            "customer_reference": found.customer_reference,
            "is_live": picture.is_live,
            "status": Donation.Status.PROCESSING,
            "needs_receipt": False,
        },
    )
    if created:
        record(donation, "donation.imported", amount_cents=donation.amount_cents)
        if problem := settling.settle(donation, picture):
            raise problem


def is_known(payment_reference: str) -> bool:
    """Whether a payment is in our books."""
    return Donation.objects.filter(payment_reference=payment_reference).exists()


# Donors ------------------------------------------------------------------------------------------


def has_address(email: str) -> bool:
    """Whether a donor can be recorded under what the account holds as their address."""
    return "@" in email and len(email) <= LONGEST_ADDRESS


def _donor(name: str, email: str, language: str) -> Donor:
    """Whoever has this address and name here already, else a new donor. Without a name it is
    whoever has the address. Raise Skipped without an address."""
    email, name = email.strip().lower(), name.strip()[:200]
    if not has_address(email):
        raise Skipped
    known = Donor.objects.filter(email=email, erased_at=None)
    if name:
        known = known.filter(name=name)
    donor = known.order_by("pk").first()
    if donor is None:
        with translation.override(language or settings.LANGUAGE_CODE):
            name = name or _("Donor from Stripe")
        donor, _created = Donor.objects.get_or_create(
            email=email,
            kind=DonorKind.PERSON,
            name=name,
            registration_number="",
            contact_name="",
            personal_code_digest="",
            defaults={"language": language or Language.LATVIAN},
        )
    # Whose duplicates finance merged gives as the one that is kept.
    return root_of(donor)
