"""A donor's new e-mail address: theirs from the moment in which they open the link in its mailbox.

Only then is it said whether somebody gives with that address already. Different details stand side
by side on its page, as always. The very same details are one donor: the person has shown that both
mailboxes are theirs, so the two records become one.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from django.db import transaction

from ..models import Donor
from . import access, donors
from .audit import record
from .donors_merge import NotMergeable, merge


class Outcome(StrEnum):
    MOVED = "moved"
    # The address had a record with the very same details: they are one now.
    JOINED = "joined"
    # Finance has merged that record into another one, whose mailbox nobody has shown.
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`key` is that of the visit which begins; there is none to an address that was not given."""

    key: str
    outcome: Outcome


@transaction.atomic
def confirm(token: str) -> Confirmed | None:
    """Use up the link that confirms an address, and give the address to its donor; None when the
    link is of another kind, unknown, used or too old."""
    link = access.claim(token)
    if link is None or link.donor is None:
        return None
    key = access.use(link)
    outcome = _give(link.donor, access.normalised(link.email))
    if outcome is not Outcome.TAKEN:
        access.note_opening(link.email)
    return Confirmed(key, outcome)


def _give(donor: Donor, email: str) -> Outcome:
    try:
        donors.change_email(donor, email)
    except donors.AlreadyKnown:
        return _join(donor, _same_details(donor, email))
    return Outcome.MOVED


def _join(donor: Donor, other: Donor) -> Outcome:
    before = donor.email
    if other.merged_into_id == donor.pk:
        # One's own duplicate: it keeps the old address, so that gifts with either are found.
        email = other.email
        _set_email(other, f"{uuid4()}@moving.invalid")
        donors.change_email(donor, email)
        _set_email(other, before)
        return Outcome.MOVED
    try:
        if other.merged_into_id:
            raise NotMergeable
        kept = merge(other, donor, None)
    except NotMergeable:
        record(donor, "donor.address_taken", other=other.pk)
        return Outcome.TAKEN
    donors.told_of_address(kept)
    donors.address_changed(kept, before)
    return Outcome.JOINED


def _same_details(donor: Donor, email: str) -> Donor:
    return Donor.objects.get(
        email=email,
        kind=donor.kind,
        name=donor.name,
        registration_number=donor.registration_number,
        contact_name=donor.contact_name,
        personal_code_digest=donor.personal_code_digest,
    )


def _set_email(donor: Donor, email: str) -> None:
    Donor.objects.filter(pk=donor.pk).update(email=email)
