"""The measured site behind Django's own cache middleware instead of ours."""

from .settings import *  # noqa: F403
from .settings import MIDDLEWARE as SITE_MIDDLEWARE

PAGE_CACHE_MEGABYTES = 0
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CACHE_MIDDLEWARE_SECONDS = 3600
# Where Django's documentation wants them.
MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    *SITE_MIDDLEWARE,
    "django.middleware.cache.FetchFromCacheMiddleware",
]
