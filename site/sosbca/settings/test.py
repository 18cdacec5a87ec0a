"""Settings of the test suite: fast hashing, nothing leaves the process."""

from . import environment as env
from .base import *

# A file, not memory: several processes of one test must see the same data.
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'test.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
VAR_DIR.mkdir(exist_ok=True)

SITE_URL = "http://testserver"
WAGTAILADMIN_BASE_URL = SITE_URL
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PAGE_CACHE_MEGABYTES = 0
MEDIA_ROOT = VAR_DIR / "test" / "media"
PRIVATE_MEDIA_ROOT = VAR_DIR / "test" / "private"
# Text: Wagtail hands it to tasks.
STORAGES["default"]["OPTIONS"] = {"location": str(MEDIA_ROOT)}
STORAGES["private"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None},
}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = VAR_DIR / "test" / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

STRIPE_SECRET_KEY = "sk_test_suite"
STRIPE_WEBHOOK_SECRET = "whsec_suite"
STRIPE_API_BASE = "http://stripe.invalid"
STRIPE_MAX_NETWORK_RETRIES = 0

SHOW_KEPT_MAIL = False
SERVE_MEDIA = True
IS_DEMO = True
