"""What many tests need: a site with its pages, and giving wired to the stand-in for Stripe."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from wagtail.models import Page, Site

from tests.giving import Giving
from tests.site import build_site


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def site(db: None) -> Site:
    """A small site in both languages: home, one standard page, the donation page."""
    return build_site()


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
def visitor() -> Client:
    """A visitor's browser that checks CSRF like a real one."""
    return Client(enforce_csrf_checks=True)
