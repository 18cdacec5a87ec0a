"""Enquiries that look like spam: a person may stand behind one, so staff say what each is.

Until they do, the leads are told of those that wait once a day, and none is erased before a last
warning. What is found to be real becomes a new case, with everything that follows.
"""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from sosbca.core.text import format_date
from sosbca.users.models import User

from ..models import Case, CaseEvent, RecruitmentSettings, Stage
from . import access, cases, enquiries, mail, readers
from .case_retention import LAST_WARNING, erased_on, suspect_day
from .readers import Reader

logger = logging.getLogger(__name__)

Kind = CaseEvent.Kind
# What of an enquiry tells whether it waits.
ENQUIRY = ("enquiry__is_suspect", "enquiry__erased_at")


def undecided(found: QuerySet[Case]) -> QuerySet[Case]:
    """Of these, the cases of which nobody has said whether they are spam."""
    return found.filter(stage=Stage.NEW, enquiry__is_suspect=True, enquiry__erased_at=None)


@transaction.atomic
def accept(case_pk: int, *, seen: str, by: User) -> Case:
    """It is real: a new case from now on, also when it was taken for spam before. The person gets
    the confirmation, the centre its notice, and the time for the first call begins. `seen` is the
    stage that `by` had in view: only who knows that it was taken for spam takes that back.

    Done already, nothing happens. Raise NotAllowed when the person was erased or somebody else has
    decided meanwhile, PermissionDenied for other centres' cases.
    """
    case = cases.locked(case_pk, by)
    enquiry = case.enquiry
    if not enquiry.is_suspect:
        return case
    if not case.may_be_real:
        raise cases.NotAllowed("erased")
    if case.stage != seen:
        raise cases.NotAllowed("decided meanwhile")
    enquiry.is_suspect = False
    enquiry.save(update_fields=["is_suspect"])
    now = timezone.now()
    case.stage, case.stage_since, case.closed_at = Stage.NEW, now, None
    case.response_due_at = cases.response_due(now)
    case.overdue_told_at = case.suspect_warned_at = None
    case.save()
    # Without stages: nobody has been in contact yet, which is what figures measure.
    CaseEvent.objects.create(case=case, kind=Kind.REAL, by=by)
    enquiries.announce(case)
    return case


@transaction.atomic
def dismiss(case_pk: int, *, by: User) -> Case:
    """It is spam: closed, counted in no figure, and erased some time after.

    Done already, nothing happens. Raise NotAllowed for what is no spam (any more), and
    PermissionDenied for other centres' cases.
    """
    case = cases.locked(case_pk, by)
    if case.enquiry.is_suspect and case.is_closed:
        return case
    if not case.awaits_verdict:
        raise cases.NotAllowed("not suspect")
    case.stage = Stage.DECLINED
    case.stage_since = case.closed_at = timezone.now()
    case.save(update_fields=["stage", "stage_since", "closed_at"])
    case.tasks.filter(done_at=None).update(done_at=case.closed_at)
    CaseEvent.objects.create(case=case, kind=Kind.SPAM, by=by)
    return case


@transaction.atomic
def tell_waiting() -> int:
    """Promise the leads a word about what looks like spam and waits; return how many do. Once a
    day, however often it runs. Without leads who have an address each centre is told of its own.

    Those whose time is nearly over are in the word as a last warning, and erased no sooner than
    LAST_WARNING after it.
    """
    waiting = list(
        undecided(Case.objects.select_for_update(of=("self",)))
        .select_related("enquiry", "centre")
        # Nobody's name need be read.
        .only("stage", "opened_at", "closed_at", "suspect_warned_at", "centre", *ENQUIRY)
        .order_by("pk")
    )
    shares = dict.fromkeys(readers.of(access.leads()), waiting) or _by_centre(waiting)
    reached = {case.pk for own in shares.values() for case in own}
    if len(reached) < len(waiting):
        untold = len(waiting) - len(reached)
        logger.warning("Nobody can be told of %d enquiries that look like spam", untold)
    prefix = f"suspects-{timezone.localdate().isoformat()}"
    new = {
        reader: own
        for reader, own in shares.items()
        if not mail.is_promised(f"{prefix}-{reader.key}")
    }
    told = {case.pk: case for own in new.values() for case in own}
    periods = RecruitmentSettings.load()
    _warn(told.values(), periods)
    address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('fostering_cases:index')}?state=suspect"
    for reader, own in new.items():
        days = [erased_on(case, periods) for case in own if case.suspect_warned_at]
        mail.promise(
            "suspects_waiting",
            f"{prefix}-{reader.key}",
            language=reader.language,
            recipient=reader.email,
            facts={
                "url": address,
                "number": len(own),
                "last": len(days),
                "day": format_date(min(day for day in days if day), reader.language)
                if days
                else "",
            },
        )
    return len(told)


def _warn(waiting: Iterable[Case], periods: RecruitmentSettings) -> None:
    """Note who is in this word as a last warning."""
    now = timezone.now()
    soon = timezone.localdate(now) + LAST_WARNING
    for case in waiting:
        if not case.suspect_warned_at and suspect_day(case, periods) <= soon:
            case.suspect_warned_at = now
            case.save(update_fields=["suspect_warned_at"])


def _by_centre(waiting: list[Case]) -> dict[Reader, list[Case]]:
    """Who is told in the place of leads: each centre of its own alone."""
    shares: dict[Reader, list[Case]] = {}
    for centre in {case.centre: None for case in waiting}:
        own = [case for case in waiting if case.centre_id == centre.pk]
        for reader in readers.of_centre(centre):
            shares[reader] = shares.get(reader, []) + own
    return shares
