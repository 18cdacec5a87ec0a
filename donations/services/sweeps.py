"""Looks by itself for what nobody told us."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import batched, takewhile

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from ..models import CheckoutAttempt, Donation, Instalment, Pledge
from ..models.choices import Frequency
from ..providers import ProviderRefused, ProviderUnavailable, get_provider
from . import books, events, pledges
from .attempts import give_up
from .payments import synchronise, synchronise_donation

logger = logging.getLogger(__name__)

# Stripe keeps events for 30 days.
EVENTS_KEPT = timedelta(days=29)
# A checkout session ends after 24 hours; by then its end must have been told.
OPEN_FOR = timedelta(hours=25)
# So long after a try or payment was due, what came of it must have been told.
TOLD_WITHIN = timedelta(hours=2)
# So long a movement gets another chance every hour when its gift can't be settled.
MOVEMENTS_LOOKED_AT_FOR = timedelta(days=3)
# References in one query.
CHUNK = 500
# Of each kind, in one sweep. Taken in no order, so that rows which can't be settled don't keep
# the others from their turn.
LIMIT = 500


def sweep(since: datetime) -> None:
    """Record undelivered events since `since`, settle what stayed open too long, and what has
    moved since then on the account without a word to us.

    Raise ProviderError when the events can't be listed.
    """
    now = timezone.now()
    events.sweep(max(since, now - EVENTS_KEPT))
    try:
        settle_old_attempts(now - OPEN_FOR)
        settle_pledges(now)
        settle_donations()
        books.synchronise_unsettled(LIMIT)
        settle_movements(min(since, now - MOVEMENTS_LOOKED_AT_FOR))
    except ProviderUnavailable:
        # The next sweep goes on; the others would only wait for the same silence.
        logger.warning("Settling stopped: the payment company can’t be reached")


def settle_old_attempts(before: datetime) -> int:
    """Ask about attempts that should have ended, and give up those that never got a session.

    Return how many were asked about. Raise ProviderUnavailable.
    """
    states = CheckoutAttempt.Status
    never_reached = CheckoutAttempt.objects.filter(
        status=states.STARTED, session_reference=None, created_at__lt=before
    )
    for attempt in never_reached[:LIMIT]:
        give_up(attempt)
    unfinished = Q(created_at__lt=before, status__in=[states.STARTED, states.OPEN])
    unfinished |= Q(donation__status=Donation.Status.PROCESSING)
    # Paid, but without the document that could not be issued at the time.
    unfinished |= Q(
        donation__paid_at__isnull=False, donation__receipts=None, donation__needs_receipt=True
    )
    # Completed, but nobody told us of the pledge that it began.
    begun = Q(status=states.COMPLETED, pledge=None) & ~Q(frequency=Frequency.ONCE)
    found = CheckoutAttempt.objects.filter(unfinished | begun).values("pk")
    return _each(CheckoutAttempt.objects.filter(pk__in=found), synchronise)


def settle_pledges(now: datetime) -> int:
    """Ask about pledges whose payment or end was due and nobody told what came of it, and once
    after each renewal about all their payments; return how many. Raise ProviderUnavailable."""
    states = Instalment.Status
    tried = now - TOLD_WITHIN
    untold = Instalment.objects.filter(
        Q(status=states.OPEN, next_try_at__lt=tried) | Q(status=states.PROCESSING, due_at__lt=tried)
    )
    due = now - pledges.SETTLED_WITHIN
    is_overdue = Q(next_payment_at__lt=due) | Q(ends_at__lt=due)
    is_overdue &= ~Q(status=Pledge.Status.CANCELLED)
    to_look_through = Pledge.objects.filter(is_overdue | Q(look_through_at__lt=now))

    def ask_about_untold(pledge: Pledge) -> None:
        invoices = untold.filter(pledge=pledge).values_list("invoice_reference", flat=True)
        pledges.synchronise(pledge, list(invoices))

    ours = Pledge.objects.filter(provider=get_provider().name)
    asked = _each(ours.filter(pk__in=to_look_through.values("pk")), pledges.synchronise_fully)
    return asked + _each(ours.filter(pk__in=untold.values("pledge")), ask_about_untold)


def settle_donations() -> int:
    """Ask about payments outside of attempts that are on their way, or were paid but have not
    got their document; return how many. Raise ProviderUnavailable."""
    owed = Q(paid_at__isnull=False, receipts=None, needs_receipt=True)
    found = Donation.objects.filter(
        owed | Q(status=Donation.Status.PROCESSING), attempt=None, provider=get_provider().name
    )
    return _each(found.select_related("pledge", "instalment"), synchronise_donation)


def settle_movements(since: datetime) -> int:
    """Ask about the gifts of which something has moved since then that is not in the ledger; return
    how many. What a bank does to a gift of long ago is told by events alone, which the company
    keeps for a month; its books it keeps for ever. Raise ProviderUnavailable."""
    movements = takewhile(lambda b: b.occurred_at >= since, get_provider().bookings())
    found: set[int] = set()
    lookups = LIMIT
    for page in batched(movements, CHUNK):
        entered = books.bring_in(page)
        for booking in page:
            if entered.get(booking.reference) == booking.net_cents:
                continue
            # Charges that nobody told us of are found by what they were to pay, or are not ours.
            may_ask = lookups > 0 and not booking.is_charge
            lookups -= may_ask
            with suppress(ProviderRefused):
                if donation := books.donation_behind(booking, ask=may_ask):
                    found.add(donation.pk)
    return _each(Donation.objects.filter(pk__in=found), synchronise_donation)


def _each[Row: Model](rows: QuerySet[Row], settle: Callable[[Row], object]) -> int:
    """Settle some rows, and return how many. One that can't be settled must not keep the others
    from it; silence of the company ends it, as they would only wait for the same. Raise
    ProviderUnavailable then."""
    asked = 0
    for row in rows.order_by("?")[:LIMIT]:
        try:
            settle(row)
        except ProviderUnavailable:
            raise
        except Exception:
            logger.exception("%s %s cannot be settled", type(row).__name__, row.pk)
        asked += 1
    return asked
