"""A page costs the same number of queries, however much is on it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from donations.models import Fund
from home.models import DonationPage, DonationPreset, HomePage, StandardPage

pytestmark = pytest.mark.django_db


def count(client: Client, path: str) -> list[str]:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return [query["sql"] for query in queries.captured_queries]


def link(page: Page) -> dict[str, Any]:
    return {"label": "Lasīt", "page": page, "address": ""}


def card(page: Page) -> dict[str, Any]:
    return {"heading": "Karte", "text": "", "link": link(page), "illustration": "house"}


def grow(number: int) -> None:
    """So many pages in the menu, funds, presets, and blocks that lead to those pages."""
    home = HomePage.objects.get(locale__language_code="lv")
    english = HomePage.objects.get(locale__language_code="en").locale
    pages = []
    for index in range(number):
        page = StandardPage(
            title=f"Lapa {index}", slug=f"lapa-{index}", show_in_menus=True, locale=home.locale
        )
        home.add_child(instance=page)
        pages.append(page)
        counterpart = page.copy_for_translation(english)
        counterpart.live = True
        counterpart.save()
        Fund.objects.create(code=f"fund-{index}", name_lv="Fonds", name_en="Fund")
    text = "".join(f'<p><a linktype="page" id="{page.pk}">lapa</a></p>' for page in pages)
    blocks = [
        ("cards", {"heading": "", "items": [card(page) for page in pages]}),
        *(("cards", {"heading": "", "items": [card(page), card(page)]}) for page in pages),
        *(("call_to_action", {"heading": "Nāc", "text": "", "link": link(page)}) for page in pages),
        *(("heading", f"Virsraksts {page}") for page in pages),
        ("text", text),
    ]
    for each in HomePage.objects.all():
        form = next(block for block in each.body if block.block_type == "donation_form")
        each.body = [(form.block_type, form.value), *blocks]
        each.hero_links = [("link", link(page)) for page in pages[:2]]
        each.save()
    for standard in StandardPage.objects.filter(slug__in=["par-mums", "about-us"]):
        standard.body = blocks
        standard.save()
    for donation in DonationPage.objects.all():
        presets = [
            DonationPreset(amount_cents=1000 + order, sort_order=order, locale=donation.locale)
            for order in range(number)
        ]
        donation.presets.set(presets)
        donation.save()


def test_the_number_does_not_grow(site: Site, client: Client) -> None:
    paths = ["/", "/en/", "/par-mums/", "/en/about-us/", "/ziedot/", "/en/donate/"]
    grow(5)
    few = {path: len(count(client, path)) for path in paths}
    StandardPage.objects.filter(slug__startswith="lapa-").delete()
    Fund.objects.filter(code__startswith="fund-").delete()
    grow(25)
    page = client.get("/").content.decode()
    assert page.count('href="/lapa-24/"') >= 4
    assert {path: len(count(client, path)) for path in paths} == few
