"""A database of a test's own, where commits are real.

A copy of the one that the test would use otherwise, so that threads and killed workers see what a
production database would show them, and so that no other test has to clean up afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from tests.databases import copy_of, current, remove
from tests.migrated_database import pointed_at


@contextmanager
def own_database(folder: Path) -> Iterator[None]:
    """Point the default connection, of this thread and of new ones, at a fresh copy."""
    connection.close()
    copy = copy_of(current(), folder)
    try:
        with pointed_at(copy):
            yield
    finally:
        remove(copy)
