"""What many pages speak of: the association, the site, pictures, the way to a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from blog.models import NewsIndexPage
from home.metadata.addresses import absolute
from home.metadata.sharing import SharedPicture
from home.models import (
    EventIndexPage,
    FormPage,
    PlaceIndexPage,
    PublicationIndexPage,
    SectionPage,
    ServiceIndexPage,
)
from projects.models import ProjectIndexPage
from sosbca.core.models import BasePage, OrganisationSettings

type Node = dict[str, Any]

LATVIA: Node = {"@type": "Country", "name": "Latvija"}
LOGO = "img/icon-512.png"
LOGO_PIXELS = 512

# Other pages are simply pages.
KINDS_OF_PAGE: dict[type[BasePage], str] = {
    EventIndexPage: "CollectionPage",
    FormPage: "ContactPage",
    NewsIndexPage: "CollectionPage",
    PlaceIndexPage: "CollectionPage",
    ProjectIndexPage: "CollectionPage",
    PublicationIndexPage: "CollectionPage",
    SectionPage: "CollectionPage",
    ServiceIndexPage: "CollectionPage",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it is being shown. `address` is its canonical one; `trail` leads from the home
    page to it, titles with absolute addresses; `context` is what its template shows."""

    page: BasePage
    address: str
    title: str
    description: str
    language: str
    picture: SharedPicture
    organisation: OrganisationSettings | None
    trail: Sequence[tuple[str, str]]
    context: Mapping[str, Any]


def without_gaps(node: Node) -> Node:
    """What is unknown is left out, not said to be empty."""
    return {key: value for key, value in node.items() if value not in (None, "", [], {})}


def association_id() -> str:
    return absolute("/#association")


def website_id() -> str:
    return absolute("/#website")


def association_in_short(shown: Shown) -> Node:
    """The association as author, publisher or organiser; the whole stands elsewhere in the graph.
    Some readers don't follow references, so the name is repeated."""
    node: Node = {"@type": "NGO", "@id": association_id(), "url": absolute("/")}
    if shown.organisation:
        node["name"] = shown.organisation.name(shown.language)
    return node


def association(shown: Shown, organisation: OrganisationSettings) -> Node:
    """Who runs the site. Everything but the name and the logo is said on the home page alone."""
    node = association_in_short(shown) | {
        "logo": {
            "@type": "ImageObject",
            "url": absolute(staticfiles_storage.url(LOGO)),
            "width": LOGO_PIXELS,
            "height": LOGO_PIXELS,
        }
    }
    if len(shown.trail) > 1:
        return node
    contact: Node = without_gaps({"telephone": organisation.phone, "email": organisation.email})
    if contact:
        contact |= {
            "@type": "ContactPoint",
            "contactType": "customer service",
            "availableLanguage": ["lv", "en"],
        }
    links = (organisation.facebook_url, organisation.instagram_url, organisation.youtube_url)
    return without_gaps(
        node
        | {
            "legalName": organisation.name_lv,
            "alternateName": organisation.name_en,
            "description": shown.description,
            "taxID": organisation.registration_number,
            "identifier": organisation.registration_number,
            # That of the register, where the office is; never that of a place of care.
            "address": _address(organisation.legal_address),
            "contactPoint": contact,
            "sameAs": [link for link in links if link],
            "areaServed": LATVIA,
        }
    )


def _address(written: str) -> Node:
    if not written:
        return {}
    return {"@type": "PostalAddress", "streetAddress": written, "addressCountry": "LV"}


def website(shown: Shown) -> Node:
    """The site; on the home page also how to search it."""
    node: Node = {
        "@type": "WebSite",
        "@id": website_id(),
        "url": absolute("/"),
        "name": (shown.organisation and shown.organisation.name(shown.language))
        or settings.WAGTAIL_SITE_NAME,
        "inLanguage": [code for code, _name in settings.LANGUAGES],
        "publisher": {"@id": association_id()},
    }
    if len(shown.trail) > 1:
        return node
    with override(shown.language):
        address = absolute(reverse("site_search:results"))
    return node | {
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{address}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        }
    }


def picture_node(picture: SharedPicture) -> Node:
    return without_gaps(
        {
            "@type": "ImageObject",
            "url": picture.address,
            "width": picture.width,
            "height": picture.height,
            "caption": picture.alternative_text,
        }
    )


def page_node(shown: Shown) -> Node:
    page = shown.page
    return without_gaps(
        {
            "@type": KINDS_OF_PAGE.get(type(page), "WebPage"),
            "@id": shown.address,
            "url": shown.address,
            "name": shown.title,
            "description": shown.description,
            "inLanguage": shown.language,
            "isPartOf": {"@id": website_id()},
            "breadcrumb": {"@id": f"{shown.address}#trail"} if len(shown.trail) > 1 else None,
            "primaryImageOfPage": picture_node(shown.picture),
            "dateModified": modified(page),
        }
    )


def modified(page: BasePage) -> str | None:
    """With the offset of the site's time zone."""
    moment = page.last_published_at
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def trail(shown: Shown) -> Node:
    """The way from the home page to this one."""
    return {
        "@type": "BreadcrumbList",
        "@id": f"{shown.address}#trail",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(shown.trail, start=1)
        ],
    }
