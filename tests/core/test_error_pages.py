"""Error pages show in every state, even when nothing else works."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from django.utils.translation import override
from django.views.defaults import server_error
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import Site

import sosbca.urls
from tests.home.parsing import Document


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("told to nobody")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("told to nobody")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("told to nobody")


class Routed:
    handler400 = sosbca.urls.handler400
    handler403 = sosbca.urls.handler403
    handler404 = sosbca.urls.handler404
    urlpatterns = [
        path("suspicious/", suspicious),
        path("forbidden/", forbidden),
        path("broken/", broken),
        path("en/suspicious/", suspicious),
        path("en/forbidden/", forbidden),
        *sosbca.urls.urlpatterns,
    ]


@pytest.fixture
def routed(settings: Settings) -> None:
    settings.ROOT_URLCONF = Routed


@pytest.mark.parametrize(
    ("address", "status"), [("suspicious/", 400), ("forbidden/", 403), ("nav/", 404)]
)
@pytest.mark.parametrize(("prefix", "language"), [("/", "lv"), ("/en/", "en")])
def test_errors_in_each_language(
    site: Site, client: Client, routed: None, prefix: str, language: str, address: str, status: int
) -> None:
    response = client.get(prefix + address)
    assert response.status_code == status
    assert response["Content-Type"] == "text/html; charset=utf-8"
    page = Document(response.content)
    assert page.language == language
    assert str(status) in page.one("p", class_="code").text
    assert page.one("main").text
    assert [link["href"] for link in page.all("a", class_="button") if link["href"] == prefix]
    assert "told to nobody" not in response.content.decode()
    assert "noindex" in response.content.decode()


@pytest.mark.django_db
def test_a_host_that_is_not_ours(client: Client) -> None:
    """The error page must not ask for the host that is wrong."""
    for address in ("/", "/en/", "/admin/", "/ziedot/"):
        response = client.get(address, headers={"Host": "evil.example"})
        assert response.status_code == 400, address
        assert "evil" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html"])
@pytest.mark.parametrize("language", ["lv", "en"])
def test_templates_without_a_site(template: str, language: str) -> None:
    Site.objects.all().delete()
    with override(language):
        page = render_to_string(template, request=RequestFactory().get("/"))
    assert Document(page).language == language


@pytest.mark.django_db
def test_server_error_needs_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    page = Document(response.content)
    assert page.language == "lv"
    assert "Kļūda 500" in page.one("p", class_="code").text
    # Both languages: which one was asked for is not known any more.
    assert page.one("p", lang="en").text
    assert {link["href"] for link in page.all("a")} == {"/", "/en/"}


@pytest.mark.django_db
def test_an_error_of_ours_is_shown_as_such(client: Client, routed: None) -> None:
    client.raise_request_exception = False
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "Kļūda 500" in response.content.decode()
    assert "told to nobody" not in response.content.decode()
