"""The sandbox as a small threaded HTTP server on the loopback interface."""

from __future__ import annotations

import ipaddress
import socket
import sys
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from .sandbox import Sandbox


class Server(ThreadingMixIn, WSGIServer):
    """One thread per request; threads do not keep the process alive."""

    daemon_threads = True
    request_queue_size = 64


class QuietHandler(WSGIRequestHandler):
    """Logs API calls and failures only, one line each, to standard error."""

    def log_message(self, format: str, *args: Any) -> None:
        sys.stderr.write(f"{self.requestline} {format % args}\n")

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if self.path.startswith("/v1/") or str(code).startswith(("4", "5")):
            self.log_message("%s", str(code))


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bind(sandbox: Sandbox, host: str, port: int) -> Server:
    """A server that listens but does not serve yet.

    Raises ValueError for an address that others could reach, OSError for a taken port.
    """
    if not is_loopback(host):
        raise ValueError(f"{host} is not a loopback address; the sandbox must not be reachable")
    kind = type("Server6", (Server,), {"address_family": socket.AF_INET6})
    server: Server = (kind if ":" in host else Server)((host, port), QuietHandler)
    server.set_app(sandbox.wsgi)
    return server
