"""Production. Refuses to start on anything that would lose money, mail or secrets."""

from urllib.parse import urlsplit

from . import environment as env
from .base import *


def required(name: str) -> str:
    value = env.text(name)
    if not value:
        raise env.fail(name, "is required in production and is not set.")
    return value


SECRET_KEY = required("SECRET_KEY")
if SECRET_KEY.startswith("insecure-") or len(SECRET_KEY) < 50:
    raise env.fail("SECRET_KEY", "must be a random secret of at least 50 characters.")
required("ALLOWED_HOSTS")
if not ALLOWED_HOSTS or any("*" in host for host in ALLOWED_HOSTS):
    raise env.fail("ALLOWED_HOSTS", "must name the hosts; * would accept forged ones.")
required("SITE_URL")
if not SITE_URL.startswith("https://"):
    raise env.fail("SITE_URL", "must be an https:// address in production.")
required("DATABASE_URL")
if required("EMAIL_URL").startswith(("file:", "console:")):
    raise env.fail("EMAIL_URL", "must name a mail server: receipts have to leave this machine.")

required("STRIPE_SECRET_KEY")
required("STRIPE_WEBHOOK_SECRET")
_is_live = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
if not _is_live and not STRIPE_SECRET_KEY.startswith(("sk_test_", "rk_test_")):
    raise env.fail("STRIPE_SECRET_KEY", "must start with sk_live_, rk_live_, sk_test_ or rk_test_.")
if "sandbox" in STRIPE_SECRET_KEY:
    raise env.fail("STRIPE_SECRET_KEY", "is the key of the stand-in for Stripe.")
if not STRIPE_WEBHOOK_SECRET.startswith("whsec_") or "sandbox" in STRIPE_WEBHOOK_SECRET:
    raise env.fail("STRIPE_WEBHOOK_SECRET", "must be a signing secret of Stripe (whsec_…).")
# Stripe's own secrets look alike in test and live mode; the ones people make up for tests do not.
if _is_live and "test" in STRIPE_WEBHOOK_SECRET.lower():
    raise env.fail("STRIPE_WEBHOOK_SECRET", "is a test secret beside a live STRIPE_SECRET_KEY.")
if STRIPE_API_BASE and urlsplit(STRIPE_API_BASE).hostname != "api.stripe.com":
    raise env.fail("STRIPE_API_BASE", "must be left out in production: it names a stand-in.")

# How Stripe's mode maps on ours: test keys in production give receipts marked as samples.
IS_DEMO = not _is_live
SHOW_KEPT_MAIL = False
SERVE_MEDIA = False

STORAGES["staticfiles"] = {
    "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
}

SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000, 0, 63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
