"""Carries out what donors and staff wish about a pledge: recorded first, then done, repeated until
the payment company has answered. Of one pledge one wish at a time, so that the last one is what
stays.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from sosbca.users.models import User

from ..dates import local_day, moment_of, months_later
from ..models import Pledge, PledgeWish
from ..providers import (
    PledgeChange,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    get_provider,
)
from ..signals import wish_waiting
from . import mail, pledges
from .attempts import CURRENCY
from .audit import record

logger = logging.getLogger(__name__)

Action = PledgeWish.Action
Status = PledgeWish.Status

BACK_OFF = tuple(
    timedelta(seconds=seconds) for seconds in (30, 120, 600, 1800, 3600, 10800, 21600, 43200, 86400)
)
# Carrying one out takes no longer than this, or its process died.
CARRYING_OUT_TAKES = timedelta(minutes=2)
PAUSE_MONTHS = range(1, 7)
# Before a payment whose day was moved, Stripe and the donor want some notice.
NOTICE = timedelta(days=2)
# What changes of a wish once it is recorded. Its words may be erased meanwhile.
OUTCOME = (
    "status",
    "tries",
    "round",
    "last_error",
    "next_try_at",
    "in_hand_until",
    "finished_at",
)


class NotPossible(Exception):
    """The pledge has ended, or its state leaves no room for the wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a pledge is to be from the next payment on. The amount, in cents, includes the part
    that covers the fee; `next_payment_at` moves the next payment, None leaves it."""

    amount_cents: int
    frequency: str
    fee_cover_cents: int = 0
    next_payment_at: datetime | None = None


def change_terms(
    pledge: Pledge, terms: Terms, request_id: uuid.UUID, user: User | None = None
) -> PledgeWish:
    """Wish for another amount, frequency or day. See `_wish` for what comes back."""
    return _wish(
        pledge,
        PledgeWish(
            id=request_id,
            action=Action.TERMS,
            amount_cents=terms.amount_cents,
            fee_cover_cents=terms.fee_cover_cents,
            frequency=terms.frequency,
            moment=terms.next_payment_at,
            by=user,
        ),
    )


def pause(
    pledge: Pledge, until: datetime, request_id: uuid.UUID, user: User | None = None
) -> PledgeWish:
    """Wish that nothing is collected until a moment, see `pause_end`."""
    return _wish(pledge, PledgeWish(id=request_id, action=Action.PAUSE, moment=until, by=user))


def pause_end(pledge: Pledge, months: int) -> datetime:
    """When a pause of so many months ends that is wished now.

    It is counted from the next payment, and ends the day before another is due: a monthly gift
    leaves out as many payments as months, the next payment of a yearly one is put off by as many.
    Where a payment is overdue, or none is planned, it is counted from today.
    """
    due = pledge.next_payment_at
    if pledge.status == Pledge.Status.ACTIVE and due and due > timezone.now():
        return moment_of(months_later(timezone.localdate(due), months) - timedelta(days=1))
    return moment_of(months_later(timezone.localdate(), months))


def resume(pledge: Pledge, request_id: uuid.UUID, user: User | None = None) -> PledgeWish:
    """Wish that collecting goes on after a pause, or that a planned end is taken back."""
    return _wish(pledge, PledgeWish(id=request_id, action=Action.RESUME, by=user))


def cancel(
    pledge: Pledge, request_id: uuid.UUID, comment: str = "", user: User | None = None
) -> PledgeWish:
    """Wish that the pledge ends now."""
    wish = PledgeWish(id=request_id, action=Action.CANCEL, comment=comment[:500], by=user)
    return _wish(pledge, wish)


def _wish(pledge: Pledge, wish: PledgeWish) -> PledgeWish:
    """Record the wish and carry it out at once if the company answers.

    The result's status tells: DONE, WAITING (the company is away: it is repeated by itself) or
    REFUSED. The same `request_id` a second time does nothing more. Raise NotPossible.
    """
    recorded = _record(pledge, wish)
    carry_out(recorded.pk)
    recorded.refresh_from_db()
    return recorded


@transaction.atomic
def _record(pledge: Pledge, wish: PledgeWish) -> PledgeWish:
    locked = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
    if known := PledgeWish.objects.filter(pk=wish.pk).first():
        if known.pledge_id != pledge.pk:
            raise NotPossible
        return known
    if not locked.is_running:
        raise NotPossible
    waiting = locked.wishes.filter(status=Status.WAITING)
    if waiting.filter(action=Action.CANCEL).exists():
        raise NotPossible
    # A later wish of the same kind replaces one that still waits; the end replaces all.
    replaced = waiting if wish.action == Action.CANCEL else waiting.filter(action=wish.action)
    if wish.action in {Action.PAUSE, Action.RESUME}:
        replaced = waiting.filter(action__in=[Action.PAUSE, Action.RESUME])
    replaced.update(status=Status.REPLACED, finished_at=timezone.now())
    wish.pledge = locked
    wish.save(force_insert=True)
    record(locked, f"wish.{wish.action}", user=wish.by, wish=str(wish.pk))
    # Should this process die before it is carried out, the task does it.
    wish_waiting.send(PledgeWish, wish=wish, run_after=timezone.now() + CARRYING_OUT_TAKES)
    return wish


def carry_out(wish_pk: uuid.UUID) -> None:
    """Do what is wished, if it is due. Safe to repeat and to run twice at once."""
    wish = _claim(wish_pk)
    if wish is None:
        return
    try:
        _ask(wish)
    except ProviderRefused as error:
        # Often because the pledge has ended meanwhile, of which its donor hears in other words.
        _look(wish.pledge)
        _finish(wish, Status.REFUSED, str(error))
        return
    except ProviderUnavailable as error:
        _postpone(wish, error)
        return
    _finish(wish, Status.DONE)
    _look(wish.pledge)


def requeue_stuck() -> int:
    """Queue the wishes again whose process died or whose time has come; return how many."""
    due = PledgeWish.objects.filter(
        status=Status.WAITING, next_try_at__lt=timezone.now() - timedelta(minutes=1)
    )[:500]
    for wish in due:
        wish_waiting.send(PledgeWish, wish=wish, run_after=None)
    return len(due)


@transaction.atomic
def _claim(wish_pk: uuid.UUID) -> PledgeWish | None:
    """Take a wish in hand if it is due and no other of its pledge is in hand; whoever has that one
    hands on to this one."""
    _lock_pledge(wish_pk)
    wish = PledgeWish.objects.select_related("pledge").get(pk=wish_pk)
    now = timezone.now()
    if wish.status != Status.WAITING or wish.next_try_at > now:
        return None
    if wish.pledge.wishes.filter(in_hand_until__gt=now).exists():
        return None
    wish.in_hand_until = wish.next_try_at = now + CARRYING_OUT_TAKES
    wish.save(update_fields=["in_hand_until", "next_try_at"])
    return wish


def _lock_pledge(wish_pk: uuid.UUID) -> None:
    Pledge.objects.select_for_update(of=("self",)).get(wishes=wish_pk)


def _hand_on(wish: PledgeWish) -> None:
    """What was wished while this one was in hand has its turn."""
    wish.in_hand_until = None
    for next_one in wish.pledge.wishes.filter(
        status=Status.WAITING, next_try_at__lte=timezone.now()
    ).exclude(pk=wish.pk):
        wish_waiting.send(PledgeWish, wish=next_one, run_after=None)


def _ask(wish: PledgeWish) -> None:
    provider = get_provider()
    pledge = wish.pledge
    reference = pledge.subscription_reference
    key = f"wish-{wish.pk}-{wish.round}"
    match wish.action:
        case Action.TERMS if wish.amount_cents:
            # A day that went by while the company was away moves nothing any more.
            is_ahead = wish.moment is not None and wish.moment > timezone.now()
            change = PledgeChange(
                amount_cents=wish.amount_cents,
                currency=CURRENCY,
                interval=pledges.INTERVALS[wish.frequency],
                next_payment_at=wish.moment if is_ahead else None,
            )
            provider.change_pledge(reference, change, key)
        case Action.PAUSE if wish.moment:
            provider.pause_pledge(reference, wish.moment, key)
        case Action.RESUME:
            earliest = moment_of(timezone.localdate() + NOTICE)
            provider.resume_pledge(reference, earliest, key)
        case Action.CANCEL:
            provider.cancel_pledge(reference, wish.comment, key)
        case _:
            raise ValueError(f"No wish can be {wish.action!r} like this.")


def _look(pledge: Pledge) -> None:
    try:
        pledges.synchronise(pledge)
    except Exception:
        # The wish is answered; the event or the sweep brings the mirror up to date.
        logger.exception("Pledge %s could not be read after a wish", pledge.pk)


@transaction.atomic
def _finish(wish: PledgeWish, status: str, error: str = "") -> None:
    _lock_pledge(wish.pk)
    locked = PledgeWish.objects.select_related("pledge__donor").get(pk=wish.pk)
    if locked.status == Status.WAITING:
        locked.status = status
        locked.tries += 1
        locked.last_error = error[:250]
        locked.finished_at = timezone.now()
        record(locked.pledge, f"wish.{status}", wish=str(wish.pk), wanted=wish.action)
        if status == Status.REFUSED:
            _tell_refusal(locked)
    _hand_on(locked)
    locked.save(update_fields=OUTCOME)


def _tell_refusal(wish: PledgeWish) -> None:
    """A donor who was told that the wish is noted must not go on believing in it. Staff see what
    became of their own wishes and of those that erasing a donor brings."""
    pledge = wish.pledge
    if wish.by_id or not pledge.is_running or pledge.donor.erase_requested_at:
        return
    mail.promise(
        "wish_refused",
        f"wish-refused-{wish.pk}",
        pledge=pledge,
        facts={
            "action": wish.action,
            "amount_cents": wish.amount_cents,
            "frequency": wish.frequency,
            "day": local_day(wish.moment),
        },
    )


@transaction.atomic
def _postpone(wish: PledgeWish, error: ProviderUnavailable) -> None:
    _lock_pledge(wish.pk)
    locked = PledgeWish.objects.select_related("pledge").get(pk=wish.pk)
    if locked.status == Status.WAITING:
        locked.tries += 1
        locked.last_error = str(error)[:250]
        if error.key_is_spent:
            locked.round += 1
        locked.next_try_at = timezone.now() + BACK_OFF[min(locked.tries, len(BACK_OFF)) - 1]
        wish_waiting.send(PledgeWish, wish=locked, run_after=locked.next_try_at)
    _hand_on(locked)
    locked.save(update_fields=OUTCOME)


__all__ = [
    "NotPossible",
    "ProviderError",
    "Terms",
    "cancel",
    "carry_out",
    "change_terms",
    "pause",
    "pause_end",
    "requeue_stuck",
    "resume",
]
