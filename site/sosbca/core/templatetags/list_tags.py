"""Template filters of lists: page numbers and calendar leaves."""

import datetime
from collections.abc import Iterator
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.translation import get_language

from sosbca.core.text import month_name as name_of_month

register = template.Library()


@register.filter
def page_numbers(results: Page[Any]) -> Iterator[int]:
    """The numbers of pages to offer around the shown one; 0 stands for numbers left out."""
    paginator = results.paginator
    for number in paginator.get_elided_page_range(results.number, on_each_side=2, on_ends=1):
        yield number if isinstance(number, int) else 0


@register.filter
def month_name(value: datetime.date | datetime.datetime | None) -> str:
    """The month of a date in full, in the request's language; a moment counts in local time."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = timezone.localdate(value)
    return name_of_month(value.month, (get_language() or "lv").split("-")[0])


@register.filter
def clock(value: datetime.datetime | None) -> str:
    """The time of day of a moment, local: 18.00 in Latvian, 18:00 in English."""
    if value is None:
        return ""
    return timezone.localtime(value).strftime("%H:%M" if get_language() == "en" else "%H.%M")
