"""Choosers that fetch what a whole page shows at once: one query per kind, however many blocks."""

from copy import copy
from typing import Any

from django.db.models import Prefetch, QuerySet
from wagtail.blocks import PageChooserBlock
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page
from wagtail.snippets.blocks import SnippetChooserBlock

from ..known_pages import named_pages
from ..page_cache.memory import remembered_rows
from ..page_cache.parts import NO_PAGES, pages_of


def pictures() -> QuerySet[Any]:
    """Pictures together with the sizes that exist of them."""
    images: QuerySet[Any] = get_image_model().objects.prefetch_related("renditions")
    return images


def _in_order(found: dict[Any, Any], keys: list[Any]) -> list[Any]:
    """What was found, in the order of the keys; None for what has been deleted.

    Each place gets an object of its own: a picture remembers the alternative text of its place.
    """
    return [copy(found[key]) if key in found else None for key in keys]


class PictureChooserBlock(ImageChooserBlock):
    """A picture of the library."""

    def bulk_to_python(self, values: list[Any]) -> list[Any]:
        return _in_order(pictures().in_bulk(values), values)


class BulkSnippetChooserBlock(SnippetChooserBlock):
    """A snippet, together with the picture in its field `picture`."""

    def __init__(self, target_model: str, picture: str = "", **kwargs: Any) -> None:
        self._picture = picture
        super().__init__(target_model, **kwargs)

    def bulk_to_python(self, values: list[Any]) -> list[Any]:
        rows = self.model_class._default_manager.all()
        if self._picture:
            rows = rows.prefetch_related(Prefetch(self._picture, queryset=pictures()))
        kind = self.model_class._meta.label
        return _in_order(remembered_rows(kind, values, rows.in_bulk, NO_PAGES), values)


class BulkPageChooserBlock(PageChooserBlock):
    """A page; found without a query where it was shown before. One of any type is found with
    what a link needs."""

    def bulk_to_python(self, values: list[Any]) -> list[Any]:
        model = self.model_class
        if model is Page:
            return _in_order(named_pages(values), values)
        look_up = model._default_manager.in_bulk
        return _in_order(
            remembered_rows(model._meta.label, values, look_up, pages_of(model)), values
        )
