"""Builds pages in Latvian and translates them, parents first."""

from wagtail.models import Page

from .bilingual import Phrasebook


class Tree:
    """Builds the Latvian tree and translates it, parents first."""

    def __init__(self) -> None:
        self._written: list[tuple[Page, Phrasebook]] = []

    def add(self, parent: Page, page: Page, phrases: Phrasebook) -> Page:
        parent.add_child(instance=page)
        self._written.append((page, phrases))
        return page

    def publish(self) -> None:
        for page, _phrases in self._written:
            page.save_revision().publish()
        for page, phrases in self._written:
            phrases.translate(page)
