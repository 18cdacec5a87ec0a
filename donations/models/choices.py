"""Choices that several models share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    ONCE = "once", _("Once")
    MONTHLY = "monthly", _("Monthly")
    YEARLY = "yearly", _("Yearly")


class Language(models.TextChoices):
    LATVIAN = "lv", _("Latvian")
    ENGLISH = "en", _("English")


class Provider(models.TextChoices):
    STRIPE = "stripe", "Stripe"
    # Cash, bank transfers and gifts in kind that finance enters.
    MANUAL = "manual", _("Entered by hand")


class ReceiptPreference(models.TextChoices):
    """How receipts reach the donor; each gift has one in any case."""

    EACH = "each", _("After each gift")
    YEARLY = "yearly", _("Together, once a year")
