"""Compares every movement in the payment company's books with our ledger.

Their books are read page by page and compared page by page, so that the size of the account does
not matter. What belongs to no payment is entered on the way: payouts and the account's own fees.
Whatever else differs is named with what would mend it (`services.repairs`). A run that was cut
short is simply done again.
"""

import logging
from array import array
from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import blake2b
from itertools import batched

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from sosbca.users.models import User

from ..models import Difference, Donation, LedgerEntry, Reconciliation
from ..providers import Booking, ProviderError, ProviderRefused, get_provider
from ..signals import reconciliation_waiting
from . import books, books_mail
from .attempts import CURRENCY
from .audit import record

logger = logging.getLogger(__name__)

Status = Reconciliation.Status
Kind = Difference.Kind
Repair = Difference.Repair

PAGE = 100
# A run that has not got on for so long has died with its worker.
STALE_AFTER = timedelta(minutes=10)
# The event about a movement may still be on its way to us; what is younger is left for next time.
SETTLES_WITHIN = timedelta(minutes=15)
# By then the company has booked whatever it will.
BOOKED_WITHIN = timedelta(days=3)
# About how many movements without a donation of ours the company is asked, in one run.
LOOKUPS = 300


class AlreadyRunning(Exception):
    """Another run is at it."""


class _TakenOver(Exception):
    """This run was given up for dead, and another one began."""


def begin(user: User | None = None) -> Reconciliation:
    """Record a run that is to be carried out by `run`. Raise AlreadyRunning."""
    now = timezone.now()
    name = get_provider().name
    with transaction.atomic():
        open_runs = Reconciliation.objects.filter(provider=name).filter(_is_open())
        for stale in open_runs.filter(active_at__lt=now - STALE_AFTER).select_for_update():
            _finish(stale, Status.FAILED, "It stood still and was given up.")
    try:
        with transaction.atomic():
            started = Reconciliation.objects.create(
                provider=name, status=Status.WAITING, active_at=now
            )
            record(started, "reconciliation.started", user=user)
    except IntegrityError as error:
        raise AlreadyRunning from error
    return started


@transaction.atomic
def request(user: User) -> Reconciliation:
    """Begin a run at a member of staff's wish; a task carries it out. Raise AlreadyRunning."""
    started = begin(user)
    reconciliation_waiting.send(Reconciliation, run=started)
    return started


def reconcile() -> Reconciliation:
    """Compare now, and tell finance unless all agrees. Raise AlreadyRunning."""
    done = run(begin().pk)
    if done.status in {Status.DIFFERS, Status.FAILED}:
        books_mail.tell_finance(done)
    return done


def run(pk: int) -> Reconciliation:
    """Carry out a run that is waiting; another call for the same run does nothing.

    An error is noted on the run, never raised.
    """
    waiting = Reconciliation.objects.filter(pk=pk, status=Status.WAITING)
    if not waiting.update(status=Status.RUNNING, active_at=timezone.now()):
        return Reconciliation.objects.get(pk=pk)
    reconciliation = Reconciliation.objects.get(pk=pk)
    try:
        _Comparison(reconciliation).compare()
        books.synchronise_payouts()
    except _TakenOver:
        logger.warning("Reconciliation %s was overtaken by another", pk)
        reconciliation.refresh_from_db()
    except ProviderError as error:
        _finish(reconciliation, Status.FAILED, f"{type(error).__name__}: {error}")
    except Exception as error:
        logger.exception("Reconciliation %s broke off", pk)
        # Errors of others may quote a row of the database.
        _finish(reconciliation, Status.FAILED, type(error).__name__)
    else:
        differs = reconciliation.differences.exists()
        _finish(reconciliation, Status.DIFFERS if differs else Status.AGREES)
    return reconciliation


def _is_open() -> Q:
    return Q(status__in=[Status.WAITING, Status.RUNNING])


@transaction.atomic
def _finish(reconciliation: Reconciliation, status: str, error: str = "") -> None:
    unfinished = Reconciliation.objects.filter(pk=reconciliation.pk).filter(_is_open())
    now = timezone.now()
    if unfinished.update(status=status, error=error[:250], finished_at=now, active_at=now):
        reconciliation.refresh_from_db()
        differences = reconciliation.differences.count()
        record(reconciliation, f"reconciliation.{status}", differences=differences)


class _Seen:
    """Which references the company has listed, in 8 bytes each: a million bookings take 8 MB."""

    PARTS = 4096

    def __init__(self) -> None:
        self._parts = [array("Q") for _ in range(self.PARTS)]

    def add(self, reference: str) -> None:
        mark = self._mark(reference)
        self._parts[mark % self.PARTS].append(mark)

    def __contains__(self, reference: str) -> bool:
        mark = self._mark(reference)
        return mark in self._parts[mark % self.PARTS]

    @staticmethod
    def _mark(reference: str) -> int:
        return int.from_bytes(blake2b(reference.encode(), digest_size=8).digest())


class _Comparison:
    """One run. `limit` is the moment after which movements may still be on their way to us."""

    def __init__(self, reconciliation: Reconciliation) -> None:
        self.run = reconciliation
        self.provider = get_provider()
        self.limit = reconciliation.started_at - SETTLES_WITHIN
        self.seen = _Seen()
        self.lookups = LOOKUPS

    def compare(self) -> None:
        for page in batched(self.provider.bookings(), PAGE):
            self._note(self._compare_page(page), len(page))
        for references in batched(self._unlisted(), PAGE):
            self._note(self._surplus(references))
        unbooked = self._entries().filter(
            balance_reference="", occurred_at__lt=self.run.started_at - BOOKED_WITHIN
        )
        for entries in batched(unbooked.iterator(chunk_size=PAGE), PAGE):
            self._note([self._unbooked(entry) for entry in entries])

    @transaction.atomic
    def _note(self, differences: list[Difference], checked: int = 0) -> None:
        """Write down what was found, and that the run got on."""
        self.run.checked += checked
        for difference in differences:
            self.run.theirs_cents += difference.theirs_cents
            self.run.ours_cents += difference.ours_cents
        alive = Reconciliation.objects.filter(pk=self.run.pk, status=Status.RUNNING).update(
            checked=self.run.checked,
            theirs_cents=self.run.theirs_cents,
            ours_cents=self.run.ours_cents,
            active_at=timezone.now(),
        )
        if not alive:
            raise _TakenOver
        Difference.objects.bulk_create(differences)

    # What they list ------------------------------------------------------------------------------

    def _compare_page(self, page: Sequence[Booking]) -> list[Difference]:
        entered = books.bring_in(page)
        differences = []
        for booking in page:
            self.seen.add(booking.reference)
            ours = entered.get(booking.reference, 0)
            if ours == booking.net_cents and booking.currency == CURRENCY:
                self.run.theirs_cents += ours
                self.run.ours_cents += ours
            elif booking.occurred_at < self.limit:
                differences.append(self._difference(booking, ours, booking.reference in entered))
        return differences

    def _difference(self, booking: Booking, ours: int, is_entered: bool) -> Difference:
        donation = self._donation_of(booking)
        return Difference(
            reconciliation=self.run,
            kind=Kind.AMOUNT if is_entered else Kind.MISSING,
            repair=self._suggestion(booking, donation, is_entered=is_entered),
            reference=booking.reference,
            source_reference=booking.source_reference,
            type=booking.type[:40],
            theirs_cents=booking.net_cents,
            ours_cents=ours,
            donation=donation,
            occurred_at=booking.occurred_at,
        )

    def _suggestion(self, booking: Booking, donation: Donation | None, *, is_entered: bool) -> str:
        if booking.currency != CURRENCY:
            return Repair.ASK
        if booking.account_kind:
            return Repair.ASK if is_entered else Repair.BOOK
        return Repair.SYNCHRONISE if donation else Repair.IMPORT

    def _donation_of(self, booking: Booking) -> Donation | None:
        """None also when it would cost too much to find out."""
        known = books.donation_behind(booking, ask=False)
        if known or not self.lookups:
            return known
        self.lookups -= 1
        return books.donation_behind(booking, ask=True)

    # What only we have ----------------------------------------------------------------------------

    def _entries(self) -> QuerySet[LedgerEntry]:
        """The entries that are about this account at this company."""
        of_gifts = Q(donation__provider=self.provider.name, donation__is_live=self.provider.is_live)
        of_account = Q(donation=None) & (Q(payout=None) | Q(payout__is_live=self.provider.is_live))
        return LedgerEntry.objects.filter(of_gifts | of_account).order_by("pk")

    def _unlisted(self) -> Iterator[str]:
        booked = self._entries().exclude(balance_reference="").order_by("balance_reference")
        references = booked.values_list("balance_reference", flat=True).distinct()
        for reference in references.iterator(chunk_size=PAGE):
            if reference not in self.seen and not self._was_booked(reference):
                yield reference

    def _was_booked(self, reference: str) -> bool:
        """Whether the company knows the booking after all: it was made while we were reading."""
        try:
            self.provider.booking(reference)
        except ProviderRefused:
            return False
        return True

    def _surplus(self, references: Sequence[str]) -> list[Difference]:
        entered = books.entered_cents(references)
        first: dict[str, LedgerEntry] = {}
        for entry in LedgerEntry.objects.filter(balance_reference__in=references):
            first.setdefault(entry.balance_reference, entry)
        return [
            Difference(
                reconciliation=self.run,
                kind=Kind.SURPLUS,
                repair=Repair.ASK,
                reference=reference,
                source_reference=first[reference].reference,
                type=first[reference].kind,
                ours_cents=entered[reference],
                donation_id=first[reference].donation_id,
                occurred_at=first[reference].occurred_at,
            )
            for reference in references
        ]

    def _unbooked(self, entry: LedgerEntry) -> Difference:
        return Difference(
            reconciliation=self.run,
            kind=Kind.SURPLUS,
            repair=Repair.SYNCHRONISE,
            reference=entry.reference,
            source_reference=entry.reference,
            type=entry.kind,
            ours_cents=entry.amount_cents,
            donation_id=entry.donation_id,
            occurred_at=entry.occurred_at,
        )
