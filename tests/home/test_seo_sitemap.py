"""The sitemap names every public page once, with its translations, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from home.metadata import sitemap as sitemaps
from home.models import HomePage, StandardPage
from tests import pages
from tests.home.parsing import Document
from tests.home.whole_site import ALL

pytestmark = pytest.mark.django_db

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}
ORIGIN = "http://testserver"


class Entry(NamedTuple):
    modified: str | None
    translations: dict[str, str]


def read(client: Client, path: str = "/sitemap.xml") -> dict[str, Entry]:
    """What the sitemap says of each address, without the origin."""
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    found: dict[str, Entry] = {}
    for url in ElementTree.fromstring(response.content).findall("s:url", NAMES):  # noqa: S314  our own
        address = url.findtext("s:loc", "", NAMES)
        assert address.startswith(ORIGIN)
        assert address not in found
        links = {link.get("hreflang", ""): link for link in url.findall("x:link", NAMES)}
        found[address.removeprefix(ORIGIN)] = Entry(
            url.findtext("s:lastmod", None, NAMES),
            {code: link.get("href", "") for code, link in links.items()},
        )
    return found


def test_every_page_of_both_languages(whole_site: Site, client: Client) -> None:
    assert sorted(read(client)) == sorted(ALL)


def test_addresses_are_those_of_the_pages(whole_site: Site, client: Client) -> None:
    home = whole_site.root_page
    pages.add(home, StandardPage, "Ūdens & zeme", "ūdens-zeme")
    urls = {page.get_url() for page in Page.objects.filter(depth__gte=2)}
    assert set(read(client)) == urls


def test_translations_name_each_other_as_the_pages_do(whole_site: Site, client: Client) -> None:
    alone = pages.add(whole_site.root_page, StandardPage, "Tikai latviski", "tikai")
    found = read(client)
    assert found.pop(alone.get_url() or "").translations == {}
    for address, entry in found.items():
        assert entry.translations.keys() == {"lv", "en", "x-default"}
        assert ORIGIN + address in entry.translations.values()
        assert entry.translations["x-default"] == entry.translations["lv"]
        for other in entry.translations.values():
            assert found[other.removeprefix(ORIGIN)].translations == entry.translations
    for address in ("/", "/en/news/book/"):
        head = Document(client.get(address).content)
        assert head.alternates() == found[address].translations


def test_when_a_page_was_last_published(site: Site, client: Client) -> None:
    page = Page.objects.get(slug="par-mums")
    assert read(client)["/par-mums/"].modified is None
    moment = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
    Page.objects.filter(pk=page.pk).update(last_published_at=moment)
    assert read(client)["/par-mums/"].modified == "2026-03-04T12:30:00+00:00"


class TestLeftOut:
    def test_drafts(self, site: Site, client: Client) -> None:
        pages.add(site.root_page, StandardPage, "Melnraksts", "melnraksts", live=False)
        assert "/melnraksts/" not in read(client)

    def test_a_translation_that_is_a_draft(self, site: Site, client: Client) -> None:
        Page.objects.get(slug="about-us").specific.unpublish()
        found = read(client)
        assert "/en/about-us/" not in found
        assert found["/par-mums/"].translations == {}

    def test_what_has_expired(self, site: Site, client: Client) -> None:
        soon = timezone.now() + timedelta(days=1)
        past = timezone.now() - timedelta(minutes=1)
        pages.add(site.root_page, StandardPage, "Drīz", "driz", expire_at=soon)
        pages.add(site.root_page, StandardPage, "Vairs ne", "vairs-ne", expire_at=past)
        found = read(client)
        assert "/driz/" in found
        assert "/vairs-ne/" not in found

    @pytest.mark.parametrize("kind", ["login", "password"])
    def test_what_is_not_for_everybody_and_all_below(
        self, site: Site, client: Client, kind: str
    ) -> None:
        about = Page.objects.get(slug="par-mums")
        pages.add(about, StandardPage, "Komanda", "komanda")
        assert "/par-mums/komanda/" in read(client)
        PageViewRestriction.objects.create(page=about, restriction_type=kind, password="x")
        found = read(client)
        assert not [address for address in found if address.startswith("/par-mums/")]
        assert "/en/about-us/" in found

    def test_pages_of_another_site(self, site: Site, client: Client) -> None:
        root = Page.objects.get(depth=1)
        other = pages.add(root, HomePage, "Cits", "cits", hero_heading="Cits")
        Site.objects.create(hostname="other.example.org", root_page=other)
        pages.add(other, StandardPage, "Cita lapa", "cita-lapa")
        assert not [address for address in read(client) if "cita" in address]


def grow(site: Site, number: int) -> None:
    home = site.root_page.specific
    for index in range(number):
        page = pages.add(home, StandardPage, f"Lapa {index}", f"lapa-{index}")
        pages.english(page, f"Page {index}", f"page-{index}")


def test_the_number_of_queries_does_not_grow(site: Site, client: Client) -> None:
    def count() -> int:
        client.get("/sitemap.xml")
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap.xml")
        return len(queries)

    few = count()
    assert 0 < few <= 4
    grow(site, 12)
    assert count() == few


def test_a_large_site_is_divided(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "PART", 10)
    grow(site, 12)
    Page.objects.filter(slug="page-11").update(last_published_at=datetime(2026, 1, 2, tzinfo=UTC))
    index = client.get("/sitemap.xml")
    assert index["Content-Type"] == "application/xml"
    parts = ElementTree.fromstring(index.content).findall("s:sitemap", NAMES)  # noqa: S314  our own
    addresses = [part.findtext("s:loc", "", NAMES) for part in parts]
    assert addresses == [f"{ORIGIN}/sitemap-{number}.xml" for number in (1, 2, 3)]
    assert [part.findtext("s:lastmod", None, NAMES) for part in parts] == [
        None,
        None,
        "2026-01-02T00:00:00+00:00",
    ]
    found = [read(client, address.removeprefix(ORIGIN)) for address in addresses]
    assert list(map(len, found)) == [10, 10, 10]
    everything = found[0] | found[1] | found[2]
    assert len(everything) == 30
    assert all(len(entry.translations) == 3 for entry in everything.values())
    assert client.get("/sitemap-4.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_absolute_addresses_of_the_settings(site: Site, client: Client, settings: object) -> None:
    settings.SITE_URL = "https://www.example.lv"  # type: ignore[attr-defined]
    text = client.get("/sitemap.xml").content.decode()
    assert "<loc>https://www.example.lv/en/about-us/</loc>" in text
    assert "testserver" not in text


def test_everybody_gets_the_same(site: Site, client: Client) -> None:
    response = client.get("/sitemap.xml")
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert client.post("/sitemap.xml").status_code == 405
