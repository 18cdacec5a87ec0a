"""Stripe's own library, wired straight to the sandbox's WSGI application: no socket, no server."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from stripe_sandbox import ConnectionDropped, Sandbox


def call_wsgi(
    app: Any,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """One request to a WSGI application; returns (status, headers in lower case, body)."""
    parts = urlsplit(path)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method.upper(),
        "PATH_INFO": parts.path.encode().decode("latin-1"),
        "QUERY_STRING": parts.query,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "sandbox",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    got: dict[str, Any] = {}

    def start_response(status: str, sent: list[tuple[str, str]], exc_info: Any = None) -> None:
        got["status"] = int(status.split(maxsplit=1)[0])
        got["headers"] = {name.lower(): value for name, value in sent}

    answer = b"".join(app(environ, start_response))
    return got["status"], got["headers"], answer


class InProcessClient(stripe.HTTPClient):
    """An HTTP client for `stripe.StripeClient` that calls a sandbox directly.

    stripe.StripeClient("sk_test_x", http_client=InProcessClient(sandbox))
    """

    name = "in-process"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.sandbox = sandbox

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        body = post_data.encode() if isinstance(post_data, str) else (post_data or b"")
        try:
            status, sent, answer = call_wsgi(self.sandbox.wsgi, method, target, body, headers)
        except ConnectionDropped as error:  # a simulated timeout is one as well
            failure: Any = stripe.APIConnectionError
            raise failure(str(error), should_retry=True) from error
        return answer.decode(), status, sent

    def _sleep_time_seconds(self, num_retries: int, response: Any = None) -> float:
        """The library's retries need no waiting here."""
        return 0.0

    def close(self) -> None:
        """Nothing is open."""


def client_for(sandbox: Sandbox, *, key: str = "sk_test_sandbox", retries: int = 0) -> Any:
    """A StripeClient that talks to the sandbox and, unless asked, never retries by itself."""
    return stripe.StripeClient(
        key, http_client=InProcessClient(sandbox), max_network_retries=retries
    )
