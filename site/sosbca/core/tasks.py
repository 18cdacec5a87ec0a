"""Housekeeping that Wagtail and Django leave to a scheduler."""

from crontask import cron
from django.core.management import call_command
from django.tasks import task

from .page_cache import changes


@cron("*/5 * * * *")
@task()
def publish_scheduled() -> None:
    """Publish and unpublish the pages whose time has come."""
    call_command("publish_scheduled", verbosity=0)


@cron("40 3 * * *")
@task()
def tidy_up() -> None:
    """Remove what has served its time: expired sessions of staff, results of finished tasks."""
    call_command("clearsessions", verbosity=0)
    call_command("prune_db_task_results", min_age_days=30, verbosity=0)


@cron("25 * * * *")
@task()
def forget_old_changes() -> None:
    """Keep the log short that the page cache sums up twice a second."""
    changes.forget_old_changes()
