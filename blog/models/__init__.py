"""News."""

from .article_page import ArticlePage, ArticleProject, ArticleTopic, RelatedPage
from .news_index_page import NewsIndexPage

__all__ = ["ArticlePage", "ArticleProject", "ArticleTopic", "NewsIndexPage", "RelatedPage"]
