"""Folders of content for the tests of the import."""

from io import BytesIO
from pathlib import Path
from textwrap import dedent
from typing import Any

from django.apps import apps
from PIL import Image as PillowImage
from wagtail.models import Page

from home.importing.report import ContentError, Result, import_content

HOME_LV = """
    ---
    type: home
    title: Sākums
    hero_heading: Mājas katram
    introduction: Atbalstām ģimenes.
    ---
"""
HOME_EN = """
    ---
    title: Home
    hero_heading: A home for everyone
    introduction: We support families.
    ---
"""


def picture(size: tuple[int, int] = (40, 30)) -> bytes:
    content = BytesIO()
    PillowImage.new("RGB", size, "white").save(content, "PNG")
    return content.getvalue()


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Files below a folder. Texts may be indented."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(dedent(content).lstrip("\n"), encoding="utf-8")
    return folder


def small(folder: Path, files: dict[str, str | bytes] | None = None) -> Path:
    """A home page in both languages, and what a test adds."""
    return write(folder, {"lv.md": HOME_LV, "en.md": HOME_EN, **(files or {})})


def run(folder: Path, *, overwrite: bool = False) -> Result:
    return import_content(folder, overwrite=overwrite)


def problems(folder: Path) -> list[str]:
    """What the import says is wrong."""
    try:
        import_content(folder)
    except ContentError as error:
        return [str(problem) for problem in error.problems]
    return []


def page(slug: str, language: str = "lv") -> Any:
    return Page.objects.get(slug=slug, locale__language_code=language).specific


def rows() -> dict[str, int]:
    """How many rows every table has."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
