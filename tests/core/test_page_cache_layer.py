"""The layer in front of a site: what it keeps, what it sends, and what happens at the same time."""

import gzip
from collections.abc import Callable
from datetime import timedelta

import brotli  # type: ignore[import-untyped]
import pytest
import time_machine
from django.utils import timezone

from sosbca.core.page_cache import Group, depends_on, fresh_until

from .page_cache import HTML, FakeSite, World

pytestmark = pytest.mark.usefixtures("noon")

PAGE = b"<p>Labdien</p>" * 100


def test_the_second_visitor_is_answered_from_memory() -> None:
    world = World()
    first, second = world.get(), world.get()
    assert (first.cached, second.cached) == ("MISS", "HIT")
    assert first.body == second.body == PAGE
    assert world.site.asked == 1
    assert {name: value for name, value in first.headers.items() if name != "X-Cache"} == {
        name: value for name, value in second.headers.items() if name != "X-Cache"
    }
    assert world.site.bodies[0].closed == 1


def test_headers_of_the_site_are_kept() -> None:
    site = FakeSite(Content_Security_Policy="default-src 'self'", Strict_Transport_Security="a")
    world = World(site)
    world.get()
    headers = world.get().headers
    assert headers["Content-Type"] == HTML
    assert headers["Content-Security-Policy"] == "default-src 'self'"
    assert headers["Strict-Transport-Security"] == "a"
    # A browser may keep the page, but asks each time whether it is still the same.
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Content-Length"] == str(len(PAGE))


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("", None, bytes),
        ("identity;q=0", None, bytes),
        ("gzip;q=0", None, bytes),
    ],
)
def test_each_gets_the_encoding_it_takes(
    accepted: str, encoding: str | None, unpack: Callable[[bytes], bytes]
) -> None:
    world = World()
    for cached in ("MISS", "HIT"):
        answer = world.get(HTTP_ACCEPT_ENCODING=accepted)
        assert answer.cached == cached
        assert answer.headers.get("Content-Encoding") == encoding
        assert unpack(answer.body) == PAGE
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_small_body_is_not_compressed() -> None:
    answer = World(FakeSite(b"<p>Labdien</p>")).get(HTTP_ACCEPT_ENCODING="br")
    assert answer.body == b"<p>Labdien</p>"
    assert "Content-Encoding" not in answer.headers


def test_who_has_it_already_gets_no_body() -> None:
    world = World()
    first = world.get(HTTP_ACCEPT_ENCODING="br")
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    for condition in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = world.get(HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=condition)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["Vary"] == "Accept-Encoding"
        assert again.headers["Cache-Control"] == "no-cache"
        assert "Content-Length" not in again.headers
        assert "Content-Type" not in again.headers
    # Another encoding is another body.
    assert world.get(HTTP_IF_NONE_MATCH=tag).status == 200
    world.site.body = b"<p>Citrs</p>" * 100
    world.database.change()
    world.later(0.6)
    assert world.get(HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=tag).status == 200


def test_a_page_with_other_headers_is_another_page() -> None:
    world = World(FakeSite(Content_Security_Policy="a"))
    tag = world.get().headers["ETag"]
    world.site.headers["Content-Security-Policy"] = "b"
    world.database.change()
    world.later(0.6)
    assert world.get(HTTP_IF_NONE_MATCH=tag).status == 200


def test_head_is_a_get_without_a_body() -> None:
    world = World()
    for cached in ("MISS", "HIT"):
        answer = world.get(method="HEAD")
        assert (answer.status, answer.body, answer.cached) == (200, b"", cached)
        assert answer.headers["Content-Length"] == str(len(PAGE))
    # What was made for it is a whole page.
    assert world.get().body == PAGE
    assert world.site.asked == 1


def test_the_site_makes_a_page_for_everybody_not_for_the_first_to_ask() -> None:
    world = World()
    world.get(
        "/?utm_source=mail",
        "HEAD",
        HTTP_USER_AGENT="Anna",
        HTTP_ACCEPT_LANGUAGE="en",
        HTTP_RANGE="x",
    )
    seen = world.site.seen[0]
    assert (seen["REQUEST_METHOD"], seen["QUERY_STRING"]) == ("GET", "")
    assert [name for name in seen if name.startswith("HTTP_")] == ["HTTP_HOST"]


def test_head_of_what_is_not_kept_has_no_body_either() -> None:
    world = World(FakeSite(Set_Cookie="a=b"))
    assert world.get(method="HEAD").body == b""
    world.site.has_length = False
    assert world.get(method="HEAD").body == b""
    assert [body.closed for body in world.site.bodies] == [1, 1]


@pytest.mark.parametrize(
    "headers",
    [
        {"Set_Cookie": "csrftoken=1"},
        {"Cache_Control": "no-store"},
        {"Cache_Control": "max-age=60, private"},
        {"Cache_Control": "No-Cache"},
        {"Cache_Control": "max-age=0"},
        {"Cache_Control": "s-maxage=0, max-age=60"},
        {"Vary": "User-Agent"},
        {"Vary": "*"},
        {"Vary": "Cookie, Accept-Language"},
        {"Content_Type": "image/png"},
        {"Content_Type": "application/pdf"},
        {"Content_Encoding": "gzip"},
        {"Content_Security_Policy": "script-src 'nonce-abc'"},
    ],
    ids=str,
)
def test_not_kept(headers: dict[str, str]) -> None:
    world = World(FakeSite(PAGE, **headers))
    first, second = world.get(), world.get()
    assert (first.cached, second.cached) == ("MISS", "MISS")
    assert first.body == PAGE
    assert world.site.asked == 2
    assert [body.closed for body in world.site.bodies] == [1, 1]


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "404 Not Found", "422 Bad", "500 Error", "206 Part"]
)
def test_only_200_is_kept(status: str) -> None:
    world = World()
    world.site.status = status
    assert world.get().status == int(status[:3])
    assert world.get().cached == "MISS"
    world.site.status = "200 OK"
    world.get()
    assert world.get().cached == "HIT"


def test_a_page_that_varies_on_the_cookie_is_kept_for_those_without() -> None:
    world = World(FakeSite(Vary="Cookie"))
    world.get()
    assert world.get().cached == "HIT"
    assert world.get().headers["Vary"] == "Cookie, Accept-Encoding"
    assert world.get(HTTP_COOKIE="a=b").cached == "PASS"


def test_a_stream_is_passed_on_as_it_comes() -> None:
    world = World()
    world.site.has_length = False
    assert world.get().body == PAGE
    assert world.get(HTTP_ACCEPT_ENCODING="br").cached == "MISS"
    assert [body.closed for body in world.site.bodies] == [1, 1]


def test_a_body_that_is_shorter_than_announced_is_not_kept() -> None:
    site = FakeSite(Content_Length="5000")
    site.has_length = False
    world = World(site)
    world.get()
    assert world.get().cached == "MISS"


def test_a_view_may_say_how_long() -> None:
    world = World(FakeSite(Cache_Control="public, max-age=60, s-maxage=30"))
    world.get()
    world.later(29)
    assert world.get().cached == "HIT"
    assert world.get().headers["Cache-Control"] == "public, max-age=60, s-maxage=30"
    world.later(2)
    assert world.get().cached == "MISS"


def test_nothing_is_kept_for_longer_than_ten_minutes() -> None:
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        world = World()
        world.get()
        world.later(599)
        assert world.get().cached == "HIT"
        world.later(2)
        assert world.get().cached == "MISS"


def test_nothing_is_kept_beyond_midnight_in_riga() -> None:
    # Summer time: midnight is at 21:00 UTC.
    with time_machine.travel("2026-06-01T20:59:00Z", tick=False):
        world = World()
        world.get()
        world.later(59)
        assert world.get().cached == "HIT"
        world.later(2)
        assert world.get().cached == "MISS"


def test_a_page_may_name_the_moment_when_it_changes() -> None:
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        world = World()

        def show_events() -> None:
            for seconds in (-10, 40, 20, 3600):
                fresh_until(timezone.now() + timedelta(seconds=seconds))

        world.site.before = show_events
        world.get()
        world.later(19)
        assert world.get().cached == "HIT"
        world.later(2)
        assert world.get().cached == "MISS"


def test_only_pages_that_show_sums_depend_on_the_ledger() -> None:
    world = World()
    world.get("/par-mums/")
    world.site.before = lambda: depends_on(Group.GIVING)
    world.get("/ziedot/")
    world.site.before = lambda: None
    world.database.change("giving")
    world.later(0.6)
    assert world.get("/par-mums/").cached == "HIT"
    assert world.get("/ziedot/").cached == "MISS"
    world.database.change("content")
    world.later(0.6)
    assert world.get("/par-mums/").cached == "MISS"
    assert world.get("/ziedot/").cached == "MISS"


def test_outside_of_a_page_nothing_can_be_said() -> None:
    depends_on(Group.GIVING)
    fresh_until(timezone.now())


# --- Passing on ----------------------------------------------------------------------------------


def test_posts_and_visitors_with_a_cookie_reach_the_site_as_they_are() -> None:
    world = World()
    world.get()
    answer = world.get(HTTP_COOKIE="sessionid=1", HTTP_USER_AGENT="Anna")
    assert (answer.cached, answer.headers["Cache-Control"]) == ("PASS", "private, no-cache")
    assert world.site.seen[-1]["HTTP_USER_AGENT"] == "Anna"
    posted = world.get(method="POST", body="amount=1", HTTP_ACCEPT_ENCODING="br")
    assert posted.cached == "PASS"
    # Its answer may hold what was typed beside something secret.
    assert "Content-Encoding" not in posted.headers
    assert world.site.seen[-1]["REQUEST_METHOD"] == "POST"


def test_a_static_file_is_not_touched() -> None:
    world = World(FakeSite(Content_Type="text/css"))
    answer = world.get("/static/base.css", HTTP_ACCEPT_ENCODING="br")
    assert answer.body == PAGE
    assert "Content-Encoding" not in answer.headers


def test_a_page_for_one_visitor_is_compressed_unless_it_may_be_secret() -> None:
    world = World(FakeSite(Vary="Cookie", ETag='"theirs"'))
    answer = world.get("/?q=x", HTTP_ACCEPT_ENCODING="gzip")
    assert answer.cached == "PASS"
    assert gzip.decompress(answer.body) == PAGE
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.headers["Vary"] == "Cookie, Accept-Encoding"
    assert "ETag" not in answer.headers
    for headers in (
        {"Cache_Control": "no-store"},
        {"Cache_Control": "private"},
        {"Set_Cookie": "a"},
    ):
        secret = World(FakeSite(PAGE, **headers)).get("/?q=x", HTTP_ACCEPT_ENCODING="br")
        assert secret.body == PAGE
    # Nor for those who are signed in.
    signed_in = world.get("/", HTTP_COOKIE="a=b", HTTP_ACCEPT_ENCODING="br")
    assert "Content-Encoding" not in signed_in.headers


def test_an_unknown_page_is_compressed_too() -> None:
    world = World()
    world.site.status = "404 Not Found"
    answer = world.get("/nav/", HTTP_ACCEPT_ENCODING="br")
    assert answer.status == 404
    assert brotli.decompress(answer.body) == PAGE


def test_hosts_have_pages_of_their_own() -> None:
    world = World()
    world.get(HTTP_HOST="testserver")
    assert world.get(HTTP_HOST="other.example").cached == "MISS"
    assert world.get(HTTP_HOST="TESTSERVER").cached == "HIT"
    assert world.get(HTTP_X_FORWARDED_PROTO="https").cached == "MISS"
    # Even if the site itself had forgotten to refuse it.
    world.get(HTTP_HOST="evil.example")
    assert world.get(HTTP_HOST="evil.example").cached == "MISS"
