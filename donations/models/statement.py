"""What a donor gave in a year, on one document."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sosbca.core.encryption import EncryptedTextField
from sosbca.core.fields import CentsField

from .choices import Language
from .donor import Donor
from .receipt import new_public_id


class StatementRun(models.Model):
    """The issue of a year's statements for everybody; may stop and go on anywhere."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Finished")

    year = models.PositiveSmallIntegerField(_("year"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RUNNING)
    sends_mail = models.BooleanField(_("sends e-mail"), default=True)
    total = models.PositiveIntegerField(_("donors"), default=0)
    # The donors up to this one are done.
    last_donor = models.PositiveBigIntegerField(default=0)
    issued = models.PositiveIntegerField(_("issued"), default=0)
    unchanged = models.PositiveIntegerField(_("already up to date"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    # A run that was not touched for minutes lost its worker, and is taken up again.
    touched_at = models.DateTimeField(_("last progress"), auto_now=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("issue of statements")
        verbose_name_plural = _("issues of statements")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"],
                condition=models.Q(status="running"),
                name="statement_run_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} ({self.pk})"


class Statement(models.Model):
    """A yearly statement. What it says is frozen; a later state of the year is another version."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    # As printed; stays when the donor is merged into another.
    number = models.CharField(_("document number"), max_length=40, unique=True)
    donor = models.ForeignKey(
        Donor, verbose_name=_("donor"), on_delete=models.PROTECT, related_name="statements"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    # 1 for the first; a statement that replaces another has the next.
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    total_cents = CentsField(_("total"))
    gifts = models.PositiveIntegerField(_("gifts"))
    issued_on = models.DateField(_("issued"))
    # Fingerprint of the contents: an unchanged year is not issued again.
    digest = models.CharField(max_length=64, editable=False)
    snapshot = EncryptedTextField(editable=False)
    pdf_name = models.CharField(max_length=255, blank=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    # What the change of keys looks after: see sosbca.core.key_rotation.
    encrypted_files = ("pdf_name",)

    class Meta:
        verbose_name = _("yearly statement")
        verbose_name_plural = _("yearly statements")
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["donor", "year", "version"], name="statement_version_unique"
            ),
        ]
        permissions = [("issue_statement", "Can issue yearly statements")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number as printed: G, year, donor, version."""
        return self.number
