"""A database of a test's own, where commits are real.

A copy of the migrated test database, so that threads and killed workers see what a production
database would show them, and so that no other test has to clean up afterwards.
"""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections


@contextmanager
def own_database(folder: Path) -> Iterator[None]:
    """Point the default connection, of this thread and of new ones, at a fresh copy."""
    settings = connections.settings["default"]
    original = settings["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        copy = str(folder / "own.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copy(original, copy)
    else:
        copy = f"{original}_{uuid.uuid4().hex[:8]}"
        _run(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
    settings["NAME"] = connection.settings_dict["NAME"] = copy
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = connection.settings_dict["NAME"] = original
        if connection.vendor == "postgresql":
            _run(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _run(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
