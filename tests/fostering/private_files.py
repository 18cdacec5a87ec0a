"""A place for the files of a single test."""

from pathlib import Path
from typing import Any


def own_files(settings: Any, tmp_path: Path) -> Path:
    """The folder in which a test keeps files of its own."""
    storages = {**settings.STORAGES}
    place = tmp_path / "private"
    options = {"location": place, "base_url": None}
    storages["private"] = {**storages["private"], "OPTIONS": options}
    settings.STORAGES = storages
    return place
