"""Template tags and filters of the site."""

import datetime
from decimal import Decimal

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Page

from sosbca.core.illustrations import ILLUSTRATIONS
from sosbca.core.links import Counterparts, address_of, counterparts, version_for_reader
from sosbca.core.text import format_date, format_iban, format_money, format_percent, typed_amount

register = template.Library()


def _language() -> str:
    return (get_language() or "lv").split("-")[0]


@register.filter
def money(cents: int | None) -> str:
    """An amount of cents in the format of the request's language; whole euros without cents."""
    return "" if cents is None else format_money(cents, _language(), trim_zero_cents=True)


@register.filter
def percent(share: Decimal | int) -> str:
    """A share of a hundred in the format of the request's language."""
    return format_percent(Decimal(share), _language())


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


@register.simple_tag
def illustration(name: str) -> str:
    """The address of one of the drawings that editors choose from."""
    file, _words = ILLUSTRATIONS.get(name, ILLUSTRATIONS["house"])
    return static(file)


@register.simple_tag(takes_context=True)
def page_address(context: Context, page: Page | None) -> str:
    """Where a page that an editor chose is read in the reader's language; empty when it is not
    published. Views announce the pages to `counterparts`, so that one query finds them all."""
    if page is None:
        return ""
    request = context.get("request")
    return address_of(page, _counterparts(context), request)


@register.simple_tag(takes_context=True)
def for_reader(context: Context, page: Page | None) -> Page | None:
    """A page that an editor chose, as it is published in the reader's language, or as it was
    chosen; None when nothing is published. For links that show the page's own title."""
    return page and version_for_reader(page, _counterparts(context))


def _counterparts(context: Context) -> Counterparts:
    request = context.get("request")
    return counterparts(request) if request else Counterparts()
