"""The demonstration, loaded once for a whole run of the tests.

As `make serve` loads it, by the command and with the settings of development, because a live site
starts from a copy of it. The run's processes share it through a folder.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.databases import copy_of, remove, url_of
from tools.catalogues import compile_all

ROOT = Path(__file__).resolve().parents[1]
# Nothing of the developer's own choices, only what programs need to run at all.
PASSED = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")


class Demonstration(NamedTuple):
    """Nobody writes into it: whoever wants to, copies it."""

    database: str
    media: Path
    private: Path


def bare_environment() -> dict[str, str]:
    """Of programs that run as for development."""
    kept = {name: os.environ[name] for name in PASSED if name in os.environ}
    return kept | {"DJANGO_SETTINGS_MODULE": "sosbca.settings.dev", "LOG_LEVEL": "WARNING"}


def shared_demonstration(folder: Path, migrated: str) -> Demonstration:
    """The run's, which the first to ask makes in `folder` from a migrated database."""
    found = folder / "demonstration"
    found.mkdir(exist_ok=True)
    loaded = _record(folder)
    with (found / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        media, private = found / "media", found / "private"
        if not loaded.exists():
            database = copy_of(migrated, found)
            try:
                _load(Demonstration(database, media, private))
            except BaseException:
                remove(database)
                raise
            for place in (media, private):
                place.mkdir(exist_ok=True)
            loaded.write_text(database, encoding="utf-8")
    return Demonstration(loaded.read_text(encoding="utf-8"), media, private)


def forget_demonstration(folder: Path) -> None:
    """Remove the database of a run that has ended."""
    loaded = _record(folder)
    if loaded.exists():
        remove(loaded.read_text(encoding="utf-8"))
        loaded.unlink()


def _record(folder: Path) -> Path:
    """Says which database holds the demonstration, as soon as it does."""
    return folder / "demonstration" / "loaded"


def _load(into: Demonstration) -> None:
    compile_all()
    environment = bare_environment() | {
        "DATABASE_URL": url_of(into.database),
        "MEDIA_ROOT": str(into.media),
        "PRIVATE_MEDIA_ROOT": str(into.private),
    }
    command = [sys.executable, "manage.py", "load_demo_content"]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    if ran.returncode:
        raise RuntimeError(f"The demonstration was not loaded:\n{ran.stdout}{ran.stderr}")
