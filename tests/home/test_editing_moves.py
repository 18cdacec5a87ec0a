"""A page and its translation move together, and what was linked to is found again."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site

from home.models import SectionPage, StandardPage
from tests import pages
from tests.home.admin_forms import filled


@pytest.fixture(autouse=True)
def _commit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "on_commit", lambda callback, **options: callback())


@pytest.fixture
def editor(site: Site, client: Client) -> Client:
    user = get_user_model().objects.create_user("anna")
    user.groups.add(Group.objects.get(name="Communications"))
    client.force_login(user)
    return client


class Tree:
    """Two sections with pages, in both languages."""

    def __init__(self, home: Page) -> None:
        self.first, self.first_en = self.add(home, SectionPage, "pirma", "first")
        self.second, self.second_en = self.add(home, SectionPage, "otra", "second")
        self.page, self.page_en = self.add(self.first, StandardPage, "lapa", "page")
        self.child, self.child_en = self.add(self.page, StandardPage, "berns", "child")
        self.other, self.other_en = self.add(self.first, StandardPage, "cita", "other")

    def add(self, parent: Page, kind: Any, latvian: str, english: str) -> tuple[Page, Page]:
        page = pages.add(parent, kind, latvian.title(), latvian)
        return page, pages.english(page, english.title(), english)


@pytest.fixture
def tree(site: Site) -> Tree:
    return Tree(site.root_page)


def parent_of(page: Page) -> int:
    parent: Page = Page.objects.get(pk=page.pk).get_parent()
    return int(parent.pk)


def slugs(parent: Page) -> list[str]:
    return [page.slug for page in Page.objects.get(pk=parent.pk).get_children()]


def lands_on(address: str) -> str:
    """Where an old address leads a visitor."""
    response = Client().get(address)
    assert response.status_code == 301, (address, response.status_code)
    target = response["Location"]
    assert Client().get(target).status_code == 200
    return target


def move(client: Client, page: Page, destination: Page) -> Any:
    return client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, destination.pk]))


# --- Moving ---------------------------------------------------------------------------------------


def test_one_page(editor: Client, tree: Tree) -> None:
    address = reverse("wagtailadmin_pages:move_confirm", args=[tree.page.pk, tree.second.pk])
    assert editor.get(address).context["translations_to_move_count"] == 1
    assert move(editor, tree.page, tree.second).status_code == 302
    assert parent_of(tree.page) == tree.second.pk
    assert parent_of(tree.page_en) == tree.second_en.pk


def test_from_the_english_side(editor: Client, tree: Tree) -> None:
    move(editor, tree.page_en, tree.second_en)
    assert parent_of(tree.page) == tree.second.pk


def test_where_there_is_no_translated_section_the_translation_stays(
    editor: Client, tree: Tree, site: Site
) -> None:
    alone = pages.add(site.root_page, SectionPage, "Viena", "viena")
    move(editor, tree.page, alone)
    assert parent_of(tree.page) == alone.pk
    assert parent_of(tree.page_en) == tree.first_en.pk


def test_many_pages(editor: Client, tree: Tree) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    query = f"?id={tree.page.pk}&id={tree.other.pk}"
    response = editor.post(address + query, {"chooser": str(tree.second.pk)})
    assert response.status_code == 302, response.context["form"].errors
    assert slugs(tree.second) == ["lapa", "cita"]
    assert slugs(tree.second_en) == ["page", "other"]
    assert slugs(tree.first_en) == []


def put_first(client: Client, page: Page) -> None:
    address = reverse("wagtailadmin_pages:set_page_position", args=[page.pk])
    assert client.post(f"{address}?position=0").status_code == 200


def test_a_new_order(editor: Client, tree: Tree) -> None:
    put_first(editor, tree.other)
    assert slugs(tree.first) == ["cita", "lapa"]
    assert slugs(tree.first_en) == ["other", "page"]
    put_first(editor, tree.page_en)
    assert slugs(tree.first_en) == ["page", "other"]
    assert slugs(tree.first) == ["lapa", "cita"]


def test_a_new_order_among_pages_of_one_language(editor: Client, tree: Tree) -> None:
    pages.add(tree.first, StandardPage, "Tikai", "tikai")
    pages.add(tree.first_en, StandardPage, "Only", "only")
    last = tree.add(tree.first, StandardPage, "pedeja", "last")[0]
    put_first(editor, last)
    assert slugs(tree.first) == ["pedeja", "lapa", "cita", "tikai"]
    assert slugs(tree.first_en) == ["last", "page", "other", "only"]


# --- Taking away ----------------------------------------------------------------------------------


def test_a_source_that_is_unpublished_takes_its_translation_along(
    editor: Client, tree: Tree
) -> None:
    address = reverse("wagtailadmin_pages:unpublish", args=[tree.other.pk])
    assert editor.get(address).context["translation_count"] == 1
    editor.post(address)
    live = Page.objects.in_bulk([tree.other.pk, tree.other_en.pk])
    assert [page.live for page in live.values()] == [False, False]


def test_a_translation_is_unpublished_alone(editor: Client, tree: Tree) -> None:
    editor.post(reverse("wagtailadmin_pages:unpublish", args=[tree.other_en.pk]))
    assert Page.objects.get(pk=tree.other.pk).live
    assert not Page.objects.get(pk=tree.other_en.pk).live


def test_a_source_that_is_deleted_takes_its_translation_along(editor: Client, tree: Tree) -> None:
    address = reverse("wagtailadmin_pages:delete", args=[tree.other.pk])
    assert editor.get(address).context["translation_count"] == 1
    editor.post(address)
    assert not Page.objects.filter(pk__in=[tree.other.pk, tree.other_en.pk]).exists()


def test_a_translation_is_deleted_alone(editor: Client, tree: Tree) -> None:
    editor.post(reverse("wagtailadmin_pages:delete", args=[tree.other_en.pk]))
    assert Page.objects.filter(pk=tree.other.pk).exists()


def test_deleting_takes_no_more_along_than_the_editor_may_delete(
    editor: Client, tree: Tree
) -> None:
    """Only administrators delete pages with others below them."""
    pages.add(tree.other_en, StandardPage, "Below", "below")
    editor.post(reverse("wagtailadmin_pages:delete", args=[tree.other.pk]))
    assert not Page.objects.filter(pk=tree.other.pk).exists()
    assert Page.objects.filter(pk=tree.other_en.pk).exists()


# --- Old addresses --------------------------------------------------------------------------------


def change_slug(client: Client, page: Page, slug: str) -> None:
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = filled(client, edit, slug=slug, **{"action-publish": "1"})
    assert client.post(edit, form).status_code == 302


def test_a_changed_address_leads_on_with_all_below_it(editor: Client, tree: Tree) -> None:
    change_slug(editor, tree.first, "cits")
    assert lands_on("/pirma/") == "/cits/"
    assert lands_on("/pirma/lapa/") == "/cits/lapa/"
    assert lands_on("/pirma/lapa/berns/") == "/cits/lapa/berns/"
    # The other language has addresses of its own.
    assert Client().get("/en/first/page/child/").status_code == 200


def test_in_english_as_well(editor: Client, tree: Tree) -> None:
    change_slug(editor, tree.first_en, "another")
    assert lands_on("/en/first/") == "/en/another/"
    assert lands_on("/en/first/page/child/") == "/en/another/page/child/"
    assert Client().get("/pirma/lapa/berns/").status_code == 200


def test_a_move_leads_on_in_both_languages(editor: Client, tree: Tree) -> None:
    move(editor, tree.page, tree.second)
    assert lands_on("/pirma/lapa/") == "/otra/lapa/"
    assert lands_on("/pirma/lapa/berns/") == "/otra/lapa/berns/"
    assert lands_on("/en/first/page/") == "/en/second/page/"
    assert lands_on("/en/first/page/child/") == "/en/second/page/child/"


def test_an_address_that_is_taken_back_shows_the_page_again(editor: Client, tree: Tree) -> None:
    change_slug(editor, tree.other, "jauna")
    change_slug(editor, tree.other, "cita")
    assert Client().get("/pirma/cita/").status_code == 200
    assert lands_on("/pirma/jauna/") == "/pirma/cita/"


def test_a_new_page_at_an_old_address_is_shown(editor: Client, tree: Tree) -> None:
    change_slug(editor, tree.other, "jauna")
    pages.add(tree.first, StandardPage, "Cita", "cita")
    assert Client().get("/pirma/cita/").status_code == 200
