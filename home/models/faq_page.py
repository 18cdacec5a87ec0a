"""Questions that many ask, with their answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index

from home.blocks import page_blocks
from sosbca.core.blocks import RICH_TEXT_FEATURES
from sosbca.core.fields import BlockField
from sosbca.core.models import BasePage


class FaqPage(BasePage):
    """Search engines are told that these are questions and answers."""

    body = BlockField(page_blocks(), verbose_name=_("content below the questions"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        InlinePanel("questions", label=_("question"), heading=_("Questions"), min_num=1),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.RelatedFields(
            "questions", [index.SearchField("question"), index.SearchField("answer")]
        ),
        index.SearchField("body"),
    ]

    parent_page_types = ["home.HomePage", "home.SectionPage", "fostering.LandingPage"]
    subpage_types: list[str] = []
    template = "home/faq_page.html"

    class Meta:
        verbose_name = _("questions and answers")
        verbose_name_plural = _("pages of questions and answers")


class FaqItem(TranslatableMixin, Orderable):
    page = ParentalKey(FaqPage, on_delete=models.CASCADE, related_name="questions")
    question = models.CharField(_("question"), max_length=200)
    answer = RichTextField(_("answer"), features=RICH_TEXT_FEATURES, max_length=3000)

    panels = [FieldPanel("question"), FieldPanel("answer")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("question")

    def __str__(self) -> str:
        return self.question
