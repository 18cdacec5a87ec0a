"""No template shows a picture before it has asked whether that may be shown."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "site/sosbca/templates",
    *(f"{app}/templates" for app in ("home", "blog", "projects", "fostering", "donations")),
)
TEMPLATES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*"))
TAG = re.compile(r"\{%\s*(\w+)\s*(.*?)\s*%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?endcomment\s*%\}", re.DOTALL)
# `site_picture` asks by itself.
SHOWS = {"image", "picture", "image_url", "srcset_image"}


def unguarded(text: str) -> Iterator[str]:
    """Pictures shown outside of an {% if … %} that asks about the same picture."""
    conditions: list[str] = []
    for name, rest in TAG.findall(COMMENT.sub("", text)):
        if name == "if":
            conditions.append(rest)
        elif name in ("elif", "else") and conditions:
            conditions[-1] = rest
        elif name == "endif":
            conditions.pop()
        elif name in SHOWS:
            question = f"{rest.split()[0]}.may_be_shown"
            if not any(_demands(condition, question) for condition in conditions):
                yield f"{name} {rest}"


def _demands(condition: str, question: str) -> bool:
    """Whether the condition holds only where the answer to the question is yes."""
    words = condition.split()
    return question in words and not {"or", "not"}.intersection(words)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_template_asks_first(path: Path) -> None:
    assert list(unguarded(path.read_text(encoding="utf-8"))) == []


def test_the_templates_are_found() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in TEMPLATES} == {
        folder.split("/")[0] for folder in FOLDERS
    }


@pytest.mark.parametrize(
    "text",
    [
        "{% image value.poster width-960 as still %}{% if value.poster.may_be_shown %}{% endif %}",
        "{% if partner.logo %}{% image partner.logo max-400x160 %}{% endif %}",
        "{% if a.may_be_shown %}{% else %}{% picture a width-960 %}{% endif %}",
        "{% if not a.may_be_shown %}{% picture a width-960 %}{% endif %}",
        "{% if b or a.may_be_shown %}{% picture a width-960 %}{% endif %}",
        "{% if b.may_be_shown %}{% picture a width-960 %}{% endif %}",
        "{% if a.may_be_shown %}{% endif %}{% image_url a 'width-960' %}",
    ],
)
def test_what_is_found(text: str) -> None:
    assert len(list(unguarded(text))) == 1


def test_what_is_fine() -> None:
    text = "{% if b and a.may_be_shown %}{% if c %}{% picture a width-960 %}{% endif %}{% endif %}"
    assert list(unguarded(text)) == []
