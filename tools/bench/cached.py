"""A page that is kept in memory, side by side with others that serve the same bytes."""

import getpass
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tools.serve import HOST

from .client import PAST_THE_CACHE, Answer, Connection, Load
from .measure import YARDSTICK, CannotMeasure, Sample, in_rounds, yardstick
from .world import Server, cpu_of_group, free_port

CONNECTIONS = 8
# Without wrk, how many requests a round holds.
REQUESTS = 400
WRK_SECONDS = 1
# How often something is published, how long every process then has to notice it, and how long the
# server may take to tidy up after an answer. Seconds.
PUBLISHES = 11
NOTICE = 0.6
TIDY_UP = 0.03
# Usual requests for each first one: two of them are a little apart.
USUAL = 3
# The bytes that nginx has to send too.
SENT_BY_THE_SERVER = {"content-length", "content-type", "date", "server", "connection"}
DONE = re.compile(r"^\s*(\d+) requests in ([\d.]+)(m?s)", re.MULTILINE)


class Target(NamedTuple):
    """What is asked, and what it costs: seconds of processor time so far."""

    port: int
    path: str
    cpu: Callable[[], float]
    more_headers: str = ""


def load(target: Target) -> Sample:
    """Ask for one address for about a second. Raise CannotMeasure."""
    before = target.cpu()
    with_wrk = shutil.which("wrk")
    sample = _wrk(with_wrk, target) if with_wrk else _python(target)
    return sample._replace(cpu=target.cpu() - before)


def _python(target: Target) -> Sample:
    ask = Load(HOST, target.port, CONNECTIONS, target.more_headers)
    return ask(target.path, REQUESTS)


def _wrk(program: str, target: Target) -> Sample:
    command = [program, "-t1", f"-c{CONNECTIONS}", f"-d{WRK_SECONDS}s"]
    for line in ("Accept-Encoding: br, gzip", *target.more_headers.split("\r\n")):
        command += ["-H", line] if line else []
    command.append(f"http://{HOST}:{target.port}{target.path}")
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = DONE.search(said)
    if found is None or "Non-2xx" in said or "Socket errors" in said:
        raise CannotMeasure(f"wrk on {target.path}: {said.strip() or 'no answer'}")
    seconds = float(found[2]) / (1000 if found[3] == "ms" else 1)
    return Sample(int(found[1]), seconds, 0.0)


@contextmanager
def nginx(answer: Answer) -> Iterator[Target | None]:
    """nginx with one process, serving the same head and body from a file; None without nginx."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="bench-nginx-") as name:
        folder, port = Path(name), free_port()
        (folder / "page.html").write_bytes(answer.body)
        (folder / "nginx.conf").write_text(_configuration(folder, port, answer), encoding="utf-8")
        command = [program, "-p", name, "-c", str(folder / "nginx.conf"), "-e", "stderr"]
        process = subprocess.Popen(command, process_group=0, stderr=subprocess.PIPE)
        try:
            _wait_for(port, process)
            yield Target(port, "/page.html", partial(cpu_of_group, process.pid))
        finally:
            process.terminate()
            process.wait(10)
            if process.stderr:
                process.stderr.close()


def _configuration(folder: Path, port: int, answer: Answer) -> str:
    headers = "\n".join(
        f'add_header {name} "{value.replace(chr(34), chr(92) + chr(34))}";'
        for name, value in answer.headers.items()
        if name not in SENT_BY_THE_SERVER
    )
    # Its workers give up the rights of root, and could not read a folder of root's.
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    temporary = "\n".join(
        f"{what}_temp_path {folder / what};"
        for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
        {user} worker_processes 1; daemon off; pid {folder / "pid"}; error_log stderr error;
        events {{ worker_connections 256; }}
        http {{
            access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000; etag off;
            types {{ text/html html; }} charset utf-8; {temporary}
            server {{ listen {HOST}:{port}; root {folder}; {headers} }}
        }}
    """


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            with Connection(HOST, port):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                problem = process.stderr.read().decode() if process.stderr else ""
                raise CannotMeasure(f"nginx did not start: {problem.strip()}") from None
            time.sleep(0.05)


def compare(
    ours: Server, django: Server, path: str, bare: str, rounds: int, seconds: float
) -> dict[str, list[Sample]]:
    """The same page from each, in turns; "nginx" is missing where there is none."""
    targets = {
        "django": Target(django.port, path, django.cpu_seconds),
        "ours": Target(ours.port, path, ours.cpu_seconds),
        "bare": Target(ours.port, bare, ours.cpu_seconds, PAST_THE_CACHE),
        "uncached": Target(ours.port, path, ours.cpu_seconds, PAST_THE_CACHE),
    }
    with Connection(HOST, ours.port) as connection:
        connection.get(path)
        answer = connection.get(path)
    if answer.headers.get("x-cache") != "HIT":
        raise CannotMeasure(f"{path} is not kept: {answer.headers.get('x-cache')}.")
    with Connection(HOST, django.port) as connection:
        connection.get(path)
        if "x-cache" in connection.get(path).headers:
            raise CannotMeasure("Our page cache stands before Django's.")
    with nginx(answer) as static:
        if static:
            targets = {"nginx": static, **targets}
        cases = {name: partial(load, target) for name, target in targets.items()}
        return in_rounds(cases | {YARDSTICK: yardstick}, rounds, seconds)


def after_a_publish(
    server: Server, path: str, publish: Callable[[], None]
) -> dict[str, list[Sample]]:
    """The cost of the first request after a publish, and of the usual one past the cache, to a
    server that has shown the page before."""
    samples: dict[str, list[Sample]] = {"usual": [], "first": []}
    with (
        Connection(HOST, server.port) as visitor,
        Connection(HOST, server.port, PAST_THE_CACHE) as past,
    ):
        for number in range(PUBLISHES + 1):
            publish()
            time.sleep(NOTICE)
            # In this order: after it, the process remembers its lookups again.
            round_ = {
                "first": _timed(server, visitor, path, "MISS", 1),
                "usual": _timed(server, past, path, "PASS", USUAL),
            }
            # The first round warms up.
            for name, sample in round_.items():
                samples[name] += [sample] if number else []
    return samples


def _timed(
    server: Server, connection: Connection, path: str, expected: str, requests: int
) -> Sample:
    taken, before = 0.0, server.precise_cpu_seconds()
    for _ in range(requests):
        started = time.perf_counter()
        answer = connection.get(path)
        taken += time.perf_counter() - started
        if answer.headers.get("x-cache") != expected:
            raise CannotMeasure(f"{path} was a {answer.headers.get('x-cache')}, not a {expected}.")
    time.sleep(TIDY_UP)
    return Sample(requests, taken, server.precise_cpu_seconds() - before)
