"""The whole site as it runs for people: web server, worker, and the stand-in for Stripe.

Real processes on free ports, with a database, uploads and kept mail of their own.
"""

import contextlib
import email
import email.policy
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.databases import copy_of, remove, url_of
from tests.demonstration import ROOT, Demonstration, bare_environment
from tests.giving import FORM
from tools.serve import _die_with_parent

HOST = "127.0.0.1"
# Seconds. Long, for machines that are busy with other tests.
PATIENCE = 60.0


class LiveSite:
    """A running site, its stand-in for Stripe, and the mail that it sent."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.mail_folder = folder / "mail"
        self.address = f"http://{HOST}:{_free_port()}"
        self.stripe = f"http://{HOST}:{_free_port()}"
        self._running: list[subprocess.Popen[bytes]] = []
        self._environment = bare_environment() | {
            "DATABASE_URL": database_url,
            "EMAIL_URL": f"file://{quote(str(self.mail_folder))}",
            "MEDIA_ROOT": str(folder / "media"),
            "PORT": str(urllib.parse.urlsplit(self.address).port),
            "PRIVATE_MEDIA_ROOT": str(folder / "private"),
            "PYTHONUNBUFFERED": "1",
            "STRIPE_API_BASE": self.stripe,
            # Each visitor of a test has an address of their own, or the throttle would stop them.
            "TRUSTED_PROXIES": "1",
        }

    # Running ------------------------------------------------------------------------------------

    def start(self) -> None:
        # WhiteNoise wants the folder of collected files to be there.
        (ROOT / "var" / "static").mkdir(parents=True, exist_ok=True)
        self.mail_folder.mkdir()
        stand_in = ["stripe_sandbox", "--port", self.stripe.rpartition(":")[2]]
        stand_in += ["--webhook-url", f"{self.address}/stripe/webhook/", "--name", "SOS"]
        self._run("stripe", "-m", *stand_in)
        worker = ["manage.py", "db_worker", "--queue-name", "*", "--interval", "0.2"]
        self._run("tasks", *worker, "--no-startup-delay", "--no-reload")
        web = ["granian", "--interface", "wsgi", "--host", HOST, "--blocking-threads", "4"]
        web += ["--port", self._environment["PORT"], "--no-ws", "--log-level", "warning"]
        self._run("web", "-m", *web, "sosbca.wsgi:application")
        for address in (f"{self.stripe}/health", f"{self.address}/health/live"):
            self.wait(partial(_answers, address), f"an answer from {address}")

    def _run(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own, so that its own children are found and ended too.
                start_new_session=True,
                # Ends also when the tests are killed. The first starts before there are threads.
                preexec_fn=_die_with_parent(),  # noqa: PLW1509
            )
        self._running.append(process)

    def stop(self) -> None:
        for process in reversed(self._running):
            process.terminate()
        for process in reversed(self._running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def said(self) -> str:
        """The ends of what the programs printed."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {log.stem}\n{log.read_text()[-3000:]}" for log in logs)

    def wait[T](self, look: Callable[[], T], what: str) -> T:
        """What `look` finds, as soon as it is something."""
        deadline = time.monotonic() + PATIENCE
        while not (found := look()):
            if ended := [process.args for process in self._running if process.poll() is not None]:
                raise AssertionError(f"{ended} ended.\n{self.said()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"Waited in vain for {what}.\n{self.said()}")
            time.sleep(0.05)
        return found

    # The stand-in for Stripe --------------------------------------------------------------------

    def control(self, action: str, **fields: Any) -> dict[str, Any]:
        """Do one of the actions in the stand-in's README."""
        request = urllib.request.Request(
            f"{self.stripe}/_control/{action}",
            data=json.dumps(fields).encode(),
            headers={"Content-Type": "application/json"},
        )
        with _opener.open(request, timeout=20) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    @contextmanager
    def stripe_is_away(self, method: str = "POST", kind: str = "error") -> Iterator[None]:
        """Calls about checkouts get no usable answer."""
        self.control("faults", kind=kind, times=100, prefix="/v1/checkout", method=method)
        try:
            yield
        finally:
            self.control("faults", clear=True)

    def attempts_of(self, address: str) -> set[str]:
        """The idempotency keys under which checkouts were opened for this e-mail address: each
        attempt has one of its own."""
        with _opener.open(f"{self.stripe}/_control/requests", timeout=20) as response:
            requests = json.load(response)["requests"]
        return {
            request["idempotency_key"]
            for request in requests
            if (request["method"], request["path"]) == ("POST", "/v1/checkout/sessions")
            and request["status"] == 200
            and request["params"].get("customer_email") == address
        }

    def everything_stripe_was_told(self) -> str:
        with _opener.open(f"{self.stripe}/_control/requests", timeout=20) as response:
            return str(response.read().decode())

    def problems(self) -> list[Any]:
        """Where the stand-in broke Stripe's contract."""
        with _opener.open(f"{self.stripe}/_control/problems", timeout=20) as response:
            return list(json.load(response)["problems"])

    # Beside the site ----------------------------------------------------------------------------

    def run(self, script: str) -> str:
        """What a script prints that runs with the site's settings and on its database."""
        ran = subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "--no-imports", "-c", script],
            cwd=ROOT,
            env=self._environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return ran.stdout

    def work_later(self, module: str, task: str, days: int) -> None:
        """Do a scheduled task as if the clock stood so many days later."""
        self.run(
            "import time_machine\n"
            "from datetime import datetime, timedelta\n"
            f"from {module} import {task}\n"
            f"with time_machine.travel(datetime.now().astimezone() + timedelta(days={days})):\n"
            f"    {task}.call()"
        )

    # Pages ----------------------------------------------------------------------------------------

    def pages_by_type(self) -> dict[str, dict[str, str]]:
        """The path of one published page of each type, by language."""
        found: dict[str, dict[str, str]] = {}
        for name, language, _number, path in self._pages:
            found.setdefault(name, {}).setdefault(language, path)
        return found

    def number_of_page(self, name: str, language: str) -> str:
        """By which the admin knows the first page of a type."""
        return next(
            number for kind, code, number, _path in self._pages if (kind, code) == (name, language)
        )

    @cached_property
    def _pages(self) -> list[tuple[str, str, str, str]]:
        """Type, language, number and path of the pages that are published when it is first asked,
        in the order of the tree."""
        script = (
            "import json; from wagtail.models import Page; "
            "pages = Page.objects.live().filter(depth__gt=1).order_by('path').specific(); "
            "print(json.dumps([(type(page).__name__, page.locale.language_code, str(page.pk), "
            "page.get_url()) for page in pages]))"
        )
        return [tuple(row) for row in json.loads(self.run(script))]

    def text_of(self, path: str) -> str:
        """What an address answers to somebody without a browser."""
        with _opener.open(self.address + path, timeout=20) as response:
            return str(response.read().decode())

    # A donor without a browser ------------------------------------------------------------------

    def open_checkout(self, language: str = "lv", **changes: str) -> str:
        """Send the donation form; return the checkout's id."""
        path = {"lv": "/ziedot/", "en": "/en/donate/"}[language]
        form = FORM | {"email": new_address()} | changes
        request = urllib.request.Request(
            self.address + path,
            data=urllib.parse.urlencode(form).encode(),
            headers={"X-Forwarded-For": new_network_address()},
        )
        try:
            _opener.open(request, timeout=20)
        except urllib.error.HTTPError as answer:
            if answer.code == 303:
                return answer.headers["Location"].rpartition("/")[2]
            raise
        raise AssertionError("The form was not taken.")

    def give(self, language: str = "lv", method: str = "card", **changes: str) -> str:
        """A gift, paid at the checkout; return the checkout's id."""
        session = self.open_checkout(language, **changes)
        self.control("pay", session=session, method=method)
        return session

    def thanks(self, session: str, language: str = "lv") -> str:
        """The address to which the checkout sends its payer."""
        path = {"lv": "/ziedot/paldies/", "en": "/en/donate/thank-you/"}[language]
        return f"{self.address}{path}?session_id={session}"

    # Mail ---------------------------------------------------------------------------------------

    def mail_to(self, address: str, count: int = 1) -> list[EmailMessage]:
        """Wait for so many messages to the address; return all of them, oldest first."""

        def look() -> list[EmailMessage]:
            files = sorted(self.mail_folder.glob("*.eml"), key=lambda file: file.stat().st_mtime)
            found = [_parse(file) for file in files]
            return [message for message in found if address in str(message["To"])]

        return self.wait(lambda: (sent := look())[count - 1 :] and sent, f"mail to {address}")


def new_address() -> str:
    """An e-mail address that nobody used before."""
    return f"anna.{uuid.uuid4().hex[:12]}@example.org"


def new_network_address() -> str:
    """Out of the block that is reserved for examples (RFC 3849)."""
    return f"2001:db8::{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}"


@contextmanager
def live_site(folder: Path, demonstration: Demonstration) -> Iterator[LiveSite]:
    """Run a site with a copy of the demonstration until the block ends."""
    shutil.copytree(demonstration.media, folder / "media")
    shutil.copytree(demonstration.private, folder / "private")
    database = copy_of(demonstration.database, folder)
    try:
        site = LiveSite(folder, url_of(database))
        try:
            site.start()
            yield site
        finally:
            site.stop()
    finally:
        remove(database)
    shutil.rmtree(folder, ignore_errors=True)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())


def _answers(address: str) -> bool:
    try:
        with _opener.open(address, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _parse(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message
