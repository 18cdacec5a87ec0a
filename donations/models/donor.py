"""Who gives."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sosbca.core.encryption import EncryptedTextField

from ..identifiers import mask_personal_code
from .choices import Language


class DonorKind(models.TextChoices):
    PERSON = "person", _("Person")
    COMPANY = "company", _("Company")


class Donor(models.Model):
    """A person or company exactly as somebody gave their details.

    A form that anybody can fill in proves nothing, so details typed there never overwrite those
    of an existing donor: other details make another donor, and finance merges duplicates.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=DonorKind)
    name = models.CharField(
        _("donor’s name"), max_length=200, help_text=_("Of the person or company.")
    )
    # Empty for some whose gifts finance entered by hand: nothing is sent to them.
    email = models.EmailField(_("e-mail"), blank=True)
    registration_number = models.CharField(_("registration number"), max_length=11, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=200, blank=True)
    personal_code = EncryptedTextField(_("personal code"), blank=True)
    personal_code_digest = models.CharField(max_length=64, blank=True, editable=False)
    postal_address = EncryptedTextField(_("postal address"), blank=True)
    # In which to write to the donor; changed on the donor's own page.
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.LATVIAN
    )
    # A duplicate that finance merged: all it had is the other's now, and so is what comes.
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        related_name="merged",
    )
    # From the wish on until the donor's pledges have ended and payments have arrived.
    erase_requested_at = models.DateTimeField(_("erasure wished"), null=True, db_index=True)
    erased_at = models.DateTimeField(_("erased"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("donor")
        verbose_name_plural = _("donors")
        ordering = ["name", "pk"]
        permissions = [
            ("merge_donor", "Can merge duplicate donors"),
            ("erase_donor", "Can erase a donor’s identity"),
        ]
        indexes = [models.Index(fields=["name"], name="donor_name")]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "email",
                    "kind",
                    "name",
                    "registration_number",
                    "contact_name",
                    "personal_code_digest",
                ],
                name="donor_details_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=DonorKind.COMPANY, personal_code_digest="")
                | models.Q(kind=DonorKind.PERSON, registration_number="", contact_name=""),
                name="donor_code_fits_kind",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="donor_name_given"),
        ]

    def __str__(self) -> str:
        return str(_("Erased donor")) if self.erased_at else self.name

    @property
    def masked_personal_code(self) -> str:
        return mask_personal_code(self.personal_code) if self.personal_code else ""


class Consent(models.Model):
    """What a donor agreed to, in which words. Never edited: withdrawing adds a row."""

    class Purpose(models.TextChoices):
        NEWSLETTER = "newsletter", _("Newsletter")

    donor = models.ForeignKey(Donor, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    is_given = models.BooleanField(_("given"))
    wording = models.TextField(_("wording"))
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.is_given}"
