"""The WSGI application: Stripe's API, the hosted pages and the control panel."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from . import control, index_page, pages
from .api import to_json
from .errors import ApiError, ContractBroken

if TYPE_CHECKING:
    from .sandbox import Sandbox

type Environ = dict[str, Any]
type StartResponse = Callable[..., Any]
type Response = tuple[int, dict[str, str], bytes]

MAX_BODY = 1_000_000
# Inline styles only: no script, no image, nothing from anywhere else, and no frame around it.
PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Application:
    """Callable per WSGI. Lets ConnectionDropped through: the server then closes the socket."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = self._answer(environ)
        headers = {"Content-Type": "application/json", **headers, "Content-Length": str(len(body))}
        reason = http.client.responses.get(status, "Unknown")
        start_response(f"{status} {reason}", list(headers.items()))
        return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, environ: Environ) -> Response:
        method = environ["REQUEST_METHOD"]
        # WSGI hands the path over as bytes in Latin-1 clothes.
        path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
        size = int(environ.get("CONTENT_LENGTH") or 0)
        if size > MAX_BODY:
            return 413, {}, to_json(ApiError(413, "The request is too large.").body())
        body = environ["wsgi.input"].read(size) if size else b""
        headers = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        if path.startswith("/v1/"):
            query = environ.get("QUERY_STRING", "")
            status, extra, answer = self.sandbox.api.call(method, path, query, body, headers)
            return status, extra, to_json(answer)
        if path == "/health":
            return 200, {}, to_json(control.health(self.sandbox))
        form = _form(environ, body)
        try:
            _refuse_foreign_form(method, headers)
            if path.startswith("/_control/"):
                return self._control(method, path, environ, form)
            return self._page(method, path, form)
        except ContractBroken as broken:
            # Recorded already, where it happened.
            error = ApiError(500, f"The sandbox broke the contract: {broken}", type="api_error")
            return error.status, PAGE_HEADERS, pages.problem(self.sandbox, str(error)).encode()
        except ApiError as error:
            if path.startswith("/_control/") and _is_json(environ):
                return error.status, {}, to_json(error.body())
            return error.status, PAGE_HEADERS, pages.problem(self.sandbox, str(error)).encode()

    def _control(self, method: str, path: str, environ: Environ, form: dict[str, Any]) -> Response:
        name = path.removeprefix("/_control/").strip("/")
        answer = control.run(self.sandbox, method, name, form)
        if method == "POST" and not _is_json(environ):
            return 303, {"Location": "/"}, b""
        return 200, {}, to_json(answer)

    def _page(self, method: str, path: str, form: dict[str, Any]) -> Response:
        if path == "/":
            return 200, PAGE_HEADERS, index_page.render(self.sandbox).encode()
        page = pages.answer(self.sandbox, method, path, form)
        if page.location is not None:
            return 303, {"Location": _ascii(page.location), "Cache-Control": "no-store"}, b""
        return page.status, PAGE_HEADERS, page.html.encode()


def _refuse_foreign_form(method: str, headers: dict[str, str]) -> None:
    """Another site open in the developer's browser must not press buttons here."""
    origin = headers.get("sec-fetch-site", "none")
    if method == "POST" and origin not in ("same-origin", "none"):
        raise ApiError(403, "The sandbox takes no forms from other sites.")


def _ascii(url: str) -> str:
    """A header-safe address: Latvian letters in a path become percent escapes."""
    return "".join(
        letter if letter.isascii() else "".join(f"%{byte:02X}" for byte in letter.encode())
        for letter in url
    )


def _is_json(environ: Environ) -> bool:
    kind = str(environ.get("CONTENT_TYPE", "")) + str(environ.get("HTTP_ACCEPT", ""))
    return "json" in kind or environ["REQUEST_METHOD"] == "GET"


def _form(environ: Environ, body: bytes) -> dict[str, Any]:
    """The fields of a form, a query string or a JSON object."""
    fields: dict[str, Any] = dict(
        parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    )
    if "json" in str(environ.get("CONTENT_TYPE", "")):
        try:
            given = json.loads(body or b"{}")
        except ValueError:
            given = None
        if isinstance(given, dict):
            return fields | given
    return fields | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def origin_of(url: str) -> str:
    """Scheme and host of a URL, for showing a payer where a button leads."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
