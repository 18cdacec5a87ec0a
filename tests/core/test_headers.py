"""What browsers are told, and what they are not: no cookie, nothing from anywhere else."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Page, Site

PUBLIC = ["/", "/en/", "/par-mums/", "/en/about-us/", "/ziedot/", "/en/donate/", "/nav/", "/en/no/"]
POLICY = {
    "default-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self' https://checkout.stripe.com https://billing.stripe.com",
    "frame-ancestors": "'none'",
}
ADMIN_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}


def policy(header: str) -> dict[str, str]:
    directives = (directive.strip().partition(" ") for directive in header.split(";"))
    return {name: value for name, _space, value in directives}


class Loads(HTMLParser):
    """What a page makes a browser load, and what the policy would keep it from running."""

    LOADING = {"script": "src", "img": "src", "source": "srcset", "link": "href", "iframe": "src"}
    LOADED_LINKS = {
        "stylesheet",
        "icon",
        "apple-touch-icon",
        "preload",
        "modulepreload",
        "manifest",
    }

    def __init__(self, page: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.inline += [name for name in attributes if name == "style" or name.startswith("on")]
        # Structured data is a script in name only: no browser runs it.
        is_data = attributes.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and not attributes.get("src") and not is_data):
            self.inline.append(tag)
        if tag == "link" and attributes.get("rel") not in self.LOADED_LINKS:
            return
        for name in (self.LOADING.get(tag), "srcset", "poster"):
            if name and attributes.get(name):
                self.urls += [part.split()[0] for part in str(attributes[name]).split(",")]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(site: Site, client: Client, path: str) -> None:
    response = client.get(path)
    assert policy(response["Content-Security-Policy"]) == POLICY
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert not response.cookies

    loads = Loads(response.content.decode())
    assert len(loads.urls) >= 5
    assert [url for url in loads.urls if urlsplit(url).netloc or urlsplit(url).scheme] == []
    assert loads.inline == []


def test_the_admin_has_its_own_policy(site: Site, client: Client) -> None:
    assert policy(client.get("/admin/login/")["Content-Security-Policy"]) == ADMIN_POLICY
    client.force_login(get_user_model().objects.create_superuser("boss"))
    response = client.get("/admin/")
    assert response.status_code == 200
    assert policy(response["Content-Security-Policy"]) == ADMIN_POLICY
    assert "no-store" in response["Cache-Control"]
    # Not looser for staff outside the admin.
    assert policy(client.get("/")["Content-Security-Policy"]) == POLICY
    assert policy(client.get("/administracija/")["Content-Security-Policy"]) == POLICY


def test_the_admin_can_show_a_preview_in_its_own_frame(site: Site, client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser("boss"))
    page = Page.objects.get(slug="par-mums")
    response = client.get(f"/admin/pages/{page.pk}/edit/preview/")
    assert response.status_code == 200
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_the_admin_asks_nobody_else(site: Site, client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser("boss", email="b@example.org"))
    page = Page.objects.get(slug="par-mums")
    for path in ("/admin/", f"/admin/pages/{page.pk}/edit/", "/admin/account/"):
        loads = Loads(client.get(path).content.decode())
        assert [url for url in loads.urls if urlsplit(url).netloc] == [], path


def test_health_and_errors_have_headers_too(client: Client) -> None:
    response = client.get("/health/live")
    assert policy(response["Content-Security-Policy"]) == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
