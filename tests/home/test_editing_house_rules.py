"""Advice on texts: said before and after publishing, and never in the way."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.admin.userbar import AccessibilityItem, AdminItem
from wagtail.models import Page, Site

from home.editing.house_rules import LONGEST_SENTENCE, check
from home.editing.userbar import HouseChecker, use_house_checker
from home.models import FaqItem, FaqPage, StandardPage
from sosbca.core.models import CustomDocument, CustomImage
from tests.home.admin_forms import filled

LINK = '<p>Par atbalstu <a href="https://example.org">{}</a>.</p>'
FILM = {
    "title": "Diena mājās",
    "poster": None,
    "address": "",
    "captions": None,
    "transcript": "",
    "explanation": "",
}


def rules(*body: tuple[str, Any], **fields: Any) -> list[str]:
    page = StandardPage(title="Lapa", slug="lapa", introduction="Īsi.")
    page.body = list(body)
    for name, value in fields.items():
        setattr(page, name, value)
    return [advice.rule for advice in check(page)]


def table(**changes: Any) -> tuple[str, dict[str, Any]]:
    value = {
        "data": [["Gads", "bērni"], ["2025", "12"]],
        "table_caption": "Bērni pa gadiem",
        "first_row_is_table_header": True,
        "first_col_is_header": False,
        "cell": [],
    }
    return "table", {**value, **changes}


GOOD: dict[str, list[tuple[str, Any]]] = {
    "nothing": [],
    "headings in order": [("heading", "Darbs"), ("text", "<h3>Rīga</h3><p>Vārdi.</p>")],
    "a block with a heading": [
        ("notice", {"kind": "information", "heading": "Ievērojiet", "text": "<p>Jā.</p>"}),
        ("text", "<h3>Rīga</h3>"),
    ],
    "a link that says where": [("text", LINK.format("mūsu pakalpojumi"))],
    "a link with a vague word in it": [("text", LINK.format("Lasīt vairāk par ģimenēm"))],
    "a table": [table()],
    "a table with headings at the side": [
        table(first_row_is_table_header=False, first_col_is_header=True)
    ],
    "an empty table": [table(data=[["", ""]], table_caption="", first_row_is_table_header=False)],
    "many short sentences": [("text", f"<p>{'Mēs palīdzam. ' * 60}</p>")],
}
BAD: dict[str, tuple[list[tuple[str, Any]], str]] = {
    "a heading of the third level first": ([("text", "<h3>Rīga</h3>")], "heading"),
    "a level skipped": (
        [("heading", "Darbs"), ("text", "<h4>Rīga</h4>")],
        "heading",
    ),
    "an empty heading": ([("heading", "Darbs"), ("text", "<h3> </h3>")], "heading"),
    "šeit": ([("text", LINK.format("šeit"))], "link"),
    "Lasīt vairāk": ([("text", LINK.format("Lasīt vairāk…").replace("…", ""))], "link"),
    "here": ([("text", LINK.format("here"))], "link"),
    "click here": ([("text", LINK.format("<b>Click here</b>"))], "link"),
    "a bare address": ([("text", LINK.format("https://example.org/a"))], "link"),
    "a button": (
        [
            (
                "call_to_action",
                {
                    "heading": "Nāciet",
                    "text": "",
                    "link": {"label": "Šeit", "page": None, "address": "https://example.org"},
                },
            )
        ],
        "link",
    ),
    "in an answer": (
        [("accordion", {"items": [{"question": "Kur?", "answer": LINK.format("šeit")}]})],
        "link",
    ),
    "a table without headings": ([table(first_row_is_table_header=False)], "table"),
    "a table without a caption": ([table(table_caption=" ")], "table"),
    "a long sentence": (
        [("text", f"<p>{'vārds ' * LONGEST_SENTENCE}beigas.</p>")],
        "sentence",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_good_content_is_left_alone(body: list[tuple[str, Any]]) -> None:
    assert rules(*body) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "rule"), BAD.values(), ids=BAD)
def test_what_could_be_better_is_named(body: list[tuple[str, Any]], rule: str) -> None:
    assert rules(*body) == [rule]


@pytest.mark.django_db
def test_a_page_that_no_list_can_describe() -> None:
    assert rules(introduction="") == ["summary"]
    assert rules(introduction="", search_description="Par mums") == []
    assert rules(introduction="vārds " * 50) == ["sentence"]


@pytest.mark.django_db
def test_a_picture_that_is_not_described() -> None:
    silent = CustomImage(title="Māja", pk=1)
    assert rules(("picture", {"image": silent, "caption": ""})) == ["picture"]
    silent.is_decorative = True
    assert rules(("picture", {"image": silent, "caption": ""})) == []


@pytest.mark.django_db
def test_a_film_without_captions() -> None:
    film, words = CustomDocument(title="film", pk=1), CustomDocument(title="words", pk=2)
    explained = {**FILM, "file": film, "explanation": "Neviens nerunā."}
    assert rules(("video", explained)) == ["film"]
    assert rules(("video", {**explained, "captions": words})) == []
    assert rules(("video", {**FILM, "file": None, "address": "https://youtu.be/a"})) == []


@pytest.mark.django_db
def test_rows_are_read_as_well(site: Site) -> None:
    page = FaqPage(title="Jautājumi", slug="jautajumi", introduction="Īsi.")
    page.questions = [  # type: ignore[misc]
        FaqItem(question="Kur?", answer=LINK.format("šeit"), locale=site.root_page.locale)
    ]
    assert [advice.rule for advice in check(page)] == ["link"]


@pytest.mark.django_db
def test_the_same_advice_is_given_once() -> None:
    assert rules(("text", LINK.format("šeit") * 3)) == ["link"]


def test_an_editor_is_told_and_not_kept_from_publishing(site: Site, client: Client) -> None:
    boss = get_user_model().objects.create_superuser("boss")
    client.force_login(boss)
    page = Page.objects.get(slug="par-mums").specific
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    body = {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "text",
        "body-0-id": "",
        "body-0-value": '{"blocks":[{"key":"a","text":"Skatiet šeit tagad","type":"unstyled",'
        '"depth":0,"inlineStyleRanges":[],"entityRanges":[{"offset":8,"length":4,"key":0}]}],'
        '"entityMap":{"0":{"type":"LINK","mutability":"MUTABLE",'
        '"data":{"url":"https://example.org"}}}}',
    }
    form = filled(client, edit, **{**body, "action-publish": "1"})
    response = client.post(edit, form, follow=True)
    page.refresh_from_db()
    assert "šeit" in str(page.body)
    assert any("šeit" in str(message) for message in response.context["messages"])
    assert "šeit" in client.get(edit).content.decode()


# --- The checker in the browser -------------------------------------------------------------------


def test_the_house_checker_stands_in_for_wagtails(rf: RequestFactory) -> None:
    items: list[Any] = [AdminItem(), AccessibilityItem(in_editor=True)]
    use_house_checker(rf.get("/"), items, None)
    admin, checker = items
    assert isinstance(admin, AdminItem)
    assert isinstance(checker, HouseChecker)
    assert checker.in_editor is True


def test_every_rule_of_the_checker_has_words_and_a_check(rf: RequestFactory) -> None:
    configuration = HouseChecker().get_axe_configuration(rf.get("/"))
    run = configuration["options"]["runOnly"]
    assert set(run) <= configuration["messages"].keys()
    checks = {check["id"] for check in configuration["spec"]["checks"]}
    for rule in configuration["spec"]["rules"]:
        assert set(rule["any"]) <= checks
        assert rule["id"] in run


def test_the_editor_runs_it(site: Site, client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser("boss"))
    page = Page.objects.get(slug="par-mums")
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "house-table-caption" in edit
    assert "house-table-caption" in client.get("/par-mums/").content.decode()
    assert "house-table-caption" not in Client().get("/par-mums/").content.decode()


def test_the_editor_may_frame_its_preview(site: Site, client: Client) -> None:
    """Or neither the preview nor the checker, which looks at it, would show anything."""
    client.force_login(get_user_model().objects.create_superuser("boss"))
    page = Page.objects.get(slug="par-mums")
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    form = filled(client, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert client.post(preview, form).json()["is_valid"] is True
    response = client.get(f"{preview}?in_preview_panel=true")
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert b"house-table-caption" in response.content
    # Visitors' pages are framed by nobody.
    assert "frame-ancestors 'none'" in Client().get("/par-mums/")["Content-Security-Policy"]
