"""Pages are translated in the admin, by the people who write them."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import OverridableSegment, StringSegment, Translation

from donations.models import Fund
from home.models import DonationPage, DonationPreset, HomePage, StandardPage
from tests.home.parsing import Document

# Latvian → English, for every string that the pages below hold.
WORDS = {
    "Jauna lapa": "A new page",
    "jauna-lapa": "new-page",
    "Ievads": "Introduction",
    "Virsraksts": "Heading",
    "Teksts": "Text",
    "Ziedojiet": "Give",
    "Ziedot": "Donate",
    "ziedot": "donate",
    "Gads": "Year",
    "bērni": "children",
    "Bērni pa gadiem": "Children by year",
    "Mājas katram": "A home for all",
    "Sākums": "Home",
    "sakums": "home",
    "grāmata bērnam": "a book for a child",
    "Ko paveic ziedojums": "What a gift does",
}


@pytest.fixture(autouse=True)
def _commit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's transaction never ends, and wagtail-localize publishes when it does."""
    monkeypatch.setattr(transaction, "on_commit", lambda callback, **options: callback())


@pytest.fixture
def editor(site: Site, client: Client) -> Client:
    user = get_user_model().objects.create_user("editor")
    user.groups.add(Group.objects.get(name="Communications"))
    client.force_login(user)
    return client


def body(donate: Page) -> list[tuple[str, Any]]:
    link = {"label": "Ziedot", "page": donate, "address": ""}
    return [
        ("heading", "Virsraksts"),
        ("text", "<p><b>Teksts</b></p>"),
        ("call_to_action", {"heading": "Ziedojiet", "text": "", "link": link}),
        (
            "table",
            {
                "data": [["Gads", "bērni"], ["2025", "12"]],
                "table_caption": "Bērni pa gadiem",
                "first_row_is_table_header": True,
                "first_col_is_header": False,
                "cell": [],
            },
        ),
    ]


def standard_page(home: Page) -> Page:
    page = StandardPage(
        title="Jauna lapa", slug="jauna-lapa", introduction="Ievads", locale=home.locale
    )
    page.body = body(Page.objects.get(slug="ziedot"))
    home.add_child(instance=page)
    return page


def donation_page(home: Page) -> Page:
    page = DonationPage(
        title="Jauna lapa",
        slug="jauna-lapa",
        introduction="Ievads",
        text="<p><b>Teksts</b></p>",
        locale=home.locale,
        fund=Fund.objects.get(code="newborn"),
        goal_cents=500_000,
        minimum_cents=300,
        maximum_cents=90_000,
    )
    page.presets.set(
        [
            DonationPreset(amount_cents=1500, meaning="grāmata bērnam", locale=home.locale),
            DonationPreset(amount_cents=3000, is_default=True, locale=home.locale),
        ]
    )
    home.add_child(instance=page)
    return page


def home_page(home: Page) -> Page:
    Page.objects.filter(depth=2, locale__language_code="en").delete()
    donate = Page.objects.get(slug="ziedot")
    page = HomePage.objects.get(pk=home.pk)
    page.introduction, page.hero_heading = "Ievads", "Mājas katram"
    page.hero_links = [("link", {"label": "Ziedot", "page": donate, "address": ""})]
    form = {"heading": "Ko paveic ziedojums", "text": "", "page": donate}
    page.body = [*body(donate), ("donation_form", form)]
    page.save_revision().publish()
    return page


MAKERS = {maker.__name__: maker for maker in (standard_page, donation_page, home_page)}


def submit(editor: Client, page: Page) -> Translation:
    """The form behind “Translate this page”."""
    address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    english = Locale.objects.get(language_code="en")
    assert editor.get(address).status_code == 200
    response = editor.post(address, {"locales": [english.pk]})
    assert response.status_code == 302
    return Translation.objects.get(source__object_id=page.translation_key)


def translate(editor: Client, translation: Translation) -> Page:
    """Fill in every string of the translation editor, and publish."""
    target = translation.get_target_instance()
    edit = reverse("wagtailadmin_pages:edit", args=[target.pk])
    (editing,) = (
        element["data-props"]
        for element in Document(editor.get(edit).content).all("div")
        if "data-props" in element.attributes
    )
    shown = {segment.get("source") for segment in json.loads(editing)["segments"]}
    for segment in _strings(translation):
        text = segment.string.data
        assert text in shown
        response = editor.put(
            reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk]),
            urlencode({"value": WORDS[text]}),
            content_type="application/x-www-form-urlencoded",
        )
        assert response.status_code in {200, 201}, response.content
    response = editor.post(edit, {"action": "publish"})
    assert response.status_code == 302
    target.refresh_from_db()
    return target.specific  # type: ignore[no-any-return]


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_every_page_type_is_translated(
    site: Site, editor: Client, maker: Callable[[Page], Page]
) -> None:
    source = maker(site.root_page)
    translation = submit(editor, source)
    assert not translation.get_target_instance().live
    target = translate(editor, translation)
    assert target.live
    assert target.locale.language_code == "en"
    assert target.translation_key == source.translation_key

    response = Client().get(target.get_url() or "")
    assert response.status_code == 200
    words = Document(response.content).one("main").text
    for segment in _strings(translation):
        latvian, english = segment.string.data, WORDS[segment.string.data]
        assert latvian not in words, latvian
        assert english in words or english in {target.title, target.slug}, english


def _strings(translation: Translation) -> list[StringSegment]:
    return list(StringSegment.objects.filter(source=translation.source).select_related("string"))


def test_amounts_stay_the_same_in_both_languages(site: Site, editor: Client) -> None:
    source = donation_page(site.root_page)
    translation = submit(editor, source)
    target = translate(editor, translation)

    def facts(page: Page) -> dict[str, Any]:
        page = DonationPage.objects.get(pk=page.pk)
        names = ("fund_id", "goal_cents", "minimum_cents", "maximum_cents")
        presets = [(row.amount_cents, row.frequency, row.is_default) for row in page.presets.all()]
        return {name: getattr(page, name) for name in names} | {"presets": presets}

    def meanings(page: Page) -> list[str]:
        return [row.meaning for row in DonationPage.objects.get(pk=page.pk).presets.all()]

    assert facts(target) == facts(source)
    assert meanings(target) == ["a book for a child", ""]

    # Staff change the source, and bring the translation up to date.
    source = DonationPage.objects.get(pk=source.pk)
    source.goal_cents, source.minimum_cents, source.maximum_cents = 700_000, 500, 80_000
    source.fund = Fund.objects.get(code="general")
    first, second = source.presets.all()
    first.amount_cents, first.is_default, second.is_default = 2000, True, False
    source.presets.set([first, second])
    source.save_revision().publish()
    address = reverse("wagtail_localize:update_translations", args=[translation.source.pk])
    assert editor.post(address, {"publish_translations": "on"}).status_code == 302
    assert facts(target) == facts(source)
    assert facts(target)["presets"] == [(2000, "once", True), (3000, "once", False)]
    assert meanings(target) == ["a book for a child", ""]


def test_money_is_not_offered_for_change_in_a_translation(site: Site, editor: Client) -> None:
    translation = submit(editor, donation_page(site.root_page))
    paths = OverridableSegment.objects.filter(source=translation.source)
    changeable = set(paths.values_list("context__path", flat=True))
    assert not [path for path in changeable if "cents" in path or path == "fund"]


def test_a_table_keeps_its_numbers(site: Site, editor: Client) -> None:
    target = translate(editor, submit(editor, standard_page(site.root_page)))
    body = StandardPage.objects.get(pk=target.pk).body
    (table,) = [block.value for block in body if block.block_type == "table"]
    assert table["data"] == [["Year", "children"], ["2025", "12"]]
    assert table["table_caption"] == "Children by year"


@pytest.mark.parametrize("group", ["Finance", "Recruitment"])
def test_others_translate_nothing(site: Site, client: Client, group: str) -> None:
    user = get_user_model().objects.create_user("other")
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    page = standard_page(site.root_page)
    address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    english = Locale.objects.get(language_code="en")
    assert client.post(address, {"locales": [english.pk]}).status_code in {302, 403}
    assert not Translation.objects.exists()
    assert not page.has_translation(english)
