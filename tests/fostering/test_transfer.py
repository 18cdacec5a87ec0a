"""A case goes to another centre: who is told, who is taken off, and what stands on the case."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Site

from fostering.models import Case, SupportCentre
from fostering.services import cases
from sosbca.users.models import User
from tests.fostering.enquiries import EMAIL, NAME, PHONE, centre, deliver, sent
from tests.fostering.made_cases import signed_in
from tests.fostering.test_cases import member
from tests.fostering.test_response_clock import with_address


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def riga(site: Site) -> SupportCentre:
    return centre("riga")


@pytest.fixture
def staff(valmiera: SupportCentre) -> User:
    return with_address(member("Recruitment", valmiera), "en")


@pytest.fixture
def case(valmiera: SupportCentre, staff: User) -> Case:
    found: Case = sent().case
    cases.assign(found.pk, staff, by=staff)
    cases.add_task(found.pk, "Ring again", timezone.localdate() + timedelta(days=1), by=staff)
    deliver()
    return found


def test_the_new_centre_is_told_and_nobody_is_named(
    case: Case, riga: SupportCentre, staff: User
) -> None:
    cases.transfer(case.pk, riga, by=staff, text="She has moved")
    # The old centre's staff can't do it again: one message.
    (message,) = deliver()
    assert message.to == [riga.notify_email]
    whole = message.message().as_string() + message.body + message.alternatives[0][0]
    assert f"/admin/fostering/cases/{case.pk}/" in message.body
    for personal in (NAME, PHONE, EMAIL, case.enquiry.reference, str(case), "She has moved"):
        assert personal not in whole


def test_a_centre_without_an_address_is_told_by_its_staff_or_the_leads(
    case: Case, valmiera: SupportCentre, riga: SupportCentre
) -> None:
    riga.notify_email = ""
    riga.save()
    lead = with_address(member("Recruitment leads"), "en")
    cases.transfer(case.pk, riga, by=lead)
    assert [message.to for message in deliver()] == [[lead.email]]
    cases.transfer(case.pk, valmiera, by=lead)
    deliver()
    helper = with_address(member("Recruitment", riga, name="riga"), "en")
    cases.transfer(case.pk, riga, by=lead)
    assert [message.to for message in deliver()] == [[helper.email]]


def test_who_can_not_see_it_any_more_is_taken_off_with_their_tasks(
    case: Case, riga: SupportCentre, staff: User
) -> None:
    lead = member("Recruitment leads")
    mine = cases.add_task(case.pk, "Of the lead", timezone.localdate(), by=staff)
    mine.assignee = lead
    mine.save()
    cases.transfer(case.pk, riga, by=staff)
    case.refresh_from_db()
    assert case.assignee is None
    assert {task.text: task.assignee for task in case.tasks.all()} == {
        "Ring again": None,
        "Of the lead": lead,
    }
    assert {"assigned", "task_freed"} <= {event.kind for event in case.events.filter(by=staff)}
    assert [event.text for event in case.events.filter(kind="task_freed")] == ["Ring again"]


def test_who_takes_the_case_over_gets_the_tasks_that_nobody_has(
    case: Case, riga: SupportCentre, staff: User
) -> None:
    cases.transfer(case.pk, riga, by=staff)
    helper = member("Recruitment", riga, name="riga")
    cases.assign(case.pk, helper, by=helper)
    assert case.tasks.get().assignee == helper


def test_who_sees_it_from_both_centres_keeps_it(
    case: Case, riga: SupportCentre, staff: User
) -> None:
    riga.staff.add(staff)
    cases.transfer(case.pk, riga, by=staff)
    case.refresh_from_db()
    assert case.assignee == staff
    assert case.tasks.get().assignee == staff


def test_the_move_stands_on_the_case_with_who_and_when(
    case: Case, riga: SupportCentre, staff: User
) -> None:
    cases.transfer(case.pk, riga, by=staff)
    moved = case.events.get(kind="transferred")
    assert (moved.by, moved.from_centre, moved.to_centre) == (staff, case.centre, riga)
    assert timezone.now() - moved.at < timedelta(minutes=1)
    client = signed_in(with_address(member("Recruitment leads"), "en"))
    page = client.get(f"/admin/fostering/cases/{case.pk}/").text
    assert "Given to another centre: Centre (valmiera) → Centre (riga)" in page
    assert "Task has nobody any more" in page
