"""Pictures and documents of the site."""

from django.core.exceptions import ValidationError
from django.db import models
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

    admin_form_fields = (
        *(field for field in Image.admin_form_fields if field != "description"),
        "is_decorative",
        "alternative_text_lv",
        "alternative_text_en",
        "credit",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def clean(self) -> None:
        super().clean()
        if self.is_decorative:
            return
        missing = _("Describe the picture, or mark it as decorative.")
        fields = ("alternative_text_lv", "alternative_text_en")
        if errors := {name: missing for name in fields if not getattr(self, name).strip()}:
            raise ValidationError(errors)

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
