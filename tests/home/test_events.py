"""Events: when and where, coming and past, and files for calendars (RFC 5545)."""

import datetime
from typing import Any

import icalendar
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import Locale, Page, Site

from home.models import EventIndexPage, EventPage, SectionPage
from tests import pages
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def index(site: Site) -> EventIndexPage:
    return pages.events(site.root_page)


def read(client: Client, path: str) -> Document:
    response = client.get(path)
    assert response.status_code == 200, path
    return Document(response.content)


def test_everything_in_both_languages(index: EventIndexPage, client: Client) -> None:
    programme = pages.programme(pages.services(pages.above(index)))
    event = pages.event(
        index,
        "Vasaras skola",
        "vasaras-skola",
        kind="summer-school",
        venue="Kultūras nams",
        is_online=True,
        capacity=30,
        contact=pages.person(),
        programme=programme,
        introduction="Divas dienas.",
        body=pages.text("Saturs."),
    )
    pages.english(
        event,
        "Summer school",
        "summer-school",
        venue="House of Culture",
        introduction="Two days.",
        body=pages.text("Content."),
    )
    latvian = read(client, "/notikumi/vasaras-skola/")
    english = read(client, "/en/events/summer-school/")
    for page, words in (
        (latvian, ["2022. gada 21. jūnijs", "10.00", "15.00", "Kultūras nams, Jelgava", "Saturs."]),
        (
            english,
            ["21 June 2022, 10:00–15:00", "House of Culture, Jelgava and online", "Content."],
        ),
    ):
        for expected in [*words, "Projektu vadītāja", "30"]:
            assert expected in page.one("main").text
        times = [time["datetime"] for time in page.all("time")]
        assert times == ["2022-06-21T10:00:00+03:00", "2022-06-21T15:00:00+03:00"]
    assert latvian.one("a", href="/pakalpojumi/piedzimstot-berninam/").text == (
        "Piedzimstot bērniņam"
    )
    assert english.one("a", href="/en/services/when-a-baby-is-born/").text == "When a Baby Is Born"


def test_several_days(index: EventIndexPage, client: Client) -> None:
    event = pages.event(index, slug="garais", ends_at=pages.at(2022, 6, 23, 12))
    pages.english(event, "Long", "long")
    assert (
        "21 June 2022, 10:00 – 23 June 2022, 12:00"
        in read(client, "/en/events/long/").one("main").text
    )


class TestComingAndPast:
    def shown(self, client: Client, path: str = "/notikumi/") -> tuple[list[str], list[str]]:
        """Titles under the two headings."""
        html = client.get(path).content.decode()
        coming, _heading, past = html.partition('id="past"')
        return tuple(
            [heading.text for heading in Document(part).all("h3")]  # type: ignore[return-value]
            for part in (coming, past)
        )

    def test_an_event_is_coming_until_it_ends(self, index: EventIndexPage, client: Client) -> None:
        event = pages.event(index, "Vakars", "vakars")
        for moment, coming in (
            (event.starts_at - HOUR, True),
            (event.starts_at + HOUR, True),
            (event.ends_at, True),
            (event.ends_at + datetime.timedelta(seconds=1), False),
        ):
            with time_machine.travel(moment, tick=False):
                assert self.shown(client) == ((["Vakars"], []) if coming else ([], ["Vakars"]))
                page = read(client, "/notikumi/vakars/")
                assert bool(page.all("a", href="/notikumi/vakars/calendar.ics")) == coming
                assert bool(page.all("div", class_="notice")) != coming

    def test_in_order(self, index: EventIndexPage, client: Client) -> None:
        for number in (3, 1, 2, 8, 6, 7):
            start = pages.at(2022, 6, 20 + number, 10)
            pages.event(index, f"{number}", f"n-{number}", starts_at=start, ends_at=start + HOUR)
        with time_machine.travel(pages.at(2022, 6, 24, 12), tick=False):
            assert self.shown(client) == (["6", "7", "8"], ["3", "2", "1"])

    def test_past_ones_by_the_page(self, index: EventIndexPage, client: Client) -> None:
        for number in range(14):
            pages.event(index, f"{number}", f"n-{number}")
        assert [len(self.shown(client, f"/notikumi/?page={n}")[1]) for n in (1, 2, 9)] == [12, 2, 2]

    def test_no_drafts_and_nothing_private(self, index: EventIndexPage, client: Client) -> None:
        pages.event(index, "Melnraksts", "melnraksts").unpublish()
        pages.hide(pages.event(index, "Slepens", "slepens"))
        assert self.shown(client) == ([], [])
        with time_machine.travel(pages.at(2022, 6, 1), tick=False):
            assert self.shown(client) == ([], [])
            assert entries(client, "/notikumi/calendar.ics") == []

    def test_a_programme_lists_its_coming_intakes(
        self, index: EventIndexPage, client: Client
    ) -> None:
        programme = pages.programme(pages.services(pages.above(index)))
        event = pages.event(index, "Grupa", "grupa", programme=programme)
        pages.english(event, "Intake", "intake")
        pages.hide(pages.event(index, "Slepena", "slepena", programme=programme))
        with time_machine.travel(event.ends_at, tick=False):
            latvian = read(client, "/pakalpojumi/piedzimstot-berninam/")
            english = read(client, "/en/services/when-a-baby-is-born/")
        assert latvian.one("a", href="/notikumi/grupa/").text == "Grupa"
        assert english.one("a", href="/en/events/intake/").text == "Intake"
        assert latvian.all("a", href="/notikumi/slepena/") == []
        assert "Grupa" not in read(client, "/pakalpojumi/piedzimstot-berninam/").one("main").text


def entries(client: Client, path: str) -> list[Any]:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(response.content)
    assert calendar["version"] == "2.0"
    assert calendar["prodid"]
    return list(calendar.walk("VEVENT"))


class TestCalendar:
    @pytest.fixture(autouse=True)
    def _address(self, settings: Any) -> None:
        settings.SITE_URL = "https://www.example.org"

    @pytest.fixture
    def event(self, index: EventIndexPage) -> EventPage:
        event = pages.event(
            index,
            "Vakars; ar komatu, un semikolu",
            "vakars",
            venue="Nams, 2. stāvs",
            introduction="Garš ievads ar burtiem āčēģīķļņšūž. " * 8,
        )
        pages.english(event, "An evening", "evening", introduction="Short.")
        return event

    def test_one_event(self, event: EventPage, client: Client) -> None:
        (entry,) = entries(client, "/notikumi/vakars/calendar.ics")
        assert str(entry["summary"]) == "Vakars; ar komatu, un semikolu"
        assert str(entry["location"]) == "Nams, 2. stāvs, Jelgava"
        assert str(entry["url"]) == "https://www.example.org/notikumi/vakars/"
        assert event.introduction.strip() in str(entry["description"])
        assert "https://www.example.org/notikumi/vakars/" in str(entry["description"])

    def test_times_are_in_utc(self, event: EventPage, client: Client) -> None:
        body = client.get("/notikumi/vakars/calendar.ics").content.decode()
        # 10.00 in Latvia's summer.
        assert "DTSTART:20220621T070000Z" in body
        assert "DTEND:20220621T120000Z" in body
        assert "DTSTAMP:" in body
        assert "TZID" not in body

    def test_winter_time(self, index: EventIndexPage, client: Client) -> None:
        start = pages.at(2022, 12, 1, 10)
        pages.event(index, slug="ziema", starts_at=start, ends_at=start + HOUR)
        (entry,) = entries(client, "/notikumi/ziema/calendar.ics")
        assert entry["dtstart"].dt == datetime.datetime(2022, 12, 1, 8, tzinfo=datetime.UTC)

    def test_lines_are_folded(self, event: EventPage, client: Client) -> None:
        """At most 75 bytes, never within a letter (RFC 5545, 3.1)."""
        response = client.get("/notikumi/vakars/calendar.ics")
        lines = response.content.split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert any(line.startswith(b" ") for line in lines)
        for line in lines:
            line.decode()
        assert b"\n" not in response.content.replace(b"\r\n", b"")

    def test_the_same_event_for_ever(self, event: EventPage, client: Client) -> None:
        """Calendars know an update by it, whichever language they read first."""
        (before,) = entries(client, "/notikumi/vakars/calendar.ics")
        event.title, event.slug = "Cits", "cits"
        event.starts_at -= HOUR
        event.save_revision().publish()
        (after,) = entries(client, "/notikumi/cits/calendar.ics")
        (english,) = entries(client, "/en/events/evening/calendar.ics")
        assert before["uid"] == after["uid"] == english["uid"]
        assert str(before["uid"]).endswith("@www.example.org")
        assert str(english["summary"]) == "An evening"

    def test_a_file_to_keep(self, event: EventPage, client: Client) -> None:
        response = client.get("/notikumi/vakars/calendar.ics")
        assert response["Content-Disposition"] == 'attachment; filename="vakars.ics"'

    def test_all_coming_events(
        self, event: EventPage, index: EventIndexPage, client: Client
    ) -> None:
        start = pages.at(2030, 1, 1, 10)
        later = {"starts_at": start, "ends_at": start + HOUR, "town": "", "is_online": True}
        pages.event(index, "Vēlāk", "velak", **later)
        with time_machine.travel(pages.at(2022, 1, 1), tick=False):
            both = entries(client, "/notikumi/calendar.ics")
            assert [str(entry["url"]).split("/")[-2] for entry in both] == ["vakars", "velak"]
            assert "location" not in both[1]
            english = entries(client, "/en/events/calendar.ics")
            assert [str(entry["summary"]) for entry in english] == ["An evening"]
        with time_machine.travel(pages.at(2031, 1, 1), tick=False):
            assert entries(client, "/notikumi/calendar.ics") == []

    def test_not_of_what_is_no_event(self, event: EventPage, client: Client) -> None:
        assert client.get("/par-mums/calendar.ics").status_code == 404
        event.unpublish()
        assert client.get("/notikumi/vakars/calendar.ics").status_code == 404

    def test_not_of_what_is_private(self, event: EventPage, client: Client) -> None:
        pages.hide(event)
        assert client.get("/notikumi/vakars/calendar.ics").status_code == 302


class TestRules:
    def clean(self, **fields: object) -> set[str]:
        locale = Locale.objects.get(language_code="lv")
        defaults = {"starts_at": pages.at(2022, 6, 21, 10), "ends_at": pages.at(2022, 6, 21, 15)}
        page = EventPage(title="N", slug="n", locale=locale, **{**defaults, **fields})
        try:
            page.full_clean(exclude=["path", "depth"])
        except ValidationError as problem:
            return set(problem.message_dict)
        return set()

    def test_what_editors_are_told(self, index: EventIndexPage) -> None:
        assert self.clean(town="riga") == set()
        assert self.clean(venue="Nams") == set()
        assert self.clean(is_online=True) == set()
        assert self.clean() == {"town"}
        assert self.clean(town="riga", ends_at=pages.at(2022, 6, 21, 9)) == {"ends_at"}
        assert self.clean(town="riga", ends_at=None) == {"ends_at"}
        assert self.clean(town="riga", capacity=0) == {"capacity"}
        assert self.clean(town="maskava") == {"town"}

    def test_the_database_holds_them(self, index: EventIndexPage) -> None:
        event = pages.event(index)
        with (
            pytest.raises(IntegrityError, match="event_begins_before_it_ends"),
            transaction.atomic(),
        ):
            EventPage.objects.filter(pk=event.pk).update(ends_at=event.starts_at - HOUR)

    def test_where_it_may_stand(self) -> None:
        assert EventPage.can_exist_under(EventIndexPage())
        assert not EventPage.can_exist_under(SectionPage())
        assert EventPage.allowed_subpage_models() == []
        assert EventIndexPage.allowed_subpage_models() == [EventPage]


def test_the_english_list_is_its_own(index: EventIndexPage, client: Client) -> None:
    pages.event(index, "Vakars", "vakars")
    assert Page.objects.get(slug="vakars").get_url() == "/notikumi/vakars/"
    assert "Vakars" not in read(client, "/en/events/").one("main").text
