"""Every movement of money, once."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from sosbca.core.fields import CentsField

from .books import Payout
from .donation import Donation

ACCOUNT_KINDS = ("payout", "payout_failure", "account_fee", "adjustment")


class LedgerEntry(models.Model):
    """One movement on the account at the payment company, as that company booked it.

    Amounts are signed from our point of view: what we receive is positive. Entries are added and
    never changed or removed; a correction is another entry.
    """

    class Kind(models.TextChoices):
        CHARGE = "charge", _("Gift")
        FEE = "fee", _("Fee")
        REFUND = "refund", _("Refund")
        REFUND_FAILURE = "refund_failure", _("Refund returned")
        DISPUTE = "dispute", _("Dispute: withdrawn")
        DISPUTE_FEE = "dispute_fee", _("Dispute: fee")
        DISPUTE_REVERSAL = "dispute_reversal", _("Dispute: returned")
        # About the account as a whole, not about a gift.
        PAYOUT = "payout", _("Payout to the bank")
        PAYOUT_FAILURE = "payout_failure", _("Payout returned")
        ACCOUNT_FEE = "account_fee", _("Fee of the account")
        ADJUSTMENT = "adjustment", _("Adjustment")

    donation = models.ForeignKey(
        Donation,
        verbose_name=_("donation"),
        on_delete=models.PROTECT,
        null=True,
        related_name="entries",
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    amount_cents = CentsField(_("amount"))
    reference = models.CharField(
        _("reference"),
        max_length=255,
        unique=True,
        help_text=_("The provider's own identifier of this movement and its part."),
    )
    # The provider's own booking, and the deposit it went into. Known later than the movement
    # itself, and then filled in once by `services.books`; nothing else is ever changed.
    balance_reference = models.CharField(
        _("balance transaction"), max_length=255, blank=True, db_index=True
    )
    payout = models.ForeignKey(
        Payout,
        verbose_name=_("payout"),
        on_delete=models.PROTECT,
        null=True,
        related_name="entries",
    )
    occurred_at = models.DateTimeField(_("date"))
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["occurred_at", "pk"]
        indexes = [
            models.Index(fields=["kind", "occurred_at"], name="ledger_kind_occurred"),
            models.Index(fields=["occurred_at"], name="ledger_occurred_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["charge", "refund_failure", "dispute_reversal"], amount_cents__gt=0
                )
                | models.Q(kind__in=["refund", "dispute"], amount_cents__lt=0)
                # A provider may give a fee back.
                | models.Q(kind__in=["fee", "dispute_fee"])
                | models.Q(kind__in=ACCOUNT_KINDS),
                name="ledger_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ACCOUNT_KINDS, donation=None)
                | (~models.Q(kind__in=ACCOUNT_KINDS) & models.Q(donation__isnull=False)),
                name="ledger_donation_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A ledger entry is never changed; add another.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A ledger entry is never removed.")
