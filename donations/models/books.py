"""Deposits to our bank account, and the comparison of our ledger with the provider's books."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sosbca.core.fields import CentsField

from .choices import Provider
from .fund import Fund


class Payout(models.Model):
    """Money that the payment company sent to our bank account."""

    class Status(models.TextChoices):
        PENDING = "pending", _("On its way")
        PAID = "paid", _("Arrived")
        FAILED = "failed", _("Failed")

    provider = models.CharField(max_length=10, choices=Provider, default=Provider.STRIPE)
    reference = models.CharField(_("payout"), max_length=255, unique=True)
    amount_cents = CentsField(_("amount"))
    status = models.CharField(_("status"), max_length=10, choices=Status)
    created_at = models.DateTimeField(_("created"))
    arrives_on = models.DateField(_("arrives"))
    # When all its movements were tied to it and found to add up to its amount.
    settled_at = models.DateTimeField(_("reconciled"), null=True)
    is_live = models.BooleanField(_("real money"), default=True)

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.reference


class Reconciliation(models.Model):
    """One comparison of all movements on the account at the payment company with our ledger."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        AGREES = "agrees", _("Agrees")
        DIFFERS = "differs", _("Differs")
        FAILED = "failed", _("Not finished")

    provider = models.CharField(max_length=10, choices=Provider, default=Provider.STRIPE)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    # When it last got on: one that stands still has died with its worker.
    active_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True)
    checked = models.PositiveIntegerField(_("movements compared"), default=0)
    theirs_cents = CentsField(_("balance at the payment company"), default=0)
    ours_cents = CentsField(_("balance in our ledger"), default=0)
    error = models.CharField(_("error"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering = ["-pk"]
        permissions = [("repair_reconciliation", "Can reconcile and repair the ledger")]
        constraints = [
            models.UniqueConstraint(
                fields=["provider"],
                condition=models.Q(status__in=["waiting", "running"]),
                name="one_reconciliation_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.status}"


class Difference(models.Model):
    """One movement about which the two books disagree, and what mends it."""

    class Kind(models.TextChoices):
        MISSING = "missing", _("Missing in our ledger")
        SURPLUS = "surplus", _("Not at the payment company")
        AMOUNT = "amount", _("Another amount")

    class Repair(models.TextChoices):
        SYNCHRONISE = "synchronise", _("Fetch the payment again")
        IMPORT = "import", _("Import the payment")
        BOOK = "book", _("Book the movement")
        ASK = "ask", _("Look into it by hand")

    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.CASCADE, related_name="differences"
    )
    kind = models.CharField(_("difference"), max_length=10, choices=Kind)
    repair = models.CharField(_("suggested repair"), max_length=12, choices=Repair)
    reference = models.CharField(_("movement"), max_length=255)
    source_reference = models.CharField(_("belongs to"), max_length=255, blank=True)
    type = models.CharField(_("type"), max_length=40, blank=True)
    theirs_cents = CentsField(_("at the payment company"), default=0)
    ours_cents = CentsField(_("in our ledger"), default=0)
    donation = models.ForeignKey(
        "donations.Donation", on_delete=models.PROTECT, null=True, related_name="differences"
    )
    occurred_at = models.DateTimeField(_("date"), null=True)
    repaired_at = models.DateTimeField(_("repaired"), null=True)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Import(models.Model):
    """The transfer of an existing account's history, which may stop and go on anywhere."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Stopped by an error")

    class Stage(models.TextChoices):
        SUBSCRIPTIONS = "subscriptions", _("Recurring gifts")
        PAYMENTS = "payments", _("Payments")
        BOOKS = "books", _("Comparison of the books")

    provider = models.CharField(max_length=10, choices=Provider, default=Provider.STRIPE)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RUNNING)
    # The fund that the gifts are entered under: the payment company knows of none.
    fund = models.ForeignKey(
        Fund, verbose_name=_("fund"), on_delete=models.PROTECT, related_name="imports"
    )
    # What is being read now, and the last object of it that is done.
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.SUBSCRIPTIONS)
    cursor = models.CharField(max_length=255, blank=True)
    pledges = models.PositiveIntegerField(_("pledges"), default=0)
    donations = models.PositiveIntegerField(_("donations"), default=0)
    skipped = models.PositiveIntegerField(_("left out"), default=0)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    # When it last got on: one that stands still was killed, and is taken up again.
    active_at = models.DateTimeField(_("last progress"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True)
    error = models.CharField(_("error"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("import of history")
        verbose_name_plural = _("imports of history")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider"],
                condition=models.Q(status="running"),
                name="one_import_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.status}"


class SavedView(models.Model):
    """A listing as a member of staff likes to see it: filters, columns, order."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="giving_views"
    )
    listing = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "listing", "name"], name="saved_view_name_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name
