"""Brings a donation, its ledger and its documents to what the payment company says.

The company is asked without holding a lock. If somebody else took over another picture meanwhile,
ours may be the older: it is fetched again. So nothing depends on which event came first, twice or
not at all.
"""

import logging
from collections.abc import Callable

from django.db import transaction

from sosbca.core.page_cache import Group, changed

from ..models import CheckoutAttempt, Donation, LedgerEntry, Pledge
from ..providers import DisputeState, PaymentPicture, PaymentState, get_provider
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


def in_step[Root: (CheckoutAttempt, Pledge, Donation), Picture](
    root: Root,
    fetch: Callable[[], Picture],
    apply: Callable[[Root, Picture], Exception | None],
    *related: str,
) -> Root:
    """Fetch a picture and apply it to the locked row of `root`, unless it was overtaken.

    `root` is what the payments hang on, and its `version` counts the pictures applied. An
    exception that `apply` returns is raised when all that could be done is committed. Raise
    ProviderError, PaymentMismatch, ReceiptOwed or Overtaken.
    """
    model = type(root)
    for _ in range(FETCHES):
        root.refresh_from_db(fields=["version"])
        picture = fetch()
        with transaction.atomic():
            # Locked alone, and what belongs to it read afterwards: whoever had the lock may have
            # given it another donor.
            model._default_manager.select_for_update().only("pk").get(pk=root.pk)
            # Without names, select_related would follow every relation.
            rows = model._default_manager.select_related(*related or (None,))
            locked = rows.get(pk=root.pk)
            if locked.version != root.version:
                continue
            problem = apply(locked, picture)
            locked.version += 1
            locked.save()
        if problem:
            raise problem
        return locked
    raise Overtaken


def check(picture_is_live: bool, amount_cents: int, currency: str, expected_cents: int) -> None:
    """Raise PaymentMismatch when a picture is of the other mode or of another sum."""
    if picture_is_live != get_provider().is_live:
        raise PaymentMismatch("The payment is of the other mode (test or live).")
    if (amount_cents, currency) != (expected_cents, CURRENCY):
        raise PaymentMismatch("The payment's amount or currency is not the one recorded.")


def settle(donation: Donation, picture: PaymentPicture) -> Exception | None:
    """Take a payment's picture over; return what could not be done although money is booked.

    Must run in a transaction that holds the lock of what the donation hangs on.
    """
    problem: Exception | None = None
    try:
        _move(donation, picture)
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


def status_of(picture: PaymentPicture) -> Status:
    """The state that a donation has according to the picture."""
    if picture.state is PaymentState.PROCESSING:
        return Status.PROCESSING
    if picture.state is PaymentState.FAILED:
        return Status.FAILED
    if picture.dispute is DisputeState.OPEN:
        return Status.DISPUTED
    returned = picture.refunded_cents + picture.lost_cents
    if returned >= picture.amount_cents:
        return Status.CHARGED_BACK if picture.lost_cents else Status.REFUNDED
    return Status.PARTLY_REFUNDED if returned else Status.PAID


def _move(donation: Donation, picture: PaymentPicture) -> None:
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
            balance_reference=movement.balance_reference,
            occurred_at=movement.occurred_at,
        )
        for movement in picture.movements
        if movement.reference not in known
    ]
    if LedgerEntry.objects.bulk_create(entries):
        changed(Group.GIVING)
    for movement in picture.movements:
        # The company books a charge some time after it was made.
        if movement.reference in known and movement.balance_reference:
            LedgerEntry.objects.filter(reference=movement.reference, balance_reference="").update(
                balance_reference=movement.balance_reference
            )
