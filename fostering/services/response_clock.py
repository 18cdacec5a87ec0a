"""Tells those who have to know when nobody has called a person in time. Names nobody."""

import logging

from django.db import transaction
from django.utils import timezone

from sosbca.core.text import format_date

from ..models import Case
from . import access, cases, mail, readers
from .readers import Reader

logger = logging.getLogger(__name__)


def tell_overdue() -> int:
    """Promise the messages about cases whose first call is overdue; return of how many cases.

    Each case is told of once, to who looks after it and to the leads. While nobody looks after it,
    its support centre is told instead. Safe to repeat and to run twice at once.
    """
    waiting = cases.overdue(Case.objects.filter(overdue_told_at=None))
    return sum(_tell(pk) for pk in waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _tell(case_pk: int) -> bool:
    untold = Case.objects.filter(pk=case_pk, overdue_told_at=None).select_for_update(of=("self",))
    case = cases.overdue(untold).select_related("centre", "assignee").first()
    if case is None:
        return False
    told = _readers(case)
    if not told:
        logger.warning("Nobody can be told that case %d is overdue", case.pk)
    due = timezone.localdate(case.response_due_at)
    for reader in told:
        mail.promise(
            "case_overdue",
            f"case-overdue-{case.pk}-{reader.key}",
            language=reader.language,
            recipient=reader.email,
            facts={
                "url": cases.address_of(case),
                "centre": case.centre.name(reader.language),
                "due": format_date(due, reader.language),
            },
        )
    case.overdue_told_at = timezone.now()
    case.save(update_fields=["overdue_told_at"])
    return True


def _readers(case: Case) -> list[Reader]:
    people = set(access.leads())
    found = []
    if case.assignee and access.cases_for(case.assignee).filter(pk=case.pk).exists():
        people.add(case.assignee)
    elif case.centre.notify_email:
        found.append(readers.centre_itself(case.centre))
    return found + readers.of(people)
