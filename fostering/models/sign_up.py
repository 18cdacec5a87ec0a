"""Who comes to an information evening or a training intake, and who waits for a place.

The list knows no page: money, people and figures outlive pages. It is found by the translation key
that the event's pages in both languages share. A page that is used again for another evening gets
another list: the earlier one keeps its people, and no page any more.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sosbca.core.bilingual import in_language
from sosbca.core.encryption import ForgivingTextField


class SignUpList(models.Model):
    """One event that people sign up for. What it says of the event is that of the page that was
    published last, in both languages."""

    event_key = models.UUIDField(db_index=True, editable=False)
    # False once its page was used again for another evening.
    is_current = models.BooleanField(default=True, editable=False)
    title_lv = models.CharField(_("title in Latvian"), max_length=255)
    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    place_lv = models.CharField(_("place in Latvian"), max_length=300, blank=True)
    place_en = models.CharField(_("place in English"), max_length=300, blank=True)
    # Below SITE_URL; empty while there is no published page in that language.
    path_lv = models.CharField(max_length=500, blank=True)
    path_en = models.CharField(max_length=500, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    # In persons; None means that there is room for everybody.
    capacity = models.PositiveSmallIntegerField(_("number of places"), null=True)
    open_until = models.DateTimeField(_("sign-up until"))
    # False once no page offers the event any more, or staff have closed the sign-up.
    is_open = models.BooleanField(_("open"), default=True)
    # Everybody was told that it will not take place; another time takes that back.
    called_off_at = models.DateTimeField(null=True, editable=False)
    # Grows with each change of time or place: calendars recognise the newer entry by it.
    revision = models.PositiveIntegerField(default=0)
    attendance_noted_at = models.DateTimeField(_("attendance noted"), null=True)
    # Names and addresses are gone since then; the numbers stay.
    erased_at = models.DateTimeField(_("personal data erased"), null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("sign-up list")
        verbose_name_plural = _("sign-up lists")
        ordering = ["-starts_at", "-pk"]
        permissions = [("manage_signuplist", "Can cancel sign-ups and note attendance")]
        constraints = [
            models.UniqueConstraint(
                fields=["event_key"],
                condition=models.Q(is_current=True),
                name="sign_up_list_current_once",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__lte=models.F("ends_at")),
                name="sign_up_list_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(capacity=None) | models.Q(capacity__gte=1),
                name="sign_up_list_has_places",
            ),
        ]

    def __str__(self) -> str:
        return self.title()

    def title(self, language: str | None = None) -> str:
        """In the given language, or in that of the request."""
        return in_language(self, "title", language)

    def place(self, language: str | None = None) -> str:
        return in_language(self, "place", language)

    def path(self, language: str | None = None) -> str:
        """Where the event's page stands, below SITE_URL; empty when there is none."""
        return in_language(self, "path", language)

    @property
    def has_begun(self) -> bool:
        return timezone.now() >= self.starts_at

    @property
    def takes_sign_ups(self) -> bool:
        return self.is_open and timezone.now() < self.open_until

    @property
    def is_one_day(self) -> bool:
        return timezone.localdate(self.starts_at) == timezone.localdate(self.ends_at)


class SignUp(models.Model):
    """One or two people who want to come. Cancelled ones stay as a number."""

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", _("Has a place")
        WAITING = "waiting", _("On the waiting list")
        CANCELLED = "cancelled", pgettext_lazy("of a sign-up", "Cancelled")

    event = models.ForeignKey(
        SignUpList, verbose_name=_("event"), on_delete=models.PROTECT, related_name="sign_ups"
    )
    name = ForgivingTextField(_("name"), blank=True)
    email = ForgivingTextField(_("e-mail"), blank=True)
    # Of the address in its normal form: an address is on a list once. Empty after erasure.
    email_digest = models.CharField(max_length=64, blank=True)
    # Of the visitor's network, for the throttle. Empty after erasure.
    address_digest = models.CharField(max_length=64, blank=True, db_index=True)
    persons = models.PositiveSmallIntegerField(_("persons"), default=1)
    language = models.CharField(_("language"), max_length=2)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    # The order of arrival, from 1; the waiting list moves up in it.
    position = models.PositiveIntegerField(_("position"))
    # Which wording of the consent the person agreed to.
    consent_version = models.CharField(max_length=10)
    created_at = models.DateTimeField(_("signed up"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("place confirmed"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    # None until the organiser has noted who came.
    attended = models.BooleanField(_("came"), null=True)

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["event", "position"]
        constraints = [
            models.UniqueConstraint(fields=["event", "position"], name="sign_up_position_once"),
            models.UniqueConstraint(
                fields=["event", "email_digest"],
                condition=models.Q(status__in=["confirmed", "waiting"])
                & ~models.Q(email_digest=""),
                name="sign_up_address_once",
            ),
            models.CheckConstraint(
                condition=models.Q(persons__gte=1, persons__lte=2),
                name="sign_up_one_or_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(status="cancelled", cancelled_at__isnull=False)
                | (~models.Q(status="cancelled") & models.Q(cancelled_at=None)),
                name="sign_up_cancelled_at_fits_status",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="confirmed") | models.Q(confirmed_at__isnull=False),
                name="sign_up_confirmed_has_moment",
            ),
        ]

    def __str__(self) -> str:
        # Stands in logs and titles of the admin: no name.
        return f"{self.event_id}/{self.position}"

    @property
    def is_erased(self) -> bool:
        return not self.email
