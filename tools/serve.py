"""`make serve`: the whole site on this machine, in one terminal, until Ctrl-C.

Prepares the database (var/db.sqlite3, or the one in DATABASE_URL), then runs web server, task
worker, scheduler and the stand-in for Stripe side by side. When one of them ends, all end.

PORT         web server; the stand-in takes the next one. Default 8000.
DEBUG=1      Django's own server with reloading and error pages, and everything it says.
DATABASE_URL another database than SQLite in var/.
STRIPE_SECRET_KEY, STRIPE_API_BASE
             talk to that address (or, without it, to Stripe with a test key); no stand-in then.
"""

import contextlib
import ctypes
import errno
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from tools.catalogues import compile_all

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "var"
HOST = "127.0.0.1"
STAND_IN_KEY = "sk_test_sandbox"
ORGANISATION = "Latvijas SOS Bērnu ciematu asociācija"
# Seconds.
START_LIMIT = 90.0
STOP_LIMIT = 10.0
# What the programs say while all is well. DEBUG=1 shows it.
ROUTINE = re.compile(
    r"\d{4}-\d\d-\d\d \S+ (?:INFO|DEBUG) "
    r"|\[INFO\] "
    r"|Stripe sandbox, API "
    r"|(?:GET|POST|DELETE|HEAD) \S+ [23]\d\d$"
    r"|(?:Loaded tasks from|Scheduling heartbeat|Starting scheduler|Acquiring lock)"
)


class ServeError(Exception):
    """A message for the person at the keyboard."""


class Service(NamedTuple):
    name: str
    command: list[str]
    # Answers 200 when the service is up.
    health: str = ""


class Plan(NamedTuple):
    """What to run, decided from the environment."""

    port: int
    debug: bool
    # None: payments go to another stand-in, or to Stripe's test mode.
    stand_in_port: int | None
    environment: dict[str, str]

    @property
    def site(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def stand_in(self) -> str:
        return f"http://{HOST}:{self.stand_in_port}"


def plan(given: dict[str, str]) -> Plan:
    def value(name: str) -> str:
        return given.get(name, "").strip()

    port = value("PORT") or "8000"
    if not (port.isascii() and port.isdecimal() and 1 <= int(port) <= 65534):
        raise ServeError(f"PORT must be a whole number from 1 to 65534, not {port!r}.")
    key = value("STRIPE_SECRET_KEY")
    if "_live_" in key:
        raise ServeError("STRIPE_SECRET_KEY is a live key; make serve takes test keys only.")
    elsewhere = value("STRIPE_API_BASE") or key not in {"", STAND_IN_KEY}
    debug = value("DEBUG").lower() in {"1", "true", "yes", "on", "t", "y"}
    environment = {
        "DJANGO_SETTINGS_MODULE": "sosbca.settings.dev",
        "LOG_LEVEL": "INFO" if debug else "WARNING",
        **given,
        "PORT": port,
        "PYTHONUNBUFFERED": "1",
    }
    return Plan(int(port), debug, None if elsewhere else int(port) + 1, environment)


def services(chosen: Plan) -> list[Service]:
    """In the order in which they start; they stop in the opposite one."""
    python = sys.executable
    result = []
    if chosen.stand_in_port:
        sandbox = [python, "-m", "stripe_sandbox", "--port", str(chosen.stand_in_port)]
        sandbox += ["--state", str(VAR / "stripe_sandbox.sqlite3")]
        sandbox += ["--webhook-url", f"{chosen.site}/stripe/webhook/"]
        sandbox += [
            "--webhook-secret",
            chosen.environment.get("STRIPE_WEBHOOK_SECRET") or "whsec_sandbox",
        ]
        sandbox += ["--name", ORGANISATION]
        result.append(Service("stripe", sandbox, f"{chosen.stand_in}/health"))
    worker = [python, "manage.py", "db_worker", "--queue-name", "*", "--interval", "0.3"]
    worker += ["--no-startup-delay"]
    if chosen.debug:
        web = [python, "manage.py", "runserver", f"{HOST}:{chosen.port}"]
    else:
        worker += ["--no-reload"]
        web = [python, "-m", "granian", "--interface", "wsgi", "--host", HOST]
        web += ["--port", str(chosen.port), "--no-ws", "--log-level", "warning"]
        # Without a limit granian grows to hundreds of threads, each with its own connection.
        web += ["--blocking-threads", "4", "--workers-kill-timeout", "5", "sosbca.wsgi:application"]
    result.append(Service("tasks", worker))
    result.append(Service("clock", [python, "manage.py", "crontask", "--no-heartbeat"]))
    result.append(Service("web", web, f"{chosen.site}/health/live"))
    return result


# --- Before the start ----------------------------------------------------------------------------


def require_free(port: int, what: str, advice: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                problem = f"Port {port} ({what}) is taken by another program."
            else:
                problem = f"Port {port} ({what}) cannot be used: {error.strerror}."
            raise ServeError(f"{problem}\n{advice}") from error


def require_free_ports(chosen: Plan) -> None:
    other = 9000 if chosen.port < 9000 else 8000
    advice = f"Choose another: make serve PORT={other}"
    require_free(chosen.port, "the site", advice)
    if chosen.stand_in_port:
        require_free(chosen.stand_in_port, "the stand-in for Stripe, always PORT + 1", advice)


def prepare() -> None:
    """Runs in a process of its own, so that Django's memory is given back: bring the database up
    to date, load demonstration content and cases into an empty one, and print the demo staff's
    logins."""
    import django
    from django.core.management import call_command
    from django.db import OperationalError, connection

    django.setup()
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise ServeError(f"The database does not answer: {str(error).strip()}") from error
    if pending := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print(f"Preparing the database ({len(pending)} migrations) …", file=sys.stderr, flush=True)
        call_command("migrate", interactive=False, verbosity=0)
    call_command("load_demo_content", stdout=sys.stderr)
    call_command("load_demo_cases", stdout=sys.stderr)
    call_command("load_demo_content", "--show-logins")


def prepared(chosen: Plan, stop: threading.Event) -> list[list[str]]:
    """Prepare the database. Returns username, password and group of each demo account."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--prepare"],
        cwd=ROOT,
        env=chosen.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None:
        if stop.wait(0.05):
            process.terminate()
    output, _errors = process.communicate()
    if process.returncode and not stop.is_set():
        raise ServeError("The database could not be prepared; see the message above.")
    return [line.split("\t") for line in output.splitlines() if line.count("\t") == 2]


# --- Running -------------------------------------------------------------------------------------


class Group:
    """Processes that live and end together."""

    def __init__(self, environment: dict[str, str], talkative: bool) -> None:
        self.environment = environment
        self.talkative = talkative
        self.running: list[tuple[Service, subprocess.Popen[str]]] = []
        self.stopping = False

    def start(self, service: Service) -> None:
        process = subprocess.Popen(
            service.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # A group of its own: Ctrl-C reaches this program alone, which then stops the others
            # in order, with the processes that they started.
            process_group=0,
            preexec_fn=_die_with_parent(),  # noqa: PLW1509  no thread is running yet at the first
        )
        self.running.append((service, process))

    def read_output(self) -> None:
        for service, process in self.running:
            threading.Thread(target=self._relay, args=(service, process), daemon=True).start()

    def _relay(self, service: Service, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            text = line.rstrip()
            if text and not self.stopping and (self.talkative or not ROUTINE.match(text)):
                print(f"{service.name:<6} | {text}", flush=True)

    def dead(self) -> tuple[Service, int] | None:
        """The first process that has ended, with its exit code."""
        for service, process in self.running:
            if (code := process.poll()) is not None:
                return service, code
        return None

    def stop(self) -> None:
        """The stand-in last, so that the others' last calls are answered. Who does not leave
        within STOP_LIMIT is killed."""
        self.stopping = True
        deadline = time.monotonic() + STOP_LIMIT
        first, rest = self.running[:1], self.running[1:]
        for together in (rest, first):
            for _service, process in together:
                process.terminate()
            for _service, process in together:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.1, deadline - time.monotonic()))
                # Also what it may have left behind.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux, what a child runs first so that it ends even when this program is killed."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    pr_set_pdeathsig = 1
    return lambda: libc.prctl(pr_set_pdeathsig, signal.SIGTERM)


def answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def banner(chosen: Plan, logins: list[list[str]]) -> str:
    site = chosen.site
    lines = [
        ("Site", f"{site}/"),
        ("  in English", f"{site}/en/"),
        ("Donate", f"{site}/ziedot/   {site}/en/donate/"),
        ("Admin", f"{site}/admin/"),
    ]
    lines += [
        ("  " + username, f"password {password:<20} {group}")
        for username, password, group in logins
    ]
    if chosen.stand_in_port:
        lines.append(("Stripe stand-in", f"{chosen.stand_in}/   with test card numbers"))
    else:
        address = chosen.environment.get("STRIPE_API_BASE") or "Stripe's test mode"
        lines.append(("Payments", f"{address} (no stand-in started)"))
    mail = chosen.environment.get("EMAIL_URL", "")
    if not mail or mail.startswith("file:"):
        lines.append(("Outgoing mail", f"{site}/dev/mail/"))
    rule = "─" * 72
    body = "\n".join(f"  {label:<17} {text}" for label, text in lines)
    return f"{rule}\n{body}\n\n  Ctrl-C stops everything. The data stays in var/.\n{rule}"


def serve(chosen: Plan, stop: threading.Event) -> int:
    require_free_ports(chosen)
    # WhiteNoise wants the folder of collected files to be there, though none are collected here.
    (VAR / "static").mkdir(parents=True, exist_ok=True)
    compile_all()
    logins = prepared(chosen, stop)
    if stop.is_set():
        return 0
    group = Group(chosen.environment, chosen.debug)
    wanted = services(chosen)
    try:
        for service in wanted:
            group.start(service)
        group.read_output()
        waiting = [service for service in wanted if service.health]
        deadline = time.monotonic() + START_LIMIT
        while not stop.wait(0.15):
            if ended := group.dead():
                service, code = ended
                raise ServeError(
                    f"“{service.name}” ended with exit code {code}, so everything was stopped. "
                    "Its last words are above."
                )
            if waiting:
                waiting = [service for service in waiting if not answers(service.health)]
                if not waiting:
                    print(banner(chosen, logins), flush=True)
                elif time.monotonic() > deadline:
                    names = ", ".join(service.name for service in waiting)
                    raise ServeError(f"No answer after {START_LIMIT:.0f} seconds from: {names}.")
        print("\nStopping …", flush=True)
        return 0
    finally:
        group.stop()


def main() -> int:
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    try:
        if sys.argv[1:] == ["--prepare"]:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            prepare()
            return 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, ask_to_stop)
        return serve(plan(dict(os.environ)), stop)
    except ServeError as error:
        print(f"\nmake serve: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
