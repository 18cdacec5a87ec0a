"""Posts from other sites are refused by where they come from, without a cookie."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory, override_settings
from django.utils.translation import gettext, override
from wagtail.models import Site

from sosbca.core.origin import is_same_origin, refuse_cross_site


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        # No browser: no visitor's cookies to misuse.
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "something new"}, False),
        ({"Origin": "https://testserver"}, True),
        ({"Origin": "https://www.example.org"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "https://testserver.evil.example"}, False),
        ({"Origin": "https://evil.example/testserver"}, False),
        ({"Origin": "https://testserver@evil.example"}, False),
        ({"Origin": "https://testserver:8443"}, False),
        # A page that somebody between the visitor and us could have written.
        ({"Origin": "http://testserver"}, False),
        ({"Origin": "http://www.example.org"}, False),
        # Opaque: a sandboxed frame, a local file, a redirect across sites.
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "testserver"}, False),
        ({"Origin": "file://testserver"}, False),
        ({"Origin": "https://[testserver"}, False),
        # Both: the browser's own word on where it comes from is the stricter one.
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://testserver"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://testserver"}, True),
    ],
)
@override_settings(SITE_URL="https://www.example.org")
def test_where_a_post_comes_from(headers: dict[str, str], allowed: bool) -> None:
    request = RequestFactory().post("/", headers=headers, secure=True)
    assert is_same_origin(request) is allowed


@override_settings(SITE_URL="https://www.example.org")
def test_a_proxy_that_speaks_http_to_us() -> None:
    request = RequestFactory().post("/", headers={"Origin": "https://www.example.org"})
    assert is_same_origin(request)


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_is_open_to_all(method: str) -> None:
    from django.http import HttpResponse

    view = refuse_cross_site(lambda request: HttpResponse("read"))
    request = getattr(RequestFactory(), method)("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert view(request).status_code == 200


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://[evil"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=["fetch-metadata", "origin", "malformed"])
@pytest.mark.parametrize(
    ("path", "language"), [("/ziedot/", "lv"), ("/en/donate/", "en"), ("/", "lv")]
)
def test_a_post_from_another_site_gets_a_friendly_page(
    site: Site, visitor: Client, headers: dict[str, str], path: str, language: str
) -> None:
    response = visitor.post(path, {"amount": "25"}, headers=headers)
    assert response.status_code == 403
    page = response.content.decode()
    assert f'<html lang="{language}">' in page
    with override(language):
        assert f"<h1>{gettext('This door is closed')}</h1>" in page
    assert not response.cookies


def test_a_post_from_our_own_page_needs_no_cookie(site: Site, visitor: Client) -> None:
    headers = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    response = visitor.post("/ziedot/", {"amount": ""}, headers=headers)
    assert response.status_code == 422
    assert not response.cookies


def test_the_admin_still_asks_for_the_token(site: Site, visitor: Client) -> None:
    get_user_model().objects.create_superuser("boss", password="pass")
    own = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    login = {"username": "boss", "password": "pass"}
    refused = visitor.post("/admin/login/", login, headers=own)
    assert refused.status_code == 403
    assert "sessionid" not in refused.cookies

    token = visitor.get("/admin/login/").cookies["csrftoken"].value
    login["csrfmiddlewaretoken"] = token
    assert visitor.post("/admin/login/", login, headers=own).status_code == 302
    # Signed in, and still no form of the admin goes without.
    refused = visitor.post("/admin/account/", {}, headers=own)
    assert refused.status_code == 403
