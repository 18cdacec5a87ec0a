"""What is looked after once a day."""

from crontask import cron
from django.tasks import task

from . import consents


# After midnight: that is when a consent's last day ends.
@cron("4 0 * * *")
@task()
def look_after_consents() -> None:
    consents.look_after()
