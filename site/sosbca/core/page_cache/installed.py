"""The page cache of this process, as the settings want it."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from wagtail.models import Site

from .layer import Application, PageCache
from .parts import EVERYTHING, ROOTS
from .requests import Rules
from .stamps import Stamps

# Not pages, or with rules of their own about who may see what.
PASSED_PATHS = ("/admin/", "/dev/", "/documents/", "/health/", "/stripe/")

_installed: list[PageCache] = []


def wrap(application: Application) -> Application:
    """The application behind the page cache, or by itself when the settings want none."""
    if not settings.PAGE_CACHE_MEGABYTES:
        return application
    cache = PageCache(
        application,
        capacity=settings.PAGE_CACHE_MEGABYTES * 1_000_000,
        rules=rules(),
        stamps=Stamps(on_change=forget_roots),
    )
    _installed[:] = [cache]
    return cache


def forget_roots(parts: AbstractSet[str]) -> None:
    """Wagtail remembers for an hour where each site begins, in the memory of each process."""
    if not parts.isdisjoint((EVERYTHING, ROOTS)):
        Site.clear_site_root_paths_cache()


def rules() -> Rules:
    return Rules(
        allowed_hosts=tuple(settings.ALLOWED_HOSTS),
        passed_paths=(
            *PASSED_PATHS,
            settings.STATIC_URL,
            settings.MEDIA_URL,
            *_own_paths(),
        ),
        parameters=frozenset(settings.PAGE_CACHE_PARAMETERS),
        secure_proxy_header=settings.SECURE_PROXY_SSL_HEADER,
    )


def _own_paths() -> Iterator[str]:
    """Those of the views that have to know who asks, in each language."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield from map(reverse, settings.PAGE_CACHE_PASSED_VIEWS)


def installed() -> PageCache | None:
    """That of this process, if it has one."""
    return _installed[0] if _installed else None
