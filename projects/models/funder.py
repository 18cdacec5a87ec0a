"""Who pays for projects."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from sosbca.core.bilingual import in_language


class Funder(index.Indexed, models.Model):
    """A foundation, a ministry or a fund, with what it asks to be shown."""

    code = models.SlugField(
        _("code"), unique=True, max_length=40, help_text=_("Part of addresses: ?funder=…")
    )
    name_lv = models.CharField(_("name in Latvian"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160)
    website = models.URLField(_("website"), blank=True)
    logo = models.ForeignKey(
        "core.CustomImage",
        verbose_name=_("logo"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    notice_lv = models.TextField(_("obligatory notice in Latvian"), blank=True, max_length=600)
    notice_en = models.TextField(
        _("obligatory notice in English"),
        blank=True,
        max_length=600,
        help_text=_("Shown on every project that this funder pays for."),
    )

    panels = [
        FieldRowPanel([FieldPanel("name_lv"), FieldPanel("name_en")]),
        FieldPanel("code"),
        FieldPanel("website"),
        FieldPanel("logo"),
        FieldPanel("notice_lv"),
        FieldPanel("notice_en"),
    ]
    search_fields = [index.AutocompleteField("name_lv"), index.AutocompleteField("name_en")]

    class Meta:
        verbose_name = _("funder")
        verbose_name_plural = _("funders")
        ordering = ["name_lv", "pk"]

    def __str__(self) -> str:
        return self.name()

    def name(self, language: str | None = None) -> str:
        return in_language(self, "name", language)

    def notice(self, language: str | None = None) -> str:
        return in_language(self, "notice", language)
