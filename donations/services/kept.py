"""Says until when the law obliges us to keep what.

The Accounting Law of Latvia (Grāmatvedības likums, in force since 1 January 2022), section 28:
source documents such as receipts are kept for 5 years, accounting registers for 10. Both run from
the end of the year; the settings RETENTION_DOCUMENT_YEARS and RETENTION_REGISTER_YEARS hold them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from ..models import Donation, Receipt


def document_end(year: int) -> date:
    """The last day on which a receipt of this year is kept."""
    return date(year + settings.RETENTION_DOCUMENT_YEARS, 12, 31)


def register_end(year: int) -> date:
    """The last day on which the entries of this year are kept with their donor’s identity."""
    return date(year + settings.RETENTION_REGISTER_YEARS, 12, 31)


def documents_kept_until(donors: Sequence[int]) -> str:
    """The day until which the last of these donors’ receipts is kept, as an ISO date; empty when
    they have none."""
    receipts = Receipt.objects.filter(donation__donor__in=donors).exclude(snapshot="")
    last = receipts.aggregate(last=Max("year"))["last"]
    return document_end(last).isoformat() if last else ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept about a donor after erasure: `what` is receipts or entries; `until` its end."""

    what: str
    count: int
    until: date


def kept_of(donors: Sequence[int]) -> list[Kept]:
    """What the law obliges us to keep of these donors, and until when."""
    receipts = Receipt.objects.filter(donation__donor__in=donors).exclude(snapshot="")
    paid = Donation.objects.filter(donor__in=donors, paid_at__isnull=False)
    kept = []
    if years := list(receipts.values_list("year", flat=True)):
        kept.append(Kept("receipts", len(years), document_end(max(years))))
    last = paid.aggregate(last=Max("paid_at"))["last"]
    if last:
        year = timezone.localdate(last).year
        kept.append(Kept("entries", paid.count(), register_end(year)))
    return kept
