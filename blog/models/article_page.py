"""One piece of news."""

from functools import partial
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    PageChooserPanel,
)
from wagtail.models import Orderable
from wagtail.search import index

from sosbca.core.blocks import content_blocks
from sosbca.core.fields import BlockField
from sosbca.core.links import counterparts
from sosbca.core.models import BasePage


class ArticlePage(BasePage):
    """News with a date of its own: it may be published here long after it happened."""

    published_on = models.DateField(
        _("date"),
        default=timezone.localdate,
        help_text=_("Shown with the news and used to sort it; it need not be today."),
    )
    body = BlockField(content_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("published_on"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                MultipleChooserPanel("topics", label=_("topic"), chooser_field_name="topic"),
                MultipleChooserPanel(
                    "projects",
                    label=_("project"),
                    chooser_field_name="project",
                    help_text=_("The news stands in the timeline of these projects."),
                ),
                InlinePanel("related", label=_("page"), heading=_("Related pages")),
            ],
            heading=_("Where it belongs"),
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.FilterField("published_on"),
    ]
    search_kind = ("news", _("News"))
    facts = ("published_on", "topics", "projects", "related")

    parent_page_types = ["blog.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "blog/article_page.html"

    class Meta:
        verbose_name = _("news article")
        verbose_name_plural = _("news articles")
        indexes = [models.Index(fields=["-published_on"], name="article_published")]

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        topics = [row.topic for row in self.topics.select_related("topic")]
        projects = [row.project for row in self.projects.select_related("project")]
        related = [row.target for row in self.related.select_related("target")]
        context["article_topics"] = topics
        if request is not None:
            found = counterparts(request)
            found.announce([*projects, *related])
            # Looked up when they are shown, in one query with all that surrounds the page.
            context["article_projects"] = partial(found.in_locale, projects, self.locale_id)
            context["related_pages"] = partial(found.in_locale, related, self.locale_id)
        return context


class ArticleTopic(Orderable):
    page = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="topics")
    topic = models.ForeignKey(
        "core.Topic", verbose_name=_("topic"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("topic")]

    class Meta(Orderable.Meta):
        verbose_name = _("topic")

    def __str__(self) -> str:
        return str(self.topic)


class ArticleProject(Orderable):
    """The news stands in this project's timeline."""

    page = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="projects")
    project = models.ForeignKey(
        "projects.ProjectPage",
        verbose_name=_("project"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    panels = [PageChooserPanel("project", "projects.ProjectPage")]

    class Meta(Orderable.Meta):
        verbose_name = _("project")

    def __str__(self) -> str:
        return str(self.project)


class RelatedPage(Orderable):
    """Where to read on."""

    page = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="related")
    target = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("page"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("target")]

    class Meta(Orderable.Meta):
        verbose_name = _("related page")

    def __str__(self) -> str:
        return str(self.target)
