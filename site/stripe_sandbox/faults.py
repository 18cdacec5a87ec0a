"""Failures on request: what a client has to survive when Stripe or the network has a bad day."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .errors import AnswerTimedOut, ApiError, ConnectionDropped

type Kind = Literal["error", "rate_limit", "timeout", "drop", "delay"]


@dataclass
class Fault:
    """The next `times` API calls whose path starts with `prefix` fail.

    `after` means that the work is done first and only the answer is lost. `status` is for
    `error`; `seconds` is how long a `delay` takes, or how long a server keeps a client waiting
    before a `timeout`.
    """

    kind: Kind
    times: int = 1
    prefix: str = "/v1/"
    method: str | None = None
    after: bool = False
    status: int = 500
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in ("error", "rate_limit", "timeout", "drop", "delay"):
            raise ValueError(f"unknown fault {self.kind!r}")
        if not 500 <= self.status <= 599:
            raise ValueError("the status of an error is 500 to 599")

    def error(self) -> Exception | None:
        """What the client gets instead of its answer."""
        if self.kind == "error":
            return ApiError(self.status, "An unknown error occurred (simulated).", type="api_error")
        if self.kind == "rate_limit":
            return ApiError(
                429,
                "Request rate limit exceeded (simulated).",
                code="rate_limit",
            )
        if self.kind == "timeout":
            return AnswerTimedOut("simulated timeout")
        return ConnectionDropped("simulated dropped connection") if self.kind == "drop" else None


class Faults:
    """The faults that are still to come, in the order they were asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, kind: Kind, **options: Any) -> None:
        """Ask for a fault; the options are Fault's fields."""
        with self._lock:
            self._waiting.append(Fault(kind, **options))

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that hits this call, if any; counts it."""
        with self._lock:
            for fault in self._waiting:
                if path.startswith(fault.prefix) and fault.method in (None, method):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def list(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._waiting]
