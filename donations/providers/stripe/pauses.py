"""When a gift is collected that falls due during a pause. Pure: no call, no clock.

Stripe voids what falls due during a pause. A monthly gift leaves those payments out. Of a yearly
one that would be a whole year, so its payment is put off to the day after the pause. Where it was
put off from is kept with the subscription, for somebody may end the pause early.
"""

from datetime import datetime

from .pictures import Doc

FROM, TO = "put_off_from", "put_off_to"
DAY = 86_400


def put_off(subscription: Doc, due: int, until: int) -> Doc:
    """What to ask of Stripe, so that a payment due at `due` is collected behind a pause `until`.

    Nothing if it will be as it is. The same whether or not it was asked before.
    """
    later = due if due > until else until + DAY
    if later == _planned(subscription):
        return {}
    return _collect_at(later) | {"metadata": {FROM: str(due), TO: str(later)}}


def bring_back(subscription: Doc, earliest: datetime) -> Doc:
    """What to ask of Stripe, so that a payment that was put off is collected on its own day again,
    or at `earliest` if that day has gone by. Nothing if it was not put off, or is due before."""
    due = max(due_unpaused(subscription), int(earliest.timestamp()))
    was_put_off = due_unpaused(subscription) != _planned(subscription)
    return _collect_at(due) if was_put_off and due < _planned(subscription) else {}


def due_unpaused(subscription: Doc) -> int:
    """When the next payment would be due without the pause."""
    planned, notes = _planned(subscription), subscription["metadata"] or {}
    # The note is about one payment: when that was made, or has another day, it counts no more.
    return int(notes[FROM]) if notes.get(TO) == str(planned) else planned


def _planned(subscription: Doc) -> int:
    return int(subscription["items"]["data"][0]["current_period_end"])


def _collect_at(moment: int) -> Doc:
    """Stripe's way to move a payment without charging for the days between."""
    return {"trial_end": moment, "proration_behavior": "none"}
