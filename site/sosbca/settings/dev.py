"""Development and trying out: `make serve`. Needs nothing outside the project's folder."""

from . import environment as env
from .base import *

DEBUG = env.flag("DEBUG", False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", "testserver"])

# Templates and code change while somebody works on them.
PAGE_CACHE_MEGABYTES = 0 if DEBUG else PAGE_CACHE_MEGABYTES

# Serve static sources without a collectstatic step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# The stand-in for Stripe, unless real test keys are given.
STRIPE_SECRET_KEY = STRIPE_SECRET_KEY or "sk_test_sandbox"
STRIPE_WEBHOOK_SECRET = STRIPE_WEBHOOK_SECRET or "whsec_sandbox"
if STRIPE_SECRET_KEY == "sk_test_sandbox":
    STRIPE_API_BASE = STRIPE_API_BASE or f"http://127.0.0.1:{PORT + 1}"

# Kept messages are shown at /dev/mail/.
SHOW_KEPT_MAIL = MAILERS["default"]["BACKEND"].endswith("kept_mail.KeepingBackend")
SERVE_MEDIA = True
# Everybody who tries the site comes from the same address.
CHECKOUT_LIMIT_PER_ADDRESS = ACCESS_LIMIT_PER_ADDRESS = (200, 60 * 60)
IS_DEMO = True

# The checkout of a stand-in may live on any port of this machine.
SECURE_CSP["form-action"] += ["http://127.0.0.1:*", "http://localhost:*"]
