"""What is kept of what people search for, and what is not."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client, RequestFactory
from django.utils import timezone
from wagtail.models import Site

from sosbca.search import asked
from sosbca.search.models import AskedQuery
from sosbca.search.tasks import forget_queries
from sosbca.search.views import search as view
from tests.search.pages import add, index, search

pytestmark = pytest.mark.django_db


def kept() -> list[tuple[str, int, int]]:
    rows = AskedQuery.objects.order_by("text")
    return [(row.text, row.count, row.results) for row in rows]


def test_counted_by_day_and_language(site: Site, client: Client) -> None:
    add("Ķirsis")
    index()
    search(client, "Ķirsis")
    search(client, "ķirsis ")
    search(client, "vakance")
    search(client, "vacancy", "en")
    assert kept() == [("vacancy", 1, 0), ("vakance", 1, 0), ("ķirsis", 2, 1)]
    assert {row.language for row in AskedQuery.objects.all()} == {"lv", "en"}
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        search(client, "ķirsis")
    assert AskedQuery.objects.filter(text="ķirsis").count() == 2


def test_further_pages_and_kinds_are_no_new_question(site: Site, client: Client) -> None:
    search(client, "ķirsis", type="pages")
    client.head("/meklet/", {"q": "ķirsis"})
    assert kept() == []


@pytest.mark.parametrize(
    "text",
    [
        "anna@example.org",
        "+371 20 000 000",
        "20000000",
        "161175-19997",
        "161175 19997",
        "1 6 1 1 7 5",
        "LV85DEMO0000123456789",
        "lv85 demo",
        "https://example.org/x",
        "www.example.org",
        "viens divi trīs četri pieci seši",
        "x" * 61,
        "a",
        "?",
        "",
    ],
)
def test_not_kept(text: str) -> None:
    asked.record(text, "lv", 0)
    assert kept() == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("projekts 2022", "projekts 2022"),
        ("=HYPERLINK(x)", "hyperlink x"),
        ("„Austra”, mākoņi!", "austra mākoņi"),
        ("audžu-ģimene", "audžu ģimene"),
    ],
)
def test_kept_as_words_alone(site: Site, text: str, words: str) -> None:
    add("Projekts 2022: Austras mākoņi", "Hyperlink x")
    index()
    asked.record(text, "lv", 0)
    assert kept() == [(words, 1, 0)]


def test_a_flood_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "MOST_A_DAY", 3)
    for word in ("vakance", "bērns", "mamma", "konts", "vakance"):
        asked.record(word, "lv", 0)
    assert kept() == [("bērns", 1, 0), ("mamma", 1, 0), ("vakance", 2, 0)]
    asked.record("baby", "en", 0)
    assert len(kept()) == 4


def test_a_failure_is_logged_and_goes_no_further(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any) -> None:
        AskedQuery.objects.create(pk="no number")

    monkeypatch.setattr(asked, "_record", fail)
    with caplog.at_level(logging.ERROR, "sosbca.search.asked"):
        assert search(client, "ķirsis").status_code == 200
    assert "could not be counted" in caplog.text
    assert AskedQuery.objects.count() == 0, "and the database can still be used"


def test_the_page_is_made_before_it_is_counted(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server closes the answer after it was sent; counting happens then."""
    request = RequestFactory().get("/meklet/", {"q": "vakance"})
    response = view(request)
    assert kept() == []
    request_finished.disconnect(close_old_connections)
    response.close()
    response.close()
    request_finished.connect(close_old_connections)
    assert kept() == [("vakance", 1, 0)]


def on_days(text: str, days: int, *, times: int = 1) -> None:
    """Asked on so many days, so many times on each."""
    for day in range(days):
        with time_machine.travel(timezone.now() + timedelta(days=day)):
            for _time in range(times):
                asked.record(text, "lv", 0)


class TestNames:
    """Whom somebody looks for is nobody's business; what many people miss is the editors'."""

    NAME = "Jānis Bērziņš"

    def test_one_persons_question_is_not_readable(self) -> None:
        on_days(self.NAME, 4, times=3)
        rows = kept()
        assert [row[1] for row in rows] == [3] * 4, "but can be counted"
        for text, *_numbers in rows:
            assert text.startswith("#")
            assert "jānis" not in text
            assert "bērziņš" not in text

    def test_what_is_missed_for_days_is_written_down(self) -> None:
        on_days("dinozaurs", 5, times=2)
        assert kept() == [("dinozaurs", 2, 0)] * 5
        with time_machine.travel(timezone.now() + timedelta(days=40)):
            forget_queries.call()
            asked.record("dinozaurs", "lv", 0)
        assert sorted(kept()) == [("dinozaurs", 1, 0), *[("dinozaurs", 2, 0)] * 5]

    def test_languages_are_counted_apart(self) -> None:
        on_days("dinozaurs", 4)
        asked.record("dinozaurs", "en", 0)
        assert "dinozaurs" not in {row[0] for row in kept()}

    def test_a_mark_is_forgotten(self) -> None:
        on_days(self.NAME, 1, times=2)
        with time_machine.travel(timezone.now() + timedelta(days=29)):
            forget_queries.call()
            assert len(kept()) == 1
        with time_machine.travel(timezone.now() + timedelta(days=30)):
            forget_queries.call()
            assert kept() == []

    @pytest.mark.parametrize(
        "text",
        [
            "dārziem",  # another form
            "darzs",  # without diacritics
            "kā ir dārzs",  # with stop words
            "dāzrs",  # two letters swapped
            "dārzs vakance",  # one of a page, one of the synonyms
            "vakancce",  # a slip in a synonym
        ],
    )
    def test_words_of_the_site(self, site: Site, text: str) -> None:
        add("Dārzs")
        index()
        asked.record(text, "lv", 0)
        assert kept() == [(text, 1, 0)]

    def test_a_name_is_no_slip(self, site: Site) -> None:
        add("Jānis Kalniņš un bērniņš")
        index()
        asked.record(self.NAME, "lv", 1)
        assert [row[0][0] for row in kept()] == ["#"]

    @pytest.mark.parametrize("text", ["dārzs bērziņš", "dāzzrss", "jān", "dārzs 1975"])
    def test_one_strange_word_is_enough(self, site: Site, text: str) -> None:
        add("Dārzs")
        index()
        asked.record(text, "lv", 0)
        assert [row[0][0] for row in kept()] == ["#"]

    def test_who_stands_on_a_page_is_no_secret_until_it_is_gone(self, site: Site) -> None:
        page = add(self.NAME)
        index()
        asked.record(self.NAME, "lv", 1)
        assert kept() == [("jānis bērziņš", 1, 1)]
        page.delete()
        asked.record(self.NAME, "lv", 0)
        assert sorted(row[0][0] for row in kept()) == ["#", "j"]
        on_days(self.NAME, 5)
        # The day on which a page had the words has its row already.
        assert AskedQuery.objects.filter(text="jānis bērziņš").count() == 5


def test_forgotten_in_time() -> None:
    today = timezone.localdate()

    def row(text: str, days: int, count: int, language: str = "lv") -> None:
        AskedQuery.objects.create(
            day=today - timedelta(days=days), language=language, text=text, count=count, results=0
        )

    row("viens", 366, 9)
    row("divi", 364, 2)
    row("trīs", 31, 1)
    row("četri", 29, 1)
    row("pieci", 31, 1)
    row("pieci", 3, 1)
    row("trīs", 31, 2, "en")
    forget_queries.call()
    assert sorted(AskedQuery.objects.values_list("text", "language")) == [
        ("divi", "lv"),
        ("pieci", "lv"),
        ("pieci", "lv"),
        ("trīs", "en"),
        ("četri", "lv"),
    ]
