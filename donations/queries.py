"""Figures for pages and reports, always summed up from ledger entries."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Sum

from .models import Fund, LedgerEntry

# Fees are the association's cost, not the donor's gift.
GIFT_KINDS = ("charge", "refund", "refund_failure", "dispute", "dispute_reversal")


def open_funds() -> Sequence[Fund]:
    return list(Fund.objects.filter(is_open=True))


def raised_cents(fund: Fund) -> int:
    """What donors gave to a fund, net of refunds and disputes, in cents."""
    entries = LedgerEntry.objects.filter(
        donation__fund=fund, donation__is_live=not settings.IS_DEMO, kind__in=GIFT_KINDS
    )
    return entries.aggregate(total=Sum("amount_cents"))["total"] or 0
