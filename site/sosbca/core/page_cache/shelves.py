"""Where answers are kept: least recently used out first, within a number of bytes."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from .answers import Kept
from .requests import Key

# Of a shelf: one answer may not push out all others.
LARGEST_SHARE = 8
# What Python needs for an answer beside its texts, roughly. Bytes.
OVERHEAD = 4_000


@dataclass(slots=True)
class Counts:
    """What happened on a shelf since the process started."""

    hits: int = 0
    kept: int = 0
    outdated: int = 0
    pushed_out: int = 0


class Shelf:
    """Answers by key. Safe for threads."""

    def __init__(self, capacity: int) -> None:
        """`capacity` in bytes."""
        self.capacity = capacity
        self.size = 0
        self.counts = Counts()
        self._answers: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: Key) -> Kept | None:
        """The answer, right or not."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def count_hit(self) -> None:
        with self._lock:
            self.counts.hits += 1

    def put(self, key: Key, answer: Kept) -> bool:
        """Keep it, and say whether there is room for one of its size."""
        size = answer.size + OVERHEAD
        if size * LARGEST_SHARE > self.capacity:
            return False
        with self._lock:
            self._take(key)
            self._answers[key] = answer
            self.size += size
            self.counts.kept += 1
            while self.size > self.capacity:
                oldest = next(iter(self._answers))
                self._take(oldest)
                self.counts.pushed_out += 1
        return True

    def drop(self, key: Key, answer: Kept) -> None:
        """Forget an answer that is not right any more, unless there is a newer one already."""
        with self._lock:
            if self._answers.get(key) is answer:
                self._take(key)
                self.counts.outdated += 1

    def _take(self, key: Key) -> None:
        answer = self._answers.pop(key, None)
        if answer is not None:
            self.size -= answer.size + OVERHEAD
