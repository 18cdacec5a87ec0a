"""What the payment company told us, recorded once."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .choices import Provider


class ProviderEvent(models.Model):
    """The envelope of one event. Its content is fetched afresh when it is processed, so no
    personal data of donors lies about in payloads."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        PROCESSED = "processed", _("Processed")
        IGNORED = "ignored", _("Ignored")
        RETRYING = "retrying", _("Waiting for the next try")
        FAILED = "failed", _("Failed")

    class Source(models.TextChoices):
        WEBHOOK = "webhook", _("Webhook")
        SWEEP = "sweep", _("Sweep")

    provider = models.CharField(_("provider"), max_length=10, choices=Provider)
    reference = models.CharField(_("event"), max_length=255)
    type = models.CharField(_("type"), max_length=100, db_index=True)
    object_reference = models.CharField(_("object"), max_length=255)
    is_live = models.BooleanField(_("real money"))
    occurred_at = models.DateTimeField(_("occurred"))
    source = models.CharField(_("arrived by"), max_length=10, choices=Source)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.RECEIVED, db_index=True
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    last_error = models.TextField(_("last error"), blank=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("payment event")
        verbose_name_plural = _("payment events")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="event_recorded_once"),
        ]
        permissions = [("replay_providerevent", "Can replay a payment event")]

    def __str__(self) -> str:
        return f"{self.type} {self.reference}"


class RefusedDeliveries(models.Model):
    """How often somebody delivered what bore no valid signature, by day. It holds nothing of what
    came: that may be anybody's, with anything in it."""

    day = models.DateField(_("day"), unique=True)
    count = models.PositiveIntegerField(_("deliveries"), default=0)
    last_at = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("refused deliveries")
        verbose_name_plural = _("refused deliveries")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"
