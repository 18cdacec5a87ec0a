"""A case is given to another centre while somebody types in it: what was typed comes back to them,
and nothing of the case does."""

import uuid
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Site

from fostering.models import Case, CaseEvent, CaseMail, CaseTask, SupportCentre
from fostering.services import access, case_mails, cases
from sosbca.users.models import User
from tests.fostering.enquiries import EMAIL, MESSAGE, NAME, PHONE, centre, sent
from tests.fostering.made_cases import signed_in
from tests.fostering.test_cases import member
from tests.fostering.test_response_clock import with_address

WORDS = "They have two dogs & a garden"
MEANWHILE = "The case has been given to another centre meanwhile."


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def riga(site: Site) -> SupportCentre:
    return centre("riga")


@pytest.fixture
def case(valmiera: SupportCentre) -> Case:
    found: Case = sent().case
    return found


@pytest.fixture
def staff(valmiera: SupportCentre) -> User:
    return with_address(member("Recruitment", valmiera), "en")


@pytest.fixture
def lead(site: Site) -> User:
    return member("Recruitment leads")


def page_of(case: Case, tail: str = "") -> str:
    return f"/admin/fostering/cases/{case.pk}/{tail}"


def tells_nothing_of(case: Case, told: str) -> bool:
    shown = (NAME, PHONE, EMAIL, MESSAGE, str(case), case.enquiry.reference, "Centre (")
    return not any(each in told for each in (*shown, page_of(case)))


POSTS: dict[str, dict[str, Any]] = {
    "note/": {"seen": "new", "text": WORDS},
    "task/": {"seen": "new", "text": WORDS, "due_on": "2099-01-01"},
    "move/": {"seen": "new", "stage": "contacted", "text": WORDS},
    "close/": {"seen": "new", "outcome": "declined", "text": WORDS},
    "transfer/": {"seen": "new", "text": WORDS},
    "email/": {
        "key": str(uuid.uuid4()),
        "language": "lv",
        "subject": "Good day",
        "body": WORDS,
        "send": "1",
    },
}


@pytest.mark.parametrize("tail", sorted(POSTS))
def test_what_was_typed_comes_back_and_nothing_of_the_case(
    case: Case, riga: SupportCentre, staff: User, lead: User, tail: str
) -> None:
    client = signed_in(staff)
    assert client.get(page_of(case)).status_code == 200
    cases.transfer(case.pk, riga, by=lead)
    before = list(CaseEvent.objects.values_list())
    answer = client.post(page_of(case, tail), POSTS[tail])
    assert answer.status_code == 409
    assert MEANWHILE in answer.text
    area = answer.text.split("<textarea")[1].split("</textarea>")[0]
    assert "readonly" in area
    for name in POSTS[tail].keys() & {"subject", "body", "text", "due_on"}:
        assert POSTS[tail][name].replace("&", "&amp;") in area
    assert tells_nothing_of(case, answer.text)
    assert list(CaseEvent.objects.values_list()) == before
    assert not CaseTask.objects.exists()
    assert not CaseMail.objects.exists()
    # To open it again is what it is to anybody.
    assert client.get(page_of(case, tail)).status_code == 404


def test_a_step_without_words_shows_no_empty_field(
    case: Case, riga: SupportCentre, staff: User, lead: User
) -> None:
    client = signed_in(staff)
    client.get(page_of(case))
    cases.transfer(case.pk, riga, by=lead)
    for tail in ("assign/", "files/add/"):
        answer = client.post(page_of(case, tail), {"seen": "new"})
        assert answer.status_code == 409
        assert MEANWHILE in answer.text
        assert "<textarea" not in answer.text


def test_it_speaks_the_readers_language(
    case: Case, riga: SupportCentre, valmiera: SupportCentre, lead: User
) -> None:
    client = signed_in(with_address(member("Recruitment", valmiera), "lv"))
    client.get(page_of(case))
    cases.transfer(case.pk, riga, by=lead)
    answer = client.post(page_of(case, "note/"), POSTS["note/"])
    assert '<html lang="lv"' in answer.text


@pytest.mark.parametrize("tail", ["note/", "email/"])
def test_given_away_at_the_very_moment_is_no_other(
    case: Case,
    riga: SupportCentre,
    staff: User,
    lead: User,
    tail: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the page has found that the person may see the case."""
    client = signed_in(staff)
    client.get(page_of(case))
    module: Any = cases if tail == "note/" else case_mails
    name = "note" if tail == "note/" else "send"
    real = getattr(module, name)

    def given_away_before(*args: Any, **kwargs: Any) -> Any:
        cases.transfer(case.pk, riga, by=lead)
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, given_away_before)
    data = dict(POSTS[tail])
    if tail == "email/":
        looked_at = client.post(page_of(case, tail), data)
        data["seen"] = looked_at.context["form"].data["seen"]
    answer = client.post(page_of(case, tail), data)
    assert answer.status_code == 409
    assert MEANWHILE in answer.text
    assert WORDS.replace("&", "&amp;") in answer.text
    assert tells_nothing_of(case, answer.text)
    assert not CaseEvent.objects.filter(kind__in=["note", "mail"]).exists()


def test_who_never_looked_or_never_could_learns_of_no_case(
    case: Case, riga: SupportCentre, valmiera: SupportCentre, staff: User, lead: User
) -> None:
    stranger = member("Recruitment", centre("liepaja"), name="stranger")
    # Looked when they could, and belong to another centre now.
    moved_on = member("Recruitment", centre("cesis"), name="moved-on")
    access.record_look(moved_on, case)
    cases.transfer(case.pk, riga, by=lead)
    # Of the centre, and looked when it was theirs no more.
    late = member("Recruitment", valmiera, name="late")
    access.record_look(late, case)
    for user in (staff, late, stranger, moved_on):
        for tail, data in POSTS.items():
            answer = signed_in(user).post(page_of(case, tail), data)
            nowhere = signed_in(user).post(f"/admin/fostering/cases/999/{tail}", data)
            assert (answer.status_code, nowhere.status_code) == (404, 404), (user, tail)
            assert WORDS.replace("&", "&amp;") not in answer.text


def test_one_that_came_back_is_worked_on_as_before(
    case: Case, riga: SupportCentre, valmiera: SupportCentre, staff: User, lead: User
) -> None:
    client = signed_in(staff)
    client.get(page_of(case))
    cases.transfer(case.pk, riga, by=lead)
    cases.transfer(case.pk, valmiera, by=lead)
    assert client.post(page_of(case, "nowhere/"), {}).status_code == 404
    assert client.post(page_of(case, "note/"), POSTS["note/"]).status_code == 302


def test_the_board_gives_the_words_back_for_any_number(
    case: Case, riga: SupportCentre, staff: User, lead: User
) -> None:
    client: Client = signed_in(staff)
    cases.transfer(case.pk, riga, by=lead)
    card = {"seen": "new", "to": "withdrawn", "text": WORDS}
    answers = [
        client.post(f"/admin/fostering/board/{number}/move/", card) for number in (case.pk, 999)
    ]
    for answer in answers:
        assert answer.status_code == 409
        assert "It may have been given to another centre." in answer.text
        assert WORDS.replace("&", "&amp;") in answer.text
        assert tells_nothing_of(case, answer.text)
    case.refresh_from_db()
    assert case.stage == "new"
