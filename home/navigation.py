"""What surrounds every page: navigation, language switch, Donate button, footer."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page, Site

from home.models import FooterSettings
from sosbca.core.known_pages import plain_pages
from sosbca.core.known_settings import known_settings
from sosbca.core.links import counterparts
from sosbca.core.models import OrganisationSettings
from sosbca.core.organisation import PAGES
from sosbca.core.page_cache.memory import remembered
from sosbca.core.page_cache.parts import NO_PAGES

# Each in its own words, as a reader looks for it.
LANGUAGE_NAMES = {"lv": "Latviski", "en": "English"}
# Views, not pages, that have an address in each language.
VIEWS_IN_BOTH_LANGUAGES = {"donations", "fostering", "site_search"}


@dataclass(frozen=True, slots=True)
class MenuItem:
    title: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The page in another language; `url` leads to that language's home page when there is no
    counterpart, and `has_counterpart` tells so."""

    code: str
    name: str
    url: str
    has_counterpart: bool
    is_current: bool


class Chrome:
    """Computed when a template asks, once per request, with a constant number of queries."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]

    @cached_property
    def site(self) -> Site | None:
        return Site.find_for_request(self._request)

    @cached_property
    def organisation(self) -> OrganisationSettings | None:
        # What is shown of its pages is found by `_published`.
        return known_settings(OrganisationSettings, self._request) if self.site else None

    @cached_property
    def _footer(self) -> tuple[FooterSettings, list[Page]] | None:
        """The footer's words and the pages that it leads to, of which the same is true."""
        site = self.site
        if site is None:
            return None

        def look_up() -> tuple[FooterSettings, list[Page]]:
            footer: FooterSettings = FooterSettings.for_site(site)
            links = footer.links.select_related("page").only("footer", "page__translation_key")
            return footer, [link.page for link in links]

        return remembered(("footer", site.pk), look_up, NO_PAGES)

    @property
    def footer(self) -> FooterSettings | None:
        return self._footer[0] if self._footer else None

    @property
    def _footer_pages(self) -> list[Page]:
        return self._footer[1] if self._footer else []

    @cached_property
    def _page(self) -> Page | None:
        """The page being shown, if it is one."""
        return getattr(self._request, "shown_page", None)

    def _published(self, page: Page) -> dict[str, Page]:
        """The page in each language. All that the chrome shows is found by one query."""
        found = counterparts(self._request)
        if self.site and self.organisation:
            chosen = (getattr(self.organisation, name) for name in PAGES)
            found.announce([self.site.root_page, *chosen, *self._footer_pages])
        return found.of(page)

    @cached_property
    def _homes(self) -> dict[str, Page]:
        """The published home page of each language."""
        return self._published(self.site.root_page) if self.site else {}

    @cached_property
    def home_url(self) -> str:
        home = self._homes.get(self._language)
        return (home and home.get_url(self._request)) or "/"

    @cached_property
    def navigation(self) -> list[MenuItem]:
        home = self._homes.get(self._language)
        if home is None:
            return []
        path = self._request.path
        items = []
        for page in remembered(("menu", home.pk), lambda: _menu_of(home)):
            url = page.get_url(self._request) or "/"
            items.append(MenuItem(page.title, url, path.startswith(url)))
        return items

    def _url_of(self, chosen: Page | None) -> str:
        page = chosen and self._published(chosen).get(self._language)
        return (page and page.get_url(self._request)) or ""

    @cached_property
    def donate_url(self) -> str:
        return self._url_of(self.organisation.donation_page) if self.organisation else ""

    @property
    def is_donation_page(self) -> bool:
        return bool(self.donate_url) and self._request.path == self.donate_url

    @cached_property
    def privacy_url(self) -> str:
        return self._url_of(self.organisation.privacy_page) if self.organisation else ""

    @cached_property
    def accessibility_url(self) -> str:
        return self._url_of(self.organisation.accessibility_page) if self.organisation else ""

    @cached_property
    def contact_url(self) -> str:
        return self._url_of(self.organisation.contact_page) if self.organisation else ""

    @cached_property
    def concern_url(self) -> str:
        return self._url_of(self.organisation.concern_page) if self.organisation else ""

    @cached_property
    def footer_links(self) -> list[MenuItem]:
        """The pages that the footer names, in the reader's language; others are left out."""
        path = self._request.path
        items = []
        for chosen in self._footer_pages:
            page = self._published(chosen).get(self._language)
            if page and (url := page.get_url(self._request)):
                items.append(MenuItem(page.title, url, path == url))
        return items

    @cached_property
    def languages(self) -> list[LanguageLink]:
        counterparts = self._counterparts
        links = []
        for code, _name in settings.LANGUAGES:
            home = self._homes.get(code)
            home_url = (home and home.get_url(self._request)) or "/"
            links.append(
                LanguageLink(
                    code=code,
                    name=LANGUAGE_NAMES[code],
                    url=counterparts.get(code, home_url),
                    has_counterpart=code in counterparts,
                    is_current=code == self._language,
                )
            )
        return links

    @cached_property
    def _counterparts(self) -> dict[str, str]:
        """The address of what is shown, in each language that has it."""
        page = self._page
        if page is None:
            return self._view_counterparts()
        return {
            language: url
            for language, translation in self._published(page).items()
            if (url := translation.get_url(self._request))
        }

    def _view_counterparts(self) -> dict[str, str]:
        """A view's own addresses; error pages and previews have none."""
        match = self._request.resolver_match
        if match is None or not VIEWS_IN_BOTH_LANGUAGES & set(match.namespaces):
            return {}
        path = self._request.get_full_path()
        return {code: translate_url(path, code) for code, _name in settings.LANGUAGES}

    site_url = settings.SITE_URL

    @cached_property
    def canonical_url(self) -> str:
        return settings.SITE_URL + self._request.path

    @cached_property
    def alternates(self) -> list[tuple[str, str]]:
        """hreflang links: language, absolute address. Only where there are counterparts."""
        found = self._counterparts if self._page else {}
        if len(found) < 2:
            return []
        links = [(code, settings.SITE_URL + url) for code, url in sorted(found.items())]
        if default := found.get(settings.LANGUAGE_CODE):
            links.append(("x-default", settings.SITE_URL + default))
        return links

    @cached_property
    def breadcrumbs(self) -> list[Page]:
        page = self._page
        if page is None or page.depth <= 3:
            return []
        # The same for all pages beside it.
        return remembered(
            ("ancestors", page.path[: -page.steplen]),
            lambda: list(page.get_ancestors().filter(depth__gte=2).live()),
        )


def _menu_of(home: Page) -> list[Page]:
    # Not `get_children`, which believes what the page knew of its children when it was fetched.
    children = Page.objects.child_of(home).live().in_menu().order_by("path")
    found = plain_pages(types := dict(children.values_list("pk", "content_type_id")))
    return [found[pk] for pk in types if pk in found]


def chrome(request: HttpRequest) -> dict[str, object]:
    """Context processor."""
    return {"chrome": SimpleLazyObject(lambda: Chrome(request))}
