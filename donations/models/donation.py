"""Payments received."""

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sosbca.core.fields import CentsField

from .attempt import CheckoutAttempt
from .campaign import Campaign
from .choices import Language, Provider
from .donor import Donor
from .fund import Fund
from .pledge import Pledge


class Donation(models.Model):
    """One payment received, or on its way. What happened to its money is in the ledger."""

    class Status(models.TextChoices):
        PROCESSING = "processing", _("Processing")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        PARTLY_REFUNDED = "partly_refunded", _("Partly refunded")
        REFUNDED = "refunded", _("Refunded")
        DISPUTED = "disputed", _("Disputed")
        CHARGED_BACK = "charged_back", _("Charged back")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.OneToOneField(
        CheckoutAttempt, on_delete=models.PROTECT, null=True, related_name="donation"
    )
    pledge = models.ForeignKey(
        Pledge,
        verbose_name=_("pledge"),
        on_delete=models.PROTECT,
        null=True,
        related_name="donations",
    )
    donor = models.ForeignKey(
        Donor, verbose_name=_("donor"), on_delete=models.PROTECT, related_name="donations"
    )
    fund = models.ForeignKey(
        Fund, verbose_name=_("fund"), on_delete=models.PROTECT, related_name="donations"
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        null=True,
        related_name="donations",
    )
    amount_cents = CentsField(_("amount"), validators=[MinValueValidator(1)])
    fee_cover_cents = CentsField(_("of it to cover the fee"), default=0)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    status = models.CharField(_("status"), max_length=20, choices=Status, db_index=True)
    provider = models.CharField(_("provider"), max_length=10, choices=Provider)
    payment_reference = models.CharField(_("payment"), max_length=255, unique=True)
    charge_reference = models.CharField(_("charge"), max_length=255, blank=True, db_index=True)
    # Only of a payment from before this site, which no attempt or pledge leads to.
    customer_reference = models.CharField(_("customer"), max_length=255, blank=True)
    payment_method = models.CharField(_("payment method"), max_length=40, blank=True)
    is_live = models.BooleanField(_("real money"), default=True)
    failure = models.CharField(_("failure"), max_length=250, blank=True)
    # Of a gift entered by hand: what was given in kind, or which document it is from.
    description = models.CharField(_("description"), max_length=250, blank=True)
    # False for what was given before this site kept the books: its documents are elsewhere.
    needs_receipt = models.BooleanField(_("gets a receipt"), default=True)
    # Only for payments that belong to no attempt and no pledge; see services.settling.
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    paid_at = models.DateTimeField(_("paid"), null=True, db_index=True)

    class Meta:
        verbose_name = _("donation")
        verbose_name_plural = _("donations")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["created_at"], name="donation_created_at")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="donation_amount_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["processing", "failed"], paid_at=None)
                | (
                    models.Q(paid_at__isnull=False) & ~models.Q(status__in=["processing", "failed"])
                ),
                name="donation_paid_at_fits_status",
            ),
        ]
        permissions = [
            ("refund_donation", "Can refund a donation"),
            ("enter_donation", "Can enter and void gifts by hand"),
        ]

    def __str__(self) -> str:
        from sosbca.core.text import format_money

        return f"{format_money(self.amount_cents, 'lv')}, {self.donor}"
