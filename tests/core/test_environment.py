"""Environment variables are typed; a value that can't be used is named and never repeated."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from sosbca.settings import environment as env

NAME = "SOME_VARIABLE"


def flag(name: str) -> bool:
    return env.flag(name, True)


def number(name: str) -> int:
    return env.integer(name, 1, 1, 10)


def words(name: str) -> list[str]:
    return env.words(name, [])


def level(name: str) -> str:
    return env.choice(name, "x", {"INFO"})


def zone(name: str) -> str:
    return env.time_zone(name, "UTC")


def database(name: str) -> dict[str, Any]:
    return env.database(name, "")


def mailer(name: str) -> dict[str, Any]:
    return env.mailer(name, "")


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda value: monkeypatch.setenv(NAME, value)


@pytest.mark.parametrize("value", [None, "", "   "])
def test_an_unset_or_empty_variable_means_the_default(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv(NAME, raising=False)
    if value is not None:
        monkeypatch.setenv(NAME, value)
    assert env.text(NAME, "default") == "default"
    assert env.flag(NAME, True) is True
    assert env.integer(NAME, 7, 0, 9) == 7
    assert env.words(NAME, ["a"]) == ["a"]
    assert env.url(NAME, "https://example.org/") == "https://example.org"
    assert env.url(NAME) == ""
    assert env.choice(NAME, "b", {"a", "b"}) == "b"
    assert env.time_zone(NAME, "Europe/Riga") == "Europe/Riga"
    assert env.encryption_keys(NAME) == []


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (env.text, " word ", "word"),
        (flag, "yes", True),
        (flag, "0", False),
        (number, " 10 ", 10),
        (words, " a, b ,,c", ["a", "b", "c"]),
        (env.url, "https://example.org:8443/a/", "https://example.org:8443/a"),
        (level, "info", "INFO"),
        (zone, "Europe/Tallinn", "Europe/Tallinn"),
        (env.text, "$HOME", "$HOME"),
    ],
)
def test_good_values(
    given: Callable[[str], None], read: Callable[[str], Any], value: str, expected: object
) -> None:
    given(value)
    assert read(NAME) == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (flag, "hunter2"),
        (number, "hunter2"),
        (number, "1.5"),
        (number, "0"),
        (number, "11"),
        (env.url, "hunter2.example.org"),
        (env.url, "ftp://hunter2"),
        (env.url, "https://"),
        (env.url, "https://hunter2:port/"),
        (env.url, "https://[hunter2"),
        (level, "hunter2"),
        (zone, "Europe/hunter2"),
        (zone, "../hunter2"),
        (database, "hunter2"),
        (database, "mysql://u:hunter2@h/d"),
        (database, "postgres://u:hunter2@h:port/d"),
        # A slash that should have been written %2F: what follows is taken for a port.
        (database, "postgres://u:hunter2/x@h/d"),
        (database, "postgres://[hunter2/d"),
        (env.cache, "hunter2"),
        (env.cache, "http://:hunter2@h"),
        (env.cache, "redis://[hunter2"),
        (mailer, "hunter2"),
        (mailer, "imap://u:hunter2@h"),
        (mailer, "smtp://"),
        (mailer, "file://"),
        (mailer, "smtp://u:hunter2@h:port"),
        (mailer, "smtp://u:hunter2/x@h"),
        (mailer, "smtp://[hunter2"),
        (env.encryption_keys, "hunter2"),
        (env.encryption_keys, "aHVudGVyMg=="),
    ],
)
def test_a_bad_value_names_the_variable_and_repeats_nothing(
    given: Callable[[str], None], read: Callable[[str], Any], value: str
) -> None:
    given(value)
    with pytest.raises(ImproperlyConfigured) as caught:
        read(NAME)
    assert NAME in str(caught.value)
    assert "hunter2" not in str(caught.value)
    # What Python would print above the error may hold the value too.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_sqlite(given: Callable[[str], None], tmp_path: Path) -> None:
    given(f"sqlite:///{tmp_path}/made/for/us/db.sqlite3")
    config = database(NAME)
    assert config["ENGINE"] == "django.db.backends.sqlite3"
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in config["OPTIONS"]["init_command"]
    assert (tmp_path / "made/for/us").is_dir()


def test_postgresql(given: Callable[[str], None]) -> None:
    given("postgres://user:p%40ss@db:5433/name")
    config = database(NAME)
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["USER"], config["PASSWORD"], config["HOST"]) == ("user", "p@ss", "db")
    assert (config["PORT"], config["NAME"]) == (5433, "name")
    assert config["CONN_HEALTH_CHECKS"]
    assert config["OPTIONS"]["connect_timeout"] == 5


def test_cache(given: Callable[[str], None]) -> None:
    assert env.cache(NAME)["BACKEND"].endswith("LocMemCache")
    given("rediss://:secret@cache:6379/0")
    config = env.cache(NAME)
    assert config["BACKEND"].endswith("RedisCache")
    assert config["LOCATION"] == "rediss://:secret@cache:6379/0"
    assert config["OPTIONS"]["socket_timeout"]


@pytest.mark.parametrize(
    ("value", "port", "tls", "ssl"),
    [
        ("smtp://mail", 25, False, False),
        ("smtp+tls://mail", 587, True, False),
        ("smtps://mail", 465, False, True),
        ("smtps://mail:2465", 2465, False, True),
    ],
)
def test_smtp(given: Callable[[str], None], value: str, port: int, tls: bool, ssl: bool) -> None:
    given(value)
    options = mailer(NAME)["OPTIONS"]
    assert (options["host"], options["port"]) == ("mail", port)
    assert (options["use_tls"], options["use_ssl"]) == (tls, ssl)
    assert options["timeout"]


def test_smtp_credentials_are_unquoted(given: Callable[[str], None]) -> None:
    given("smtp+tls://user%40example.org:p%2Fss%3A@mail")
    options = mailer(NAME)["OPTIONS"]
    assert (options["username"], options["password"]) == ("user@example.org", "p/ss:")


def test_other_mailers(given: Callable[[str], None]) -> None:
    given("anymail://brevo?api_key=a%26b")
    brevo = mailer(NAME)
    assert brevo["BACKEND"] == "anymail.backends.brevo.EmailBackend"
    assert brevo["OPTIONS"] == {"api_key": "a&b"}
    given("file:///tmp/some%20mail")
    assert mailer(NAME)["OPTIONS"] == {"file_path": "/tmp/some mail"}  # noqa: S108
    given("console://")
    assert mailer(NAME)["BACKEND"].endswith("console.EmailBackend")
