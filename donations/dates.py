"""Days of the calendar, for payments and periods."""

from calendar import monthrange
from datetime import date, datetime, time

from django.utils import timezone

# When the day of a payment is chosen, it is collected at this hour: a bank’s night is over.
HOUR_OF_PAYMENT = time(10)


def months_later(day: date, months: int) -> date:
    """The same day some months later (or, below zero, earlier), or the last one of that month if
    it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def moment_of(day: date) -> datetime:
    """The moment of a payment on this day."""
    return timezone.make_aware(datetime.combine(day, HOUR_OF_PAYMENT))


def local_day(moment: datetime | None) -> str:
    """The day of a moment where we are, as an ISO date; empty for none."""
    return timezone.localdate(moment).isoformat() if moment else ""
