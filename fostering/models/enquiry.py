"""What somebody tells who thinks of taking a child in: the draft, the ways back to it, and what
was sent. Whatever names a person or is in their own words is encrypted."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from donations.models.choices import Language
from sosbca.core.encryption import ForgivingTextField
from sosbca.core.fields import ChoiceSetField
from sosbca.core.municipalities import MUNICIPALITIES, municipality_choices

from .choices import (
    AgeBand,
    ContactMethod,
    ContactTime,
    HouseholdSize,
    Interest,
    Source,
    Way,
)

# Letters and digits that can't be mistaken for one another when read out.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8


def new_reference() -> str:
    return "".join(secrets.choice(ALPHABET) for _unused in range(REFERENCE_LENGTH))


class Enquiry(models.Model):
    """What was sent, as it was sent. What becomes of it is the case's."""

    reference = models.CharField(
        _("reference"), max_length=20, unique=True, default=new_reference, editable=False
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    way = models.CharField(_("way of helping"), max_length=20, choices=Way)
    municipality = models.CharField(
        _("municipality"), max_length=30, choices=municipality_choices, db_index=True
    )
    age_band = models.CharField(_("age"), max_length=10, choices=AgeBand)
    household_size = models.CharField(_("household"), max_length=2, choices=HouseholdSize)
    name = ForgivingTextField(_("name"))
    phone = ForgivingTextField(_("phone"), blank=True)
    email = ForgivingTextField(_("e-mail"), blank=True)
    contact_method = models.CharField(
        _("way of contact"), max_length=10, choices=ContactMethod, default=ContactMethod.PHONE
    )
    contact_times = ChoiceSetField(_("when to call"), choices=ContactTime.choices)
    interests = ChoiceSetField(_("would also like to"), choices=Interest.choices)
    message = ForgivingTextField(_("message"), blank=True)
    # Equal digests are the same address or number: links to what else the person sent.
    email_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    phone_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    address_digest = models.CharField(max_length=64, db_index=True, editable=False)
    source = models.CharField(
        _("how they came"), max_length=20, choices=Source, default=Source.UNKNOWN
    )
    consent_version = models.CharField(_("version of the consent"), max_length=20)
    consent_text = models.TextField(_("consent as it was read"))
    is_suspect = models.BooleanField(_("looks like spam"), default=False)
    submitted_at = models.DateTimeField(_("sent"), auto_now_add=True)
    # Identity erased when its time was over or at the person's wish; the figures stay.
    erased_at = models.DateTimeField(_("erased"), null=True)

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(phone="") | ~Q(email=""),
                name="enquiry_can_be_answered",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(name="", phone="", email="", message="", email_digest="", phone_digest=""),
                name="enquiry_erased_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_reference

    @property
    def shown_reference(self) -> str:
        """Four and four characters, as it is read out."""
        return f"{self.reference[:4]}-{self.reference[4:]}"

    def municipality_name(self, language: str | None = None) -> str:
        """The municipality in the given language, or in that of the request."""
        return MUNICIPALITIES[self.municipality].name(language)


class EnquiryDraft(models.Model):
    """Answers that were not sent yet. Goes by itself when its time is over.

    After sending it is empty, and only knows what was sent: a form that is sent twice finds it.
    """

    answers = ForgivingTextField(blank=True, help_text="JSON by the names of the questions")
    language = models.CharField(max_length=2, choices=Language)
    source = models.CharField(max_length=20, choices=Source, default=Source.UNKNOWN)
    enquiry = models.OneToOneField(
        Enquiry, on_delete=models.CASCADE, null=True, related_name="draft"
    )
    address_digest = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("draft of an enquiry")
        verbose_name_plural = _("drafts of enquiries")
        constraints = [
            models.CheckConstraint(
                condition=Q(enquiry=None) | Q(answers=""), name="enquiry_draft_sent_is_empty"
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class DraftAccess(models.Model):
    """A way to a draft: the browser in which it began, or a link by e-mail that works once."""

    draft = models.ForeignKey(EnquiryDraft, on_delete=models.CASCADE, related_name="accesses")
    # Of the link; none for the browser in which the draft began.
    token_digest = models.CharField(max_length=64, unique=True, null=True)
    email_digest = models.CharField(max_length=64, blank=True, db_index=True)
    address_digest = models.CharField(max_length=64, blank=True, db_index=True)
    # Of the key in the browser's cookie; none until the link was used.
    key_digest = models.CharField(max_length=64, unique=True, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(token_digest__isnull=False) | Q(key_digest__isnull=False),
                name="draft_access_has_a_key",
            )
        ]

    def __str__(self) -> str:
        return f"access {self.pk}"
