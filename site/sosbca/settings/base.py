"""Settings that every environment shares. What a deployment may change is read from variables."""

from pathlib import Path
from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from . import environment as env

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = BASE_DIR / "var"

# --- Where and who we are ------------------------------------------------------------------------

PORT = env.integer("PORT", 8000, 1, 65535)
SITE_URL = env.url("SITE_URL", f"http://127.0.0.1:{PORT}")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
SECRET_KEY = env.text("SECRET_KEY", "insecure-development-key-never-for-production")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
# Keys for personal codes and receipts at rest, newest first. Derived from SECRET_KEY when unset.
FIELD_ENCRYPTION_KEYS = env.encryption_keys("FIELD_ENCRYPTION_KEYS")
# How many reverse proxies of our own append to X-Forwarded-For. 0: the peer is the visitor.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, 0, 10)
DEBUG = False

# --- Applications --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "home",
    "blog",
    "fostering",
    "projects",
    "donations",
    "sosbca.search",
    "sosbca.core",
    "sosbca.users",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks_db",
    "crontask",
    "anymail",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Wagtail's search index on PostgreSQL; idle on SQLite.
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sosbca.core.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sosbca.core.middleware.LanguageOfPathMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "home.editing.middleware.ConsentMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "sosbca.urls"
WSGI_APPLICATION = "sosbca.wsgi.application"
AUTH_USER_MODEL = "users.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "site/sosbca/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.navigation.chrome",
            ],
        },
    },
]

# --- Data ----------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
}
CACHES = {"default": env.cache("REDIS_URL")}
# Memory for ready-made pages, in each web process; 0 turns the page cache off.
PAGE_CACHE_MEGABYTES = env.integer("PAGE_CACHE_MEGABYTES", 64, 0, 4096)
# Parameters that choose what a list shows. An address with any other is never kept.
PAGE_CACHE_PARAMETERS = {
    "age",
    "all",
    "funder",
    "kind",
    "need",
    "page",
    "project",
    "region",
    "status",
    "topic",
    "town",
    "year",
}
# Views that read what the page cache leaves out of a request, such as the page before. It passes
# them on, with all addresses below theirs.
PAGE_CACHE_PASSED_VIEWS = ("fostering:enquiry",)
SESSION_ENGINE = "django.contrib.sessions.backends.db"

TASKS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CRONTASK = {"REDIS_URL": env.text("REDIS_URL") or None}
# The queue counts as lagging when its oldest due task has waited this long. Seconds.
TASK_QUEUE_LAG_LIMIT = 300

# --- Files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = env.text("MEDIA_URL", "/media/")
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(VAR_DIR / "media")))
PRIVATE_MEDIA_ROOT = Path(env.text("PRIVATE_MEDIA_ROOT", str(VAR_DIR / "private")))

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Receipts: never under a public address.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Where pictures come from, when it is not this site: the content security policy names it.
MEDIA_ORIGIN = env.origin("MEDIA_URL") if "://" in MEDIA_URL else ""
if S3_BUCKET := env.text("S3_BUCKET"):
    _s3_options = {
        "endpoint_url": env.url("S3_ENDPOINT_URL") or None,
        "region_name": env.text("S3_REGION") or None,
        "access_key": env.text("S3_ACCESS_KEY_ID") or None,
        "secret_key": env.text("S3_SECRET_ACCESS_KEY") or None,
    }
    _private_bucket = env.text("S3_PRIVATE_BUCKET")
    if not _private_bucket or _private_bucket == S3_BUCKET:
        raise env.fail("S3_PRIVATE_BUCKET", "must name a second, private bucket beside S3_BUCKET.")
    _public_domain = env.text("S3_PUBLIC_DOMAIN")
    if not _public_domain or "/" in _public_domain:
        raise env.fail("S3_PUBLIC_DOMAIN", "must name the host that shows the files of S3_BUCKET.")
    MEDIA_ORIGIN = f"https://{_public_domain}"
    _s3 = "storages.backends.s3.S3Storage"
    STORAGES["default"] = {
        "BACKEND": _s3,
        "OPTIONS": _s3_options
        | {
            "bucket_name": S3_BUCKET,
            "custom_domain": _public_domain,
            "querystring_auth": False,
            "file_overwrite": False,
        },
    }
    STORAGES["private"] = {
        "BACKEND": _s3,
        "OPTIONS": _s3_options | {"bucket_name": _private_bucket, "default_acl": "private"},
    }

# --- Languages and time --------------------------------------------------------------------------

USE_I18N = True
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Riga")
LANGUAGE_CODE = "lv"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("lv", _("Latvian")), ("en", _("English"))]
# The second completes the Latvian of Wagtail's admin; its script texts are found only here.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "site/sosbca/core/locale"]
WAGTAIL_I18N_ENABLED = True
# A page sent for translation stays a draft until it is translated and published.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

# --- Mail ----------------------------------------------------------------------------------------

MAILERS = {"default": env.mailer("EMAIL_URL", f"file://{VAR_DIR / 'mail'}")}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", "SOS Bērnu ciemati <ziedojumi@example.org>"
)

# --- Security ------------------------------------------------------------------------------------

# Production names it behind a proxy of ours.
SECURE_PROXY_SSL_HEADER: tuple[str, str] | None = None
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, *filter(None, [MEDIA_ORIGIN])],
    "media-src": [CSP.SELF, *filter(None, [MEDIA_ORIGIN])],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    # Browsers hold the redirect after a posted form to this as well.
    "form-action": [
        CSP.SELF,
        env.url("STRIPE_CHECKOUT_ORIGIN", "https://checkout.stripe.com"),
        env.url("STRIPE_PORTAL_ORIGIN", "https://billing.stripe.com"),
    ],
    "frame-ancestors": [CSP.NONE],
}
# Wagtail's admin styles and scripts itself in line; it is for signed-in staff only.
ADMIN_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:", *filter(None, [MEDIA_ORIGIN])],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_FAILURE_VIEW = "sosbca.core.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "wagtailadmin_login"

# --- Stripe --------------------------------------------------------------------------------------

STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.url("STRIPE_API_BASE")
# How long one call to Stripe may take before the visitor is told to try again. Seconds.
STRIPE_TIMEOUT = 8
STRIPE_MAX_NETWORK_RETRIES = 1

# --- Giving --------------------------------------------------------------------------------------

# Checkout sessions that may be started per visitor address and in all, in each period of seconds:
# card testers live on unlimited retries.
CHECKOUT_LIMIT_PER_ADDRESS = (10, 60 * 60)
CHECKOUT_LIMIT_GLOBAL = (300, 60 * 60)
# The donor's own page. Links that may be asked for per e-mail address, per visitor address and in
# all, in each period of seconds; how long a link works, and a visit without and with movement.
ACCESS_LIMIT_PER_EMAIL = (3, 60 * 60)
ACCESS_LIMIT_PER_ADDRESS = (10, 60 * 60)
ACCESS_LIMIT_GLOBAL = (500, 60 * 60)
ACCESS_LINK_MINUTES = 30
ACCESS_VISIT_MINUTES = 30
ACCESS_VISIT_HOURS = 8
# How long data is kept; donations.services.retention and .kept say why.
RETENTION_ACCESS_DAYS = env.integer("RETENTION_ACCESS_DAYS", 7, 1, 366)
RETENTION_ATTEMPT_MONTHS = env.integer("RETENTION_ATTEMPT_MONTHS", 6, 1, 120)
RETENTION_MESSAGE_MONTHS = env.integer("RETENTION_MESSAGE_MONTHS", 24, 1, 120)
RETENTION_TRIBUTE_MONTHS = env.integer("RETENTION_TRIBUTE_MONTHS", 12, 1, 120)
# Who signed up for an event: days after its end.
RETENTION_SIGN_UP_DAYS = env.integer("RETENTION_SIGN_UP_DAYS", 90, 1, 730)
# Not below what the law asks: section 28 of the Accounting Law (Grāmatvedības likums).
RETENTION_DOCUMENT_YEARS = env.integer("RETENTION_DOCUMENT_YEARS", 5, 5, 75)
RETENTION_REGISTER_YEARS = env.integer("RETENTION_REGISTER_YEARS", 10, 10, 75)
RECEIPT_SERIES = "Z"
RECEIPT_CORRECTION_SERIES = "K"
# Of a run for all donors; mail servers refuse who sends much more.
STATEMENT_MAILS_PER_MINUTE = 120

# --- Fostering -----------------------------------------------------------------------------------

# How long a draft of an enquiry is kept, with the links to it; in days since it was last changed.
# The pages say “two weeks”.
ENQUIRY_DRAFT_DAYS = 14
# Drafts begun and links asked for per visitor address, drafts in all, links to one e-mail address,
# and enquiries sent per visitor address, in each period of seconds.
ENQUIRY_LIMIT_DRAFTS = (60, 60 * 60)
ENQUIRY_LIMIT_GLOBAL = (500, 60 * 60)
ENQUIRY_LIMIT_LINKS = (3, 60 * 60)
ENQUIRY_LIMIT_SENT = (30, 60 * 60)

# --- Wagtail -------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "SOS Bērnu ciemati"
WAGTAILADMIN_BASE_URL = SITE_URL
# Books, receipts and opening hours go by one time; a member of staff's own would shift their days.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("lv", "Latviešu"), ("en", "English")]
WAGTAILIMAGES_IMAGE_MODEL = "core.CustomImage"
WAGTAILDOCS_DOCUMENT_MODEL = "core.CustomDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = [
    "csv",
    "docx",
    "mp4",
    "odt",
    "pdf",
    "pptx",
    "rtf",
    "txt",
    "vtt",
    "xlsx",
]
# Addresses are typed and read out: kapacitates-stiprinasana, not kapacitātes-stiprināšana.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "sosbca.core.review.publish_approved"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = True
WAGTAILEMBEDS_RESPONSIVE_HTML = True
WAGTAIL_FRONTEND_LOGIN_TEMPLATE = "wagtailadmin/login.html"

# --- Logging -------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"})
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "sosbca.core.logging.RedactPersonalCodes"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["redact"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Replaces Django's own handlers, which would mail tracebacks with form data.
        "django": {"handlers": [], "propagate": True, "level": LOG_LEVEL},
        "apscheduler": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},
    },
}
