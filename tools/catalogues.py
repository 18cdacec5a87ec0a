"""The catalogues of translated texts, locale/<language>/LC_MESSAGES/django.po.

compile   .po → .mo where the .mo is missing or older, also those that an app keeps of its own for
          other people's texts. In Python: no gettext needed.
collect   bring the catalogues up to date with the texts in code and templates.
check     exit 1 when a catalogue is incomplete, wrong, or out of date.

Source texts are English. Collecting and checking need GNU gettext (xgettext), because Django
extracts with it; tools/install-system-packages installs it.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
SOURCE_LANGUAGE = "en"
# Language → number of plural forms and the formula, as in Django's own catalogues.
PLURALS = {
    "lv": (3, "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);"),
    "en": (2, "nplurals=2; plural=(n != 1);"),
}
EXTENSIONS = ("py", "html", "txt")
# Message id and context: the identity of a text.
type Key = tuple[str, str, str | None]

NAMED = re.compile(r"%\(\w+\)[#0+-]*\d*(?:\.\d+)?[a-zA-Z]|(?<!\{)\{\w*\}(?!\})")
# A function of Django's imported under a name of the module's own, such as `gettext as _now`.
RENAMED = re.compile(r"\b(\w*gettext\w*) as (\w+)")
POSITIONAL = re.compile(r"(?<!%)(?:%%)*(%[#0+-]*\d*(?:\.\d+)?[diouxXeEfFgGcrs])")


class CatalogueError(Exception):
    """A message for the person at the keyboard."""


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def key_of(entry: polib.POEntry) -> Key:
    return (entry.msgid, entry.msgid_plural or "", entry.msgctxt)


def short(entry: polib.POEntry) -> str:
    text = " ".join(entry.msgid.split())
    return f"“{text[:70]}{'…' if len(text) > 70 else ''}”"


# --- Compiling -----------------------------------------------------------------------------------


def compile_all() -> int:
    """Bring every .mo up to date with its .po. Returns how many were written.

    Safe while servers and test processes read: each file appears whole.
    """
    written = 0
    folders = [LOCALE, *(app / "locale" for app in app_folders())]
    for source in sorted(po for folder in folders for po in folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        changed = source.stat().st_mtime_ns
        data = polib.pofile(str(source), encoding="utf-8").to_binary()
        partial = target.with_suffix(f".{os.getpid()}.tmp")
        partial.write_bytes(data)
        # The source's own time, so that an edit during the compilation is seen next time.
        os.utime(partial, ns=(changed, changed))
        partial.replace(target)
        written += 1
    return written


# --- Extracting ----------------------------------------------------------------------------------


def source_folders() -> list[Path]:
    """The project's packages: everything that can hold a text for people."""
    packages = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    return sorted([*packages, ROOT / "site" / "sosbca"])


def app_folders() -> list[Path]:
    """Where an app may keep a locale/ of its own: translations of other people's texts."""
    return [*source_folders(), *(ROOT / "site" / "sosbca").iterdir()]


def extract() -> polib.POFile:
    """All texts in code and templates, from Django's makemessages on a copy of the sources."""
    if not shutil.which("xgettext"):
        raise CatalogueError(
            "xgettext is not installed, which reads the texts from the sources. "
            "Run tools/install-system-packages (Debian: apt-get install gettext)."
        )
    with tempfile.TemporaryDirectory(prefix="messages-") as folder:
        copy = Path(folder)
        (copy / "locale").mkdir()
        for package in source_folders():
            for extension in EXTENSIONS:
                for path in package.rglob(f"*.{extension}"):
                    if path.parent.name == "migrations":
                        continue
                    target = copy / path.relative_to(ROOT)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    source = path.read_text(encoding="utf-8")
                    target.write_text(with_known_names(source), encoding="utf-8")
        command = [sys.executable, "-m", "django", "makemessages", "--locale", SOURCE_LANGUAGE]
        command += ["--extension", ",".join(EXTENSIONS), "--add-location", "file"]
        environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CatalogueError(f"Extraction failed.\n{done.stdout}{done.stderr}")
        return polib.pofile(str(copy / "locale" / SOURCE_LANGUAGE / "LC_MESSAGES" / "django.po"))


def with_known_names(source: str) -> str:
    """The source with calls by Django's own names: xgettext knows no others but `_`, and would pass
    over their texts without a word."""
    for name, own in RENAMED.findall(source):
        if own != "_":
            source = re.sub(rf"\b{own}\(", f"{name}(", source)
    return source


# --- Collecting ----------------------------------------------------------------------------------


def header(language: str) -> dict[str, str]:
    return {
        "Project-Id-Version": "sosbca",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language][1],
    }


def collect() -> None:
    """Write the catalogues anew: order and places from the sources, translations kept.

    Texts that are gone are dropped and named. Nothing is guessed: a changed text is a new one.
    """
    texts = extract()
    for language in PLURALS:
        path = path_of(language)
        known = {key_of(e): e for e in polib.pofile(str(path))} if path.exists() else {}
        result = polib.POFile(wrapwidth=98)
        result.metadata = header(language)
        for text in texts:
            result.append(merged(text, known.pop(key_of(text), None), language))
        path.parent.mkdir(parents=True, exist_ok=True)
        content = f"{result}\n".encode()
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
        for gone in known.values():
            print(f"{language}: dropped {short(gone)} = {gone.msgstr or gone.msgstr_plural}")
        missing = len(result.untranslated_entries()) + len(result.fuzzy_entries())
        print(f"{language}: {len(result)} texts, {missing} to translate")


def merged(text: polib.POEntry, old: polib.POEntry | None, language: str) -> polib.POEntry:
    """The extracted text with what is known of its translation."""
    forms, _formula = PLURALS[language]
    entry = polib.POEntry(
        msgid=text.msgid,
        msgid_plural=text.msgid_plural,
        msgctxt=text.msgctxt,
        comment=text.comment,
        occurrences=sorted({(place, "") for place, _line in text.occurrences}),
        flags=[flag for flag in text.flags if flag != "fuzzy"],
    )
    if old:
        entry.tcomment = old.tcomment
        entry.flags += [flag for flag in old.flags if flag == "fuzzy"]
        entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural
    if text.msgid_plural:
        given = entry.msgstr_plural
        entry.msgstr_plural = {form: given.get(form, "") for form in range(forms)}
    if language == SOURCE_LANGUAGE and not entry.translated():
        if text.msgid_plural:
            entry.msgstr_plural = {0: text.msgid, 1: text.msgid_plural}
        else:
            entry.msgstr = text.msgid
    return entry


# --- Checking ------------------------------------------------------------------------------------


def check() -> list[str]:
    """What is wrong with the catalogues, one line each."""
    texts = extract()
    problems = []
    for language in PLURALS:
        path = path_of(language)
        if not path.exists():
            problems.append(f"{language}: {path.relative_to(ROOT)} is missing; run make messages")
            continue
        catalogue = polib.pofile(str(path))
        problems += [f"{language}: {problem}" for problem in check_one(catalogue, language)]
        problems += [f"{language}: {problem}" for problem in drift(catalogue, texts)]
    extra = {path.name for path in LOCALE.iterdir() if path.is_dir()} - set(PLURALS)
    problems += [f"locale/{name} is not a language of the site" for name in sorted(extra)]
    return problems


def drift(catalogue: polib.POFile, texts: polib.POFile) -> Iterator[str]:
    in_catalogue = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    in_sources = {key_of(entry): entry for entry in texts if not entry.obsolete}
    for key in in_sources.keys() - in_catalogue.keys():
        entry = in_sources[key]
        yield f"not collected, run make messages: {short(entry)} in {place(entry)}"
    for key in in_catalogue.keys() - in_sources.keys():
        yield f"no longer used, run make messages: {short(in_catalogue[key])}"


def place(entry: polib.POEntry) -> str:
    return ", ".join(str(file) for file, _line in entry.occurrences) or "?"


def check_one(catalogue: polib.POFile, language: str) -> Iterator[str]:
    forms, formula = PLURALS[language]
    if "".join(catalogue.metadata.get("Plural-Forms", "").split()) != "".join(formula.split()):
        yield f"the header must say Plural-Forms: {formula}"
    seen = set()
    for entry in catalogue:
        if entry.obsolete:
            yield f"obsolete, delete it: {short(entry)}"
            continue
        if (identity := (entry.msgid, entry.msgctxt)) in seen:
            yield f"twice: {short(entry)}"
        seen.add(identity)
        if entry.fuzzy:
            yield f"fuzzy, confirm the translation and remove the flag: {short(entry)}"
        elif not entry.translated() or (
            entry.msgid_plural and set(entry.msgstr_plural) != set(range(forms))
        ):
            yield f"not translated: {short(entry)}"
        else:
            yield from check_placeholders(entry, language)


def check_placeholders(entry: polib.POEntry, language: str) -> Iterator[str]:
    checked = "python-format" in entry.flags
    if not entry.msgid_plural:
        forms, allowed = [entry.msgstr], [placeholders(entry.msgid, checked)]
    else:
        forms = list(entry.msgstr_plural.values())
        allowed = [placeholders(entry.msgid_plural, checked)]
        # Only English has a form for exactly one thing; Latvian's first is also for 21, 31, …
        if language == SOURCE_LANGUAGE:
            allowed.append(placeholders(entry.msgid, checked))
    for form in forms:
        if placeholders(form, checked) not in allowed:
            yield f"other placeholders than the source: {short(entry)} → “{form}”"
        if form.endswith("\n") != entry.msgid.endswith("\n"):
            yield f"the line break at the end differs: {short(entry)}"


def placeholders(text: str, positional: bool) -> list[str]:
    """Named ones as a set; positional ones (%s) by number and order, where `positional`."""
    found = sorted(set(NAMED.findall(text)))
    return found + POSITIONAL.findall(text) if positional else found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("action", choices=["compile", "collect", "check"])
    action = options.parse_args().action
    try:
        if action == "compile":
            compile_all()
        elif action == "collect":
            collect()
        elif problems := check():
            print("\n".join(problems))
            return 1
    except (CatalogueError, OSError) as error:
        # polib reports a syntax error in a catalogue as OSError, with file and line.
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
