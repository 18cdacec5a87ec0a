"""Gifts that reach the association without a payment company: cash, bank transfers, gifts in kind.

Finance enters them from their source documents. They are gifts like all others: one entry in the
ledger, one receipt. An entry made in error is not deleted but voided: what is left of it goes out
of the ledger by another entry, and the receipt is annulled.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from sosbca.core.encryption import digest
from sosbca.core.page_cache import Group, changed
from sosbca.users.models import User

from ..models import Campaign, Donation, Donor, Fund, LedgerEntry
from ..models.choices import Provider
from ..queries import GIFT_KINDS
from . import receipts
from .audit import record
from .duplicates import root_of

CASH: Final = "cash"
BANK: Final = "bank"
IN_KIND: Final = "in_kind"
METHODS: Final = (CASH, BANK, IN_KIND)


class NotEnterable(Exception):
    """The day lies in the future or too far back, the amount is nothing, or the gift says too
    little of itself."""


class AlreadyEntered(Exception):
    """The same form was used before, for another gift: that one is in the argument."""


class NotVoidable(Exception):
    """The gift was not entered by hand, or nothing is left of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDonor:
    """A donor whom nobody has recorded yet, checked and normalised. The e-mail may be empty."""

    kind: str
    name: str
    email: str = ""
    registration_number: str = ""
    personal_code: str = ""
    language: str = "lv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What finance writes down. `amount_cents` is the value of a gift in kind, which
    `description` names; of other gifts it may name the source document."""

    donor: Donor | NewDonor
    fund: Fund
    amount_cents: int
    received_on: date
    method: str
    campaign: Campaign | None = None
    description: str = ""


def enter(entry: Entry, request_id: uuid.UUID, user: User) -> Donation:
    """Record a gift with its ledger entry and receipt; the same `request_id` enters it once.

    Raise NotEnterable, or AlreadyEntered when the same `request_id` entered another gift.
    """
    _check(entry)
    reference = f"manual-{request_id}"
    known = Donation.objects.filter(payment_reference=reference)
    if not known.exists():
        try:
            return _enter(entry, reference, user)
        except IntegrityError:
            # Sent twice, and the other was faster.
            if not known.exists():
                raise
    donation = known.select_related("donor").get()
    if not _is_same(donation, entry):
        raise AlreadyEntered(donation)
    return donation


@transaction.atomic
def _enter(entry: Entry, reference: str, user: User) -> Donation:
    donor = entry.donor if isinstance(entry.donor, Donor) else _recorded(entry.donor)
    # Noon, so that no time zone makes another day of it.
    paid_at = timezone.make_aware(datetime.combine(entry.received_on, time(12)))
    donation = Donation.objects.create(
        donor=donor,
        fund=entry.fund,
        campaign=entry.campaign,
        amount_cents=entry.amount_cents,
        language=donor.language,
        status=Donation.Status.PAID,
        provider=Provider.MANUAL,
        payment_reference=reference,
        payment_method=entry.method,
        is_live=not settings.IS_DEMO,
        description=entry.description,
        paid_at=paid_at,
    )
    LedgerEntry.objects.create(
        donation=donation,
        kind=LedgerEntry.Kind.CHARGE,
        amount_cents=entry.amount_cents,
        reference=f"{reference}:charge",
        occurred_at=paid_at,
    )
    record(donation, "donation.entered", user=user, amount_cents=entry.amount_cents)
    receipts.issue_due(donation, returned_cents=0)
    changed(Group.GIVING)
    return donation


def is_voidable(donation: Donation) -> bool:
    """Whether the gift was entered by hand and still stands."""
    return donation.provider == Provider.MANUAL and donation.status == Donation.Status.PAID


@transaction.atomic
def void(donation: Donation, user: User) -> Donation:
    """Take back a gift that was entered by hand; a second time does nothing more.

    Raise NotVoidable.
    """
    locked = Donation.objects.select_for_update(of=("self",)).get(pk=donation.pk)
    if locked.provider != Provider.MANUAL:
        raise NotVoidable
    if locked.status == Donation.Status.REFUNDED:
        return locked
    gift = locked.entries.filter(kind__in=GIFT_KINDS)
    rest = gift.aggregate(total=Sum("amount_cents"))["total"] or 0
    if rest <= 0:
        raise NotVoidable
    LedgerEntry.objects.create(
        donation=locked,
        kind=LedgerEntry.Kind.REFUND,
        amount_cents=-rest,
        reference=f"{locked.payment_reference}:void",
        occurred_at=timezone.now(),
    )
    locked.status = Donation.Status.REFUNDED
    locked.save(update_fields=["status"])
    record(locked, "donation.voided", user=user, amount_cents=rest)
    receipts.issue_due(locked, returned_cents=locked.amount_cents)
    changed(Group.GIVING)
    return locked


def first_day() -> date:
    """The earliest day of which a gift can be entered: the books of earlier years are not kept."""
    return date(timezone.localdate().year - settings.RETENTION_REGISTER_YEARS, 1, 1)


def _is_same(donation: Donation, entry: Entry) -> bool:
    """Whether a donation is what the entry says; of the donor as far as everybody has it."""
    ours = (donation.donor.kind, donation.donor.name, donation.donor.email)
    theirs = (entry.donor.kind, entry.donor.name, entry.donor.email.lower())
    return (
        ours == theirs
        and donation.paid_at is not None
        and (
            donation.amount_cents,
            donation.fund_id,
            donation.campaign_id,
            donation.payment_method,
            donation.description,
            timezone.localdate(donation.paid_at),
        )
        == (
            entry.amount_cents,
            entry.fund.pk,
            entry.campaign.pk if entry.campaign else None,
            entry.method,
            entry.description,
            entry.received_on,
        )
    )


def _check(entry: Entry) -> None:
    if entry.amount_cents <= 0 or entry.method not in METHODS:
        raise NotEnterable
    if not first_day() <= entry.received_on <= timezone.localdate():
        raise NotEnterable
    if entry.method == IN_KIND and not entry.description.strip():
        raise NotEnterable
    if isinstance(entry.donor, Donor) and (entry.donor.merged_into_id or entry.donor.erased_at):
        raise NotEnterable
    if entry.campaign and entry.campaign.fund_id != entry.fund.pk:
        raise NotEnterable


def _recorded(details: NewDonor) -> Donor:
    """The donor with exactly these details; of a merged one the one that was kept."""
    donor, created = Donor.objects.get_or_create(
        email=details.email.lower(),
        kind=details.kind,
        name=details.name,
        registration_number=details.registration_number,
        contact_name="",
        personal_code_digest=(
            digest(details.personal_code, "personal-code") if details.personal_code else ""
        ),
        defaults={"personal_code": details.personal_code, "language": details.language},
    )
    if created:
        record(donor, "donor.entered")
    return root_of(donor)
