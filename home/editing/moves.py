"""A page and its translation move, stand and go together."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from wagtail.models import Page
from wagtail_localize.models import Translation

type Cascade = dict[Page, list[Page]]


def translations_that_follow(pages: Iterable[Page], action: str) -> Cascade:
    """The translations that Wagtail takes along when these pages are moved, unpublished or deleted.

    A translation that is taken from the site leaves its source alone. A page without subpages
    takes no subpages of its translation along when it is deleted.
    """
    following: Cascade = {}
    for page in pages:
        others = Page.objects.translation_of(page, inclusive=False)
        if action != "move" and _is_translation(page):
            others = others.none()
        if action == "unpublish":
            others = others.filter(live=True, alias_of__isnull=True)
        if action == "delete" and page.is_leaf():
            others = others.filter(numchild=0)
        following[page] = list(others)
    return following


def _is_translation(page: Page) -> bool:
    ordered = Translation.objects.filter(source__object_id=page.translation_key, enabled=True)
    if ordered.exists():
        found: bool = ordered.filter(target_locale_id=page.locale_id).exists()
        return found
    language: str = page.locale.language_code
    return language != settings.LANGUAGE_CODE


def move_translations(pages: Iterable[Page], destination: Page, user: Any) -> None:
    """Move the translations of pages that were moved there to its translations."""
    for page in pages:
        for translation in Page.objects.translation_of(page, inclusive=False):
            parent = destination.get_translation_or_none(translation.locale)
            if parent is None or translation.get_parent() == parent:
                continue
            if translation.permissions_for_user(user).can_move_to(parent):
                translation.move(parent, pos="last-child", user=user)


def put_in_same_place(page: Page, parent: Page) -> None:
    """Let the page's translations stand among their neighbours as the page stands among its own."""
    keys = [sibling.translation_key for sibling in parent.get_children()]
    before = keys[: keys.index(page.translation_key)]
    for translation in Page.objects.translation_of(page, inclusive=False):
        there = parent.get_translation_or_none(translation.locale)
        if there is None or translation.get_parent() != there:
            continue
        siblings = list(there.get_children())
        by_key = {sibling.translation_key: sibling for sibling in siblings}
        neighbour = next((by_key[key] for key in reversed(before) if key in by_key), None)
        # Pages of one language alone do not count: they stand wherever they stand.
        common = [sibling for sibling in siblings if sibling.translation_key in keys]
        position = common.index(translation)
        if neighbour == (common[position - 1] if position else None):
            continue
        if neighbour is None:
            translation.move(there, pos="first-child")
        else:
            translation.move(neighbour, pos="right")


def follow_reordering(
    instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    """Receives Wagtail's signal of every move; acts on those within one parent.

    The translation's own move comes here as well, and finds the page in its place already.
    """
    if parent_page_before.pk == parent_page_after.pk:
        parent = Page.objects.get(pk=parent_page_after.pk)
        put_in_same_place(Page.objects.get(pk=instance.pk), parent)
