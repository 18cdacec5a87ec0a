"""Background work. Tasks carry ids only, and every one may run twice."""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from crontask import cron
from django.db.models import Max
from django.dispatch import receiver
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from .models import (
    AccessLink,
    OutdatedRecord,
    OutgoingMail,
    PledgeWish,
    ProviderEvent,
    Reconciliation,
    StatementRun,
)
from .services import (
    access,
    company_records,
    donors_merge,
    erasure,
    events,
    mail,
    reconciliation,
    retention,
    statements,
    sweeps,
    wishes,
)
from .signals import (
    access_asked,
    event_waiting,
    mail_waiting,
    reconciliation_waiting,
    record_outdated,
    statements_waiting,
    wish_waiting,
)

logger = logging.getLogger(__name__)

# Stripe may still be delivering an event by itself when we sweep; looking twice is harmless.
SWEEP_OVERLAP = timedelta(hours=2)
# How far the first sweep looks back, or one after an outage of which no end was seen for a month.
FIRST_LOOK = timedelta(days=366)


@task()
def process_event(event_pk: int) -> None:
    events.process(event_pk)


@task()
def deliver_mail(mail_pk: int) -> None:
    mail.deliver(mail_pk)


@task()
def carry_out_wish(wish_pk: str) -> None:
    wishes.carry_out(UUID(wish_pk))


@task()
def continue_statements(run_pk: int) -> None:
    statements.work(run_pk)


@task()
def send_access_link(link_pk: int) -> None:
    access.send_link(link_pk)


@task()
def tell_company(record_pk: int) -> None:
    company_records.tell(record_pk)


@cron("*/5 * * * *")
@task()
def tell_company_late() -> int:
    """Tell Stripe what it was not told of because it was away or a worker was killed."""
    return company_records.tell_late()


@cron("*/2 * * * *")
@task()
def requeue_stuck() -> None:
    """Pick up what a killed worker left behind."""
    count = events.requeue_stuck() + mail.requeue_stuck() + wishes.requeue_stuck()
    count += statements.requeue_stuck()
    if count:
        logger.warning("Queued %d stuck events, messages and wishes again", count)


@cron("17 * * * *")
@task()
def sweep_provider() -> None:
    """Find the events that never arrived, and the attempts that nobody told the end of.

    Looks back to before the last sweep that succeeded, so that an outage of days leaves no gap.
    """
    done = DBTaskResult.objects.successful().filter(task_path=sweep_provider.module_path)
    last = done.aggregate(last=Max("started_at"))["last"]
    sweeps.sweep(last - SWEEP_OVERLAP if last else timezone.now() - FIRST_LOOK)


@task()
def carry_out_reconciliation(pk: int) -> None:
    reconciliation.run(pk)


@cron("10 4 * * *")
@task()
def reconcile_books() -> None:
    """Compare the payment company's books with the ledger; finance hears of what differs."""
    try:
        reconciliation.reconcile()
    except reconciliation.AlreadyRunning:
        logger.warning("The books are being compared already")


@cron("30 5 * * *")
@task()
def reissue_statements() -> int:
    """Bring the yearly statements up to date of which a gift has changed since."""
    return statements.reissue_outdated()


@cron("*/10 * * * *")
@task()
def finish_erasures() -> None:
    """Erase the donors who wished it while something stood in the way."""
    erasure.carry_out_waiting()


@cron("25 * * * *")
@task()
def gather_merged() -> int:
    """Bring what arrived for a donor at the moment of a merge to the one that was kept."""
    return donors_merge.gather()


@cron("40 3 * * *")
@task()
def forget_old_data() -> dict[str, int]:
    """Forget what is no longer needed. The figures are the result, and in the log of the worker."""
    return retention.run()


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


@receiver(wish_waiting)
def _queue_wish(
    sender: type[PledgeWish], wish: PledgeWish, run_after: datetime | None, **kwargs: Any
) -> None:
    carry_out_wish.using(run_after=run_after).enqueue(str(wish.pk))


@receiver(statements_waiting)
def _queue_statements(sender: type[StatementRun], run: StatementRun, **kwargs: Any) -> None:
    continue_statements.enqueue(run.pk)


@receiver(access_asked)
def _queue_access_link(sender: type[AccessLink], link: AccessLink, **kwargs: Any) -> None:
    send_access_link.enqueue(link.pk)


@receiver(record_outdated)
def _queue_outdated(sender: type[OutdatedRecord], record: OutdatedRecord, **kwargs: Any) -> None:
    tell_company.enqueue(record.pk)


@receiver(reconciliation_waiting)
def _queue_reconciliation(sender: type[Reconciliation], run: Reconciliation, **kwargs: Any) -> None:
    carry_out_reconciliation.enqueue(run.pk)
