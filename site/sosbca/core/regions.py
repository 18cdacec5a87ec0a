"""The five planning regions of Latvia."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Region(models.TextChoices):
    """Cabinet Regulation No. 418 of 22 June 2021."""

    RIGA = "riga", _("Rīga region")
    KURZEME = "kurzeme", _("Kurzeme")
    VIDZEME = "vidzeme", _("Vidzeme")
    ZEMGALE = "zemgale", _("Zemgale")
    LATGALE = "latgale", _("Latgale")
