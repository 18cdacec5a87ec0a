"""The measured site: a database and folders of its own, and the server of `make serve`."""

import os
import socket
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tools.serve import HOST, Group, Plan, answers, services

from .measure import CannotMeasure

# The address of the view that does nothing.
BARE = "/bench/bare/"
# Seconds.
START_LIMIT = 30.0


@contextmanager
def own_environment() -> Iterator[None]:
    """Replace this process's environment by one that touches nothing of the developer's, whose
    DATABASE_URL only says on which server to make a database."""
    given = urlsplit(os.environ.get("DATABASE_URL", "").strip())
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}
    original = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        (folder / "static").mkdir()
        if given.scheme.startswith("postgres"):
            database = given._replace(path=f"/bench_{uuid.uuid4().hex[:12]}").geturl()
        else:
            database = f"sqlite:///{folder / 'bench.sqlite3'}"
        os.environ.clear()
        os.environ.update(
            kept,
            DJANGO_SETTINGS_MODULE="tools.bench.settings",
            BENCH_FOLDER=str(folder),
            DATABASE_URL=database,
            EMAIL_URL=f"file://{folder / 'mail'}",
            MEDIA_ROOT=str(folder / "media"),
            PRIVATE_MEDIA_ROOT=str(folder / "private"),
            PORT=str(free_port()),
            LOG_LEVEL="ERROR",
        )
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(original)


@contextmanager
def own_database() -> Iterator[None]:
    """The database that the settings name: made, migrated, filled with the demo, and removed."""
    from django.core.management import call_command
    from django.db import OperationalError, connection, connections

    is_server = connection.vendor == "postgresql"
    name = connection.settings_dict["NAME"]
    try:
        if is_server:
            _outside(f'CREATE DATABASE "{name}"')
    except OperationalError as error:
        raise CannotMeasure(f"The database does not answer: {str(error).strip()}") from error
    try:
        call_command("migrate", interactive=False, verbosity=0)
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            call_command("load_demo_content", stdout=nowhere)
        yield
    finally:
        connections.close_all()
        if is_server:
            _outside(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _outside(statement: str) -> None:
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


class Server:
    """The web server, as `make serve` starts it; `settings` names others than the measured ones."""

    def __init__(self, settings: str = "") -> None:
        self.port = free_port() if settings else int(os.environ["PORT"])
        environment = dict(os.environ)
        if settings:
            environment |= {"DJANGO_SETTINGS_MODULE": settings, "PORT": str(self.port)}
        self._group = Group(environment, talkative=True)
        self._plan = Plan(self.port, debug=False, stand_in_port=None, environment={})

    def cpu_seconds(self) -> float:
        """What its processes have used so far; 0 where there is no /proc."""
        return cpu_of_group(self._process_group)

    def precise_cpu_seconds(self) -> float:
        """The same for short times; 0 where the system does not count so precisely."""
        return precise_cpu_of_group(self._process_group)

    @property
    def _process_group(self) -> int:
        _service, process = self._group.running[0]
        return process.pid


def cpu_of_group(group: int) -> float:
    """Seconds of processor time of a process group; 0 where there is no /proc."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # Behind the name, which may hold anything: state, parent, process group, …
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def precise_cpu_of_group(group: int) -> float:
    """The same to the microsecond, for the time of one request; without threads that have ended."""
    nanoseconds = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[2]) != group:
                continue
            for thread in stat.parent.glob("task/[0-9]*/schedstat"):
                nanoseconds += int(thread.read_text(encoding="utf-8").split()[0])
        except OSError:
            continue
    return nanoseconds / 1_000_000_000


@contextmanager
def serving(settings: str = "") -> Iterator[Server]:
    server = Server(settings)
    web = next(service for service in services(server._plan) if service.name == "web")
    try:
        server._group.start(web)
        server._group.read_output()
        deadline = time.monotonic() + START_LIMIT
        while not answers(web.health):
            if server._group.dead() or time.monotonic() > deadline:
                raise CannotMeasure("The web server did not start.")
            time.sleep(0.1)
        yield server
    finally:
        server._group.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
