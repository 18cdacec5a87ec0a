"""How long the people behind enquiries are known. No law sets a period: the association chooses,
no longer than is necessary (Regulation (EU) 2016/679, Article 5(1)(e))."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel


def _period(label: Any, default: int, longest: int) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(1), MaxValueValidator(longest)]
    )


class RetentionPeriods(models.Model):
    """Part of the settings of recruitment."""

    keep_matched_months = _period(_("matched, months after closing"), 12, 120)
    keep_declined_months = _period(_("declined, months after closing"), 12, 120)
    keep_withdrawn_months = _period(_("withdrawn, months after closing"), 12, 120)
    keep_suspect_days = _period(_("looks like spam and nobody took it up, days"), 30, 366)

    retention_panel = MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("keep_matched_months"), FieldPanel("keep_declined_months")]),
            FieldRowPanel([FieldPanel("keep_withdrawn_months"), FieldPanel("keep_suspect_days")]),
        ],
        heading=_("When the people behind enquiries are forgotten"),
        help_text=_(
            "Every night names, contacts, words, notes, files and e-mails of the cases whose time "
            "is over are erased. Figures stay. A change holds for all cases from the next night; "
            "the privacy page has to say the same."
        ),
    )

    class Meta:
        abstract = True
