"""What each environment asks for. Production refuses whatever would lose money, mail or secrets."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Aq7-xW2.Lk9_vT4-bN6.cY8_mR3-hJ5.dP0_sF1-gZ6.uK2_eM9"
GOOD = {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "www.example.org, example.org",
    "SITE_URL": "https://www.example.org/",
    "DATABASE_URL": "postgres://sosbca:dbpassword@db.example.org:5432/sosbca",
    "EMAIL_URL": "smtp+tls://sosbca:mailpassword@mail.example.org",
    "STRIPE_SECRET_KEY": "sk_live_51Hx",
    "STRIPE_WEBHOOK_SECRET": "whsec_9fQe2",
}
S3 = {
    "S3_BUCKET": "public",
    "S3_PRIVATE_BUCKET": "receipts",
    "S3_PUBLIC_DOMAIN": "media.example.org",
    "S3_ENDPOINT_URL": "https://s3.example.org",
    "S3_ACCESS_KEY_ID": "s3-key",
    "S3_SECRET_ACCESS_KEY": "s3-secret",
}
# What a process needs to run at all.
SYSTEM = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}

type Load = Callable[[str, dict[str, str]], ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Import a settings module anew, with these environment variables and no others."""

    def import_anew(name: str, variables: dict[str, str]) -> ModuleType:
        for variable in set(os.environ) - SYSTEM.keys():
            monkeypatch.delenv(variable)
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        module = f"sosbca.settings.{name}"
        monkeypatch.delitem(sys.modules, "sosbca.settings.base", raising=False)
        monkeypatch.delitem(sys.modules, module, raising=False)
        # Monkeypatch puts back only what was there.
        monkeypatch.setitem(sys.modules, "sosbca.settings.base", None)
        del sys.modules["sosbca.settings.base"]
        monkeypatch.setitem(sys.modules, module, None)
        del sys.modules[module]
        return importlib.import_module(module)

    return import_anew


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=SYSTEM | variables,
        capture_output=True,
        text=True,
        check=False,
    )


# --- Development ---------------------------------------------------------------------------------


def test_development_needs_no_variable(load: Load) -> None:
    dev = load("dev", {})
    assert dev.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert dev.CACHES["default"]["BACKEND"].endswith("LocMemCache")
    assert dev.SITE_URL == "http://127.0.0.1:8000"
    assert dev.STRIPE_API_BASE == "http://127.0.0.1:8001"
    assert dev.STRIPE_SECRET_KEY.startswith("sk_test_")
    assert dev.SHOW_KEPT_MAIL
    assert dev.IS_DEMO
    assert not dev.DEBUG
    assert dev.TIME_ZONE == "Europe/Riga"
    assert all(
        host in {"127.0.0.1", "localhost", "[::1]", "testserver"} for host in dev.ALLOWED_HOSTS
    )


def test_development_follows_its_variables(load: Load) -> None:
    dev = load("dev", {"PORT": "9000", "EMAIL_URL": "smtp://mail", "DEBUG": "1"})
    assert dev.SITE_URL == "http://127.0.0.1:9000"
    assert dev.STRIPE_API_BASE == "http://127.0.0.1:9001"
    assert dev.DEBUG
    assert not dev.SHOW_KEPT_MAIL


def test_the_page_cache_is_off_while_somebody_works_on_the_site(load: Load) -> None:
    assert load("dev", {}).PAGE_CACHE_MEGABYTES == 64
    assert load("dev", {"PAGE_CACHE_MEGABYTES": "0"}).PAGE_CACHE_MEGABYTES == 0
    assert load("dev", {"DEBUG": "1"}).PAGE_CACHE_MEGABYTES == 0
    assert load("production", GOOD).PAGE_CACHE_MEGABYTES == 64


def test_own_test_keys_in_development_talk_to_stripe_itself(load: Load) -> None:
    dev = load("dev", {"STRIPE_SECRET_KEY": "sk_test_own", "STRIPE_WEBHOOK_SECRET": "whsec_own"})
    assert dev.STRIPE_API_BASE == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("SITE_URL", "example.org"),
        ("TRUSTED_PROXIES", "-1"),
        ("PAGE_CACHE_MEGABYTES", "5000"),
        ("TIME_ZONE", "Europe/Rome2"),
        ("DATABASE_URL", "oracle://x"),
        ("REDIS_URL", "memcached://x"),
        ("EMAIL_URL", "mail.example.org"),
        ("STRIPE_API_BASE", "localhost:8001"),
        ("STRIPE_CHECKOUT_ORIGIN", "checkout"),
        ("STRIPE_PORTAL_ORIGIN", "billing"),
        ("RETENTION_SIGN_UP_DAYS", "0"),
        ("RETENTION_ACCESS_DAYS", "0"),
        ("RETENTION_ATTEMPT_MONTHS", "0"),
        ("RETENTION_MESSAGE_MONTHS", "never"),
        ("RETENTION_TRIBUTE_MONTHS", "121"),
        # Below what the law asks.
        ("RETENTION_DOCUMENT_YEARS", "4"),
        ("RETENTION_REGISTER_YEARS", "9"),
        ("FIELD_ENCRYPTION_KEYS", "not-a-key"),
        ("MEDIA_URL", "ftp://media"),
        ("LOG_LEVEL", "LOUD"),
        ("DEBUG", "maybe"),
    ],
)
def test_a_bad_variable_stops_the_start_with_its_name(load: Load, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        load("dev", {name: value})


# --- Production ----------------------------------------------------------------------------------


def test_production_with_everything_it_asks_for(load: Load) -> None:
    production = load("production", GOOD)
    assert production.ALLOWED_HOSTS == ["www.example.org", "example.org"]
    assert production.SITE_URL == "https://www.example.org"
    assert not production.DEBUG
    assert not production.IS_DEMO
    assert not production.SHOW_KEPT_MAIL
    assert not production.SERVE_MEDIA
    assert production.SESSION_COOKIE_SECURE
    assert production.CSRF_COOKIE_SECURE
    assert production.SECURE_SSL_REDIRECT
    # Without a proxy of ours anybody could claim to have come by https.
    assert production.SECURE_PROXY_SSL_HEADER is None
    behind_proxy = load("production", GOOD | {"TRUSTED_PROXIES": "1"})
    assert behind_proxy.SECURE_PROXY_SSL_HEADER == ("HTTP_X_FORWARDED_PROTO", "https")


def test_test_keys_in_production_make_a_demonstration(load: Load) -> None:
    assert load("production", GOOD | {"STRIPE_SECRET_KEY": "rk_test_51Hx"}).IS_DEMO


@pytest.mark.parametrize("name", sorted(GOOD))
def test_production_requires(load: Load, name: str) -> None:
    without = {key: value for key, value in GOOD.items() if key != name}
    for given in (without, without | {name: "  "}):
        with pytest.raises(ImproperlyConfigured, match=f"{name} is required"):
            load("production", given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "insecure-development-key-never-for-production"),
        ("SECRET_KEY", "insecure-" + SECRET),
        ("SECRET_KEY", SECRET[:49]),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "www.example.org,*"),
        ("ALLOWED_HOSTS", "*.example.org"),
        ("ALLOWED_HOSTS", ","),
        ("SITE_URL", "http://www.example.org"),
        ("EMAIL_URL", "file:///var/mail"),
        ("EMAIL_URL", "console://"),
        ("STRIPE_SECRET_KEY", "pk_live_51Hx"),
        ("STRIPE_SECRET_KEY", "sk_test_sandbox"),
        ("STRIPE_WEBHOOK_SECRET", "9fQe2"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_sandbox"),
        # Beside the live key of GOOD.
        ("STRIPE_WEBHOOK_SECRET", "whsec_test_9fQe2"),
        ("STRIPE_API_BASE", "http://127.0.0.1:8001"),
        ("STRIPE_API_BASE", "https://api.stripe.com.example.org"),
        ("SECURE_HSTS_SECONDS", "a year"),
    ],
)
def test_production_refuses(load: Load, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"variable {name} ") as caught:
        load("production", GOOD | {name: value})
    if "SECRET" in name:
        assert value not in str(caught.value)


def test_stripes_own_address_may_be_spelt_out(load: Load) -> None:
    production = load("production", GOOD | {"STRIPE_API_BASE": "https://api.stripe.com"})
    assert production.STRIPE_API_BASE == "https://api.stripe.com"


# --- Files ---------------------------------------------------------------------------------------


def test_files_on_s3(load: Load) -> None:
    production = load("production", GOOD | S3)
    public, private = production.STORAGES["default"], production.STORAGES["private"]
    assert public["OPTIONS"]["bucket_name"] == "public"
    assert public["OPTIONS"]["custom_domain"] == "media.example.org"
    assert private["OPTIONS"]["bucket_name"] == "receipts"
    assert private["OPTIONS"]["default_acl"] == "private"
    # Addresses of receipts are signed; nothing shows them without.
    assert "custom_domain" not in private["OPTIONS"]
    assert "querystring_auth" not in private["OPTIONS"]
    for storage in (public, private):
        assert storage["BACKEND"] == "storages.backends.s3.S3Storage"
        assert storage["OPTIONS"]["access_key"] == "s3-key"
        assert storage["OPTIONS"]["secret_key"] == "s3-secret"
        assert storage["OPTIONS"]["endpoint_url"] == "https://s3.example.org"
    assert production.SECURE_CSP["img-src"] == [CSP.SELF, "https://media.example.org"]
    assert "https://media.example.org" in production.ADMIN_CSP["img-src"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("S3_PRIVATE_BUCKET", ""),
        ("S3_PRIVATE_BUCKET", "public"),
        ("S3_PUBLIC_DOMAIN", ""),
        ("S3_PUBLIC_DOMAIN", "https://media.example.org"),
        ("S3_ENDPOINT_URL", "s3.example.org"),
    ],
)
def test_s3_refuses(load: Load, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        load("production", GOOD | S3 | {name: value})


def test_pictures_from_another_host_are_allowed_by_the_policy(load: Load) -> None:
    production = load("production", GOOD | {"MEDIA_URL": "https://media.example.org/files/"})
    assert production.SECURE_CSP["img-src"] == [CSP.SELF, "https://media.example.org"]
    assert load("production", GOOD).SECURE_CSP["img-src"] == [CSP.SELF]


# --- Whole processes -----------------------------------------------------------------------------


def test_the_deployment_check_is_clean() -> None:
    done = run(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        DJANGO_SETTINGS_MODULE="sosbca.settings.production",
        FIELD_ENCRYPTION_KEYS=Fernet.generate_key().decode(),
        **GOOD,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_a_refused_start_tells_no_secret() -> None:
    variables = GOOD | {"DATABASE_URL": "postgres://sosbca:dbpass/word@db.example.org/sosbca"}
    done = run("check", DJANGO_SETTINGS_MODULE="sosbca.settings.production", **variables)
    assert done.returncode != 0
    assert "DATABASE_URL must be a database URL" in done.stderr
    for secret in ("dbpass", "mailpassword", SECRET, "sk_live_51Hx", "whsec_9fQe2"):
        assert secret not in done.stdout + done.stderr
