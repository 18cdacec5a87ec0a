"""A page costs as many queries, however many blocks of a kind it holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from home.models import StandardPage
from sosbca.core.models import CustomImage
from tests.core.block_samples import (
    document,
    fact,
    partner,
    person,
    picture,
    praise,
    term,
)


@pytest.fixture(autouse=True)
def _media(tmp_path: Path) -> Iterator[None]:
    storage = CustomImage._meta.get_field("file").storage
    before, storage.location = storage.location, str(tmp_path)  # type: ignore[attr-defined]
    yield
    storage.location = before  # type: ignore[attr-defined]


def blocks(number: int) -> list[dict[str, Any]]:
    """So many blocks of each kind, each about things of its own."""
    home = Page.objects.get(slug="sakums")
    stored = []
    for index in range(number):
        pages = []
        for part in range(2):
            page = StandardPage(
                title=f"L{number}{index}{part}",
                slug=f"l-{number}-{index}-{part}",
                introduction="Ievads",
                picture=picture(),
                locale=home.locale,
            )
            home.specific.add_child(instance=page)
            pages.append({"page": page.pk})
        code = number * 100 + index
        stored += [
            ("page_list", {"heading": "", "pages": pages}),
            ("picture", {"image": picture().pk, "caption": ""}),
            (
                "gallery",
                {"heading": "", "items": [{"image": picture().pk}, {"image": picture().pk}]},
            ),
            ("people", {"heading": "", "people": [person(code, photo=picture()).pk]}),
            ("partners", {"heading": "", "partners": [partner(code, logo=picture()).pk]}),
            ("facts", {"heading": "", "facts": [fact(code).pk, fact(code + 50).pk]}),
            ("glossary", {"heading": "", "terms": [term(code).pk]}),
            ("testimonial", {"testimonial": praise(photo=picture()).pk}),
            (
                "timeline",
                {"heading": "", "items": [{"when": "1996", "title": "a", "image": picture().pk}]},
            ),
            ("video", {"title": "a", "poster": picture().pk, "address": "https://youtu.be/a"}),
            ("documents", {"heading": "", "documents": [document().pk]}),
            ("notice", {"kind": "information", "heading": "", "text": "<p>a</p>"}),
        ]
    return [
        {"type": name, "value": value, "id": f"{number}-{position}"}
        for position, (name, value) in enumerate(stored)
    ]


def test_the_number_of_queries_does_not_grow(site: Site, client: Client) -> None:
    costs = {}
    for number in (2, 5):
        page = StandardPage.objects.get(slug="par-mums")
        page.body = StandardPage._meta.get_field("body").to_python(blocks(number))
        page.save()
        # The first visit makes the pictures' sizes.
        html = client.get("/par-mums/").content.decode()
        assert html.count('class="person"') == number
        assert html.count('class="card"') == 2 * number
        with CaptureQueriesContext(connection) as queries:
            client.get("/par-mums/")
        costs[number] = len(queries)
    assert costs[5] == costs[2]
