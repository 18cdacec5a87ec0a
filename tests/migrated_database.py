"""The migrated database that every test process starts from.

Running all migrations takes far longer than most test runs. So it is done once for a state of
migrations and libraries; the result is kept as a template, and each process copies it. A changed
migration or library has another key, and with it a template of its own.
"""

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.databases import (
    copy_of,
    current,
    is_file,
    on_server,
    one_at_a_time,
    point_at,
    remove,
    remove_leftovers,
)

# Templates that nobody used for so long (seconds) are removed.
KEPT_FOR = 3 * 24 * 3600
PREFIX = "test_template_"
# What makes rows or columns: migrations, models (their permissions are rows), fields with columns
# of their own, and what migrations write rows from.
SOURCES = (
    "migrations/*.py",
    "apps.py",
    "models.py",
    "models/**/*.py",
    "encryption.py",
    "fields.py",
    "groups.py",
    "review.py",
)


def migrated_copy(folder: Path) -> str:
    """A fresh migrated database; on SQLite its file lies in `folder`."""
    with one_at_a_time():
        template = _template_file(folder) if is_file() else _template_on_server()
        return copy_of(template, folder)


def _template_file(folder: Path) -> str:
    templates: Path = settings.VAR_DIR / "test" / "templates"
    templates.mkdir(parents=True, exist_ok=True)
    template = templates / f"{_key()}.sqlite3"
    for old in templates.iterdir():
        if old != template and old.stat().st_mtime < time.time() - KEPT_FOR:
            old.unlink()
    if not template.exists():
        # Made elsewhere, and there at once: a killed run leaves no half of it.
        made = str(folder / "migrated.sqlite3")
        _migrate(made)
        finished = shutil.move(copy_of(made, folder), template.with_suffix(".unfinished"))
        Path(finished).rename(template)
        remove(made)
    template.touch()
    return str(template)


def _template_on_server() -> str:
    template = f"{PREFIX}{_key()}"
    if not on_server("SELECT 1 FROM pg_database WHERE datname = %s", template):
        unfinished = f"{template}_unfinished"
        remove(unfinished)
        on_server(f'CREATE DATABASE "{unfinished}"')
        _migrate(unfinished)
        on_server(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"')
    on_server(f"COMMENT ON DATABASE \"{template}\" IS '{time.time():.0f}'")
    for name, used in on_server(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database "
        "WHERE starts_with(datname, %s)",
        PREFIX,
    ):
        # One without a comment was being made when its run was killed.
        if name != template and float(used or 0) < time.time() - KEPT_FOR:
            remove(name)
    remove_leftovers()
    return template


def _migrate(name: str) -> None:
    with pointed_at(name):
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """The default connection uses the database `name`, until the block ends."""
    original = current()
    point_at(name)
    try:
        yield
    finally:
        # Also where it stays the same: nobody may be connected to what is copied.
        connection.close()
        point_at(original)


def _key() -> str:
    """Names everything that the migrated database is made of."""
    state = hashlib.sha256()
    root = settings.BASE_DIR
    for path in (root / "uv.lock", *sorted((root / "site/sosbca/settings").glob("*.py"))):
        state.update(path.read_bytes())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        if "site-packages" in config.path:
            continue  # uv.lock says which version it is
        for module in _sources(config.module):
            state.update(str(module.relative_to(root)).encode())
            state.update(module.read_bytes())
    return state.hexdigest()[:16]


def _sources(app: ModuleType | None) -> list[Path]:
    assert app
    folder = Path(next(iter(app.__path__)))
    return sorted(path for pattern in SOURCES for path in folder.glob(pattern))
