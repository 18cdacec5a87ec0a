"""The site in short for language models (llmstxt.org): what it is, and its key pages.

Latvian first, then English. Made of the menu, the pages below it, and their introductions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from blog.models import ArticlePage
from home.models import EventPage, HomePage
from home.navigation import LANGUAGE_NAMES
from sosbca.core.models import OrganisationSettings

from .addresses import absolute
from .descriptions import description_of

# Of one section. There may be thousands of news; the list of news itself says where they are.
MOST_PAGES = 40
OF_THE_DAY = (ArticlePage, EventPage)
# Fields of the association's settings.
WAYS = ("donation_page", "contact_page", "concern_page")
MARKUP = re.compile(r"([\\`*_\[\]<>])")


@dataclass(frozen=True, slots=True)
class Section:
    page: Page
    below: Sequence[Page]


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """A constant number of queries: those of a page for each page type, and language."""
    site = Site.find_for_request(request)
    organisation = OrganisationSettings.for_site(site) if site else None
    lines: list[str] = []
    for language, _name in settings.LANGUAGES:
        home = site and _home(site, language)
        if home:
            with override(language):
                lines += _part(home, language, organisation)
    with override(settings.LANGUAGE_CODE):
        lines += ["## Optional", "", _link(gettext("All pages"), absolute(reverse("sitemap")), "")]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _home(site: Site, language: str) -> HomePage | None:
    return (
        HomePage.objects.live()
        .public()
        .filter(translation_key=site.root_page.translation_key, locale__language_code=language)
        .first()
    )


def _part(home: HomePage, language: str, organisation: OrganisationSettings | None) -> list[str]:
    """The file's beginning in the first language; a section that begins likewise in others."""
    name = organisation.name(language) if organisation else home.title
    is_first = language == settings.LANGUAGE_CODE
    lines = [f"# {_plain(name)}" if is_first else f"## {_plain(name)} ({LANGUAGE_NAMES[language]})"]
    lines += ["", f"> {_plain(home.introduction or home.hero_heading)}", ""]
    if organisation and organisation.status(language):
        lines += [_plain(organisation.status(language)), ""]
    if organisation and (pages := _everybodys(organisation, home)):
        lines += [*map(_line, pages), ""]
    for section in _sections(home):
        lines += [f"## {_plain(section.page.title)}", ""]
        lines += [_line(page) for page in (section.page, *section.below)]
        lines.append("")
    return lines


def _everybodys(organisation: OrganisationSettings, home: HomePage) -> list[Page]:
    """Where every page leads: to give, to write, to report a concern."""
    chosen = [getattr(organisation, name) for name in WAYS]
    keys = [page.translation_key for page in chosen if page]
    found = _specific(Page.objects.filter(translation_key__in=keys, locale_id=home.locale_id))
    by_key = {page.translation_key: page for page in found}
    return [by_key[key] for key in keys if key in by_key]


def _sections(home: HomePage) -> list[Section]:
    """The menu, and what stands below each of its entries."""
    menu = list(_specific(home.get_children().in_menu()))
    below: dict[str, list[Page]] = {entry.path: [] for entry in menu}
    for child in _specific(Page.objects.filter(pk__in=_first_below(menu))):
        below[_above(child.path)].append(child)
    return [Section(entry, below[entry.path]) for entry in menu]


def _first_below(menu: Sequence[Page]) -> list[int]:
    """The first pages below each: of thousands only the keys are fetched."""
    within = Q(pk=None)
    for entry in menu:
        within |= Q(path__startswith=entry.path, depth=entry.depth + 1)
    pages = Page.objects.not_exact_type(*OF_THE_DAY).filter(within).live().public()
    first: dict[str, list[int]] = {}
    for key, path in pages.order_by("path").values_list("pk", "path"):
        siblings = first.setdefault(_above(path), [])
        if len(siblings) < MOST_PAGES:
            siblings.append(key)
    return [key for siblings in first.values() for key in siblings]


def _above(path: str) -> str:
    """The path of the page above, as the tree writes it."""
    return path[: -Page.steplen]


def _specific(pages: PageQuerySet[Any]) -> PageQuerySet[Any]:
    return pages.live().public().order_by("path").specific()


def _line(page: Page) -> str:
    return _link(page.title, absolute(page.get_url() or "/"), description_of(page))


def _link(title: str, address: str, description: str) -> str:
    link = f"- [{_plain(title)}]({address})"
    return f"{link}: {_plain(description)}" if description else link


def _plain(text: str) -> str:
    """On one line, with what Markdown would take for markup made harmless."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))
