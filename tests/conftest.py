"""What many tests need: a site with its pages, and giving wired to the stand-in for Stripe."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from wagtail.models import Page, Site

from sosbca.core.page_cache import installed, memory
from sosbca.core.page_cache.layer import PageCache
from sosbca.core.page_cache.stamps import Stamps
from tests.chromium import need_chromium
from tests.demonstration import Demonstration, forget_demonstration, shared_demonstration
from tests.giving import Giving
from tests.own_database import own_database
from tests.process_databases import MIGRATED, SITE, databases
from tests.site import build_site

# A busy machine is no failure. Where CI is set, hypothesis says so by itself.
hypothesis_settings.register_profile(
    "developer", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
if not os.environ.get("CI"):
    hypothesis_settings.load_profile("developer")

# Whoever reaches the database uses one of these, directly or through another fixture.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--reaching-database",
        action="store_true",
        help="leave out the tests without a database, which say the same beside any",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of real concurrency say nothing on SQLite, which has one writer."""
    if config.getoption("--reaching-database"):
        without = [item for item in items if not _reaches_database(item)]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if _reaches_database(item)]
    if "postgres" in str(settings.DATABASES["default"]["ENGINE"]):
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL in DATABASE_URL")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)


def _reaches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & DATABASE_FIXTURES) or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # Not in a fixture: pytest would print a line for each test that is left out.
    if item.get_closest_marker("browser"):
        need_chromium()
    databases.want(getattr(item, "fixturenames", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The process that started the others has the last word: they may still copy it."""
    if not hasattr(session.config, "workerinput"):
        forget_demonstration(session.config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The migrated database, whichever tests are run: pytest-django's own fixture overlooks tests
    that only use a copy of it."""
    with contextlib.ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(databases.begun(tmp_path_factory.mktemp("database")))
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture(scope="session")
def site_database(django_db_setup: None, django_db_blocker: Any) -> None:
    """For tests that ask for it, the small site is in the database from the start."""
    with django_db_blocker.unblock():
        databases.build(SITE, build_site, on=MIGRATED)


@pytest.fixture(scope="session")
def demonstration(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Demonstration:
    """The demonstration of this run, to be copied."""
    own = tmp_path_factory.getbasetemp()
    # Each of several test processes has a folder in the run's.
    is_one_of_many = "PYTEST_XDIST_WORKER" in os.environ
    with django_db_blocker.unblock():
        return shared_demonstration(
            own.parent if is_one_of_many else own, databases.name_of(MIGRATED)
        )


@pytest.fixture(scope="session")
def demo_database(
    demonstration: Demonstration, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """For tests that ask for it, the demonstration is in the database from the start; its media
    are in the folder."""
    with django_db_blocker.unblock():
        databases.copy("demo_database", demonstration.database)
    media = tmp_path_factory.mktemp("demonstration") / "media"
    return Path(shutil.copytree(demonstration.media, media))


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """Neither the cache nor the language of a request reaches the next test, nor does a page cache,
    behind which a process remembers what it has looked up."""
    yield
    cache.clear()
    translation.deactivate()
    installed._installed.clear()


@pytest.fixture
def site(site_database: None, db: None) -> Site:
    """A small site in both languages: home, one standard page, the donation page."""
    return Site.objects.get()


@pytest.fixture
def media(tmp_path: Path) -> Iterator[None]:
    """Uploads lie in a folder of the test's own."""
    storage: Any = default_storage
    before, storage.location = storage.location, str(tmp_path)
    yield
    storage.location = before


@pytest.fixture
def donation_page(site: Site) -> Page:
    from home.models import DonationPage

    return DonationPage.objects.get(locale__language_code="lv")


@pytest.fixture
def giving(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Giving]:
    """Giving on the stand-in, in this process. Everything the stand-in said must fit Stripe's
    contract, or the test fails."""
    world = Giving()
    monkeypatch.setattr("donations.providers._stripe", lambda *args: world.provider)
    yield world
    assert world.sandbox.problems == []
    world.sandbox.close()


@pytest.fixture
def committed(
    site_database: None,
    django_db_blocker: Any,
    tmp_path: Path,
    settings: Any,
) -> Iterator[None]:
    """A site in a database of the test's own, where commits are real."""
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    with django_db_blocker.unblock(), own_database(tmp_path):
        yield


@pytest.fixture
def committed_giving(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Giving]:
    """Like `giving`, where commits are real."""
    world = Giving()
    monkeypatch.setattr("donations.providers._stripe", lambda *args: world.provider)
    mail.outbox.clear()
    yield world
    assert world.sandbox.problems == []
    world.sandbox.close()


@pytest.fixture
def warm(committed: None) -> Iterator[None]:
    """A web process that remembers what it has looked up, as behind the page cache. Its memory
    holds nothing that may still be taken back, so it needs real commits. Its clock stands still:
    it looks for changes when one is announced, and not once more on a slow machine."""
    cache = PageCache(
        lambda environ, start_response: [],
        capacity=1_000_000,
        rules=installed.rules(),
        stamps=Stamps(clock=lambda: 0.0, on_change=installed.forget_roots),
    )
    installed._installed[:] = [cache]
    # Another database's, whose generations have the same numbers.
    memory._shared.clear()
    yield
    installed._installed.clear()


@pytest.fixture
def visitor() -> Client:
    """A visitor's browser that checks CSRF like a real one."""
    return Client(enforce_csrf_checks=True)
