"""Feeds that every reader understands: Atom (RFC 4287) and RSS 2.0, one of each per language."""

import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from wagtail.models import Page, Site

from blog.models import NewsIndexPage
from tests import pages
from tests.home.parsing import Document

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("error")]
ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.SITE_URL = "https://www.example.org"


@pytest.fixture
def index(site: Site) -> NewsIndexPage:
    index = pages.news_index(site.root_page)
    for number, day in enumerate([30, 10, 20]):
        article = pages.article(
            index,
            f"Ziņa <{number}> & „cita”",
            f"zina-{number}",
            published_on=datetime.date(2022, 6, day),
            introduction="Īsi & skaidri <b>",
        )
        pages.english(article, f"Item {number}", f"item-{number}", introduction="Brief")
    pages.article(index, "Melnraksts", "melnraksts").unpublish()
    pages.hide(pages.article(index, "Slepena", "slepena"))
    return index


@pytest.mark.parametrize(
    ("path", "language", "titles", "base"),
    [
        (
            "/jaunumi/",
            "lv",
            ["Ziņa <0> & „cita”", "Ziņa <2> & „cita”", "Ziņa <1> & „cita”"],
            "https://www.example.org/jaunumi/zina-",
        ),
        (
            "/en/news/",
            "en",
            ["Item 0", "Item 2", "Item 1"],
            "https://www.example.org/en/news/item-",
        ),
    ],
)
class TestBoth:
    def test_atom(
        self,
        index: NewsIndexPage,
        client: Client,
        path: str,
        language: str,
        titles: list[str],
        base: str,
    ) -> None:
        response = client.get(f"{path}feed.atom")
        assert response.status_code == 200
        assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
        feed = ET.fromstring(response.content)  # noqa: S314
        assert feed.tag == f"{ATOM}feed"
        assert feed.get(XML_LANGUAGE) == language
        entries = feed.findall(f"{ATOM}entry")
        assert [entry.findtext(f"{ATOM}title") for entry in entries] == titles
        links = [entry.find(f"{ATOM}link").get("href", "") for entry in entries]  # type: ignore[union-attr]
        assert all(link.startswith(base) for link in links)
        (itself,) = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
        assert itself.get("href") == f"https://www.example.org{path}feed.atom"
        published = [entry.findtext(f"{ATOM}published") or "" for entry in entries]
        assert [day[:10] for day in published] == ["2022-06-30", "2022-06-20", "2022-06-10"]
        for entry in [feed, *entries]:
            moment = datetime.datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "")
            assert moment.tzinfo
        for link in links:
            assert client.get(urlsplit(link).path).status_code == 200

    def test_rss(
        self,
        index: NewsIndexPage,
        client: Client,
        path: str,
        language: str,
        titles: list[str],
        base: str,
    ) -> None:
        response = client.get(f"{path}feed.rss")
        assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
        channel = ET.fromstring(response.content).find("channel")  # noqa: S314
        assert channel is not None
        assert channel.findtext("language") == language
        items = channel.findall("item")
        assert [item.findtext("title") for item in items] == titles
        assert all((item.findtext("link") or "").startswith(base) for item in items)
        guids = {item.find("guid").get("isPermaLink") for item in items}  # type: ignore[union-attr]
        assert guids == {"false"}

    def test_the_list_names_its_feeds(
        self,
        index: NewsIndexPage,
        client: Client,
        path: str,
        language: str,
        titles: list[str],
        base: str,
    ) -> None:
        page = Document(client.get(path).content)
        found = {
            link["type"]: link["href"]
            for link in page.all("link", rel="alternate")
            if "hreflang" not in link.attributes
        }
        assert found == {
            "application/atom+xml": f"{path}feed.atom",
            "application/rss+xml": f"{path}feed.rss",
        }
        assert page.one("a", href=f"{path}feed.atom").text == "Atom"
        assert page.one("a", href=f"{path}feed.rss").text == "RSS"


CONTROL = "".join(map(chr, (*range(1, 9), 11, 12, *range(14, 32), 127, 133))) + "\ufffe"


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_control_characters_break_nothing(index: NewsIndexPage, client: Client, kind: str) -> None:
    article = pages.article(index, "Īsa ziņa", "isa-zina")
    rows = {"title": f"Īsa{CONTROL}ziņa", "introduction": f"Viena\x0brinda{CONTROL}"}
    # As older rows may have them: behind the back of the checks.
    type(article).objects.filter(pk=article.pk).update(**rows)
    NewsIndexPage.objects.filter(pk=index.pk).update(
        title="Mūsu\x0bjaunumi", search_description="Visi\x0bjaunumi"
    )
    response = client.get(f"/jaunumi/feed.{kind}")
    assert response.status_code == 200
    text = " ".join(ET.fromstring(response.content).itertext())  # noqa: S314
    assert not set(CONTROL) & set(text)
    for words in ("Mūsu jaunumi", "Viena rinda"):
        assert words in text


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_an_introduction_is_no_markup(index: NewsIndexPage, client: Client, kind: str) -> None:
    feed = ET.fromstring(client.get(f"/jaunumi/feed.{kind}").content)  # noqa: S314
    path = f"{ATOM}entry/{ATOM}summary" if kind == "atom" else "channel/item/description"
    shown = feed.findall(path)
    assert {summary.text for summary in shown} == {"Īsi &amp; skaidri &lt;b&gt;"}
    assert {summary.get("type") for summary in shown} == {"html" if kind == "atom" else None}


def identities(client: Client, path: str) -> list[str]:
    feed = ET.fromstring(client.get(path).content)  # noqa: S314
    return [entry.findtext(f"{ATOM}id") or "" for entry in feed.findall(f"{ATOM}entry")]


def test_an_article_keeps_its_identity(index: NewsIndexPage, client: Client) -> None:
    before = identities(client, "/jaunumi/feed.atom")
    assert len(set(before)) == 3
    page = Page.objects.get(slug="zina-0").specific
    page.slug, page.title = "cita", "Cita"
    page.save_revision().publish()
    assert identities(client, "/jaunumi/feed.atom") == before
    # Versions in two languages are two entries.
    assert not set(before) & set(identities(client, "/en/news/feed.atom"))


def test_the_latest_twenty(index: NewsIndexPage, client: Client) -> None:
    for number in range(20):
        pages.article(index, slug=f"jauns-{number}", published_on=datetime.date(2023, 1, 1))
    assert len(identities(client, "/jaunumi/feed.atom")) == 20


def test_nothing_yet(site: Site, client: Client) -> None:
    pages.news_index(site.root_page)
    assert identities(client, "/jaunumi/feed.atom") == []


@pytest.mark.parametrize("path", ["/jaunumi/feed.json", "/par-mums/feed.atom", "/feed.atom"])
def test_others_have_none(index: NewsIndexPage, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_private_list_has_no_open_feed(index: NewsIndexPage, client: Client) -> None:
    pages.hide(index)
    for path in ("/jaunumi/", "/jaunumi/feed.atom", "/jaunumi/feed.rss"):
        assert client.get(path).status_code == 302, path


def test_an_unpublished_list_has_none(index: NewsIndexPage, client: Client) -> None:
    index.unpublish()
    assert client.get("/jaunumi/feed.atom").status_code == 404
