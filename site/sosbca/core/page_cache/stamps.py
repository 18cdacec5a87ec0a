"""How a process learns that what pages show has changed, in whichever process.

The log of changes is summed up to a stamp for each group, and in the content for each part; when
a stamp differs from the last one, the generation goes up by one. Pages of an earlier generation of
their group are no longer shown; what was looked up is forgotten with the parts that it is made of.
"""

import logging
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import NamedTuple

from django.db import Error, connection
from django.db.models import Count, Sum

from .parts import EVERYTHING

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


class Subject(NamedTuple):
    """What a change touches."""

    group: str
    # Of the content; see `parts`.
    part: str = EVERYTHING


# By group, and by part of the content. A part that never changed is missing.
type Generations = Mapping[str, int]
# Number and sum of the ids of a subject's changes. An id that is given out early and committed late
# alters both, which a maximum would miss.
type Stamp = tuple[int, int]
type Read = Callable[[], dict[Subject, Stamp]]


class _Known(NamedTuple):
    read_at: float
    generations: Generations
    stamps: dict[Subject, Stamp]
    # How many announcements of this process were taken into account.
    announced: int


def read_stamps() -> dict[Subject, Stamp]:
    """The stamps as they are committed. Raise django.db.Error."""
    from .models import SiteChange

    if not connection.in_atomic_block:
        # As at the start of a request: a connection that the server has closed is opened anew.
        connection.close_if_unusable_or_obsolete()
    try:
        rows = SiteChange.objects.values_list("group", "part").annotate(Count("pk"), Sum("pk"))
        return {Subject(group, part): (count, total) for group, part, count, total in rows}
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
        on_change: Callable[[AbstractSet[str]], None] = lambda parts: None,
    ) -> None:
        """`on_change` is called with the parts of the content that have changed since it was last
        read."""
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
        # Of both: a subject whose changes are gone from the log has changed as well.
        subjects = stamps.keys() | known.stamps.keys()
        changed = {one for one in subjects if stamps.get(one) != known.stamps.get(one)}
        parts = {subject.part for subject in changed if subject.group == Group.CONTENT}
        generations = dict(known.generations)
        for name in {subject.group for subject in changed} | parts:
            generations[name] = generations.get(name, 0) + 1
        self._known = _Known(started, generations, stamps, announced)
        if parts:
            self._on_change(parts)
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
