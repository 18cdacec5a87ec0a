"""Background work for what other sites show of pages. Every task may run twice."""

from crontask import cron
from django.tasks import task

from .social import pictures

# Receipts and messages go first.
PRIORITY = -50
# Each run takes up so many; what is left comes an hour later. A picture takes a quarter second.
AT_ONCE = 1_000


@task(priority=PRIORITY)
def refresh_picture(page_pk: int) -> None:
    pictures.refresh(page_pk)


@cron("25 * * * *")
@task(priority=PRIORITY)
def refresh_outdated_pictures() -> None:
    """Find what no signal told: another name of the association, other drawings, pages written by
    programs, consents that have ended."""
    for page_pk in pictures.outdated()[:AT_ONCE]:
        refresh_picture.enqueue(page_pk)


@cron("50 4 * * *")
@task(priority=PRIORITY)
def sweep_pictures() -> None:
    pictures.sweep()
