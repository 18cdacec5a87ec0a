"""Links to pages, in the language of the reader.

An editor chooses one page; its counterpart in the reader's language is looked up when it is shown.
All lookups of one request share one query, as long as the pages are announced before the first
address is asked for.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.models import Page


class Counterparts:
    """The published pages that translate each other, by language."""

    def __init__(self) -> None:
        self._announced: set[UUID] = set()
        self._found: dict[UUID, dict[str, Page]] = {}

    def announce(self, pages: Iterable[Page | None]) -> None:
        """Name pages that will be asked for, so that one query finds them all."""
        self._announced.update(page.translation_key for page in pages if page)

    def of(self, page: Page) -> dict[str, Page]:
        """The page in each language that it is published in, itself included."""
        if page.translation_key not in self._found:
            self._announced.add(page.translation_key)
            self._fetch(self._announced - self._found.keys())
        return self._found[page.translation_key]

    def _fetch(self, keys: set[UUID]) -> None:
        self._found.update({key: {} for key in keys})
        pages = Page.objects.live().filter(translation_key__in=keys)
        for page in pages.select_related("locale"):
            self._found[page.translation_key][page.locale.language_code] = page


def counterparts(request: HttpRequest) -> Counterparts:
    """Those of this request."""
    if not hasattr(request, "page_counterparts"):
        request.page_counterparts = Counterparts()  # type: ignore[attr-defined]
    found: Counterparts = request.page_counterparts  # type: ignore[attr-defined]
    return found


def address_of(page: Page, found: Counterparts, request: HttpRequest | None = None) -> str:
    """The page's address in the reader's language, or as it was chosen when it has no counterpart
    there. Empty when nothing is published."""
    published = found.of(page)
    language = (get_language() or "").split("-")[0]
    itself = (target for target in published.values() if target.pk == page.pk)
    target = published.get(language) or next(itself, None)
    return (target and target.get_url(request)) or ""


class LinkValue(StructValue):
    """A choice of a page or an address, made by an editor."""

    request: HttpRequest | None = None

    @property
    def url(self) -> str:
        page: Page | None = self.get("page")
        if page is None:
            return self.get("address") or ""
        found = counterparts(self.request) if self.request else Counterparts()
        return address_of(page, found, self.request)


def announce_links(values: Iterable[object], request: HttpRequest) -> None:
    """Announce the pages of all links in these values of stream fields."""
    links = [link for value in values for link in _links(value)]
    for link in links:
        link.request = request
    counterparts(request).announce(link.get("page") for link in links)


def _links(value: object) -> Iterator[LinkValue]:
    match value:
        case LinkValue():
            yield value
        case StreamValue():
            for child in value:
                yield from _links(child.value)
        case StructValue():
            for part in value.values():
                yield from _links(part)
        case ListValue():
            for item in value:
                yield from _links(item)
