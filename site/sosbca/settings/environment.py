"""Typed access to environment variables.

Every setting that a deployment may change is read here, by name, and a value that cannot be used
stops the start with the variable's name and what is wrong with it. The original error is always
cut off (`from None`): its message may repeat a password.
"""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

_env = Env(expand_vars=False)


def fail(name: str, problem: str) -> ImproperlyConfigured:
    """The error for a variable that cannot be used; never repeats the value (it may be secret)."""
    return ImproperlyConfigured(f"Environment variable {name} {problem}")


def text(name: str, default: str = "") -> str:
    """The variable's text, or `default` when it is unset or empty."""
    return _env.str(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    try:
        return _env.bool(name, default) if text(name) else default
    except EnvError:
        raise fail(name, "must be one of: 1, 0, true, false, yes, no, on, off.") from None


def integer(name: str, default: int, minimum: int, maximum: int) -> int:
    try:
        value = _env.int(name, default) if text(name) else default
    except EnvError:
        raise fail(name, f"must be a whole number from {minimum} to {maximum}.") from None
    if not minimum <= value <= maximum:
        raise fail(name, f"must be a whole number from {minimum} to {maximum}.")
    return value


def words(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    value = text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def url(name: str, default: str = "") -> str:
    """An absolute http(s) address without a trailing slash."""
    value = text(name, default).rstrip("/")
    if not value:
        return ""
    problem = "must be an absolute http:// or https:// address."
    parts = _split(name, value, problem)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise fail(name, problem)
    return value


def origin(name: str) -> str:
    """The scheme and host of an absolute http(s) address."""
    parts = urlsplit(url(name))
    return f"{parts.scheme}://{parts.netloc}"


def _split(name: str, value: str, problem: str) -> SplitResult:
    """The parts of an address whose port, if any, is a number."""
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError:
        raise fail(name, problem) from None
    return parts


def choice(name: str, default: str, allowed: set[str]) -> str:
    """One of a few words, typed in any case."""
    value = text(name, default)
    for known in allowed:
        if value.casefold() == known.casefold():
            return known
    raise fail(name, f"must be one of: {', '.join(sorted(allowed))}.")


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise fail(name, "must name a time zone, such as Europe/Riga.") from None
    return value


def encryption_keys(name: str) -> list[str]:
    """A comma-separated list of Fernet keys."""
    keys = words(name, [])
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise fail(name, "must hold URL-safe base64 keys of 32 bytes.") from None
    return keys


def database(name: str, default: str) -> dict[str, Any]:
    """Django's settings for one database. SQLite and PostgreSQL are supported.

    SQLite runs in WAL mode with `BEGIN IMMEDIATE`, so that two writers queue up
    instead of failing half-way through a transaction.
    """
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(text(name, default)))
    except (ValueError, KeyError):
        raise fail(name, "must be a database URL: sqlite:///… or postgres://…") from None
    engine = config["ENGINE"]
    if engine == "django.db.backends.sqlite3":
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        # Closing the last connection would write the journal back after each request.
        config["CONN_MAX_AGE"] = None
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA cache_size=-32000; PRAGMA mmap_size=134217728;"
            ),
        }
    elif engine == "django.db.backends.postgresql":
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
        config.setdefault("OPTIONS", {})["connect_timeout"] = 5
    else:
        raise fail(name, "must name SQLite (sqlite:///…) or PostgreSQL (postgres://…).")
    return config


def cache(name: str) -> dict[str, Any]:
    """Redis when the variable is set, else memory of this process."""
    value = text(name)
    if not value:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    problem = "must be a Redis URL: redis://host:6379/0"
    if _split(name, value, problem).scheme not in {"redis", "rediss", "unix"}:
        raise fail(name, problem)
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": value,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }


def mailer(name: str, default: str) -> dict[str, Any]:
    """One entry of Django's MAILERS.

    smtp://user:password@host:port    plain, smtp+tls:// with STARTTLS, smtps:// with implicit TLS
    anymail://NAME?api_key=…          a mail service through django-anymail, e.g. anymail://brevo
    file:///folder                    keeps messages as files (development)
    console://                        prints messages (development)
    """
    problem = "must be a mail URL, such as smtp+tls://user:password@host:587"
    parts = _split(name, text(name, default), problem)
    backends = "django.core.mail.backends"
    if parts.scheme in {"smtp", "smtp+tls", "smtps"} and parts.hostname:
        return {
            "BACKEND": f"{backends}.smtp.EmailBackend",
            "OPTIONS": {
                "host": parts.hostname,
                "port": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_tls": parts.scheme == "smtp+tls",
                "use_ssl": parts.scheme == "smtps",
                "timeout": 15,
            },
        }
    if parts.scheme == "anymail" and parts.hostname:
        return {
            "BACKEND": f"anymail.backends.{parts.hostname}.EmailBackend",
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    if parts.scheme == "file" and parts.path:
        return {
            "BACKEND": "sosbca.core.kept_mail.KeepingBackend",
            "OPTIONS": {"file_path": unquote(parts.path)},
        }
    if parts.scheme == "console":
        return {"BACKEND": f"{backends}.console.EmailBackend"}
    raise fail(name, problem)
