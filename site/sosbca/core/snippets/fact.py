"""Figures that are stated in one place and shown wherever they are used."""

import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from ..bilingual import in_language
from ..text import NBSP, format_number


class Fact(index.Indexed, models.Model):
    """A figure with its unit, what it counts, when it was true and who says so."""

    code = models.SlugField(
        _("code"),
        unique=True,
        max_length=60,
        help_text=_("A short name for staff and for imported content, such as countries."),
    )
    figure = models.DecimalField(_("figure"), max_digits=14, decimal_places=2)
    is_at_least = models.BooleanField(_("at least"), default=False, help_text=_("Shown as 1,300+."))
    unit_lv = models.CharField(_("unit in Latvian"), max_length=30, blank=True)
    unit_en = models.CharField(
        _("unit in English"), max_length=30, blank=True, help_text=_("Such as years, € or %.")
    )
    label_lv = models.CharField(_("what it counts, in Latvian"), max_length=160)
    label_en = models.CharField(_("what it counts, in English"), max_length=160)
    as_of = models.DateField(_("true as of"))
    source_lv = models.CharField(_("source in Latvian"), max_length=200)
    source_en = models.CharField(_("source in English"), max_length=200)
    source_url = models.URLField(_("address of the source"), blank=True)
    valid_until = models.DateField(
        _("look at it again by"),
        null=True,
        blank=True,
        help_text=_("After this day the figure is listed as stale; it stays on the pages."),
    )

    panels = [
        FieldPanel("code"),
        MultiFieldPanel(
            [
                FieldPanel("figure"),
                FieldPanel("is_at_least"),
                FieldRowPanel([FieldPanel("unit_lv"), FieldPanel("unit_en")]),
                FieldPanel("label_lv"),
                FieldPanel("label_en"),
            ],
            heading=_("Figure"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("as_of"), FieldPanel("valid_until")]),
                FieldPanel("source_lv"),
                FieldPanel("source_en"),
                FieldPanel("source_url"),
            ],
            heading=_("Source"),
        ),
    ]
    search_fields = [
        index.AutocompleteField("code"),
        index.AutocompleteField("label_lv"),
        index.AutocompleteField("label_en"),
    ]

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["label_lv", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("as_of")),
                name="fact_valid_after_it_was_true",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown()} {self.label()}"

    def clean(self) -> None:
        super().clean()
        # A field that failed its own check is None here.
        as_of: datetime.date | None = self.as_of
        if as_of and as_of > timezone.localdate():
            raise ValidationError({"as_of": _("A figure can’t be true as of a day to come.")})
        if as_of and self.valid_until and self.valid_until < as_of:
            problem = _("This day is before the day that the figure was true.")
            raise ValidationError({"valid_until": problem})

    def shown(self, language: str | None = None) -> str:
        """The figure with its unit, in the format of the language: 5 260, 1,300+, 25 years."""
        figure, unit = self.shown_figure(language), self.unit(language)
        return f"{figure}{NBSP}{unit}" if unit else figure

    def shown_figure(self, language: str | None = None) -> str:
        """The figure alone: 5 260, 1,300+."""
        language = language or (get_language() or "lv").split("-")[0]
        return format_number(Decimal(self.figure), language) + ("+" if self.is_at_least else "")

    def unit(self, language: str | None = None) -> str:
        return in_language(self, "unit", language)

    def label(self, language: str | None = None) -> str:
        return in_language(self, "label", language)

    def source(self, language: str | None = None) -> str:
        return in_language(self, "source", language)

    def is_stale(self, today: datetime.date | None = None) -> bool:
        """Whether somebody should have looked at the figure again by now."""
        today = today or timezone.localdate()
        return self.valid_until is not None and self.valid_until < today
