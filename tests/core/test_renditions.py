"""Sizes of pictures are made by tasks, and templates ask for no others."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.images import ImageFile
from django.template import Context, Template
from django.test import Client
from django_tasks_db.models import DBTaskResult
from PIL import Image as PillowImage
from wagtail.images.models import Filter
from wagtail.models import Site

from home.models import HomePage, StandardPage
from sosbca.core import renditions
from sosbca.core.images import CustomImage
from sosbca.core.models import Person
from sosbca.core.renditions import PICTURE_SETS, PictureSet

ROOT = Path(__file__).parents[2]
PICTURE_TAG = re.compile(r"\{%\s*(?:picture|image|srcset_image)\s+(.*?)\s*%\}", re.DOTALL)
FILTER = re.compile(r"(?:^|\s)((?:format|width|height|fill|max|min|scale|original)-?[\w{},.x-]*)")
KNOWN = {spec for each in PICTURE_SETS.values() for spec in each.specs()}


@pytest.fixture(autouse=True)
def _media(tmp_path: Path) -> Iterator[None]:
    storage = CustomImage._meta.get_field("file").storage
    before, storage.location = storage.location, str(tmp_path)  # type: ignore[attr-defined]
    yield
    storage.location = before  # type: ignore[attr-defined]


def upload(**fields: Any) -> CustomImage:
    content = BytesIO()
    PillowImage.new("RGB", (200, 150), "skyblue").save(content, "PNG")
    image = CustomImage(title="Māja", file=ImageFile(content, name="maja.png"), **fields)
    image.save()
    return image


def work() -> list[str]:
    """Do all tasks of ours that wait, and return their names."""
    done = []
    for task in DBTaskResult.objects.ready().filter(task_path__contains="rendition_tasks"):
        assert task.priority < 0
        task.task.func(*task.args_kwargs["args"])
        done.append(task.task_path.rpartition(".")[2])
        task.delete()
    return done


def made(image: CustomImage) -> set[str]:
    return set(image.renditions.values_list("filter_spec", flat=True))


def specs(*names: str) -> set[str]:
    return {spec for name in names for spec in PICTURE_SETS[name].specs()}


def test_specs_are_written_as_wagtails_tags_write_them() -> None:
    assert PictureSet(("width-480", "width-960"), formats=("avif", "jpeg")).specs() == [
        "format-avif|width-480",
        "format-avif|width-960",
        "format-jpeg|width-480",
        "format-jpeg|width-960",
    ]
    assert specs("card") <= specs("content")


@pytest.mark.django_db
def test_an_upload_is_followed_by_its_usual_sizes() -> None:
    image = upload()
    assert made(image) == set()
    assert work() == ["make_renditions"]
    assert made(image) == specs("content")
    # Again changes nothing.
    image.save()
    work()
    assert made(image) == specs("content")
    # Measuring its file is no reason.
    image.save(update_fields=["file_size"])
    assert work() == []


def test_a_published_page_finds_its_sizes_made(site: Site) -> None:
    hero, inside = upload(), upload()
    home = HomePage.objects.get(slug="sakums")
    home.hero_image = hero
    home.body = [("picture", {"image": inside, "caption": ""})]
    work()
    draft = home.save_revision()
    assert work() == []
    draft.publish()
    assert "make_renditions_of" in work()
    assert made(hero) == specs("content", "hero")
    assert made(inside) == specs("content")


def test_the_first_visitor_makes_none(site: Site, client: Client) -> None:
    page = StandardPage.objects.get(slug="par-mums")
    page.picture = upload()
    page.body = [("picture", {"image": upload(), "caption": ""})]
    page.save_revision().publish()
    work()
    before = {image.pk: made(image) for image in CustomImage.objects.all()}
    for path in ("/", "/par-mums/"):
        assert client.get(path).status_code == 200
    assert {image.pk: made(image) for image in CustomImage.objects.all()} == before


@pytest.mark.django_db
def test_a_person_has_a_portrait() -> None:
    photo = upload()
    Person.objects.create(name="Anna", photo=photo)
    work()
    assert made(photo) == specs("content", "portrait")


@pytest.mark.django_db
def test_a_picture_without_its_file_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    image = upload()
    image.file.delete(save=False)
    work()
    assert "can't be read" in caplog.text
    assert made(image) == set()


@pytest.mark.django_db
def test_what_is_gone_by_then_stops_nothing(site: Site) -> None:
    image = upload()
    page = StandardPage.objects.get(slug="par-mums")
    page.picture = image
    page.save_revision().publish()
    page.delete()
    image.delete()
    work()


def shown(image: CustomImage | None, tag: str = '"card" class="small"') -> str:
    template = Template("{% load picture_tags %}{% site_picture image " + tag + " %}")
    return template.render(Context({"image": image}))


@pytest.mark.django_db
def test_the_tag_shows_all_formats() -> None:
    image = upload(alternative_text_lv="Māja <pie> jūras")
    page = shown(image)
    assert page.count("<source") == 2
    assert page.index("image/avif") < page.index("image/webp")
    assert 'sizes="(max-width: 40rem) 100vw, 24rem"' in page
    assert 'class="small"' in page
    assert "Māja &lt;pie&gt; jūras" in page
    assert made(image) == specs("card")
    assert shown(image, '"logo" alt="Fonds"').startswith("<img")


@pytest.mark.django_db
def test_the_tag_shows_nothing_that_may_not_be_shown() -> None:
    assert shown(None) == ""
    assert shown(upload(shows_children=True)) == ""


def test_templates_ask_for_registered_sizes_only() -> None:
    found = 0
    for folder in ("site/sosbca", "home", "projects", "blog", "donations", "fostering"):
        for path in (ROOT / folder).rglob("templates/**/*.html"):
            for tag in PICTURE_TAG.findall(path.read_text(encoding="utf-8")):
                asked = Filter.expand_spec(FILTER.findall(tag.split("=")[0]))
                assert set(asked) <= KNOWN, f"{path.relative_to(ROOT)}: {tag}"
                found += len(asked)
    assert found


def test_uses_name_registered_sets() -> None:
    assert {name for names in renditions.USES.values() for name in names} <= PICTURE_SETS.keys()
