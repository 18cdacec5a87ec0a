"""Deposits to our bank account, the movements that went into each, and the account's own costs.

Which movements a payout consists of is the payment company's word. Each of them must be in the
ledger, and their sum be what arrived; only then a payout counts as settled.
"""

import logging
from collections.abc import Sequence
from itertools import batched

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from ..models import Donation, LedgerEntry, Payout
from ..providers import (
    Booking,
    PayoutPicture,
    ProviderRefused,
    ProviderUnavailable,
    get_provider,
)
from .audit import record
from .settling import PaymentMismatch

logger = logging.getLogger(__name__)

Kind = LedgerEntry.Kind
# References in one query.
CHUNK = 500


def synchronise_payout(reference: str) -> Payout:
    """Record a payout as it is now, and tie to it the entries that went into it.

    Raise ProviderError, or PaymentMismatch when it is of the other mode.
    """
    return _synchronise(get_provider().payout(reference))


def synchronise_payouts() -> list[Payout]:
    """Bring all payouts up to date that are new, changed or not settled; return these.

    Raise ProviderError.
    """
    changed: list[Payout] = []
    for pictures in batched(get_provider().payouts(), CHUNK):
        settled = _settled(pictures)
        changed += [_synchronise(p) for p in pictures if (p.reference, p.state) not in settled]
    return changed


def synchronise_unsettled(limit: int) -> int:
    """Try again to settle payouts that have arrived; return how many were looked at.

    Raise ProviderUnavailable.
    """
    waiting = Payout.objects.filter(settled_at=None).exclude(status=Payout.Status.PENDING)
    asked = 0
    for payout in waiting.filter(provider=get_provider().name).order_by("?")[:limit]:
        try:
            synchronise_payout(payout.reference)
        except ProviderUnavailable:
            raise
        except Exception:
            logger.exception("Payout %s cannot be brought up to date", payout.reference)
        asked += 1
    return asked


def book_account_movement(booking: Booking) -> bool:
    """Enter a movement that is about the account as a whole; whether it was new."""
    _entry, created = LedgerEntry.objects.get_or_create(
        reference=booking.reference,
        defaults={
            "kind": booking.account_kind,
            "amount_cents": booking.net_cents,
            "balance_reference": booking.reference,
            "occurred_at": booking.occurred_at,
        },
    )
    return created


def books_itself(booking: Booking) -> bool:
    """Whether a movement is entered without anybody looking at it: payouts and the account's fees.

    An adjustment may mean anything, and so waits for staff.
    """
    return booking.account_kind not in {"", Kind.ADJUSTMENT}


def bring_in(page: Sequence[Booking]) -> dict[str, int]:
    """Enter those of these bookings that enter themselves, and tie entries to the others; what our
    entries then say about each. Those without any are not in it."""
    entered = entered_cents([booking.reference for booking in page])
    doubtful = [b for b in page if entered.get(b.reference) != b.net_cents]
    for booking in doubtful:
        if booking.reference not in entered and books_itself(booking):
            book_account_movement(booking)
    tie(doubtful)
    return entered | entered_cents([booking.reference for booking in doubtful])


def donation_behind(booking: Booking, *, ask: bool) -> Donation | None:
    """The donation of ours that a movement is about, if any. Unless `ask` it is only found where
    an earlier movement of it is entered. Raise ProviderError."""
    source = booking.source_reference
    if booking.account_kind or not source:
        return None
    provider = get_provider()
    donations = Donation.objects.filter(provider=provider.name)
    known = donations.filter(
        Q(charge_reference=source)
        | Q(entries__reference=source)
        | Q(entries__balance_reference=booking.reference)
    ).first()
    if known or not ask:
        return known
    return donations.filter(payment_reference=provider.payment_of(source)).first()


def entered_cents(references: Sequence[str]) -> dict[str, int]:
    """What our entries say about each of these bookings; those without any are not in it."""
    entries = LedgerEntry.objects.filter(balance_reference__in=references).order_by()
    sums = entries.values("balance_reference").annotate(cents=Sum("amount_cents"))
    return {row["balance_reference"]: row["cents"] for row in sums}


def tie(bookings: Sequence[Booking]) -> None:
    """Tie entries that were made before the company booked them, or by an older version of this
    site, to their bookings: those of the booking's own movement, if their sum is the booking's."""
    for booking in bookings:
        names = [f"{booking.reference}:fee", booking.reference]
        if booking.source_reference:
            names += [booking.source_reference, f"{booking.source_reference}:failure"]
        with transaction.atomic():
            untied = LedgerEntry.objects.filter(balance_reference="", reference__in=names)
            if booking.amount_cents > 0:
                untied = untied.filter(Q(amount_cents__gt=0) | Q(reference__endswith=":fee"))
            else:
                untied = untied.filter(amount_cents__lt=0)
            if (untied.aggregate(total=Sum("amount_cents"))["total"]) == booking.net_cents:
                untied.update(balance_reference=booking.reference)


def _settled(pictures: Sequence[PayoutPicture]) -> set[tuple[str, str]]:
    """References and states of those payouts about which nothing is left to do."""
    references = [picture.reference for picture in pictures]
    known = Payout.objects.filter(reference__in=references, settled_at__isnull=False)
    return set(known.values_list("reference", "status"))


def _synchronise(picture: PayoutPicture) -> Payout:
    if picture.is_live != get_provider().is_live:
        raise PaymentMismatch("The payout is of the other mode (test or live).")
    # Before it arrives, what it consists of may still change.
    bookings = [] if picture.state == "pending" else _bookings_of(picture.reference)
    return _take_over(picture, bookings)


def _bookings_of(reference: str) -> list[Booking]:
    """What a payout consists of; nothing for one that somebody made by hand: Stripe keeps such a
    list of automatic payouts only."""
    try:
        return list(get_provider().bookings(reference))
    except ProviderRefused:
        logger.warning("The payment company does not tell what payout %s consists of", reference)
        return []


@transaction.atomic
def _take_over(picture: PayoutPicture, bookings: list[Booking]) -> Payout:
    payout, created = Payout.objects.select_for_update().get_or_create(
        reference=picture.reference,
        defaults={
            "provider": get_provider().name,
            "amount_cents": picture.amount_cents,
            "status": picture.state,
            "created_at": picture.created_at,
            "arrives_on": picture.arrives_on,
            "is_live": picture.is_live,
        },
    )
    if created or payout.status != picture.state:
        record(payout, f"payout.{picture.state}", amount_cents=picture.amount_cents)
    payout.status = picture.state
    payout.arrives_on = picture.arrives_on
    for booking in bookings:
        if books_itself(booking):
            book_account_movement(booking)
    # Money that the bank sent back stays tied to the payout that failed; what came back for it is
    # a movement of the next payout.
    for part in batched(bookings, CHUNK):
        references = [booking.reference for booking in part]
        entries = LedgerEntry.objects.filter(balance_reference__in=references)
        entries.filter(payout=None).update(payout=payout)
    if bookings and payout.settled_at is None and _adds_up(payout, bookings):
        payout.settled_at = timezone.now()
        record(payout, "payout.settled", amount_cents=payout.amount_cents)
    payout.save()
    return payout


def _adds_up(payout: Payout, bookings: list[Booking]) -> bool:
    """Whether each movement of the payout is in our ledger with its sum, and all of them together
    are what was paid out."""
    for part in batched(bookings, CHUNK):
        entered = entered_cents([booking.reference for booking in part])
        if any(entered.get(booking.reference, 0) != booking.net_cents for booking in part):
            return False
    return paid_out_cents(payout) == payout.amount_cents


def paid_out_cents(payout: Payout) -> int:
    """What a payout should be by the entries that went into it, its own movement left out."""
    moved = payout.entries.filter(~Q(kind=Kind.PAYOUT))
    return moved.aggregate(total=Sum("amount_cents"))["total"] or 0
