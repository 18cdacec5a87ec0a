"""What many tests need: a site with its pages, and giving wired to the stand-in for Stripe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from wagtail.models import Page, Site

from sosbca.core.page_cache import installed
from sosbca.core.page_cache.layer import PageCache
from sosbca.core.page_cache.stamps import Stamps
from tests.giving import Giving
from tests.own_database import own_database
from tests.site import build_site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of real concurrency say nothing on SQLite, which has one writer."""
    if "postgres" in str(settings.DATABASES["default"]["ENGINE"]):
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL in DATABASE_URL")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """The test database, made whichever tests are run: pytest-django's own fixture overlooks
    tests that only use a copy of it."""
    with django_db_blocker.unblock():
        config = setup_databases(verbosity=0, interactive=False, aliases={"default": True})
    yield
    with django_db_blocker.unblock():
        teardown_databases(config, verbosity=0)


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def site(db: None) -> Site:
    """A small site in both languages: home, one standard page, the donation page."""
    return build_site()


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
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path: Path,
    settings: Any,
) -> Iterator[None]:
    """A site in a database of the test's own, where commits are real."""
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    with django_db_blocker.unblock(), own_database(tmp_path):
        build_site()
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
    holds nothing that may still be taken back, so it needs real commits."""
    cache = PageCache(
        lambda environ, start_response: [],
        capacity=1_000_000,
        rules=installed.rules(),
        stamps=Stamps(on_change=Site.clear_site_root_paths_cache),
    )
    installed._installed[:] = [cache]
    yield
    installed._installed.clear()


@pytest.fixture
def visitor() -> Client:
    """A visitor's browser that checks CSRF like a real one."""
    return Client(enforce_csrf_checks=True)
