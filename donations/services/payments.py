"""Takes over from the payment company what happened to a payment.

One function does it for every occasion (event, thank-you page, sweep, refund): it fetches the
whole picture and applies the difference. So nothing depends on which event came first, twice or
not at all.
"""

import logging

from django.db import transaction
from django.utils import timezone

from sosbca.core.page_cache import Group, changed

from ..models import CheckoutAttempt, Donation, LedgerEntry
from ..providers import (
    DisputeState,
    PaymentPicture,
    PaymentState,
    SessionState,
    get_provider,
)
from . import receipts
from .attempts import CURRENCY
from .audit import record

logger = logging.getLogger(__name__)

Status = Donation.Status

# From each state, where a donation may go. Anything else is an error that staff look at.
ALLOWED: dict[str, frozenset[str]] = {
    Status.PROCESSING: frozenset(Status) - {Status.PROCESSING},
    # Another try may succeed after all; the provider knows.
    Status.FAILED: frozenset(Status) - {Status.FAILED},
    Status.PAID: frozenset(
        {Status.PARTLY_REFUNDED, Status.REFUNDED, Status.DISPUTED, Status.CHARGED_BACK}
    ),
    # A refund can come back from the donor's bank.
    Status.PARTLY_REFUNDED: frozenset(
        {Status.PAID, Status.REFUNDED, Status.DISPUTED, Status.CHARGED_BACK}
    ),
    Status.REFUNDED: frozenset(
        {Status.PAID, Status.PARTLY_REFUNDED, Status.DISPUTED, Status.CHARGED_BACK}
    ),
    Status.DISPUTED: frozenset(
        {Status.PAID, Status.PARTLY_REFUNDED, Status.REFUNDED, Status.CHARGED_BACK}
    ),
    # A decision can be reversed, and the rest of a gift be disputed or given back.
    Status.CHARGED_BACK: frozenset(
        {Status.PAID, Status.PARTLY_REFUNDED, Status.REFUNDED, Status.DISPUTED}
    ),
}
# How often a picture that was overtaken is fetched again.
FETCHES = 6


class PaymentMismatch(Exception):
    """What the payment company says does not fit what we recorded: nothing is changed."""


class TransitionRefused(PaymentMismatch):
    """A donation may not go from its state to the one reported."""


class ReceiptOwed(Exception):
    """The money is in the books, but the document about it could not be issued."""


class Overtaken(Exception):
    """Others kept changing the payment while we looked; try again later."""


def synchronise(attempt: CheckoutAttempt) -> CheckoutAttempt:
    """Bring attempt, donation, ledger and receipts to what the payment company says now.

    The picture is fetched without holding a lock. If somebody else applied one meanwhile, ours
    may be the older: fetch again. Raise ProviderError, PaymentMismatch, ReceiptOwed
    or Overtaken.
    """
    for _ in range(FETCHES):
        attempt.refresh_from_db(fields=["version", "session_reference"])
        if not attempt.session_reference:
            return attempt
        picture = get_provider().picture(attempt.session_reference)
        with transaction.atomic():
            locked = (
                CheckoutAttempt.objects.select_for_update(of=("self",))
                .select_related("donor", "fund")
                .get(pk=attempt.pk)
            )
            is_newest = locked.version == attempt.version
            problem = _apply(locked, picture) if is_newest else None
        if problem is not None:
            # After the commit: what could be taken over is kept, and the rest is not forgotten.
            raise problem
        if is_newest:
            return locked
    raise Overtaken(str(attempt.pk))


def try_synchronise(attempt: CheckoutAttempt) -> bool:
    """Synchronise for somebody who waits for a page; False when it is not possible now.

    Whatever went wrong is found again by the event or the sweep.
    """
    try:
        synchronise(attempt)
    except Exception:
        logger.exception("Attempt %s could not be synchronised", attempt.pk)
        return False
    return True


def _apply(attempt: CheckoutAttempt, picture: PaymentPicture) -> Exception | None:
    """Take the picture over; return what could not be done although the money is booked."""
    _check(attempt, picture)
    _move_attempt(attempt, picture)
    if picture.payment_state is PaymentState.NONE:
        return None
    donation = _donation_for(attempt, picture)
    problem: Exception | None = None
    try:
        _move_donation(donation, picture)
    except TransitionRefused as refused:
        problem = refused
    _book(donation, picture)
    if problem is None:
        try:
            with transaction.atomic():
                returned = picture.refunded_cents + picture.lost_cents
                receipts.issue_due(donation, returned_cents=returned)
        except Exception as error:
            logger.exception("No document could be issued for donation %s", donation.pk)
            problem = ReceiptOwed(type(error).__name__)
    return problem


def _check(attempt: CheckoutAttempt, picture: PaymentPicture) -> None:
    if picture.is_live != get_provider().is_live:
        raise PaymentMismatch("The payment is of the other mode (test or live).")
    if (picture.amount_cents, picture.currency) != (attempt.amount_cents, CURRENCY):
        raise PaymentMismatch("The payment's amount or currency is not the attempt's.")


def _move_attempt(attempt: CheckoutAttempt, picture: PaymentPicture) -> None:
    states = CheckoutAttempt.Status
    if picture.session_state is SessionState.COMPLETE:
        status = states.COMPLETED
    elif picture.session_state is SessionState.EXPIRED:
        status = states.EXPIRED
    else:
        status = states.OPEN
    if status != attempt.status:
        attempt.status = status
        if status != states.OPEN:
            attempt.finished_at = timezone.now()
            attempt.fingerprint = None
        record(attempt, f"attempt.{status}")
    attempt.payment_reference = picture.payment_reference or attempt.payment_reference
    attempt.last_error = picture.failure
    attempt.version += 1
    attempt.save()


def _donation_for(attempt: CheckoutAttempt, picture: PaymentPicture) -> Donation:
    if picture.payment_reference is None:
        raise PaymentMismatch("The payment has a state but no reference.")
    donation, created = Donation.objects.select_for_update(of=("self",)).get_or_create(
        payment_reference=picture.payment_reference,
        defaults={
            "attempt": attempt,
            "donor": attempt.donor,
            "fund": attempt.fund,
            "amount_cents": attempt.amount_cents,
            "language": attempt.language,
            "provider": attempt.provider,
            "is_live": picture.is_live,
            "status": Status.PROCESSING,
        },
    )
    if created:
        record(donation, "donation.recorded", amount_cents=donation.amount_cents)
    return donation


def status_of(picture: PaymentPicture) -> Status:
    """The state that a donation has according to the picture."""
    if picture.payment_state is PaymentState.PROCESSING:
        return Status.PROCESSING
    if picture.payment_state is PaymentState.FAILED:
        return Status.FAILED
    if picture.dispute is DisputeState.OPEN:
        return Status.DISPUTED
    returned = picture.refunded_cents + picture.lost_cents
    if returned >= picture.amount_cents:
        return Status.CHARGED_BACK if picture.lost_cents else Status.REFUNDED
    return Status.PARTLY_REFUNDED if returned else Status.PAID


def _move_donation(donation: Donation, picture: PaymentPicture) -> None:
    target = status_of(picture)
    if target != donation.status:
        if target not in ALLOWED[donation.status]:
            raise TransitionRefused(f"{donation.status} → {target}")
        record(donation, f"donation.{target}", before=donation.status)
        donation.status = target
    if picture.paid_at and donation.paid_at is None:
        donation.paid_at = picture.paid_at
    donation.charge_reference = picture.charge_reference
    donation.payment_method = picture.method
    donation.failure = picture.failure if target == Status.FAILED else ""
    donation.save()


def _book(donation: Donation, picture: PaymentPicture) -> None:
    """Add the movements that are not in the ledger yet. References are unique in the database,
    so that a movement can never be booked twice."""
    references = [movement.reference for movement in picture.movements]
    known = set(
        LedgerEntry.objects.filter(reference__in=references).values_list("reference", flat=True)
    )
    entries = [
        LedgerEntry(
            donation=donation,
            kind=movement.kind,
            amount_cents=movement.amount_cents,
            reference=movement.reference,
            occurred_at=movement.occurred_at,
        )
        for movement in picture.movements
        if movement.reference not in known
    ]
    if LedgerEntry.objects.bulk_create(entries):
        changed(Group.GIVING)
