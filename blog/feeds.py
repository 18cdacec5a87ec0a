"""Feeds of news (Atom, RFC 4287, and RSS 2.0)."""

import datetime
import html
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import SyndicationFeed

from sosbca.core.known_settings import known_settings
from sosbca.core.organisation import OrganisationSettings
from sosbca.core.pages import without_control_characters

if TYPE_CHECKING:
    from blog.models import ArticlePage, NewsIndexPage


def feed(
    kind: type[SyndicationFeed],
    index: "NewsIndexPage",
    request: HttpRequest,
    articles: Iterable["ArticlePage"],
) -> HttpResponse:
    """The articles as a feed in the language of the index."""
    language = index.locale.language_code
    organisation = known_settings(OrganisationSettings, request)
    # XML has no place for control characters, not even escaped.
    tidy = without_control_characters
    made = kind(
        title=tidy(f"{organisation.name(language)}: {index.title}"),
        link=settings.SITE_URL + (index.get_url(request) or "/"),
        description=tidy(index.description or index.title),
        language=language,
        feed_url=settings.SITE_URL + request.path,
        author_name=tidy(organisation.name(language)),
    )
    for article in articles:
        made.add_item(
            title=tidy(article.title),
            link=settings.SITE_URL + (article.get_url(request) or "/"),
            # Readers take it for HTML: Atom says so, and RSS means it.
            description=html.escape(tidy(article.introduction), quote=False),
            unique_id=f"urn:uuid:{article.translation_key}:{language}",
            unique_id_is_permalink=False,
            pubdate=_noon(article.published_on),
            updateddate=article.last_published_at or _noon(article.published_on),
        )
    content_type = str(kind.content_type).partition(";")[0]  # type: ignore[attr-defined]
    return HttpResponse(made.writeString("utf-8"), content_type=f"{content_type}; charset=utf-8")


def _noon(day: datetime.date) -> datetime.datetime:
    """A moment that falls on the day in every European time zone."""
    return datetime.datetime.combine(day, datetime.time(12), timezone.get_default_timezone())
