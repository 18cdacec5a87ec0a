"""The databases of a test process. Each test uses one of them, in a transaction of its own.

Building the small site takes longer than most tests. So it is built once, in a second database,
and committed there; a test that asks for the site is pointed at that one. What takes longer still
has databases of its own: a fixture for the session, whose name ends in `_database`, makes one, and
the fixtures that need its content ask for it.

Pointing has to be done before the test's transaction begins, which no fixture of the test can
know; so a hook says beforehand what the test wants.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.cache import cache
from django.db import connection

from tests.databases import copy_of, current, point_at, remove
from tests.migrated_database import migrated_copy, pointed_at

MIGRATED, SITE = "migrated_database", "site_database"


class ProcessDatabases:
    """Those that were made so far, by fixture. Each is made when a test first asks for it."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._wanted = MIGRATED
        self._folder = Path()

    @contextmanager
    def begun(self, folder: Path) -> Iterator[None]:
        """Make the migrated one; afterwards remove all. Files lie in `folder`."""
        self._folder = folder
        original = current()
        self._keep(MIGRATED, migrated_copy(folder))
        try:
            yield
        finally:
            point_at(original)
            while self._names:
                remove(self._names.popitem()[1])

    def name_of(self, fixture: str) -> str:
        """The database that the fixture made, to be copied: nobody is connected to it."""
        connection.close()
        return self._names[fixture]

    def build(self, fixture: str, content: Callable[[], object], on: str = SITE) -> None:
        """Make one that holds what the one of the fixture `on` does, and what `content` writes."""
        name = copy_of(self.name_of(on), self._folder)
        with pointed_at(name):
            content()
        # What was remembered meanwhile is of another database than the test's.
        cache.clear()
        self._keep(fixture, name)

    def copy(self, fixture: str, original: str) -> None:
        """Make one from a database that somebody else has made."""
        self._keep(fixture, copy_of(original, self._folder))

    def want(self, fixtures: Collection[str]) -> None:
        """The next test uses these fixtures."""
        wanted = {name for name in fixtures if name.endswith("_database")} - {SITE}
        if len(wanted) > 1:
            raise ValueError(f"No database holds all of this: {sorted(wanted)}")
        # The others hold the site as well, or something in its place.
        self._wanted = next(iter(wanted), SITE if SITE in fixtures else MIGRATED)
        self._point()

    def _keep(self, fixture: str, name: str) -> None:
        self._names[fixture] = name
        self._point()

    def _point(self) -> None:
        # Until it is made, which it is before the test begins.
        if self._wanted in self._names:
            point_at(self._names[self._wanted])


databases = ProcessDatabases()
