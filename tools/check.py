"""Everything that can be checked without running the tests. Exit 1 when a step fails.

python tools/check.py            all steps, two at a time
python tools/check.py ruff mypy  these steps
"""

import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

from tools.format import ROOT, djade, djhtml, ruff

PYTHON = sys.executable
# No step looks at the developer's own database or settings.
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if name in {"HOME", "LANG", "PATH", "TMPDIR", "UV_CACHE_DIR", "PYTHONDONTWRITEBYTECODE"}
} | {"DATABASE_URL": "sqlite:///:memory:", "DJANGO_SETTINGS_MODULE": "sosbca.settings.dev"}
# Every variable that production asks for, with values of the right form.
PRODUCTION = CLEAN | {
    "DJANGO_SETTINGS_MODULE": "sosbca.settings.production",
    "SECRET_KEY": "Aq7-xW2.Lk9_vT4-bN6.cY8_mR3-hJ5.dP0_sF1-gZ6.uK2_eM9",
    "ALLOWED_HOSTS": "www.example.org",
    "SITE_URL": "https://www.example.org",
    "DATABASE_URL": "postgres://sosbca:secret@db.example.org:5432/sosbca",
    "REDIS_URL": "redis://cache.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://sosbca:secret@mail.example.org:587",
    "STRIPE_SECRET_KEY": "sk_test_51CheckOnly",
    "STRIPE_WEBHOOK_SECRET": "whsec_CheckOnly",
}


class Result(NamedTuple):
    ok: bool
    output: str


type Step = Callable[[], Result]


def run(*command: str, environment: dict[str, str] = CLEAN) -> Result:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(done.returncode == 0, done.stdout)


def command(*words: str, environment: dict[str, str] = CLEAN) -> Step:
    return lambda: run(*words, environment=environment)


def manage(*words: str, environment: dict[str, str] = CLEAN) -> Step:
    return command(PYTHON, "manage.py", *words, environment=environment)


def lock_file() -> Result:
    """With the developer's own environment: it may name an index or certificates."""
    own = ROOT / ".uv" / "bin" / "uv"
    uv = str(own) if own.exists() else shutil.which("uv") or "uv"
    return run(uv, "lock", "--check", "--quiet", "--python", PYTHON, environment=dict(os.environ))


def shell_scripts() -> Result:
    scripts = [
        path
        for folder in (ROOT / "tools", ROOT / ".ci")
        for path in sorted(folder.iterdir())
        if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env bash")
    ]
    results = [run("bash", "-n", str(path)) for path in scripts]
    return Result(all(r.ok for r in results), "".join(r.output for r in results))


def templates(formatter: Callable[..., list[str]]) -> Result:
    result = run(*formatter("--check"))
    return Result(result.ok, "" if result.ok else f"{result.output}Run make format.\n")


def packages() -> Result:
    """Every app is in the wheel, in the import contracts and among mypy's files."""
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    places = {
        "tool.hatch.build.targets.wheel.packages": project["hatch"]["build"]["targets"]["wheel"][
            "packages"
        ],
        "tool.importlinter.root_packages": project["importlinter"]["root_packages"],
        "tool.mypy.files": project["mypy"]["files"],
    }
    problems = [
        f"{name} is missing in pyproject.toml, {place}\n"
        for place, names in places.items()
        for name in sorted(found - set(names))
    ]
    return Result(not problems, "".join(problems))


# The long ones first: they run beside the others.
STEPS: dict[str, Step] = {
    "mypy": command(PYTHON, "-m", "mypy", "--no-error-summary"),
    "catalogues": command(PYTHON, "tools/catalogues.py", "check"),
    "migrations": manage("makemigrations", "--check", "--dry-run"),
    "django": manage("check", "--fail-level", "WARNING"),
    "deploy": manage("check", "--deploy", "--fail-level", "WARNING", environment=PRODUCTION),
    "imports": command(
        PYTHON, "-c", "from importlinter.cli import lint_imports_command as main; main()"
    ),
    "packages": packages,
    "ruff": command(*ruff("check", "--output-format", "concise")),
    "format": command(*ruff("format", "--check")),
    "djade": lambda: templates(djade),
    "djhtml": lambda: templates(djhtml),
    "shell": shell_scripts,
    "lock": lock_file,
}


def timed(step: Step) -> tuple[Result, float]:
    started = time.monotonic()
    try:
        result = step()
    except OSError as error:
        result = Result(False, f"{error}\n")
    return result, time.monotonic() - started


def main(names: list[str]) -> int:
    if unknown := set(names) - STEPS.keys():
        print(f"No such step: {', '.join(sorted(unknown))}. Steps: {', '.join(STEPS)}")
        return 2
    started = time.monotonic()
    chosen = {name: step for name, step in STEPS.items() if not names or name in names}
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {pool.submit(timed, step): name for name, step in chosen.items()}
        for future in as_completed(running):
            result, seconds = future.result()
            print(f"{'ok  ' if result.ok else 'FAIL'}  {running[future]:<11}{seconds:6.1f} s")
            if not result.ok:
                failed.append(running[future])
                print(result.output.rstrip() or "(no output)", end="\n\n")
            sys.stdout.flush()
    seconds = time.monotonic() - started
    if failed:
        print(
            f"check: {len(failed)} of {len(chosen)} failed ({', '.join(failed)}), {seconds:.0f} s"
        )
        return 1
    print(f"check: all {len(chosen)} passed, {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
