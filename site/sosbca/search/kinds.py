"""Kinds of pages as a visitor tells them apart: the groups of the results.

A page type names its kind in an attribute: `search_kind = ("news", _("News"))`, a code for
addresses and a label in the plural. Types may share a kind. A type that names none is one of the
«pages»; one with `search_kind = None` is never found.
"""

from functools import cache
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, get_page_models


class Kind(NamedTuple):
    code: str
    label: str | Promise


PAGES: Final = Kind("pages", _("Pages"))


def kind_of(model: type[Page]) -> Kind | None:
    """The kind of pages of this type; None if they are never found."""
    named = getattr(model, "search_kind", PAGES)
    return None if named is None else Kind(*named)


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by their code."""
    found = (kind_of(model) for model in get_page_models())
    return {kind.code: kind for kind in found if kind} | {PAGES.code: PAGES}
