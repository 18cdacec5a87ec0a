"""The finder of services, the map of places, and that nobody learns where children live."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import override
from wagtail.models import Locale, Page, Site

from home.models import (
    PlaceIndexPage,
    PlacePage,
    ProgrammePage,
    SectionPage,
    ServiceIndexPage,
    ServicePage,
    StandardPage,
)
from home.models.place_pages import WHERE_CHILDREN_LIVE, PlaceKind
from home.models.service_pages import AGE_BANDS
from tests import pages
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db
ALL = ["aprupe", "jaundzimusajiem", "pec-aprupes", "specialistiem"]


def read(client: Client, path: str) -> Document:
    response = client.get(path)
    assert response.status_code == 200, path
    return Document(response.content)


def found(client: Client, path: str) -> list[str]:
    """The slugs of the pages that a list shows."""
    base, _mark, _query = path.partition("?")
    html = client.get(path).content.decode().partition('id="found"')[2]
    # The map's pins lead to the same pages; that of a chosen town leads nowhere.
    links = [link["href"] for link in Document(html).all("a") if "href" in link.attributes]
    return sorted({href.split("/")[-2] for href in links if href.startswith(base) and href != base})


def choices(client: Client, path: str) -> dict[str, tuple[str, int]]:
    html = client.get(path).content.decode()
    nav = html.partition('<nav class="filters"')[2].partition("</nav>")[0]
    links = {}
    for link in Document(nav).all("a"):
        words, _dash, count = link.text.rpartition("–")
        if words and "aria-current" not in link.attributes:
            links[words.strip(" –")] = (link["href"], int(count.split()[0]))
    return links


@pytest.fixture
def services(site: Site) -> ServiceIndexPage:
    index = pages.services(site.root_page)
    rows: list[tuple[str, list[str], int | None, int | None, list[str]]] = [
        ("jaundzimusajiem", ["newborn", "at-risk"], None, 2, ["riga", "zemgale"]),
        ("aprupe", ["without-care"], 0, 18, []),
        ("pec-aprupes", ["leaving-care"], 18, 24, ["vidzeme"]),
        ("specialistiem", ["professionals"], None, None, []),
    ]
    for slug, needs, low, high, regions in rows:
        pages.service(
            index, slug.title(), slug, needs=needs, age_from=low, age_to=high, regions=regions
        )
    return index


class TestFinder:
    @pytest.mark.parametrize(
        ("query", "slugs"),
        [
            ("", ALL),
            ("?need=newborn", ["jaundzimusajiem"]),
            # A service without regions is for every region.
            ("?region=zemgale", ["aprupe", "jaundzimusajiem", "specialistiem"]),
            ("?region=latgale", ["aprupe", "specialistiem"]),
            # Both ends of an age are included; a service without ages is for adults.
            ("?age=0-2", ["aprupe", "jaundzimusajiem"]),
            ("?age=3-6", ["aprupe"]),
            ("?age=13-17", ["aprupe"]),
            ("?age=18-24", ["aprupe", "pec-aprupes"]),
            ("?need=at-risk&region=riga&age=0-2", ["jaundzimusajiem"]),
            ("?need=newborn&age=18-24", []),
            ("?need=' OR 1=1&region=²&age=99999999999", ALL),
            ("?need=newborn&need=leaving-care", ["pec-aprupes"]),
            ("?age=%00", ALL),
        ],
    )
    def test_narrowed(
        self, services: ServiceIndexPage, client: Client, query: str, slugs: list[str]
    ) -> None:
        assert found(client, f"/pakalpojumi/{query}") == slugs
        assert bool(read(client, f"/pakalpojumi/{query}").all("div", class_="empty")) == (not slugs)

    def test_each_count_is_what_its_link_finds(
        self, services: ServiceIndexPage, client: Client
    ) -> None:
        for start in ("", "?region=vidzeme", "?age=0-2&need=at-risk"):
            for words, (href, count) in choices(client, f"/pakalpojumi/{start}").items():
                assert len(found(client, f"/pakalpojumi/{href}")) == count, (start, words)

    def test_a_link_keeps_the_other_choices(
        self, services: ServiceIndexPage, client: Client
    ) -> None:
        links = choices(client, "/pakalpojumi/?need=at-risk&age=0-2")
        assert links["Zemgale"] == ("?need=at-risk&region=zemgale&age=0-2", 1)

    def test_no_drafts_and_nothing_private(
        self, services: ServiceIndexPage, client: Client
    ) -> None:
        Page.objects.get(slug="aprupe").unpublish()
        pages.hide(Page.objects.get(slug="jaundzimusajiem"))
        assert found(client, "/pakalpojumi/") == ["pec-aprupes", "specialistiem"]

    def test_programmes_stand_below(self, services: ServiceIndexPage, client: Client) -> None:
        pages.programme(services)
        assert "piedzimstot-berninam" in found(client, "/pakalpojumi/")
        assert "piedzimstot-berninam" not in found(client, "/pakalpojumi/?age=0-2")


@pytest.mark.parametrize(
    ("low", "high", "english"),
    [
        (0, 18, "ages 0–18"),
        (None, 3, "up to age 3"),
        (16, None, "from age 16"),
        (5, 5, "age 5"),
        (0, 21, "ages 0–21"),
        (None, None, ""),
    ],
)
def test_ages_in_words(low: int | None, high: int | None, english: str) -> None:
    with override("en"):
        assert ServicePage(age_from=low, age_to=high).ages == english


@pytest.mark.parametrize(
    ("low", "high", "bands"),
    [
        (2, 3, ["0-2", "3-6"]),
        (17, 18, ["13-17", "18-24"]),
        (None, 0, ["0-2"]),
        (24, None, ["18-24"]),
        (None, None, []),
    ],
)
def test_both_ends_of_an_age_are_included(
    low: int | None, high: int | None, bands: list[str]
) -> None:
    service = ServicePage(age_from=low, age_to=high)
    assert [band for band in AGE_BANDS if service.fits_age(band)] == bands


def test_a_service_in_both_languages(services: ServiceIndexPage, client: Client) -> None:
    service = pages.service(
        services,
        "Atbalsts",
        "atbalsts",
        audience="Mātēm ar jaundzimušo",
        regions=["riga", "kurzeme"],
        how_to_get="<p>Zvaniet mums.</p>",
        contact=pages.person(),
        introduction="Īsi.",
        body=pages.text("Gari."),
    )
    pages.english(
        service,
        "Support",
        "support",
        audience="Mothers with a newborn",
        how_to_get="<p>Call us.</p>",
        body=pages.text("At length."),
    )
    index = pages.places(pages.above(services))
    place = pages.place(index, "Valmiera", "valmiera", services=[service])
    pages.english(place, "In Valmiera", "in-valmiera")
    pages.hide(pages.place(index, "Slepena", "slepena", services=[service]))
    latvian = read(client, "/pakalpojumi/atbalsts/").one("main").text
    for words in ("Mātēm ar jaundzimušo", "0–18", "Kurzeme", "Zvaniet mums.", "Gari.", "Valmiera"):
        assert words in latvian
    assert "Slepena" not in latvian
    english = read(client, "/en/services/support/")
    for words in ("Mothers with a newborn", "Ages 0–18", "Rīga region, Kurzeme", "Call us."):
        assert words in english.one("main").text
    assert english.one("a", href="/en/places/in-valmiera/").text == "In Valmiera"


def test_a_programme_in_both_languages(services: ServiceIndexPage, client: Client) -> None:
    pages.programme(services)
    latvian = read(client, "/pakalpojumi/piedzimstot-berninam/").one("main").text
    english = read(client, "/en/services/when-a-baby-is-born/").one("main").text
    for words in (
        "Stipra mātes, tēva un bērna piesaiste.",
        "Mātēm ar jaundzimušo",
        "programmas vadītāja",
        "4–6 × PEP mammas",
        "Emocionāls un praktisks atbalsts.",
        "Programma latviski.",
    ):
        assert words in latvian
    for words in (
        "A strong bond between mother, father and child.",
        "4–6 × PEP mums",
        "Emotional and practical support.",
        "Rīga region",
    ):
        assert words in english


@pytest.fixture
def places(site: Site) -> PlaceIndexPage:
    index = pages.places(site.root_page)
    for slug, kind, town in (
        ("valmiera", "village", "valmiera"),
        ("islice", "village", "islice"),
        ("jelgava", "youth-house", "jelgava"),
        ("riga", "office", "riga"),
    ):
        pages.place(index, slug.title(), slug, kind=kind, town=town)
    return index


class TestMap:
    @pytest.mark.parametrize(
        ("query", "slugs"),
        [
            ("", ["islice", "jelgava", "riga", "valmiera"]),
            ("?region=zemgale", ["islice", "jelgava"]),
            ("?kind=village", ["islice", "valmiera"]),
            ("?region=zemgale&kind=village", ["islice"]),
            ("?region=latgale", []),
            ("?region=²&kind=' --", ["islice", "jelgava", "riga", "valmiera"]),
        ],
    )
    def test_the_map_and_the_list_are_equals(
        self, places: PlaceIndexPage, client: Client, query: str, slugs: list[str]
    ) -> None:
        page = read(client, f"/vietas/{query}")
        pins = sorted(pin["href"].split("/")[-2] for pin in page.all("a", class_="pin"))
        links = [link["href"] for link in page.all("a") if link["href"].startswith("/vietas/")]
        listed = sorted({href.split("/")[-2] for href in links if href != "/vietas/"})
        assert pins == listed == slugs
        # Each is there twice: as a pin and in the list.
        assert len([href for href in links if href != "/vietas/"]) == 2 * len(slugs)

    def test_each_region_counts_what_it_finds(self, places: PlaceIndexPage, client: Client) -> None:
        for start in ("", "?kind=village"):
            for words, (href, count) in choices(client, f"/vietas/{start}").items():
                assert len(found(client, f"/vietas/{href}")) == count, words
        regions = read(client, "/vietas/").all("a", class_="region")
        assert "?region=zemgale" in {region["href"] for region in regions}

    def test_no_drafts_and_nothing_private(self, places: PlaceIndexPage, client: Client) -> None:
        Page.objects.get(slug="valmiera").unpublish()
        pages.hide(Page.objects.get(slug="islice"))
        assert found(client, "/vietas/") == ["jelgava", "riga"]

    def test_a_town_with_several_places(self, places: PlaceIndexPage, client: Client) -> None:
        pages.place(places, "Centrs", "centrs", kind="support-centre", town="jelgava")
        (pin,) = (
            pin for pin in read(client, "/vietas/").all("a", class_="pin") if "?" in pin["href"]
        )
        assert pin["href"] == "?town=jelgava"
        assert found(client, "/vietas/?town=jelgava") == ["centrs", "jelgava"]
        # The choice stands among the filters, to be taken away.
        narrowed = read(client, "/vietas/?kind=support-centre&town=jelgava")
        current = narrowed.all("a", **{"aria-current": "true"})
        assert any("Jelgava" in link.text for link in current)
        assert "?kind=support-centre" in {link["href"] for link in current}
        assert found(client, "/vietas/?town=atlantis") == found(client, "/vietas/")


class TestPlace:
    def test_in_both_languages(self, places: PlaceIndexPage, client: Client) -> None:
        services = pages.services(pages.above(places))
        service = pages.service(services, "Aprūpe", "aprupe")
        pages.english(service, "Care", "care")
        place = pages.place(
            places,
            "Birojs",
            "birojs",
            kind="office",
            town="riga",
            address="Mākoņu iela 1",
            opened=2001,
            contact=pages.person(),
            services=[service],
            body=pages.text("Nāciet."),
        )
        pages.english(place, "Office", "office", body=pages.text("Come in."))
        latvian = read(client, "/vietas/birojs/")
        for words in ("Rīga", "2001", "Mākoņu iela 1", "Nāciet.", "+371 2000 0001"):
            assert words in latvian.one("main").text
        assert latvian.one("a", href="/pakalpojumi/aprupe/").text == "Aprūpe"
        english = read(client, "/en/places/office/")
        for words in ("Rīga region", "2001", "Mākoņu iela 1", "Come in.", "projects team"):
            assert words in english.one("main").text
        assert english.one("a", href="/en/services/care/").text == "Care"

    @pytest.mark.parametrize("kind", PlaceKind.values)
    def test_no_address_where_children_live(self, places: PlaceIndexPage, kind: str) -> None:
        locale = Locale.objects.get(language_code="lv")
        fields: dict[str, Any] = {"kind": kind, "town": "riga", "address": "Iela 1"}
        page = PlacePage(title="V", slug="v", locale=locale, **fields)
        if kind in WHERE_CHILDREN_LIVE:
            with pytest.raises(ValidationError) as problem:
                page.full_clean(exclude=["path", "depth"])
            assert set(problem.value.message_dict) == {"address"}
            with (
                pytest.raises(IntegrityError, match="place_no_address_where_children_live"),
                transaction.atomic(),
            ):
                PlacePage.objects.filter(slug="riga").update(kind=kind, address="Iela 1")
        else:
            page.full_clean(exclude=["path", "depth"])
            pages.place(places, slug="iela", **fields)

    def test_villages_and_houses_are_among_them(self) -> None:
        assert {"village", "families", "youth-house"} <= WHERE_CHILDREN_LIVE

    def test_the_page_says_why_there_is_no_address(
        self, places: PlaceIndexPage, client: Client
    ) -> None:
        pages.english(Page.objects.get(slug="valmiera").specific, "Valmiera", "valmiera-en")
        assert "Children live here" in read(client, "/en/places/valmiera-en/").one("main").text


class TestRules:
    def test_ages(self, services: ServiceIndexPage) -> None:
        def problems(low: int | None, high: int | None, **fields: Any) -> set[str]:
            page = ServicePage(
                title="P",
                slug="p",
                audience="A",
                locale=services.locale,
                age_from=low,
                age_to=high,
                **{"needs": ["newborn"], **fields},
            )
            try:
                page.full_clean(exclude=["path", "depth"])
            except ValidationError as problem:
                return set(problem.message_dict)
            return set()

        assert problems(0, 18) == problems(None, None) == problems(5, 5) == set()
        assert problems(6, 5) == {"age_to"}
        assert problems(0, 25) == {"age_to"}
        assert problems(0, 18, needs=[]) == {"needs"}
        assert problems(0, 18, needs=["nothing"]) == {"needs"}
        assert problems(0, 18, regions=["estonia"]) == {"regions"}

    def test_the_database_holds_them(self, services: ServiceIndexPage) -> None:
        page = pages.service(services, age_from=3, age_to=5)
        with pytest.raises(IntegrityError, match="service_ages_in_order"), transaction.atomic():
            ServicePage.objects.filter(pk=page.pk).update(age_to=2)

    def test_where_they_may_stand(self) -> None:
        assert ServicePage.can_exist_under(ServiceIndexPage())
        assert not ServicePage.can_exist_under(SectionPage())
        assert set(ServicePage.allowed_subpage_models()) == {ProgrammePage, StandardPage}
        assert ProgrammePage.can_exist_under(SectionPage())
        assert not ProgrammePage.can_exist_under(PlaceIndexPage())
        assert PlacePage.can_exist_under(PlaceIndexPage())
        assert PlacePage.allowed_subpage_models() == []
