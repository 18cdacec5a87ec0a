"""What the code that makes a page can say about how long it stays right.

Outside the page cache (tests, tasks, previews) saying it does nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from .stamps import Group

# No page is kept longer, in case something it shows changed without anybody telling.
LONGEST = timedelta(minutes=10)


@dataclass(slots=True)
class Making:
    """The page being made: the kinds of data it shows, and until when it is right."""

    fresh_until: datetime
    groups: set[Group] = field(default_factory=lambda: {Group.CONTENT})


_making: ContextVar[Making | None] = ContextVar("page_being_made", default=None)


def depends_on(group: Group) -> None:
    """The page being made shows data of this kind, beside the content that every page shows."""
    if making := _making.get():
        making.groups.add(group)


def is_being_made() -> bool:
    """Whether a page that may be kept is being made in this thread."""
    return _making.get() is not None


def fresh_until(moment: datetime) -> None:
    """The page being made changes by itself at this moment, such as when an event begins. One that
    has passed says nothing: it has changed already."""
    making = _making.get()
    if making and timezone.now() < moment < making.fresh_until:
        making.fresh_until = moment


@contextmanager
def page_being_made() -> Iterator[Making]:
    """Collect what is said while a page is made in this thread. Dates turn at midnight, so no page
    is right for longer."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    making = Making(min(now + LONGEST, midnight + timedelta(days=1)))
    token = _making.set(making)
    try:
        yield making
    finally:
        _making.reset(token)
