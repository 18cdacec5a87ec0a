"""What a gift is for."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Fund(models.Model):
    """A designation that donors choose and finance accounts for.

    One row for both languages: money points at it, so a translation can never split a sum.
    """

    code = models.SlugField(
        _("code"),
        unique=True,
        max_length=40,
        help_text=_("Used in campaign links (?fund=…) and in accounting; don't change it later."),
    )
    name_lv = models.CharField(_("name in Latvian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    purpose_lv = models.CharField(_("purpose in Latvian"), max_length=250)
    purpose_en = models.CharField(
        _("purpose in English"),
        max_length=250,
        help_text=_("Stands on the receipt and below the fund's name in the form."),
    )
    is_open = models.BooleanField(_("open for gifts"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name()

    def name(self, language: str | None = None) -> str:
        """The name in the given language, or in the language of the request."""
        return self.name_en if (language or get_language()) == "en" else self.name_lv

    def purpose(self, language: str | None = None) -> str:
        return self.purpose_en if (language or get_language()) == "en" else self.purpose_lv
