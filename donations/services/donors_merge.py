"""Makes one donor of two that are the same person or company."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, Model

from sosbca.users.models import User

from ..models import CheckoutAttempt, Donation, Donor, Pledge, Statement
from . import access, company_records, statements
from .audit import record

# Details that the kept donor takes over where it has none.
FILLED = ("personal_code", "postal_address", "contact_name", "registration_number", "email")


class NotMergeable(Exception):
    """The two are one, or of different kinds, or one of them is merged, erased or to be erased."""


class CodesDiffer(NotMergeable):
    """Both have a personal code or registration number, and not the same: hardly one donor."""


class KeepTheOther(NotMergeable):
    """The duplicate knows more of the donor, so it is the one to keep."""


@transaction.atomic
def merge(kept: Donor, duplicate: Donor, user: User | None, *, confirmed: bool = False) -> Donor:
    """Give everything that the duplicate has to the donor that is kept.

    The duplicate stays with its details and points at the kept one, so that whoever gives with
    them again is found there. Nothing is deleted; issued documents keep what they say. Repeating
    it does nothing more. Raise NotMergeable; `confirmed` waives CodesDiffer.
    """
    pks = [kept.pk, duplicate.pk]
    await_payments(pks)
    rows = Donor.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    locked = {donor.pk: donor for donor in rows}
    kept, duplicate = locked[kept.pk], locked[duplicate.pk]
    if kept.pk == duplicate.pk:
        raise NotMergeable
    if duplicate.merged_into_id == kept.pk:
        return kept
    _check(kept, duplicate, confirmed=confirmed)
    _fill(kept, duplicate)
    years = _years_of(kept) | _years_of(duplicate)
    _move_statements(kept, duplicate)
    # Whoever wished it may move the duplicate to another address, and never the kept donor.
    access.end_changes(duplicate)
    _move_all(kept, duplicate)
    duplicate.merged_into = kept
    duplicate.save(update_fields=["merged_into"])
    # By what the kept one's are: customers that came over, and details that were taken over.
    company_records.mark_donor(kept)
    record(kept, "donor.merged", user=user, other=duplicate.pk)
    record(duplicate, "donor.merged_away", user=user, other=kept.pk)
    for year in sorted(years):
        # Neither of the statements so far says what the one donor gave.
        statements.issue(kept, year, user=user)
    return kept


def gather() -> int:
    """Give kept donors what reached their duplicates while they were merged: a form or payment
    that was being recorded at that moment, which nobody could see yet. Return how many rows."""
    moved = 0
    changed: set[int] = set()
    for model, field in _pointers():
        strays = model._base_manager.filter(**{f"{field}__merged_into__isnull": False})
        pairs = set(strays.values_list(field, f"{field}__merged_into"))
        for duplicate, kept in pairs:
            rows = model._base_manager.filter(**{field: duplicate})
            moved += rows.update(**{field: kept})
            changed.add(kept)
    for kept in changed:
        company_records.mark_donor(Donor.objects.get(pk=kept))
    return moved


def await_payments(donors: Iterable[int]) -> None:
    """Lock what payments of these donors hang on, in the order in which they lock it themselves,
    and before the donors: a payment that is being recorded needs its donor in the end."""
    for model in (CheckoutAttempt, Pledge, Donation):
        rows = model._default_manager.filter(donor__in=donors)
        # Not for its key, which others may refer to meanwhile.
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _check(kept: Donor, duplicate: Donor, *, confirmed: bool) -> None:
    if kept.kind != duplicate.kind:
        raise NotMergeable
    if any(donor.merged_into_id or donor.erased_at for donor in (kept, duplicate)):
        raise NotMergeable
    # Erasing one of them is on its way: it would miss what the other takes over.
    if kept.erase_requested_at or duplicate.erase_requested_at:
        raise NotMergeable
    if confirmed:
        return
    for field in ("personal_code_digest", "registration_number"):
        ours, theirs = getattr(kept, field), getattr(duplicate, field)
        if ours and theirs and ours != theirs:
            raise CodesDiffer


def _fill(kept: Donor, duplicate: Donor) -> None:
    """Take over details that the kept donor lacks."""
    filled = [name for name in FILLED if getattr(duplicate, name) and not getattr(kept, name)]
    if not filled:
        return
    for name in filled:
        setattr(kept, name, getattr(duplicate, name))
    if "personal_code" in filled:
        kept.personal_code_digest = duplicate.personal_code_digest
    same = Donor.objects.filter(
        email=kept.email,
        kind=kept.kind,
        name=kept.name,
        registration_number=kept.registration_number,
        contact_name=kept.contact_name,
        personal_code_digest=kept.personal_code_digest,
    )
    if same.exclude(pk=kept.pk).exists():
        raise KeepTheOther
    kept.save(update_fields=[*filled, "personal_code_digest"])


def _years_of(donor: Donor) -> set[int]:
    return set(donor.statements.values_list("year", flat=True))


def _move_statements(kept: Donor, duplicate: Donor) -> None:
    """Versions count on from the kept donor's; the printed numbers stay."""
    for statement in duplicate.statements.order_by("year", "version"):
        last = kept.statements.filter(year=statement.year).aggregate(last=Max("version"))["last"]
        Statement.objects.filter(pk=statement.pk).update(donor=kept, version=(last or 0) + 1)


def _move_all(kept: Donor, duplicate: Donor) -> None:
    for model, field in _pointers():
        model._base_manager.filter(**{field: duplicate}).update(**{field: kept})


def _pointers() -> list[tuple[type[Model], str]]:
    """Whatever points at a donor, also what later versions of this program add."""
    return [
        (relation.related_model, relation.field.name) for relation in Donor._meta.related_objects
    ]
