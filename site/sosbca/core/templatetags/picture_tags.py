"""Pictures in the sizes of the registry."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import Filter, Picture, ResponsiveImage
from wagtail.images.shortcuts import get_renditions_or_not_found

from sosbca.core.images import CustomImage
from sosbca.core.page_cache.memory import memory
from sosbca.core.page_cache.parts import NO_PAGES
from sosbca.core.renditions import PICTURE_SETS

register = template.Library()


@cache
def _filter(spec: str) -> Filter:
    """One for the process: a filter takes its specification apart but once. The specifications
    are those of PICTURE_SETS."""
    return Filter(spec=spec)


@register.simple_tag
def site_picture(image: CustomImage | None, use: str, **attributes: Any) -> SafeString:
    """The picture in all sizes and formats of its use; `attributes` are those of the <img>.

    Nothing without a picture, nor for a child's whose consent does not hold (any longer).
    """
    if image is None or not image.may_be_shown:
        return SafeString("")
    chosen = PICTURE_SETS[use]
    if chosen.shown_at:
        attributes.setdefault("sizes", chosen.shown_at)
    known = memory(NO_PAGES)
    # With all of the picture that its markup shows: the row may be older than the memory.
    key = (
        "picture",
        use,
        image.file.name,
        image.default_alt_text,
        *_focus(image),
        *attributes.items(),
    )
    html: SafeString | None = known.get(key)
    if html is None:
        filters = [_filter(spec) for spec in chosen.specs()]
        found = get_renditions_or_not_found(image, filters)
        kind = Picture if len(chosen.formats) > 1 else ResponsiveImage
        # Wagtail escapes the attributes.
        html = mark_safe(kind(found, attributes).__html__())  # noqa: S308
        # A file that can't be read now may be back at the next request.
        if all(rendition.pk for rendition in found.values()):
            known.keep(key, html)
    return html


def _focus(image: CustomImage) -> Iterable[int | None]:
    """What of the picture is in the middle when it is cut to size."""
    return (getattr(image, f"focal_point_{name}") for name in ("x", "y", "width", "height"))
