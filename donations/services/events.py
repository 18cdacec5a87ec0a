"""The inbox of events: recorded once, processed by refetching, retried, replayable."""

import logging
from datetime import datetime, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from sosbca.users.models import User

from ..models import (
    CheckoutAttempt,
    Donation,
    Instalment,
    Pledge,
    ProviderEvent,
    RefusedDeliveries,
)
from ..providers import EventEnvelope, EventSubject, InvalidEvent, ProviderError, get_provider
from ..signals import event_waiting
from . import books, pledges
from .attempts import attempt_named
from .audit import record
from .payments import synchronise, synchronise_donation
from .settling import Overtaken, PaymentMismatch, ReceiptOwed

__all__ = ["InvalidEvent", "process", "receive", "replay", "requeue_stuck", "sweep"]

logger = logging.getLogger(__name__)

Status = ProviderEvent.Status

# Waiting times after each failed try; after the last an event waits for staff.
BACK_OFF = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21600, 43200, 86400)
)
# An event that should long have been processed was lost with its worker.
STUCK_AFTER = timedelta(minutes=2)
# A processing that takes longer than this died with its worker.
PROCESSING_TAKES = timedelta(minutes=2)
# References in one query.
CHUNK = 500
UNFINISHED = frozenset({Status.RECEIVED, Status.RETRYING})
# Errors of our own say nothing about persons; others may quote a row of the database.
SPEAKING_ERRORS = (ProviderError, PaymentMismatch, ReceiptOwed, Overtaken)


def receive(body: bytes, signature: str) -> ProviderEvent:
    """Verify a delivered event and record it. Raise InvalidEvent.

    A second delivery of the same event changes nothing and returns the recorded one.
    """
    try:
        envelope = get_provider().read_event(body, signature)
    except InvalidEvent:
        _count_refused()
        raise
    return _record(envelope, ProviderEvent.Source.WEBHOOK)


def _count_refused() -> None:
    """A wrong secret must not go unnoticed; who else knocks is nobody's business."""
    now = timezone.now()
    today = RefusedDeliveries.objects.filter(day=timezone.localdate(now))
    if not today.update(count=F("count") + 1, last_at=now):
        RefusedDeliveries.objects.get_or_create(
            day=timezone.localdate(now), defaults={"count": 1, "last_at": now}
        )


def sweep(since: datetime) -> int:
    """Record the events since `since` that were never delivered; return how many there were.

    Raise ProviderError.
    """
    provider = get_provider()
    ours = ProviderEvent.objects.filter(provider=provider.name)
    found = 0
    for envelopes in batched(provider.events_since(since), CHUNK):
        references = [envelope.reference for envelope in envelopes]
        known = set(ours.filter(reference__in=references).values_list("reference", flat=True))
        for envelope in envelopes:
            if envelope.reference not in known:
                _record(envelope, ProviderEvent.Source.SWEEP)
                found += 1
    return found


@transaction.atomic
def _record(envelope: EventEnvelope, source: str) -> ProviderEvent:
    provider = get_provider()
    is_ours = envelope.is_live == provider.is_live
    is_handled = is_ours and envelope.type in provider.handled_events
    event, created = ProviderEvent.objects.get_or_create(
        provider=provider.name,
        reference=envelope.reference,
        defaults={
            "type": envelope.type,
            "object_reference": envelope.object_reference,
            "is_live": envelope.is_live,
            "occurred_at": envelope.occurred_at,
            "source": source,
            "status": Status.RECEIVED if is_handled else Status.IGNORED,
            "last_error": "" if is_ours else "The event is of the other mode (test or live).",
            "finished_at": None if is_handled else timezone.now(),
        },
    )
    if created and is_handled:
        event_waiting.send(ProviderEvent, event=event, run_after=None)
    return event


def process(event_pk: int) -> None:
    """Do what the event calls for. Safe to repeat and to run twice at once.

    A failure is recorded on the event, which waits for its next try; nothing is raised.
    """
    event = _claim(event_pk)
    if event is None:
        return
    try:
        was_ours = _follow(event)
    except Exception as error:
        logger.exception("Event %s could not be processed", event.reference)
        _fail(event, error)
        return
    ProviderEvent.objects.filter(pk=event.pk, status__in=UNFINISHED).update(
        status=Status.PROCESSED if was_ours else Status.IGNORED,
        tries=event.tries + 1,
        last_error="",
        finished_at=timezone.now(),
    )


@transaction.atomic
def _claim(event_pk: int) -> ProviderEvent | None:
    """Take the event in hand if it is due, so that a second task for it does nothing."""
    event = ProviderEvent.objects.select_for_update().get(pk=event_pk)
    now = timezone.now()
    if event.status not in UNFINISHED or event.next_try_at > now:
        return None
    event.next_try_at = now + PROCESSING_TAKES
    event.save(update_fields=["next_try_at"])
    return event


def requeue_stuck() -> int:
    """Queue again what was lost with a worker or whose time has come; return how many."""
    now = timezone.now()
    stuck = ProviderEvent.objects.filter(
        status__in=[Status.RECEIVED, Status.RETRYING], next_try_at__lt=now - STUCK_AFTER
    ).order_by("pk")[:500]
    count = 0
    for event in stuck:
        with transaction.atomic():
            # Only while nobody has taken it in hand since the list was read.
            unchanged = ProviderEvent.objects.filter(
                pk=event.pk, status=event.status, next_try_at=event.next_try_at
            )
            if unchanged.update(next_try_at=now):
                event_waiting.send(ProviderEvent, event=event, run_after=None)
                count += 1
    return count


@transaction.atomic
def replay(event: ProviderEvent, user: User) -> None:
    """Process an event again at a member of staff's wish, with all its tries."""
    event.status = Status.RECEIVED
    event.tries = 0
    event.last_error = ""
    event.next_try_at = timezone.now()
    event.finished_at = None
    event.save()
    record(event, "event.replayed", user=user)
    event_waiting.send(ProviderEvent, event=event, run_after=None)


def _follow(event: ProviderEvent) -> bool:
    """Bring what the event is about up to date; False when it is about nothing of ours.

    What we know by the object's own reference needs no question to the company.
    """
    reference = event.object_reference
    if event.type.startswith("customer.") and (found := _follow_customer(event)) is not None:
        return found
    attempts = CheckoutAttempt.objects.all()
    if attempt := attempts.filter(session_reference=reference).first():
        synchronise(attempt)
        return True
    donations = Donation.objects.filter(
        Q(payment_reference=reference) | Q(charge_reference=reference)
    ).select_related("attempt", "pledge", "instalment")
    if donation := donations.first():
        synchronise_donation(donation)
        return True
    instalments = Instalment.objects.select_related("pledge")
    if instalment := instalments.filter(invoice_reference=reference).first():
        pledges.synchronise(instalment.pledge, [reference])
        return True
    if attempt := attempts.filter(payment_reference=reference).first():
        synchronise(attempt)
        return True
    return _follow_subject(get_provider().subject_of(event.type, reference))


def _follow_customer(event: ProviderEvent) -> bool | None:
    """Events of a subscription, or of the customer who pays it; None when we don’t know it."""
    reference = event.object_reference
    column = "customer_reference" if event.type == "customer.updated" else "subscription_reference"
    known = list(Pledge.objects.filter(**{column: reference}))
    for pledge in known:
        if event.type != "customer.updated" or pledge.is_running:
            pledges.synchronise(pledge)
    if event.type == "customer.updated":
        return bool(known)
    return True if known else None


def _follow_subject(subject: EventSubject) -> bool:
    if subject.payout_reference:
        books.synchronise_payout(subject.payout_reference)
        return True
    if subject.subscription_reference:
        invoices = [subject.invoice_reference] if subject.invoice_reference else []
        pledge = pledges.synchronise_subscription(
            subject.subscription_reference, attempt_named(subject.attempt_id), invoices
        )
        return pledge is not None
    donations = Donation.objects.filter(payment_reference=subject.payment_reference)
    if subject.payment_reference and (donation := donations.first()):
        synchronise_donation(donation)
        return True
    if not subject.session_reference:
        return False
    attempts = CheckoutAttempt.objects.filter(session_reference=subject.session_reference)
    attempt = attempts.first() or _adopt(subject.attempt_id, subject.session_reference)
    if attempt is not None:
        synchronise(attempt)
    return attempt is not None


@transaction.atomic
def _adopt(attempt_id: str, session_reference: str) -> CheckoutAttempt | None:
    """Tie a session to an attempt whose process died before it could note the session."""
    named = attempt_named(attempt_id)
    if named is None:
        return None
    attempt = CheckoutAttempt.objects.select_for_update().get(pk=named.pk)
    if attempt.session_reference is None:
        attempt.session_reference = session_reference
        attempt.save(update_fields=["session_reference"])
    return attempt if attempt.session_reference == session_reference else None


@transaction.atomic
def _fail(event: ProviderEvent, error: Exception) -> None:
    locked = ProviderEvent.objects.select_for_update().get(pk=event.pk)
    if locked.status not in UNFINISHED:
        return
    detail = f": {error}" if isinstance(error, SPEAKING_ERRORS) else ""
    locked.last_error = f"{type(error).__name__}{detail}"[:2000]
    locked.tries += 1
    if locked.tries > len(BACK_OFF):
        locked.status = Status.FAILED
        locked.finished_at = timezone.now()
        record(locked, "event.failed", error=type(error).__name__)
    else:
        locked.status = Status.RETRYING
        locked.next_try_at = timezone.now() + BACK_OFF[locked.tries - 1]
        event_waiting.send(ProviderEvent, event=locked, run_after=locked.next_try_at)
    locked.save()
