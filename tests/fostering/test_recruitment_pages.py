"""The landing page and the ways of helping: side by side, with figures that know their date."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from fostering.models import LandingPage, SupportCentre, WayFigure, WayOfHelpingPage
from sosbca.core.page_cache.changes import group_of
from sosbca.core.snippets import Fact
from tests import pages
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db
WARNING = "This figure may be out of date"
LAST_DAY = datetime.date(2026, 12, 31)


@pytest.fixture
def landing(site: Site) -> LandingPage:
    page = pages.add(site.root_page, LandingPage, "Kļūt", "klut")
    pages.english(page, "Become", "become")
    return page


def way(landing: LandingPage, slug: str, amount: int) -> WayOfHelpingPage:
    """With an allowance that was to be looked at again by the end of 2026."""
    page = pages.add(
        landing,
        WayOfHelpingPage,
        slug.title(),
        slug,
        for_whom="For whom",
        how_long="How long",
        requirements="Who",
        training="Training",
        allowance="Money",
        support="Support",
    )
    fact = Fact.objects.create(
        code=slug,
        figure=amount,
        unit_lv="€",
        unit_en="€",
        label_lv="mēnesī",
        label_en="a month",
        as_of=datetime.date(2026, 1, 1),
        source_lv="VSAA",
        source_en="State Social Insurance Agency",
        valid_until=LAST_DAY,
    )
    page.figures.add(WayFigure(aspect="allowance", fact=fact))
    page.save()
    english = pages.english(page, slug.title(), f"{slug}-en")
    english.save()
    return page


@pytest.mark.parametrize("path", ["/en/become/", "/en/become/foster-en/"])
def test_figures_stand_with_date_and_source(
    landing: LandingPage, client: Client, path: str
) -> None:
    way(landing, "foster", 300)
    with time_machine.travel(datetime.datetime(2026, 12, 31, 12, tzinfo=datetime.UTC)):
        text = Document(client.get(path).content).one("main").text
        for words in ("300", "a month", "1 January 2026", "State Social Insurance Agency"):
            assert words in text
        assert WARNING not in text


@pytest.mark.parametrize("path", ["/en/become/", "/en/become/foster-en/"])
def test_visitors_are_warned_of_a_figure_past_its_date(
    landing: LandingPage, client: Client, path: str
) -> None:
    way(landing, "foster", 300)
    with time_machine.travel(datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC)):
        assert WARNING in Document(client.get(path).content).one("main").text


def test_the_centres_stand_on_the_landing_page(landing: LandingPage, client: Client) -> None:
    SupportCentre.objects.create(
        name_lv="Centrs", name_en="Centre of Gulbene", town="gulbene", phone="+371 2000 0025"
    )
    text = Document(client.get("/en/become/").content).one("main").text
    for words in ("Centre of Gulbene", "Vidzeme", "+371 2000 0025"):
        assert words in text
    assert group_of(SupportCentre) is not None, "the page cache hears of changes"


def test_the_number_of_queries_does_not_grow(landing: LandingPage, client: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/klut/")
        return len(queries)

    way(landing, "foster", 300)
    count()
    few = count()
    for number in range(4):
        way(landing, f"way{number}", 100 + number)
    assert count() <= few
