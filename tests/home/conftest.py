"""The demonstration, for the tests that look at it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Once for all tests of a module, which run in transactions inside this one. They are of the
    group `demonstration`, so that no other test comes between them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo_content")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: None, db: None) -> None:
    """The demonstration, loaded."""
