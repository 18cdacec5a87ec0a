"""Many pages at once: they are pages like any other."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings
from wagtail.models import Page

from home.demo.crowd import generate
from home.models import StandardPage
from projects.models import ProjectPage
from tests.home.contents import run, small

pytestmark = pytest.mark.django_db

INDEXES: dict[str, str | bytes] = {
    "news/lv.md": "---\ntype: news-index\ntitle: Jaunumi\n---\n",
    "news/en.md": "---\ntitle: News\n---\n",
    "projects/lv.md": "---\ntype: project-index\ntitle: Projekti\n---\n",
    "projects/en.md": "---\ntitle: Projects\n---\n",
}


@pytest.fixture
def indexes(tmp_path: Path) -> None:
    run(small(tmp_path, INDEXES))


def test_they_are_pages_like_any_other(indexes: None, client: Client) -> None:
    before = Page.objects.count()
    assert generate(40) == 40
    assert Page.objects.count() == before + 40
    assert not any(Page.find_problems())
    for model in (ProjectPage, StandardPage):
        pages = model.objects.filter(first_published_at__year__lt=2030).order_by("pk")
        for made in (pages.filter(locale__language_code=code).last() for code in ("lv", "en")):
            assert made is not None
            assert client.get(made.get_url() or "").status_code == 200
            assert made.get_translations().count() == 1
    # Staff can go on from there.
    project = ProjectPage.objects.order_by("pk").last()
    assert project is not None
    project.full_clean()
    project.save_revision().publish()
    parent = project.get_parent()
    assert parent is not None
    parent.add_child(instance=StandardPage(title="Behind them", locale=parent.locale))
    assert not any(Page.find_problems())


def test_more_can_follow(indexes: None) -> None:
    generate(20)
    generate(20)
    assert not any(Page.find_problems())


def test_only_where_something_stands(site: object) -> None:
    with pytest.raises(CommandError, match="Load the demonstration first"):
        call_command("generate_pages", "20")


def test_never_for_real_use(indexes: None, settings: Settings) -> None:
    settings.IS_DEMO = settings.DEBUG = False
    before = Page.objects.count()
    with pytest.raises(CommandError, match="not for real use"):
        call_command("generate_pages", "20")
    assert Page.objects.count() == before
