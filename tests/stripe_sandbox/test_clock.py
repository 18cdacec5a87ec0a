"""The simulated clock goes on with the real one, and otherwise only forward."""

from __future__ import annotations

import itertools
import time
from types import SimpleNamespace

import pytest

from stripe_sandbox import Sandbox


@pytest.mark.parametrize("seconds", [0, 1, 3_600])
def test_it_never_goes_back_though_seconds_begin_meanwhile(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """Each look at the real clock takes a second, as where a process has to wait for its turn."""
    moments = itertools.count(int(time.time()))
    slow = SimpleNamespace(time=lambda: next(moments))
    monkeypatch.setattr("stripe_sandbox.clock.time", slow)
    before = sandbox.now
    assert sandbox.advance(seconds=seconds) > before + seconds
    assert sandbox.now > before + seconds


def test_it_is_not_moved_back(sandbox: Sandbox) -> None:
    before = sandbox.now
    for step in ({"seconds": -1}, {"to": before - 10}):
        with pytest.raises(ValueError, match="only moves forward"):
            sandbox.advance(**step)
    assert before <= sandbox.now < before + 60
