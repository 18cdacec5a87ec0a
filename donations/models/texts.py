"""Words around giving that staff write themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from sosbca.core.bilingual import in_language


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

    panels = [
        MultiFieldPanel([FieldPanel("thanks_lv"), FieldPanel("thanks_en")], heading=_("Thanks")),
        MultiFieldPanel(
            [FieldPanel("bank_note_lv"), FieldPanel("bank_note_en")], heading=_("Bank transfer")
        ),
    ]

    class Meta:
        verbose_name = _("donation texts")

    def thanks(self, language: str | None = None) -> str:
        return in_language(self, "thanks", language)

    def bank_note(self, language: str | None = None) -> str:
        return in_language(self, "bank_note", language)
