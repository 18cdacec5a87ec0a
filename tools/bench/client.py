"""A small HTTP/1.1 client: it must cost far less than what it measures."""

import socket
import threading
import time
from types import TracebackType
from typing import NamedTuple, Self

from .measure import CannotMeasure, Sample

# Seconds without a byte.
PATIENCE = 20


class Answer(NamedTuple):
    status: int
    # Names in lower case.
    headers: dict[str, str]
    body: bytes


# Who sends a cookie is never answered from memory.
PAST_THE_CACHE = "Cookie: bench=1\r\n"


class Connection:
    """One connection, kept open between requests."""

    def __init__(self, host: str, port: int, more_headers: str = "") -> None:
        """`more_headers` are lines, each with its end."""
        self._more = more_headers
        self._host = f"{host}:{port}"
        self._socket = socket.create_connection((host, port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def request(self, path: str) -> bytes:
        """The bytes of a GET as an anonymous visitor's browser sends it."""
        return (
            f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: text/html,*/*\r\n"
            f"Accept-Language: lv\r\nAccept-Encoding: br, gzip\r\n{self._more}\r\n"
        ).encode()

    def exchange(self, request: bytes) -> tuple[bytes, bytes]:
        """Send a request; return the answer's head and body."""
        self._socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head, rest = received[:end], received[end + 4 :]
        _before, found, after = head.lower().partition(b"\r\ncontent-length:")
        if not found:
            raise CannotMeasure("The server answered without a Content-Length.")
        length = int(after.partition(b"\r\n")[0])
        chunks = [rest]
        missing = length - len(rest)
        while missing > 0:
            chunks.append(self._receive())
            missing -= len(chunks[-1])
        return head, b"".join(chunks)

    def get(self, path: str) -> Answer:
        head, body = self.exchange(self.request(path))
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = (line.partition(":") for line in lines)
        return Answer(
            int(first.split()[1]),
            {name.strip().lower(): value.strip() for name, _colon, value in headers},
            body,
        )

    def _receive(self) -> bytes:
        received = self._socket.recv(262_144)
        if not received:
            raise CannotMeasure("The server closed a connection in the middle of an answer.")
        return received


class Load:
    """A bounded number of requests over a few connections at once."""

    def __init__(self, host: str, port: int, connections: int, more_headers: str = "") -> None:
        self._host, self._port, self._count = host, port, connections
        self._more = more_headers

    def __call__(self, path: str, requests: int) -> Sample:
        """Ask for `path` `requests` times in all. Every answer has to be a 200."""
        share = max(1, requests // self._count)
        started: list[float] = []
        barrier = threading.Barrier(
            self._count, action=lambda: started.append(time.perf_counter()), timeout=PATIENCE
        )
        problems: list[Exception] = []
        workers = [
            threading.Thread(target=self._work, args=(path, share, barrier, problems), daemon=True)
            for _ in range(self._count)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if problems:
            raise CannotMeasure(f"{path}: {problems[0]}")
        return Sample(share * self._count, time.perf_counter() - started[0], cpu=0.0)

    def _work(
        self, path: str, requests: int, barrier: threading.Barrier, problems: list[Exception]
    ) -> None:
        try:
            with Connection(self._host, self._port, self._more) as connection:
                request = connection.request(path)
                barrier.wait()
                for _ in range(requests):
                    head, _body = connection.exchange(request)
                    if head[9:12] != b"200":
                        first = head.partition(b"\r\n")[0].decode("latin-1")
                        raise CannotMeasure(f"answered {first}")
        except threading.BrokenBarrierError:
            # Another one could not begin, and says why.
            return
        except (OSError, ValueError, CannotMeasure) as error:
            problems.append(error)
            barrier.abort()
