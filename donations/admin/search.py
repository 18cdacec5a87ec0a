"""What finance types into the search fields: names, addresses, numbers of documents, references.

Names and addresses are found by any part, references of payments by their beginning.
"""

import re
from typing import Any, Final

from django.db.models import Model, Q, QuerySet

from ..models import (
    CheckoutAttempt,
    Donation,
    Donor,
    Fund,
    LedgerEntry,
    Payout,
    Pledge,
    ProviderEvent,
    Receipt,
    Statement,
    TransferIntention,
)

_RECEIPT_NUMBER: Final = re.compile(r"([A-Za-z]{1,10})[- ]?(\d{4})[- ](\d{1,9})")


def donors(queryset: QuerySet[Donor], text: str) -> QuerySet[Donor]:
    return queryset.filter(_donor(text))


def donations(queryset: QuerySet[Donation], text: str) -> QuerySet[Donation]:
    return _any_of(queryset, *_donations(text))


def receipts(queryset: QuerySet[Receipt], text: str) -> QuerySet[Receipt]:
    numbered = Receipt.objects.filter(_number(text))
    given = Donation.objects.filter(payment_reference__startswith=text)
    return _any_of(
        queryset,
        numbered,
        Receipt.objects.filter(refers_to__in=numbered.values("pk")),
        Receipt.objects.filter(donation__donor__in=_donors(text)),
        Receipt.objects.filter(donation__in=given.values("pk")),
    )


def attempts(queryset: QuerySet[CheckoutAttempt], text: str) -> QuerySet[CheckoutAttempt]:
    return _any_of(
        queryset,
        CheckoutAttempt.objects.filter(donor__in=_donors(text)),
        CheckoutAttempt.objects.filter(session_reference__startswith=text),
        CheckoutAttempt.objects.filter(payment_reference__startswith=text),
    )


def pledges(queryset: QuerySet[Pledge], text: str) -> QuerySet[Pledge]:
    return _any_of(
        queryset,
        Pledge.objects.filter(donor__in=_donors(text)),
        Pledge.objects.filter(subscription_reference__startswith=text),
        Pledge.objects.filter(customer_reference__startswith=text),
    )


def statements(queryset: QuerySet[Statement], text: str) -> QuerySet[Statement]:
    return _any_of(
        queryset,
        Statement.objects.filter(donor__in=_donors(text)),
        Statement.objects.filter(number__iexact=text.strip()),
    )


def transfers(queryset: QuerySet[TransferIntention], text: str) -> QuerySet[TransferIntention]:
    # On paper the reference stands in groups of four.
    compact = "".join(text.split())
    return queryset.filter(Q(donor__in=_donors(text)) | Q(reference__icontains=compact))


def events(queryset: QuerySet[ProviderEvent], text: str) -> QuerySet[ProviderEvent]:
    return queryset.filter(
        Q(reference__icontains=text) | Q(object_reference__icontains=text) | Q(type__icontains=text)
    )


def entries(queryset: QuerySet[LedgerEntry], text: str) -> QuerySet[LedgerEntry]:
    given = Donation.objects.filter(payment_reference__startswith=text)
    paid_out = Payout.objects.filter(reference__icontains=text)
    return _any_of(
        queryset,
        LedgerEntry.objects.filter(reference__startswith=text),
        LedgerEntry.objects.filter(balance_reference__startswith=text),
        LedgerEntry.objects.filter(payout__in=paid_out.values("pk")),
        LedgerEntry.objects.filter(donation__in=given.values("pk")),
        LedgerEntry.objects.filter(donation__donor__in=_donors(text)),
    )


def funds(queryset: QuerySet[Fund], text: str) -> QuerySet[Fund]:
    return queryset.filter(
        Q(code__icontains=text) | Q(name_lv__icontains=text) | Q(name_en__icontains=text)
    )


def _any_of[Row: Model](queryset: QuerySet[Row], *found: QuerySet[Any]) -> QuerySet[Row]:
    """The rows that one of several searches finds.

    Each looks into one index. Alternatives across joined tables in one condition would make the
    database read a million rows; so would a reference searched from its middle.
    """
    first, *others = (rows.order_by().values("pk") for rows in found)
    return queryset.filter(pk__in=first.union(*others))


def _donations(text: str) -> list[QuerySet[Donation]]:
    return [
        Donation.objects.filter(donor__in=_donors(text)),
        Donation.objects.filter(payment_reference__startswith=text),
        Donation.objects.filter(charge_reference__startswith=text),
        Donation.objects.filter(
            pk__in=Receipt.objects.filter(_number(text)).order_by().values("donation")
        ),
    ]


def _donors(text: str) -> Any:
    """The keys of the donors that a search finds."""
    return Donor.objects.filter(_donor(text)).order_by().values("pk")


def _donor(text: str) -> Q:
    """Donors by name, address or registration number."""
    found = Q()
    # SQLite ignores case for the letters of English only: ā and Ā are different to it.
    for spelling in {text, text.lower(), text.upper(), text.title()}:
        found |= Q(name__icontains=spelling) | Q(contact_name__icontains=spelling)
    return found | Q(email__icontains=text) | Q(registration_number=text)


def _number(text: str) -> Q:
    """Documents by their number as printed, with or without leading zeros."""
    match = _RECEIPT_NUMBER.fullmatch(text.strip())
    if match is None:
        return Q(pk__in=())
    series, year, number = match.groups()
    return Q(series=series.upper(), year=int(year), number=int(number))
