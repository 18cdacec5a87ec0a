"""Messages to donors: promised in the same transaction as what they tell, sent afterwards."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .receipt import Receipt


class OutgoingMail(models.Model):
    """One message. Its Message-ID is fixed from the start, so a message that is handed over
    twice because a process died in between is the same message to every mail system."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    receipt = models.ForeignKey(
        Receipt, verbose_name=_("receipt"), on_delete=models.PROTECT, related_name="mails"
    )
    # 0 is the message of the receipt itself; staff who send it again add 1, 2, …
    repetition = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, db_index=True
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # When the message may be tried (again); also how long a started sending is believed in.
    next_try_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "repetition"], name="mail_once_per_receipt_and_repetition"
            ),
            models.CheckConstraint(
                condition=models.Q(status="sent", sent_at__isnull=False)
                | (~models.Q(status="sent") & models.Q(sent_at=None)),
                name="mail_sent_at_fits_status",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id
