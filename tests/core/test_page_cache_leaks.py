"""No page shows one visitor what belongs to another: the layer before the whole site."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module, reload
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.contrib.auth import get_user_model
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from wagtail.models import Page, PageViewRestriction, Site

from sosbca.core.page_cache import installed
from sosbca.core.page_cache.layer import PageCache
from sosbca.core.page_cache.stamps import read_stamps

from .page_cache import World, real_site

PAGES = ["/", "/en/", "/par-mums/", "/en/about-us/", "/ziedot/", "/en/donate/"]


@contextmanager
def real_world() -> Iterator[World]:
    """The site behind the page cache, as `wsgi.py` puts it there, in the test's own database."""
    # As the test client does: a request must not close the connection that holds the test's data.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        yield World(real_site(), database=read_stamps, rules=installed.rules())
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    with real_world() as world:
        yield world


def signed_in() -> str:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("boss", first_name="Zenta"))
    return f"{site_settings.SESSION_COOKIE_NAME}={client.cookies['sessionid'].value}"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_kept_and_the_same_for_all(world: World, path: str) -> None:
    first = world.get(path, HTTP_USER_AGENT="Anna", HTTP_ACCEPT_LANGUAGE="en")
    second = world.get(path, HTTP_USER_AGENT="Jānis", HTTP_ACCEPT_LANGUAGE="lv")
    assert (first.cached, second.cached) == ("MISS", "HIT")
    assert first.body == second.body
    assert "Set-Cookie" not in first.headers
    assert "Content-Security-Policy" in second.headers
    assert second.headers["X-Content-Type-Options"] == "nosniff"
    # The language is that of the address, whatever the browser would like.
    language = "en" if path.startswith("/en/") else "lv"
    assert second.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in second.text
    assert "Accept-Language" not in second.headers["Vary"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same_when_it_is_made_again(world: World, path: str) -> None:
    """Nothing random, nothing of the moment, nothing of the visitor is in it."""
    first = world.get(path, REMOTE_ADDR="192.0.2.1")
    world.later(700)
    second = world.get(path, REMOTE_ADDR="192.0.2.2", HTTP_REFERER="https://other.example/")
    assert second.cached == "MISS"
    assert first.body == second.body


def test_a_signed_in_editor_sees_the_page_alone(world: World) -> None:
    cookie = signed_in()
    editors = world.get("/par-mums/", HTTP_COOKIE=cookie)
    assert editors.cached == "PASS"
    assert "wagtail-userbar" in editors.text
    assert "private" in editors.headers["Cache-Control"]
    visitors = world.get("/par-mums/")
    assert visitors.cached == "MISS"
    assert "wagtail-userbar" not in visitors.text
    assert "wagtail-userbar" not in world.get("/par-mums/").text
    # And the page that is kept is not shown to editors.
    assert "wagtail-userbar" in world.get("/par-mums/", HTTP_COOKIE=cookie).text


def test_previews_and_the_admin_are_never_kept(world: World) -> None:
    cookie = signed_in()
    page = Page.objects.get(slug="par-mums")
    for path in (
        f"/admin/pages/{page.pk}/edit/preview/",
        f"/admin/pages/{page.pk}/view_draft/",
        "/admin/",
        "/admin/login/",
    ):
        assert world.get(path, HTTP_COOKIE=cookie).cached == "PASS", path
        assert world.get(path).cached == "PASS", path
    assert len(world.cache.pages) == 0


@pytest.mark.parametrize(
    "query",
    [
        "amount=25&email=anna@example.org",
        "name=Anna&utm_source=mail",
        "resume=abc",
        "page=1&email=anna@example.org",
        "utm_source=mail&email=anna@example.org",
    ],
)
def test_a_prefilled_form_is_nobody_elses(world: World, query: str) -> None:
    answer = world.get(f"/ziedot/?{query}", HTTP_ACCEPT_ENCODING="br")
    assert answer.status == 200
    assert "no-store" in answer.headers["Cache-Control"]
    # Its length would tell what stands in it.
    assert "Content-Encoding" not in answer.headers
    assert world.get(f"/ziedot/?{query}").cached == "PASS"
    assert "anna" not in world.get("/ziedot/").text.lower()
    assert len(world.cache.lists) == 0


def test_mistakes_in_a_form_are_shown_to_who_made_them(world: World) -> None:
    world.get("/ziedot/")
    posted = world.get(
        "/ziedot/",
        "POST",
        body="amount=25&email=anna-at-example&name=Anna",
        HTTP_SEC_FETCH_SITE="same-origin",
    )
    assert (posted.status, posted.cached) == (422, "PASS")
    assert "anna-at-example" in posted.text
    again = world.get("/ziedot/")
    assert again.cached == "HIT"
    assert "anna-at-example" not in again.text


def test_receipts_and_thanks_are_not_kept(world: World) -> None:
    for path in ("/ziedot/paldies/?session_id=cs_1", "/ziedot/kvits/abcdef/"):
        world.get(path)
        assert world.get(path).cached != "HIT", path
    assert len(world.cache.pages) == len(world.cache.lists) == 0


def test_a_page_with_a_password_is_not_kept(world: World) -> None:
    page = Page.objects.get(slug="par-mums")
    world.get("/par-mums/")
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="vārds")
    world.stamps.announce()
    world.later(700)
    answer = world.get("/par-mums/")
    assert "csrfmiddlewaretoken" in answer.text
    assert answer.cached == "MISS"
    assert world.get("/par-mums/").cached == "MISS"
    assert len(world.cache.pages) == 0


def test_unknown_hosts_and_odd_addresses(world: World) -> None:
    world.get("/")
    for _ in range(2):
        evil = world.get("/", HTTP_HOST="evil.example")
        assert (evil.status, evil.cached) == (400, "MISS")
    assert world.get("/", HTTP_HOST="localhost").cached == "MISS"
    assert world.get("//").cached == "MISS"
    assert world.get("//evil.example/").status != 200
    for path in ("/./", "/par-mums/../", "/par-mums//", "/PAR-MUMS/", "/par-mums"):
        assert world.get(path).cached == "MISS", path
        assert world.get(path).cached == "MISS", path
    # What a browser writes as %2e and %c4%81 reaches us as the letters themselves.
    assert world.get("/nāv/").status == 404
    assert world.get("/").cached == "HIT"


def test_a_forwarded_host_is_not_believed(world: World) -> None:
    first = world.get("/par-mums/", HTTP_X_FORWARDED_HOST="evil.example")
    assert "evil.example" not in first.text
    assert world.get("/par-mums/").cached == "HIT"


def test_conditions_of_one_visitor_are_not_those_of_all(world: World) -> None:
    answer = world.get("/", HTTP_IF_NONE_MATCH='"x"', HTTP_RANGE="bytes=0-10")
    assert answer.status == 200
    assert len(answer.body) > 1000
    assert world.get("/").cached == "HIT"


# --- Wiring --------------------------------------------------------------------------------------


def test_the_settings_turn_it_on_and_off(settings: Any) -> None:
    wsgi = import_module("sosbca.wsgi")
    settings.PAGE_CACHE_MEGABYTES = 0
    assert not isinstance(reload(wsgi).application, PageCache)
    settings.PAGE_CACHE_MEGABYTES = 8
    cache = reload(wsgi).application
    assert isinstance(cache, PageCache)
    assert cache.pages.capacity + cache.lists.capacity == 8_000_000
    assert installed.installed() is cache


def test_metrics(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "_installed", [world.cache])
    for path in ("/", "/", "/par-mums/", "/nav/", "/health/live"):
        world.get(path)
    response = client.get("/health/metrics")
    assert response["Content-Type"].startswith("text/plain")
    assert "no-store" in response["Cache-Control"]
    values = dict(
        line.rsplit(" ", 1) for line in response.text.splitlines() if not line.startswith("#")
    )
    found = {
        result: value
        for result in ("hit", "miss", "pass")
        for name, value in values.items()
        if f'result="{result}"' in name
    }
    assert found == {"hit": "1", "miss": "3", "pass": "1"}
    # Nobody learns from it what was looked at.
    assert "par-mums" not in response.text


def test_metrics_without_a_page_cache(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "_installed", [])
    assert client.get("/health/metrics").text == "sosbca_page_cache_enabled 0\n"


@pytest.mark.parametrize("path", ["/pieteikums/", "/en/enquiry/"])
def test_the_enquiry_learns_what_led_to_it_and_is_never_kept(world: World, path: str) -> None:
    tagged = world.get(path, QUERY_STRING="utm_source=newsletter")
    found = world.get(path, HTTP_REFERER="https://www.google.lv/")
    assert (tagged.cached, found.cached) == ("PASS", "PASS")
    assert "?source=newsletter" in tagged.text
    assert "?source=search" in found.text
