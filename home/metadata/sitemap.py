"""All pages for search engines, with their translations (sitemaps.org, and hreflang in it)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from .addresses import absolute

# So many addresses, with their translations, stay below what the page cache keeps in one answer.
# The protocol would allow 50 000.
PART = 2_500


@dataclass(frozen=True, slots=True)
class Entry:
    """One page. `translations` are (language, address), itself included, or none."""

    address: str
    modified: datetime | None
    translations: Sequence[tuple[str, str]]


class _Row(NamedTuple):
    translation_key: UUID
    language: str
    url_path: str
    modified: datetime | None


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The whole site, or a list of its parts when it is large."""
    found = entries(request)
    if len(found) > PART:
        return _xml(_index(found))
    return _xml(_url_set(found))


@require_safe
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """Numbers begin with 1."""
    part = entries(request)[(number - 1) * PART : number * PART]
    if number < 1 or not part:
        raise Http404
    return _xml(_url_set(part))


def entries(request: HttpRequest) -> list[Entry]:
    """All published pages that everybody may see. Three queries, however many there are."""
    site = Site.find_for_request(request)
    roots = {
        root.root_path: _prefix(root.language_code)
        for root in Site.get_site_root_paths()
        if site and root.site_id == site.pk
    }
    groups: dict[UUID, list[tuple[_Row, str]]] = {}
    for row in _rows(roots):
        root = next(path for path in roots if row.url_path.startswith(path))
        address = roots[root] + quote(row.url_path.removeprefix(root))
        groups.setdefault(row.translation_key, []).append((row, address))
    found = []
    for group in groups.values():
        translations = _translations(group)
        found += [Entry(address, row.modified, translations) for row, address in group]
    return found


def _prefix(language: str) -> str:
    with override(language):
        return absolute(reverse("wagtail_serve", args=("",)))


def _rows(roots: Iterable[str]) -> list[_Row]:
    below = Q()
    for root in roots:
        below |= Q(url_path__startswith=root)
    if not below:
        return []
    pages = (
        Page.objects.live()
        .public()
        .filter(below, depth__gte=2, locale__language_code__in=dict(settings.LANGUAGES))
        # Due to be taken away by the next run of the scheduler.
        .exclude(expire_at__lte=timezone.now())
    )
    rows = pages.order_by("path").values_list(
        "translation_key", "locale__language_code", "url_path", "last_published_at"
    )
    return [_Row(*row) for row in rows]


def _translations(group: Sequence[tuple[_Row, str]]) -> list[tuple[str, str]]:
    """As the pages themselves name them, so that each points to all and all to each."""
    if len(group) < 2:
        return []
    addresses = {row.language: address for row, address in group}
    found = sorted(addresses.items())
    if default := addresses.get(settings.LANGUAGE_CODE):
        found.append(("x-default", default))
    return found


# --- XML -----------------------------------------------------------------------------------------

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


def _xml(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/xml")


def _url_set(part: Iterable[Entry]) -> str:
    urls = "\n".join(map(_url, part))
    return f"{_DECLARATION}<urlset {_NAMES}>\n{urls}\n</urlset>\n"


def _url(entry: Entry) -> str:
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(address)}/>'
        for language, address in entry.translations
    )
    return f"<url><loc>{escape(entry.address)}</loc>{_modified(entry.modified)}{links}</url>"


def _modified(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return f"<lastmod>{moment.astimezone(UTC).isoformat(timespec='seconds')}</lastmod>"


def _index(found: Sequence[Entry]) -> str:
    parts = []
    for number in range(1, ceil(len(found) / PART) + 1):
        part = found[(number - 1) * PART : number * PART]
        modified = max((entry.modified for entry in part if entry.modified), default=None)
        address = absolute(reverse("sitemap_part", args=(number,)))
        parts.append(f"<sitemap><loc>{escape(address)}</loc>{_modified(modified)}</sitemap>")
    lines = "\n".join(parts)
    return f"{_DECLARATION}<sitemapindex {_NAMES}>\n{lines}\n</sitemapindex>\n"
