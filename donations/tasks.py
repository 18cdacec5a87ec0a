"""Background work. Tasks carry ids only, and every one may run twice."""

import logging
from datetime import datetime, timedelta
from typing import Any

from crontask import cron
from django.db.models import Max
from django.dispatch import receiver
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from .models import OutgoingMail, ProviderEvent
from .services import events, mail, sweeps
from .signals import event_waiting, mail_waiting

logger = logging.getLogger(__name__)

# Stripe may still be delivering an event by itself when we sweep; looking twice is harmless.
SWEEP_OVERLAP = timedelta(hours=2)
# Stripe keeps events for 30 days; a first sweep looks at nearly all of them.
EVENTS_KEPT = timedelta(days=29)


@task()
def process_event(event_pk: int) -> None:
    events.process(event_pk)


@task()
def deliver_mail(mail_pk: int) -> None:
    mail.deliver(mail_pk)


@cron("*/2 * * * *")
@task()
def requeue_stuck() -> None:
    """Pick up what a killed worker left behind."""
    count = events.requeue_stuck() + mail.requeue_stuck()
    if count:
        logger.warning("Queued %d stuck events and messages again", count)


@cron("17 * * * *")
@task()
def sweep_provider() -> None:
    """Find the events that never arrived, and the attempts that nobody told the end of.

    Looks back to before the last sweep that succeeded, so that an outage of days leaves no gap.
    """
    done = DBTaskResult.objects.successful().filter(task_path=sweep_provider.module_path)
    last = done.aggregate(last=Max("started_at"))["last"]
    sweeps.sweep(last - SWEEP_OVERLAP if last else timezone.now() - EVENTS_KEPT)


@receiver(event_waiting)
def _queue_event(
    sender: type[ProviderEvent], event: ProviderEvent, run_after: datetime | None, **kwargs: Any
) -> None:
    process_event.using(run_after=run_after).enqueue(event.pk)


@receiver(mail_waiting)
def _queue_mail(
    sender: type[OutgoingMail], mail: OutgoingMail, run_after: datetime | None, **kwargs: Any
) -> None:
    deliver_mail.using(run_after=run_after).enqueue(mail.pk)
