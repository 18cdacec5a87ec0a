"""What many tests of giving need."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from donations.models import Pledge
from tests.donations.own_page import begin
from tests.giving import Giving


@pytest.fixture
def clock() -> Iterator[Any]:
    """Goes on from now, and can be moved; the stand-in for Stripe follows it."""
    with time_machine.travel(timezone.now(), tick=True) as moved:
        yield moved


@pytest.fixture
def pledge(giving: Giving, clock: Any) -> Pledge:
    """A monthly gift of 10 euros with its first payment."""
    return begin(giving)
