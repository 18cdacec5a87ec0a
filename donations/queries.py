"""Figures for pages and reports, always summed up from ledger entries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractYear

from sosbca.core.page_cache import Group, depends_on

from .models import Fund, LedgerEntry

# Fees are the association's cost, not the donor's gift.
GIFT_KINDS = ("charge", "refund", "refund_failure", "dispute", "dispute_reversal")


def open_funds() -> Sequence[Fund]:
    return list(Fund.objects.filter(is_open=True))


def raised_cents(fund: Fund) -> int:
    """What donors gave to a fund, net of refunds and disputes, in cents."""
    total = _gifts().filter(donation__fund=fund).aggregate(total=Sum("amount_cents"))["total"]
    return total or 0


@dataclass(frozen=True, slots=True)
class FundTotal:
    """What was given to a fund, net of refunds and disputes, in cents."""

    fund: Fund
    cents: int


@dataclass(frozen=True, slots=True)
class YearTotal:
    """A calendar year of the site's time zone. `gifts` counts payments received in it."""

    year: int
    funds: Sequence[FundTotal]
    gifts: int

    @property
    def cents(self) -> int:
        return sum(total.cents for total in self.funds)


def raised_by_year_and_fund() -> list[YearTotal]:
    """All years, the latest first. Three queries, however much was given.

    A refund counts in the year in which the money went back.
    """
    by_year = _gifts().annotate(year=ExtractYear("occurred_at")).order_by()
    sums = by_year.values("year", "donation__fund").annotate(cents=Sum("amount_cents"))
    counts = by_year.filter(kind="charge").values("year").annotate(gifts=Count("pk"))
    gifts = {row["year"]: row["gifts"] for row in counts}
    funds = {fund.pk: fund for fund in Fund.objects.all()}
    years: dict[int, list[FundTotal]] = {}
    for row in sums:
        total = FundTotal(funds[row["donation__fund"]], row["cents"])
        years.setdefault(row["year"], []).append(total)
    return [
        YearTotal(
            year=year,
            funds=sorted(totals, key=lambda total: (total.fund.position, total.fund.code)),
            gifts=gifts.get(year, 0),
        )
        for year, totals in sorted(years.items(), reverse=True)
    ]


def _gifts() -> QuerySet[LedgerEntry]:
    """The entries that make up donors' gifts; in a demonstration those of test payments. A page
    that shows their sums is made anew when the ledger changes."""
    depends_on(Group.GIVING)
    return LedgerEntry.objects.filter(donation__is_live=not settings.IS_DEMO, kind__in=GIFT_KINDS)
