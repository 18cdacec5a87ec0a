"""Reminds people of the event that they signed up for."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ..models import SignUp, SignUpList
from .sign_up_lists import promise

# Late enough to be remembered, early enough to give the place back.
AHEAD = timedelta(hours=24)


def remind() -> int:
    """Promise a reminder to everybody with a place at an event that begins within a day; return to
    how many people. Safe to repeat: one message for each day on which the event begins.

    Who got the place within that day has just been told all of it.
    """
    now = timezone.now()
    count = 0
    for event in SignUpList.objects.filter(starts_at__gt=now, starts_at__lte=now + AHEAD):
        day = timezone.localdate(event.starts_at).isoformat()
        invited = event.sign_ups.filter(
            status=SignUp.Status.CONFIRMED, confirmed_at__lt=event.starts_at - AHEAD
        )
        with transaction.atomic():
            for sign_up in invited:
                promise("sign_up_reminder", sign_up, day)
                count += 1
    return count
