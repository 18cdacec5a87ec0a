"""Billing periods: when a subscription renews."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta


def after(anchor: int, interval: str, count: int, number: int) -> int:
    """The end of the `number`-th period counted from `anchor` (all Unix times, in UTC).

    Always computed from the anchor, so that a subscription started on the 31st renews on the
    last day of a short month and on the 31st again in the next long one.
    """
    start = datetime.fromtimestamp(anchor, UTC)
    steps = count * number
    if interval in ("day", "week"):
        days = steps * (7 if interval == "week" else 1)
        return int((start + timedelta(days=days)).timestamp())
    months = start.year * 12 + start.month - 1 + steps * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def next_end(anchor: int, interval: str, count: int, end: int) -> int:
    """The first period end after `end`."""
    number = 1
    while (moment := after(anchor, interval, count, number)) <= end:
        number += 1
    return moment
