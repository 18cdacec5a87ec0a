"""Recruitment's guide: complete in both languages, with pictures, for recruitment alone."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import Site
from wagtail.users.models import UserProfile

from home.editing.guide import PICTURE, RecruitmentGuideView
from tests.fostering.made_cases import signed_in
from tests.fostering.test_cases import member

FOLDER = RecruitmentGuideView.folder
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


def text(language: str) -> str:
    return (FOLDER / f"{language}.md").read_text(encoding="utf-8")


def test_both_languages_have_the_same_chapters_and_pictures() -> None:
    for pattern in (r"^## ", r"^### ", r"^- ", SHOWN.pattern):
        lv, en = (len(re.findall(pattern, text(name), re.MULTILINE)) for name in ("lv", "en"))
        assert lv == en, pattern
    for language in ("lv", "en"):
        for described, target in SHOWN.findall(text(language)):
            assert described.strip()
            assert target.endswith(f"-{language}.png")
            assert (FOLDER / target).is_file(), target


def test_pictures_are_small_and_each_is_shown() -> None:
    shown = {
        target for language in ("lv", "en") for _words, target in SHOWN.findall(text(language))
    }
    kept = sorted((FOLDER / "pictures").iterdir())
    assert {f"pictures/{path.name}" for path in kept} == shown
    for path in kept:
        assert PICTURE.fullmatch(path.name), path.name
        assert path.stat().st_size < 150_000, path.name
        with Image.open(path) as picture:
            assert picture.width >= 800


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("group", ["Recruitment", "Recruitment leads"])
def test_recruitment_sees_the_pictures(site: Site, group: str, language: str) -> None:
    user = member(group)
    UserProfile.objects.create(user=user, preferred_language=language)
    client = signed_in(user)
    page = client.get(reverse("editing:recruitment_guide")).text
    sources = re.findall(r'<img src="([^"]+/pictures/[^"]+)"', page)
    assert len(sources) == len(SHOWN.findall(text(language)))
    for source in sources:
        answer = client.get(source)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png"), source


@pytest.mark.parametrize("group", ["Communications", "Reviewers", "Finance", "Administrators", ""])
def test_nobody_else_does(site: Site, group: str) -> None:
    client = signed_in(member(group)) if group else Client()
    address = reverse("editing:recruitment_guide_picture", args=["board-lv.png"])
    assert client.get(address).status_code == 302
    lead = signed_in(member("Recruitment leads"))
    assert lead.get(reverse("editing:guide_picture", args=["board-lv.png"])).status_code == 302
