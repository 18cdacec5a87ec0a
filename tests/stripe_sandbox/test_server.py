"""The real thing: a process with a port, a file and a webhook on the other side."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from stripe_sandbox import Sandbox
from stripe_sandbox.server import bind, is_loopback
from tests.stripe_sandbox.helpers import donation, pledge
from tests.stripe_sandbox.in_process import client_for

SITE = Path(__file__).parents[2] / "site"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def hook() -> Iterator[tuple[str, list[Any], list[int]]]:
    """A webhook receiver: its address, what came, and the statuses it will answer with."""
    came: list[Any] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((body.decode(), self.headers["Stripe-Signature"]))
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", came, answers
    server.shutdown()
    server.server_close()


def run(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "stripe_sandbox", *arguments],
        env=os.environ | {"PYTHONPATH": str(SITE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    line = process.stdout.readline()
    assert "Stripe sandbox" in line, line


def stop(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=10)


def wait_for(done: Any, seconds: float = 8) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def client_at(port: int) -> Any:
    base: Any = {"api": f"http://127.0.0.1:{port}"}
    return stripe.StripeClient("sk_test_x", base_addresses=base, max_network_retries=0)


def post(port: int, path: str, **params: Any) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        json.dumps(params).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def test_a_server_with_webhooks_faults_and_a_restart(
    tmp_path: Path, hook: tuple[str, list[Any], list[int]]
) -> None:
    url, came, answers = hook
    port = free_port()
    arguments = (
        "--port", str(port), "--state", str(tmp_path / "state.sqlite3"), "--webhook-url", url,
        "--webhook-secret", "whsec_mine", "--name", "Ciemati",
    )  # fmt: skip
    process = run(*arguments)
    try:
        ready(process)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            assert json.load(answer)["api_version"] == stripe.api_version
        client = client_at(port)
        session = client.v1.checkout.sessions.create(donation())
        assert session.url.startswith(f"http://127.0.0.1:{port}/c/pay/")
        answers[:] = [500]
        post(port, "/_control/pay", session=session.id)
        wait_for(lambda: "charge.updated" in str(came) and len(came) == 9)
        body, signature = came[0]
        assert stripe.WebhookSignature.verify_header(body, signature, "whsec_mine", tolerance=60)
        # Any may have met the error: several are under way at once.
        times = Counter(json.loads(body)["id"] for body, _ in came)
        assert sorted(times.values()) == [1] * 7 + [2]

        post(port, "/_control/faults", kind="drop")
        with pytest.raises(stripe.APIConnectionError):
            client.v1.charges.list()
        post(port, "/_control/delivery", auto=False)
        post(port, "/_control/advance", days=1)
        late = client.v1.checkout.sessions.create(donation())
        client.v1.checkout.sessions.expire(late.id)
        now = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5))["now"]
        assert stop(process) == 0
        before = len(came)

        process = run(*arguments)
        ready(process)
        wait_for(lambda: "checkout.session.expired" in str(came[before:]))
        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        again = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5))
        assert now <= again["now"] < now + 30
        assert again["problems"] == 0
    finally:
        process.kill()
        process.wait()


def test_a_taken_port_is_explained() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = run("--port", port)
        output, _ = process.communicate(timeout=10)
    assert process.returncode == 2
    assert f"port {port} is taken" in output
    assert "Traceback" not in output


def test_the_log_has_calls_and_failures_only(capfd: pytest.CaptureFixture[str]) -> None:
    sandbox = Sandbox()
    server = bind(sandbox, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    for path in ("/health", "/no-such-page", "/v1/customers"):
        with suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}{path}", timeout=5)
    server.shutdown()
    server.server_close()
    sandbox.close()
    said = capfd.readouterr().err.splitlines()
    assert said == ["GET /no-such-page HTTP/1.1 404", "GET /v1/customers HTTP/1.1 401"]


def test_other_machines_are_kept_out() -> None:
    process = run("--host", "0.0.0.0")  # noqa: S104
    output, _ = process.communicate(timeout=10)
    assert process.returncode == 2
    assert "not a loopback address" in output
    with pytest.raises(ValueError, match="loopback"):
        bind(Sandbox(), "192.0.2.1", 0)
    assert is_loopback("::1")
    assert not is_loopback("example.org")


def test_state_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    sent: list[bytes] = []

    def webhook(body: bytes, signature: str) -> int:
        sent.append(body)
        return 200

    first = Sandbox(store=path, webhook=webhook)
    client = client_for(first)
    options = {"idempotency_key": "k"}
    open_session = client.v1.checkout.sessions.create(donation(), options)
    regular = first.pay(client.v1.checkout.sessions.create(pledge()).id)
    first.advance(seconds=20 * 3600)
    events, now = first.events, first.now
    first.close()

    second = Sandbox(store=path, webhook=webhook)
    client = client_for(second)
    assert second.events == events
    assert abs(second.now - now) < 5
    assert client.v1.checkout.sessions.create(donation(), options).id == open_session.id
    assert len(second.deliver()) == len(second.events)
    second.advance(days=40)
    assert second.get(open_session.id)["status"] == "expired"
    assert second.get(regular["subscription"])["status"] == "active"
    assert len(client.v1.invoices.list({"subscription": regular["subscription"]}).data) == 2
    assert second.problems == []
    second.close()


def test_a_failed_request_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    box = Sandbox(store=path)
    client = client_for(box)
    params = donation()
    params["line_items"].append({"quantity": 1, "price": "price_none"})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(params)
    box.close()
    again = Sandbox(store=path)
    assert again.store.count("product") == 0
    assert again.events == []
    again.close()


def test_the_package_needs_nothing_but_python() -> None:
    code = (
        "import sys, stripe_sandbox.__main__, stripe_sandbox\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "bad = loaded & {'stripe', 'django', 'donations', 'sosbca'}\n"
        "sys.exit(repr(bad) if bad else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(SITE), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_seed_does_not_repeat_ids_in_a_store_that_is_in_use(tmp_path: Path) -> None:
    ids = []
    for _ in range(2):
        box = Sandbox(store=tmp_path / "state.sqlite3", seed=1)
        ids.append(client_for(box).v1.customers.create({"email": "a@example.org"}).id)
        box.close()
    assert ids[0] != ids[1]
    assert Sandbox(seed=1).world.ids.new("event") == Sandbox(seed=1).world.ids.new("event")


def test_due_work_that_fails_is_reported_and_does_not_block() -> None:
    box = Sandbox()
    client = client_for(box)
    session = client.v1.checkout.sessions.create(donation())
    box.store.put("checkout.session", session.id, box.get(session.id) | {"odd": 1})
    box.advance(days=2)
    assert any(problem.startswith("expire of") for problem in box.problems)
    assert box.get(session.id)["status"] == "open"
    assert client.v1.checkout.sessions.create(donation()).status == "open"
