"""What stands at the foot of every page besides the organisation's own facts."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable

from sosbca.core.bilingual import in_language


@register_setting(icon="list-ul")
class FooterSettings(ClusterableModel, BaseSiteSetting):
    """A sentence about the association, and links to pages in the reader's language."""

    text_lv = models.TextField(_("text in Latvian"), blank=True, max_length=400)
    text_en = models.TextField(_("text in English"), blank=True, max_length=400)

    panels = [
        FieldPanel("text_lv"),
        FieldPanel("text_en"),
        InlinePanel("links", label=_("link"), max_num=12),
    ]

    class Meta:
        verbose_name = _("footer")

    def text(self, language: str | None = None) -> str:
        return in_language(self, "text", language)


class FooterLink(Orderable):
    """A page; its words are the page's title in the reader's language."""

    footer = ParentalKey(FooterSettings, on_delete=models.CASCADE, related_name="links")
    page = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("page"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("page")]

    class Meta(Orderable.Meta):
        verbose_name = _("link")

    def __str__(self) -> str:
        return str(self.page)
