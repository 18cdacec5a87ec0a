"""The WSGI layer around the site."""

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.utils import timezone

from .answers import Head, Headers, Kept, compressed, is_unchanged, keep
from .making import Making, page_being_made
from .requests import Environ, Key, Rules, preferred_encoding
from .shelves import Shelf
from .stamps import Generations, Stamps

type StartResponse = Callable[..., Any]
type Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Seconds that a visitor waits for the same page being made for another one.
PATIENCE = 5.0
# Pages with parameters, of which there is no end, get this share of the memory and no more.
LISTS_SHARE = 0.25
# How many addresses that could not be kept are remembered, so that nobody waits for them.
REMEMBERED_REFUSALS = 2_000


class PageCache:
    """Answers anonymous visitors from memory, and keeps what the site answers them."""

    def __init__(
        self,
        application: Application,
        *,
        capacity: int,
        rules: Rules,
        stamps: Stamps,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`capacity` in bytes; `clock` in seconds."""
        self._application = application
        self._rules = rules
        self._stamps = stamps
        self._clock = clock
        lists = int(capacity * LISTS_SHARE)
        self.pages, self.lists = Shelf(capacity - lists), Shelf(lists)
        self.counts: Counter[str] = Counter()
        self._being_made: dict[Key, threading.Event] = {}
        self._refused: OrderedDict[Key, None] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = self._rules.key(environ)
        # Asked for before anything else: what is made from here on shows at least this.
        generations = self._stamps.generations() if key else None
        if key is None or generations is None:
            return self._pass(environ, start_response)
        kept = self._find(key, generations)
        if kept is None:
            return self._make(key, environ, start_response, generations)
        return _send(kept, environ, start_response)

    def generations(self) -> Generations | None:
        """Those of the moment; None while nobody knows."""
        return self._stamps.generations()

    def _shelf(self, key: Key) -> Shelf:
        return self.lists if key.query else self.pages

    def _find(self, key: Key, generations: Generations) -> Kept | None:
        shelf = self._shelf(key)
        kept = shelf.get(key)
        if kept is None:
            return None
        if kept.is_right(generations, self._clock()):
            shelf.count_hit()
            return kept
        shelf.drop(key, kept)
        return None

    # --- Passing on ------------------------------------------------------------------------------

    def _pass(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self._count("passed")
        has_cookie = "HTTP_COOKIE" in environ

        def started(status: str, headers: Headers, *error: Any) -> Any:
            head = Head(status, [*headers, ("X-Cache", "PASS")])
            # What is made for one visitor is nobody else's, whatever stands in between.
            if has_cookie and not head.get("cache-control"):
                head.headers.append(("Cache-Control", "private, no-cache"))
            return start_response(status, head.headers, *error)

        is_plain = environ["REQUEST_METHOD"] == "GET" and not has_cookie
        if not is_plain or "HTTP_AUTHORIZATION" in environ or self._rules.is_passed_path(environ):
            return self._application(environ, started)
        head, body = self._call(environ)
        return _send_compressed(head, body, environ, started)

    # --- Making ----------------------------------------------------------------------------------

    def _make(
        self, key: Key, environ: Environ, start_response: StartResponse, generations: Generations
    ) -> Iterable[bytes]:
        """Let the site make the page, once for all who wait for it."""
        if key not in self._refused:
            with self._lock:
                other = self._being_made.get(key)
                if other is None:
                    self._being_made[key] = threading.Event()
            if other is not None:
                other.wait(PATIENCE)
                newest = self._stamps.generations()
                generations = newest or generations
                if newest and (kept := self._find(key, newest)):
                    return _send(kept, environ, start_response)
                # Not to be kept, or failed: each for itself.
                return self._make_for_one(key, environ, start_response, generations)
            try:
                return self._make_for_one(key, environ, start_response, generations)
            finally:
                with self._lock:
                    done = self._being_made.pop(key)
                done.set()
        return self._make_for_one(key, environ, start_response, generations)

    def _make_for_one(
        self, key: Key, environ: Environ, start_response: StartResponse, generations: Generations
    ) -> Iterable[bytes]:
        self._count("missed")
        neutral = self._rules.for_everybody(environ, key)
        with page_being_made() as making:
            head, body = self._call(neutral)
        kept = self._keep(key, head, body, making, generations)
        if kept is not None:
            return _send(kept, environ, start_response, "MISS")
        head.headers.append(("X-Cache", "MISS"))
        if environ["REQUEST_METHOD"] == "HEAD":
            _close(body)
            start_response(head.status, head.headers)
            return ()
        return _send_compressed(head, body, environ, start_response)

    def _call(self, environ: Environ) -> tuple[Head, Iterable[bytes]]:
        """The site's answer; the body is a tuple when it is a page, and has been read."""
        heads: list[Head] = []

        def started(status: str, headers: Headers, *error: Any) -> Callable[[bytes], None]:
            heads.append(Head(status, list(headers)))
            return _refuse_to_write

        body = self._application(environ, started)
        head = heads[-1]
        if not head.is_a_page:
            return head, body
        try:
            whole = b"".join(body)
        finally:
            _close(body)
        return head, (whole,)

    def _keep(
        self,
        key: Key,
        head: Head,
        body: Iterable[bytes],
        making: Making,
        generations: Generations,
    ) -> Kept | None:
        seconds = head.seconds_to_keep()
        whole = body[0] if isinstance(body, tuple) else b""
        is_whole = len(whole) == head.length
        if seconds is None or not is_whole or not self._rules.is_allowed(key):
            self._refuse(key)
            return None
        left = (making.fresh_until - timezone.now()).total_seconds()
        kept = keep(
            head,
            whole,
            seen=[(group, generations[group]) for group in sorted(making.groups)],
            expires=self._clock() + min(left, seconds),
            key_size=sum(map(len, key)),
        )
        if not self._shelf(key).put(key, kept):
            self._refuse(key)
            return None
        with self._lock:
            self._refused.pop(key, None)
        return kept

    def _refuse(self, key: Key) -> None:
        self._count("refused")
        with self._lock:
            self._refused[key] = None
            while len(self._refused) > REMEMBERED_REFUSALS:
                self._refused.popitem(last=False)

    def _count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1


def _send(
    kept: Kept, environ: Environ, start_response: StartResponse, result: str = "HIT"
) -> Iterable[bytes]:
    name = preferred_encoding(environ)
    # Small bodies are not compressed.
    variant = kept.variants.get(name) or kept.variants["identity"]
    condition = environ.get("HTTP_IF_NONE_MATCH")
    is_known = condition is not None and is_unchanged(condition, variant.etag)
    headers = (variant.headers_if_unchanged if is_known else variant.headers).copy()
    if result != "HIT":
        headers[-1] = ("X-Cache", result)
    if is_known:
        start_response("304 Not Modified", headers)
        return ()
    start_response(kept.status, headers)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (variant.body,)


def _send_compressed(
    head: Head, body: Iterable[bytes], environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    if not isinstance(body, tuple) or not head.may_be_compressed:
        start_response(head.status, head.headers)
        return body
    headers, packed = compressed(head, body[0], preferred_encoding(environ))
    start_response(head.status, headers)
    return (packed,)


def _refuse_to_write(data: bytes) -> None:
    raise NotImplementedError("Django gives its bodies back, and writes none.")


def _close(body: Iterable[bytes]) -> None:
    """Servers do it for what they are given; Django ends the request with it."""
    with suppress(AttributeError):
        body.close()  # type: ignore[attr-defined]
