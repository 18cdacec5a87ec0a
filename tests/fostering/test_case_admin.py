"""Cases in the admin: every address by every role, and what staff do there."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from fostering.admin.cases.forms import STEPS
from fostering.models import Case, CaseEvent, SupportCentre
from tests.fostering.enquiries import EMAIL, NAME, PHONE, centre, sent
from tests.fostering.test_cases import GROUPS, member

LIST = "/admin/fostering/cases/"


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def case(valmiera: SupportCentre) -> Case:
    return sent().case


def as_member(group: str, *centres: SupportCentre) -> Client:
    client = Client()
    client.force_login(member(group, *centres))
    return client


def page_of(case: Case, step: str = "") -> str:
    return f"{LIST}{case.pk}/{step}"


def is_refused(answer: Any) -> bool:
    """Sent to the admin's front door, or told that there is nothing."""
    return answer.status_code in {403, 404} or (
        answer.status_code == 302
        and answer["Location"].partition("?")[0] in {"/admin/", "/admin/login/"}
    )


ADDRESSES = ["", *(f"{step}/" for step in STEPS), "done/"]


@pytest.mark.parametrize("group", [*GROUPS, ""])
def test_the_role_matrix(case: Case, group: str) -> None:
    """Each address with GET and POST, by each role and a stranger, none of them of the centre."""
    client = as_member(group, centre("riga")) if group else Client()
    may = group == "Recruitment leads"
    assert is_refused(client.get(LIST)) == (group not in {"Recruitment", "Recruitment leads"})
    for part in ADDRESSES:
        looked, sent_to = client.get(page_of(case, part)), client.post(page_of(case, part))
        assert is_refused(looked) != may, part
        assert (NAME in looked.content.decode()) == may
        assert may or is_refused(sent_to), part
    assert CaseEvent.objects.count() == 1


def test_a_number_that_is_there_answers_like_one_that_is_not(case: Case) -> None:
    for group in ("Recruitment", "Finance"):
        client = as_member(group)
        answers = [client.get(page_of(case)), client.get(f"{LIST}{case.pk + 999}/")]
        assert len({answer.status_code for answer in answers}) == 1


def test_staff_see_the_cases_of_their_centre_alone(case: Case, valmiera: SupportCentre) -> None:
    riga = centre("riga")
    other = sent(network="198.51.100.1", centre=riga.pk, name="Zane Ozola").case
    client = as_member("Recruitment", valmiera)
    page = client.get(LIST).content.decode()
    assert NAME in page
    assert "Zane Ozola" not in page
    assert str(other) not in page
    # Nor by a filter for the other centre.
    page = client.get(f"{LIST}?centre={riga.pk}").content.decode()
    assert "Zane Ozola" not in page


def test_the_case_shows_what_was_answered_and_who_looked(
    case: Case, valmiera: SupportCentre
) -> None:
    client = as_member("Recruitment", valmiera)
    answer = client.get(page_of(case))
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    for text in (NAME, PHONE, EMAIL, case.enquiry.consent_version):
        assert text in page
    assert [look.user.username for look in case.accesses.all() if look.user] == ["recruitment"]


def test_staff_move_a_case_and_add_a_note(case: Case, valmiera: SupportCentre) -> None:
    client = as_member("Recruitment", valmiera)
    client.post(page_of(case, "move/"), {"seen": "new", "stage": "contacted", "text": ""})
    client.post(page_of(case, "note/"), {"text": "Called, friendly"})
    case.refresh_from_db()
    assert case.stage == "contacted"
    assert "Called, friendly" in client.get(page_of(case)).content.decode()


def test_a_step_from_an_old_page_is_refused_with_a_word(
    case: Case, valmiera: SupportCentre
) -> None:
    client = as_member("Recruitment", valmiera)
    Case.objects.update(stage="visit")
    answer = client.post(
        page_of(case, "move/"), {"seen": "new", "stage": "training", "text": ""}, follow=True
    )
    assert Case.objects.get().stage == "visit"
    assert "messages" in answer.content.decode()


def test_a_task_is_added_and_ticked_off(case: Case, valmiera: SupportCentre) -> None:
    client = as_member("Recruitment", valmiera)
    wrong = client.post(page_of(case, "task/"), {"text": "Call", "due_on": "2001-01-01"})
    assert wrong.status_code == 422
    client.post(page_of(case, "task/"), {"text": "Send the book", "due_on": "2100-01-01"})
    task = case.tasks.get()
    assert "Send the book" in client.get(page_of(case)).content.decode()
    client.post(page_of(case, "done/"), {"task": task.pk})
    task.refresh_from_db()
    assert task.done_at


def test_who_gives_a_case_away_is_led_back_to_the_list(case: Case, valmiera: SupportCentre) -> None:
    riga = centre("riga")
    client = as_member("Recruitment", valmiera)
    answer = client.post(page_of(case, "transfer/"), {"centre": riga.pk, "text": ""})
    assert answer["Location"] == reverse("fostering_cases:index")
    assert is_refused(client.get(page_of(case)))


def test_a_superuser_says_why_before_anything_is_shown(case: Case) -> None:
    get_user_model().objects.create_superuser("root", password="root")
    client = Client()
    client.login(username="root", password="root")
    before = client.get(page_of(case)).content.decode()
    assert NAME not in before
    assert EMAIL not in before
    assert client.post(page_of(case), {"reason": ""}).status_code == 422
    client.post(page_of(case), {"reason": "Asked for a copy"})
    after = client.get(page_of(case)).content.decode()
    assert NAME in after
    assert "Asked for a copy" in after
    # A step leads back to the case, and not to the list, which stays closed.
    answer = client.post(page_of(case, "note/"), {"text": "Looked it up"})
    assert answer["Location"] == page_of(case)


def test_a_task_that_is_none_is_not_found(case: Case, valmiera: SupportCentre) -> None:
    client = as_member("Recruitment", valmiera)
    assert client.post(page_of(case, "done/"), {"task": "x"}).status_code == 404


@pytest.mark.parametrize("step", ["email/", "files/add/"])
def test_who_comes_to_a_case_by_a_side_door_is_on_record(
    case: Case, valmiera: SupportCentre, step: str
) -> None:
    as_member("Recruitment", valmiera).get(page_of(case, step))
    assert [look.user.username for look in case.accesses.all() if look.user] == ["recruitment"]


def test_the_menu_shows_cases_to_recruitment_alone(case: Case) -> None:
    for group in GROUPS:
        page = as_member(group).get("/admin/", follow=True).content.decode()
        assert (LIST in page) == group.startswith("Recruitment"), group


def test_the_list_does_not_ask_more_the_longer_it_is(
    case: Case, valmiera: SupportCentre, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_member("Recruitment", valmiera)
    counts = []
    for number in range(2):
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
        sent(network=f"198.51.100.{number}", name=f"Somebody {number}")
    assert counts[0] == counts[1]
