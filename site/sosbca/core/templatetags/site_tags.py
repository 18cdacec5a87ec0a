"""Template tags and filters of the site."""

import datetime

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sosbca.core.text import format_date, format_iban, format_money, typed_amount

register = template.Library()


def _language() -> str:
    return (get_language() or "lv").split("-")[0]


@register.filter
def money(cents: int | None) -> str:
    """An amount of cents in the format of the request's language; whole euros without cents."""
    return "" if cents is None else format_money(cents, _language(), trim_zero_cents=True)


@register.filter
def exact_money(cents: int | None) -> str:
    """An amount with its cents, as on documents."""
    return "" if cents is None else format_money(cents, _language())


@register.filter
def long_date(value: datetime.date | datetime.datetime | None) -> str:
    """A date as it is written out in the request's language."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = timezone.localdate(value)
    return format_date(value, _language())


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; decorative, so words must stand beside it."""
    href = f"{static('img/icons.svg')}#{name}"
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@register.filter
def masked_email(address: str) -> str:
    """An address that its owner recognises and a bystander does not: a…a@example.org."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}…{name[-1:]}@{domain}"


register.filter("typed_amount", typed_amount)


@register.filter
def grouped_iban(iban: str) -> str:
    return format_iban(iban) if iban else ""


ILLUSTRATIONS = {
    "house": "img/card-family.svg",
    "bird": "img/card-book.svg",
    "clouds": "img/card-projects.svg",
}


@register.simple_tag
def illustration(name: str) -> str:
    """The address of one of the drawings that editors choose from."""
    return static(ILLUSTRATIONS.get(name, ILLUSTRATIONS["house"]))
