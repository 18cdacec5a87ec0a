"""Messages to donors: promised in the same transaction as what they tell, sent afterwards."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sosbca.core.encryption import EncryptedTextField

from .attempt import CheckoutAttempt
from .desk import TransferIntention
from .donor import Donor
from .pledge import Pledge
from .receipt import Receipt
from .statement import Statement


class OutgoingMail(models.Model):
    """One message. Its Message-ID is fixed from the start, so a message that is handed over
    twice because a process died in between is the same message to every mail system."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        # There is nobody left to write to: the donor was erased meanwhile.
        WITHDRAWN = "withdrawn", pgettext_lazy("message", "Withdrawn")

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        PLEDGE_STARTED = "pledge_started", _("Recurring gift started")
        PLEDGE_CHANGED = "pledge_changed", _("Recurring gift changed")
        WISH_REFUSED = "wish_refused", _("Wish about a recurring gift refused")
        PAYMENT_FAILED = "payment_failed", _("Payment failed")
        CONFIRMATION_NEEDED = "confirmation_needed", _("Payment waits for a confirmation")
        PLEDGE_ENDED = "pledge_ended", _("Recurring gift ended")
        ACCESS = "access", _("Link to the donor’s page")
        NEW_ADDRESS = "new_address", _("Confirmation of a new e-mail address")
        DETAILS_CHANGED = "details_changed", _("Details changed")
        ERASED = "erased", _("Data erased")
        TRANSFER = "transfer", _("Details for a bank transfer")
        STATEMENT = "statement", _("Yearly statement")
        TRIBUTE = "tribute", _("Tribute")
        # To finance, not to a donor.
        BOOKS = "books", _("Report on the books")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.RECEIPT)
    # What it is about; which of them are given depends on the kind.
    receipt = models.ForeignKey(
        Receipt,
        verbose_name=_("receipt"),
        on_delete=models.PROTECT,
        null=True,
        related_name="mails",
    )
    donor = models.ForeignKey(
        Donor,
        verbose_name=_("donor"),
        on_delete=models.PROTECT,
        null=True,
        related_name="mails",
    )
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, null=True, related_name="mails")
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, related_name="mails"
    )
    attempt = models.ForeignKey(
        CheckoutAttempt, on_delete=models.PROTECT, null=True, related_name="mails"
    )
    transfer = models.ForeignKey(
        TransferIntention, on_delete=models.PROTECT, null=True, related_name="mails"
    )
    # Where to, if not to the donor's address of the moment; and what was true when the message
    # was promised (JSON). Both are emptied when it has been sent.
    recipient = EncryptedTextField(blank=True)
    facts = EncryptedTextField(blank=True)
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
            models.CheckConstraint(
                condition=models.Q(kind="receipt", receipt__isnull=False)
                | (~models.Q(kind="receipt") & models.Q(receipt=None)),
                name="mail_receipt_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id
