"""What staff do about a case. Each step is checked, is on the timeline, and is safe to repeat."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from sosbca.users.models import User

from ..models import (
    Case,
    CaseEvent,
    CaseTask,
    Enquiry,
    RecruitmentSettings,
    Stage,
    SupportCentre,
)
from ..models.case import OUTCOMES, WAY
from . import access, mail, readers

Kind = CaseEvent.Kind
SATURDAY = 5


class NotAllowed(Exception):
    """The case can't go there from its stage; or its stage is not what the person saw."""


def response_due(asked_at: datetime) -> datetime:
    """The moment by which somebody should have called: as many hours or working days later as
    recruitment has set. They count from Monday to Friday, public holidays included."""
    clock = RecruitmentSettings.load()
    in_hours = clock.response_unit == RecruitmentSettings.Unit.HOURS
    step = timedelta(hours=1) if in_hours else timedelta(days=1)
    due = timezone.localtime(asked_at)
    left = clock.response_time
    while left or due.weekday() >= SATURDAY:
        due += step
        left -= 1 if left and due.weekday() < SATURDAY else 0
    return due


def open_case(enquiry: Enquiry, centre: SupportCentre) -> Case:
    """The case of a new enquiry; to be called in its transaction."""
    now = timezone.now()
    case = Case.objects.create(
        enquiry=enquiry, centre=centre, stage_since=now, response_due_at=response_due(now)
    )
    CaseEvent.objects.create(case=case, kind=Kind.OPENED, to_stage=Stage.NEW)
    return case


def next_stages(stage: str) -> list[Stage]:
    """Where an open case may go from a stage: any later one, one back, or on hold; from there to
    any but the beginning. A closed case goes nowhere: see `reopen`."""
    if stage in OUTCOMES:
        return []
    if stage == Stage.ON_HOLD:
        return list(WAY[1:])
    here = WAY.index(Stage(stage))
    # Nobody becomes new again once there was contact.
    before = [WAY[here - 1]] if here > 1 else []
    return [*before, *WAY[here + 1 :], Stage.ON_HOLD]


def outcomes(stage: str) -> list[Stage]:
    """How a case in a stage may end. A child is matched only after the decision."""
    if stage in OUTCOMES:
        return []
    return [each for each in OUTCOMES if each != Stage.MATCHED or stage == Stage.DECISION]


@transaction.atomic
def move(case_pk: int, to: str, *, seen: str, by: User, text: str = "") -> Case:
    """Move an open case to another stage. `seen` is the stage that the person had in view.

    Done already, nothing happens. Raise NotAllowed for a step against the rules, when somebody else
    moved the case meanwhile, or while it looks like spam and nobody has said what it is;
    PermissionDenied for other centres' cases.
    """
    case = locked(case_pk, by)
    if case.stage == to:
        return case
    if case.stage != seen or case.awaits_verdict or to not in next_stages(case.stage):
        raise NotAllowed(f"{case.stage} to {to}")
    return _put(case, to, Kind.MOVED, by, text)


@transaction.atomic
def close(case_pk: int, outcome: str, *, seen: str, by: User, text: str = "") -> Case:
    """End a case: matched, declined or withdrawn. Errors as in `move`."""
    case = locked(case_pk, by)
    if case.stage == outcome:
        return case
    if case.stage != seen or case.awaits_verdict or outcome not in outcomes(case.stage):
        raise NotAllowed(f"{case.stage} to {outcome}")
    case.closed_at = timezone.now()
    case.tasks.filter(done_at=None).update(done_at=case.closed_at)
    return _put(case, outcome, Kind.CLOSED, by, text)


@transaction.atomic
def reopen(case_pk: int, *, by: User, text: str = "") -> Case:
    """Take a closed case up again: somebody is in contact. An open one stays as it is. Raise
    NotAllowed when its person was erased, or when it is spam: see `suspects.accept`."""
    case = locked(case_pk, by)
    if not case.is_closed:
        return case
    _require_known(case)
    if case.enquiry.is_suspect:
        raise NotAllowed("spam")
    case.closed_at = None
    return _put(case, Stage.CONTACTED, Kind.REOPENED, by, text)


@transaction.atomic
def assign(case_pk: int, assignee: User | None, *, by: User) -> Case:
    """Give a case to somebody who may see it, or to nobody. Tasks that nobody has go along. Raise
    NotAllowed for anybody else."""
    case = locked(case_pk, by)
    if case.assignee_id == (assignee.pk if assignee else None):
        return case
    if assignee and not _sees(assignee, case):
        raise NotAllowed("The assignee could not see the case.")
    case.assignee = assignee
    case.save(update_fields=["assignee"])
    # Those that a transfer left without anybody.
    case.tasks.filter(done_at=None, assignee=None).update(assignee=assignee)
    CaseEvent.objects.create(case=case, kind=Kind.ASSIGNED, by=by, assignee=assignee)
    return case


@transaction.atomic
def transfer(case_pk: int, centre: SupportCentre, *, by: User, text: str = "") -> Case:
    """Give a case to another centre, whose staff see it from now on and are told by a message that
    names nobody. Who looked after it or has a task in it, and can't see it any more, is taken off:
    that stands on the case. Raise NotAllowed when its person was erased."""
    case = locked(case_pk, by)
    _require_known(case)
    if case.centre_id == centre.pk:
        return case
    before, case.centre = case.centre, centre
    case.save(update_fields=["centre"])
    moved = CaseEvent.objects.create(
        case=case, kind=Kind.TRANSFERRED, by=by, text=text, from_centre=before, to_centre=centre
    )
    if case.assignee and not _sees(case.assignee, case):
        case.assignee = None
        case.save(update_fields=["assignee"])
        CaseEvent.objects.create(case=case, kind=Kind.ASSIGNED, by=by)
    for task in case.tasks.filter(done_at=None).select_related("assignee"):
        if task.assignee and not _sees(task.assignee, case):
            task.assignee = None
            task.save(update_fields=["assignee"])
            CaseEvent.objects.create(case=case, kind=Kind.TASK_FREED, by=by, text=task.text)
    _tell_of_transfer(case, moved)
    return case


def _sees(user: User, case: Case) -> bool:
    return access.cases_for(user).filter(pk=case.pk).exists()


def _tell_of_transfer(case: Case, moved: CaseEvent) -> None:
    """To the centre's own address; without one to its staff, and without those to the leads."""
    centre = case.centre
    for reader in readers.of_centre(centre) or readers.of(access.leads()):
        mail.promise(
            "case_transferred",
            f"case-transferred-{moved.pk}-{reader.key}",
            language=reader.language,
            recipient=reader.email,
            facts={"url": address_of(case), "centre": centre.name(reader.language)},
        )


def address_of(case: Case) -> str:
    """Where staff open a case."""
    path = reverse("fostering_cases:inspect", args=[case.pk])
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


@transaction.atomic
def note(case_pk: int, text: str, *, by: User) -> CaseEvent:
    """Add a note, encrypted at rest. The same one sent twice within a minute is one. Raise
    NotAllowed when the person was erased."""
    case = locked(case_pk, by)
    _require_known(case)
    since = timezone.now() - timedelta(minutes=1)
    for last in case.events.filter(kind=Kind.NOTE, by=by, at__gt=since):
        if last.text == text:
            return last
    return CaseEvent.objects.create(case=case, kind=Kind.NOTE, by=by, text=text)


@transaction.atomic
def add_task(case_pk: int, text: str, due_on: date, *, by: User) -> CaseTask:
    """Put down what has to be done by a day, for who looks after the case or else for oneself. The
    same task twice is one while it waits. Raise NotAllowed when the case is closed."""
    case = locked(case_pk, by)
    if case.is_closed:
        raise NotAllowed("closed")
    for waiting in case.tasks.filter(done_at=None, due_on=due_on):
        if waiting.text == text:
            return waiting
    CaseEvent.objects.create(case=case, kind=Kind.TASK_ADDED, by=by, text=text)
    return CaseTask.objects.create(
        case=case, text=text, due_on=due_on, assignee=case.assignee or by
    )


@transaction.atomic
def finish_task(task_pk: int, *, by: User) -> CaseTask:
    """Tick off a task. Done already, nothing happens. Raise NotAllowed when its person was erased
    meanwhile, and it with them."""
    known = CaseTask.objects.filter(pk=task_pk).first()
    case = locked(known.case_id, by) if known else None
    task = case.tasks.filter(pk=task_pk).first() if case else None
    if case is None or task is None:
        raise NotAllowed("erased")
    if task.done_at is None:
        task.done_at = timezone.now()
        task.save(update_fields=["done_at"])
        CaseEvent.objects.create(case=case, kind=Kind.TASK_DONE, by=by, text=task.text)
    return task


def overdue(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these, the cases in which nobody has called in time."""
    return cases.filter(
        stage=Stage.NEW, response_due_at__lt=timezone.now(), enquiry__is_suspect=False
    )


def others_of_person(case: Case, user: User) -> list[Case]:
    """The person's other cases, as far as somebody may see them: the same e-mail or phone."""
    enquiry = case.enquiry
    same = Q(pk=None)
    for name in ("email_digest", "phone_digest"):
        if value := getattr(enquiry, name):
            same |= Q(**{f"enquiry__{name}": value})
    others = access.cases_for(user).filter(same).exclude(pk=case.pk)
    return list(others.select_related("enquiry", "centre"))


def locked(case_pk: int, by: User) -> Case:
    """The case for a step of somebody who may see it; to be called in the step's transaction.

    The enquiry is locked as well: after waiting for an erasure, what was read before it would
    still know the person. Raise PermissionDenied for other centres' cases.
    """
    cases = Case.objects.select_for_update(of=("self", "enquiry")).select_related(
        "enquiry", "centre", "assignee"
    )
    case = cases.get(pk=case_pk)
    access.require(by, case)
    return case


def _require_known(case: Case) -> None:
    """What was written about somebody after their erasure nothing would erase any more."""
    if case.enquiry.erased_at:
        raise NotAllowed("erased")


def _put(case: Case, stage: str, kind: str, by: User, text: str) -> Case:
    before, case.stage = case.stage, Stage(stage)
    case.stage_since = timezone.now()
    case.save(update_fields=["stage", "stage_since", "closed_at"])
    CaseEvent.objects.create(
        case=case, kind=kind, by=by, from_stage=before, to_stage=stage, text=text
    )
    return case
