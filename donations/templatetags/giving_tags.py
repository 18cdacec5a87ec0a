"""Filters for pages and messages about giving."""

import datetime
from collections.abc import Iterable
from typing import Final

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sosbca.core.text import format_date, format_money

from ..models import PledgeWish
from ..models.choices import Frequency

register = template.Library()

METHODS: Final[dict[str, str | Promise]] = {
    "card": gettext_lazy("Payment card"),
    "sepa_debit": gettext_lazy("SEPA direct debit"),
}
# What a donor's page or staff may change, by the names under which messages tell of it.
DETAILS: Final[dict[str, str | Promise]] = {
    "name": gettext_lazy("name"),
    "contact_name": gettext_lazy("contact person"),
    "registration_number": gettext_lazy("registration number"),
    "email": gettext_lazy("e-mail address"),
    "postal_address": gettext_lazy("postal address"),
    "language": gettext_lazy("language of our messages"),
    "personal_code": gettext_lazy("personal code"),
    "receipts": gettext_lazy("how receipts are sent"),
    "newsletter": gettext_lazy("news by e-mail"),
}


def _language() -> str:
    return (get_language() or "lv").split("-")[0]


@register.filter
def iso_date(day: str) -> str:
    """An ISO day such as 2026-02-05, written out in the language; nothing for nothing."""
    return format_date(datetime.date.fromisoformat(day), _language()) if day else ""


@register.filter
def per(cents: int, frequency: str) -> str:
    """An amount with how often it is given: €10 every month."""
    amount = format_money(cents, _language(), trim_zero_cents=True)
    if frequency == Frequency.MONTHLY:
        return _("%(amount)s every month") % {"amount": amount}
    if frequency == Frequency.YEARLY:
        return _("%(amount)s every year") % {"amount": amount}
    return amount


@register.filter
def every(frequency: str) -> str:
    """How often, behind an amount: “every month”; nothing for a single gift."""
    words = {Frequency.MONTHLY: _("every month"), Frequency.YEARLY: _("every year")}
    return words.get(Frequency(frequency), "")


@register.filter
def frequency_name(frequency: str) -> str:
    return str(Frequency(frequency).label) if frequency in Frequency.values else frequency


@register.filter
def method_name(method: str) -> str:
    """A payment method and the end of its number, as the pledge's terms hold them: “card 4242”."""
    kind, _space, ending = method.partition(" ")
    name = str(METHODS.get(kind, kind))
    return f"{name} ···· {ending}" if ending else name


@register.simple_tag
def wish_words(action: str, amount_cents: int | None, frequency: str, day: str) -> str:
    """What somebody wished about a pledge; `day` is written out, and empty for none."""
    match action:
        case PledgeWish.Action.PAUSE:
            return _("Pause (until: %(day)s)") % {"day": day}
        case PledgeWish.Action.RESUME:
            return _("Go on giving")
        case PledgeWish.Action.CANCEL:
            return _("End this gift")
    terms = per(amount_cents or 0, frequency)
    return f"{terms} ({_('Next payment')}: {day})" if day else terms


@register.filter
def detail_names(names: str | Iterable[str] | None) -> list[str]:
    """What was changed about a donor, in words. Unknown names are left out."""
    given = names.split(",") if isinstance(names, str) else names or ()
    return [str(DETAILS[name.strip()]) for name in given if name.strip() in DETAILS]
