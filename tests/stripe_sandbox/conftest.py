"""A sandbox and Stripe's own client for it. Every test ends by asking whether it kept its word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from stripe_sandbox import Sandbox
from tests.stripe_sandbox.in_process import client_for

# A month-end, in winter time and far from the real clock: mix-ups of the two clocks show.
START = int(datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp())


@pytest.fixture
def received() -> list[tuple[bytes, str]]:
    """What the webhook got."""
    return []


@pytest.fixture
def sandbox(received: list[tuple[bytes, str]]) -> Iterator[Sandbox]:
    def webhook(body: bytes, signature: str) -> int:
        received.append((body, signature))
        return 200

    box = Sandbox(webhook=webhook, name="Ciemati", now=START, seed=7)
    yield box
    assert box.problems == []
    box.close()


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    return client_for(sandbox)
