"""The due payments of a pledge: its invoices at the payment company, with what came of each."""

from datetime import date, datetime

from django.utils import timezone

from ..dates import local_day
from ..models import Campaign, Donation, Instalment, Pledge
from ..providers import InvoicePicture, InvoiceState, PaymentPicture, PaymentState
from . import mail
from .attempts import CURRENCY
from .audit import record
from .settling import PaymentMismatch, check, settle

MONEY_MOVES = frozenset({PaymentState.PROCESSING, PaymentState.PAID})


def apply(pledge: Pledge, picture: InvoicePicture) -> Exception | None:
    """Take an invoice over; return what could not be done although money is booked.

    Must run in a transaction that holds the pledge's lock. Raise PaymentMismatch.
    """
    if picture.subscription_reference != pledge.subscription_reference:
        raise PaymentMismatch("The invoice is of another subscription.")
    check(picture.is_live, picture.amount_cents, picture.currency, picture.amount_cents)
    # A trial's invoice asks for nothing; a draft is not due yet.
    if picture.amount_cents == 0 or picture.state is InvoiceState.DRAFT:
        return None
    instalment, _created = Instalment.objects.select_for_update(of=("self",)).get_or_create(
        invoice_reference=picture.invoice_reference,
        defaults={
            "pledge": pledge,
            "amount_cents": picture.amount_cents,
            "status": Instalment.Status.OPEN,
            "due_at": picture.due_at,
            "failures": picture.tries if _is_from_before(pledge, picture.due_at) else 0,
        },
    )
    problem: Exception | None = None
    payment = picture.payment
    has_failed = payment is not None and payment.state is PaymentState.FAILED
    if payment and (payment.state in MONEY_MOVES or (has_failed and instalment.donation_id)):
        donation = _donation_for(pledge, instalment, payment)
        instalment.donation = donation
        problem = settle(donation, payment)
    failed_before = instalment.failures
    _move_instalment(instalment, pledge, picture)
    instalment.save()
    if instalment.failures > failed_before and instalment.status == Instalment.Status.OPEN:
        _tell_failure(pledge, instalment)
    return problem


def give_up(pledge: Pledge) -> None:
    """The company collects nothing more for a pledge that has ended. Should its owner pay by the
    link in an old message after all, an event tells."""
    for instalment in pledge.instalments.filter(status=Instalment.Status.OPEN):
        instalment.status = _given_up(instalment)
        instalment.next_try_at = None
        instalment.save(update_fields=["status", "next_try_at"])
        record(pledge, f"instalment.{instalment.status}", invoice=instalment.invoice_reference)


def _move_instalment(instalment: Instalment, pledge: Pledge, picture: InvoicePicture) -> None:
    states = Instalment.Status
    payment = picture.payment
    is_processing = payment is not None and payment.state is PaymentState.PROCESSING
    instalment.tries = picture.tries
    instalment.next_try_at = picture.next_try_at
    instalment.needs_confirmation = picture.needs_confirmation
    instalment.pay_url = "" if pledge.donor.erased_at else picture.pay_url
    instalment.failure = picture.failure[:250]
    if picture.state is InvoiceState.PAID:
        status = states.PAID
        instalment.failures = max(instalment.failures, picture.tries - 1)
    elif is_processing:
        status = states.PROCESSING
    else:
        instalment.failures = max(instalment.failures, picture.tries)
        status = states.OPEN
        if picture.state is InvoiceState.DROPPED or not pledge.is_running:
            status = _given_up(instalment)
    if status != instalment.status or instalment.pk is None:
        record(pledge, f"instalment.{status}", invoice=instalment.invoice_reference)
    instalment.status = status


def _tell_failure(pledge: Pledge, instalment: Instalment) -> None:
    """One message for each try that failed, with the way to mend it."""
    kind = "confirmation_needed" if instalment.needs_confirmation else "payment_failed"
    mail.promise(
        kind,
        f"payment-failed-{pledge.public_id}-{instalment.invoice_reference}-{instalment.tries}",
        pledge=pledge,
        facts={
            "amount_cents": instalment.amount_cents,
            "pay_url": instalment.pay_url,
            "next_try": local_day(instalment.next_try_at),
            "try": instalment.tries,
        },
    )


def _donation_for(pledge: Pledge, instalment: Instalment, payment: PaymentPicture) -> Donation:
    if payment.amount_cents != instalment.amount_cents or payment.currency != CURRENCY:
        raise PaymentMismatch("The payment's amount is not the invoice's.")
    known = instalment.donation
    if known is not None and known.payment_reference != payment.payment_reference:
        # The company may pay an invoice with another payment after the first has failed.
        if known.status != Donation.Status.FAILED:
            raise PaymentMismatch("The invoice has a second payment.")
        known.payment_reference = payment.payment_reference
        known.save(update_fields=["payment_reference"])
    donation, created = Donation.objects.select_for_update(of=("self",)).get_or_create(
        payment_reference=payment.payment_reference,
        defaults={
            "pledge": pledge,
            "donor": pledge.donor,
            "fund": pledge.fund,
            "campaign": _campaign_on(timezone.localdate(instalment.due_at), pledge),
            "amount_cents": instalment.amount_cents,
            "fee_cover_cents": _cover_in(pledge, instalment.amount_cents),
            "language": pledge.language,
            "provider": pledge.provider,
            "is_live": payment.is_live,
            "status": Donation.Status.PROCESSING,
            "needs_receipt": not _is_from_before(pledge, payment.paid_at or instalment.due_at),
        },
    )
    if donation.pledge_id != pledge.pk:
        raise PaymentMismatch("The payment is recorded for something else.")
    if created:
        record(donation, "donation.recorded", amount_cents=donation.amount_cents)
    return donation


def _campaign_on(day: date, pledge: Pledge) -> Campaign | None:
    """The campaign for which a payment due on a day counts: none after the campaign's end."""
    campaign = pledge.campaign
    if campaign is None or campaign.state(day) == Campaign.State.ENDED:
        return None
    return campaign


def _is_from_before(pledge: Pledge, moment: datetime) -> bool:
    """Whether something happened before an imported pledge was known here."""
    return pledge.imported_at is not None and moment < pledge.imported_at


def _cover_in(pledge: Pledge, amount_cents: int) -> int:
    """An instalment of an earlier sum has no known part for the fee."""
    return pledge.fee_cover_cents if amount_cents == pledge.amount_cents else 0


def _given_up(instalment: Instalment) -> Instalment.Status:
    states = Instalment.Status
    return states.FAILED if instalment.failures else states.DROPPED
