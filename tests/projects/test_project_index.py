"""The list of projects is narrowed by plain links whose address is the whole state."""

import datetime
import itertools
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet
from django.test import Client
from wagtail.models import Site

from projects.models import ProjectFunding, ProjectIndexPage, ProjectPage
from tests import pages
from tests.home.parsing import Document
from tests.process_databases import databases

pytestmark = pytest.mark.django_db
NOW = "2026-11-21 12:00:00Z"
NAMES = ("status", "region", "year", "funder")


def day(year: int, month: int = 1, day: int = 1) -> datetime.date:
    return datetime.date(year, month, day)


def build() -> None:
    """Four projects, of which the second is for the whole country."""
    index = pages.project_index(Site.objects.get().root_page)
    sif, ministry, _fund = pages.funders()
    rows: list[tuple[str, datetime.date, datetime.date, list[str], list[Any]]] = [
        ("2022", day(2022), day(2022, 12, 31), ["riga", "kurzeme"], [sif, ministry]),
        ("2023", day(2022, 7), day(2023, 6, 30), [], [sif]),
        ("2025", day(2025), day(2026, 12, 31), ["latgale"], [ministry]),
        ("2027", day(2027), day(2027, 12, 31), ["riga"], []),
    ]
    for slug, starts_on, ends_on, regions, paid_by in rows:
        page = pages.project(
            index, f"Projekts {slug}", slug, starts_on=starts_on, ends_on=ends_on, regions=regions
        )
        for funder in paid_by:
            # Twice: the chain may name a funder more than once.
            for role in ("financed_by", "from"):
                ProjectFunding.objects.create(
                    page=page, funder=funder, role=role, locale=index.locale
                )


@pytest.fixture(scope="session")
def projects_database(site_database: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        databases.build("projects_database", build)


@pytest.fixture
def index(projects_database: None, db: None) -> ProjectIndexPage:
    return ProjectIndexPage.objects.get(locale__language_code="lv")


@pytest.fixture(autouse=True)
def _in_2026() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def read(client: Client, query: str = "", path: str = "/projekti/") -> Document:
    response = client.get(path + query)
    assert response.status_code == 200, query
    return Document(response.content)


def found(page: Document) -> list[str]:
    """The slugs of the projects on the page."""
    links = [link["href"] for link in page.all("a") if link["href"].startswith("/projekti/2")]
    return [href.split("/")[2] for href in links]


def choices(client: Client, query: str = "") -> dict[str, tuple[str, int]]:
    """The links of the filters that are not chosen: what they lead to, by their words."""
    html = client.get(f"/projekti/{query}").content.decode()
    nav = html.partition('<nav class="filters"')[2].partition("</nav>")[0]
    links = {}
    for link in Document(nav).all("a"):
        words, _dash, count = link.text.rpartition("–")
        if words and "aria-current" not in link.attributes:
            links[words.strip()] = (link["href"], int(count.split()[0]))
    return links


def test_all_of_them_the_latest_first(index: ProjectIndexPage, client: Client) -> None:
    assert found(read(client)) == ["2027", "2025", "2023", "2022"]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("?status=planned", ["2027"]),
        ("?status=running", ["2025"]),
        ("?status=completed", ["2023", "2022"]),
        # A project without regions is for every region.
        ("?region=riga", ["2027", "2023", "2022"]),
        ("?region=latgale", ["2025", "2023"]),
        # A project belongs to every year that it touches.
        ("?year=2022", ["2023", "2022"]),
        ("?year=2023", ["2023"]),
        ("?year=2024", []),
        ("?year=2026", ["2025"]),
        ("?funder=sif", ["2023", "2022"]),
        ("?funder=km", ["2025", "2022"]),
        ("?funder=nvo-fonds", []),
        ("?status=completed&region=kurzeme&year=2022&funder=km", ["2022"]),
        ("?status=planned&funder=sif", []),
    ],
)
def test_narrowed(index: ProjectIndexPage, client: Client, query: str, slugs: list[str]) -> None:
    page = read(client, query)
    assert found(page) == slugs
    assert bool(page.all("div", class_="empty")) == (not slugs)


def test_each_count_is_what_its_link_finds(index: ProjectIndexPage, client: Client) -> None:
    """From nothing chosen, and from some single choices."""
    starts = ["", "?status=completed", "?region=riga", "?year=2022", "?funder=km"]
    assert len(choices(client)) > 10
    for start in starts:
        for words, (href, count) in choices(client, start).items():
            assert len(found(read(client, href))) == count, (start, words)


def test_a_link_keeps_the_other_choices(index: ProjectIndexPage, client: Client) -> None:
    links = choices(client, "?status=completed&funder=km&page=9")
    assert links["Kurzeme"] == ("?status=completed&region=kurzeme&funder=km", 1)
    # Choosing what is chosen takes it away, and only it.
    page = read(client, "?status=completed&funder=km")
    current = [link["href"] for link in page.all("a") if link.attributes.get("aria-current")]
    assert "?status=completed" in current
    assert "?funder=km" in current
    assert page.all("a", href="?")


def test_what_finds_nothing_is_no_link(index: ProjectIndexPage, client: Client) -> None:
    assert "NVO fonds" not in choices(client)
    assert "NVO fonds" in read(client).one("nav", class_="filters").text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "value",
    [
        "99999999999",
        "²",
        "0",
        "-1",
        "2022.5",
        "' OR 1=1 --",
        "%00",
        "%F0%9F%90%A6",
        "riga,kurzeme",
        ",",
        "%25",
        "x" * 3000,
    ],
)
def test_a_bad_value_is_as_none(
    index: ProjectIndexPage, client: Client, name: str, value: str
) -> None:
    assert found(read(client, f"?{name}={value}")) == ["2027", "2025", "2023", "2022"]


def test_the_last_of_repeated_values_counts(index: ProjectIndexPage, client: Client) -> None:
    assert found(read(client, "?year=2022&year=2023")) == ["2023"]


def test_a_slip_in_a_date_does_not_make_endless_years(
    index: ProjectIndexPage, client: Client
) -> None:
    pages.project(index, slug="kluda", starts_on=day(1), ends_on=day(9999))
    years = [words for words in choices(client) if words.isdigit()]
    assert len(years) <= 61
    assert "2026" in years


class TestPages:
    @pytest.fixture
    def many(self, index: ProjectIndexPage) -> QuerySet[ProjectPage]:
        for number in range(10):
            pages.project(index, slug=f"2020-{number}", regions=["vidzeme"])
        return ProjectPage.objects.all()

    @pytest.mark.parametrize(
        ("page", "number"),
        [("", 12), ("1", 12), ("2", 2), ("3", 2), ("0", 2), ("-1", 2), ("x", 12), ("²", 12)],
    )
    def test_a_number_that_is_none_gives_the_nearest(
        self, many: QuerySet[ProjectPage], client: Client, page: str, number: int
    ) -> None:
        assert len(found(read(client, f"?page={page}"))) == number

    def test_keep_what_is_chosen(self, many: QuerySet[ProjectPage], client: Client) -> None:
        for number in range(10, 15):
            pages.project(
                ProjectIndexPage.objects.get(locale__language_code="lv"),
                slug=f"2020-{number}",
                regions=["vidzeme"],
            )
        page = read(client, "?region=vidzeme")
        (link,) = page.all("a", rel="next")
        assert link["href"] == "?region=vidzeme&page=2"
        both = found(page) + found(read(client, link["href"]))
        assert len(both) == len(set(both)) == 16
        # Narrowing further starts again at the first page.
        assert all("page=" not in href for href, _n in choices(client, link["href"]).values())


def test_no_drafts_nothing_private_and_one_language(
    index: ProjectIndexPage, client: Client
) -> None:
    ProjectPage.objects.get(slug="2022").unpublish()
    pages.hide(ProjectPage.objects.get(slug="2023"))
    pages.english(ProjectPage.objects.get(slug="2025"), "In English", "2025-en")
    assert found(read(client)) == ["2027", "2025"]
    assert choices(client)["2025"] == ("?year=2025", 1)
    english = read(client, path="/en/projects/")
    assert [link["href"] for link in english.all("a") if "2025" in link["href"]] == [
        "/en/projects/2025-en/",
        *(f"?year={year}" for year in (2025,)),
    ][::-1]


def test_nothing_at_all(site: Site, client: Client) -> None:
    pages.project_index(site.root_page)
    assert read(client).all("div", class_="empty")


def test_every_combination_answers(index: ProjectIndexPage, client: Client) -> None:
    options = (["", "running"], ["", "riga"], ["", "2022"], ["", "km"])
    for values in itertools.product(*options):
        pairs = zip(NAMES, values, strict=True)
        query = "&".join(f"{name}={value}" for name, value in pairs if value)
        page = read(client, f"?{query}")
        assert len(found(page)) == len(set(found(page)))
