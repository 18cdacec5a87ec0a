"""Erases donors: the identity goes, the accounting facts stay.

A donor may ask for it at any time (Regulation (EU) 2016/679, Article 17). What accounting law
orders us to keep is excepted there (paragraph 3, point b): receipts stay locked away until their
time is over, see `kept`.

Nothing may be collected from somebody whom we no longer know, and a payment on its way still needs
the name for its receipt. So pledges are cancelled and open checkouts closed first; if the payment
company is away the wish is kept and carried out later.
"""

import logging
import uuid
from collections.abc import Iterable, Sequence

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from sosbca.users.models import User

from ..models import (
    CheckoutAttempt,
    Consent,
    Donation,
    Donor,
    Instalment,
    OutgoingMail,
    Pledge,
    PledgeWish,
    Statement,
    TransferIntention,
    Tribute,
)
from ..providers import ProviderError, get_provider
from . import access, attempts, company_records, kept, mail, payments, pledges, wishes
from .audit import record
from .donors_merge import await_payments
from .duplicates import with_duplicates

logger = logging.getLogger(__name__)

UNFINISHED = (CheckoutAttempt.Status.STARTED, CheckoutAttempt.Status.OPEN)
# Stands where a name was; staff see “Erased donor” in their language.
NO_NAME = "–"


def erase(donors: Sequence[Donor], user: User | None = None) -> bool:
    """Record the wish to erase these donors and carry it out if nothing is in the way.

    Return whether all of them are erased. False: something is still on its way, or the payment
    company is away; it is tried again by itself.
    """
    with transaction.atomic():
        rows = Donor.objects.select_for_update(of=("self",)).order_by("pk")
        for donor in rows.filter(pk__in=[donor.pk for donor in donors], erase_requested_at=None):
            donor.erase_requested_at = timezone.now()
            donor.save(update_fields=["erase_requested_at"])
            record(donor, "donor.erase_wished", user=user)
    done = [carry_out(donor.pk) for donor in donors]
    return all(done)


def carry_out(donor_pk: int) -> bool:
    """Erase a donor who wished it, if nothing is in the way; return whether it is done.

    Safe to repeat and to run twice at once.
    """
    donor = Donor.objects.get(pk=donor_pk)
    if donor.erased_at:
        return True
    if donor.erase_requested_at is None:
        return False
    family = with_duplicates(donor)
    return _nothing_runs(family) and _erase(donor, tell=True)


def carry_out_waiting() -> int:
    """Try again what could not be done at once; return how many were erased."""
    waiting = Donor.objects.filter(erase_requested_at__isnull=False, erased_at=None)
    done = 0
    for pk in waiting.order_by("pk").values_list("pk", flat=True)[:500]:
        try:
            done += carry_out(pk)
        except Exception:
            # One donor that can't be erased must not keep the others from it.
            logger.exception("Donor %s cannot be erased", pk)
    return done


def forget(donor: Donor) -> None:
    """Erase a donor whose records' time is over; nobody is told."""
    _erase(donor, tell=False)


# What has to end first ---------------------------------------------------------------------------


def _nothing_runs(family: Iterable[int]) -> bool:
    for attempt in CheckoutAttempt.objects.filter(donor__in=family, status__in=UNFINISHED):
        _close(attempt)
    for pledge in _running(family):
        _end(pledge)
    return not _anything_runs(family)


def _anything_runs(family: Iterable[int]) -> bool:
    return (
        CheckoutAttempt.objects.filter(donor__in=family, status__in=UNFINISHED).exists()
        or _running(family).exists()
        # A receipt is still to be made of these.
        or Donation.objects.filter(donor__in=family, status=Donation.Status.PROCESSING).exists()
        or Donation.objects.filter(
            donor__in=family, paid_at__isnull=False, needs_receipt=True, receipts=None
        ).exists()
    )


def _running(family: Iterable[int]) -> QuerySet[Pledge]:
    return Pledge.objects.filter(donor__in=family).exclude(status=Pledge.Status.CANCELLED)


def _close(attempt: CheckoutAttempt) -> None:
    if not attempt.session_reference:
        attempts.give_up(attempt)
        return
    try:
        get_provider().expire_checkout(attempt.session_reference)
    except ProviderError:
        # It has ended already, or the company is away: asking tells.
        logger.info("Checkout of attempt %s could not be closed", attempt.pk)
    payments.try_synchronise(attempt)


def _end(pledge: Pledge) -> None:
    """Wish that a pledge ends. The wish is named after the day: however often it is tried it is
    one, and the next day has another should the company have refused."""
    try:
        wishes.cancel(pledge, uuid.uuid5(pledge.public_id, f"erasure {timezone.localdate()}"))
    except wishes.NotPossible:
        # Its end is wished already, and waits for the company.
        return
    pledge.refresh_from_db()
    if pledge.is_running:
        try:
            pledges.synchronise(pledge)
        except Exception:
            logger.exception("Pledge %s has not ended yet", pledge.pk)


# The identity ------------------------------------------------------------------------------------


def _erase(donor: Donor, *, tell: bool) -> bool:
    """Take everything away that leads to a person; numbers, dates and amounts stay. Return whether
    it is done: a gift may have begun a moment ago."""
    with transaction.atomic():
        await_payments(with_duplicates(donor))
        locked = Donor.objects.select_for_update(of=("self",)).get(pk=donor.pk)
        if locked.erased_at:
            return True
        family = with_duplicates(locked)
        # What is erased for its age is done with; a wish may come while its donor gives.
        if tell and _anything_runs(family):
            return False
        addresses = set(Donor.objects.filter(pk__in=family).values_list("email", flat=True))
        _withdraw_messages(family)
        if tell:
            # Promised with its own address: the donor has none when it is sent.
            mail.promise(
                "erased",
                f"erased-{donor.pk}",
                donor=locked,
                recipient=locked.email,
                facts={
                    "language": locked.language,
                    "kept_until": kept.documents_kept_until(family),
                },
            )
        _forget_words(family)
        files = _forget_statements(family)
        for pk in family:
            Donor.objects.filter(pk=pk).update(
                name=NO_NAME,
                email=f"erased-{pk}@erased.invalid",
                registration_number="",
                contact_name="",
                personal_code="",
                personal_code_digest="",
                postal_address="",
                erased_at=timezone.now(),
            )
        for address in addresses:
            if not access.donors_of(address):
                access.forget(address)
        access.forget_changes(family)
        locked.refresh_from_db()
        record(locked, "donor.erased")
        company_records.mark_donor(locked)
    for name in files:
        storages["private"].delete(name)
    return True


def _withdraw_messages(family: Sequence[int]) -> None:
    """What was not sent yet is not sent any more, and what it was to say is forgotten."""
    states = OutgoingMail.Status
    theirs = (
        Q(donor__in=family)
        | Q(pledge__donor__in=family)
        | Q(attempt__donor__in=family)
        | Q(transfer__donor__in=family)
        | Q(statement__donor__in=family)
        | Q(receipt__donation__donor__in=family)
    )
    unsent = OutgoingMail.objects.filter(theirs).exclude(status=states.SENT)
    keys = list(unsent.values_list("pk", flat=True))
    OutgoingMail.objects.filter(pk__in=keys).update(
        recipient="", facts="", status=states.WITHDRAWN, sent_at=None
    )


def _forget_words(family: Sequence[int]) -> None:
    """What donors wrote themselves, whom they named, their card, and where the payment company
    shows who they are."""
    CheckoutAttempt.objects.filter(donor__in=family).update(message="", employer="", session_url="")
    Pledge.objects.filter(donor__in=family).update(
        employer="", end_comment="", method_ending="", card_expires_on=None
    )
    Instalment.objects.filter(pledge__donor__in=family).update(pay_url="")
    PledgeWish.objects.filter(pledge__donor__in=family).update(comment="")
    TransferIntention.objects.filter(donor__in=family).update(message="")
    Tribute.objects.filter(attempt__donor__in=family).delete()
    Consent.objects.filter(donor__in=family).delete()


def _forget_statements(family: Sequence[int]) -> list[str]:
    """A yearly statement only repeats receipts; no law asks to keep it. Return its files."""
    statements = Statement.objects.filter(donor__in=family)
    files = [name for name in statements.values_list("pdf_name", flat=True) if name]
    statements.update(snapshot="", pdf_name="")
    return files
