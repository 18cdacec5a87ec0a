"""The enquiry from the first question to the message: what is asked, kept, refused and sent."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from fostering.models import Case, Enquiry, EnquiryDraft, OutgoingMail, SupportCentre
from fostering.services import enquiries
from tests.fostering.enquiries import (
    ANSWERS,
    EMAIL,
    MESSAGE,
    NAME,
    PHONE,
    Person,
    address,
    centre,
    deliver,
    sent,
)


@pytest.fixture(autouse=True)
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.mark.parametrize("language", ["lv", "en"])
def test_from_the_first_question_to_the_reference(language: str) -> None:
    person = Person(language)
    assert person.get("enquiry").status_code == 200
    answer = person.answer(1)
    for number in range(2, len(ANSWERS) + 1):
        assert answer["Location"] == person.path("enquiry-question", number)
        assert person.get("enquiry-question", number).status_code == 200
        answer = person.answer(number)
    assert answer["Location"] == person.path("enquiry-check")
    page = person.get("enquiry-check").content.decode()
    for text in (NAME, PHONE, EMAIL, MESSAGE):
        assert text in page
    answer = person.send()
    assert answer["Location"] == person.path("enquiry-sent")
    enquiry = Enquiry.objects.get()
    shown = person.get("enquiry-sent").content.decode()
    assert enquiry.shown_reference in shown
    assert NAME not in shown
    assert (enquiry.name, enquiry.phone, enquiry.email) == (NAME, PHONE, EMAIL)
    assert (enquiry.language, enquiry.way, enquiry.municipality) == (language, "foster", "valmiera")
    assert enquiry.contact_times == ["morning", "evening"]
    assert enquiry.interests == ["training"]


def test_the_case_opens_with_the_enquiry(valmiera: SupportCentre) -> None:
    enquiry = sent()
    case = Case.objects.get()
    assert case.enquiry == enquiry
    assert (case.centre, case.stage) == (valmiera, "new")
    assert case.response_due_at > timezone.now()
    assert [event.kind for event in case.events.all()] == ["opened"]


def test_consent_is_kept_as_it_was_read() -> None:
    enquiry = sent("en")
    assert enquiry.consent_version == enquiries.CONSENT_VERSION
    assert enquiry.consent_text.startswith("I agree that the association keeps these answers")


def test_nothing_is_sent_without_consent() -> None:
    person = Person()
    person.answer_all()
    answer = person.send(consent="")
    assert answer.status_code == 422
    assert 'href="#id_consent"' in answer.content.decode()
    assert not Enquiry.objects.exists()


# --- Messages ------------------------------------------------------------------------------------


def test_the_person_is_told_and_the_centre_without_a_name() -> None:
    enquiry = sent("en")
    confirmation, notice = deliver()
    assert confirmation.to == [EMAIL]
    assert enquiry.shown_reference in confirmation.subject
    assert notice.to == ["valmiera@example.org"]
    assert f"/admin/fostering/cases/{enquiry.case.pk}/" in notice.body
    written = notice.subject + notice.body + "".join(part[0] for part in notice.alternatives)
    for text in (NAME, "Anna", PHONE, EMAIL, MESSAGE, enquiry.shown_reference, enquiry.reference):
        assert text not in written


def test_messages_hold_nothing_once_they_are_sent() -> None:
    sent()
    deliver()
    kept = OutgoingMail.objects.values_list("recipient", "facts", "status")
    assert set(kept) == {("", "", "sent")}


def test_who_gives_no_address_is_not_written_to() -> None:
    sent(email="", contact_method="phone")
    assert [message.to for message in deliver()] == [["valmiera@example.org"]]


# --- Once ----------------------------------------------------------------------------------------


def test_sent_twice_is_one() -> None:
    person = Person()
    person.answer_all()
    seen = person.seen
    answers = [person.send(seen=seen) for _again in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Enquiry.objects.count() == Case.objects.count() == 1
    assert OutgoingMail.objects.count() == 2


def test_two_windows_are_one_enquiry() -> None:
    person = Person()
    person.answer_all()
    seen = person.seen
    other = Client(REMOTE_ADDR="192.0.2.7")
    other.cookies = person.client.cookies
    person.send(seen=seen)
    answer = other.post(address("enquiry-check"), {"seen": seen, "consent": "on"})
    assert answer["Location"] == address("enquiry-sent")
    # What the other window still shows can't change what was sent.
    answer = other.post(address("enquiry-question", 1), {"way": "host"})
    assert answer["Location"] == address("enquiry-sent")
    assert Enquiry.objects.get().way == "foster"


def test_what_was_changed_elsewhere_is_shown_before_it_is_sent() -> None:
    person = Person()
    person.answer_all()
    seen = person.seen
    person.answer(5, household_size="6+")
    answer = person.send(seen=seen)
    assert answer.status_code == 409
    assert not Enquiry.objects.exists()
    assert person.send().status_code == 303
    assert Enquiry.objects.get().household_size == "6+"


def test_another_enquiry_can_follow() -> None:
    person = Person()
    person.answer_all()
    person.send()
    assert person.get("enquiry-question", 1)["Location"] == address("enquiry-sent")
    assert person.answer(1, query="?new=1", way="host").status_code == 303
    for number in range(2, len(ANSWERS) + 1):
        person.answer(number)
    person.send()
    assert list(Enquiry.objects.order_by("pk").values_list("way", flat=True)) == ["foster", "host"]


def test_nothing_is_left_when_the_case_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    person = Person()
    person.answer_all()

    def fail(*args: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("fostering.services.cases.open_case", fail)
        with pytest.raises(RuntimeError):
            person.send()
    assert not Enquiry.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert person.send().status_code == 303


# --- Questions -----------------------------------------------------------------------------------

WRONG = [
    (1, {"way": ""}),
    (1, {"way": "king"}),
    (2, {"municipality": "atlantis"}),
    (3, {"centre": 4711}),
    (4, {"age_band": ""}),
    (5, {"household_size": "0"}),
    (6, {"name": " "}),
    (6, {"phone": "", "email": ""}),
    (6, {"phone": "call me"}),
    (6, {"phone": "123"}),
    (6, {"email": "anna"}),
    (7, {"contact_method": ""}),
    (7, {"contact_times": ["night"]}),
    (8, {"message": "a" * 1001}),
]


@pytest.mark.parametrize(("number", "wrong"), WRONG)
def test_wrong_answers_come_back_with_the_reason(number: int, wrong: dict[str, Any]) -> None:
    person = Person()
    person.answer_all(last=7)
    answer = person.answer(number, **wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'class="error-summary"' in page
    assert 'class="error"' in page
    assert "<title>Kļūda: " in page


def test_what_was_typed_is_still_there_when_it_was_wrong() -> None:
    person = Person()
    answer = person.answer(6, email="anna", name="Anna Kļava")
    assert "Anna Kļava" in answer.content.decode()


def test_the_nearest_centre_is_chosen_and_may_be_changed(valmiera: SupportCentre) -> None:
    riga = centre("riga", position=1)
    person = Person()
    person.answer_all(last=2)
    shown = person.get("enquiry-question", 3).content.decode()
    assert f'value="{valmiera.pk}"' in shown
    chosen = shown.split(f'value="{valmiera.pk}"')[1].split(">")[0]
    assert "checked" in chosen
    person.answer(3, centre=riga.pk)
    for number in range(4, 9):
        person.answer(number)
    person.send()
    assert Case.objects.get().centre == riga


def test_another_municipality_asks_for_the_centre_again() -> None:
    riga = centre("riga")
    person = Person()
    person.answer_all()
    answer = person.answer(2, query="?change=1", municipality="riga")
    assert answer["Location"] == address("enquiry-question", 3) + "?change=1"
    shown = person.get("enquiry-question", 3, query="?change=1").content.decode()
    assert "checked" in shown.split(f'value="{riga.pk}"')[1].split(">")[0]


def test_a_centre_that_closed_meanwhile_is_asked_for_again(valmiera: SupportCentre) -> None:
    centre("riga")
    person = Person()
    person.answer_all()
    SupportCentre.objects.filter(pk=valmiera.pk).update(is_open=False)
    answer = person.get("enquiry-check")
    assert answer["Location"] == address("enquiry-question", 3) + "?change=1"


def test_without_a_phone_nobody_is_promised_a_call() -> None:
    person = Person()
    person.answer_all()
    answer = person.answer(6, query="?change=1", phone="")
    assert answer["Location"] == address("enquiry-question", 7) + "?change=1"
    shown = person.get("enquiry-question", 7).content.decode()
    assert 'value="email"' in shown
    assert 'value="phone"' not in shown


def test_a_change_leads_back_to_the_answers() -> None:
    person = Person()
    person.answer_all()
    assert person.answer(4, query="?change=1")["Location"] == address("enquiry-check")


def test_the_form_asks_for_no_more_than_it_may() -> None:
    """Regulation (EU) 2016/679, Articles 9 and 10: health, origin, belief and convictions are for
    the talk, never for the web."""
    asked = {name for answers in ANSWERS for name in answers}
    assert asked == {
        "way",
        "municipality",
        "centre",
        "age_band",
        "household_size",
        "name",
        "phone",
        "email",
        "contact_method",
        "contact_times",
        "interests",
        "message",
    }


# --- Abuse ---------------------------------------------------------------------------------------


def test_what_looks_like_spam_is_kept_and_nobody_is_told() -> None:
    person = Person()
    person.answer_all()
    assert person.send(website="https://spam.example").status_code == 303
    assert Enquiry.objects.get().is_suspect
    assert Case.objects.count() == 1
    assert deliver() == []


def test_many_links_look_like_spam() -> None:
    assert sent(message="http://a.example http://b.example http://c.example").is_suspect


def test_a_network_that_sends_too_much_is_told_so_and_loses_nothing(settings: Any) -> None:
    settings.ENQUIRY_LIMIT_SENT = (1, 3600)
    sent()
    person = Person()
    person.answer_all()
    answer = person.send()
    assert answer.status_code == 429
    assert NAME in answer.content.decode()
    assert Enquiry.objects.count() == 1


def test_a_network_that_begins_too_many_is_told_so(settings: Any) -> None:
    settings.ENQUIRY_LIMIT_DRAFTS = (1, 3600)
    Person().answer(1)
    answer = Person().answer(6)
    assert answer.status_code == 429
    assert NAME in answer.content.decode()
    assert EnquiryDraft.objects.count() == 1
    assert Person(network="198.51.100.1").answer(1).status_code == 303


def test_other_sites_cannot_send_it() -> None:
    answer = Client(headers={"Sec-Fetch-Site": "cross-site"}).post(
        address("enquiry-question", 1), {"way": "foster"}
    )
    assert answer.status_code == 403
    assert not EnquiryDraft.objects.exists()


def test_pages_are_never_cached_and_not_indexed() -> None:
    person = Person()
    assert "no-store" in person.get("enquiry")["Cache-Control"]
    answer = person.get("enquiry-question", 1)
    assert "no-store" in answer["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in answer.content.decode()


def test_one_persons_enquiries_are_linked_however_they_typed() -> None:
    first = sent()
    second = sent(phone="21234567", email="Anna.Berzina@Example.org", network="198.51.100.1")
    assert first.phone_digest == second.phone_digest
    assert first.email_digest == second.email_digest
