"""The donor's own page: how donors get in, and gifts they announce."""

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sosbca.core.encryption import EncryptedTextField
from sosbca.core.fields import CentsField

from .campaign import Campaign
from .choices import Language
from .donor import Donor
from .fund import Fund


class AccessLink(models.Model):
    """A single-use key to the donor's own page, sent to an e-mail address, and the visit that it
    opened.

    Recorded for unknown addresses too, so that the throttle and the answer are the same. Of the
    address, the key and the visit only fingerprints are kept in the clear.

    One with a donor confirms the address as that donor's new one before it opens the page.
    """

    donor = models.ForeignKey(
        Donor, on_delete=models.CASCADE, null=True, related_name="address_changes"
    )

    # The key is made when the message is written; for an unknown address there is never one.
    token_digest = models.CharField(max_length=64, unique=True, null=True)
    email = EncryptedTextField()
    email_digest = models.CharField(max_length=64)
    address_digest = models.CharField(max_length=64)
    language = models.CharField(max_length=2, choices=Language)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    # The visit: what its cookie holds, and when its owner ended it.
    session_digest = models.CharField(max_length=64, unique=True, null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["email_digest", "created_at"], name="access_email_created"),
            models.Index(fields=["address_digest", "created_at"], name="access_address_created"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class TransferIntention(models.Model):
    """A donor's word that a bank transfer is on its way."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    donor = models.ForeignKey(
        Donor, verbose_name=_("donor"), on_delete=models.PROTECT, related_name="transfers"
    )
    fund = models.ForeignKey(
        Fund, verbose_name=_("fund"), on_delete=models.PROTECT, related_name="+"
    )
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    amount_cents = CentsField(_("amount"), validators=[MinValueValidator(1)])
    # ISO 11649; the donor's own, the same for each of their transfers.
    reference = models.CharField(_("reference"), max_length=25, db_index=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    wants_tax_receipt = models.BooleanField(_("for the tax return"), default=False)
    message = models.TextField(_("message"), blank=True, max_length=500)
    fingerprint = models.CharField(max_length=64, unique=True, null=True, editable=False)
    address_digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("announced transfer")
        verbose_name_plural = _("announced transfers")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="transfer_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
