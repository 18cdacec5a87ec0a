"""The names of the top-level folders, and what is shipped."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_site_and_locale_are_no_packages() -> None:
    assert not (ROOT / "site/__init__.py").exists()
    assert not (ROOT / "locale/__init__.py").exists()


def test_the_stand_in_for_stripe_is_never_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert "site/sosbca" in packages
    # A package is shipped whole: neither the stand-in itself nor a folder that holds it.
    sandbox = ROOT / "site/stripe_sandbox"
    assert sandbox.is_dir()
    assert [name for name in packages if sandbox.is_relative_to((ROOT / name).resolve())] == []
