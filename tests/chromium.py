"""The browser of this machine, for tests with a person in front of it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
]
MISSING = "no Chromium: run `.venv/bin/playwright install chromium`, or install the system's"


@cache
def find_chromium() -> Path | None:
    """Playwright's own Chromium, else the system's."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.exists():
        return own
    found = filter(None, map(shutil.which, SYSTEM_BROWSERS))
    return next(map(Path, found), None)


def need_chromium() -> None:
    """Without Chromium the test is skipped, except where CI is set: there it fails."""
    if find_chromium() is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)


@contextmanager
def running_chromium(*options: str) -> Iterator[Browser]:
    """Chromium, until the block ends. Meanwhile this thread may not use the database."""
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    arguments = [*OPTIONS, *sandbox, *options]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=arguments) as browser,
    ):
        yield browser
