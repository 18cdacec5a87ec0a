"""News for other pages."""

from collections.abc import Sequence

from sosbca.core.listing import with_pictures
from sosbca.core.models import Topic
from sosbca.core.privacy import public

from .models import ArticlePage, NewsIndexPage


def latest_articles(language: str, limit: int, topic: Topic | None = None) -> Sequence[ArticlePage]:
    """The latest published articles in a language, about a topic if one is given."""
    articles = public(ArticlePage.objects.live()).filter(locale__language_code=language)
    if topic is not None:
        articles = articles.filter(topics__topic=topic).distinct()
    return list(with_pictures(articles).order_by("-published_on", "-pk")[:limit])


def news_index(language: str) -> NewsIndexPage | None:
    """Where all news in a language are listed."""
    return NewsIndexPage.objects.live().filter(locale__language_code=language).first()
