"""Forgets the people behind cases whose time is over; see `models.retention_periods`."""

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from donations.dates import months_later

from ..models import Case, OutgoingMail, RecruitmentSettings, Stage
from ..models.case import OUTCOMES
from . import case_files, erasure

logger = logging.getLogger(__name__)

# What looks like spam is kept at least this long after the last warning about it.
LAST_WARNING: Final = timedelta(days=7)
# How long a message that could not be sent may be looked at.
KEEP_FAILED_MAIL: Final = timedelta(days=30)


def erased_on(case: Case, periods: RecruitmentSettings | None = None) -> date | None:
    """The day on whose night the person of a case is erased; None while nothing says so, because
    the case is open, or nobody is known any more."""
    periods = periods or RecruitmentSettings.load()
    if case.enquiry.erased_at:
        return None
    if case.closed_at and case.enquiry.is_suspect:
        return timezone.localdate(case.closed_at) + timedelta(days=periods.keep_suspect_days)
    if case.closed_at:
        months = getattr(periods, f"keep_{case.stage}_months")
        return months_later(timezone.localdate(case.closed_at), months)
    if case.awaits_verdict:
        # Never before somebody was warned: without a warning the day moves on with the calendar.
        warned = timezone.localdate(case.suspect_warned_at)
        return max(suspect_day(case, periods), warned + LAST_WARNING)
    return None


def suspect_day(case: Case, periods: RecruitmentSettings) -> date:
    """The day until which what looks like spam waits for somebody to say what it is."""
    return timezone.localdate(case.opened_at) + timedelta(days=periods.keep_suspect_days)


def run() -> dict[str, int]:
    """Forget everything whose time is over; return how much of what, -1 for what failed. Safe to
    repeat and to run twice at once."""
    figures: dict[str, int] = {}
    steps = {"cases": forget_people, "files": case_files.sweep, "messages": forget_failed_mail}
    for name, step in steps.items():
        try:
            figures[name] = step()
        except Exception:
            # One kind that can't be forgotten must not keep the others.
            logger.exception("Retention of fostering: %s failed", name)
            figures[name] = -1
    counts = ", ".join(f"{name} {count}" for name, count in figures.items())
    logger.info("Retention of fostering: %s", counts)
    return figures


def forget_people() -> int:
    """Erase the people of cases whose day has come; return how many. Raise the last error after
    all others are done, when one can't be erased."""
    count, error = 0, None
    for case_pk in list(_due()):
        try:
            count += _forget(case_pk)
        except Exception as failure:
            logger.exception("The person of case %d was not erased", case_pk)
            error = failure
    if error:
        raise error
    return count


@transaction.atomic
def _forget(case_pk: int) -> bool:
    """Staff may have reopened the case, or found it to be real, since the list was made."""
    cases = Case.objects.select_for_update(of=("self", "enquiry")).select_related("enquiry")
    day = erased_on(cases.get(pk=case_pk))
    return bool(day and day <= timezone.localdate()) and erasure.erase(case_pk)


def forget_failed_mail() -> int:
    """Addresses and contents of messages that were given up; those of sent ones are gone."""
    old = OutgoingMail.objects.filter(
        status=OutgoingMail.Status.FAILED, created_at__lt=timezone.now() - KEEP_FAILED_MAIL
    ).exclude(recipient="", facts="")
    return old.update(recipient="", facts="")


def _due() -> Iterator[int]:
    periods, today = RecruitmentSettings.load(), timezone.localdate()
    might_be = Q(stage__in=OUTCOMES) | Q(stage=Stage.NEW, enquiry__is_suspect=True)
    known = Case.objects.filter(might_be, enquiry__erased_at=None).select_related("enquiry")
    # Only days count: nobody's name need be read.
    fields = (
        "stage",
        "closed_at",
        "opened_at",
        "suspect_warned_at",
        "enquiry__erased_at",
        "enquiry__is_suspect",
    )
    for case in known.only(*fields).order_by("pk").iterator():
        day = erased_on(case, periods)
        if day and day <= today:
            yield case.pk
