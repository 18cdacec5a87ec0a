"""Pages that this process has looked up, for lists and links, page type by page type.

Which pages a list holds is asked anew whenever the content changes. Their rows are fetched only
when a page of their type has changed since: publishing an article leaves all others known.
Everybody gets copies, which keep for themselves whatever is found through them later; fields that
are seldom shown are fetched when asked for.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import cast

from django.contrib.contenttypes.models import ContentType
from django.db.models import prefetch_related_objects
from wagtail.models import Page

from .page_cache.memory import memory, remembered_rows
from .page_cache.parts import NO_PAGES, pages_of

# Content types by id of page.
type Types = Mapping[int, int]

# What links and menus need of a page, and cards beside it.
# Not `numchild`: a page that is new below writes it by SQL and tells nobody.
LINKED = ("title", "url_path", "path", "depth", "live", "content_type", "translation_key", "locale")
CARD = ("introduction", "picture", "illustration")


def named_pages(keys: Iterable[int]) -> dict[int, Page]:
    """Pages that a text or a link names, by id: which pages they are, and nothing more, because
    that stays the same whatever is published. Their other fields are fetched when asked for; the
    editor's choosers fetch the whole page, by its type."""
    rows = Page.objects.only("translation_key", "content_type")
    return remembered_rows("named page", keys, rows.in_bulk, NO_PAGES)


def plain_pages(types: Types) -> dict[int, Page]:
    """The pages by id, with what links need, and their locales. One query at most."""
    memories = {type_id: memory(pages_of(_page_type(type_id))) for type_id in set(types.values())}
    found: dict[int, Page] = {}
    for pk, type_id in types.items():
        if (page := memories[type_id].get(("plain page", pk))) is not None:
            found[pk] = page
    if missing := types.keys() - found.keys():
        rows = Page.objects.select_related("locale").only(*LINKED, "locale__language_code")
        for pk, page in rows.in_bulk(missing).items():
            found[pk] = page
            memories[types[pk]].keep(("plain page", pk), page)
    return {pk: copy(page) for pk, page in found.items()}


def card_pages(types: Types) -> dict[int, Page]:
    """The pages by id, each of its own type, with what cards show. One query at most for each
    type, and two for the pictures."""
    by_type: dict[type[Page], list[int]] = {}
    for pk, type_id in types.items():
        by_type.setdefault(_page_type(type_id), []).append(pk)
    found: dict[int, Page] = {}
    for kind, keys in by_type.items():
        fields = [name for name in CARD if hasattr(kind, name)]
        look_up = kind._default_manager.only(*LINKED, *fields).in_bulk
        found |= remembered_rows(f"card {kind._meta.label}", keys, look_up, pages_of(kind))
    # Not of the page itself: that would fetch each picture by itself. Those known have theirs.
    pictured = [page for page in found.values() if hasattr(type(page), "picture")]
    prefetch_related_objects(pictured, "picture__renditions")
    return {pk: copy(page) for pk, page in found.items()}


def _page_type(content_type_id: int) -> type[Page]:
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return cast("type[Page]", model) if model else Page
