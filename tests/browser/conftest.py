"""A running site and a real browser.

Both belong to this package rather than to the session: while Playwright runs, its event loop keeps
other tests of the same process from using the database.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.live_site import LiveSite, live_site
from tests.browser.visitors import PATIENCE, Kind, Visitor
from tests.demonstration import Demonstration

SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
]
MISSING = "no Chromium: run `.venv/bin/playwright install chromium`, or install the system's"


expect.set_options(timeout=PATIENCE)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Last and together, whatever the random order of the others: the site is started once."""
    items.sort(key=lambda item: item.path.parent == Path(__file__).parent)


@cache
def find_chromium() -> Path | None:
    """Playwright's own Chromium, else the system's."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.exists():
        return own
    found = filter(None, map(shutil.which, SYSTEM_BROWSERS))
    return next(map(Path, found), None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    # Not in a fixture: pytest would print a line for each test.
    if find_chromium() is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)


@pytest.fixture(scope="package")
def running(
    demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveSite]:
    with live_site(tmp_path_factory.mktemp("live"), demonstration) as site:
        yield site


@pytest.fixture(scope="package")
def chromium(running: LiveSite) -> Iterator[Browser]:
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*OPTIONS, *sandbox]
        )
        yield browser
        browser.close()


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
