"""E-mails from the case page: the templates that staff write, and what was sent."""

from typing import Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from donations.models.choices import Language
from sosbca.core.bilingual import in_language
from sosbca.core.encryption import ForgivingTextField

from ..placeholders import faults_of
from .case import Case, CaseEvent
from .mail import OutgoingMail

SUBJECT_LENGTH: Final = 150
BODY_LENGTH: Final = 6000

# What may stand in braces, and what it becomes.
PLACEHOLDERS: Final[dict[str, str | Promise]] = {
    "name": _("the person’s name"),
    "reference": _("the number of the enquiry"),
    "centre": _("the name of the support centre"),
    "centre_phone": _("its phone"),
    "centre_email": _("its e-mail"),
    "sender": _("the name of who sends the message"),
}


def placeholders_in_words() -> str:
    """The list for people who write templates."""
    listed = "; ".join(f"{{{name}}} – {words}" for name, words in PLACEHOLDERS.items())
    return _now("Filled in for the person: %(placeholders)s.") % {"placeholders": listed}


class CaseMailTemplate(models.Model):
    """A message that is written often. Each one is looked at and changed before it is sent."""

    name = models.CharField(
        pgettext_lazy("of a template", "name"),
        max_length=100,
        unique=True,
        help_text=_("Only staff see it."),
    )
    subject_lv = models.CharField(_("subject in Latvian"), max_length=SUBJECT_LENGTH)
    body_lv = models.TextField(_("text in Latvian"), max_length=BODY_LENGTH)
    subject_en = models.CharField(_("subject in English"), max_length=SUBJECT_LENGTH)
    body_en = models.TextField(_("text in English"), max_length=BODY_LENGTH)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    panels = [
        FieldPanel("name"),
        MultiFieldPanel(
            [FieldPanel("subject_lv"), FieldPanel("body_lv")],
            heading=_("In Latvian"),
            help_text=lazy(placeholders_in_words, str)(),
        ),
        MultiFieldPanel([FieldPanel("subject_en"), FieldPanel("body_en")], heading=_("In English")),
        FieldPanel("position"),
    ]

    class Meta:
        verbose_name = _("template of an e-mail")
        verbose_name_plural = _("templates of e-mails")
        ordering = ["position", "name", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError at each field whose braces hold what can't be filled in."""
        super().clean()
        errors = {}
        for field in ("subject_lv", "body_lv", "subject_en", "body_en"):
            if faults := faults_of(getattr(self, field), PLACEHOLDERS):
                errors[field] = _now("This can’t be filled in: %(faults)s") % {
                    "faults": ", ".join(faults)
                }
        if errors:
            raise ValidationError(errors)

    def subject(self, language: str) -> str:
        """With its placeholders."""
        return in_language(self, "subject", language)

    def body(self, language: str) -> str:
        """With its placeholders."""
        return in_language(self, "body", language)


class CaseMail(models.Model):
    """A message that somebody sent to the person, as it was sent."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="mails")
    # The entry of the timeline that tells of it.
    event = models.OneToOneField(CaseEvent, on_delete=models.CASCADE, related_name="mail")
    # Of the form in which it was written: sent twice, it is one message.
    key = models.UUIDField(unique=True, editable=False)
    outgoing = models.OneToOneField(
        OutgoingMail, on_delete=models.PROTECT, related_name="case_mail"
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    subject = ForgivingTextField(_("subject"))
    body = ForgivingTextField(_("text"))

    class Meta:
        verbose_name = _("e-mail of a case")
        verbose_name_plural = _("e-mails of cases")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"mail {self.pk}"
