"""A try to give, and the payment that came of it."""

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sosbca.core.fields import CentsField

from .donor import Donor
from .fund import Fund


class Frequency(models.TextChoices):
    ONCE = "once", _("Once")
    MONTHLY = "monthly", _("Monthly")
    YEARLY = "yearly", _("Yearly")


class Language(models.TextChoices):
    LATVIAN = "lv", _("Latvian")
    ENGLISH = "en", _("English")


class Provider(models.TextChoices):
    STRIPE = "stripe", "Stripe"


class CheckoutAttempt(models.Model):
    """One filled-in form on its way through a payment company's checkout.

    Recorded before the payment company is asked, so that whatever happens there can be traced
    back. `fingerprint` holds while the attempt can still be paid: sending the same form again
    from the same place finds this attempt instead of making another.
    """

    class Status(models.TextChoices):
        STARTED = "started", _("Started")
        OPEN = "open", _("At the checkout")
        COMPLETED = "completed", _("Completed")
        EXPIRED = "expired", _("Abandoned")
        REFUSED = "refused", _("Refused by the payment company")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="attempts")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="attempts")
    amount_cents = CentsField(_("amount"), validators=[MinValueValidator(1)])
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    message = models.TextField(_("message"), blank=True, max_length=500)
    wants_tax_receipt = models.BooleanField(_("for the tax return"), default=False)
    form_path = models.CharField(max_length=255, help_text=_("Where the form stands."))

    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.STARTED, db_index=True
    )
    fingerprint = models.CharField(max_length=64, unique=True, null=True, editable=False)
    address_digest = models.CharField(max_length=64, editable=False)
    provider = models.CharField(max_length=10, choices=Provider, default=Provider.STRIPE)
    session_reference = models.CharField(max_length=255, unique=True, null=True)
    session_url = models.TextField(blank=True)
    payment_reference = models.CharField(max_length=255, unique=True, null=True)
    last_error = models.CharField(_("last error"), max_length=250, blank=True)
    # Grows with every change taken over from the provider, so that an older picture of the
    # payment can't overwrite a newer one.
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("checkout attempt")
        verbose_name_plural = _("checkout attempts")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_at"], name="attempt_created_at"),
            models.Index(fields=["address_digest", "created_at"], name="attempt_address_created"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="attempt_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


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
    donor = models.ForeignKey(
        Donor, verbose_name=_("donor"), on_delete=models.PROTECT, related_name="donations"
    )
    fund = models.ForeignKey(
        Fund, verbose_name=_("fund"), on_delete=models.PROTECT, related_name="donations"
    )
    amount_cents = CentsField(_("amount"), validators=[MinValueValidator(1)])
    language = models.CharField(_("language"), max_length=2, choices=Language)
    status = models.CharField(_("status"), max_length=20, choices=Status, db_index=True)
    provider = models.CharField(_("provider"), max_length=10, choices=Provider)
    payment_reference = models.CharField(_("payment"), max_length=255, unique=True)
    charge_reference = models.CharField(_("charge"), max_length=255, blank=True)
    payment_method = models.CharField(_("payment method"), max_length=40, blank=True)
    is_live = models.BooleanField(_("real money"), default=True)
    failure = models.CharField(_("failure"), max_length=250, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    paid_at = models.DateTimeField(_("paid"), null=True, db_index=True)

    class Meta:
        verbose_name = _("donation")
        verbose_name_plural = _("donations")
        ordering = ["-created_at", "-pk"]
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
        permissions = [("refund_donation", "Can refund a donation")]

    def __str__(self) -> str:
        from sosbca.core.text import format_money

        return f"{format_money(self.amount_cents, 'lv')}, {self.donor}"
