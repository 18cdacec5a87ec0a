"""Which requests are answered from memory, and what a page for everybody may see of them."""

from dataclasses import replace
from typing import Any

import pytest

from sosbca.core.page_cache.requests import IGNORED_PARAMETERS, Key, encodings

from .page_cache import RULES


def environ(path: str = "/par-mums/", **more: str) -> dict[str, Any]:
    address, _mark, query = path.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
    } | more


def test_the_key_is_what_a_page_depends_on() -> None:
    assert RULES.key(environ()) == Key("http", "testserver", "/par-mums/", "")
    assert RULES.key(environ(HTTP_HOST="Other.Example:8000")) == Key(
        "http", "other.example:8000", "/par-mums/", ""
    )
    keys = {RULES.key(environ(path)) for path in ("/a/", "//a/", "/a", "/A/", "/a/?page=2", "/a/.")}
    assert len(keys) == 6


@pytest.mark.parametrize(
    ("header", "scheme"),
    [("https", "https"), ("https, http", "https"), ("http", "http"), ("", "http"), (None, "http")],
)
def test_the_scheme_is_the_one_that_django_finds(header: str | None, scheme: str) -> None:
    asked = environ() if header is None else environ(HTTP_X_FORWARDED_PROTO=header)
    key = RULES.key(asked)
    assert key is not None
    assert key.scheme == scheme


def test_without_a_proxy_of_ours_nobody_can_say_https() -> None:
    rules = replace(RULES, secure_proxy_header=None)
    key = rules.key(environ(HTTP_X_FORWARDED_PROTO="https"))
    assert key is not None
    assert key.scheme == "http"


@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_COOKIE": "sessionid=1"},
        {"HTTP_COOKIE": ""},
        {"HTTP_AUTHORIZATION": "Basic eA=="},
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"PATH_INFO": "/admin/"},
        {"PATH_INFO": "/admin/pages/1/edit/preview/"},
        {"PATH_INFO": "/static/css/base.css"},
        {"PATH_INFO": "/media/a.jpg"},
        {"PATH_INFO": "/documents/1/a.pdf"},
        {"PATH_INFO": "/health/ready"},
        {"PATH_INFO": "/stripe/webhook/"},
        {"PATH_INFO": "/" + "a" * 600},
        {"HTTP_HOST": ""},
        {"HTTP_HOST": "a" * 300},
        {"CONTENT_LENGTH": "5"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"QUERY_STRING": "amount=25&email=anna@example.org"},
        {"QUERY_STRING": "page=2&amount=25"},
        {"QUERY_STRING": "session_id=cs_1"},
        {"QUERY_STRING": "page=1&page=2"},
        {"QUERY_STRING": "page=2&"},
        {"QUERY_STRING": "page=" + "2" * 300},
        {"QUERY_STRING": "pag%65=2&x%3D=1"},
    ],
    ids=str,
)
def test_passed_on(more: dict[str, str]) -> None:
    assert RULES.key(environ(**more)) is None


def test_no_more_parameters_than_a_list_has() -> None:
    names = ["a", "b", "c", "d", "e"]
    rules = replace(RULES, parameters=frozenset(names))
    assert rules.key(environ("/?a=1&b=1&c=1&d=1")) is not None
    assert rules.key(environ("/?a=1&b=1&c=1&d=1&e=1")) is None


def test_what_mailings_add_is_ignored() -> None:
    assert RULES.key(environ("/?utm_source=mail&fbclid=x")) == RULES.key(environ("/"))
    key = RULES.key(environ("/?utm_source=mail&page=2"))
    assert key == RULES.key(environ("/?page=2"))
    assert key is not None
    # The page does not see it either.
    neutral = RULES.for_everybody(environ("/?utm_source=mail&page=2"), key)
    assert neutral["QUERY_STRING"] == "page=2"
    assert not IGNORED_PARAMETERS & RULES.parameters


def test_a_page_for_everybody_sees_nothing_of_one_visitor() -> None:
    asked = environ(
        "/",
        REQUEST_METHOD="HEAD",
        HTTP_HOST="TestServer",
        HTTP_USER_AGENT="Anna",
        HTTP_ACCEPT_LANGUAGE="en",
        HTTP_ACCEPT_ENCODING="br",
        HTTP_REFERER="https://bank.example/anna",
        HTTP_IF_NONE_MATCH="*",
        HTTP_IF_MODIFIED_SINCE="Sat, 01 Jan 2022 00:00:00 GMT",
        HTTP_RANGE="bytes=0-1",
        HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_FOR="192.0.2.1",
        REQUEST_URI="/?email=anna@example.org",
        SERVER_NAME="here",
    )
    key = RULES.key(asked)
    assert key is not None
    neutral = RULES.for_everybody(asked, key)
    assert neutral == {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "HTTP_HOST": "testserver",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "192.0.2.1",
        "SERVER_NAME": "here",
        "wsgi.url_scheme": "http",
    }


def test_hosts_are_those_of_the_settings() -> None:
    def allowed(host: str) -> bool:
        key = RULES.key(environ(HTTP_HOST=host))
        return key is not None and RULES.is_allowed(key)

    assert allowed("testserver")
    assert allowed("TESTSERVER:8000")
    assert not allowed("evil.example")
    assert not allowed("testserver.evil.example")
    assert not allowed("testserver, evil")


@pytest.mark.parametrize(
    ("accepted", "best"),
    [
        ("", "identity"),
        ("br, gzip", "br"),
        ("gzip, br", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip;q=0.5, br;q=0.4", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", "identity"),
        ("identity;q=1, br;q=0.5", "identity"),
        ("identity;q=0", "identity"),
        ("identity;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("br;q=0, *", "gzip"),
        ("deflate", "identity"),
        ("br;q=nonsense, gzip", "gzip"),
        ("br;level=4;q=1", "br"),
        (",,", "identity"),
    ],
)
def test_the_best_encoding(accepted: str, best: str) -> None:
    assert encodings(accepted)[0] == best
