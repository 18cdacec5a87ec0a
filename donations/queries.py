"""Figures for pages and reports, always summed up from ledger entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Count, Model, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear, TruncMonth
from django.utils import timezone

from sosbca.core.page_cache import Group, depends_on

from .models import Campaign, Donor, Fund, LedgerEntry, Payout

# Fees are the association's cost, not the donor's gift.
GIFT_KINDS = ("charge", "refund", "refund_failure", "dispute", "dispute_reversal")


def open_funds() -> Sequence[Fund]:
    return list(Fund.objects.filter(is_open=True))


def raised_cents(fund: Fund) -> int:
    """What donors gave to a fund, net of refunds and disputes, in cents."""
    total = _gifts().filter(donation__fund=fund).aggregate(total=Sum("amount_cents"))["total"]
    return total or 0


def campaign(code: str) -> Campaign | None:
    """The campaign with a code, with its fund."""
    return Campaign.objects.select_related("fund").filter(code=code[:40]).first() if code else None


def campaign_raised_cents(campaign: Campaign) -> int:
    """What donors gave to a campaign, net of refunds and disputes, in cents."""
    entries = _gifts().filter(donation__campaign=campaign)
    return entries.aggregate(total=Sum("amount_cents"))["total"] or 0


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


# Sums for finance --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a group of entries adds up to, in cents and signed as in the ledger.

    `gifts` counts the payments. `returned` went back to donors by refunds and disputes, less what
    came back from there; `fees` are the payment company's; `account` is what is about the account
    as a whole, such as payouts.
    """

    gifts: int = 0
    given_cents: int = 0
    returned_cents: int = 0
    fees_cents: int = 0
    account_cents: int = 0

    @property
    def net_gifts_cents(self) -> int:
        """What donors gave, after refunds and disputes."""
        return self.given_cents + self.returned_cents

    @property
    def net_cents(self) -> int:
        """What remained for us of donors' money."""
        return self.net_gifts_cents + self.fees_cents

    @property
    def total_cents(self) -> int:
        """Everything, movements of the account included."""
        return self.net_cents + self.account_cents


RETURN_KINDS = ("refund", "refund_failure", "dispute", "dispute_reversal")
FEE_KINDS = ("fee", "dispute_fee")
NO_SUMS = Sums()


def sums_by_fund(since: date | None = None, before: date | None = None) -> dict[Fund, Sums]:
    """Each fund's sums, of movements in `since` ≤ day < `before`. Two queries."""
    return _by_object(Fund, "donation__fund", _movements(since, before))


def sums_by_campaign(
    since: date | None = None, before: date | None = None
) -> dict[Campaign | None, Sums]:
    """Each campaign's sums; None is what was given to none. Two queries."""
    found = _sums_of(_movements(since, before), "donation__campaign")
    campaigns = Campaign.objects.in_bulk([pk for pk in found if pk is not None])
    return {campaigns.get(pk): sums for pk, sums in found.items()}


def sums_by_month(since: date | None = None, before: date | None = None) -> dict[date, Sums]:
    """Sums by the first day of the month, in the site's time zone, oldest first. One query.

    A refund counts in the month in which the money went back.
    """
    by_month = _movements(since, before).annotate(month=TruncMonth("occurred_at"))
    found = _sums_of(by_month, "month")
    return {month.date(): found[month] for month in sorted(found)}


def sums_by_donor(since: date | None = None, before: date | None = None) -> dict[Donor, Sums]:
    """Each donor's sums. Two queries."""
    return _by_object(Donor, "donation__donor", _movements(since, before))


def sums_by_payout(payouts: Sequence[Payout]) -> dict[Payout, Sums]:
    """What went into each of these payouts, their own movements left out. One query."""
    entries = LedgerEntry.objects.filter(payout__in=payouts).exclude(kind="payout")
    found = _sums_of(entries, "payout")
    return {payout: found.get(payout.pk, NO_SUMS) for payout in payouts}


def _movements(since: date | None, before: date | None) -> QuerySet[LedgerEntry]:
    """The entries of donors' gifts; in a demonstration those of test payments."""
    entries = LedgerEntry.objects.filter(donation__is_live=not settings.IS_DEMO)
    if since is not None:
        entries = entries.filter(occurred_at__gte=_start_of(since))
    if before is not None:
        entries = entries.filter(occurred_at__lt=_start_of(before))
    return entries


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def _by_object[Row: Model](
    model: type[Row], field: str, entries: QuerySet[LedgerEntry]
) -> dict[Row, Sums]:
    found = _sums_of(entries, field)
    # By a subquery: as a list the keys could be too many for one query.
    rows = model._default_manager.filter(pk__in=entries.order_by().values(field))
    return {row: found[row.pk] for row in rows if row.pk in found}


def _sums_of(entries: QuerySet[LedgerEntry], group: str) -> dict[Any, Sums]:
    """One query: the sums of each value of `group`."""
    rows = (
        entries.order_by()
        .values(group)
        .annotate(
            gifts=Count("pk", filter=Q(kind="charge")),
            given=Sum("amount_cents", filter=Q(kind="charge"), default=0),
            returned=Sum("amount_cents", filter=Q(kind__in=RETURN_KINDS), default=0),
            fees=Sum("amount_cents", filter=Q(kind__in=FEE_KINDS), default=0),
            account=Sum("amount_cents", filter=Q(donation=None), default=0),
        )
    )
    return {
        row[group]: Sums(
            gifts=row["gifts"],
            given_cents=row["given"],
            returned_cents=row["returned"],
            fees_cents=row["fees"],
            account_cents=row["account"],
        )
        for row in rows
    }
