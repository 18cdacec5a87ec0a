"""What is looked after once a day, and messages to editors. Tasks carry ids only."""

import logging
from datetime import timedelta
from typing import Any

from crontask import cron
from django.db import models
from django.dispatch import receiver
from django.tasks import task
from django.utils import timezone

from . import consents, messages

logger = logging.getLogger(__name__)

BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 21600, 86400))


# After midnight: that is when a consent's last day ends.
@cron("4 0 * * *")
@task()
def look_after_consents() -> None:
    consents.look_after()


@task()
def tell_of_consents(
    user_pk: int, key: str, gone_pks: list[int], soon_pks: list[int], failures: int = 0
) -> None:
    try:
        messages.send_consents(user_pk, key, gone_pks, soon_pks)
    except OSError:
        if not _again(tell_of_consents, failures, user_pk, key, gone_pks, soon_pks):
            raise


@task()
def tell_of_refusal(
    user_pk: int, key: str, page_pk: int, picture_pks: list[int], failures: int = 0
) -> None:
    try:
        messages.send_refusal(user_pk, key, page_pk, picture_pks)
    except OSError:
        if not _again(tell_of_refusal, failures, user_pk, key, page_pk, picture_pks):
            raise


def _again(this: Any, failures: int, *args: object) -> bool:
    """Queue a message once more that the mail server did not take; False when it is given up."""
    if failures >= len(BACK_OFF):
        return False
    logger.warning("A message to editor %s was not taken by the mail server", args[0])
    this.using(run_after=timezone.now() + BACK_OFF[failures]).enqueue(*args, failures + 1)
    return True


@receiver(messages.consents_waiting)
def _queue_consents(
    sender: type[models.Model],
    user_pk: int,
    key: str,
    gone_pks: list[int],
    soon_pks: list[int],
    **kwargs: Any,
) -> None:
    tell_of_consents.enqueue(user_pk, key, gone_pks, soon_pks)


@receiver(messages.refusal_waiting)
def _queue_refusal(
    sender: type[models.Model],
    user_pk: int,
    key: str,
    page_pk: int,
    picture_pks: list[int],
    **kwargs: Any,
) -> None:
    tell_of_refusal.enqueue(user_pk, key, page_pk, picture_pks)
