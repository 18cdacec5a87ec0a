"""`python -m stripe_sandbox`: run the sandbox as a server on this machine."""

from __future__ import annotations

import argparse
import errno
import signal
import sys
import threading
from types import FrameType

from .delivery import WebhookTarget
from .sandbox import Sandbox
from .server import bind, is_loopback


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="stripe_sandbox",
        description="A stateful stand-in for Stripe, for development. No money moves.",
    )
    options.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    options.add_argument("--port", type=int, default=12111)
    options.add_argument("--state", metavar="PATH", help="SQLite file that keeps the state")
    options.add_argument("--webhook-url", metavar="URL", help="where events are sent")
    options.add_argument("--webhook-secret", metavar="SECRET", default="whsec_sandbox")
    options.add_argument("--name", default="Organisation", help="shown on the hosted pages")
    options.add_argument("--public-url", metavar="URL", help="address of the hosted pages")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code."""
    options = parser().parse_args(arguments)
    if not is_loopback(options.host):
        return _refuse(f"{options.host} is not a loopback address; use 127.0.0.1")
    webhook = (
        WebhookTarget(options.webhook_url, options.webhook_secret) if options.webhook_url else None
    )
    host = f"[{options.host}]" if ":" in options.host else options.host
    sandbox = Sandbox(
        store=options.state,
        webhook=webhook,
        name=options.name,
        public_url=options.public_url or f"http://{host}:{options.port}",
    )
    try:
        server = bind(sandbox, options.host, options.port)
    except OSError as error:
        sandbox.close()
        if error.errno == errno.EADDRINUSE:
            return _refuse(f"port {options.port} is taken; choose another with --port")
        return _refuse(f"cannot listen on {options.host}:{options.port}: {error}")

    def stop(signum: int, frame: FrameType | None) -> None:
        # shutdown() waits for serve_forever, which this very thread runs.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if webhook:
        sandbox.deliveries.start()
    ticker = threading.Event()
    threading.Thread(target=_tick, args=(sandbox, ticker), daemon=True).start()
    print(
        f"Stripe sandbox, API {sandbox.world.contract.version}, on {sandbox.config.public_url}"
        f" → {options.webhook_url or 'no webhook'}",
        flush=True,
    )
    server.serve_forever(poll_interval=0.2)
    ticker.set()
    server.server_close()
    sandbox.close()
    return 0


def _tick(sandbox: Sandbox, stopped: threading.Event) -> None:
    """Sessions expire and debits settle also while nobody calls."""
    while not stopped.wait(1.0):
        sandbox.world.run_due()


def _refuse(message: str) -> int:
    print(f"stripe_sandbox: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
