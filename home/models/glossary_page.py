"""The words of the trade, explained."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from sosbca.core.models import BasePage, GlossaryTerm


@dataclass(frozen=True, slots=True)
class Entry:
    """A term in the reader's language; `anchor` is its place on the page."""

    term: str
    definition: str
    anchor: str


class GlossaryPage(BasePage):
    """All glossary terms in the order of the reader's alphabet."""

    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types: list[str] = []
    template = "home/glossary_page.html"

    class Meta:
        verbose_name = _("glossary")
        verbose_name_plural = _("glossaries")

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        entries = [
            Entry(term.term(), term.definition(), f"{slugify(term.term())}-{term.pk}")
            for term in GlossaryTerm.objects.all()
        ]
        entries.sort(key=lambda entry: collation_key(entry.term))
        letters = groupby(entries, key=lambda entry: entry.term[:1].upper())
        return {
            **super().get_context(request, *args, **kwargs),
            "letters": [(letter, list(below)) for letter, below in letters],
        }


# Latvian letters with marks come right after those without.
_LATVIAN = "aābcčdeēfgģhiījkķlļmnņoōpqrŗsštuūvwxyzž"
_ORDER = {letter: number for number, letter in enumerate(_LATVIAN)}


def collation_key(text: str) -> list[int]:
    """Sorts words as a Latvian or English dictionary does, the same on every database."""
    return [_ORDER.get(letter, -1) for letter in text.casefold()]
