"""Simulated time, and what is due at which moment of it."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .store import Store


class Clock:
    """Real time plus an offset that only grows; persisted with the rest of the state."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moment: int | None = None
        saved = store.get("_meta", "clock")
        self._offset: int = saved["offset"] if saved else 0

    def now(self) -> int:
        """Unix time in seconds, as the simulated world sees it."""
        return int(time.time()) + self._offset if self._moment is None else self._moment

    def set(self, moment: int) -> None:
        """Move to a Unix time. The caller then runs what has become due."""
        self._offset = moment - int(time.time())
        self._store.put("_meta", "clock", {"offset": self._offset})

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """Pretend that it is `moment`, for work that was due in the past."""
        before, self._moment = self._moment, moment
        try:
            yield
        finally:
            self._moment = before


class Timers:
    """Named moments at which an action is due for an object. One timer per action and object."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heap: list[tuple[int, int, str]] = []
        self._count = 0
        self._load()
        store.on_rollback.append(self._load)

    def _load(self) -> None:
        self._heap = []
        for key in self._store.keys("_timer"):
            doc = self._store.get("_timer", key)
            if doc:
                self._push(doc["due"], key)

    def _push(self, due: int, key: str) -> None:
        self._count += 1
        heapq.heappush(self._heap, (due, self._count, key))

    def set(self, action: str, target: str, due: int) -> None:
        key = f"{action}:{target}"
        self._store.put("_timer", key, {"due": due})
        self._push(due, key)

    def cancel(self, action: str, target: str) -> None:
        self._store.delete("_timer", f"{action}:{target}")

    def due_of(self, action: str, target: str) -> int | None:
        doc = self._store.get("_timer", f"{action}:{target}")
        return doc["due"] if doc else None

    def pop_due(self, now: int) -> tuple[int, str, str] | None:
        """The earliest (moment, action, target) that is due, removed from the list."""
        while self._heap and self._heap[0][0] <= now:
            due, _, key = heapq.heappop(self._heap)
            doc = self._store.get("_timer", key)
            # A cancelled or moved timer leaves its old entry in the heap.
            if doc and doc["due"] == due:
                self._store.delete("_timer", key)
                action, _, target = key.partition(":")
                return due, action, target
        return None
