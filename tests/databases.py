"""Databases of the tests' own: copied from one another, pointed at, and removed again.

A database is named as Django names it: by its file on SQLite, by its name on a server. Names on a
server begin with `test_copy_` and the second of their making, so that what a killed run has left
there can be told from what another run uses just now.
"""

import contextlib
import fcntl
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

COPY = "test_copy_"
# No run takes so long (seconds). Copies that are older belong to nobody.
LONGEST_RUN = 24 * 3600
# Of the lock on a server; any number that nobody else uses.
LOCK = 7_316_204_118


def is_file() -> bool:
    """Whether the tests run on SQLite."""
    return connection.vendor == "sqlite"


def current() -> str:
    """The database at which the default connection points."""
    return str(connections.settings["default"]["NAME"])


def point_at(name: str) -> None:
    """Make this thread's connection, and those of threads to come, use the database `name`."""
    if current() == name:
        return
    connection.close()
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = name


def copy_of(name: str, folder: Path) -> str:
    """A new database that holds what `name` holds, to which nobody may be connected on a server.

    On SQLite its file lies in `folder`.
    """
    if is_file():
        copy = folder / f"{uuid.uuid4().hex[:8]}.sqlite3"
        with (
            contextlib.closing(sqlite3.connect(name)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            # A copy need not survive a power cut.
            target.execute("PRAGMA synchronous=OFF")
            source.backup(target)
        return str(copy)
    copied = f"{COPY}{time.time():.0f}_{uuid.uuid4().hex[:12]}"
    on_server(f'CREATE DATABASE "{copied}" TEMPLATE "{name}"')
    return copied


def remove(name: str) -> None:
    """Remove a database, whoever is still connected to it. It may be gone already."""
    if is_file():
        for end in ("", "-wal", "-shm"):
            Path(f"{name}{end}").unlink(missing_ok=True)
    else:
        on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def remove_leftovers() -> None:
    """Remove the copies that killed runs have left on the server."""
    names = on_server("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", COPY)
    for (name,) in names:
        made = name.removeprefix(COPY).partition("_")[0]
        if made.isdigit() and int(made) < time.time() - LONGEST_RUN:
            remove(name)


def url_of(name: str) -> str:
    """The database's address, as DATABASE_URL has it."""
    if is_file():
        return f"sqlite:///{name}"
    given = _server()
    login = quote(given.get("user", ""), safe="")
    if "password" in given:
        login += f":{quote(given['password'], safe='')}"
    port = f":{given['port']}" if "port" in given else ""
    return f"postgres://{login}@{quote(given.get('host', ''), safe='')}{port}/{name}"


def on_server(statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Run a statement that belongs to no database in particular; return its rows, if any.

    Over a connection of its own, so that it also works where tests may not use Django's.
    """
    with _connected() as server:
        cursor = server.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep out every other process that makes databases of the tests, of this run or another. A
    killed process lets go by itself."""
    if is_file():
        path = settings.VAR_DIR / "test" / "databases.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    else:
        # On the server, because checkouts and machines may share it.
        with _connected() as server:
            server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            yield


def _server() -> dict[str, str]:
    given = connection.settings_dict
    where = {name.lower(): given[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
    return {name: str(value) for name, value in where.items() if value}


@contextmanager
def _connected() -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    server = psycopg.connect(make_conninfo(dbname="postgres", **_server()), autocommit=True)
    with contextlib.closing(server):
        yield server
