"""How a process learns that what pages show has changed, in whichever process.

The log of changes is summed up to a stamp for each group; when a stamp differs from the last one,
the group's generation goes up by one, and pages of an earlier generation are no longer shown.
"""

import logging
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from django.db import Error, connection
from django.db.models import Count, Sum

logger = logging.getLogger(__name__)

# Seconds. What was read counts as true for so long; a reader who takes longer is not waited for.
CHECK_EVERY = 0.5
WAIT_FOR_READER = 0.25
# While the database is away, pages are shown as they were, for so long. Seconds.
GRACE = 60.0
RETRY_AFTER = 1.0


class Group(StrEnum):
    """Kinds of data that change on their own."""

    # Pages, pictures, documents, snippets, settings: every page depends on it, because menus,
    # lists and links show other pages.
    CONTENT = "content"
    # The ledger: only pages that show sums depend on it.
    GIVING = "giving"


type Generations = Mapping[str, int]
# Number and sum of the ids of a group's changes. An id that is given out early and committed late
# alters both, which a maximum would miss.
type Stamp = tuple[int, int]
type Read = Callable[[], dict[str, Stamp]]


class _Known(NamedTuple):
    read_at: float
    generations: Generations
    stamps: dict[str, Stamp]
    # How many announcements of this process were taken into account.
    announced: int


def read_stamps() -> dict[str, Stamp]:
    """The stamps as they are committed. Raise django.db.Error."""
    from .models import SiteChange

    if not connection.in_atomic_block:
        # As at the start of a request: a connection that the server has closed is opened anew.
        connection.close_if_unusable_or_obsolete()
    try:
        rows = SiteChange.objects.values("group").annotate(Count("pk"), Sum("pk"))
        return {row["group"]: (row["pk__count"], row["pk__sum"]) for row in rows}
    except Error:
        if not connection.in_atomic_block:
            connection.close()
        raise


class Stamps:
    """The generations that this process knows of."""

    def __init__(
        self,
        read: Read = read_stamps,
        clock: Callable[[], float] = time.monotonic,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_change` is called when the content has changed since it was last read."""
        self._read, self._clock, self._on_change = read, clock, on_change
        self._known = _Known(float("-inf"), dict.fromkeys(Group, 0), {}, 0)
        self._announced = 0
        self._reader = threading.Lock()
        self._reading_since = self._retry_at = float("-inf")
        self._is_away = False
        _all.add(self)

    def announce(self) -> None:
        """This process has just committed a change: what was read before counts no longer."""
        self._announced += 1

    def generations(self) -> Generations | None:
        """The newest generations, read at most CHECK_EVERY ago, or GRACE ago while the database
        does not answer. None: nobody knows."""
        now = self._clock()
        known = self._known
        if now - known.read_at < CHECK_EVERY and known.announced == self._announced:
            return known.generations
        # One thread reads. The others wait for it, but not for a database that does not answer.
        patience = WAIT_FOR_READER
        if self._reader.locked():
            patience = max(0.0, min(patience, self._reading_since + WAIT_FOR_READER - now))
        if not self._reader.acquire(timeout=patience):
            return self._as_known(now)
        try:
            return self._read_unless_done(now)
        finally:
            self._reader.release()

    def _read_unless_done(self, now: float) -> Generations | None:
        known = self._known
        announced = self._announced
        started = self._clock()
        if started - known.read_at < CHECK_EVERY and known.announced == announced:
            return known.generations
        if started < self._retry_at:
            return self._as_known(now)
        self._reading_since = started
        try:
            stamps = self._read()
        except Error as error:
            self._retry_at = self._clock() + RETRY_AFTER
            if not self._is_away:
                logger.warning("The page cache can't read its stamps: %s", error)
            self._is_away = True
            return self._as_known(now)
        self._is_away = False
        changed = {group for group in Group if stamps.get(group) != known.stamps.get(group)}
        generations = {
            group: number + (group in changed) for group, number in known.generations.items()
        }
        self._known = _Known(started, generations, stamps, announced)
        if Group.CONTENT in changed:
            self._on_change()
        return generations

    def _as_known(self, now: float) -> Generations | None:
        known = self._known
        is_usable = now - known.read_at < GRACE and known.announced == self._announced
        return known.generations if is_usable else None


# Those of this process: one, but for tests.
_all: weakref.WeakSet[Stamps] = weakref.WeakSet()


def announce() -> None:
    """A change of this process is committed; its own next answer shows it."""
    for stamps in tuple(_all):
        stamps.announce()
