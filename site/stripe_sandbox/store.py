"""Where the sandbox keeps what it knows: JSON documents in memory, optionally in one SQLite file.

A document is kept as JSON text. Reading parses it, so nobody can change stored state by holding
on to a dictionary, and undoing a failed request means putting the old text back.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

type Doc = dict[str, Any]


class Store:
    """Documents by kind and id, in order of creation. Thread-safe: hold `lock` for a sequence."""

    def __init__(self, path: Path | str | None = None) -> None:
        self.lock = threading.RLock()
        self.on_rollback: list[Callable[[], None]] = []
        self._docs: dict[str, dict[str, str]] = {}
        self._kinds: dict[str, str] = {}
        self._depth = 0
        self._before: dict[tuple[str, str], str | None] = {}
        self._db: sqlite3.Connection | None = None
        if path is not None:
            self._db = sqlite3.connect(path, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS document (seq INTEGER PRIMARY KEY AUTOINCREMENT,"
                " kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id))"
            )
            for kind, key, body in self._db.execute(
                "SELECT kind, id, body FROM document ORDER BY seq"
            ):
                self._set(kind, key, body)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Nested transactions belong to the outermost one."""
        with self.lock:
            self._depth += 1
            try:
                yield
            except BaseException:
                if self._depth == 1:
                    self._rollback()
                raise
            else:
                if self._depth == 1:
                    self._commit()
            finally:
                self._depth -= 1

    def _rollback(self) -> None:
        for (kind, key), body in self._before.items():
            if body is None:
                self._docs[kind].pop(key, None)
                self._kinds.pop(key, None)
            else:
                self._set(kind, key, body)
        self._before.clear()
        for hook in self.on_rollback:
            hook()

    def _commit(self) -> None:
        if self._db is not None and self._before:
            with self._db:
                for kind, key in self._before:
                    body = self._docs[kind].get(key)
                    if body is None:
                        self._db.execute(
                            "DELETE FROM document WHERE kind = ? AND id = ?", (kind, key)
                        )
                    else:
                        self._db.execute(
                            "INSERT INTO document (kind, id, body) VALUES (?, ?, ?)"
                            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                            (kind, key, body),
                        )
        self._before.clear()

    def _set(self, kind: str, key: str, body: str) -> None:
        self._docs.setdefault(kind, {})[key] = body
        # Kinds with a leading underscore are the sandbox's own and have no public id.
        if not kind.startswith("_"):
            self._kinds[key] = kind

    def put(self, kind: str, key: str, doc: Doc) -> None:
        with self.transaction():
            self._before.setdefault((kind, key), self._docs.get(kind, {}).get(key))
            self._set(kind, key, json.dumps(doc))

    def delete(self, kind: str, key: str) -> None:
        with self.transaction():
            old = self._docs.get(kind, {}).pop(key, None)
            self._before.setdefault((kind, key), old)
            self._kinds.pop(key, None)

    def get(self, kind: str, key: str) -> Doc | None:
        body = self._docs.get(kind, {}).get(key)
        return None if body is None else json.loads(body)

    def kind_of(self, key: str) -> str | None:
        """The kind of the Stripe object with this id."""
        return self._kinds.get(key)

    def newest(self, kind: str) -> Iterator[Doc]:
        """Documents of a kind, the latest created first."""
        with self.lock:
            bodies = list(reversed(self._docs.get(kind, {}).values()))
        return (json.loads(body) for body in bodies)

    def keys(self, kind: str) -> list[str]:
        """Ids of a kind in order of creation."""
        with self.lock:
            return list(self._docs.get(kind, {}))

    def count(self, kind: str) -> int:
        return len(self._docs.get(kind, {}))

    def total(self) -> int:
        """How many documents there are."""
        return sum(len(docs) for docs in self._docs.values())

    def close(self) -> None:
        with self.lock:
            if self._db is not None:
                self._db.close()
                self._db = None
