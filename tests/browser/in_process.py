"""A person in front of Chromium, on the database, the books and the clock of one test.

The live site is several programs with a clock and a database of their own. Here threads of the
test's process answer the browser, at the addresses that site and stand-in have in every test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from stripe_sandbox.server import QuietHandler, Server
from tests.browser.visitors import Kind, Visitor
from tests.chromium import running_chromium
from tests.giving import Giving

HOST = "127.0.0.1"


@dataclass(frozen=True)
class ShownSite:
    """The site of this test, for its visitor."""

    address: str
    stripe: str

    def said(self) -> str:
        """Nothing: pytest itself shows what threads of its process have printed."""
        return ""


@contextmanager
def visiting(giving: Giving, kind: Kind) -> Iterator[Visitor]:
    """Somebody who visits until the block ends. Meanwhile this thread may not use the database,
    which has to be one where commits are real: the threads that answer use it."""
    site = ShownSite(settings.SITE_URL, giving.sandbox.config.public_url)
    policy = settings.SECURE_CSP
    with (
        # The form leads to the stand-in's page.
        override_settings(
            SECURE_CSP=policy | {"form-action": [*policy["form-action"], site.stripe]}
        ),
        answering(WSGIHandler()) as our_port,
        answering(giving.sandbox.wsgi) as stripes_port,
        running_chromium(*leading({site.address: our_port, site.stripe: stripes_port})) as browser,
    ):
        visitor = Visitor(site, browser, kind)
        try:
            yield visitor
        except Exception as error:
            error.add_note(f"{visitor.address} said:\n{visitor.page.inner_text('body')}")
            raise
        finally:
            visitor.leave()


def leading(ports: dict[str, int]) -> list[str]:
    """Chromium's options for finding addresses at ports of this machine."""
    rules = [f"MAP {urlsplit(address).netloc}:80 {HOST}:{port}" for address, port in ports.items()]
    return [
        f"--host-resolver-rules={', '.join(rules)}",
        # Trusted like the real ones, which are reached by https.
        f"--unsafely-treat-insecure-origin-as-secure={','.join(ports)}",
        "--no-proxy-server",
    ]


@contextmanager
def answering(application: WSGIApplication) -> Iterator[int]:
    """Serve the application on a free port, until the block ends and every answer is given."""
    server = Server((HOST, 0), QuietHandler)
    server.set_app(application)
    # Closing then waits for them: each may use the database, which goes away after the test.
    server.daemon_threads = False
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
