"""Errors that reach a client: Stripe-shaped answers, and the failures of a network."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An error in Stripe's own shape.

    `keep` says that the work done before the error stays (a declined charge is a fact);
    otherwise everything the request wrote is undone.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keep: bool = False,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keep = keep
        fields = {"type": type, "message": message, "code": code, "param": param, **extra}
        self.error = {name: value for name, value in fields.items() if value is not None}

    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def missing(kind: str, identifier: str, param: str = "id") -> ApiError:
    """Stripe's answer for an id that it does not know."""
    return ApiError(404, f"No such {kind}: '{identifier}'", code="resource_missing", param=param)


class ContractBroken(Exception):
    """The sandbox itself built something that Stripe's contract does not allow."""


class ConnectionDropped(ConnectionAbortedError):
    """The client gets no answer at all.

    A subclass of ConnectionAbortedError because the standard WSGI server closes the socket
    silently on that one, which is what a dropped connection looks like from outside.
    """


class AnswerTimedOut(ConnectionDropped):
    """The client waits longer than it is willing to; an in-process client fails at once."""
