"""Background work of fostering. Tasks carry ids only, and every one may run twice."""

import logging
from datetime import datetime
from typing import Any

from crontask import cron
from django.dispatch import receiver
from django.tasks import task

from .models import OutgoingMail
from .services import (
    case_retention,
    drafts,
    mail,
    reminders,
    response_clock,
    sign_up_retention,
    suspects,
)
from .signals import mail_waiting

logger = logging.getLogger(__name__)


@task()
def deliver_mail(mail_pk: int) -> None:
    mail.deliver(mail_pk)


@cron("*/2 * * * *")
@task()
def requeue_stuck() -> None:
    """Pick up the messages that a killed worker left behind."""
    if count := mail.requeue_stuck():
        logger.warning("Queued %d stuck messages again", count)


@cron("5 * * * *")
@task()
def remind_of_events() -> int:
    """Write to everybody who has a place at an event of the next 24 hours."""
    return reminders.remind()


@cron("*/10 * * * *")
@task()
def tell_overdue() -> int:
    """Write to those who have to know when nobody has called a person in time."""
    return response_clock.tell_overdue()


@cron("30 8 * * *")
@task()
def tell_of_suspects() -> int:
    """Write to the leads while there is what looks like spam and nobody has looked at it."""
    return suspects.tell_waiting()


@cron("50 3 * * *")
@task()
def forget_sign_ups() -> int:
    """Erase who signed up for events that are long over; the numbers stay."""
    return sign_up_retention.forget_old()


@cron("0 4 * * *")
@task()
def forget_drafts() -> int:
    """Delete the enquiries that nobody finished and whose time is over."""
    return drafts.forget_expired()


@cron("20 4 * * *")
@task()
def forget_people() -> dict[str, int]:
    """Erase who stood behind cases whose time is over; the figures stay."""
    return case_retention.run()


@receiver(mail_waiting)
def _queue_mail(
    sender: type[OutgoingMail], mail: OutgoingMail, run_after: datetime | None, **kwargs: Any
) -> None:
    deliver_mail.using(run_after=run_after).enqueue(mail.pk)
