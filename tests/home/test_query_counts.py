"""What each page type costs, with ten and with a thousand articles and projects."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from blog.models import ArticlePage, ArticleProject, ArticleTopic
from home.models import EventPage, PlacePage, PublicationPage, ServicePage
from projects.models import ProjectFunding, ProjectPage
from tests import pages
from tests.home.whole_site import ADDRESSES, build

pytestmark = pytest.mark.usefixtures("media")

# Ceilings of a process that has served the page before and behind which nothing has changed since.
ARTICLE = PROJECT = 8
HOME = LIST = 12
OTHER = 10
CEILINGS = dict.fromkeys(ADDRESSES, OTHER) | {
    "home": HOME,
    "article": ARTICLE,
    "project": PROJECT,
    **dict.fromkeys(("news", "projects", "events", "services", "places", "publications"), LIST),
}
LISTS = {
    "/jaunumi/?page=2&year=2022&topic=book&project=kapacitate-2022": LIST,
    "/projekti/?status=completed&region=riga&year=2022&funder=sif": LIST,
    "/jaunumi/feed.atom": LIST,
    "/notikumi/calendar.ics": LIST,
}


def count(client: Client, path: str) -> list[str]:
    for _each in range(2):
        assert client.get(path).status_code == 200, path
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return [query["sql"] for query in queries.captured_queries]


def connect() -> Site:
    """One page of every type, connected with others."""
    site = Site.objects.get()
    build(site)
    article = ArticlePage.objects.get(slug="gramata")
    project = ProjectPage.objects.get(slug="kapacitate-2022")
    ArticleTopic.objects.create(page=article, topic=pages.topic())
    ArticleProject.objects.create(page=article, project=project)
    article.picture = pages.picture()
    article.save()
    return site


@pytest.fixture
def everything(site: Site) -> Site:
    return connect()


def grow(number: int) -> None:
    """So many more of everything that lists show, in Latvian."""
    for model in (ArticlePage, ProjectPage, EventPage, PlacePage, ServicePage, PublicationPage):
        page = model.objects.filter(locale__language_code="lv").first()
        assert page
        pages.multiply(page, number)
    topic, project = pages.topic(), ProjectPage.objects.get(slug="kapacitate-2022")
    sif, *_others = pages.funders()
    articles = ArticlePage.objects.filter(locale__language_code="lv", topics=None)
    ArticleTopic.objects.bulk_create(ArticleTopic(page=page, topic=topic) for page in articles)
    ArticleProject.objects.bulk_create(
        ArticleProject(page=page, project=project) for page in articles
    )
    unpaid = ProjectPage.objects.filter(locale__language_code="lv", funding=None)
    ProjectFunding.objects.bulk_create(
        ProjectFunding(page=page, funder=sif, locale_id=page.locale_id) for page in unpaid
    )


@pytest.mark.django_db
def test_the_number_does_not_grow(everything: Site, client: Client) -> None:
    paths = [latvian for latvian, _english in ADDRESSES.values()] + list(LISTS)
    grow(20)
    few = {path: len(count(client, path)) for path in paths}
    grow(980)
    assert ArticlePage.objects.count() > 1000
    assert ProjectPage.objects.count() > 1000
    many = {path: len(count(client, path)) for path in paths}
    assert many == few
    timeline = client.get("/projekti/kapacitate-2022/").content.decode()
    assert timeline.count('href="/jaunumi/gramata-') == 1000


def test_ceilings(warm: None, client: Client) -> None:
    connect()
    grow(20)
    pages = {path: CEILINGS[kind] for kind, both in ADDRESSES.items() for path in both}
    over = {
        path: queries
        for path, ceiling in (pages | LISTS).items()
        if len(queries := count(client, path)) > ceiling
    }
    assert {path: len(queries) for path, queries in over.items()} == {}, over
