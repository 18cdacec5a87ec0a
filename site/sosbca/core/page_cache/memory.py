"""What this process has looked up since the content last changed: menus, addresses, routes.

For pages that the cache does not hold. A memory belongs to one generation of the content, or of
those parts of it that its lookups are made of (see `parts`); when they change it is dropped as a
whole. Whoever still writes into the old one writes for nobody, so nothing outdated can get into the
new one.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from threading import Lock
from typing import Any, cast

from django.db import connection

from .installed import installed
from .parts import EVERYTHING, Parts
from .stamps import Generations, Group

# Entries: a site of ten thousand pages has about two addresses for each.
CAPACITY = 20_000

type Generation = tuple[int, ...]


class Memory:
    """Entries of one generation; the longest unused one goes first."""

    def __init__(self, generation: Generation | None = None, capacity: int = CAPACITY) -> None:
        self.generation = generation
        self._capacity = capacity
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        """What was kept under this key, or None."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key]

    def keep(self, key: Hashable, value: Any) -> None:
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            if len(self._entries) > self._capacity:
                self._entries.popitem(last=False)


# One for each set of parts that some lookup names, and for those that name none.
_shared: dict[Parts | None, Memory] = {}


def memory(parts: Parts | None = None) -> Memory:
    """That of the present generation; to be asked for *before* the lookup that is to be kept.

    `parts` are those that its lookups are made of; when it is None, of any. What is no page's is
    forgotten in any case when it changes.

    An empty one that nobody shares where there is no page cache, while the database does not say
    what has changed, and inside a transaction, whose own changes may still be taken back.
    """
    cache = installed()
    generations = cache.generations() if cache and not connection.in_atomic_block else None
    if generations is None:
        return Memory()
    generation = _generation(generations, parts)
    current = _shared.get(parts)
    if current is None or current.generation != generation:
        _shared[parts] = current = Memory(generation)
    return current


def _generation(generations: Generations, parts: Parts | None) -> Generation:
    if parts is None:
        return (generations[Group.CONTENT],)
    return tuple(generations.get(part, 0) for part in (EVERYTHING, *parts))


def remembered_rows[Key: Hashable, Row](
    kind: str,
    keys: Iterable[Key],
    look_up: Callable[[set[Key]], Mapping[Key, Row]],
    parts: Parts | None = None,
) -> dict[Key, Row]:
    """Rows by key, looked up together as far as they are not known. `parts`: as for `memory`."""
    current = memory(parts)
    wanted = set(keys)
    known = {key: current.get((kind, key)) for key in wanted}
    found: dict[Key, Row] = {key: row for key, row in known.items() if row is not None}
    if missing := wanted - found.keys():
        for key, row in look_up(missing).items():
            found[key] = row
            current.keep((kind, key), row)
    return found


def remembered[T](key: Hashable, look_up: Callable[[], T], parts: Parts | None = None) -> T:
    """What `look_up` returns, from memory if it is known. A result of None is not kept. `parts`:
    as for `memory`."""
    current = memory(parts)
    found = current.get(key)
    if found is None:
        found = look_up()
        if found is not None:
            current.keep(key, found)
    return cast(T, found)
