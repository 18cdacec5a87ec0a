"""When a gift is collected that falls due during a pause. Pure: no call, no clock.

Stripe voids what falls due during a pause. A monthly gift leaves those payments out. Of a yearly
one that would be a whole year, so its payment is put off to the day after the pause. Where it was
put off from is kept with the subscription, for somebody may end the pause early.
"""

from datetime import datetime

from ..pictures import Interval
from .pictures import Doc

FROM, TO = "put_off_from", "put_off_to"
DAY = 86_400


def behind(due: int, until: int | None) -> int:
    """When a yearly payment due at `due` is collected, with a pause `until` or without one."""
    return due if until is None or due > until else until + DAY


def collect_at(moment: int, *, instead_of: int) -> Doc:
    """What to ask of Stripe, so that the next payment is collected at a moment: its way to move
    a payment without charging for the days between."""
    asked: Doc = {"trial_end": moment, "proration_behavior": "none"}
    if moment != instead_of:
        asked["metadata"] = {FROM: str(instead_of), TO: str(moment)}
    return asked


def put_off(subscription: Doc, until: int) -> Doc:
    """What to ask of Stripe, so that a pause `until` loses no payment; nothing if it loses none.
    The same whether or not it was asked before."""
    if _item(subscription)["price"]["recurring"]["interval"] != Interval.YEAR.value:
        return {}
    due = due_unpaused(subscription)
    later = behind(due, until)
    return {} if later == _planned(subscription) else collect_at(later, instead_of=due)


def bring_back(subscription: Doc, earliest: datetime) -> Doc:
    """What to ask of Stripe, so that a payment that was put off is collected on its own day again,
    or at `earliest` if that day has gone by. Nothing if it was not put off, or is due before."""
    due = max(due_unpaused(subscription), int(earliest.timestamp()))
    return collect_at(due, instead_of=due) if due < _planned(subscription) else {}


def due_unpaused(subscription: Doc) -> int:
    """When the next payment would be due without the pause."""
    planned, notes = _planned(subscription), subscription["metadata"] or {}
    # The note is about one payment: when that was made, or has another day, it counts no more.
    return int(notes[FROM]) if notes.get(TO) == str(planned) else planned


def _planned(subscription: Doc) -> int:
    return int(_item(subscription)["current_period_end"])


def _item(subscription: Doc) -> Doc:
    item: Doc = subscription["items"]["data"][0]
    return item
