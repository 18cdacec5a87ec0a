"""The page cache of this process, as the settings want it."""

from django.conf import settings
from wagtail.models import Site

from .layer import Application, PageCache
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
        # Wagtail remembers for an hour where each site begins, in the memory of each process.
        stamps=Stamps(on_change=Site.clear_site_root_paths_cache),
    )
    _installed[:] = [cache]
    return cache


def rules() -> Rules:
    return Rules(
        allowed_hosts=tuple(settings.ALLOWED_HOSTS),
        passed_paths=(*PASSED_PATHS, settings.STATIC_URL, settings.MEDIA_URL),
        parameters=frozenset(settings.PAGE_CACHE_PARAMETERS),
        secure_proxy_header=settings.SECURE_PROXY_SSL_HEADER,
    )


def installed() -> PageCache | None:
    """That of this process, if it has one."""
    return _installed[0] if _installed else None
