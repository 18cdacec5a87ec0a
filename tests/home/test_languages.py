"""Latvian at the root, English at /en/, and each page knows its counterpart."""

import pytest
from django.test import Client, RequestFactory, override_settings
from django.urls import resolve, reverse
from django.utils.translation import gettext, override
from wagtail.models import Page, Site

from home.models import StandardPage
from home.navigation import Chrome
from tests.home.parsing import Document

PAIRS = [("/", "/en/"), ("/par-mums/", "/en/about-us/"), ("/ziedot/", "/en/donate/")]


def read(client: Client, path: str, status: int = 200) -> Document:
    response = client.get(path)
    assert response.status_code == status
    return Document(response.content)


@pytest.fixture
def untranslated(site: Site) -> StandardPage:
    page = StandardPage(title="Tikai latviski", slug="tikai-latviski", locale=site.root_page.locale)
    site.root_page.add_child(instance=page)
    return page


@pytest.mark.parametrize(("latvian", "english"), PAIRS)
@override_settings(SITE_URL="https://www.example.org")
def test_a_page_and_its_counterpart(
    site: Site, client: Client, latvian: str, english: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("home.navigation.Chrome.site_url", "https://www.example.org")
    for path, language in ((latvian, "lv"), (english, "en")):
        page = read(client, path)
        assert page.language == language
        assert page.one("link", rel="canonical")["href"] == f"https://www.example.org{path}"
        assert page.one("meta", property="og:url")["content"] == f"https://www.example.org{path}"
        assert page.alternates() == {
            "lv": f"https://www.example.org{latvian}",
            "en": f"https://www.example.org{english}",
            "x-default": f"https://www.example.org{latvian}",
        }
        switch = page.switch()
        assert (switch["lv"]["href"], switch["en"]["href"]) == (latvian, english)
        assert [code for code, link in switch.items() if "aria-current" in link.attributes] == [
            language
        ]
        assert (switch["lv"]["lang"], switch["en"]["lang"]) == ("lv", "en")
        assert switch["lv"].text.endswith("Latviski")
        assert switch["en"].text.endswith("English")


def test_the_canonical_address_has_no_query(site: Site, client: Client) -> None:
    page = read(client, "/ziedot/?amount=25&utm_source=x")
    assert page.one("link", rel="canonical")["href"] == "http://testserver/ziedot/"


def test_without_a_counterpart_the_switch_leads_home_and_says_so(
    untranslated: StandardPage, client: Client
) -> None:
    page = read(client, "/tikai-latviski/")
    link = page.switch()["en"]
    assert link["href"] == "/en/"
    with override("lv"):
        assert gettext("home page, this page is not translated") in link.text
    assert page.alternates() == {}
    assert gettext("home page, this page is not translated") not in page.switch()["lv"].text


def test_a_draft_counterpart_is_not_linked(untranslated: StandardPage, client: Client) -> None:
    english = untranslated.locale.__class__.objects.get(language_code="en")
    draft = untranslated.copy_for_translation(english)
    assert not draft.live
    page = read(client, "/tikai-latviski/")
    assert page.switch()["en"]["href"] == "/en/"
    assert page.alternates() == {}
    draft.save_revision().publish()
    page = read(client, "/tikai-latviski/")
    assert page.switch()["en"]["href"] == "/en/tikai-latviski/"
    assert page.alternates().keys() == {"lv", "en", "x-default"}


def test_slugs_are_translated(site: Site, client: Client) -> None:
    for path in ("/about-us/", "/en/par-mums/", "/lv/", "/lv/par-mums/", "/en/ziedot/"):
        assert client.get(path).status_code == 404, path


def test_the_readers_own_settings_do_not_choose_the_language(site: Site, client: Client) -> None:
    """One address, one language: what caches and search engines see is what everybody sees."""
    client.cookies["django_language"] = "en"
    assert Document(client.get("/", headers={"Accept-Language": "en"}).content).language == "lv"
    page = Document(client.get("/en/about-us/", headers={"Accept-Language": "lv"}).content)
    assert page.language == "en"


def test_a_missing_slash_is_added(site: Site, client: Client) -> None:
    for path in ("/en", "/par-mums", "/en/about-us"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, f"{path}/")


def test_a_real_latvian_sentence_shows(site: Site, client: Client) -> None:
    """Catalogues are compiled and found."""
    assert "Pāriet uz saturu" in read(client, "/").one("a", class_="skip").text
    assert "Skip to content" in read(client, "/en/").one("a", class_="skip").text


def test_a_view_of_giving_has_its_counterpart(site: Site, client: Client) -> None:
    addresses = {}
    for language in ("lv", "en"):
        with override(language):
            addresses[language] = reverse("donations:thanks") + "?session_id=cs_1"
    assert addresses["lv"] != addresses["en"]
    request = RequestFactory().get(addresses["lv"])
    with override("lv"):
        request.resolver_match = resolve(request.path)
        links = Chrome(request).languages
    assert {link.code: link.url for link in links} == addresses
    assert all(link.has_counterpart for link in links)


@pytest.mark.parametrize(
    ("path", "language", "home"),
    [("/nav/", "lv", "/"), ("/en/no/such/", "en", "/en/"), ("/x.php", "lv", "/")],
)
def test_page_not_found(site: Site, client: Client, path: str, language: str, home: str) -> None:
    page = read(client, path, status=404)
    assert page.language == language
    with override(language):
        assert page.one("h1").text == gettext("The little bird got lost in the clouds")
        assert page.one("meta", name="robots")["content"] == "noindex"
    links = [
        link["href"] for link in page.all("a") if not link["href"].startswith(("#", "mailto:"))
    ]
    assert home in links
    for link in links:
        assert client.get(link).status_code == 200, link
    assert page.switch()["lv"]["href"] == "/"
    assert page.switch()["en"]["href"] == "/en/"


def test_an_unpublished_page_is_not_found(site: Site, client: Client) -> None:
    Page.objects.get(slug="par-mums").unpublish()
    read(client, "/par-mums/", status=404)
