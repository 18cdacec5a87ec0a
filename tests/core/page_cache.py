"""The page cache as tests need it: before any application, with a clock that stands still."""

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

from django.core.wsgi import get_wsgi_application

from sosbca.core.page_cache.layer import PageCache
from sosbca.core.page_cache.parts import EVERYTHING
from sosbca.core.page_cache.requests import Rules
from sosbca.core.page_cache.stamps import Stamp, Stamps, Subject

RULES = Rules(
    allowed_hosts=("testserver", "other.example"),
    passed_paths=("/admin/", "/static/", "/media/", "/documents/", "/health/", "/stripe/"),
    parameters=frozenset({"page", "year"}),
    secure_proxy_header=("HTTP_X_FORWARDED_PROTO", "https"),
)
HTML = "text/html; charset=utf-8"


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def cached(self) -> str:
        return self.headers.get("X-Cache", "")

    @property
    def text(self) -> str:
        return self.body.decode()


class Closing:
    """A body that notes whether it was closed, as Django needs it to be."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.closed = 0

    def __iter__(self) -> Any:
        return iter(self._chunks)

    def close(self) -> None:
        self.closed += 1


class FakeSite:
    """A site of one page that counts how often it was asked."""

    def __init__(self, body: bytes = b"<p>Labdien</p>" * 100, **headers: str) -> None:
        self.body = body
        self.status = "200 OK"
        self.headers = {"Content-Type": HTML} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        self.has_length = True
        self.seen: list[dict[str, Any]] = []
        self.bodies: list[Closing] = []
        self.before: Callable[[], None] = lambda: None
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Closing:
        with self.lock:
            self.seen.append(environ)
        body, headers = self.body, list(self.headers.items())
        self.before()
        if self.has_length:
            headers.append(("Content-Length", str(len(body))))
        start_response(self.status, headers)
        self.bodies.append(Closing([body[:10], body[10:]]))
        return self.bodies[-1]

    @property
    def asked(self) -> int:
        return len(self.seen)


class Database:
    """Stands in for the table of changes."""

    def __init__(self) -> None:
        self.stamps: dict[Subject, Stamp] = {}
        self.reads = 0
        self.error: Exception | None = None

    def __call__(self) -> dict[Subject, Stamp]:
        self.reads += 1
        if self.error:
            raise self.error
        return dict(self.stamps)

    def change(self, group: str = "content", part: str = EVERYTHING) -> None:
        subject = Subject(group, part)
        count, total = self.stamps.get(subject, (0, 0))
        self.stamps[subject] = (count + 1, total + count + 1)


class World:
    """One process: the layer, what it stands before, its clock, and the database's stamps."""

    def __init__(
        self,
        application: Any = None,
        *,
        capacity: int = 10_000_000,
        database: Any = None,
        clock: Clock | None = None,
        rules: Rules = RULES,
    ) -> None:
        self.site = application or FakeSite()
        self.clock = clock or Clock()
        self.database = database or Database()
        self.stamps = Stamps(self.database, self.clock)
        self.cache = PageCache(
            self.site, capacity=capacity, rules=rules, stamps=self.stamps, clock=self.clock
        )

    def get(self, path: str = "/", method: str = "GET", **environ: str) -> Answer:
        """Ask, with WSGI's names for headers: HTTP_COOKIE="…"."""
        return ask(self.cache, path, method, **environ)

    def later(self, seconds: float) -> None:
        self.clock.now += seconds


def ask(application: Any, path: str = "/", method: str = "GET", **extra: str) -> Answer:
    address, _mark, query = path.partition("?")
    data = extra.pop("body", "").encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": address.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(data),
    }
    if data:
        environ["CONTENT_LENGTH"] = str(len(data))
        environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    environ |= extra
    setup_testing_defaults(environ)
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *error: Any) -> None:
        started.append((status, headers))

    body = application(environ, start_response)
    try:
        content = b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    status, headers = started[-1]
    return Answer(int(status.split()[0]), dict(headers), content)


def real_site() -> Any:
    """Django with all of its middleware, as a server calls it."""
    return get_wsgi_application()
