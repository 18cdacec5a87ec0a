"""Figures of recruitment: how many asked, how they came, how far they went and how long it took.

They are read from cases and their moves, which outlive the erasure of their people. What looks like
spam counts nowhere. Each function takes as many queries for many cases as for few.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from statistics import median
from typing import Final

from django.db.models import Count, Q, QuerySet

from donations.figures import Period

from .models import Case, CaseEvent, Stage
from .models.case import WAY

# In this order a case goes; each step of it can be jumped over.
STEPS: Final = (*WAY, Stage.MATCHED)
_RANK: Final = {str(stage): rank for rank, stage in enumerate(STEPS)}
DAY: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class MonthCount:
    month: date
    count: int


@dataclass(slots=True)
class Step:
    """What became of the cases at a stage. `reached` counts those that got there or beyond;
    `days` are those that each spent there before it went further."""

    stage: Stage
    reached: int = 0
    declined: int = 0
    withdrawn: int = 0
    days: list[float] = field(default_factory=list)

    @property
    def median_days(self) -> float | None:
        """None when no case has gone further from here."""
        return median(self.days) if self.days else None


@dataclass(frozen=True, slots=True)
class Course:
    """How the enquiries of a period went on, until today."""

    steps: Sequence[Step]
    enquiries: int
    called_in_time: int
    called: int

    @property
    def in_time_percent(self) -> int | None:
        """Of the calls that were made, or that are due by now."""
        return round(self.called_in_time * 100 / self.called) if self.called else None


def asked(found: QuerySet[Case], period: Period) -> QuerySet[Case]:
    """Of these cases, those whose enquiries came in the period."""
    return found.filter(period.within("opened_at"), enquiry__is_suspect=False)


def by_month(found: QuerySet[Case], period: Period) -> list[MonthCount]:
    counts = dict(
        asked(found, period)
        .order_by()
        .annotate(number=period.index("opened_at"))
        .values_list("number")
        .annotate(count=Count("pk"))
    )
    return [MonthCount(month, counts.get(n, 0)) for n, month in enumerate(period.months)]


def by(found: QuerySet[Case], period: Period, name: str) -> Counter[str]:
    """How many enquiries for each value of a field, such as `enquiry__source` or `centre`."""
    rows = asked(found, period).order_by().values_list(name).annotate(count=Count("pk"))
    return Counter(dict(rows))


def open_now(found: QuerySet[Case]) -> int:
    return found.filter(closed_at=None, enquiry__is_suspect=False).count()


def course(found: QuerySet[Case], period: Period, now: datetime) -> Course:
    """Where the cases of a period went and how long they took, step by step."""
    steps = {stage: Step(stage) for stage in STEPS}
    due: dict[int, datetime] = dict(
        asked(found, period).order_by().values_list("pk", "response_due_at")
    )
    in_time = called = 0
    for case_pk, moves in _moves(asked(found, period)):
        rank = _follow(moves, steps)
        for stage in STEPS[: rank + 1]:
            steps[stage].reached += 1
        first = moves[1][2] if len(moves) > 1 else None
        if first or due[case_pk] < now:
            called += 1
            in_time += first is not None and first <= due[case_pk]
    return Course(list(steps.values()), len(due), in_time, called)


type Move = tuple[int, str, datetime]


def _moves(found: QuerySet[Case]) -> Iterator[tuple[int, list[Move]]]:
    """Each case with the stages it came to, in order; the first is the beginning."""
    rows = (
        CaseEvent.objects.filter(~Q(to_stage=""), case__in=found.order_by())
        .order_by("case", "at", "pk")
        .values_list("case", "to_stage", "at")
    )
    for case_pk, moves in groupby(rows.iterator(chunk_size=2000), key=itemgetter(0)):
        yield case_pk, list(moves)


def _follow(moves: Sequence[Move], steps: dict[Stage, Step]) -> int:
    """Note how long a case took from each stage to a further one, and where it ended; return the
    rank of the furthest. Going back and forth in between changes nothing."""
    furthest, since = 0, moves[0][2]
    for _case, stage, at in moves[1:]:
        if _RANK.get(stage, 0) > furthest:
            steps[STEPS[furthest]].days.append((at - since).total_seconds() / DAY)
            furthest, since = _RANK[stage], at
    last = moves[-1][1]
    if last == Stage.DECLINED:
        steps[STEPS[furthest]].declined += 1
    elif last == Stage.WITHDRAWN:
        steps[STEPS[furthest]].withdrawn += 1
    return furthest
