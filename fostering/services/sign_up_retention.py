"""Forgets who came to events, some time after them (Regulation (EU) 2016/679, Article 5(1)(e))."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..models import OutgoingMail, SignUp, SignUpList

logger = logging.getLogger(__name__)


def forget_old() -> int:
    """Erase names and addresses RETENTION_SIGN_UP_DAYS after the end of an event; return of how
    many events. How many signed up, waited, cancelled and came stays. Safe to repeat.

    An event that is said to have ended before people signed up has a wrong date: the time counts
    from the last of them.
    """
    before = timezone.now() - timedelta(days=settings.RETENTION_SIGN_UP_DAYS)
    old = SignUpList.objects.filter(ends_at__lt=before, erased_at=None)
    old = old.exclude(sign_ups__created_at__gte=before)
    count = 0
    for event_pk in list(old.values_list("pk", flat=True)):
        count += _forget(event_pk)
    if count:
        logger.info("Erased who signed up for %d events", count)
    return count


@transaction.atomic
def _forget(event_pk: int) -> bool:
    event = SignUpList.objects.select_for_update().get(pk=event_pk)
    if event.erased_at:
        return False
    SignUp.objects.filter(event=event).update(name="", email="", email_digest="", address_digest="")
    OutgoingMail.objects.filter(sign_up__event=event).update(recipient="", facts="")
    event.erased_at = timezone.now()
    event.save(update_fields=["erased_at"])
    return True
