"""News, the latest first, narrowed by plain links."""

import datetime
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Locale, Page, Site

from blog.models import ArticlePage, NewsIndexPage
from blog.queries import latest_articles, news_index
from tests import pages
from tests.home.parsing import Document
from tests.process_databases import databases

pytestmark = pytest.mark.django_db
BOTH = ["grama", "skola"]


def build() -> None:
    """Three articles; the last of them has no English version."""
    home = Site.objects.get().root_page
    project = pages.project(pages.project_index(home), "Kapacitāte", "kapacitate")
    pages.english(project, "Capacity", "capacity")
    index = pages.news_index(home)
    book, school = pages.topic(), pages.topic("training", "Apmācības", "Training")
    rows = [
        ("skola", datetime.date(2022, 6, 21), [school], [project]),
        ("grama", datetime.date(2022, 9, 30), [book, school], [project]),
        ("jauna", datetime.date(2025, 12, 31), [school], []),
    ]
    for slug, day, topics, projects in rows:
        article = pages.article(
            index, slug.title(), slug, published_on=day, topics=topics, projects=projects
        )
        if slug != "jauna":
            pages.english(article, f"{slug.title()} in English", f"{slug}-en")


@pytest.fixture(scope="session")
def news_database(site_database: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        databases.build("news_database", build)


@pytest.fixture
def index(news_database: None, db: None) -> NewsIndexPage:
    return NewsIndexPage.objects.get(locale__language_code="lv")


def read(client: Client, query: str = "", path: str = "/jaunumi/") -> Document:
    response = client.get(path + query)
    assert response.status_code == 200, query
    return Document(response.content)


def found(page: Document, path: str = "/jaunumi/") -> list[str]:
    links = [link["href"] for link in page.all("a") if link["href"].startswith(path)]
    return [href.removeprefix(path).strip("/") for href in links if "feed." not in href][:99]


def slugs(client: Client, query: str = "", path: str = "/jaunumi/") -> list[str]:
    return [slug for slug in found(read(client, query, path), path) if slug]


def choices(client: Client, query: str = "", path: str = "/jaunumi/") -> dict[str, tuple[str, int]]:
    """The links of the filters that are not chosen: what they lead to, by their words."""
    html = client.get(path + query).content.decode()
    nav = html.partition('<nav class="filters"')[2].partition("</nav>")[0]
    links = {}
    for link in Document(nav).all("a"):
        words, _dash, count = link.text.rpartition("–")
        if words and "aria-current" not in link.attributes:
            links[words.strip()] = (link["href"], int(count.split()[0]))
    return links


def test_the_latest_first(index: NewsIndexPage, client: Client) -> None:
    assert slugs(client) == ["jauna", "grama", "skola"]
    assert slugs(client, path="/en/news/") == ["grama-en", "skola-en"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?year=2022", BOTH),
        ("?year=2025", ["jauna"]),
        ("?topic=book", ["grama"]),
        ("?topic=training", ["jauna", *BOTH]),
        ("?project=kapacitate", BOTH),
        ("?year=2022&topic=training&project=kapacitate", BOTH),
        ("?year=2025&topic=book", []),
        ("?year=2022&year=2025", ["jauna"]),
        # Whatever is none finds nothing.
        ("?year=99999999999", []),
        ("?year=²", []),
        ("?year=２０２２", []),
        ("?year=0000", []),
        ("?year=-202", []),
        ("?topic=' OR 1=1 --", []),
        ("?topic=nav", []),
        ("?project=%25", []),
        ("?project=skola", []),
        # What can't be a value at all is as none.
        ("?topic=%00", ["jauna", *BOTH]),
        ("?project=a%0Ab", ["jauna", *BOTH]),
        ("?topic=" + "x" * 3000, ["jauna", *BOTH]),
        ("?year=", ["jauna", *BOTH]),
        ("?unknown=1", ["jauna", *BOTH]),
    ],
)
def test_narrowed(index: NewsIndexPage, client: Client, query: str, expected: list[str]) -> None:
    page = read(client, query)
    assert [slug for slug in found(page) if slug] == expected
    assert bool(page.all("div", class_="empty")) == (not expected)
    # There is always a way back to everything.
    if not expected:
        assert page.all("a", href="?")


def test_each_count_is_what_its_link_finds(index: NewsIndexPage, client: Client) -> None:
    for path in ("/jaunumi/", "/en/news/"):
        for start in ("", "?year=2022", "?topic=training", "?topic=book&year=2022"):
            for words, (href, count) in choices(client, start, path).items():
                assert len(slugs(client, href, path)) == count, (path, start, words)


def test_the_words_are_the_reader_s(index: NewsIndexPage, client: Client) -> None:
    assert choices(client, path="/en/news/") == {
        "2022": ("?year=2022", 2),
        "Book": ("?topic=book", 1),
        "Training": ("?topic=training", 2),
        "Capacity": ("?project=capacity", 2),
    }
    assert slugs(client, "?project=capacity", "/en/news/") == ["grama-en", "skola-en"]


def test_a_link_keeps_the_other_choices(index: NewsIndexPage, client: Client) -> None:
    links = choices(client, "?year=2022&project=kapacitate&page=2")
    assert links["Grāmata"] == ("?year=2022&topic=book&project=kapacitate", 1)


def test_no_drafts_and_nothing_private(index: NewsIndexPage, client: Client) -> None:
    ArticlePage.objects.get(slug="grama").unpublish()
    pages.hide(ArticlePage.objects.get(slug="jauna"))
    assert slugs(client) == ["skola"]
    assert {words: count for words, (_href, count) in choices(client).items()} == {
        "2022": 1,
        "Apmācības": 1,
        "Kapacitāte": 1,
    }
    for project in Page.objects.filter(slug="kapacitate"):
        pages.hide(project)
    assert "Kapacitāte" not in choices(client)


class TestManyChoices:
    """More than a dozen projects with news: the latest, the chosen one, and a way to all."""

    @pytest.fixture
    def many(self, index: NewsIndexPage) -> NewsIndexPage:
        projects = Page.objects.get(slug="projekti")
        for number in range(1, 21):
            project = pages.project(projects, f"Projekts {number:02}", f"projekts-{number:02}")
            day = datetime.date(2021, 1, number)
            pages.article(index, slug=f"z-{number:02}", published_on=day, projects=[project])
        return index

    def projects(self, client: Client, query: str = "") -> list[str]:
        return [words for words in choices(client, query) if words.startswith(("Proj", "Kap"))]

    def test_those_with_the_latest_news(self, many: NewsIndexPage, client: Client) -> None:
        latest = ["Kapacitāte", *(f"Projekts {number:02}" for number in range(20, 9, -1))]
        assert self.projects(client) == latest
        (more,) = (link for link in read(client).all("a") if "all=project" in link["href"])
        assert more["href"] == "?all=project#filter-3"
        assert "21" in more.text

    def test_all_on_demand(self, many: NewsIndexPage, client: Client) -> None:
        assert len(self.projects(client, "?all=project")) == 21
        links = read(client, "?all=project").all("a")
        assert not any("#filter" in link["href"] for link in links)

    def test_the_chosen_one_is_there(self, many: NewsIndexPage, client: Client) -> None:
        page = read(client, "?project=projekts-01")
        assert [slug for slug in found(page) if slug] == ["z-01"]
        assert any("Projekts 01" in link.text for link in page.all("a", **{"aria-current": "true"}))
        assert len(self.projects(client, "?project=projekts-01")) == 11

    def test_those_that_find_something_come_first(
        self, many: NewsIndexPage, client: Client
    ) -> None:
        project = Page.objects.get(slug="projekts-03").specific
        pages.article(many, slug="sen", published_on=datetime.date(2001, 5, 1), projects=[project])
        assert "Projekts 03" not in self.projects(client)
        assert self.projects(client, "?year=2001") == ["Projekts 03"]


class TestPages:
    @pytest.fixture
    def many(self, index: NewsIndexPage) -> NewsIndexPage:
        for number in range(12):
            pages.article(index, slug=f"vecs-{number:02}", published_on=datetime.date(2020, 1, 1))
        return index

    @pytest.mark.parametrize(
        ("page", "number"), [("", 12), ("2", 3), ("99", 3), ("0", 3), ("x", 12), ("1e9", 12)]
    )
    def test_a_number_that_is_none_gives_the_nearest(
        self, many: NewsIndexPage, client: Client, page: str, number: int
    ) -> None:
        assert len(slugs(client, f"?page={page}")) == number

    def test_articles_of_one_day_stand_still(self, many: NewsIndexPage, client: Client) -> None:
        both = slugs(client, "?page=1") + slugs(client, "?page=2")
        assert len(set(both)) == 15


class TestOnOtherPages:
    def test_latest(self, index: NewsIndexPage) -> None:
        assert [page.slug for page in latest_articles("lv", 2)] == ["jauna", "grama"]
        assert [page.slug for page in latest_articles("en", 2)] == ["grama-en", "skola-en"]
        book = pages.topic()
        assert [page.slug for page in latest_articles("lv", 9, book)] == ["grama"]
        pages.hide(Page.objects.get(slug="jauna"))
        assert [page.slug for page in latest_articles("lv", 1)] == ["grama"]

    def test_the_list_of_a_language(self, index: NewsIndexPage) -> None:
        assert str(news_index("en")) == "News"
        index.get_translation(Locale.objects.get(language_code="en")).unpublish()
        assert news_index("en") is None
