"""The sizes of pictures that pages show, and making them before anybody asks.

A picture's sizes take a second or more to make (AVIF most of all), so a task makes them when the
picture is uploaded and when something that shows it is published. Templates take them from here:

    {% site_picture page.picture "card" loading="lazy" %}

A size that is missing nevertheless is made when it is first shown.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from wagtail.images.models import Filter, SourceImageIOError
from wagtail.models import ReferenceIndex

from .images import CustomImage

logger = logging.getLogger(__name__)

# The best first: a browser takes the first that it knows.
PHOTO_FORMATS = ("avif", "webp", "jpeg")


@dataclass(frozen=True, slots=True)
class PictureSet:
    """Formats and sizes of one use of pictures."""

    # Wagtail's operations, one for each width.
    sizes: tuple[str, ...]
    # The width of the picture on the screen, for the browser to choose by.
    shown_at: str = ""
    formats: tuple[str, ...] = PHOTO_FORMATS

    def specs(self) -> list[str]:
        """Wagtail's names of all renditions, as its template tags make them."""
        formats = ",".join(self.formats)
        sizes = [size.partition("-") for size in self.sizes]
        operation = sizes[0][0]
        values = ",".join(value for _operation, _dash, value in sizes)
        return Filter.expand_spec([f"format-{{{formats}}}", f"{operation}-{{{values}}}"])


PICTURE_SETS = {
    "hero": PictureSet(("width-640", "width-1280", "width-1920"), "100vw"),
    "content": PictureSet(
        ("width-480", "width-960", "width-1440"), "(max-width: 60rem) 100vw, 44rem"
    ),
    "card": PictureSet(("width-480", "width-960"), "(max-width: 40rem) 100vw, 24rem"),
    "cover": PictureSet(("width-240", "width-480"), "10rem"),
    "portrait": PictureSet(("fill-192x192",)),
    "logo": PictureSet(("max-400x160",), formats=("webp",)),
    "poster": PictureSet(("width-960",), formats=("webp",)),
}

# What a picture is made for, by the field or block that it stands in. Cards take sizes of
# "content".
USES = {
    "cover": ("content", "cover"),
    "hero_image": ("hero",),
    "photo": ("portrait",),
    "logo": ("logo",),
    "poster": ("content", "poster"),
}
USUAL = ("content",)


def make(image: CustomImage, names: Iterable[str]) -> None:
    """Make the renditions of these sets that are missing. Safe to repeat."""
    if image.is_svg() or not image.may_be_shown:  # type: ignore[no-untyped-call]
        return
    specs = sorted({spec for name in names for spec in PICTURE_SETS[name].specs()})
    try:
        image.get_renditions(*specs)
    except SourceImageIOError:
        # The page shows it as missing; the editor who looks at it will see that.
        logger.warning("The file of picture %s can't be read; its sizes were not made", image.pk)


def pictures_of(shown: models.Model) -> dict[int, set[str]]:
    """The pictures that a page or another object shows, by their ids, with the sets of each."""
    if not ReferenceIndex.model_is_indexable(type(shown)):
        return {}
    # Wagtail's own task may not have come to it yet.
    ReferenceIndex.create_or_update_for_object(shown)
    references = ReferenceIndex.get_references_for_object(shown).filter(
        to_content_type__app_label="core", to_content_type__model="customimage"
    )
    found: dict[int, set[str]] = {}
    for pk, path in references.values_list("to_object_id", "model_path"):
        uses = USES.get(path.rpartition(".")[2], USUAL)
        found.setdefault(int(pk), set()).update(uses)
    return found
