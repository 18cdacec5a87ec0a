"""A light stemmer for Latvian that works on text without diacritics.

It sees only letters a to z, so that a word typed without diacritics has the stem of the one that
is spelt properly. Folding also undoes most palatalisation by itself (ģimene/ģimeņu, lācis/lāča,
pusaudzis/pusaudža); what it leaves (zeme/zemju, jaunietis/jauniešu) is undone here.

A stem is not a word of the language, only a key: all forms of one word should have the same one,
and words that a reader would not take for each other should have different ones. Related words
may share a stem (mācīt, mācības), as somebody who looks for one is helped by the other.
"""

import re
from typing import Final

#: Endings of nouns, adjectives and verbs, without diacritics, longest first, each with the
#: number of letters that must remain.
_ENDINGS: Final = (
    *((ending, 3) for ending in ("ajiem", "ajam", "ajai", "ajos", "ajas")),
    *((ending, 3) for ending in ("amies", "aja", "ais", "iem", "iet", "ies")),
    *((ending, 2) for ending in ("am", "em", "im", "um", "as", "es", "is", "us", "os")),
    *((ending, 2) for ending in ("ai", "ei", "ie", "ij")),
    *((ending, 2) for ending in ("a", "e", "i", "o", "u", "s")),
)

#: A person who does it (ziedotājs): found before the endings, which would take apart -tājam.
_DOER: Final = re.compile(r"(.{3,}[aeio])taj(?:iem|am|ai|as|os|us|a|i|s|u)")

#: What makes a noun or a participle of a verb, as it stands at the end of a stem, and the number
#: of letters that must remain. Longest first.
_SUFFIXES: Final = (
    ("acij", 4, ""),  # rehabilitācija, rehabilitēt
    ("isan", 3, ""),  # mācīšana
    ("esan", 3, ""),
    ("asan", 3, ""),
    ("osan", 3, "o"),  # ziedošana
    ("ijum", 3, ""),  # pētījums
    ("ejum", 3, ""),
    ("ajum", 3, ""),  # apliecinājums
    ("ojum", 3, "o"),  # ziedojums
    ("ojus", 3, "o"),  # ziedojusi
    ("ajus", 3, ""),
    ("ejus", 3, ""),
    ("ijus", 3, ""),
    ("ojos", 3, "o"),  # ziedojošs
    ("ojam", 3, "o"),  # dzīvojams
    ("ojo", 3, "o"),  # ziedojot
    ("ajo", 3, ""),
    ("ejo", 3, ""),
    ("san", 3, ""),  # augšana
    ("isk", 4, ""),  # psiholoģisks
    ("oj", 3, "o"),  # ziedoja
    ("ej", 3, ""),
    ("aj", 3, ""),
    ("ij", 5, ""),
    ("ib", 3, ""),  # mācības, palīdzība
    ("um", 6, ""),  # pieteikums, and not pasākums beside pasaka
    ("ot", 4, "o"),  # ziedots
    ("at", 5, ""),
    ("et", 5, ""),
)

#: What makes a diminutive, a participle or a verb of the rest of a stem, if four letters remain:
#: bērniņš, stiprināt; brālītis, gaidīts; brālīša.
_INNER: Final = ("in", "it", "is")

#: Suffixes that are none after a vowel: jauniet-is, skait-s.
_AFTER_CONSONANTS: Final = frozenset(("at", "et", *_INNER))

#: Stems that look like a diminutive and are none.
_NO_DIMINUTIVE: Final = frozenset(
    (
        "august",
        "benzin",
        "disciplin",
        "domin",
        "kristin",
        "krustin",
        "martin",
        "medicin",
        "vakcin",
        "vitamin",
    )
)

#: Stems that would fall together with another word without their suffix: gādība is not gads.
_WHOLE: Final = frozenset(("gadib",))

#: Verbs in -ot that would fall together with a noun: they keep their o. Ziedot is not zieds.
_KEEPS_O: Final = frozenset(
    ("zied", "saziedo", "sazied", "noziedo", "nozied", "paziedo", "lietot", "liet", "veid")
)

#: Stems whose vowels or consonants change beyond what the rules know.
_IRREGULAR: Final = {
    "naks": "nakt",
    "sirz": "sird",
    "briez": "bried",
    "klust": "klu",
    "kluv": "klu",
    "klus": "klu",
    "sniedz": "snieg",
    "sniedzej": "snieg",
    "piesak": "pieteik",
    "pieteic": "pieteik",
    "piedzimst": "piedzim",
    "piedzimsto": "piedzim",
    "piedzims": "piedzim",
    "dzimst": "dzim",
    "dzims": "dzim",
    "dzimsto": "dzim",
    "sanemt": "sanem",
    "pienemt": "pienem",
    "uznemt": "uznem",
}

_LABIAL_J: Final = re.compile(r"([pbmv])j$")
_VOWELS: Final = "aeiou"


def stem(word: str) -> str:
    """The stem of a word in lower case without diacritics, of letters a to z only.

    Abbreviations and particles of up to three letters are their own stem.
    """
    if len(word) <= 3:
        return word[:-1] if len(word) == 3 and word[-1] in "aeiu" else word
    if found := _DOER.fullmatch(word):
        return _finish(_without_theme(found[1]))
    if word.endswith("ties") and len(word) >= 7:
        return _finish(_without_theme(word[:-4]))
    if word.endswith("t") and not word.endswith("iet"):
        return _finish(_without_theme(word[:-1], gerund=True))
    if word.endswith("o") and word[:-1] in _KEEPS_O:
        return word
    return _finish(_without_suffix(_without_ending(word)))


def _without_ending(word: str) -> str:
    for ending, least in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word


def _without_suffix(stem: str) -> str:
    if stem in _WHOLE:
        return stem
    for suffix, least, theme in _SUFFIXES:
        if stem.endswith(suffix) and len(stem) - len(suffix) >= least:
            rest = stem[: -len(suffix)]
            if suffix in _AFTER_CONSONANTS and rest[-1] in _VOWELS:
                return stem
            return rest + theme if theme and rest in _KEEPS_O else rest
    return stem


def _without_theme(verb: str, *, gerund: bool = False) -> str:
    """A verb's stem without the vowel before its ending: runā-t, ziedo-t, mācī-t."""
    if gerund:
        for suffix in ("ojo", "ajo", "ejo"):
            if verb.endswith(suffix) and len(verb) >= 6:
                verb = verb[:-2]
                break
    if len(verb) < 4 or verb[-1] not in _VOWELS:
        return verb
    rest = verb[:-1]
    return verb if verb[-1] == "o" and rest in _KEEPS_O else rest


def _finish(stem: str) -> str:
    """Take off diminutives, and undo the changes of consonants that folding leaves."""
    rest = stem[:-2]
    if stem.endswith(_INNER) and len(rest) >= 4 and rest[-1] not in _VOWELS:
        stem = stem if stem in _NO_DIMINUTIVE else rest
    stem = _IRREGULAR.get(stem, stem)
    stem = _LABIAL_J.sub(r"\1", stem)
    if stem.endswith("staz"):  # iestāžu, izstāžu
        return stem[:-1] + "d"
    if stem.endswith("ies") and len(stem) >= 6:  # jaunieši, latvieša
        return stem[:-1] + "t"
    return stem
