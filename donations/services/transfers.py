"""Gifts that donors announce and then send from their bank."""

import json
import logging
from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from sosbca.core.client_address import network_of
from sosbca.core.encryption import digest
from sosbca.core.models import OrganisationSettings

from ..bank_transfer import donor_reference
from ..models import Campaign, Fund, TransferIntention
from . import mail
from .attempts import GiftDetails, TooManyAttempts, find_or_create_donor, record_consent
from .audit import record

logger = logging.getLogger(__name__)

# The same form sent again within this time announces nothing new.
SAME_INTENTION_FOR = timedelta(hours=23)
# Anybody can type anybody's address: so many messages it gets in the period of a visitor's limit.
MESSAGES_PER_ADDRESS = 3


class TransferUnavailable(Exception):
    """The organisation's bank account is not filled in."""


def announce(details: GiftDetails, address: str) -> TransferIntention:
    """Record that a donor wants to pay by bank transfer, and send them the details.

    The same details from the same address find the intention that is already there. Nothing is
    due and nothing is booked: the gift is entered when the money has arrived. Raise
    TooManyAttempts or TransferUnavailable.
    """
    organisation = OrganisationSettings.current()
    if not organisation.iban or not organisation.payee_name:
        logger.error("No transfers can be announced: the bank account is not filled in.")
        raise TransferUnavailable
    fingerprint = digest(
        json.dumps([asdict(details), address], sort_keys=True), "transfer-fingerprint"
    )
    found = _reusable(fingerprint)
    if found:
        return found
    try:
        return _record(details, fingerprint, digest(network_of(address), "visitor-address"))
    except IntegrityError:
        # The same form was sent twice at once and the other request was first.
        found = _reusable(fingerprint)
        if found is None:
            raise
        return found


def _reusable(fingerprint: str) -> TransferIntention | None:
    intention = TransferIntention.objects.filter(fingerprint=fingerprint).first()
    if intention and intention.created_at < timezone.now() - SAME_INTENTION_FOR:
        TransferIntention.objects.filter(pk=intention.pk).update(fingerprint=None)
        return None
    return intention


@transaction.atomic
def _record(details: GiftDetails, fingerprint: str, address_digest: str) -> TransferIntention:
    _throttle(address_digest, details.email)
    donor = find_or_create_donor(details)
    record_consent(donor, details)
    intention = TransferIntention.objects.create(
        donor=donor,
        fund=Fund.objects.get(code=details.fund_code),
        campaign=Campaign.objects.filter(code=details.campaign_code).first(),
        amount_cents=details.amount_cents,
        reference=donor_reference(donor.pk),
        language=details.language,
        wants_tax_receipt=details.wants_tax_receipt,
        message=details.message,
        fingerprint=fingerprint,
        address_digest=address_digest,
    )
    record(intention, "transfer.announced", amount_cents=intention.amount_cents)
    mail.promise("transfer", f"transfer-{intention.pk}", transfer=intention)
    return intention


def _throttle(address_digest: str, email: str) -> None:
    recent = TransferIntention.objects.all()
    per_visitor, period = settings.CHECKOUT_LIMIT_PER_ADDRESS
    for intentions, (limit, seconds) in (
        (recent.filter(donor__email=email.lower()), (MESSAGES_PER_ADDRESS, period)),
        (recent.filter(address_digest=address_digest), (per_visitor, period)),
        (recent, settings.CHECKOUT_LIMIT_GLOBAL),
    ):
        since = timezone.now() - timedelta(seconds=seconds)
        if intentions.filter(created_at__gte=since).count() >= limit:
            if intentions is recent:
                logger.error("The limit of announced transfers in all is reached.")
            raise TooManyAttempts
