"""Words: what terms mean, and the topics that news is sorted by."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from ..bilingual import in_language


class GlossaryTerm(index.Indexed, models.Model):
    """A term of the trade in plain words."""

    term_lv = models.CharField(_("term in Latvian"), max_length=100)
    term_en = models.CharField(_("term in English"), max_length=100)
    definition_lv = models.TextField(_("meaning in Latvian"), max_length=1000)
    definition_en = models.TextField(_("meaning in English"), max_length=1000)

    panels = [
        FieldRowPanel([FieldPanel("term_lv"), FieldPanel("term_en")]),
        FieldPanel("definition_lv"),
        FieldPanel("definition_en"),
    ]
    search_fields = [index.AutocompleteField("term_lv"), index.AutocompleteField("term_en")]

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["term_lv", "pk"]

    def __str__(self) -> str:
        return self.term()

    def term(self, language: str | None = None) -> str:
        return in_language(self, "term", language)

    def definition(self, language: str | None = None) -> str:
        return in_language(self, "definition", language)


class Topic(index.Indexed, models.Model):
    """What news is about: a tag that is the same in both languages."""

    code = models.SlugField(
        _("code"), unique=True, max_length=40, help_text=_("Part of addresses: ?topic=…")
    )
    name_lv = models.CharField(_("name in Latvian"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)

    panels = [
        FieldRowPanel([FieldPanel("name_lv"), FieldPanel("name_en")]),
        FieldPanel("code"),
    ]
    search_fields = [index.AutocompleteField("name_lv"), index.AutocompleteField("name_en")]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name_lv", "pk"]

    def __str__(self) -> str:
        return self.name()

    def name(self, language: str | None = None) -> str:
        return in_language(self, "name", language)
