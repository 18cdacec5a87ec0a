"""Words around giving that staff write themselves, and what they estimate."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from sosbca.core.bilingual import in_language
from sosbca.core.fields import CentsField

from ..fees import FeeEstimate


@register_setting(icon="heart")
class DonationTexts(BaseSiteSetting):
    """Shown in addition to what the site says itself; empty ones are left out."""

    thanks_lv = models.TextField(_("thanks in Latvian"), blank=True, max_length=600)
    thanks_en = models.TextField(
        _("thanks in English"),
        blank=True,
        max_length=600,
        help_text=_("On the page that donors see after giving."),
    )
    bank_note_lv = models.TextField(_("bank transfer in Latvian"), blank=True, max_length=400)
    bank_note_en = models.TextField(
        _("bank transfer in English"),
        blank=True,
        max_length=400,
        help_text=_("Below the account on the donation page."),
    )

    fee_percent = models.DecimalField(
        _("fee, %"),
        max_digits=4,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(20)],
    )
    fee_fixed_cents = CentsField(
        _("fee, € a payment"),
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(500)],
        help_text=_(
            "About what a card payment costs. Donors may choose to pay it on top of their gift; "
            "they are not asked while both are nothing."
        ),
    )

    panels = [
        MultiFieldPanel([FieldPanel("thanks_lv"), FieldPanel("thanks_en")], heading=_("Thanks")),
        MultiFieldPanel(
            [FieldPanel("bank_note_lv"), FieldPanel("bank_note_en")], heading=_("Bank transfer")
        ),
        MultiFieldPanel(
            [FieldPanel("fee_percent"), FieldPanel("fee_fixed_cents")],
            heading=_("Cost of a payment"),
        ),
    ]

    class Meta:
        verbose_name = _("donation texts")

    def thanks(self, language: str | None = None) -> str:
        return in_language(self, "thanks", language)

    def bank_note(self, language: str | None = None) -> str:
        return in_language(self, "bank_note", language)

    def fee(self) -> FeeEstimate | None:
        """The estimate that donors may cover; None while staff have given none."""
        if not self.fee_percent and not self.fee_fixed_cents:
            return None
        return FeeEstimate(Decimal(self.fee_percent), self.fee_fixed_cents)
