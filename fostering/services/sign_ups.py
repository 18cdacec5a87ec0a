"""Signing up for an event, cancelling, and noting who came."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from sosbca.core.encryption import digest
from sosbca.core.page_cache import Group, changed
from sosbca.users.models import User

from ..models import SignUp, SignUpList
from .audit import record
from .sign_up_lists import ACTIVE, free_places, is_full, move_up, promise, tell_pages

Status = SignUp.Status

# The wording of the consent in the form; a new wording gets a new date.
CONSENT_VERSION = "2026-11"
# Sign-ups from one network in an hour: an office may share one, a program may not.
LIMIT_PER_ADDRESS = 10
PERIOD = timedelta(hours=1)
# Whoever sends the form again within this time has pressed the button twice.
DOUBLE_CLICK = timedelta(minutes=10)


class NotOpenError(Exception):
    """The event takes no sign-ups (any more)."""


class TooManySignUpsError(Exception):
    """The throttle: this network has signed up too many in the last hour."""


class TooLateError(Exception):
    """The event has begun, so there is nothing to cancel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the form asks for, with the person's consent given. `persons` is 1 or 2."""

    name: str
    email: str
    persons: int
    language: str


@transaction.atomic
def sign_up(event_key: UUID, details: Details, network: str) -> None:
    """Give a place, or one on the waiting list; a message tells which.

    The answer is the same whether or not the address is on the list already: whose it is gets a
    message, at most once a day, and nothing changes.

    Raise NotOpenError or TooManySignUpsError.
    """
    address = digest(network, "sign-up-address")
    since = timezone.now() - PERIOD
    recent = SignUp.objects.filter(address_digest=address, created_at__gte=since)
    if recent.count() >= LIMIT_PER_ADDRESS:
        raise TooManySignUpsError
    # Everybody who changes this list waits here, so places are given one after the other.
    lists = SignUpList.objects.select_for_update().filter(event_key=event_key, is_current=True)
    event = lists.first()
    if event is None or not event.takes_sign_ups:
        raise NotOpenError
    fingerprint = email_digest(details.email)
    known = event.sign_ups.filter(email_digest=fingerprint, status__in=ACTIVE).first()
    if known is not None:
        _tell_again(known)
        return
    was_full = is_full(event)
    free = free_places(event)
    has_place = not was_full and (free is None or details.persons <= free)
    last = event.sign_ups.aggregate(last=Max("position"))["last"] or 0
    now = timezone.now()
    made = event.sign_ups.create(
        name=details.name,
        email=normalised(details.email),
        email_digest=fingerprint,
        address_digest=address,
        persons=details.persons,
        language=details.language,
        status=Status.CONFIRMED if has_place else Status.WAITING,
        position=last + 1,
        consent_version=CONSENT_VERSION,
        confirmed_at=now if has_place else None,
    )
    promise("sign_up_confirmed" if has_place else "sign_up_waiting", made)
    tell_pages(event, was_full)


@transaction.atomic
def cancel(sign_up_pk: int, user: User | None = None) -> SignUp:
    """Free the place; the first who waits gets it. `user` is the member of staff who does it,
    None the person. Repeating it changes nothing.

    Raise SignUp.DoesNotExist, or TooLateError once the event has begun.
    """
    event_pk = SignUp.objects.values_list("event_id", flat=True).get(pk=sign_up_pk)
    event = SignUpList.objects.select_for_update().get(pk=event_pk)
    cancelled = event.sign_ups.get(pk=sign_up_pk)
    if cancelled.status == Status.CANCELLED:
        return cancelled
    if timezone.now() >= event.starts_at:
        raise TooLateError
    was_full = is_full(event)
    cancelled.status = Status.CANCELLED
    cancelled.cancelled_at = timezone.now()
    cancelled.save(update_fields=["status", "cancelled_at"])
    promise("sign_up_cancelled", cancelled)
    if user is not None:
        record(event, "sign_up.cancelled", user=user, position=cancelled.position)
    move_up(event)
    tell_pages(event, was_full)
    return cancelled


@transaction.atomic
def erase(sign_up_pk: int, user: User) -> None:
    """Forget a person who asked for it (Regulation (EU) 2016/679, Article 17), and give their place
    back; only numbers stay. No message is sent. Repeating it changes nothing.

    Raise SignUp.DoesNotExist.
    """
    with suppress(TooLateError):
        cancel(sign_up_pk, user)
    erased = SignUp.objects.select_for_update().get(pk=sign_up_pk)
    if erased.is_erased:
        return
    erased.name = erased.email = erased.email_digest = erased.address_digest = ""
    erased.save(update_fields=["name", "email", "email_digest", "address_digest"])
    erased.mails.update(recipient="", facts="")
    record(erased.event, "sign_up.erased", user=user, position=erased.position)


@transaction.atomic
def call_off(event_pk: int, user: User) -> None:
    """Cancel everybody's sign-up because the event will not take place; each is told once. The
    list takes no more. Repeating it changes nothing.

    Raise TooLateError once the event has begun.
    """
    event = SignUpList.objects.select_for_update().get(pk=event_pk)
    if timezone.now() >= event.starts_at:
        raise TooLateError
    invited = list(event.sign_ups.filter(status__in=ACTIVE).order_by("position"))
    if not invited and not event.is_open:
        return
    for one in invited:
        one.status = Status.CANCELLED
        one.cancelled_at = timezone.now()
        one.save(update_fields=["status", "cancelled_at"])
        promise("sign_up_called_off", one)
    event.is_open = False
    event.called_off_at = timezone.now()
    event.save(update_fields=["is_open", "called_off_at"])
    record(event, "sign_up.called_off", user=user, count=len(invited))
    changed(Group.CONTENT)


@transaction.atomic
def note_attendance(event_pk: int, came: Collection[int], user: User) -> None:
    """Note who of those with a place came, by the keys of their sign-ups; the others did not."""
    event = SignUpList.objects.select_for_update().get(pk=event_pk)
    invited = event.sign_ups.filter(status=Status.CONFIRMED)
    invited.filter(pk__in=came).update(attended=True)
    invited.exclude(pk__in=came).update(attended=False)
    event.attendance_noted_at = timezone.now()
    event.save(update_fields=["attendance_noted_at"])
    record(event, "sign_up.attendance", user=user, came=invited.filter(attended=True).count())


def normalised(email: str) -> str:
    """The one form in which addresses are compared and written to."""
    return email.strip().lower()


def email_digest(email: str) -> str:
    return digest(normalised(email), "sign-up-email")


def _tell_again(known: SignUp) -> None:
    if timezone.now() - known.created_at > DOUBLE_CLICK:
        promise("sign_up_known", known, timezone.localdate().isoformat())
