"""Links to pages, in the language of the reader.

An editor chooses one page; its counterpart in the reader's language is looked up when it is shown.
All lookups of one request are made together, as long as the pages are announced before the first
address is asked for.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.models import Page

from .known_pages import plain_pages
from .page_cache.memory import remembered_rows
from .privacy import public


class Counterparts:
    """The published pages that translate each other, by language."""

    def __init__(self) -> None:
        self._announced: set[UUID] = set()
        self._found: dict[UUID, dict[str, Page]] = {}
        self._cards: set[UUID] = set()
        self._specific: dict[int, Page | None] = {}

    def announce(self, pages: Iterable[Page | None]) -> None:
        """Name pages that will be asked for, so that they are looked up together."""
        self._announced.update(page.translation_key for page in pages if page)

    def announce_cards(self, pages: Iterable[Page | None]) -> None:
        """Name pages that will be shown with their introductions and pictures."""
        keys = {page.translation_key for page in pages if page}
        self._announced |= keys
        self._cards |= keys

    def of(self, page: Page) -> dict[str, Page]:
        """The page in each language that it is published in, itself included."""
        if page.translation_key not in self._found:
            self._announced.add(page.translation_key)
            self._fetch(self._announced - self._found.keys())
        return self._found[page.translation_key]

    def in_locale(self, pages: Iterable[Page], locale_id: int) -> list[Page]:
        """The published versions of these pages in one language; those without are left out."""
        versions = (version for page in pages for version in self.of(page).values())
        return [version for version in versions if version.locale_id == locale_id]

    def specific(self, page: Page) -> Page | None:
        """A page that was found here, with the fields of its own type; None when it is not for
        everybody. One query for each type among all pages announced as cards, one for those
        that are private, and two for the pictures."""
        if page.pk not in self._specific:
            self._cards.add(page.translation_key)
            self._fetch(self._cards - self._found.keys())
            keys = [found.pk for key in self._cards for found in self._found[key].values()]
            wanted = [key for key in keys if key not in self._specific]
            self._specific.update(dict.fromkeys(wanted))
            pages = list(public(Page.objects.filter(pk__in=wanted)).specific())
            # Not hasattr: that would fetch each picture by itself.
            pictured = [found for found in pages if hasattr(type(found), "picture")]
            prefetch_related_objects(pictured, "picture__renditions")
            self._specific.update({found.pk: found for found in pages})
        return self._specific[page.pk]

    def _fetch(self, keys: set[UUID]) -> None:
        self._found.update(remembered_rows("counterparts", keys, _counterparts_of))


def _counterparts_of(keys: set[UUID]) -> dict[UUID, dict[str, Page]]:
    found: dict[UUID, dict[str, Page]] = {key: {} for key in keys}
    live = Page.objects.live().filter(translation_key__in=keys)
    for page in plain_pages(dict(live.values_list("pk", "content_type_id"))).values():
        found[page.translation_key][page.locale.language_code] = page
    return found


def counterparts(request: HttpRequest) -> Counterparts:
    """Those of this request."""
    if not hasattr(request, "page_counterparts"):
        request.page_counterparts = Counterparts()  # type: ignore[attr-defined]
    found: Counterparts = request.page_counterparts  # type: ignore[attr-defined]
    return found


def version_for_reader(page: Page, found: Counterparts) -> Page | None:
    """The page in the reader's language, or as it was chosen when it has no counterpart there.
    None when nothing is published."""
    published = found.of(page)
    language = (get_language() or "").split("-")[0]
    itself = (target for target in published.values() if target.pk == page.pk)
    return published.get(language) or next(itself, None)


def address_of(page: Page, found: Counterparts, request: HttpRequest | None = None) -> str:
    """The page's address in the reader's language, or as it was chosen when it has no counterpart
    there. Empty when nothing is published."""
    target = version_for_reader(page, found)
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


class CardLinkValue(LinkValue):
    """A choice of a page that is shown with its own title, introduction and picture."""

    @property
    def target(self) -> Page | None:
        """The page in the reader's language, of its own type; None when it is not published, or
        not for everybody."""
        page: Page | None = self.get("page")
        if page is None:
            return None
        found = counterparts(self.request) if self.request else Counterparts()
        version = version_for_reader(page, found)
        return version and found.specific(version)


def announce_links(values: Iterable[object], request: HttpRequest) -> None:
    """Announce the pages of all links in these values of stream fields."""
    links = [link for value in values for link in _links(value)]
    for link in links:
        link.request = request
    found = counterparts(request)
    found.announce(link.get("page") for link in links)
    found.announce_cards(link.get("page") for link in links if isinstance(link, CardLinkValue))


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
