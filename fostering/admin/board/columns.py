"""The board's columns and cards, read with two queries however many cases there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from ...models import Case, Stage
from ...models.case import OUTCOMES, WAY
from ...services import cases

# In a column. The others are counted, and stand in the list.
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Card:
    """A case, and the stages to which it can be moved."""

    case: Case
    is_overdue: bool
    targets: Sequence[Stage]

    @property
    def suggested(self) -> Stage | None:
        """Where it usually goes next."""
        order = [*WAY, Stage.MATCHED]
        later = order[order.index(Stage(self.case.stage)) + 1 :] if self.case.stage in order else []
        return next((stage for stage in later if stage in self.targets), None)


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with the number of all its cases, and the cards of the first of them."""

    stage: Stage
    count: int
    cards: Sequence[Card]

    @property
    def is_closed(self) -> bool:
        return self.stage in OUTCOMES


def targets(case: Case) -> list[Stage]:
    """Where a case can be moved from where it is: on, to an end, or, when closed, back to work."""
    if case.may_be_real:
        # What looks like spam is looked at first, and not pushed on.
        return []
    if not case.is_closed:
        return [*cases.next_stages(case.stage), *cases.outcomes(case.stage)]
    # Nothing can be done any more for a person who was erased.
    return [] if case.enquiry.erased_at else [Stage.CONTACTED]


def needs_reason(case: Case, to: str) -> bool:
    """Whether staff have to say why: at an end, and when a closed case is taken up again."""
    return to in OUTCOMES or case.is_closed


def columns(found: QuerySet[Case], now: datetime) -> list[Column]:
    """One for each stage. Open cases that have stood there longest come first, of the closed ones
    those that were closed last."""
    counts = dict(found.order_by().values_list("stage").annotate(number=Count("pk")))
    cards: dict[str, list[Card]] = {stage: [] for stage in Stage.values}
    for case in _first(found):
        is_overdue = (
            case.stage == Stage.NEW and case.response_due_at < now and not case.enquiry.is_suspect
        )
        cards[case.stage].append(Card(case, is_overdue, targets(case)))
    return [Column(stage, counts.get(stage, 0), cards[stage]) for stage in Stage]


def _first(found: QuerySet[Case]) -> Iterable[Case]:
    def place(*order: Any) -> Window:
        return Window(RowNumber(), partition_by="stage", order_by=order)

    placed = found.annotate(
        longest=place(F("stage_since").asc(), F("pk").asc()),
        latest=place(F("stage_since").desc(), F("pk").desc()),
    )
    is_shown = Q(closed_at=None, longest__lte=SHOWN) | Q(closed_at__isnull=False, latest__lte=SHOWN)
    shown = placed.filter(is_shown).select_related("enquiry", "centre", "assignee")
    return sorted(
        shown.order_by(), key=lambda case: case.latest if case.is_closed else case.longest
    )
