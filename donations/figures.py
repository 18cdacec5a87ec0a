"""Figures for the overview, summed up from ledger entries, pledges and due payments.

All go by months of the site's time zone. Each takes a query or two, however much was given.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from .models import Campaign, Fund, Instalment, LedgerEntry, Pledge
from .models.choices import Frequency
from .queries import GIFT_KINDS

RUNNING: Final = (
    Pledge.Status.ACTIVE,
    Pledge.Status.PAST_DUE,
    Pledge.Status.PAUSED,
    Pledge.Status.ENDING,
)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, from the first one on; `months` are their first days."""

    months: tuple[date, ...]

    @classmethod
    def last(cls, count: int, today: date | None = None) -> "Period":
        """So many months that end with this one."""
        day = today or timezone.localdate()
        number = day.year * 12 + day.month - 1
        return cls(tuple(_month(n) for n in range(number - count + 1, number + 1)))

    @classmethod
    def year(cls, year: int) -> "Period":
        return cls(tuple(date(year, month, 1) for month in range(1, 13)))

    @property
    def bounds(self) -> list[datetime]:
        """The moments at which the months begin, and the one at which the last ends."""
        last = self.months[-1]
        after = _month(last.year * 12 + last.month)
        return [_begin(month) for month in (*self.months, after)]

    def within(self, field: str) -> Q:
        bounds = self.bounds
        return Q(**{f"{field}__gte": bounds[0], f"{field}__lt": bounds[-1]})

    def index(self, field: str) -> Case:
        """The number of a row's month. By comparing with bounds, which every database does fast."""
        whens = [
            When(**{f"{field}__lt": bound}, then=Value(number))
            for number, bound in enumerate(self.bounds[1:])
        ]
        return Case(*whens, output_field=IntegerField())


def _month(number: int) -> date:
    year, month = divmod(number, 12)
    return date(year, month + 1, 1)


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


@dataclass(frozen=True, slots=True)
class MonthGiving:
    """What came in a month, net of what went back in it, in cents by frequency; and how many
    payments came."""

    month: date
    cents: dict[str, int]
    gifts: int

    @property
    def total_cents(self) -> int:
        return sum(self.cents.values())


@dataclass(frozen=True, slots=True)
class FundGiving:
    name: str
    cents: int


@dataclass(frozen=True, slots=True)
class Giving:
    """What came in a period, net of what went back in it: by month, and by fund, of which the one
    that got most comes first."""

    months: Sequence[MonthGiving]
    funds: Sequence[FundGiving]


def giving(period: Period, language: str) -> Giving:
    """Two queries; the ledger is read once for both ways of summing up."""
    rows = (
        _entries(period)
        .annotate(
            month=period.index("occurred_at"),
            frequency=Coalesce("donation__pledge__frequency", Value(str(Frequency.ONCE))),
        )
        .order_by()
        .values("month", "frequency", "donation__fund")
        .annotate(cents=Sum("amount_cents"), gifts=Count("pk", filter=Q(kind="charge")))
    )
    cents: list[dict[str, int]] = [dict.fromkeys(Frequency.values, 0) for _ in period.months]
    gifts = [0] * len(period.months)
    funds: Counter[int] = Counter()
    for row in rows:
        cents[row["month"]][row["frequency"]] += row["cents"]
        gifts[row["month"]] += row["gifts"]
        funds[row["donation__fund"]] += row["cents"]
    names = Fund.objects.in_bulk(funds)
    return Giving(
        [MonthGiving(month, cents[n], gifts[n]) for n, month in enumerate(period.months)],
        [FundGiving(names[pk].name(language), total) for pk, total in funds.most_common()],
    )


@dataclass(frozen=True, slots=True)
class PledgesNow:
    """Running pledges of today. `monthly_cents` is what they bring in a month when all pay: yearly
    ones count a twelfth, paused ones nothing."""

    active: int
    paused: int
    past_due: int
    monthly_cents: int


def pledges_now() -> PledgesNow:
    rows = (
        _pledges()
        .filter(status__in=RUNNING)
        .order_by()
        .values("status", "frequency")
        .annotate(count=Count("pk"), cents=Sum("amount_cents"))
    )
    counts: dict[str, int] = {}
    yearly = 0
    for row in rows:
        counts[row["status"]] = counts.get(row["status"], 0) + row["count"]
        if row["status"] != Pledge.Status.PAUSED:
            yearly += row["cents"] * (12 if row["frequency"] == Frequency.MONTHLY else 1)
    return PledgesNow(
        active=sum(counts.values()),
        paused=counts.get(Pledge.Status.PAUSED, 0),
        past_due=counts.get(Pledge.Status.PAST_DUE, 0),
        monthly_cents=yearly // 12,
    )


@dataclass(frozen=True, slots=True)
class MonthCount:
    month: date
    count: int


def pledges_gained(period: Period) -> list[MonthCount]:
    """Pledges that began; those whose first payment never came are none."""
    begun = _pledges().exclude(end_reason=Pledge.EndReason.NEVER_PAID)
    begun = begun.exclude(status=Pledge.Status.STARTING)
    return _counted(begun.filter(period.within("started_at")), "started_at", period)


def pledges_lost(period: Period) -> list[MonthCount]:
    ended = _pledges().exclude(end_reason=Pledge.EndReason.NEVER_PAID)
    return _counted(ended.filter(period.within("ended_at")), "ended_at", period)


@dataclass(frozen=True, slots=True)
class MonthPayments:
    """Due payments of pledges in a month: how many were made, how many of these only after a
    failed try, and how many failed for good or are still failing."""

    month: date
    made: int
    recovered: int
    failed: int


def payments(period: Period) -> list[MonthPayments]:
    states = Instalment.Status
    rows = (
        Instalment.objects.filter(period.within("due_at"), pledge__is_live=not settings.IS_DEMO)
        .annotate(month=period.index("due_at"))
        .order_by()
        .values("month")
        .annotate(
            made=Count("pk", filter=Q(status=states.PAID)),
            recovered=Count("pk", filter=Q(status=states.PAID, failures__gt=0)),
            lost=Count(
                "pk", filter=Q(status=states.FAILED) | Q(status=states.OPEN, failures__gt=0)
            ),
        )
    )
    found = {row["month"]: row for row in rows}
    empty = {"made": 0, "recovered": 0, "lost": 0}
    result = []
    for number, month in enumerate(period.months):
        row: Any = found.get(number, empty)
        result.append(MonthPayments(month, row["made"], row["recovered"], row["lost"]))
    return result


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """A campaign of today with a goal; `cents` is what was given to it in all, net."""

    name: str
    goal_cents: int
    cents: int

    @property
    def percent(self) -> int:
        return max(0, self.cents) * 100 // self.goal_cents


def goals(language: str, today: date | None = None) -> list[GoalProgress]:
    day = today or timezone.localdate()
    counted = Q(donations__entries__kind__in=GIFT_KINDS, donations__is_live=not settings.IS_DEMO)
    running = (
        Campaign.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)
        .exclude(goal_cents=None)
        .annotate(
            cents=Coalesce(Sum(F("donations__entries__amount_cents"), filter=counted), Value(0))
        )
        .order_by("starts_on", "code")
    )
    return [
        GoalProgress(campaign.name(language), campaign.goal_cents or 1, campaign.cents)
        for campaign in running
    ]


def _entries(period: Period) -> QuerySet[LedgerEntry]:
    """The entries that make up donors' gifts of the period; in a demonstration of test money."""
    return LedgerEntry.objects.filter(
        period.within("occurred_at"), kind__in=GIFT_KINDS, donation__is_live=not settings.IS_DEMO
    )


def _pledges() -> QuerySet[Pledge]:
    return Pledge.objects.filter(is_live=not settings.IS_DEMO)


def _counted(pledges: QuerySet[Pledge], field: str, period: Period) -> list[MonthCount]:
    rows = (
        pledges.annotate(month=period.index(field))
        .order_by()
        .values("month")
        .annotate(count=Count("pk"))
    )
    counts = {row["month"]: row["count"] for row in rows}
    return [MonthCount(month, counts.get(number, 0)) for number, month in enumerate(period.months)]
