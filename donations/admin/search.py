"""What finance types into the search fields: names, addresses, numbers of documents, references."""

import re
from typing import Final

from django.db.models import Q, QuerySet

from ..models import CheckoutAttempt, Donation, Donor, Fund, ProviderEvent, Receipt

_RECEIPT_NUMBER: Final = re.compile(r"([A-Za-z]{1,10})[- ]?(\d{4})[- ](\d{1,9})")


def donors(queryset: QuerySet[Donor], text: str) -> QuerySet[Donor]:
    return queryset.filter(_donor(text, ""))


def donations(queryset: QuerySet[Donation], text: str) -> QuerySet[Donation]:
    return queryset.filter(
        _donor(text, "donor__")
        | Q(payment_reference__icontains=text)
        | Q(charge_reference__icontains=text)
        # A subquery, as a join would repeat donations that have several documents.
        | Q(pk__in=Receipt.objects.filter(_number(text)).values("donation"))
    )


def receipts(queryset: QuerySet[Receipt], text: str) -> QuerySet[Receipt]:
    return queryset.filter(
        _number(text)
        | Q(refers_to__in=Receipt.objects.filter(_number(text)))
        | _donor(text, "donation__donor__")
        | Q(donation__payment_reference__icontains=text)
    )


def attempts(queryset: QuerySet[CheckoutAttempt], text: str) -> QuerySet[CheckoutAttempt]:
    return queryset.filter(
        _donor(text, "donor__")
        | Q(session_reference__icontains=text)
        | Q(payment_reference__icontains=text)
    )


def events(queryset: QuerySet[ProviderEvent], text: str) -> QuerySet[ProviderEvent]:
    return queryset.filter(
        Q(reference__icontains=text) | Q(object_reference__icontains=text) | Q(type__icontains=text)
    )


def funds(queryset: QuerySet[Fund], text: str) -> QuerySet[Fund]:
    return queryset.filter(
        Q(code__icontains=text) | Q(name_lv__icontains=text) | Q(name_en__icontains=text)
    )


def _donor(text: str, prefix: str) -> Q:
    """Donors by name, address or registration number; `prefix` leads to the donor."""
    found = Q()
    # SQLite ignores case for the letters of English only: ā and Ā are different to it.
    for spelling in {text, text.lower(), text.upper(), text.title()}:
        found |= Q(**{f"{prefix}name__icontains": spelling})
        found |= Q(**{f"{prefix}contact_name__icontains": spelling})
    found |= Q(**{f"{prefix}email__icontains": text})
    return found | Q(**{f"{prefix}registration_number": text})


def _number(text: str) -> Q:
    """Documents by their number as printed, with or without leading zeros."""
    match = _RECEIPT_NUMBER.fullmatch(text.strip())
    if match is None:
        return Q(pk__in=())
    series, year, number = match.groups()
    return Q(series=series.upper(), year=int(year), number=int(number))
