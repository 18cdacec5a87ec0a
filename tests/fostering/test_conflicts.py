"""The same enquiry, draft or case at the same moment in two places: nothing breaks, and what
somebody has typed is not lost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from fostering.enquiry import session, views
from fostering.models import Case, CaseEvent, DraftAccess, Enquiry, EnquiryDraft, SupportCentre
from fostering.services import cases, drafts, enquiries, erasure
from sosbca.users.models import User
from tests.fostering.enquiries import ANSWERS, Person, centre, sent
from tests.fostering.made_cases import signed_in
from tests.fostering.test_cases import member
from tests.fostering.test_response_clock import with_address

WHY = "They have moved abroad and wrote us a long letter"


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def person(valmiera: SupportCentre) -> Person:
    return Person("en")


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[EnquiryDraft], Any]) -> None:
    """Let something happen to the draft after the page has found it."""
    real = session.current

    def current(request: Any) -> Any:
        found = real(request)
        if found:
            happens(found[0])
        return found

    monkeypatch.setattr(views, "current", current)


# --- A draft that is erased at the same moment ----------------------------------------------------


def test_an_answer_to_a_draft_that_was_erased_begins_a_new_one(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.answer_all(last=5)
    with monkeypatch.context() as patch:
        meanwhile(patch, drafts.discard)
        answer = person.answer(6, name="Anna")
    assert (answer.status_code, answer["Location"]) == (303, "/en/enquiry/question/1/?kept=1")
    assert drafts.answers_of(person.draft)["name"] == "Anna"
    assert "What you have just written is kept" in person.client.get(answer["Location"]).text


def test_sending_what_was_erased_is_told_so(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.answer_all()
    seen = person.seen
    with monkeypatch.context() as patch:
        meanwhile(patch, drafts.discard)
        answer = person.send(seen=seen)
    assert (answer.status_code, answer["Location"]) == (303, "/en/enquiry/?over=1")
    assert "erased in another window" in person.client.get(answer["Location"]).text
    assert not Enquiry.objects.exists()


def test_a_link_to_what_was_erased_is_not_sent(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.answer_all(last=2)
    with monkeypatch.context() as patch:
        meanwhile(patch, drafts.discard)
        answer = person.post("enquiry-later", email="anna@example.org")
    assert (answer.status_code, answer["Location"]) == (303, "/en/enquiry/?over=1")
    assert not DraftAccess.objects.exists()


def test_what_was_sent_meanwhile_is_not_said_to_be_erased(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.answer_all()
    other = Person("en")
    other.client.cookies = person.client.cookies
    seen = person.seen
    done: list[EnquiryDraft] = []

    def send(draft: EnquiryDraft) -> None:
        if not done:
            done.append(draft)
            other.send(seen=seen)

    with monkeypatch.context() as patch:
        meanwhile(patch, send)
        answer = person.post("enquiry-discard")
    assert answer["Location"] == "/en/enquiry/sent/"
    assert Enquiry.objects.count() == 1
    assert EnquiryDraft.objects.get().enquiry


@pytest.mark.postgres
def test_what_is_sent_while_it_is_erased_is_one_or_the_other(committed: None) -> None:
    """Where commits are real: the one that comes second finds what the first has left."""
    valmiera = centre()
    answers = enquiries.Answers(
        **{name: value for each in ANSWERS for name, value in each.items() if name != "centre"},
        centre=valmiera,
    )
    for number in range(6):
        draft, _key = drafts.begin("lv", f"192.0.2.{number}", {"way": "foster"})
        start = threading.Barrier(2)
        outcomes: list[str] = []

        def send(
            draft: EnquiryDraft = draft,
            start: threading.Barrier = start,
            outcomes: list[str] = outcomes,
        ) -> None:
            try:
                start.wait()
                seen = drafts.version_of(draft)
                enquiries.submit(draft.pk, answers, seen=seen, consent_text="x", is_trapped=False)
                outcomes.append("sent")
            except drafts.Gone:
                outcomes.append("gone")
            finally:
                connections.close_all()

        def erase(
            draft: EnquiryDraft = draft,
            start: threading.Barrier = start,
            outcomes: list[str] = outcomes,
        ) -> None:
            try:
                start.wait()
                outcomes.append("erased" if drafts.discard(draft) else "kept")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=each) for each in (send, erase)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) in (["erased", "gone"], ["kept", "sent"])
        assert EnquiryDraft.objects.filter(pk=draft.pk).exists() == ("sent" in outcomes)


@pytest.mark.postgres
def test_nothing_is_written_about_who_is_being_erased(committed: None) -> None:
    """A note that waits for an erasure must not be added after it."""
    valmiera = centre()
    case, by = sent().case, member("Recruitment", valmiera)
    outcome: list[str] = []

    def write() -> None:
        try:
            cases.note(case.pk, "x", by=by)
            outcome.append("written")
        except cases.NotAllowed:
            outcome.append("refused")
        finally:
            connections.close_all()

    with transaction.atomic():
        erasure.erase(case.pk)
        thread = threading.Thread(target=write)
        if connections["default"].vendor == "postgresql":
            thread.start()
            thread.join(1)
            assert thread.is_alive()
    if connections["default"].vendor != "postgresql":
        thread.start()
    thread.join()
    assert outcome == ["refused"]
    assert not CaseEvent.objects.filter(kind="note").exists()


# --- A case that somebody else moves while one types ----------------------------------------------


@pytest.fixture
def case(valmiera: SupportCentre) -> Case:
    found: Case = sent().case
    return found


@pytest.fixture
def colleague(valmiera: SupportCentre) -> User:
    user = member("Recruitment", valmiera, name="ilze")
    user.first_name, user.last_name = "Ilze", "Liepa"
    user.save()
    return user


@pytest.fixture
def client(valmiera: SupportCentre) -> Client:
    return signed_in(with_address(member("Recruitment", valmiera), "en"))


CLOSING = {"seen": "new", "outcome": "withdrawn", "text": WHY}


def test_the_reason_for_closing_stays_when_a_colleague_has_moved_the_case(
    client: Client, case: Case, colleague: User
) -> None:
    cases.move(case.pk, "contacted", seen="new", by=colleague)
    answer = client.post(f"/admin/fostering/cases/{case.pk}/close/", CLOSING)
    assert answer.status_code == 409
    assert f"Ilze Liepa has moved {case} to “Contacted” meanwhile." in answer.text
    assert WHY in answer.text
    assert "Your text is still here." in answer.text
    case.refresh_from_db()
    assert case.stage == "contacted"
    # Sent as it stands there now, it is taken.
    again = {**CLOSING, "seen": "contacted"}
    assert 'name="seen" value="contacted"' in answer.text
    assert client.post(f"/admin/fostering/cases/{case.pk}/close/", again).status_code == 302
    assert case.events.get(kind="closed").text == WHY


def test_the_reason_becomes_a_note_when_a_colleague_has_closed_the_case(
    client: Client, case: Case, colleague: User
) -> None:
    cases.close(case.pk, "declined", seen="new", by=colleague, text="x")
    answer = client.post(f"/admin/fostering/cases/{case.pk}/close/", CLOSING)
    assert answer.status_code == 409
    form = answer.text.split(f'action="/admin/fostering/cases/{case.pk}/note/"')[1]
    assert WHY in form.split("</form>")[0]


def test_the_reason_on_the_board_stays_as_well(client: Client, case: Case, colleague: User) -> None:
    cases.move(case.pk, "contacted", seen="new", by=colleague)
    address = f"/admin/fostering/board/{case.pk}/move/"
    card = {"seen": "new", "to": "withdrawn", "text": WHY}
    answer = client.post(address, card)
    assert answer.status_code == 409
    assert "Ilze Liepa has moved" in answer.text
    assert WHY in answer.text
    assert 'name="seen" value="contacted"' in answer.text
    cases.close(case.pk, "declined", seen="contacted", by=colleague, text="x")
    answer = client.post(address, card)
    assert answer.status_code == 409
    assert f'action="/admin/fostering/cases/{case.pk}/note/"' in answer.text
    assert WHY in answer.text


def test_a_task_that_went_with_its_person_is_no_error(
    client: Client, case: Case, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = cases.add_task(case.pk, "Ring", timezone.localdate() + timedelta(days=1), by=colleague)
    real = cases.finish_task

    def erased_before(task_pk: int, *, by: User) -> Any:
        erasure.erase(case.pk)
        return real(task_pk, by=by)

    monkeypatch.setattr(cases, "finish_task", erased_before)
    address = f"/admin/fostering/cases/{case.pk}/done/"
    answer = client.post(address, {"task": task.pk}, follow=True)
    assert answer.status_code == 200
    assert "The task is no longer there." in answer.text
