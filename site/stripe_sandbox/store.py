"""Where the sandbox keeps what it knows: JSON documents in memory, optionally in one SQLite file.

A document is kept as JSON text. Reading parses it, so nobody can change stored state by holding
on to a dictionary, and undoing a failed request means putting the old text back.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

type Doc = dict[str, Any]

# What objects are looked up by. Without these lists a year of renewals would be quadratic.
INDEXED: dict[str, tuple[str, ...]] = {
    "balance_transaction": ("source", "type"),
    "charge": ("customer", "payment_intent"),
    "checkout.session": ("customer", "payment_intent", "subscription"),
    "customer": ("email",),
    "dispute": ("charge", "payment_intent"),
    "invoice": ("customer", "subscription"),
    "invoice_payment": ("invoice",),
    "payment_intent": ("customer",),
    "payment_method": ("customer",),
    "refund": ("charge", "payment_intent"),
    "subscription": ("customer",),
}


def subscription_of(invoice: Doc) -> str | None:
    """The subscription that an invoice belongs to."""
    details = (invoice["parent"] or {}).get("subscription_details")
    return details["subscription"] if details else None


def _index_value(kind: str, field: str, doc: Doc) -> Any:
    if kind == "invoice" and field == "subscription":
        return subscription_of(doc)
    return doc.get(field)


class Store:
    """Documents by kind and id, in order of creation. Thread-safe: hold `lock` for a sequence."""

    def __init__(self, path: Path | str | None = None) -> None:
        self.lock = threading.RLock()
        self.on_rollback: list[Callable[[], None]] = []
        self._docs: dict[str, dict[str, str]] = {}
        self._kinds: dict[str, str] = {}
        self._lists: dict[tuple[str, str, Any], set[str]] = {}
        self._entries: dict[tuple[str, str], dict[str, Any]] = {}
        self._places: dict[str, int] = {}
        self._next_place = count()
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
                self._remove(kind, key)
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

    def _set(self, kind: str, key: str, body: str, doc: Doc | None = None) -> None:
        self._docs.setdefault(kind, {})[key] = body
        if kind in INDEXED:
            self._enter(kind, key, json.loads(body) if doc is None else doc)
        # Kinds with a leading underscore are the sandbox's own and have no public id.
        if not kind.startswith("_"):
            self._kinds[key] = kind

    def _remove(self, kind: str, key: str) -> str | None:
        for field, value in self._entries.pop((kind, key), {}).items():
            self._lists[kind, field, value].discard(key)
        if not kind.startswith("_"):
            self._kinds.pop(key, None)
        return self._docs.get(kind, {}).pop(key, None)

    def _enter(self, kind: str, key: str, doc: Doc) -> None:
        """Keep the lists by field up to date with a document."""
        if key not in self._places:
            self._places[key] = next(self._next_place)
        entries = self._entries.setdefault((kind, key), {})
        for field in INDEXED[kind]:
            value = _index_value(kind, field, doc)
            old = entries.get(field)
            if field not in entries or old != value:
                if field in entries:
                    self._lists[kind, field, old].discard(key)
                self._lists.setdefault((kind, field, value), set()).add(key)
                entries[field] = value

    def put(self, kind: str, key: str, doc: Doc) -> None:
        with self.transaction():
            self._before.setdefault((kind, key), self._docs.get(kind, {}).get(key))
            self._set(kind, key, json.dumps(doc), doc)

    def delete(self, kind: str, key: str) -> None:
        with self.transaction():
            self._before.setdefault((kind, key), self._docs.get(kind, {}).get(key))
            self._remove(kind, key)

    def get(self, kind: str, key: str) -> Doc | None:
        body = self._docs.get(kind, {}).get(key)
        return None if body is None else json.loads(body)

    def kind_of(self, key: str) -> str | None:
        """The kind of the Stripe object with this id."""
        return self._kinds.get(key)

    def newest(
        self,
        kind: str,
        where: Mapping[str, Any] | None = None,
        *,
        after: str | None = None,
        before: str | None = None,
    ) -> Iterator[Doc]:
        """Documents of a kind, the latest created first, each parsed when its turn comes.

        `where` narrows by fields of INDEXED. `after` is the id behind which to begin, `before`
        the one at which to end.
        """
        with self.lock:
            docs = self._docs.get(kind, {})
            keys = list(reversed(docs))
            if where:
                lists = [self._lists.get((kind, field, value), set()) for field, value in
                         where.items()]  # fmt: skip
                found = set.intersection(*lists)
                keys = sorted(found, key=self._places.__getitem__, reverse=True)
            if after is not None or before is not None:
                keys = self._cut(kind, keys, after, before)
            bodies = [docs[key] for key in keys]
        return (json.loads(body) for body in bodies)

    def _cut(self, kind: str, keys: list[str], after: str | None, before: str | None) -> list[str]:
        every = {key: place for place, key in enumerate(self._docs.get(kind, {}))}
        low = every[before] if before is not None else -1
        high = every[after] if after is not None else len(every)
        return [key for key in keys if low < every[key] < high]

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
