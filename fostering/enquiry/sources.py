"""How somebody came to the enquiry, told by the page or the campaign that led there.

Only the name of a source is kept: no address, no tag of a campaign, and so nothing personal that
somebody might put into one.
"""

from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from wagtail.models import Page

from ..models.choices import Source

# The parameters in which campaigns name themselves.
TAGS: Final = ("source", "utm_source", "utm_medium")
# What campaigns usually call themselves.
CAMPAIGNS: Final = {
    Source.NEWSLETTER: ("newsletter", "email", "e-mail", "mail", "mailing", "jaunumi"),
    Source.SOCIAL: ("social", "facebook", "fb", "instagram", "ig", "youtube", "tiktok", "linkedin"),
    Source.SEARCH: ("google", "bing", "search", "cpc", "ads"),
    Source.PRINT: ("print", "leaflet", "poster", "flyer", "qr", "buklets", "plakats"),
}
# Domains, in this order: a mailbox at a search engine is a mailbox.
WEBSITES: Final = (
    (Source.NEWSLETTER, ("mail.google.com", "mail.inbox.lv", "outlook.live.com", "mail.yahoo.com")),
    (Source.SEARCH, ("google", "bing", "duckduckgo", "ecosia", "yahoo", "yandex", "startpage")),
    (
        Source.SOCIAL,
        ("facebook", "instagram", "youtube", "tiktok", "linkedin", "x", "t.co", "draugiem", "t.me"),
    ),
)


def source_of(request: HttpRequest) -> Source:
    """By the campaign's tag in this address or that of the page before; else by that page."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        # Anybody can send anything as the page before.
        before = urlsplit("")
    for query in (request.META.get("QUERY_STRING", ""), before.query):
        if tagged := _by_tag(query):
            return tagged
    if not before.hostname:
        return Source.UNKNOWN
    if before.netloc == request.get_host():
        return _by_page(request, before)
    return _by_website(before.hostname)


def source_named(name: str) -> Source:
    """The source of this name, as `source_of` found it a page earlier; unknown if there is none."""
    return Source(name) if name in Source.values else Source.UNKNOWN


def _by_tag(query: str) -> Source | None:
    try:
        given = parse_qs(query, max_num_fields=20)
    except ValueError:
        return None
    names = [given[tag][0].strip().lower() for tag in TAGS if tag in given]
    for name in names:
        if name in Source.values:
            return Source(name)
        for source, known in CAMPAIGNS.items():
            if name in known:
                return source
    return Source.CAMPAIGN if any(names) else None


def _by_page(request: HttpRequest, before: SplitResult) -> Source:
    language = translation.get_language_from_path(before.path)
    with translation.override(language or settings.LANGUAGE_CODE):
        try:
            match = resolve(before.path)
        except Resolver404:
            return Source.UNKNOWN
        if match.view_name != "wagtail_serve":
            # The enquiry's own pages say nothing; a search of the site is a page of the site.
            return Source.UNKNOWN if match.namespace == "fostering" else Source.SITE
        page = Page.find_for_request(request, match.args[0])
    model = page.specific_class._meta.label_lower if page and page.specific_class else ""
    match model.split("."):
        case ["fostering", "selfcheckpage"]:
            return Source.SELF_CHECK
        case ["fostering", _]:
            return Source.FOSTERING
        case [_, "eventpage" | "eventindexpage"]:
            return Source.EVENT
        case ["blog", _]:
            return Source.NEWS
    return Source.SITE


def _by_website(host: str) -> Source:
    host = host.lower()
    for source, domains in WEBSITES:
        for domain in domains:
            # With its ending, or any: google.lv, www.google.com.
            if "." in domain and (host == domain or host.endswith(f".{domain}")):
                return source
            if "." not in domain and domain in host.split(".")[:-1]:
                return source
    return Source.ELSEWHERE
