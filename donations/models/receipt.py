"""The documents that donors get."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sosbca.core.encryption import EncryptedTextField
from sosbca.core.fields import CentsField

from .donation import Donation


def new_public_id() -> str:
    """128 random bits: the verification page can't be found by guessing."""
    return secrets.token_hex(16)


class ReceiptCounter(models.Model):
    """The last number given out in a series and year; its row is the lock that keeps numbers
    gapless: a document and its number are committed together or not at all."""

    series = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="receipt_counter_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}: {self.last_number}"


class Receipt(models.Model):
    """A document about one donation: the receipt, or a later document that amends or annuls it.

    What it says is frozen in `snapshot` when it is issued. The PDF is made once from that and
    kept, encrypted, in the private storage; every download returns the same bytes.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        AMENDMENT = "amendment", _("Amendment")
        ANNULMENT = "annulment", _("Annulment")

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    donation = models.ForeignKey(
        Donation, verbose_name=_("donation"), on_delete=models.PROTECT, related_name="receipts"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    series = models.CharField(_("series"), max_length=10)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("document number"))
    # Position among the documents of the donation; 1 is the receipt itself.
    sequence = models.PositiveSmallIntegerField()
    refers_to = models.OneToOneField(
        "self",
        verbose_name=_("replaces"),
        on_delete=models.PROTECT,
        null=True,
        related_name="replaced_by",
    )
    issued_on = models.DateField(_("issued"))
    # What the gift is worth after this document: nothing after an annulment.
    net_cents = CentsField(_("valid for"))
    snapshot = EncryptedTextField(editable=False)
    pdf_name = models.CharField(max_length=255, blank=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    # What the change of keys looks after: see sosbca.core.key_rotation.
    encrypted_files = ("pdf_name",)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-pk"]
        permissions = [
            ("resend_receipt", "Can send a receipt again"),
            ("correct_receipt", "Can make a receipt out anew"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "number"], name="receipt_number_unique"
            ),
            models.UniqueConstraint(
                fields=["donation"], condition=Q(kind="receipt"), name="receipt_once_per_donation"
            ),
            models.UniqueConstraint(
                fields=["donation", "sequence"], name="receipt_sequence_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind="receipt", refers_to=None, sequence=1)
                | (~Q(kind="receipt") & Q(refers_to__isnull=False, sequence__gt=1)),
                name="receipt_correction_refers",
            ),
            models.CheckConstraint(
                condition=Q(kind="annulment", net_cents=0)
                | (~Q(kind="annulment") & Q(net_cents__gt=0)),
                name="receipt_net_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number as printed: series, year, six digits."""
        return f"{self.series}-{self.year}-{self.number:06d}"
