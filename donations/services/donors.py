"""Changes what is kept about donors, at their own wish or that of staff."""

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from sosbca.core.encryption import digest
from sosbca.users.models import User

from ..models import Consent, Donor, Pledge
from . import access, company_records, mail, preferences
from .audit import record

logger = logging.getLogger(__name__)


class AlreadyKnown(Exception):
    """There is another donor with exactly these details."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    name: str
    contact_name: str = ""
    postal_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Details):
    """What staff alone change: it decides who opens the donor's page, and what the tax authority
    is told. Numbers are checked already."""

    email: str
    personal_code: str = ""
    registration_number: str = ""


def change_details(donor: Donor, details: Details, user: User | None = None) -> list[str]:
    """Change what `details` holds; return which of it has changed.

    Documents that were issued keep what they say, and who was erased or merged meanwhile stays so.
    Raise AlreadyKnown.
    """
    return _change(donor, asdict(details), user)


def change_email(donor: Donor, email: str) -> list[str]:
    """Give the donor an address whose mailbox is proved to be theirs. Raise AlreadyKnown."""
    return _change(donor, {"email": email}, None)


def address_changed(donor: Donor, before: str) -> None:
    """With another e-mail address, visits and links of the one until now end, and it is told."""
    access.end_changes(donor)
    if before:
        access.end_everywhere(before)
        _tell(donor, ["email"], recipient=before)


def told_of_address(donor: Donor) -> None:
    """What follows when a donor's address has changed by becoming one with another record."""
    _told([donor], ["email"], None)


def _change(donor: Donor, wanted: dict[str, str], user: User | None) -> list[str]:
    try:
        with transaction.atomic():
            locked = Donor.objects.select_for_update(of=("self",)).get(pk=donor.pk)
            what = [name for name, value in wanted.items() if getattr(locked, name) != value]
            if not what or locked.erased_at or locked.merged_into_id:
                return []
            before = locked.email
            for name in what:
                setattr(locked, name, wanted[name])
            code = locked.personal_code
            locked.personal_code_digest = digest(code, "personal-code") if code else ""
            locked.save(update_fields=[*what, "personal_code_digest"])
            _told([locked], what, user)
            if "email" in what:
                address_changed(locked, before)
    except IntegrityError as error:
        raise AlreadyKnown from error
    return what


@transaction.atomic
def change_language(donors: Sequence[Donor], language: str, user: User | None = None) -> bool:
    """Write to these donors, and make their documents, in another language from now on.

    Return whether anything has changed.
    """
    # Pledges are locked before donors, as payments and merges do.
    rows = Pledge.objects.select_for_update(of=("self",)).filter(donor__in=donors).order_by("pk")
    running = list(rows.exclude(status=Pledge.Status.CANCELLED))
    others = [donor for donor in _locked(donors) if donor.language != language]
    for donor in others:
        donor.language = language
        donor.save(update_fields=["language"])
    moved = [pledge for pledge in running if preferences.choose(pledge, language=language)]
    if others:
        _told(others, ["language"], user)
    return bool(others or moved)


def wants_newsletter(donors: Iterable[Donor]) -> bool:
    """Whether the last word of any of them is yes."""
    return any(_last_word(donor) for donor in donors)


@transaction.atomic
def change_consents(
    donors: Sequence[Donor], *, newsletter: bool, wording: str, user: User | None = None
) -> bool:
    """Record a consent to news by e-mail, or its withdrawal, in the words that were agreed to.

    Return whether anything has changed: what was said last is not said again.
    """
    others = [donor for donor in _locked(donors) if _last_word(donor) != newsletter]
    for donor in others:
        Consent.objects.create(
            donor=donor,
            purpose=Consent.Purpose.NEWSLETTER,
            is_given=newsletter,
            wording=wording,
        )
    if others:
        _told(others, ["newsletter"], user)
    return bool(others)


def _locked(donors: Iterable[Donor]) -> QuerySet[Donor]:
    rows = Donor.objects.select_for_update(of=("self",)).order_by("pk")
    return rows.filter(pk__in=[donor.pk for donor in donors], erased_at=None)


def _last_word(donor: Donor) -> bool:
    last = donor.consents.filter(purpose=Consent.Purpose.NEWSLETTER).order_by("-pk").first()
    return last is not None and last.is_given


def _told(donors: Sequence[Donor], what: list[str], user: User | None) -> None:
    """Log the change, tell the donor once, and let the payment company know."""
    for donor in donors:
        record(donor, "donor.changed", user=user, what=", ".join(sorted(what)))
        if set(what) & {"name", "email", "language"}:
            company_records.mark_donor(donor)
    _tell(donors[0], what)


def _tell(donor: Donor, what: list[str], recipient: str = "") -> None:
    mail.promise(
        "details_changed",
        f"details-{uuid.uuid4()}",
        donor=donor,
        recipient=recipient,
        facts={"what": what},
    )
