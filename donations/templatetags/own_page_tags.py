"""Filters for the donor's own page."""

import datetime
from typing import Final

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from sosbca.core.text import format_date, month_name

register = template.Library()

# What takes the place of -is (decembris) and of -s (marts, jūnijs).
ENDINGS: Final = {
    "genitive": ("a", "a"),
    "dative": ("im", "am"),
    "locative": ("ī", "ā"),
}


@register.filter
def day_in(value: datetime.date | datetime.datetime | None, case: str) -> str:
    """A date inside a sentence: in Latvian its month stands in this case (“līdz 2027. gada
    14. martam”), in English it is as always."""
    if value is None:
        return ""
    day = timezone.localdate(value) if isinstance(value, datetime.datetime) else value
    language = (get_language() or "lv").split("-")[0]
    text = format_date(day, language)
    if language != "lv":
        return text
    name = month_name(day.month, language)
    return text.removesuffix(name) + _inflected(name, case)


def _inflected(month: str, case: str) -> str:
    """decembris → decembra, decembrim, decembrī; marts → marta, martam, martā."""
    after_i, after_other = ENDINGS[case]
    for ending, new in (("is", after_i), ("s", after_other)):
        if month.endswith(ending):
            return month.removesuffix(ending) + new
    return month
