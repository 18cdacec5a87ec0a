"""After a publish a process forgets what it knew of the pages of that type, and of no others."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from blog.models import ArticlePage
from home.models import (
    DonationPage,
    DonationPreset,
    FooterLink,
    FooterSettings,
    HomePage,
    SectionPage,
    StandardPage,
)
from sosbca.core.models import OrganisationSettings, SiteChange, Topic
from sosbca.core.page_cache.memory import remembered
from sosbca.core.page_cache.parts import EVERYTHING, NO_PAGES, ROOTS, Parts, pages_of
from tests import pages

SECTION = "/ko-mes-daram/"
CHILD = f"{SECTION}berni/"
NEWS = f"{SECTION}jaunumi/"
# First after a publish: what the usual request asks, and so many questions more.
MORE_QUERIES = 7


@pytest.fixture
def section(warm: None) -> SectionPage:
    """A section with pages of two types below it, each in both languages."""
    section = pages.section(Site.objects.get().root_page.specific)
    child = section.add_child(
        instance=StandardPage(title="Bērni", slug="berni", introduction="Mājas bērniem.")
    )
    pages.english(child, "Children", "children")
    article = pages.article(
        pages.news_index(section), "Grāmata", "gramata", published_on=datetime.date(2022, 9, 30)
    )
    pages.english(article, "Book", "book")
    return section


def html(client: Client, path: str = SECTION) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        html(client, path)
    return len(captured)


def publish(page: Page, **fields: object) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def child() -> StandardPage:
    return StandardPage.objects.get(slug="berni")


def article() -> ArticlePage:
    return ArticlePage.objects.get(slug="gramata")


# --- What is told --------------------------------------------------------------------------------


def parts_told(change: Callable[[], object]) -> set[str]:
    SiteChange.objects.all().delete()
    change()
    return set(SiteChange.objects.filter(group="content").values_list("part", flat=True))


def test_what_each_change_touches(section: SectionPage) -> None:
    donate = DonationPage.objects.get(slug="ziedot")
    row = DonationPreset(page=donate, amount_cents=700, locale=donate.locale)
    home = HomePage.objects.get(slug="sakums")
    told = {
        "article": parts_told(lambda: publish(article(), title="Cita")),
        "row of a page": parts_told(row.save),
        "home page": parts_told(lambda: publish(home, title="Mājas")),
        "snippet": parts_told(Topic(name_lv="Grāmatas", name_en="Books").save),
        "page of no known type": parts_told(Page.objects.get(slug="berni").save),
        "another address": parts_told(lambda: publish(section, slug="darbi")),
        "move": parts_told(lambda: child().move(home, pos="last-child")),
        "deleted": parts_told(lambda: child().delete()),
    }
    assert told["article"] == {"blog.articlepage"}
    assert told["row of a page"] == {"home.donationpage"}
    assert told["home page"] == {"home.homepage", ROOTS}
    for what in ("snippet", "page of no known type", "another address", "move", "deleted"):
        assert EVERYTHING in told[what], what


def test_a_transaction_that_touches_everything_names_no_parts(section: SectionPage) -> None:
    def both() -> None:
        with transaction.atomic():
            Topic(name_lv="Grāmatas", name_en="Books").save()
            article().save()

    assert parts_told(both) == {EVERYTHING}


def test_page_types_that_stand_for_others_are_no_parts() -> None:
    assert pages_of(ArticlePage, StandardPage) == ("blog.articlepage", "home.standardpage")
    assert pages_of(Page) is None
    assert pages_of(ArticlePage, Topic) is None


# --- What is forgotten ---------------------------------------------------------------------------


def test_only_what_is_touched_is_forgotten(section: SectionPage) -> None:
    asked: list[str] = []

    def ask(name: str, parts: Parts | None) -> None:
        def look_up() -> str:
            asked.append(name)
            return name

        remembered(name, look_up, parts)

    def ask_all() -> list[str]:
        asked.clear()
        ask("any", None)
        ask("none", NO_PAGES)
        ask("articles", pages_of(ArticlePage))
        ask("pages", pages_of(StandardPage))
        return asked

    assert ask_all() == ["any", "none", "articles", "pages"]
    assert ask_all() == []
    publish(article())
    assert ask_all() == ["any", "articles"]
    publish(child())
    assert ask_all() == ["any", "pages"]
    Topic(name_lv="Grāmatas", name_en="Books").save()
    assert ask_all() == ["any", "none", "articles", "pages"]


@pytest.mark.parametrize("published", [article, child])
def test_the_first_request_after_a_publish_asks_little_more(
    section: SectionPage, client: Client, published: Callable[[], Page]
) -> None:
    for _each in range(2):
        html(client)
    usual = queries(client, SECTION)
    publish(published())
    first = queries(client, SECTION)
    assert usual < first <= usual + MORE_QUERIES
    assert queries(client, SECTION) == usual


# --- Nothing outdated is shown -------------------------------------------------------------------


def test_a_card_shows_what_is_published(section: SectionPage, client: Client) -> None:
    assert "Mājas bērniem." in html(client)
    publish(article())
    html(client)
    publish(child(), introduction="Mājas un skola.", title="Bērni un jaunieši")
    shown = html(client)
    assert "Mājas un skola." in shown
    assert "Bērni un jaunieši" in shown
    child().unpublish()
    assert "Mājas un skola." not in html(client)
    section.add_child(instance=StandardPage(title="Jaunieši", slug="jauniesi"))
    assert "Jaunieši" in html(client)


def test_a_picture_of_a_card_is_that_of_the_moment(section: SectionPage, client: Client) -> None:
    picture = pages.picture()
    publish(child(), picture=picture)
    assert f'alt="{picture.alternative_text_lv}"' in html(client)
    picture.alternative_text_lv = "Cits skats"
    picture.save()
    assert 'alt="Cits skats"' in html(client)


def test_pages_below_move_with_the_address_of_the_section(
    section: SectionPage, client: Client
) -> None:
    """Their rows are changed by SQL, which tells nobody."""
    OrganisationSettings.objects.update(contact_page=child())
    for path in (SECTION, CHILD, "/"):
        html(client, path)
    publish(section, slug="darbi")
    assert client.get(CHILD, follow=False).status_code != 200
    assert 'href="/darbi/berni/"' in html(client, "/darbi/")
    assert 'href="/darbi/jaunumi/"' in html(client, "/darbi/")
    assert CHILD not in html(client, "/")
    assert "Bērni" in html(client, "/darbi/berni/")


def test_an_address_leads_to_who_has_it_now(section: SectionPage, client: Client) -> None:
    html(client, CHILD)
    child().delete()
    assert client.get(CHILD).status_code == 404
    section.refresh_from_db()
    section.add_child(instance=StandardPage(title="Citi bērni", slug="berni"))
    assert "Citi bērni" in html(client, CHILD)
    child().unpublish()
    assert client.get(CHILD).status_code == 404
    publish(child())
    assert "Citi bērni" in html(client, CHILD)


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_the_first_page_below_a_home_page(warm: None, client: Client, path: str) -> None:
    """How many children a page has is written by SQL, which tells nobody."""
    home = HomePage.objects.get(locale__language_code="en" if path == "/en/" else "lv")
    for page in home.get_children():
        page.specific.delete()
    home.refresh_from_db()
    html(client, path)
    assert client.get(f"{path}pirma/").status_code == 404
    html(client, path)
    home.add_child(
        instance=StandardPage(title="Pirmā", slug="pirma", show_in_menus=True, locale=home.locale)
    )
    assert "Pirmā" in html(client, path)
    html(client, f"{path}pirma/")


def test_a_language_without_its_home_page(section: SectionPage, client: Client) -> None:
    html(client, "/en/about-us/")
    HomePage.objects.get(locale__language_code="en").unpublish()
    cold = Client().get("/en/about-us/").status_code
    assert client.get("/en/about-us/").status_code == cold == 404
    publish(HomePage.objects.get(locale__language_code="en"))
    html(client, "/en/about-us/")


def test_the_menu_and_the_switch_of_languages_follow(section: SectionPage, client: Client) -> None:
    publish(section, show_in_menus=True)
    assert f'href="{SECTION}"' in html(client, "/par-mums/")
    publish(section, title="Mūsu darbs")
    assert "Mūsu darbs" in html(client, "/par-mums/")
    publish(section, show_in_menus=False)
    assert "Mūsu darbs" not in html(client, "/par-mums/")
    assert "/en/what-we-do/children/" in html(client, CHILD)
    StandardPage.objects.get(slug="children").unpublish()
    assert "/what-we-do/children/" not in html(client, CHILD)


def test_what_settings_and_footer_name_follows(section: SectionPage, client: Client) -> None:
    footer = FooterSettings.for_site(Site.objects.get())
    FooterLink.objects.create(footer=footer, page=child())
    OrganisationSettings.for_site(Site.objects.get()).save()
    assert html(client, "/").count("Bērni") == 1
    publish(child(), title="Bērni mājās")
    assert html(client, "/").count("Bērni mājās") == 1
    child().delete()
    assert "Bērni" not in html(client, "/")


def test_a_deleted_page_that_settings_named_leads_nowhere(
    section: SectionPage, client: Client
) -> None:
    """Also when it was not published at the time: its counterpart would still be found."""
    settings = OrganisationSettings.for_site(Site.objects.get())
    settings.contact_page = child()
    settings.save()
    publish(child())
    child().unpublish()
    html(client, "/en/")
    assert OrganisationSettings.objects.get().contact_page_id
    told = parts_told(lambda: child().delete())
    assert EVERYTHING in told


def test_the_list_of_news_on_another_page_follows(section: SectionPage, client: Client) -> None:
    home = HomePage.objects.get(slug="sakums")
    home.body = [("news_list", {"heading": "Jaunumi", "number": 3, "topic": None})]
    publish(home)
    assert "Grāmata" in html(client, "/")
    publish(child())
    html(client, "/")
    publish(article(), title="Otra grāmata")
    assert "Otra grāmata" in html(client, "/")
    article().unpublish()
    assert "Otra grāmata" not in html(client, "/")
