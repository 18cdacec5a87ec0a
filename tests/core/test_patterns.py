"""The page of patterns shows every block to staff."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override
from wagtail.models import Site

from sosbca.core.blocks import content_blocks
from sosbca.core.models import CustomImage
from sosbca.core.patterns.samples import all_blocks
from tests.core.block_samples import make_samples
from tests.home.parsing import Document


@pytest.fixture(autouse=True)
def _media(tmp_path: Path) -> Iterator[None]:
    storage = CustomImage._meta.get_field("file").storage
    before, storage.location = storage.location, str(tmp_path)  # type: ignore[attr-defined]
    yield
    storage.location = before  # type: ignore[attr-defined]


@pytest.fixture
def editor(site: Site, client: Client) -> Client:
    user = get_user_model().objects.create_user("editor")
    user.groups.add(Group.objects.get(name="Communications"))
    client.force_login(user)
    return client


def test_every_block_of_the_site_shows(editor: Client) -> None:
    make_samples()
    page = Document(editor.get(reverse("patterns")).content)
    assert {
        section["data-block"]
        for section in page.all("section")
        if "data-block" in section.attributes
    } == set(all_blocks())
    assert set(dict(content_blocks())) <= set(all_blocks())
    # Only the lists of news and projects have nothing to show on this site.
    with override("lv"):
        missing = gettext("Not shown: the site has nothing of this kind yet (%(kind)s).")
    words, _placeholder, _rest = missing.partition("%")
    assert len([box for box in page.all("div", class_="notice") if words in box.text]) == 2
    assert len(page.all("svg", role="img")) == 2
    assert page.all("a", class_="pin")


@pytest.mark.parametrize(
    ("asked", "language", "words"),
    [("", "lv", "Kas mēs esam"), ("en", "en", "Who we are"), ("de", "lv", "Kas mēs esam")],
)
def test_in_both_languages(editor: Client, asked: str, language: str, words: str) -> None:
    make_samples("en")
    page = Document(editor.get(reverse("patterns"), {"language": asked}).content)
    assert page.language == language
    assert words in [heading.text for heading in page.all("h2")]


def test_on_an_empty_site(editor: Client) -> None:
    """What needs pictures or people says so, and nothing breaks."""
    page = Document(editor.get(reverse("patterns")).content)
    assert len([box for box in page.all("div", class_="notice") if "(picture)" in box.text]) == 4


def test_the_visitors_policy_applies(editor: Client) -> None:
    """Or a style in line would look right here and be refused on the site."""
    policy = editor.get(reverse("patterns")).headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy


def test_strangers_are_sent_to_the_login(site: Site, client: Client) -> None:
    response = client.get(reverse("patterns"))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("wagtailadmin_login"))


def test_it_is_in_the_menu_for_help(editor: Client) -> None:
    assert reverse("patterns") in editor.get(reverse("wagtailadmin_home")).content.decode()
