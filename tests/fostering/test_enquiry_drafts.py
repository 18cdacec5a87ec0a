"""Stopping and going on: the cookie, the link by e-mail, other devices, and the end of drafts."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from fostering.models import DraftAccess, Enquiry, EnquiryDraft
from fostering.services import drafts
from fostering.tasks import forget_drafts
from tests.fostering.enquiries import EMAIL, NAME, Person, address, centre, deliver, link_of


@pytest.fixture(autouse=True)
def _valmiera(site: Site) -> None:
    centre()


def ask_for_link(person: Person, email: str = EMAIL) -> str:
    """Ask for a link, and look into the mailbox."""
    answer = person.post("enquiry-later", email=email)
    assert answer["Location"] == person.path("enquiry-saved")
    (message,) = deliver()
    assert message.to == [email]
    return link_of(message)


# --- The cookie ----------------------------------------------------------------------------------


def test_reading_sets_no_cookie() -> None:
    person = Person()
    person.get("enquiry")
    person.get("enquiry-question", 1)
    assert not person.client.cookies


def test_the_cookie_goes_to_the_enquiry_alone_and_is_closed_to_scripts() -> None:
    person = Person()
    person.answer(1)
    cookies = {cookie["path"]: cookie for cookie in person.client.cookies.values()}
    assert set(cookies) == {address("enquiry"), address("enquiry", language="en")}
    for cookie in cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert NAME not in cookie.value


def test_the_key_itself_is_kept_nowhere() -> None:
    _draft, key = drafts.begin("lv", "192.0.2.1", {})
    access = DraftAccess.objects.get()
    assert key not in {access.key_digest, access.token_digest}


def test_a_forged_cookie_opens_nothing() -> None:
    person = Person()
    person.answer_all(last=6)
    stranger = Client()
    for name in person.client.cookies:
        stranger.cookies[name] = "1:forged"
    answer = stranger.get(address("enquiry-question", 6))
    assert answer["Location"] == address("enquiry") + "?over=1"


def test_another_language_goes_on_where_the_first_stopped() -> None:
    person = Person()
    person.answer_all(last=6)
    person.language = "en"
    assert NAME in person.get("enquiry-question", 6).content.decode()
    for number in (7, 8):
        person.answer(number)
    person.send()
    assert Enquiry.objects.get().language == "en"


# --- Back and away -------------------------------------------------------------------------------


def test_back_shows_what_was_answered() -> None:
    person = Person()
    person.answer_all(last=3)
    page = person.get("enquiry-question", 1).content.decode()
    assert "checked" in page.split('value="foster"')[1].split(">")[0]
    assert (
        f'href="{address("enquiry-question", 1)}"'
        in person.get("enquiry-question", 2).content.decode()
    )


def test_a_half_typed_answer_is_kept_for_later() -> None:
    person = Person()
    answer = person.answer(6, phone="21", email="anna@", later="1")
    assert answer["Location"] == address("enquiry-later")
    page = person.get("enquiry-question", 6).content.decode()
    assert 'value="21"' in page
    assert 'value="anna@"' in page


def test_what_is_typed_after_the_draft_is_gone_is_kept() -> None:
    person = Person()
    person.answer_all(last=5)
    EnquiryDraft.objects.all().delete()
    answer = person.answer(6)
    assert answer["Location"] == address("enquiry-question", 1) + "?kept=1"
    assert NAME in person.get("enquiry-question", 6).content.decode()


def test_who_comes_without_a_draft_is_led_to_the_beginning() -> None:
    person = Person()
    for page in (("enquiry-question", 4), ("enquiry-check",), ("enquiry-later",)):
        answer = person.get(*page)
        assert answer["Location"] == address("enquiry") + "?over=1"
    assert 'role="status"' in person.get("enquiry", query="?over=1").content.decode()


def test_nothing_can_be_sent_before_all_is_answered() -> None:
    person = Person()
    person.answer_all(last=4)
    answer = person.post("enquiry-check", seen="", consent="on")
    assert answer["Location"] == address("enquiry-question", 5) + "?change=1"
    assert not Enquiry.objects.exists()


def test_a_draft_can_be_erased_at_once() -> None:
    person = Person()
    person.answer_all(last=6)
    answer = person.post("enquiry-discard")
    assert answer["Location"] == address("enquiry") + "?erased=1"
    assert not EnquiryDraft.objects.exists()
    assert not DraftAccess.objects.exists()


def test_an_erased_draft_is_not_written_about() -> None:
    person = Person()
    person.answer(1)
    person.post("enquiry-later", email=EMAIL)
    person.post("enquiry-discard")
    assert deliver() == []


# --- The link ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_link_goes_on_on_another_device(language: str) -> None:
    person = Person(language)
    person.answer_all(last=6)
    link = ask_for_link(person)
    assert link.startswith("/en/") == (language == "en")
    other = Person(language, network="198.51.100.1")
    assert other.client.get(link).status_code == 200
    answer = other.client.post(link)
    assert answer["Location"] == other.path("enquiry-question", 7)
    assert NAME in other.get("enquiry-question", 6).content.decode()
    for number in (7, 8):
        other.answer(number)
    assert other.send().status_code == 303
    assert Enquiry.objects.count() == 1


def test_a_used_link_ends_every_other_way_to_the_draft() -> None:
    """Whoever began it and passed a link on reads nothing of what somebody else adds."""
    person = Person()
    person.answer(1)
    first, second = ask_for_link(person), ask_for_link(person)
    other = Person(network="198.51.100.1")
    other.client.post(first)
    other.answer_all(last=6)
    assert person.get("enquiry-check")["Location"] == f"{person.path('enquiry')}?over=1"
    assert NAME not in person.get("enquiry-question", 6).content.decode()
    assert Client().post(second).status_code == 410


def test_programs_that_look_do_not_use_the_link_up() -> None:
    person = Person()
    person.answer(1)
    link = ask_for_link(person)
    for _again in range(3):
        looked = Client().get(link)
        assert looked.status_code == 200
        # The address is the key: no other site learns it.
        assert looked["Referrer-Policy"] == "same-origin"
        assert not looked.cookies
    assert Client().post(link).status_code == 303


def test_a_link_works_once() -> None:
    person = Person()
    person.answer(1)
    link = ask_for_link(person)
    assert Client().post(link).status_code == 303
    assert Client().get(link).status_code == 410
    assert Client().post(link).status_code == 410


def test_an_invented_link_opens_nothing() -> None:
    assert Client().post(address("enquiry-open", "invented")).status_code == 410


def test_other_sites_cannot_use_a_link() -> None:
    person = Person()
    person.answer(1)
    link = ask_for_link(person)
    # The second is an older browser, sent by a page that hides where it stands.
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert Client(headers=headers).post(link).status_code == 403
    assert Client().get(link).status_code == 200


def test_nobody_gets_many_links(settings: Any) -> None:
    settings.ENQUIRY_LIMIT_LINKS = (1, 3600)
    person = Person()
    person.answer(1)
    ask_for_link(person)
    answer = person.post("enquiry-later", email=EMAIL.upper())
    assert answer.status_code == 429
    assert deliver() == []


def test_the_message_does_not_keep_the_address() -> None:
    person = Person()
    person.answer(1)
    link = ask_for_link(person)
    token = link.rstrip("/").rpartition("/")[2]
    access = DraftAccess.objects.exclude(token_digest=None).get()
    assert token not in str(vars(access))
    assert EMAIL not in str(vars(access))


# --- The end -------------------------------------------------------------------------------------


def test_drafts_go_by_themselves_with_every_way_to_them() -> None:
    person = Person()
    person.answer_all(last=6)
    link = ask_for_link(person)
    days = django_settings.ENQUIRY_DRAFT_DAYS
    with time_machine.travel(timezone.now() + timedelta(days=days - 1), tick=False):
        assert forget_drafts.func() == 0
        assert NAME in person.get("enquiry-question", 6).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=days, minutes=1), tick=False):
        # Before the task has run as well as after it.
        assert person.get("enquiry-question", 6)["Location"] == address("enquiry") + "?over=1"
        assert Client().post(link).status_code == 410
        assert forget_drafts.func() == 1
        assert forget_drafts.func() == 0
    assert not EnquiryDraft.objects.exists()
    assert not DraftAccess.objects.exists()


def test_each_answer_begins_the_time_anew() -> None:
    person = Person()
    person.answer(1)
    days = django_settings.ENQUIRY_DRAFT_DAYS
    with time_machine.travel(timezone.now() + timedelta(days=days - 1), tick=False):
        person.answer(2)
    with time_machine.travel(timezone.now() + timedelta(days=days + 1), tick=False):
        assert forget_drafts.func() == 0
        assert person.answer(3)["Location"] == address("enquiry-question", 4)


def test_an_enquiry_outlives_its_draft() -> None:
    person = Person()
    person.answer_all()
    person.send()
    assert EnquiryDraft.objects.get().answers == ""
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        assert forget_drafts.func() == 1
    assert Enquiry.objects.get().name == NAME
