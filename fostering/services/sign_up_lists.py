"""The lists that people sign up on: kept as the events' pages say, moving up by themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from sosbca.core.page_cache import Group, changed

from ..models import SignUp, SignUpList
from . import mail

Status = SignUp.Status
ACTIVE = (Status.CONFIRMED, Status.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """What is the same in both languages. `capacity` is in persons, None for no limit."""

    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    open_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWords:
    """What one language says. `path` is below the site's address."""

    language: str
    title: str
    place: str
    path: str


@transaction.atomic
def keep(event_key: UUID, facts: EventFacts, words: EventWords) -> SignUpList:
    """Make the list of an event, or bring it up to date with the page that was published.

    With more places the waiting list moves up; with fewer nobody loses theirs. Who is on the list
    is told of another time or place. An event that was called off stays closed at its time. Once
    an evening has begun, a time after its end is that of another one, with a list of its own.
    """
    columns = {**_columns(facts), **_columns_in_language(words)}
    # Latvian is what other languages fall back to, so it is never empty.
    defaults = {"title_lv": words.title, **columns}
    SignUpList.objects.get_or_create(event_key=event_key, is_current=True, defaults=defaults)
    # All of them first: another publication may be giving the page a new list.
    list(SignUpList.objects.select_for_update().filter(event_key=event_key).order_by("pk"))
    event = SignUpList.objects.select_for_update().get(event_key=event_key, is_current=True)
    if _is_another_evening(event, facts.starts_at):
        event = _begin_another(event, facts)
    was_full = is_full(event)
    times_before = (event.starts_at, event.ends_at)
    place_before = event.place(words.language)
    for name, value in columns.items():
        setattr(event, name, value)
    is_at_another_time = times_before != (event.starts_at, event.ends_at)
    if is_at_another_time:
        event.called_off_at = None
    event.is_open = event.called_off_at is None
    if timezone.now() < event.ends_at:
        # Its end was wrong, or it takes place anew: its people are forgotten in turn.
        event.erased_at = None
    is_elsewhere = place_before not in {"", event.place(words.language)}
    is_moved = is_elsewhere or is_at_another_time
    if is_moved:
        event.revision += 1
    event.save()
    if is_moved:
        _tell_of_change(event)
    move_up(event)
    tell_pages(event, was_full)
    return event


def current(event_key: UUID) -> SignUpList | None:
    """The list of the evening that a page is about now."""
    return SignUpList.objects.filter(event_key=event_key, is_current=True).first()


def current_ones(event_keys: Collection[UUID]) -> dict[UUID, SignUpList]:
    """The same for many pages, without those that have no list."""
    found = SignUpList.objects.filter(event_key__in=event_keys, is_current=True)
    return {event.event_key: event for event in found}


class ChangeOfTime(NamedTuple):
    """What another time on a page means: how many sign-ups are told of it, how many are not because
    the new time is past, or that it is another evening, for which a new list begins."""

    event: SignUpList
    told: int
    untold: int
    is_another_evening: bool


def change_of_time(event_key: UUID, starts_at: datetime, ends_at: datetime) -> ChangeOfTime | None:
    """What publishing these times would do; None when it concerns nobody. Changes nothing."""
    event = current(event_key)
    if event is None or (event.starts_at, event.ends_at) == (starts_at, ends_at):
        return None
    if _is_another_evening(event, starts_at):
        return ChangeOfTime(event, 0, 0, is_another_evening=True)
    now = timezone.now()
    living = event.sign_ups.filter(status__in=ACTIVE).exclude(email_digest="").count()
    told = living if now < starts_at else 0
    # Nobody waits for an evening that had begun before.
    untold = living if starts_at <= now < event.starts_at else 0
    return ChangeOfTime(event, told, untold, is_another_evening=False) if told or untold else None


def close(event_key: UUID) -> None:
    """Take no more sign-ups: no page offers the event any more. Who has a place keeps it."""
    SignUpList.objects.filter(event_key=event_key, is_open=True).update(is_open=False)


def move_up(event: SignUpList) -> None:
    """Give free places to those who wait, in the order of arrival. Nobody overtakes: while two
    places are needed for the first of them, one free place stays free. Only who needs more places
    than the event has is passed over. Each is told once.

    The list must be locked. After the event has begun nothing moves any more.
    """
    if event.erased_at or timezone.now() >= event.starts_at:
        return
    free = free_places(event)
    for sign_up in _in_line(event):
        if free is not None and sign_up.persons > free:
            return
        if free is not None:
            free -= sign_up.persons
        sign_up.status = Status.CONFIRMED
        sign_up.confirmed_at = timezone.now()
        sign_up.save(update_fields=["status", "confirmed_at"])
        promise("sign_up_moved_up", sign_up)


def free_places(event: SignUpList) -> int | None:
    """How many persons still have room; None when there is no limit."""
    if event.capacity is None:
        return None
    confirmed = _of_status(event, Status.CONFIRMED)
    taken = confirmed.aggregate(taken=Sum("persons"))["taken"] or 0
    return max(event.capacity - taken, 0)


def is_full(event: SignUpList) -> bool:
    """Whether the next who signs up has to wait: no place is free, or others wait for it."""
    if free_places(event) == 0:
        return True
    return _in_line(event).exists()


def tell_pages(event: SignUpList, was_full: bool) -> None:
    """Pages say whether there is room; they are made anew when that has changed."""
    if is_full(event) != was_full:
        changed(Group.CONTENT)


def promise(kind: str, sign_up: SignUp, suffix: str = "") -> None:
    """Promise a message about a sign-up: one of each kind, or one for each suffix."""
    key = "-".join(
        filter(None, ["sign-up", str(sign_up.pk), kind.removeprefix("sign_up_"), suffix])
    )
    mail.promise(kind, key, language=sign_up.language, sign_up=sign_up)


def _is_another_evening(event: SignUpList, starts_at: datetime) -> bool:
    """Not when somebody signed up after its end, which nobody can: that date was a mistake."""
    is_later = event.starts_at <= timezone.now() < starts_at and starts_at > event.ends_at
    if not is_later or event.sign_ups.filter(created_at__gt=event.ends_at).exists():
        return False
    return event.sign_ups.exists()


def _begin_another(event: SignUpList, facts: EventFacts) -> SignUpList:
    """The list of the next evening on the same page, with the words of both languages."""
    names = [f"{part}_{code}" for part in ("title", "place", "path") for code in ("lv", "en")]
    words = {name: getattr(event, name) for name in names}
    event.is_current = event.is_open = False
    # Its page is about the other evening now.
    event.path_lv = event.path_en = ""
    event.save(update_fields=["is_current", "is_open", "path_lv", "path_en"])
    columns = words | _columns(facts)
    return SignUpList.objects.create(event_key=event.event_key, **columns)


def _of_status(event: SignUpList, status: str) -> QuerySet[SignUp]:
    """Without those who were erased after it had begun."""
    return event.sign_ups.filter(status=status).exclude(email_digest="")


def _in_line(event: SignUpList) -> QuerySet[SignUp]:
    """Those who wait, the first one first, but for those whom all places together are too few:
    they keep their position in case there are more one day, and hold nobody up."""
    waiting = _of_status(event, Status.WAITING).order_by("position")
    return waiting if event.capacity is None else waiting.filter(persons__lte=event.capacity)


def _tell_of_change(event: SignUpList) -> None:
    if timezone.now() >= event.starts_at:
        return
    for sign_up in event.sign_ups.filter(status__in=ACTIVE).exclude(email_digest=""):
        promise("sign_up_changed", sign_up, str(event.revision))


def _columns(facts: EventFacts) -> dict[str, object]:
    return {
        "starts_at": facts.starts_at,
        "ends_at": facts.ends_at,
        "capacity": facts.capacity,
        "open_until": facts.open_until,
    }


def _columns_in_language(words: EventWords) -> dict[str, object]:
    return {
        f"title_{words.language}": words.title,
        f"place_{words.language}": words.place,
        f"path_{words.language}": words.path,
    }
