"""Takes over from the payment company what happened at a checkout, and to any payment."""

import logging

from django.utils import timezone

from ..models import CheckoutAttempt, Donation
from ..providers import CheckoutPicture, PaymentPicture, SessionState, get_provider
from . import pledges, tributes
from .audit import record
from .settling import PaymentMismatch, check, in_step, settle

logger = logging.getLogger(__name__)


def synchronise(attempt: CheckoutAttempt) -> CheckoutAttempt:
    """Bring attempt, donation, ledger and receipts to what the payment company says now; of a
    recurring gift also the pledge with its payments.

    Raise ProviderError, PaymentMismatch, ReceiptOwed or Overtaken.
    """
    attempt.refresh_from_db(fields=["session_reference"])
    if not attempt.session_reference:
        return attempt
    session = attempt.session_reference
    subscription = ""

    def apply(locked: CheckoutAttempt, picture: CheckoutPicture) -> Exception | None:
        nonlocal subscription
        subscription = picture.subscription_reference
        return _apply(locked, picture)

    synchronised = in_step(
        attempt, lambda: get_provider().checkout(session), apply, "donor", "fund", "campaign"
    )
    if subscription:
        pledges.synchronise_subscription(subscription, synchronised)
    return synchronised


def synchronise_donation(donation: Donation) -> None:
    """Bring a donation to what the payment company says, whatever it came from.

    Raise as `synchronise`. A gift entered by hand has no company to ask.
    """
    if donation.provider != get_provider().name:
        return
    if donation.attempt:
        synchronise(donation.attempt)
        return
    instalment = getattr(donation, "instalment", None)
    if donation.pledge and instalment:
        pledges.synchronise(donation.pledge, [instalment.invoice_reference])
        return

    def apply(locked: Donation, picture: PaymentPicture) -> Exception | None:
        check(picture.is_live, picture.amount_cents, picture.currency, locked.amount_cents)
        return settle(locked, picture)

    in_step(donation, lambda: get_provider().payment(donation.payment_reference), apply)


def try_synchronise(attempt: CheckoutAttempt) -> bool:
    """`synchronise` without insisting, for a page; False when it is not possible now.

    Whatever went wrong is found again by the event or the sweep.
    """
    try:
        synchronise(attempt)
    except Exception:
        logger.exception("Attempt %s could not be synchronised", attempt.pk)
        return False
    return True


def _apply(attempt: CheckoutAttempt, picture: CheckoutPicture) -> Exception | None:
    """Take the picture over; return what could not be done although the money is booked."""
    # A checkout whose first payment comes later collects nothing itself.
    expected = 0 if attempt.first_payment_at else attempt.amount_cents
    check(picture.is_live, picture.amount_cents, picture.currency, expected)
    _move_attempt(attempt, picture)
    if picture.payment is None:
        return None
    check(
        picture.payment.is_live,
        picture.payment.amount_cents,
        picture.payment.currency,
        attempt.amount_cents,
    )
    donation = _donation_for(attempt, picture.payment)
    problem = settle(donation, picture.payment)
    if donation.paid_at:
        tributes.announce(attempt)
    return problem


def _move_attempt(attempt: CheckoutAttempt, picture: CheckoutPicture) -> None:
    states = CheckoutAttempt.Status
    if picture.state is SessionState.COMPLETE:
        status = states.COMPLETED
    elif picture.state is SessionState.EXPIRED:
        status = states.EXPIRED
    else:
        status = states.OPEN
    if status != attempt.status:
        attempt.status = status
        if status != states.OPEN:
            attempt.finished_at = timezone.now()
            attempt.fingerprint = None
        record(attempt, f"attempt.{status}")
    if picture.payment:
        attempt.payment_reference = picture.payment.payment_reference
    # Who the company knows them as: a monthly gift made afterwards is the same customer's.
    attempt.customer_reference = picture.customer_reference or attempt.customer_reference
    attempt.last_error = picture.failure


def _donation_for(attempt: CheckoutAttempt, picture: PaymentPicture) -> Donation:
    donation, created = Donation.objects.select_for_update(of=("self",)).get_or_create(
        payment_reference=picture.payment_reference,
        defaults={
            "attempt": attempt,
            "donor": attempt.donor,
            "fund": attempt.fund,
            "campaign": attempt.campaign,
            "amount_cents": attempt.amount_cents,
            "fee_cover_cents": attempt.fee_cover_cents,
            "language": attempt.language,
            "provider": attempt.provider,
            "is_live": picture.is_live,
            "status": Donation.Status.PROCESSING,
        },
    )
    if donation.attempt_id != attempt.pk:
        raise PaymentMismatch("The payment is recorded for something else.")
    if created:
        record(donation, "donation.recorded", amount_cents=donation.amount_cents)
    return donation
