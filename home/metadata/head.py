"""Everything that the head of a page tells machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from wagtail.models import Page, Site

from blog.models import ArticlePage
from home.models import HomePage
from home.navigation import Chrome
from sosbca.core.links import counterparts
from sosbca.core.models import BasePage, OrganisationSettings

from .addresses import absolute, canonical
from .descriptions import description_of
from .sharing import SharedPicture, shared_picture
from .structured import Shown, as_script, graph

# As Open Graph names languages: with a country.
LOCALES = {"lv": "lv_LV", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Feed:
    title: str
    address: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Head:
    """Ready to be written. `properties` are those of Open Graph, in their order."""

    description: str
    canonical: str
    alternates: Sequence[tuple[str, str]]
    feeds: Sequence[Feed]
    properties: Sequence[tuple[str, str]]
    structured_data: SafeString


def head_of(page: BasePage, request: HttpRequest, context: Mapping[str, Any]) -> Head:
    """`context` is what the page's template shows; its chrome has found what surrounds the page."""
    chrome: Chrome = context["chrome"]
    # First of all: it finds the home page, and the page's own language, with everything else.
    alternates = chrome.alternates
    _use_what_was_found(page, request)
    language = page.locale.language_code
    address = canonical(page, request, context)
    title = page.seo_title or (page.hero_heading if isinstance(page, HomePage) else page.title)
    description = description_of(page)
    picture = shared_picture(page, chrome.organisation)
    way = _way_to(page, chrome, request)
    shown = Shown(
        page=page,
        address=address,
        title=title,
        description=description,
        language=language,
        picture=picture,
        organisation=chrome.organisation,
        trail=[
            *((ancestor.title, _address(ancestor, request)) for ancestor in way),
            (page.title, address),
        ],
        context=context,
    )
    return Head(
        description=description,
        canonical=address,
        alternates=alternates,
        feeds=_feeds(page, way, request),
        properties=[
            *_about(page, title, description, address),
            *_picture(picture),
            *_surroundings(language, [code for code, _url in alternates], chrome.organisation),
        ],
        structured_data=as_script(graph(shown)),
    )


def _use_what_was_found(page: BasePage, request: HttpRequest) -> None:
    """Spare the page, and the template after it, queries for its language and its picture."""
    for version in counterparts(request).of(page).values():
        if version.pk == page.pk:
            page.locale = version.locale
    if page.picture_id:
        prefetch_related_objects([page], "picture__renditions")


def _address(page: Page, request: HttpRequest) -> str:
    return absolute(page.get_url(request) or "/")


def _way_to(page: Page, chrome: Chrome, request: HttpRequest) -> Sequence[Page]:
    """The pages above, the home page first. No query that the page itself did not need."""
    if chrome.breadcrumbs:
        return list(chrome.breadcrumbs)
    site: Site | None = chrome.site
    home = site and counterparts(request).of(site.root_page).get(page.locale.language_code)
    return [home] if home and home.pk != page.pk else []


def _feeds(page: Page, way: Sequence[Page], request: HttpRequest) -> list[Feed]:
    """Those of the list that an article stands in. The list itself names its own."""
    if not isinstance(page, ArticlePage) or not way:
        return []
    index = way[-1]
    address = _address(index, request)
    return [
        Feed(index.title, f"{address}feed.atom", "application/atom+xml"),
        Feed(index.title, f"{address}feed.rss", "application/rss+xml"),
    ]


def _about(page: Page, title: str, description: str, address: str) -> list[tuple[str, str]]:
    is_article = isinstance(page, ArticlePage)
    properties = [
        ("og:type", "article" if is_article else "website"),
        ("og:title", title),
        ("og:url", address),
    ]
    if description:
        properties.append(("og:description", description))
    if isinstance(page, ArticlePage):
        properties.append(("article:published_time", page.published_on.isoformat()))
        if page.last_published_at:
            moment = timezone.localtime(page.last_published_at)
            properties.append(("article:modified_time", moment.isoformat(timespec="seconds")))
    return properties


def _picture(picture: SharedPicture) -> list[tuple[str, str]]:
    properties = [
        ("og:image", picture.address),
        ("og:image:type", picture.media_type),
        ("og:image:width", str(picture.width)),
        ("og:image:height", str(picture.height)),
    ]
    if picture.alternative_text:
        properties.append(("og:image:alt", picture.alternative_text))
    return properties


def _surroundings(
    language: str, alternates: Sequence[str], organisation: OrganisationSettings | None
) -> list[tuple[str, str]]:
    properties = [("og:locale", LOCALES.get(language, language))]
    properties += [
        ("og:locale:alternate", LOCALES[code])
        for code in alternates
        if code in LOCALES and code != language
    ]
    if organisation:
        properties.append(("og:site_name", organisation.name(language)))
    return properties
