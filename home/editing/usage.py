"""Where pictures and facts are used, told for many at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import NoReverseMatch, reverse
from wagtail.models import Page, ReferenceIndex

from .links import snippet_edit_url


@dataclass(frozen=True, slots=True)
class Use:
    """An object that names another; `page` is set when it is a page."""

    title: str
    edit_url: str
    page: Page | None = None


def uses_of(objects: Iterable[models.Model]) -> dict[str, list[Use]]:
    """Pages and snippets that name each of these objects of one model, by its key as text.

    A snippet stands with the pages that show it. Two queries for the references, and one for each
    kind of object that refers.
    """
    objects = list(objects)
    if not objects:
        return {}
    direct = _references(type(objects[0]), [str(item.pk) for item in objects])
    by_model: dict[int, set[str]] = defaultdict(set)
    for references in direct.values():
        for content_type_id, key in references:
            by_model[content_type_id].add(key)
    found = {kind: _fetch(kind, keys) for kind, keys in by_model.items()}
    through = {
        kind: _references(model, [str(item.pk) for item in rows.values()])
        for kind, rows in found.items()
        if (model := ContentType.objects.get_for_id(kind).model_class()) is not None
        and not issubclass(model, Page)
    }
    pages = _fetch(
        ContentType.objects.get_for_model(Page).pk,
        {
            key
            for rows in through.values()
            for references in rows.values()
            for kind, key in references
            if _is_page(kind)
        },
    )
    uses: dict[str, list[Use]] = {}
    for key, references in direct.items():
        listed: dict[tuple[int, str], Use] = {}
        for kind, other in references:
            item = found[kind].get(other)
            if item is None:
                continue
            listed[kind, other] = _use(item)
            for page_kind, page_key in through.get(kind, {}).get(other, []):
                if _is_page(page_kind) and page_key in pages:
                    listed[page_kind, page_key] = _use(pages[page_key])
        uses[key] = list(listed.values())
    return uses


def _references(model: type[models.Model], keys: list[str]) -> dict[str, list[tuple[int, str]]]:
    """For each key, content types and keys of what refers to it."""
    rows = (
        ReferenceIndex.objects.filter(
            to_content_type=ContentType.objects.get_for_model(model), to_object_id__in=keys
        )
        .order_by("base_content_type_id", "object_id")
        .values_list("to_object_id", "base_content_type_id", "object_id")
        .distinct()
    )
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for key, kind, other in rows:
        found[key].append((kind, other))
    return found


def _fetch(kind: int, keys: set[str]) -> dict[str, models.Model]:
    model = ContentType.objects.get_for_id(kind).model_class()
    if model is None or not keys:
        return {}
    rows = model._default_manager.filter(pk__in=keys)
    if issubclass(model, Page):
        rows = rows.select_related("locale")
    return {str(row.pk): row for row in rows}


def _is_page(kind: int) -> bool:
    return kind == ContentType.objects.get_for_model(Page).pk


def _use(item: models.Model) -> Use:
    if isinstance(item, Page):
        address = reverse("wagtailadmin_pages:edit", args=[item.pk])
        return Use(f"{item.title} ({item.locale.language_code})", address, item)
    try:
        return Use(f"{item._meta.verbose_name}: {item}", snippet_edit_url(item))
    except NoReverseMatch:
        return Use(f"{item._meta.verbose_name}: {item}", "")
