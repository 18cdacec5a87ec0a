"""A running site and a real browser.

Both belong to this package rather than to the session: while Playwright runs, its event loop keeps
other tests of the same process from using the database.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.live_site import LiveSite, live_site
from tests.browser.visitors import Kind, Visitor
from tests.chromium import running_chromium
from tests.demonstration import Demonstration


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Last and together, whatever the random order of the others: the site is started once."""
    items.sort(key=lambda item: item.path.parent == Path(__file__).parent)


@pytest.fixture(scope="package")
def running(
    demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveSite]:
    with live_site(tmp_path_factory.mktemp("live"), demonstration) as site:
        yield site


@pytest.fixture(scope="package")
def chromium(running: LiveSite) -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def live(running: LiveSite) -> Iterator[LiveSite]:
    """The running site. Everything that the stand-in for Stripe said must fit its contract."""
    yield running
    assert running.problems() == []


@pytest.fixture
def visit(live: LiveSite, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, and lets them leave at the end of the test."""
    visitors: list[Visitor] = []

    def arrive(kind: Kind, **options: Any) -> Visitor:
        visitors.append(Visitor(live, chromium, kind, **options))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.leave()


@pytest.fixture
def visitor(request: pytest.FixtureRequest, visit: Callable[..., Visitor]) -> Visitor:
    """A visitor of the kind that the test is parametrised with."""
    return visit(request.param)
