"""Pictures and documents of the site."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class CustomImage(AbstractImage):
    """A picture with what accessibility and copyright ask for.

    The alternative text describes the picture to someone who can't see it, once per language. A
    decorative picture says nothing that the text doesn't, and is silent to screen readers.
    """

    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("The picture adds nothing that the text beside it does not say."),
    )
    alternative_text_lv = models.CharField(
        _("alternative text in Latvian"), max_length=255, blank=True
    )
    alternative_text_en = models.CharField(
        _("alternative text in English"), max_length=255, blank=True
    )
    credit = models.CharField(
        _("credit"), max_length=255, blank=True, help_text=_("Who made the picture.")
    )

    shows_children = models.BooleanField(
        _("shows children who can be recognised"),
        default=False,
        help_text=_("A guardian’s written consent is needed, with the date until when it holds."),
    )
    consent_reference = models.CharField(
        _("consent"),
        max_length=120,
        blank=True,
        help_text=_("Where the signed consent is kept, such as its number. No names of children."),
    )
    consent_until = models.DateField(_("consent holds until"), null=True, blank=True)

    admin_form_fields = (
        *(field for field in Image.admin_form_fields if field != "description"),
        "is_decorative",
        "alternative_text_lv",
        "alternative_text_en",
        "credit",
        "shows_children",
        "consent_reference",
        "consent_until",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if not self.is_decorative:
            missing = _("Describe the picture, or mark it as decorative.")
            for name in ("alternative_text_lv", "alternative_text_en"):
                if not getattr(self, name).strip():
                    errors[name] = missing
        if self.shows_children:
            if not self.consent_reference.strip():
                errors["consent_reference"] = _("Say where the consent is kept.")
            if not self.consent_until:
                errors["consent_until"] = _("Say until when the consent holds.")
        if errors:
            raise ValidationError(errors)

    @property
    def may_be_shown(self) -> bool:
        """Whether no child's picture is shown without a consent that holds today."""
        if not self.shows_children:
            return True
        return self.consent_until is not None and self.consent_until >= timezone.localdate()

    @property
    def default_alt_text(self) -> str:
        """The alternative text in the language of the page being shown."""
        if self.is_decorative:
            return ""
        in_english = (get_language() or "lv").startswith("en")
        return self.alternative_text_en if in_english else self.alternative_text_lv


class CustomRendition(AbstractRendition):
    """One size and format of a picture."""

    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class CustomDocument(AbstractDocument):
    """A file to download."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")  # type: ignore[assignment, misc]
        verbose_name_plural = _("documents")  # type: ignore[assignment, misc]
