"""What visitors sent through a form: encrypted, and kept for a set time only."""

import json
import re
import secrets
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.models import AbstractFormSubmission

from sosbca.core.encryption import EncryptedTextField

# Letters and digits that can't be mistaken for one another when read out.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8


def new_reference() -> str:
    return "".join(secrets.choice(ALPHABET) for _unused in range(REFERENCE_LENGTH))


class FormEntry(AbstractFormSubmission):
    """One entry. `form_data` is JSON, encrypted at rest."""

    form_data = EncryptedTextField(_("answers"))
    reference = models.CharField(
        _("reference"), max_length=20, unique=True, default=new_reference, editable=False
    )
    language = models.CharField(_("language"), max_length=2)
    # The same answers from the same place on the same day are one entry, however often they come.
    fingerprint = models.CharField(max_length=64, unique=True, null=True)
    address_digest = models.CharField(max_length=64, db_index=True)
    is_confidential = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("As the form was when the entry came in, whatever becomes of the form."),
    )
    is_suspect = models.BooleanField(
        _("looks like spam"),
        default=False,
        help_text=_("Kept, but nobody is told by e-mail, unless the form is confidential."),
    )
    notified_at = models.DateTimeField(_("somebody was told"), null=True)

    class Meta:
        verbose_name = _("entry of a form")
        verbose_name_plural = _("entries of forms")
        ordering = ["-submit_time", "-pk"]
        indexes = [models.Index(fields=["page", "submit_time"], name="form_entry_page_time")]

    def __str__(self) -> str:
        return self.shown_reference

    def get_data(self) -> dict[str, Any]:
        return {
            **json.loads(self.form_data),
            "submit_time": self.submit_time,
            "reference": self.shown_reference,
            "is_suspect": self.is_suspect,
        }

    @property
    def is_worth_telling(self) -> bool:
        return self.is_confidential or not self.is_suspect

    @property
    def shown_reference(self) -> str:
        return self.readable_reference(self.reference)

    @staticmethod
    def readable_reference(text: str) -> str:
        """Four and four characters; empty for what can't be a reference."""
        bare = text.replace("-", "").upper()
        if not re.fullmatch(f"[{ALPHABET}]{{{REFERENCE_LENGTH}}}", bare):
            return ""
        return f"{bare[:4]}-{bare[4:]}"
