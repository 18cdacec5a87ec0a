"""What those who lead recruitment set for themselves."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from .retention_periods import RetentionPeriods

# What the public pages promise: “within three working days”.
PROMISED_DAYS = 3


@register_setting(icon="group")
class RecruitmentSettings(RetentionPeriods, BaseGenericSetting):
    """One for the whole site."""

    # What pages promise stands in their texts.
    shown_on_pages = False

    class Unit(models.TextChoices):
        HOURS = "hours", _("hours")
        WORKING_DAYS = "working_days", _("working days")

    response_time = models.PositiveSmallIntegerField(
        _("time for the first call"), default=PROMISED_DAYS, validators=[MinValueValidator(1)]
    )
    response_unit = models.CharField(
        _("unit"), max_length=20, choices=Unit, default=Unit.WORKING_DAYS
    )

    panels = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("response_time"), FieldPanel("response_unit")])],
            heading=_("Response to a new enquiry"),
            help_text=_(
                "Counts from Monday to Friday, for enquiries that come from now on. The pages "
                "promise an answer within three working days, so it can’t be longer."
            ),
        ),
        RetentionPeriods.retention_panel,
    ]

    class Meta:
        verbose_name = _("recruitment")

    def __str__(self) -> str:
        return "Recruitment settings"

    def clean(self) -> None:
        super().clean()
        hours = 24 if self.response_unit == self.Unit.WORKING_DAYS else 1
        if (self.response_time or 0) * hours > PROMISED_DAYS * 24:
            raise ValidationError(
                {"response_time": _("The pages promise an answer within three working days.")}
            )
