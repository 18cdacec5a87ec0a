"""Files of a case: certificates, letters, photographs of papers. Never served as they lie there."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sosbca.core.encryption import ForgivingTextField

from .case import Case


class CaseFile(models.Model):
    """One file in the private storage, encrypted, under a name that says nothing."""

    class Kind(models.TextChoices):
        """By what is in the file, never by what it is called."""

        PDF = "pdf", "PDF"
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"
        DOCX = "docx", "DOCX"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    name = ForgivingTextField(_("name"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    size = models.PositiveIntegerField(_("size"), help_text=_("In bytes."))
    # Keyed: the same content twice is one file of a case, and what it is can't be found out.
    content_digest = models.CharField(max_length=64, editable=False)
    stored_name = models.CharField(max_length=255, unique=True, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    # What the change of keys looks after: see sosbca.core.key_rotation.
    encrypted_files = ("stored_name",)

    class Meta:
        verbose_name = _("file of a case")
        verbose_name_plural = _("files of cases")
        ordering = ["added_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "content_digest"], name="case_file_once")
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"
