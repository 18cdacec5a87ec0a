"""What the association has to say is said, in both languages, where the table says."""

import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.test import Client
from wagtail.models import Page

from tests.home.parsing import Document

TABLE = Path(__file__).resolve().parents[2] / "docs" / "content-map.md"
COLUMNS = 5


class Row(NamedTuple):
    """One line of the table: something to say, and where and how each language says it."""

    what: str
    fields: str
    addresses: dict[str, str]
    shown: dict[str, str]


@cache
def rows() -> list[Row]:
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not line.startswith("| ") or cells[0] == "What":
            continue
        assert len(cells) == COLUMNS, line
        what, fields, latvian, english, shown = cells
        texts = re.findall(r"`([^`]+)`", shown)
        assert len(texts) == 2, line
        addresses = {"lv": latvian.strip("` "), "en": english.strip("` ")}
        found.append(Row(what, fields, addresses, dict(zip(("lv", "en"), texts, strict=True))))
    return found


def test_the_table_is_read() -> None:
    assert len(rows()) > 150
    # No line of the table is passed over.
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    heads = sum(line.startswith("| What |") for line in lines)
    assert len(rows()) == sum(line.startswith("| ") for line in lines) - heads


def test_fields_are_fields_of_models() -> None:
    models = {model.__name__: model for model in apps.get_models()}
    for row in rows():
        for name, field in re.findall(r"`(\w+)\.(\w+)", row.fields):
            assert name in models, row
            assert hasattr(models[name], field), row


@pytest.mark.parametrize("language", ["lv", "en"])
def test_every_address_says_it(demo: None, client: Client, language: str) -> None:
    """In the format of the language, on the page itself and not only somewhere on the site."""
    said: dict[str, str] = {}
    missing = []
    for row in rows():
        address = row.addresses[language]
        if address not in said:
            response = client.get(address)
            assert response.status_code == 200, address
            page = Document(response.content)
            assert page.language == language, address
            said[address] = _words(response.content.decode())
        if _spaced(row.shown[language]) not in said[address]:
            missing.append((row.what, address, row.shown[language]))
    assert missing == []


def _words(page: str) -> str:
    """All words of a page's body, with the spaces that they have there."""
    _head, _tag, body = page.partition("<body")
    return _spaced(unescape(re.sub(r"<[^>]*>", "", body)))


def _spaced(text: str) -> str:
    """Spaces that merely keep words apart are all alike; those inside figures stay."""
    return re.sub(r"[ \n\t]+", " ", text)


def test_addresses_are_counterparts(demo: None) -> None:
    pages = {page.get_url(): page for page in Page.objects.live().filter(depth__gt=1)}
    for row in rows():
        latvian, english = (pages[row.addresses[code].partition("?")[0]] for code in ("lv", "en"))
        assert latvian.translation_key == english.translation_key, row
