"""Parts of the content: what of it a change can touch while all the rest stays as it was.

Each page type is a part, so that publishing an article leaves alone what a process has looked up
of other pages. Whatever is not clearly the rows of one page type is EVERYTHING: to say it too
often costs time, to say it too seldom would show what is not so any more.
"""

from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.models import Page

type Parts = tuple[str, ...]

EVERYTHING = ""
# Where sites begin: the home pages.
ROOTS = "roots"
# Shown on pages, but never looked up for several of them.
UNREMEMBERED = "unremembered"
# Of which lookups are made that no page belongs to: settings, snippets, restrictions.
NO_PAGES: Parts = ()
# Pages of this depth and above are what sites begin with, or stand above it.
DEPTH_OF_ROOTS = 2


def pages_of(*types: type[models.Model]) -> Parts | None:
    """The parts of these page types, for a lookup that finds no other pages; None, meaning any
    part, when one of them is not a page type of its own."""
    parts = tuple(map(_part_of, types))
    return None if EVERYTHING in parts else parts


def parts_of(row: models.Model) -> Parts:
    """What changes with a row: a page, a row of a page, or anything else."""
    part = _part_of(_type_of_its_page(row))
    is_root = isinstance(row, Page) and (row.depth or 0) <= DEPTH_OF_ROOTS
    return (part, ROOTS) if is_root else (part,)


def _part_of(model: type[models.Model] | None) -> str:
    # The rows of a type below another type are the other one's as well.
    is_type = model is not None and model._meta.get_parent_list() == [Page]
    return model._meta.label_lower if model is not None and is_type else EVERYTHING


def _type_of_its_page(row: models.Model) -> type[models.Model] | None:
    if isinstance(row, Page):
        return type(row)
    parents: set[Any] = {key.remote_field.model for key in parental_keys(type(row))}
    return parents.pop() if len(parents) == 1 else None


def parental_keys(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.fields if isinstance(field, ParentalKey)]
