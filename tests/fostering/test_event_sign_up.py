"""The form below an event: from the page to the place and back, without a cookie or JavaScript."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls.resolvers import RegexPattern, URLResolver
from django.utils import timezone, translation
from django.utils.translation import pgettext, trans_real
from wagtail.models import Site

from fostering.models import SignUp, SignUpList
from fostering.services import sign_up_lists, sign_ups
from home.models import EventPage
from sosbca.core.page_cache import Group
from tests import pages
from tests.fostering import events
from tests.fostering.events import DAY, people
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db
GOOD = {"name": "Anna", "email": "anna@example.org", "persons": "1", "consent": "on"}


@pytest.fixture
def page(site: Site) -> EventPage:
    """An evening in ten days with one place, published in both languages."""
    starts_at = timezone.now() + 10 * DAY
    event = pages.event(
        pages.events(site.root_page),
        "Vakars",
        "vakars",
        starts_at=starts_at,
        ends_at=starts_at + DAY / 12,
        capacity=1,
        takes_sign_ups=True,
        is_online=True,
    )
    english = pages.english(event, "Evening", "evening")
    for version in (event, english):
        version.save_revision().publish()
    event.refresh_from_db()
    return event


def list_of(page: EventPage) -> SignUpList:
    return SignUpList.objects.get(event_key=page.translation_key)


def publish(page: EventPage, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()


def send(visitor: Client, path: str = "/notikumi/vakars/", **changes: str) -> Any:
    with translation.override("en" if path.startswith("/en/") else "lv"):
        below = pgettext("address", "sign-up/")
    return visitor.post(f"{path}{below}", {**GOOD, **changes})


def main_of(response: Any) -> Document:
    return Document(response.content)


def test_publishing_makes_one_list_for_both_languages(page: EventPage) -> None:
    event = list_of(page)
    assert (event.title("lv"), event.title("en")) == ("Vakars", "Evening")
    assert (event.path("lv"), event.path("en")) == ("/notikumi/vakars/", "/en/events/evening/")
    assert event.place("en") == "Jelgava and online"
    assert (event.capacity, event.open_until) == (1, page.starts_at)


def test_from_the_form_to_the_place_and_back(page: EventPage, visitor: Client) -> None:
    form = main_of(visitor.get("/en/events/evening/")).one("form", class_="form-page")
    assert form["action"] == "/en/events/evening/sign-up/#sign-up"
    response = send(visitor, "/en/events/evening/")
    assert response.status_code == 303
    assert response.headers["Location"] == "/en/events/evening/?signed-up=1#sign-up"
    assert not response.cookies
    after = main_of(visitor.get(response.headers["Location"]))
    assert "Please look at your e-mail" in after.one("main").text
    assert people(list_of(page), "confirmed") == ["anna"]

    [message] = events.send_all()
    path = events.own_path(message)
    shown = visitor.get(path)
    assert "You have a place" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert people(list_of(page), "confirmed") == ["anna"], "looking changes nothing"
    for _twice in range(2):
        response = visitor.post(path)
        assert (response.status_code, response.headers["Location"]) == (303, path)
    assert "Your sign-up is cancelled" in visitor.get(path).content.decode()
    assert people(list_of(page), "confirmed") == []


@pytest.fixture
def latvian_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address in Latvian, whatever the catalogue says."""
    loaded: Any = trans_real.translation("lv")
    catalogue = loaded._catalog._catalogs[0]
    monkeypatch.setitem(catalogue, "address\x04sign-up/", "pieteikties/")
    routes = EventPage.get_subpage_urls()
    for route in routes:
        # What was worked out with the catalogue as it is.
        monkeypatch.setattr(route.pattern, "_regex_dict", {}, raising=False)
    EventPage.get_resolver()
    resolver = URLResolver(RegexPattern(r"^/"), routes)
    monkeypatch.setattr(EventPage, "_routablepage_urlresolver", resolver)


def test_the_address_of_the_form_is_in_the_language_of_the_page(
    page: EventPage, visitor: Client, latvian_address: None
) -> None:
    form = main_of(visitor.get("/notikumi/vakars/")).one("form", class_="form-page")
    assert form["action"] == "/notikumi/vakars/pieteikties/#sign-up"
    english = main_of(visitor.get("/en/events/evening/")).one("form", class_="form-page")
    assert english["action"] == "/en/events/evening/sign-up/#sign-up"
    response = visitor.post("/notikumi/vakars/pieteikties/", GOOD)
    assert response.status_code == 303
    assert people(list_of(page), "confirmed") == ["anna"]


def test_the_address_before_leads_on_with_what_was_typed(
    page: EventPage, visitor: Client, latvian_address: None
) -> None:
    response = visitor.post("/notikumi/vakars/sign-up/", GOOD)
    assert response.status_code == 308
    assert response.headers["Location"] == "/notikumi/vakars/pieteikties/"
    visitor.post("/notikumi/vakars/sign-up/", GOOD, follow=True)
    assert people(list_of(page), "confirmed") == ["anna"]
    assert send(visitor, "/en/events/evening/", email="b@example.org").status_code == 303


def test_the_answer_is_the_same_for_a_known_address(page: EventPage, visitor: Client) -> None:
    first, again = send(visitor), send(visitor)
    other = send(visitor, email="bruno@example.org", name="Bruno")
    assert {first.headers["Location"], again.headers["Location"], other.headers["Location"]} == {
        "/notikumi/vakars/?signed-up=1#sign-up"
    }
    assert SignUp.objects.count() == 2


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(
    page: EventPage, visitor: Client
) -> None:
    response = send(visitor, "/en/events/evening/", email="anna@", consent="")
    assert response.status_code == 422
    shown = main_of(response)
    links = [link["href"] for link in shown.all("a")]
    assert [link for link in links if link.startswith("#sign_up")] == [
        "#sign_up_email",
        "#sign_up_consent",
    ]
    assert shown.one("input", id="sign_up_name")["value"] == "Anna"
    assert shown.one("input", id="sign_up_email")["aria-invalid"] == "true"
    assert not SignUp.objects.exists()


def test_a_full_event_offers_the_waiting_list(page: EventPage, visitor: Client) -> None:
    send(visitor)
    shown = main_of(visitor.get("/en/events/evening/"))
    assert "Join the waiting list" in shown.one("form", class_="form-page").text
    send(visitor, email="bruno@example.org", name="Bruno")
    assert people(list_of(page), "waiting") == ["bruno"]
    publish(page, capacity=2)
    assert people(list_of(page), "confirmed") == ["anna", "bruno"]


def test_an_event_with_one_place_takes_no_pair(page: EventPage, visitor: Client) -> None:
    shown = main_of(visitor.get("/en/events/evening/"))
    assert len(shown.all("input", name="persons")) == 1
    answer = send(visitor, "/en/events/evening/", persons="2")
    assert answer.status_code == 422
    assert "a place for one person" in main_of(answer).one("p", id="error_persons").text
    assert not SignUp.objects.exists()
    publish(page, capacity=2)
    assert len(main_of(visitor.get("/en/events/evening/")).all("input", name="persons")) == 2
    assert send(visitor, persons="2").status_code == 303


def test_pages_are_made_anew_only_when_there_is_room_no_more_or_again(
    page: EventPage, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(page, capacity=2)
    told: list[Group] = []
    monkeypatch.setattr(sign_up_lists, "changed", told.append)
    send(visitor)
    assert told == []
    send(visitor, email="bruno@example.org", name="Bruno")
    assert told == [Group.CONTENT]
    sign_ups.cancel(events.of(list_of(page), "anna").pk)
    assert told == [Group.CONTENT] * 2


def test_what_a_program_fills_in_is_refused(page: EventPage, visitor: Client) -> None:
    assert send(visitor, website="https://spam.example").status_code == 400
    assert not SignUp.objects.exists()


def test_the_throttle_keeps_what_was_typed(
    page: EventPage, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ups, "LIMIT_PER_ADDRESS", 1)
    send(visitor)
    response = send(visitor, email="bruno@example.org", name="Bruno")
    assert response.status_code == 429
    assert main_of(response).one("input", id="sign_up_name")["value"] == "Bruno"


def test_a_post_from_another_site_is_refused(page: EventPage, visitor: Client) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    response = visitor.post("/en/events/evening/sign-up/", GOOD, headers=headers)
    assert response.status_code == 403
    send(visitor)
    [message] = events.send_all()
    path = events.own_path(message)
    assert visitor.post(path, headers=headers).status_code == 403
    assert people(list_of(page), "confirmed") == ["anna"]


@pytest.mark.parametrize("end", ["unpublished", "deleted", "switched off"])
def test_the_list_outlives_its_pages(page: EventPage, visitor: Client, end: str) -> None:
    send(visitor)
    english = page.get_translations().get().specific
    if end == "unpublished":
        english.unpublish()
        assert list_of(page).is_open
        page.unpublish()
    elif end == "deleted":
        english.delete()
        EventPage.objects.get(pk=page.pk).delete()
    else:
        publish(page, takes_sign_ups=False)
    event = list_of(page)
    assert not event.is_open
    assert people(event, "confirmed") == ["anna"]
    [message] = events.send_all()
    assert visitor.get(events.own_path(message)).status_code == 200


def test_after_the_beginning(page: EventPage, visitor: Client) -> None:
    send(visitor)
    [message] = events.send_all()
    path = events.own_path(message)
    with time_machine.travel(page.starts_at, tick=False):
        assert "closed" in visitor.get("/en/events/evening/").content.decode()
        assert send(visitor, email="bruno@example.org").status_code == 409
        assert "Pasākums ir sācies" in visitor.get(path).content.decode()
        assert visitor.post(path).status_code == 303
    assert people(list_of(page), "confirmed") == ["anna"]


def test_links_that_are_not_ours(page: EventPage, visitor: Client) -> None:
    send(visitor)
    [message] = events.send_all()
    path = events.own_path(message)
    wrong = path[:-3] + ("AA/" if not path.endswith("AA/") else "BB/")
    assert visitor.get(wrong).status_code == visitor.post(wrong).status_code == 404
    SignUp.objects.update(name="", email="", email_digest="")
    assert visitor.get(path).status_code == visitor.post(path).status_code == 404
    assert SignUp.objects.get().status == "confirmed"


def test_an_event_without_sign_up_has_no_form(site: Site, visitor: Client) -> None:
    index = pages.events(site.root_page)
    starts_at = timezone.now() + DAY
    pages.event(index, "Vakars", "vakars", starts_at=starts_at, ends_at=starts_at)
    assert "sign-up" not in visitor.get("/notikumi/vakars/").content.decode()
    assert send(visitor).status_code == 404
    assert not SignUpList.objects.exists()
