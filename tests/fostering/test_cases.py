"""What staff may do about a case, who may, and what is put on record."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry, Site

from fostering.models import Case, CaseEvent, CaseTask, Enquiry, SupportCentre
from fostering.services import access, cases
from sosbca.users.models import User
from tests.fostering.enquiries import centre, sent

RIGA = ZoneInfo("Europe/Riga")
GROUPS = (
    "Communications",
    "Reviewers",
    "Finance",
    "Recruitment",
    "Recruitment leads",
    "Administrators",
)


def member(group: str = "Recruitment", *centres: SupportCentre, name: str = "") -> User:
    user: User = get_user_model().objects.create_user(name or group.lower().replace(" ", "-"))
    user.groups.add(Group.objects.get(name=group))
    for each in centres:
        each.staff.add(user)
    return user


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def case(valmiera: SupportCentre) -> Case:
    return sent().case


@pytest.fixture
def staff(valmiera: SupportCentre) -> User:
    return member("Recruitment", valmiera)


def kinds(case: Case) -> list[str]:
    return [event.kind for event in case.events.order_by("pk")]


# --- Who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", GROUPS)
def test_only_leads_see_the_cases_of_centres_that_are_not_theirs(case: Case, group: str) -> None:
    user = member(group)
    assert access.may_see(user, case) == (group == "Recruitment leads")
    assert access.cases_for(user).exists() == (group == "Recruitment leads")


@pytest.mark.parametrize("group", GROUPS)
def test_a_centres_staff_see_its_cases_if_they_are_of_recruitment(
    case: Case, valmiera: SupportCentre, group: str
) -> None:
    user = member(group, valmiera)
    assert access.may_see(user, case) == group.startswith("Recruitment")


def test_a_superuser_sees_a_case_only_with_a_reason_and_for_a_time(case: Case) -> None:
    user = get_user_model().objects.create_superuser("root")
    assert not access.may_see(user, case)
    with pytest.raises(PermissionDenied):
        cases.note(case.pk, "x", by=user)
    with pytest.raises(ValueError, match="reason"):
        access.say_why(user, case, "  ")
    access.say_why(user, case, "The person asked for a copy")
    assert access.may_see(user, case)
    # Lists stay empty: the reason is for this case.
    assert not access.cases_for(user).exists()
    assert case.accesses.get().reason == "The person asked for a copy"
    with time_machine.travel(timezone.now() + timedelta(hours=9)):
        assert not access.may_see(user, case)


def test_nobody_else_gets_in_by_a_reason(case: Case) -> None:
    with pytest.raises(PermissionDenied):
        access.say_why(member("Administrators"), case, "I am curious")


def test_who_has_left_sees_nothing(case: Case, staff: User) -> None:
    assert access.may_see(staff, case)
    staff.is_active = False
    staff.save()
    assert not access.may_see(staff, case)


STEPS: dict[str, Any] = {
    "move": lambda case, by: cases.move(case.pk, "contacted", seen="new", by=by),
    "close": lambda case, by: cases.close(case.pk, "declined", seen="new", by=by),
    "reopen": lambda case, by: cases.reopen(case.pk, by=by),
    "assign": lambda case, by: cases.assign(case.pk, None, by=by),
    "transfer": lambda case, by: cases.transfer(case.pk, case.centre, by=by),
    "note": lambda case, by: cases.note(case.pk, "x", by=by),
    "task": lambda case, by: cases.add_task(case.pk, "x", timezone.localdate(), by=by),
}


@pytest.mark.parametrize("step", sorted(STEPS))
def test_every_step_is_refused_to_other_centres(case: Case, step: str) -> None:
    stranger = member("Recruitment", centre("riga"))
    with pytest.raises(PermissionDenied):
        STEPS[step](case, stranger)
    assert kinds(case) == ["opened"]


def test_a_task_is_refused_to_other_centres(case: Case, staff: User) -> None:
    task = cases.add_task(case.pk, "Call", timezone.localdate(), by=staff)
    with pytest.raises(PermissionDenied):
        cases.finish_task(task.pk, by=member("Recruitment", centre("riga"), name="other"))
    assert CaseTask.objects.get().done_at is None


# --- Stages ---------------------------------------------------------------------------------------


def test_a_case_goes_its_way_and_each_step_is_on_record(case: Case, staff: User) -> None:
    here = "new"
    for stage in ("contacted", "visit", "application", "training", "decision"):
        cases.move(case.pk, stage, seen=here, by=staff)
        here = stage
    done = cases.close(case.pk, "matched", seen=here, by=staff, text="Two brothers")
    assert (done.stage, done.is_closed) == ("matched", True)
    assert kinds(case) == ["opened", *["moved"] * 5, "closed"]
    last = case.events.order_by("pk").last()
    assert last is not None
    assert (last.by, last.from_stage, last.to_stage) == (staff, "decision", "matched")
    assert last.text == "Two brothers"


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("contacted", "new"),
        ("training", "contacted"),
        ("on_hold", "new"),
        ("new", "matched"),
        ("decision", "matched"),
        ("declined", "contacted"),
        ("new", "nowhere"),
    ],
)
def test_steps_against_the_rules_are_refused(
    case: Case, staff: User, here: str, there: str
) -> None:
    closed = timezone.now() if here == "declined" else None
    Case.objects.filter(pk=case.pk).update(stage=here, closed_at=closed)
    with pytest.raises(cases.NotAllowed):
        cases.move(case.pk, there, seen=here, by=staff)
    assert Case.objects.get(pk=case.pk).stage == here


def test_matched_only_after_the_decision(case: Case, staff: User) -> None:
    with pytest.raises(cases.NotAllowed):
        cases.close(case.pk, "matched", seen="new", by=staff)


def test_the_same_step_twice_is_one(case: Case, staff: User) -> None:
    for _again in range(2):
        cases.move(case.pk, "contacted", seen="new", by=staff)
    assert kinds(case) == ["opened", "moved"]


def test_nobody_moves_what_somebody_else_has_moved(case: Case, staff: User) -> None:
    cases.move(case.pk, "visit", seen="new", by=staff)
    with pytest.raises(cases.NotAllowed):
        cases.move(case.pk, "contacted", seen="new", by=staff)


def test_on_hold_and_back(case: Case, staff: User) -> None:
    cases.move(case.pk, "on_hold", seen="new", by=staff)
    assert cases.move(case.pk, "training", seen="on_hold", by=staff).stage == "training"


def test_a_closed_case_is_reopened_with_its_history(case: Case, staff: User) -> None:
    cases.add_task(case.pk, "Call", timezone.localdate(), by=staff)
    cases.close(case.pk, "withdrawn", seen="new", by=staff)
    assert CaseTask.objects.get().done_at
    opened = cases.reopen(case.pk, by=staff, text="They called")
    assert (opened.stage, opened.closed_at) == ("contacted", None)
    assert kinds(case) == ["opened", "task_added", "closed", "reopened"]


def test_the_database_knows_no_half_closed_case(case: Case) -> None:
    for change in ({"stage": "declined"}, {"closed_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**change)


# --- People, notes, tasks -------------------------------------------------------------------------


def test_a_case_is_given_only_to_who_may_see_it(case: Case, staff: User) -> None:
    assert cases.assign(case.pk, staff, by=staff).assignee == staff
    cases.assign(case.pk, staff, by=staff)
    assert kinds(case) == ["opened", "assigned"]
    with pytest.raises(cases.NotAllowed):
        cases.assign(case.pk, member("Finance"), by=staff)
    # A superuser's own way in is no work.
    root = get_user_model().objects.create_superuser("root")
    with pytest.raises(cases.NotAllowed):
        cases.assign(case.pk, root, by=staff)


def test_given_to_another_centre_it_leaves_the_first(case: Case, staff: User) -> None:
    riga = centre("riga")
    theirs = member("Recruitment", riga, name="riga-staff")
    cases.assign(case.pk, staff, by=staff)
    moved = cases.transfer(case.pk, riga, by=staff)
    assert moved.assignee is None
    assert not access.may_see(staff, moved)
    assert access.may_see(theirs, moved)


def test_a_note_sent_twice_is_one_and_only_its_author_sees_it_in_the_database(
    case: Case, staff: User
) -> None:
    for _again in range(2):
        cases.note(case.pk, "Spoke with Anna", by=staff)
    assert kinds(case) == ["opened", "note"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM fostering_caseevent WHERE kind = 'note'")
        assert "Anna" not in str(cursor.fetchall())


def test_a_task_is_ticked_off_once(case: Case, staff: User) -> None:
    day = timezone.localdate()
    tasks = {cases.add_task(case.pk, "Call", day, by=staff).pk for _again in range(2)}
    (task,) = tasks
    for _again in range(2):
        cases.finish_task(task, by=staff)
    assert kinds(case) == ["opened", "task_added", "task_done"]


# --- The clock ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "due"),
    [
        # Monday to Thursday; over a weekend; on a weekend.
        ("2026-11-02 10:00", "2026-11-05 10:00"),
        ("2026-11-05 10:00", "2026-11-10 10:00"),
        ("2026-11-07 22:00", "2026-11-11 22:00"),
        ("2026-11-08 09:00", "2026-11-11 09:00"),
    ],
)
def test_a_call_is_due_in_three_working_days(asked: str, due: str) -> None:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=RIGA)

    assert cases.response_due(moment(asked)) == moment(due)


def test_overdue_until_somebody_was_in_contact(case: Case, staff: User) -> None:
    everything = Case.objects.all()
    assert not cases.overdue(everything).exists()
    with time_machine.travel(timezone.now() + timedelta(days=7)):
        assert list(cases.overdue(everything)) == [case]
        cases.move(case.pk, "contacted", seen="new", by=staff)
        assert not cases.overdue(everything).exists()


def test_other_enquiries_of_the_person_as_far_as_one_may_see(case: Case, staff: User) -> None:
    riga = centre("riga")
    other = sent(network="198.51.100.1", centre=riga.pk, email="", phone="2123 4567").case
    third = sent(network="198.51.100.3", centre=riga.pk, email="", phone="371 21234567").case
    sent(
        network="198.51.100.2",
        email="somebody@example.org",
        phone="",
        contact_method="email",
    )
    assert cases.others_of_person(case, staff) == []
    assert cases.others_of_person(case, member("Recruitment leads")) == [third, other]


# --- Traces ---------------------------------------------------------------------------------------


def test_the_sites_log_says_nothing_of_cases(case: Case, staff: User) -> None:
    """Wagtail's report shows its log to others as well; the case has a timeline of its own."""
    cases.move(case.pk, "contacted", seen="new", by=staff)
    models = {"case", "enquiry", "caseevent", "casetask"}
    assert not ModelLogEntry.objects.filter(content_type__model__in=models).exists()


def test_looks_are_on_record_once_for_a_while(case: Case, staff: User) -> None:
    for _again in range(2):
        access.record_look(staff, case)
    assert case.accesses.count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        access.record_look(staff, case)
    assert case.accesses.count() == 2


def test_an_enquiry_that_nobody_could_answer_is_refused(case: Case) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.update(phone="", email="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.update(erased_at=timezone.now())
    assert CaseEvent.objects.count() == 1
