"""One piece of news in both languages."""

import datetime

import pytest
from django.test import Client
from wagtail.models import Page, Site

from blog.models import ArticlePage, NewsIndexPage
from home.models import SectionPage
from sosbca.core.models import CustomImage
from tests import pages
from tests.home.parsing import Document


@pytest.fixture
def index(site: Site) -> NewsIndexPage:
    return pages.news_index(site.root_page)


def read(client: Client, path: str) -> Document:
    response = client.get(path)
    assert response.status_code == 200, path
    return Document(response.content)


@pytest.fixture
def article(index: NewsIndexPage, media: None) -> ArticlePage:
    home = pages.above(index)
    project = pages.project(pages.project_index(home), "Kapacitāte", "kapacitate")
    pages.english(project, "Capacity", "capacity")
    article = pages.article(
        index,
        "Iznākusi grāmata",
        "gramata",
        published_on=datetime.date(2022, 9, 30),
        introduction="Pirmā oriģinālgrāmata.",
        picture=pages.picture(credit="A. Bērziņa"),
        topics=[pages.topic()],
        projects=[project],
        related=[Page.objects.get(slug="par-mums")],
        body=pages.text("Latviski."),
    )
    pages.english(
        article, "The book is out", "book", introduction="The first.", body=pages.text("English.")
    )
    return article


@pytest.mark.parametrize(
    ("path", "words", "links"),
    [
        (
            "/jaunumi/gramata/",
            [
                "2022. gada 30. septembris",
                "Iznākusi grāmata",
                "Pirmā oriģinālgrāmata.",
                "Latviski.",
            ],
            {
                "Grāmata": "/jaunumi/?topic=book",
                "Kapacitāte": "/projekti/kapacitate/",
                "Par mums": "/par-mums/",
            },
        ),
        (
            "/en/news/book/",
            ["30 September 2022", "The book is out", "The first.", "English."],
            {
                "Book": "/en/news/?topic=book",
                "Capacity": "/en/projects/capacity/",
                "About us": "/en/about-us/",
            },
        ),
    ],
)
def test_in_both_languages(
    article: ArticlePage, client: Client, path: str, words: list[str], links: dict[str, str]
) -> None:
    page = read(client, path)
    main = page.one("main").text
    for expected in [*words, "A. Bērziņa"]:
        assert expected in main
    assert page.one("article").text
    shown = {link.text: link["href"] for link in page.all("a") if link["href"] in links.values()}
    assert links.items() <= shown.items()
    (time,) = page.all("time")
    assert time["datetime"] == "2022-09-30"
    (image,) = [image for image in page.all("img") if "picture" in image["src"]]
    assert image["alt"] == ("Māja en" if path.startswith("/en/") else "Māja lv")
    assert image["fetchpriority"] == "high"
    assert "loading" not in image.attributes


def test_related_pages_without_counterpart_are_left_out(
    article: ArticlePage, client: Client
) -> None:
    Page.objects.get(slug="about-us").unpublish()
    links = [link["href"] for link in read(client, "/en/news/book/").all("a", class_="arrow-link")]
    assert links == ["/en/projects/capacity/", "/en/news/"]


def test_a_picture_whose_consent_has_run_out_is_not_shown(
    article: ArticlePage, client: Client
) -> None:
    picture = CustomImage.objects.get()
    picture.shows_children, picture.consent_reference = True, "7"
    picture.consent_until = datetime.date(2020, 1, 1)
    picture.save()
    for path in ("/jaunumi/gramata/", "/jaunumi/"):
        page = client.get(path).content.decode()
        assert "picture." not in page.partition("<main")[2], path
        assert "A. Bērziņa" not in page


@pytest.mark.django_db
def test_where_it_may_stand() -> None:
    assert ArticlePage.can_exist_under(NewsIndexPage())
    assert not ArticlePage.can_exist_under(SectionPage())
    assert ArticlePage.allowed_subpage_models() == []


def test_its_date_is_today_unless_told(index: NewsIndexPage) -> None:
    from django.utils import timezone

    assert ArticlePage().published_on == timezone.localdate()
