"""Looks by itself for what nobody told us."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from ..models import CheckoutAttempt, Donation
from ..providers import ProviderUnavailable
from . import events
from .attempts import give_up
from .payments import synchronise

logger = logging.getLogger(__name__)

# A checkout session ends after 24 hours; by then its end must have been told.
OPEN_FOR = timedelta(hours=25)


def sweep(since: datetime) -> None:
    """Record undelivered events since `since` and settle attempts that stayed open too long.

    Raise ProviderError when the events can't be listed.
    """
    events.sweep(since)
    settle_old_attempts(timezone.now() - OPEN_FOR)


def settle_old_attempts(before: datetime) -> int:
    """Ask about attempts that should have ended, and give up those that never got a session.

    Return how many were asked about.
    """
    states = CheckoutAttempt.Status
    never_reached = CheckoutAttempt.objects.filter(
        status=states.STARTED, session_reference=None, created_at__lt=before
    )
    for attempt in never_reached[:500]:
        give_up(attempt)
    unfinished = CheckoutAttempt.objects.filter(
        created_at__lt=before, status__in=[states.STARTED, states.OPEN]
    )
    unfinished |= CheckoutAttempt.objects.filter(donation__status=Donation.Status.PROCESSING)
    # Paid, but without the document that could not be issued at the time.
    unfinished |= CheckoutAttempt.objects.filter(
        donation__paid_at__isnull=False, donation__receipts=None
    )
    asked = 0
    for attempt in unfinished.distinct().order_by("-created_at")[:500]:
        try:
            synchronise(attempt)
        except ProviderUnavailable:
            # The next sweep goes on; the others would only wait for the same silence.
            logger.warning("Settling stopped: the payment company can’t be reached")
            break
        except Exception:
            # One attempt that can't be settled must not keep the others from it.
            logger.exception("Attempt %s cannot be settled", attempt.pk)
        asked += 1
    return asked
