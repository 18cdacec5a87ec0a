"""What the head of a page tells other sites."""

import datetime
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from wagtail.models import Page, Site

from blog.models import ArticlePage
from sosbca.core.models import CustomImage
from tests import pages
from tests.home.parsing import Document
from tests.home.whole_site import ADDRESSES, ALL

pytestmark = pytest.mark.django_db
ORIGIN = "https://www.example.lv"


@pytest.fixture(autouse=True)
def _settings(settings: Any, tmp_path: Any) -> None:
    settings.SITE_URL = ORIGIN
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = storages


def read(client: Client, path: str) -> Document:
    response = client.get(path)
    assert response.status_code == 200, path
    return Document(response.content)


def properties(page: Document) -> dict[str, str]:
    metas = [meta for meta in page.all("meta") if "property" in meta.attributes]
    found = {meta["property"]: meta["content"] for meta in metas}
    assert len(found) == len(metas)
    return found


def canonical(page: Document) -> str:
    return page.one("link", rel="canonical")["href"]


def test_every_page_says_what_other_sites_ask_for(whole_site: Site, client: Client) -> None:
    for path in ALL:
        page = read(client, path)
        found = properties(page)
        assert found["og:title"], path
        assert found["og:url"] == canonical(page) == ORIGIN + path
        language, other = ("en_GB", "lv_LV") if path.startswith("/en/") else ("lv_LV", "en_GB")
        assert found["og:locale"] == language
        assert found["og:locale:alternate"] == other
        assert found["og:site_name"]
        picture = urlsplit(found["og:image"])
        assert f"{picture.scheme}://{picture.netloc}" == ORIGIN
        assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
        assert found["og:image:alt"]
        assert page.one("meta", name="twitter:card")["content"] == "summary_large_image"
        assert set(page.alternates()) == {"lv", "en", "x-default"}
        assert page.alternates()["x-default"] == ORIGIN + (
            path
            if not path.startswith("/en/")
            else next(a for a, b in ADDRESSES.values() if b == path)
        )


def test_news_are_articles_with_their_dates(whole_site: Site, client: Client) -> None:
    moment = datetime.datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    Page.objects.filter(slug="gramata").update(last_published_at=moment)
    found = properties(read(client, "/jaunumi/gramata/"))
    assert found["og:type"] == "article"
    assert found["article:published_time"] == "2022-09-30"
    assert found["article:modified_time"] == "2026-07-01T12:30:00+03:00"
    assert properties(read(client, "/jaunumi/"))["og:type"] == "website"


class TestDescription:
    def description(self, client: Client, path: str = "/par-mums/") -> str:
        page = read(client, path)
        text = page.one("meta", name="description")["content"]
        assert properties(page)["og:description"] == text
        return text

    def test_what_the_editor_wrote_for_it(self, site: Site, client: Client) -> None:
        Page.objects.filter(slug="par-mums").update(search_description="Meklētājam.")
        assert self.description(client) == "Meklētājam."

    def test_else_the_introduction(self, site: Site, client: Client) -> None:
        page = Page.objects.get(slug="par-mums").specific
        page.introduction = "Rūpējamies <3 un\nesam līdzās."
        page.save()
        assert self.description(client) == "Rūpējamies <3 un esam līdzās."

    def test_else_the_aim(self, whole_site: Site, client: Client) -> None:
        project = pages.project(Page.objects.get(slug="projekti"), slug="cits", aim="Palīdzēt.")
        assert self.description(client, project.get_url() or "") == "Palīdzēt."

    def test_else_the_beginning_of_the_text(self, site: Site, client: Client) -> None:
        page = Page.objects.get(slug="par-mums").specific
        page.body = [
            ("heading", "Virsraksts"),
            (
                "text",
                "<p>Māte &amp; tēvs.</p><ul><li>viens</li><li>divi</li></ul>" + "<p>x</p>" * 300,
            ),
        ]
        page.save()
        text = self.description(client)
        assert text.startswith("Māte & tēvs. viens divi x x")
        assert len(text) <= 200
        assert text.endswith("…")

    def test_else_nothing(self, site: Site, client: Client) -> None:
        page = read(client, "/par-mums/")
        assert page.all("meta", name="description") == []
        assert "og:description" not in properties(page)


class TestCanonical:
    @pytest.fixture
    def news(self, site: Site) -> str:
        index = pages.news_index(site.root_page.specific)
        for number in range(30):
            day = datetime.date(2021 + number % 2, 5, 1)
            pages.article(index, f"Raksts {number}", f"raksts-{number}", published_on=day)
        return ORIGIN + "/jaunumi/"

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ""),
            ("?utm_source=vestkopa&fbclid=x", ""),
            ("?page=1", ""),
            ("?page=2", "?page=2"),
            ("?page=2&utm_source=x", "?page=2"),
            # The part that is shown, not the one asked for.
            ("?page=99", "?page=3"),
            ("?page=x", ""),
            # Repeats what the whole list holds.
            ("?year=2021", ""),
            ("?year=2021&page=2", ""),
        ],
    )
    def test_of_a_list(self, news: str, client: Client, query: str, expected: str) -> None:
        page = read(client, "/jaunumi/" + query)
        assert canonical(page) == news + expected
        assert properties(page)["og:url"] == news + expected

    def test_of_a_page_without_a_list(self, site: Site, client: Client) -> None:
        assert canonical(read(client, "/par-mums/?page=2&q=x")) == ORIGIN + "/par-mums/"


class TestFeeds:
    @pytest.mark.parametrize("place", ["news", "article"])
    def test_are_linked_and_answer(self, whole_site: Site, client: Client, place: str) -> None:
        for path, index in zip(ADDRESSES[place], ADDRESSES["news"], strict=True):
            links = read(client, path).all("link", rel="alternate")
            feeds = {link["type"]: link["href"] for link in links if "type" in link.attributes}
            assert feeds.keys() == {"application/atom+xml", "application/rss+xml"}
            for media_type, address in feeds.items():
                feed = urlsplit(address).path
                assert feed.startswith(index)
                assert client.get(feed)["Content-Type"].startswith(media_type)

    def test_not_elsewhere(self, whole_site: Site, client: Client) -> None:
        links = read(client, "/par-mums/").all("link", rel="alternate")
        assert not [link for link in links if "type" in link.attributes]


class TestPicture:
    def choose(self, **fields: Any) -> CustomImage:
        page = ArticlePage.objects.get(slug="gramata")
        chosen = page.picture = pages.picture(**fields)
        page.save()
        return chosen

    def shown(self, client: Client, path: str = "/jaunumi/gramata/") -> dict[str, str]:
        found = properties(read(client, path))
        return {name: value for name, value in found.items() if name.startswith("og:image")}

    def test_the_chosen_one_once_it_has_been_cut(self, whole_site: Site, client: Client) -> None:
        chosen = self.choose()
        assert self.shown(client)["og:image"].endswith("img/og-default.png")
        rendition = chosen.get_rendition("fill-1200x630|bgcolor-ffffff|format-jpeg")
        assert self.shown(client) == {
            "og:image": ORIGIN + rendition.url,
            "og:image:type": "image/jpeg",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": "Māja lv",
        }

    def test_never_a_child_without_a_consent_that_holds(
        self, whole_site: Site, client: Client
    ) -> None:
        today = datetime.date.today()  # noqa: DTZ011
        picture = self.choose(shows_children=True, consent_reference="12", consent_until=today)
        picture.get_rendition("fill-1200x630|bgcolor-ffffff|format-jpeg")
        assert self.shown(client)["og:image:type"] == "image/jpeg"
        picture.consent_until = today - datetime.timedelta(days=2)
        picture.save()
        assert self.shown(client)["og:image"].endswith("img/og-default.png")
