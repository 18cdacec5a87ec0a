"""Messages about fostering: promised in the same transaction as what they tell, sent afterwards.

Apart from those to donors, so that finance and recruitment never see each other's.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sosbca.core.encryption import ForgivingTextField

from .sign_up import SignUp


class OutgoingMail(models.Model):
    """One message. Its Message-ID is fixed from the start, so a message that is handed over
    twice because a process died in between is the same message to every mail system."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        # Overtaken by events before it was sent, such as a reminder after a cancellation.
        WITHDRAWN = "withdrawn", _("Withdrawn")

    # The name of its templates in `fostering/mail/`.
    kind = models.CharField(_("kind"), max_length=40)
    language = models.CharField(_("language"), max_length=2)
    # What it is about; None for messages that are about something else.
    sign_up = models.ForeignKey(SignUp, on_delete=models.PROTECT, null=True, related_name="mails")
    # Where to, if not to the address of what it is about; and what was true when the message was
    # promised (JSON). Both are emptied when it has been sent.
    recipient = ForgivingTextField(blank=True)
    facts = ForgivingTextField(blank=True)
    message_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, db_index=True
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.CharField(_("last error"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # When the message may be tried (again); also how long a started sending is believed in.
    next_try_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="sent", sent_at__isnull=False)
                | (~models.Q(status="sent") & models.Q(sent_at=None)),
                name="fostering_mail_sent_at_fits_status",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id
