"""An editor may keep a page for those with a password, or for staff."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Page, PageViewRestriction, Site

from tests.home.parsing import Document


def restrict(kind: str, **fields: str) -> None:
    for slug in ("par-mums", "about-us"):
        page = Page.objects.get(slug=slug)
        PageViewRestriction.objects.create(page=page, restriction_type=kind, **fields)


@pytest.mark.parametrize("path", ["/par-mums/", "/en/about-us/"])
def test_with_a_password(site: Site, client: Client, path: str) -> None:
    restrict(PageViewRestriction.PASSWORD, password="putniņš")
    asked = client.get(path)
    assert asked.status_code == 200
    form = Document(asked.content).one("form")
    assert client.post(form["action"], {"password": "wrong", "return_url": path}).status_code == 200
    answer = client.post(form["action"], {"password": "putniņš", "return_url": path})
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert Document(client.get(path).content).one("h1").text in {"Par mums", "About us"}


def test_for_staff(site: Site, client: Client) -> None:
    restrict(PageViewRestriction.LOGIN)
    response = client.get("/par-mums/")
    assert response.status_code == 302
    assert client.get(response["Location"]).status_code == 200
    client.force_login(get_user_model().objects.create_user("anna"))
    assert client.get("/par-mums/").status_code == 200
