"""Idempotency keys: the same key and request gets the same answer, whatever happened before."""

from __future__ import annotations

import threading
from typing import Any

from .errors import ApiError
from .store import Store

KEPT_SECONDS = 86_400


class Idempotency:
    """Remembers answers by key for a day, and which keys are being worked on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._busy: set[str] = set()

    def begin(
        self, key: str, path: str, params: dict[str, Any], now: int
    ) -> tuple[int, dict[str, Any]] | None:
        """The saved (status, body), or None: then work may start, and `end` must follow.

        Raises ApiError for a key that is in use or was used for another request.
        """
        with self._lock:
            saved = self._store.get("_idempotency", key)
            if saved and now - saved["at"] < KEPT_SECONDS:
                if saved["path"] != path or saved["params"] != params:
                    raise ApiError(
                        400,
                        "Keys for idempotent requests can only be used with the same parameters "
                        "they were first used with. Try using a key other than "
                        f"'{key}' if you meant to execute a different request.",
                        type="idempotency_error",
                    )
                return saved["status"], saved["body"]
            if key in self._busy:
                raise ApiError(
                    409,
                    "There is currently another in-progress request using this Stripe "
                    f"Idempotent Key: {key}",
                    type="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._busy.add(key)
            return None

    def save(
        self,
        key: str,
        path: str,
        params: dict[str, Any],
        now: int,
        status: int,
        body: dict[str, Any],
    ) -> None:
        """Remember the answer of a request that started executing."""
        self._store.put(
            "_idempotency",
            key,
            {"path": path, "params": params, "at": now, "status": status, "body": body},
        )

    def end(self, key: str) -> None:
        with self._lock:
            self._busy.discard(key)
