"""News as a block that pages can hold."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from sosbca.core.blocks import groups
from sosbca.core.blocks.choosers import BulkSnippetChooserBlock
from sosbca.core.page_cache.memory import remembered
from sosbca.core.page_cache.parts import pages_of


class NewsListBlock(blocks.StructBlock):
    """The newest articles in the reader's language. The list keeps itself up to date."""

    heading = blocks.CharBlock(label=_("Heading"))
    number = blocks.IntegerBlock(label=_("How many"), default=3, min_value=1, max_value=12)
    topic = BulkSnippetChooserBlock(
        "core.Topic",
        label=_("Topic"),
        required=False,
        help_text=_("All news when none is chosen."),
    )

    class Meta:
        icon = "calendar-alt"
        label = _("Latest news")
        group = groups.LINKS
        description = _("The newest articles, always up to date.")
        template = "blocks/news_list.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        # The pages of this app hold blocks: its queries may only be imported once they exist.
        from blog.models import ArticlePage, NewsIndexPage
        from blog.queries import latest_articles, news_index

        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        language = (get_language() or "lv").split("-")[0]
        number, topic = value["number"] or 3, value["topic"]
        context["articles"], context["index"] = remembered(
            ("latest news", language, number, topic and topic.pk),
            lambda: (latest_articles(language, number, topic), news_index(language)),
            pages_of(ArticlePage, NewsIndexPage),
        )
        return context
