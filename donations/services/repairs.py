"""Mends what a reconciliation has found, one difference at a time."""

from django.db import transaction
from django.utils import timezone

from sosbca.users.models import User

from ..models import Difference, Donation, LedgerEntry
from ..providers import ProviderError, get_provider
from . import books, history, payments
from .audit import record
from .settling import Overtaken, PaymentMismatch, ReceiptOwed

Repair = Difference.Repair


# What a repair may raise although another try may succeed. These errors hold nothing personal.
UNDONE = (ProviderError, PaymentMismatch, ReceiptOwed, Overtaken, history.NoFund)


class NotRepairable(Exception):
    """Nothing that could be replayed mends this difference: somebody has to look into it."""


def repair(difference: Difference, user: User) -> bool:
    """Replay what would mend a difference; whether the books agree about it now.

    Doing it again is harmless. Where it did not help, the difference is left to people. Raise
    NotRepairable, or one of UNDONE.
    """
    difference.refresh_from_db()
    if difference.repaired_at is not None:
        return True
    _replay(difference)
    return _conclude(difference, user, agrees=_agrees(difference))


def _replay(difference: Difference) -> None:
    if difference.repair == Repair.ASK:
        raise NotRepairable
    if difference.repair == Repair.BOOK:
        books.book_account_movement(get_provider().booking(difference.reference))
        return
    donation = difference.donation or _donation_behind(difference)
    if donation is None:
        history.import_source(difference.source_reference)
    else:
        payments.synchronise_donation(donation)


def _donation_behind(difference: Difference) -> Donation | None:
    """Of a payment that became known since the difference was found."""
    reference = get_provider().payment_of(difference.source_reference)
    return Donation.objects.filter(payment_reference=reference).first() if reference else None


def _agrees(difference: Difference) -> bool:
    provider = get_provider()
    if difference.kind == Difference.Kind.SURPLUS:
        entry = LedgerEntry.objects.filter(reference=difference.reference).first()
        if entry is None or not entry.balance_reference:
            return False
        booking = provider.booking(entry.balance_reference)
    else:
        booking = provider.booking(difference.reference)
        books.tie([booking])
    entered = books.entered_cents([booking.reference])
    return entered.get(booking.reference) == booking.net_cents


@transaction.atomic
def _conclude(difference: Difference, user: User, *, agrees: bool) -> bool:
    locked = Difference.objects.select_for_update(of=("self",)).get(pk=difference.pk)
    if locked.repaired_at is not None:
        return True
    verb = "repaired" if agrees else "not_repaired"
    record(
        locked.reconciliation,
        f"reconciliation.{verb}",
        user=user,
        movement=locked.reference,
        repair=locked.repair,
    )
    if agrees:
        locked.repaired_at = timezone.now()
    else:
        locked.repair = Repair.ASK
    locked.save(update_fields=["repaired_at", "repair"])
    return agrees
