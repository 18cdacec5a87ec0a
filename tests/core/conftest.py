"""What many tests of the core need."""

from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture
def noon() -> Iterator[None]:
    """A page cache keeps nothing beyond midnight, which is far away."""
    with time_machine.travel("2026-06-01T09:00:00Z"):
        yield
