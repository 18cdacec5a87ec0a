"""Yes or no, days and times: the same for fields and blocks."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from .nodes import Text
from .problems import Problems

TRUE, FALSE = {"true", "yes"}, {"false", "no", ""}


def yes_or_no(node: Text, problems: Problems) -> bool:
    text = node.text.strip().lower()
    if text not in TRUE | FALSE:
        problems.add(node.place, f"“{node.text}” must be true or false.")
    return text in TRUE


def day(node: Text, problems: Problems) -> datetime.date | None:
    found: datetime.date | None = _parsed(
        parse_date, node, problems, "a day. Write it as 2022-09-30."
    )
    return found


def time_of_day(node: Text, problems: Problems) -> datetime.time | None:
    what = "a time. Write it as 18:00."
    found: datetime.time | None = _parsed(parse_time, node, problems, what)
    return found


def point_in_time(node: Text, problems: Problems) -> datetime.datetime | None:
    found = _parsed(
        parse_datetime, node, problems, "a day with a time. Write it as 2022-09-30 18:00."
    )
    return timezone.make_aware(found) if found and timezone.is_naive(found) else found


def _parsed(parse: Any, node: Text, problems: Problems, what: str) -> Any:
    try:
        found = parse(node.text.strip())
    except ValueError:
        found = None
    if found is None:
        problems.add(node.place, f"“{node.text}” is not {what}")
    return found
