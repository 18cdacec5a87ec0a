"""A try to give."""

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sosbca.core.encryption import EncryptedTextField
from sosbca.core.fields import CentsField

from .campaign import Campaign
from .choices import Frequency, Language, Provider, ReceiptPreference
from .donor import Donor
from .fund import Fund


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
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts"
    )
    # The whole payment; a part of it may be there to cover its fee.
    amount_cents = CentsField(_("amount"), validators=[MinValueValidator(1)])
    fee_cover_cents = CentsField(_("of it to cover the fee"), default=0)
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    message = models.TextField(_("message"), blank=True, max_length=500)
    wants_tax_receipt = models.BooleanField(_("for the tax return"), default=False)
    receipts = models.CharField(
        _("receipts"),
        max_length=10,
        choices=ReceiptPreference,
        default=ReceiptPreference.EACH,
    )
    employer = models.CharField(_("employer"), max_length=200, blank=True)
    # Of a gift made monthly on the thank-you page: the customer whose details Stripe knows, and
    # when the first payment is due.
    customer_reference = models.CharField(max_length=255, blank=True)
    first_payment_at = models.DateTimeField(_("first payment"), null=True)
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
            models.CheckConstraint(
                condition=models.Q(fee_cover_cents__gte=0)
                & models.Q(fee_cover_cents__lt=models.F("amount_cents")),
                name="attempt_fee_cover_is_a_part",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Tribute(models.Model):
    """A gift in honour or in memory of somebody, and who is told about it."""

    class Kind(models.TextChoices):
        HONOUR = "honour", _("In honour of")
        MEMORY = "memory", _("In memory of")

    attempt = models.OneToOneField(
        CheckoutAttempt, on_delete=models.CASCADE, related_name="tribute"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    honoree = EncryptedTextField(_("name"))
    # Empty: nobody is told by e-mail; the donor may print the card.
    recipient_email = EncryptedTextField(_("e-mail of who is told"), blank=True)
    message = EncryptedTextField(_("message"), blank=True)

    class Meta:
        verbose_name = _("tribute")
        verbose_name_plural = _("tributes")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.pk})"
