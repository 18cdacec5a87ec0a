"""All news by year, topic and project, and their feeds."""

from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page

from blog.feeds import feed
from sosbca.core.listing import (
    ALL,
    asked,
    clear_url,
    live_below,
    narrow_by,
    paginate,
    with_pictures,
)
from sosbca.core.models import BasePage, Topic
from sosbca.core.privacy import public

from .article_page import ArticlePage, ArticleProject, ArticleTopic

PER_PAGE = 12
IN_FEED = 20

# A choice of a filter: its value in the address, its words, and how many articles it finds.
type Option = tuple[str, str, int]


class NewsIndexPage(RoutablePageMixin, BasePage):
    """News, the latest first. Filters are plain links; feeds are Atom and RSS."""

    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["blog.ArticlePage"]
    template = "blog/news_index_page.html"

    class Meta:
        verbose_name = _("list of news")
        verbose_name_plural = _("lists of news")

    def articles(self) -> QuerySet[ArticlePage]:
        return live_below(self, ArticlePage).order_by("-published_on", "-pk")

    @path("feed.atom/", name="atom")
    def atom(self, request: HttpRequest) -> HttpResponse:
        return feed(Atom1Feed, self, request, self.articles()[:IN_FEED])

    @path("feed.rss/", name="rss")
    def rss(self, request: HttpRequest) -> HttpResponse:
        return feed(Rss201rev2Feed, self, request, self.articles()[:IN_FEED])

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        articles = self.articles()
        projects = public(Page.objects.live()).filter(locale_id=self.locale_id)
        state = {name: asked(request, name) for name in ("year", "topic", "project")}
        filters: list[tuple[Any, str, list[Option]]] = [
            (_("Year"), "year", _years(articles, _fits(articles, state, "year", "pk"))),
            (_("Topic"), "topic", _topics(articles, _fits(articles, state, "topic", "page"))),
            (
                _("Project"),
                "project",
                _projects(articles, _fits(articles, state, "project", "page"), projects),
            ),
        ]
        context["filters"] = [
            narrow_by(
                heading,
                name,
                state,
                [(value, words) for value, words, _count in options],
                {value: count for value, _words, count in options},
                all_of=asked(request, ALL),
            )
            for heading, name, options in filters
        ]
        context["found"] = paginate(request, with_pictures(_narrowed(articles, state)), PER_PAGE)
        context["clear_url"] = clear_url(state)
        return context


def _narrowed(articles: QuerySet[ArticlePage], state: dict[str, str]) -> QuerySet[ArticlePage]:
    """Articles that fit the state. A value that is none finds nothing."""
    if year := state.get("year"):
        # Django refuses years beyond its calendar.
        is_year = len(year) == 4 and year.isascii() and year.isdigit() and year > "1000"
        articles = articles.filter(published_on__year=int(year)) if is_year else articles.none()
    if topic := state.get("topic"):
        about = ArticleTopic.objects.filter(topic__code=topic)
        articles = articles.filter(pk__in=about.values("page"))
    if project := state.get("project"):
        chosen = Page.objects.filter(slug=project, content_type__model="projectpage")
        of_project = ArticleProject.objects.filter(
            project__translation_key__in=chosen.values("translation_key")
        )
        articles = articles.filter(pk__in=of_project.values("page"))
    return articles


def _fits(articles: QuerySet[ArticlePage], state: dict[str, str], name: str, path: str) -> Q | None:
    """What an article must fit beside the filter `name`, to be counted for one of its choices."""
    others = {key: value for key, value in state.items() if value and key != name}
    if not others:
        return None
    return Q(**{f"{path}__in": _narrowed(articles, others).order_by().values("pk")})


def _years(articles: QuerySet[ArticlePage], fits: Q | None) -> list[Option]:
    """The latest first."""
    rows = (
        articles.order_by()
        .annotate(year=ExtractYear("published_on"))
        .values("year")
        .annotate(count=Count("pk", filter=fits))
        .order_by("-year")
    )
    return [(str(row["year"]), str(row["year"]), row["count"]) for row in rows]


def _topics(articles: QuerySet[ArticlePage], fits: Q | None) -> list[Option]:
    rows = (
        ArticleTopic.objects.filter(page__in=articles.order_by().values("pk"))
        .order_by()
        .values("topic__code", "topic__name_lv", "topic__name_en")
        .annotate(count=Count("page", distinct=True, filter=fits))
    )
    options = []
    for row in rows:
        topic = Topic(name_lv=row["topic__name_lv"], name_en=row["topic__name_en"])
        options.append((row["topic__code"], topic.name(), row["count"]))
    return sorted(options, key=lambda option: option[1])


def _projects(
    articles: QuerySet[ArticlePage], fits: Q | None, projects: QuerySet[Page]
) -> list[Option]:
    """Those that articles refer to, the one with the latest news first; `projects` are the pages
    in the language of the list."""
    version = projects.filter(translation_key=OuterRef("project__translation_key"))
    rows = (
        ArticleProject.objects.filter(page__in=articles.order_by().values("pk"))
        .order_by()
        .annotate(
            slug=Subquery(version.values("slug")[:1]), title=Subquery(version.values("title")[:1])
        )
        .exclude(slug=None)
        .values("slug", "title")
        .annotate(count=Count("page", distinct=True, filter=fits), latest=Max("page__published_on"))
        .order_by("-latest", "title")
    )
    return [(row["slug"], row["title"], row["count"]) for row in rows]
