"""From a filled-in form to the payment company's checkout."""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from sosbca.core.client_address import network_of
from sosbca.core.encryption import digest
from sosbca.core.models import OrganisationSettings

from ..models import Campaign, CheckoutAttempt, Consent, Donor, Fund, Tribute
from ..models.choices import Frequency, ReceiptPreference
from ..models.donor import DonorKind
from ..providers import (
    CheckoutOrder,
    Interval,
    ProviderRefused,
    ProviderUnavailable,
    get_provider,
)
from .audit import record
from .duplicates import root_of

logger = logging.getLogger(__name__)

CURRENCY = "EUR"
# A checkout session lives for 24 hours; an older one is not offered again.
SESSION_REUSED_FOR = timedelta(hours=23)
RESUME_TOKEN_AGE = timedelta(hours=6)
RESUME_SALT = "donations.resume"
CHECKOUT_INTERVALS = {
    str(Frequency.ONCE): None,
    str(Frequency.MONTHLY): Interval.MONTH,
    str(Frequency.YEARLY): Interval.YEAR,
}


class TooManyAttempts(Exception):
    """The throttle: too many checkouts were started from this address, or in all."""


class CheckoutUnavailable(Exception):
    """The payment company can't take this gift now. The attempt is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TributeDetails:
    """In whose honour or memory a gift is, and who is told. Without an e-mail address nobody is."""

    kind: str
    honoree: str
    recipient_email: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftDetails:
    """What a donor typed, validated and normalised.

    `amount_cents` is the whole payment, of which `fee_cover_cents` covers its fee. A recurring
    gift may begin later, at `first_payment_at` (Unix time), and with a customer that the payment
    company knows already.
    """

    amount_cents: int
    frequency: str
    fund_code: str
    language: str
    donor_kind: str
    name: str
    email: str
    contact_name: str = ""
    registration_number: str = ""
    personal_code: str = ""
    wants_tax_receipt: bool = False
    newsletter_wording: str = ""
    message: str = ""
    form_path: str = "/"
    campaign_code: str = ""
    fee_cover_cents: int = 0
    receipts: str = ReceiptPreference.EACH
    employer: str = ""
    tribute: TributeDetails | None = None
    first_payment_at: int | None = None
    customer_reference: str = ""


def start_checkout(details: GiftDetails, address: str) -> CheckoutAttempt:
    """Record the attempt and open a checkout for it; return the attempt with `session_url` set.

    The same details from the same address find the attempt that is still open, so that a double
    click or a reload leads to one checkout. Raise TooManyAttempts or CheckoutUnavailable.
    """
    if not OrganisationSettings.current().can_issue_receipts:
        logger.error("No gifts can be taken: the organisation's settings are not filled in.")
        raise CheckoutUnavailable
    attempt = _find_or_record(details, address)
    if attempt.status == CheckoutAttempt.Status.OPEN:
        return attempt
    provider = get_provider()
    try:
        session = provider.create_checkout(_order(attempt), f"checkout-{attempt.pk}")
    except (ProviderUnavailable, ProviderRefused) as error:
        # The other click of a double click may have been served in the meantime.
        attempt.refresh_from_db()
        if attempt.status == CheckoutAttempt.Status.OPEN:
            return attempt
        if isinstance(error, ProviderRefused) or error.key_is_spent:
            _refuse(attempt, str(error))
        raise CheckoutUnavailable from error
    return _open(attempt, session.reference, session.url)


def supersede(token: str, newer: CheckoutAttempt) -> None:
    """Close the checkout that a donor came back from, now that another one is open for them, so
    that both can't be paid. A failure is harmless: an unpaid session expires by itself."""
    old = attempt_from_token(token)
    if old is None or old.pk == newer.pk or not old.session_reference:
        return
    try:
        get_provider().expire_checkout(old.session_reference)
    except (ProviderRefused, ProviderUnavailable):
        return
    # Sending the old details once more must not lead to the closed checkout.
    CheckoutAttempt.objects.filter(pk=old.pk).update(fingerprint=None)


@transaction.atomic
def give_up(attempt: CheckoutAttempt) -> None:
    """Close an attempt for which no checkout was ever made."""
    locked = CheckoutAttempt.objects.select_for_update().get(pk=attempt.pk)
    if locked.status == CheckoutAttempt.Status.STARTED and locked.session_reference is None:
        locked.status = CheckoutAttempt.Status.EXPIRED
        locked.fingerprint = None
        locked.finished_at = timezone.now()
        locked.save(update_fields=["status", "fingerprint", "finished_at"])
        record(locked, "attempt.expired")


def resume_token(attempt: CheckoutAttempt) -> str:
    """A signed pointer that leads back to the form as it was; holds no personal data itself."""
    # The same for the same attempt: it is part of what Stripe compares under an idempotency key.
    return signing.Signer(salt=RESUME_SALT).sign(str(attempt.pk))


def attempt_named(attempt_id: str) -> CheckoutAttempt | None:
    """The attempt with this id, as the payment company gives it back; None for anything else."""
    try:
        pk = UUID(attempt_id)
    except ValueError:
        return None
    return CheckoutAttempt.objects.filter(pk=pk).first()


def attempt_from_token(token: str) -> CheckoutAttempt | None:
    """The attempt that a resume token points at, unless it is forged, too old or finished."""
    try:
        pk = signing.Signer(salt=RESUME_SALT).unsign(token)
    except signing.BadSignature:
        return None
    attempts = CheckoutAttempt.objects.select_related("donor", "fund")
    unfinished = attempts.exclude(status=CheckoutAttempt.Status.COMPLETED)
    since = timezone.now() - RESUME_TOKEN_AGE
    return unfinished.filter(pk=pk, created_at__gte=since, donor__erased_at=None).first()


def _find_or_record(details: GiftDetails, address: str) -> CheckoutAttempt:
    fingerprint = digest(
        json.dumps([asdict(details), address], sort_keys=True), "attempt-fingerprint"
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


def _reusable(fingerprint: str) -> CheckoutAttempt | None:
    attempts = CheckoutAttempt.objects.select_related("donor", "fund")
    attempt = attempts.filter(fingerprint=fingerprint).first()
    if attempt and attempt.created_at < timezone.now() - SESSION_REUSED_FOR:
        CheckoutAttempt.objects.filter(pk=attempt.pk).update(fingerprint=None)
        return None
    return attempt


@transaction.atomic
def _record(details: GiftDetails, fingerprint: str, address_digest: str) -> CheckoutAttempt:
    _throttle(address_digest)
    donor = find_or_create_donor(details)
    record_consent(donor, details)
    attempt = CheckoutAttempt.objects.create(
        donor=donor,
        fund=Fund.objects.get(code=details.fund_code),
        campaign=Campaign.objects.filter(code=details.campaign_code).first(),
        amount_cents=details.amount_cents,
        fee_cover_cents=details.fee_cover_cents,
        frequency=details.frequency,
        language=details.language,
        receipts=details.receipts,
        employer=details.employer,
        customer_reference=details.customer_reference,
        first_payment_at=_moment(details.first_payment_at),
        message=details.message,
        wants_tax_receipt=details.wants_tax_receipt,
        form_path=details.form_path,
        fingerprint=fingerprint,
        address_digest=address_digest,
    )
    if details.tribute is not None:
        Tribute.objects.create(attempt=attempt, **asdict(details.tribute))
    record(attempt, "attempt.started", amount_cents=attempt.amount_cents)
    return attempt


def record_consent(donor: Donor, details: GiftDetails) -> None:
    """Note that the donor wants news by e-mail, in the words that they ticked."""
    if details.newsletter_wording:
        Consent.objects.create(
            donor=donor,
            purpose=Consent.Purpose.NEWSLETTER,
            is_given=True,
            wording=details.newsletter_wording,
        )


def _moment(timestamp: int | None) -> datetime | None:
    return None if timestamp is None else datetime.fromtimestamp(timestamp, UTC)


def _throttle(address_digest: str) -> None:
    recent = CheckoutAttempt.objects.all()
    for attempts, (limit, period) in (
        (recent.filter(address_digest=address_digest), settings.CHECKOUT_LIMIT_PER_ADDRESS),
        (recent, settings.CHECKOUT_LIMIT_GLOBAL),
    ):
        since = timezone.now() - timedelta(seconds=period)
        if attempts.filter(created_at__gte=since).count() >= limit:
            if attempts is recent:
                logger.error("The limit of checkouts in all is reached: gifts are turned away.")
            raise TooManyAttempts


def find_or_create_donor(details: GiftDetails) -> Donor:
    """The donor with exactly these details. Typed details never change an existing donor's."""
    is_person = details.donor_kind == DonorKind.PERSON
    code = details.personal_code if is_person else ""
    for _try in range(2):
        donor, _created = Donor.objects.get_or_create(
            email=details.email.lower(),
            kind=details.donor_kind,
            name=details.name,
            registration_number="" if is_person else details.registration_number,
            contact_name="" if is_person else details.contact_name,
            personal_code_digest=digest(code, "personal-code") if code else "",
            defaults={"personal_code": code, "language": details.language},
        )
        # Whose duplicates finance merged gives as the one that is kept.
        kept = root_of(donor)
        # Erasing waits until what is being recorded is there, or has come before: then whoever
        # gives now is somebody new.
        rows = Donor.objects.select_for_update(of=("self",), no_key=True)
        locked = rows.get(pk=kept.pk)
        if not locked.erased_at:
            return locked
    raise RuntimeError("What was typed leads to a donor who is erased.")


def thanks_path(language: str) -> str:
    """Where the checkout sends donors back, in their language."""
    with translation.override(language):
        return reverse("donations:thanks")


def _order(attempt: CheckoutAttempt) -> CheckoutOrder:
    language = attempt.language
    thanks = settings.SITE_URL + thanks_path(language)
    return CheckoutOrder(
        attempt_id=str(attempt.pk),
        amount_cents=attempt.amount_cents,
        currency=CURRENCY,
        description=attempt.fund.name(language),
        language=language,
        email=attempt.donor.email,
        # Stripe puts the session's id in place of the braces.
        success_url=f"{thanks}?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{settings.SITE_URL}{attempt.form_path}?resume={resume_token(attempt)}",
        interval=CHECKOUT_INTERVALS[attempt.frequency],
        first_payment_at=attempt.first_payment_at,
        customer_reference=attempt.customer_reference,
    )


@transaction.atomic
def _open(attempt: CheckoutAttempt, reference: str, url: str) -> CheckoutAttempt:
    locked = CheckoutAttempt.objects.select_for_update().get(pk=attempt.pk)
    # Refused: by the other click of a double click, while this one was being served.
    if locked.status in {CheckoutAttempt.Status.STARTED, CheckoutAttempt.Status.REFUSED}:
        locked.status = CheckoutAttempt.Status.OPEN
        locked.session_reference = reference
        locked.session_url = url
        locked.save(update_fields=["status", "session_reference", "session_url"])
        record(locked, "attempt.open")
    return locked


@transaction.atomic
def _refuse(attempt: CheckoutAttempt, error: str) -> None:
    locked = CheckoutAttempt.objects.select_for_update().get(pk=attempt.pk)
    if locked.status == CheckoutAttempt.Status.STARTED:
        locked.status = CheckoutAttempt.Status.REFUSED
        locked.fingerprint = None
        locked.last_error = error[:250]
        locked.save(update_fields=["status", "fingerprint", "last_error"])
        record(locked, "attempt.refused", error=error)
