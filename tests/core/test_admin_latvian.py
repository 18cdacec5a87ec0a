"""The admin speaks Latvian: what Wagtail's catalogues lack stands in site/sosbca/core/locale.

When an upgrade of Wagtail brings new texts, the first test names them. Translate them in
site/sosbca/core/locale/lv/LC_MESSAGES, django.po or djangojs.po.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django
import polib
import pytest
from django.apps import apps
from django.conf import settings

DOMAINS = ["django", "djangojs"]
PLURALS = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);"
# Parts of Django whose texts the admin shows: forms, passwords, lengths of time.
OF_DJANGO = ["conf", "contrib/auth", "contrib/humanize"]

PLACEHOLDER = re.compile(r"%\(\w+\)[#0+-]*\d*(?:\.\d+)?[a-zA-Z]|%[a-z]\b|\{\w*\}")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")

# Context, text, text for many.
type Key = tuple[str, str, str]

OURS = Path(apps.get_app_config("core").path) / "locale"


def key_of(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def short(key: Key) -> str:
    return " ".join(key[1].split())[:90]


def wagtail_locales() -> list[Path]:
    """Of the installed apps, in the order in which they win over each other."""
    return [
        Path(app.path) / "locale"
        for app in apps.get_app_configs()
        if app.name.split(".")[0] in {"wagtail", "wagtail_localize"}
    ]


def django_locales() -> list[Path]:
    return [Path(django.__file__).parent / part / "locale" for part in OF_DJANGO]


def entries(locale: Path, language: str, domain: str) -> list[polib.POEntry]:
    path = locale / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.exists():
        return []
    return [entry for entry in polib.pofile(str(path)) if not entry.obsolete]


def forms_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def translated(entry: polib.POEntry) -> bool:
    forms = forms_of(entry)
    return not entry.fuzzy and all(forms) and len(forms) == (3 if entry.msgid_plural else 1)


def english(domain: str, locales: list[Path]) -> dict[Key, polib.POEntry]:
    return {key_of(e): e for locale in locales for e in entries(locale, "en", domain)}


def latvian(domain: str) -> dict[Key, polib.POEntry]:
    """As Django merges it: our catalogue first, then Wagtail's apps in their order."""
    merged: dict[Key, polib.POEntry] = {}
    for locale in [OURS, *wagtail_locales()]:
        for entry in entries(locale, "lv", domain):
            if translated(entry):
                merged.setdefault(key_of(entry), entry)
    return merged


def marks(text: str) -> tuple[Counter[str], Counter[str]]:
    return Counter(PLACEHOLDER.findall(text)), Counter(TAG.findall(text))


def mismatches(entry: polib.POEntry) -> Iterator[str]:
    """Forms with other placeholders or tags than the English text for that number."""
    # Latvian's first form is also for 21, 31, …: like the others it has all of the plural's.
    expected = marks(entry.msgid_plural or entry.msgid)
    for form in forms_of(entry):
        if marks(form) != expected:
            yield f"{short(key_of(entry))} → {form}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_text_of_the_admin_is_translated(domain: str) -> None:
    texts = english(domain, wagtail_locales())
    missing = texts.keys() - latvian(domain).keys()

    assert len(texts) > 100
    assert not missing, f"{len(missing)} of {len(texts)}:\n" + "\n".join(
        sorted(map(short, missing))
    )


@pytest.mark.parametrize("domain", DOMAINS)
def test_translations_keep_placeholders_and_tags(domain: str) -> None:
    texts = english(domain, wagtail_locales())
    merged = latvian(domain)
    wrong = [line for key in texts.keys() & merged.keys() for line in mismatches(merged[key])]
    wrong += [line for entry in entries(OURS, "lv", domain) for line in mismatches(entry)]

    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_catalogue_is_sound(domain: str) -> None:
    catalogue = polib.pofile(str(OURS / "lv/LC_MESSAGES" / f"{domain}.po"))

    assert catalogue.metadata["Plural-Forms"] == PLURALS
    assert [short(key_of(entry)) for entry in catalogue if not translated(entry)] == []
    # gettext knows a text by context and singular alone.
    seen = Counter((entry.msgctxt, entry.msgid) for entry in catalogue)
    assert [text for text, count in seen.items() if count > 1] == []
    edges = [
        short(key_of(entry))
        for entry in catalogue
        for form in forms_of(entry)
        if (form[:1].isspace(), form[-1:].isspace())
        != (entry.msgid[:1].isspace(), entry.msgid[-1:].isspace())
    ]
    assert edges == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_catalogue_has_nothing_that_is_no_longer_used(domain: str) -> None:
    used = english(domain, [*wagtail_locales(), *django_locales()])
    unused = [key_of(e) for e in entries(OURS, "lv", domain) if key_of(e) not in used]

    assert not unused, "delete: " + "\n".join(map(short, unused))


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_catalogue_repeats_nothing_that_stands_in_wagtails(domain: str) -> None:
    """What Wagtail comes to translate in the same words can go."""
    theirs: dict[Key, list[str]] = {}
    for locale in wagtail_locales():
        for entry in entries(locale, "lv", domain):
            if translated(entry):
                theirs.setdefault(key_of(entry), forms_of(entry))
    repeated = [
        key_of(e) for e in entries(OURS, "lv", domain) if theirs.get(key_of(e)) == forms_of(e)
    ]

    assert not repeated, "delete: " + "\n".join(map(short, repeated))


def test_our_catalogue_wins_over_wagtails() -> None:
    """In Django the apps named earlier win."""
    names = [app.name for app in apps.get_app_configs()]
    ours = names.index("sosbca.core")

    assert all(ours < i for i, name in enumerate(names) if name.startswith("wagtail"))


def test_scripts_of_the_admin_find_our_catalogue() -> None:
    """Wagtail's views for scripts read their own app's catalogue and LOCALE_PATHS, no other."""
    assert OURS in map(Path, settings.LOCALE_PATHS), (
        'settings: LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "site/sosbca/core/locale"]'
    )
