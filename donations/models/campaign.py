"""Appeals with a goal and dates."""

from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sosbca.core.bilingual import in_language
from sosbca.core.fields import CentsField

from .fund import Fund


class Campaign(models.Model):
    """An appeal for one fund. Like a fund it is one row for both languages, and pages point at it,
    never the other way round."""

    class State(models.TextChoices):
        COMING = "coming", _("Coming")
        RUNNING = "running", _("Running")
        ENDED = "ended", pgettext_lazy("campaign", "Ended")

    code = models.SlugField(
        _("code"),
        unique=True,
        max_length=40,
        help_text=_("Used in links (?campaign=…) and in accounting; don’t change it later."),
    )
    name_lv = models.CharField(_("name in Latvian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    fund = models.ForeignKey(
        Fund, verbose_name=_("fund"), on_delete=models.PROTECT, related_name="campaigns"
    )
    goal_cents = CentsField(_("goal, €"), null=True, blank=True, validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    end_note_lv = models.TextField(_("after the end, in Latvian"), blank=True, max_length=600)
    end_note_en = models.TextField(
        _("after the end, in English"),
        blank=True,
        max_length=600,
        help_text=_("What came of the campaign; shown in place of the form’s invitation."),
    )

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_start",
                violation_error_message=_("The last day can’t be before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(goal_cents=None) | models.Q(goal_cents__gt=0),
                name="campaign_goal_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name()

    def name(self, language: str | None = None) -> str:
        return in_language(self, "name", language)

    def end_note(self, language: str | None = None) -> str:
        return in_language(self, "end_note", language)

    def state(self, today: date | None = None) -> str:
        """Whether the campaign is coming, running or ended on a day (default: today)."""
        day = today or timezone.localdate()
        if day < self.starts_on:
            return self.State.COMING
        if self.ends_on and day > self.ends_on:
            return self.State.ENDED
        return self.State.RUNNING
