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

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

# Ceilings of a process that has served the page before.
CEILINGS = {
    "home": 16,
    "standard": 13,
    "donation": 16,
    "section": 14,
    "projects": 19,
    "project": 23,
    "news": 21,
    "article": 20,
    "events": 16,
    "event": 16,
    "services": 17,
    "service": 19,
    "programme": 20,
    "places": 15,
    "place": 17,
    "village": 17,
    "publications": 15,
    "publication": 16,
    "glossary": 14,
    "transparency": 18,
    "questions": 14,
    "form": 14,
}
LISTS = {
    "/jaunumi/?page=2&year=2022&topic=book&project=kapacitate-2022": 21,
    "/projekti/?status=completed&region=riga&year=2022&funder=sif": 18,
    "/jaunumi/feed.atom": 10,
    "/notikumi/calendar.ics": 8,
}


def count(client: Client, path: str) -> list[str]:
    for _each in range(2):
        assert client.get(path).status_code == 200, path
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return [query["sql"] for query in queries.captured_queries]


@pytest.fixture
def everything(site: Site) -> Site:
    """One page of every type, connected with others."""
    build(site)
    article = ArticlePage.objects.get(slug="gramata")
    project = ProjectPage.objects.get(slug="kapacitate-2022")
    ArticleTopic.objects.create(page=article, topic=pages.topic())
    ArticleProject.objects.create(page=article, project=project)
    article.picture = pages.picture()
    article.save()
    return site


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


@pytest.mark.parametrize("kind", ADDRESSES)
def test_ceilings(everything: Site, client: Client, kind: str) -> None:
    for path in ADDRESSES[kind]:
        queries = count(client, path)
        assert len(queries) <= CEILINGS[kind], "\n".join(queries)


@pytest.mark.parametrize(("path", "ceiling"), LISTS.items(), ids=LISTS)
def test_ceilings_of_lists(everything: Site, client: Client, path: str, ceiling: int) -> None:
    grow(20)
    queries = count(client, path)
    assert len(queries) <= ceiling, "\n".join(queries)
