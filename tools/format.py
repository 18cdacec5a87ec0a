"""Puts Python files and templates into shape.

Templates are our .html files; a mail's .txt files hold line breaks that mean something.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def templates() -> list[str]:
    """All templates of ours, relative to the project's folder."""
    folders = [ROOT / "site" / "sosbca" / "templates", *ROOT.glob("*/templates")]
    found = (path for folder in folders for path in folder.rglob("*.html"))
    return sorted(str(path.relative_to(ROOT)) for path in found)


def djade(*options: str) -> list[str]:
    return [str(BIN / "djade"), "--target-version", "6.1", *options, *templates()]


def djhtml(*options: str) -> list[str]:
    return [sys.executable, "-m", "djhtml", "--tabwidth", "4", *options, *templates()]


def ruff(*arguments: str) -> list[str]:
    return [str(BIN / "ruff"), *arguments]


def main() -> int:
    commands = [ruff("check", "--fix", "--quiet"), ruff("format", "--quiet"), djade(), djhtml()]
    codes = [subprocess.run(command, cwd=ROOT, check=False).returncode for command in commands]
    # The formatters of templates exit with 1 when they changed something; only ruff's code tells.
    return max(codes[:2])


if __name__ == "__main__":
    sys.exit(main())
