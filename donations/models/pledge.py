"""Recurring gifts."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sosbca.core.fields import CentsField

from .attempt import CheckoutAttempt
from .campaign import Campaign
from .choices import Frequency, Language, Provider, ReceiptPreference
from .donor import Donor
from .fund import Fund


class Pledge(models.Model):
    """A donor's recurring commitment: a subscription at the payment company, in our words.

    What the payment company decides (state, dates, amount, card) is a mirror of what it last told
    us; fund, language and wish for receipts are ours.
    """

    class Status(models.TextChoices):
        STARTING = "starting", _("Starting")
        ACTIVE = "active", _("Active")
        PAST_DUE = "past_due", _("Payment failed")
        PAUSED = "paused", _("Paused")
        ENDING = "ending", _("Ends soon")
        CANCELLED = "cancelled", pgettext_lazy("pledge", "Ended")

    class EndReason(models.TextChoices):
        WISH = "wish", _("Cancelled")
        PAYMENT_FAILED = "payment_failed", _("Payments failed")
        NEVER_PAID = "never_paid", _("The first payment failed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.OneToOneField(
        CheckoutAttempt, on_delete=models.PROTECT, null=True, related_name="pledge"
    )
    donor = models.ForeignKey(
        Donor, verbose_name=_("donor"), on_delete=models.PROTECT, related_name="pledges"
    )
    fund = models.ForeignKey(
        Fund, verbose_name=_("fund"), on_delete=models.PROTECT, related_name="pledges"
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        null=True,
        related_name="pledges",
    )
    amount_cents = CentsField(_("amount"), validators=[MinValueValidator(1)])
    fee_cover_cents = CentsField(_("of it to cover the fee"), default=0)
    frequency = models.CharField(
        _("frequency"),
        max_length=10,
        choices=[choice for choice in Frequency.choices if choice[0] != Frequency.ONCE],
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    receipts = models.CharField(
        _("receipts"),
        max_length=10,
        choices=ReceiptPreference,
        default=ReceiptPreference.EACH,
    )
    employer = models.CharField(_("employer"), max_length=200, blank=True)

    provider = models.CharField(max_length=10, choices=Provider, default=Provider.STRIPE)
    subscription_reference = models.CharField(_("subscription"), max_length=255, unique=True)
    customer_reference = models.CharField(_("customer"), max_length=255, db_index=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, db_index=True)
    payment_method = models.CharField(_("payment method"), max_length=40, blank=True)
    # The end of the card's or account's number and the card's last month, as shown to its owner.
    method_ending = models.CharField(max_length=4, blank=True)
    card_expires_on = models.DateField(_("card valid until"), null=True)
    started_at = models.DateTimeField(_("started"))
    next_payment_at = models.DateTimeField(_("next payment"), null=True, db_index=True)
    paused_until = models.DateTimeField(_("paused until"), null=True)
    ends_at = models.DateTimeField(_("ends"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True, db_index=True)
    end_reason = models.CharField(
        _("why it ended"), max_length=20, choices=EndReason, blank=True, default=""
    )
    end_comment = models.CharField(_("the donor’s words"), max_length=500, blank=True)
    is_live = models.BooleanField(_("real money"), default=True)
    # The customer’s method that the pledge was last brought to; another one is followed.
    followed_method = models.CharField(max_length=255, blank=True, editable=False)
    # Of a pledge that was there before this site: what happened earlier is neither receipted nor
    # told to the donor.
    imported_at = models.DateTimeField(_("imported"), null=True)
    # When all its invoices are to be looked through for payments that nobody told us of.
    look_through_at = models.DateTimeField(null=True, editable=False, db_index=True)
    # Grows with every change taken over, so that an older picture can't overwrite a newer one.
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["created_at"], name="pledge_created_at")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="pledge_amount_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(fee_cover_cents__gte=0)
                & models.Q(fee_cover_cents__lt=models.F("amount_cents")),
                name="pledge_fee_cover_is_a_part",
            ),
            models.CheckConstraint(
                condition=models.Q(frequency__in=["monthly", "yearly"]),
                name="pledge_frequency_recurs",
            ),
            models.CheckConstraint(
                condition=models.Q(status="cancelled", ended_at__isnull=False)
                | (~models.Q(status="cancelled") & models.Q(ended_at=None)),
                name="pledge_ended_at_fits_status",
            ),
        ]
        permissions = [("manage_pledge", "Can change, pause and cancel pledges")]

    def __str__(self) -> str:
        return f"{self.get_frequency_display()} {self.public_id}"

    @property
    def is_running(self) -> bool:
        return self.status != self.Status.CANCELLED


class Instalment(models.Model):
    """One due payment of a pledge: an invoice at the payment company, with its tries.

    Kept also when nothing comes of it, so that staff and donor see what failed and recovered.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Due")
        PROCESSING = "processing", _("Processing")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not collected")

    pledge = models.ForeignKey(
        Pledge, verbose_name=_("pledge"), on_delete=models.PROTECT, related_name="instalments"
    )
    donation = models.OneToOneField(
        "donations.Donation",
        verbose_name=_("donation"),
        on_delete=models.PROTECT,
        null=True,
        related_name="instalment",
    )
    invoice_reference = models.CharField(_("invoice"), max_length=255, unique=True)
    amount_cents = CentsField(_("amount"))
    status = models.CharField(_("status"), max_length=10, choices=Status, db_index=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    failures = models.PositiveSmallIntegerField(_("failed tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True)
    needs_confirmation = models.BooleanField(_("waits for the donor’s confirmation"), default=False)
    failure = models.CharField(_("failure"), max_length=250, blank=True)
    # Where the donor can pay or confirm it; Stripe's own page.
    pay_url = models.TextField(blank=True)
    due_at = models.DateTimeField(_("due"))

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["-due_at", "-pk"]
        indexes = [models.Index(fields=["pledge", "due_at"], name="instalment_pledge_due")]

    def __str__(self) -> str:
        return self.invoice_reference


class PledgeWish(models.Model):
    """What somebody wants to be done with a pledge at the payment company.

    Recorded before the company is asked, and repeated until it has answered: a wish is not lost
    when the company is away or a process dies. Doing one twice leaves the same result.
    """

    class Action(models.TextChoices):
        TERMS = "terms", _("Change amount, frequency or day")
        PAUSE = "pause", _("Pause")
        RESUME = "resume", _("Resume")
        CANCEL = "cancel", _("Cancel")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REPLACED = "replaced", _("Replaced by a later wish")
        REFUSED = "refused", _("Refused by the payment company")

    # From the form: sending it twice is one wish.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pledge = models.ForeignKey(
        Pledge, verbose_name=_("pledge"), on_delete=models.PROTECT, related_name="wishes"
    )
    action = models.CharField(_("action"), max_length=10, choices=Action)
    amount_cents = CentsField(_("amount"), null=True)
    fee_cover_cents = CentsField(_("of it to cover the fee"), default=0)
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency, blank=True)
    # The next payment, or the end of the pause.
    moment = models.DateTimeField(_("from"), null=True)
    comment = models.CharField(_("the donor’s words"), max_length=500, blank=True)
    # Whose wish it is: empty for the donor.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, db_index=True
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    # While somebody asks the company for it, other wishes of the pledge wait for their turn.
    in_hand_until = models.DateTimeField(null=True, editable=False)
    # Part of the idempotency key; another one after the company has stored a failure under it.
    round = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(_("last error"), max_length=250, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("wish about a pledge")
        verbose_name_plural = _("wishes about pledges")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    action="terms",
                    # NULL would make the whole condition unknown, which a database lets pass.
                    amount_cents__isnull=False,
                    amount_cents__gt=0,
                    frequency__in=["monthly", "yearly"],
                )
                | models.Q(action="pause", moment__isnull=False)
                | models.Q(action__in=["resume", "cancel"]),
                name="wish_says_all_it_needs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.id}"
