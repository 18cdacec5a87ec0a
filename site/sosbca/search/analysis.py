"""From text to what is compared: words, stems, and what a question asks for.

Pure functions of their arguments. The same text has the same terms whichever database holds the
index, and whether or not it was written with diacritics.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from threading import local
from typing import Final

from snowballstemmer.english_stemmer import EnglishStemmer

from . import latvian
from .synonyms import STOP_WORDS, SYNONYMS

#: Raise when the analysis or the weighing of pages changes: what is indexed then is out of date.
VERSION: Final = 2
#: Longer «words» are no words, and are left out.
LONGEST_WORD: Final = 60
#: A question's further words are not looked at.
MOST_WORDS: Final = 12
#: The last word of a question may be unfinished, if it has at least so many letters.
SHORTEST_PREFIX: Final = 3
SYNONYM_FACTOR: Final = 0.4

_IGNORABLE: Final = dict.fromkeys(
    map(ord, "\N{SOFT HYPHEN}\u200b\u200c\u200d\u2060\N{ZERO WIDTH NO-BREAK SPACE}")
)
_APOSTROPHES: Final = "'’\N{MODIFIER LETTER APOSTROPHE}`\N{ACUTE ACCENT}"
_HYPHENS: Final = "\N{HYPHEN}\N{NON-BREAKING HYPHEN}-"
_LETTER: Final = r"[^\W\d_]"
_WORD: Final = re.compile(
    # Addresses of mail as one word.
    r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    # Figures whose thousands are parted: 1 300, 1,300, 32 967.
    r"|(?P<figure>(?<!\d)\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?!\d))"
    # Letters and digits, with apostrophes and hyphens inside.
    rf"|(?P<word>[^\W_]+(?:[{_APOSTROPHES}{_HYPHENS}][^\W_]+)*)"
)
_PARTS: Final = re.compile(r"[^\W_]+")
_ENGLISH_OWNER: Final = re.compile(rf"[{_APOSTROPHES}]s?$|[{_APOSTROPHES}]s(?=[{_HYPHENS}])")
_stemmers = local()


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: its spelling in lower case, and where it stands."""

    word: str
    start: int
    end: int
    # The parts of a compound with a hyphen stand for themselves, and once more joined.
    is_joined: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a question: the terms that answer it, each with how well it does (0 to 1)."""

    word: str
    terms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Question:
    words: list[Asked] = field(default_factory=list)
    # The last word without diacritics, if it may be the beginning of a longer one.
    prefix: str = ""
    # Which of the words that is.
    prefix_place: int = -1
    # Whether there were more words than are looked at.
    is_cut: bool = False


def normalise(text: str) -> str:
    """Text in which equal letters are equal characters, without what nobody sees."""
    return unicodedata.normalize("NFC", text).translate(_IGNORABLE)


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """A word in lower case without diacritics."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def tokenise(text: str) -> Iterator[Token]:
    """The words of a normalised text, in order. Those of a compound have the place of its part."""
    for found in _WORD.finditer(text):
        start, end = found.span()
        whole = found.group().lower()
        if found["figure"]:
            yield Token("".join(filter(str.isdigit, whole)), start, end)
            continue
        if found["mail"]:
            yield from _short_enough([Token(whole, start, end, is_joined=True)])
        parts = [
            Token(part.group().lower(), start + part.start(), start + part.end())
            for part in _PARTS.finditer(found.group())
        ]
        if found["word"] and any(mark in whole for mark in _APOSTROPHES):
            # children’s, d’Arc: the apostrophe and what follows belong to the word.
            bare = _ENGLISH_OWNER.sub("", whole)
            parts = [Token("".join(_PARTS.findall(bare)), start, end)]
        yield from _short_enough(parts)
        if found["word"] and len(parts) > 1:
            joined = "".join(part.word for part in parts)
            yield from _short_enough([Token(joined, start, end, is_joined=True)])


def _short_enough(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if len(token.word) <= LONGEST_WORD]


@lru_cache(maxsize=100_000)
def term(word: str, language: str) -> str:
    """The key under which a word of a language («lv» or «en») is kept and looked up.

    Addresses of mail and what has digits or letters of other scripts is its own key.
    """
    folded = fold(word)
    if not (folded.isascii() and folded.isalpha()):
        return folded
    if language == "lv":
        return latvian.stem(folded)
    return _english_stem(folded)


def _english_stem(word: str) -> str:
    # A stemmer keeps the word it works on: one for each thread.
    if not hasattr(_stemmers, "english"):
        _stemmers.english = EnglishStemmer()
    stem: str = _stemmers.english.stemWord(word)
    return stem


def is_stop_word(word: str, language: str) -> bool:
    return fold(word) in _stop_words(language)


@cache
def _stop_words(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in STOP_WORDS.get(language, ()))


def ask(text: str, language: str) -> Question:
    """What a question asks for. Stop words count only if there is nothing else."""
    tokens = [token for token in tokenise(normalise(text)) if token.word]
    if not tokens:
        return Question()
    last = next(token for token in reversed(tokens) if not token.is_joined or len(tokens) == 1)
    parts = [token for token in tokens if not token.is_joined] or tokens
    telling = [part for part in parts if not is_stop_word(part.word, language)] or parts
    chosen = _once(telling)
    terms = [term(token.word, language) for token in chosen]
    answers = [{key: 1.0} for key in terms]
    _add_joined(answers, chosen, tokens, language)
    for place, other in _synonyms(terms, language):
        answers[place].setdefault(other, SYNONYM_FACTOR)
    words = [Asked(token.word, found) for token, found in zip(chosen, answers, strict=True)]
    places = [place for place, asked in enumerate(words) if asked.word == last.word]
    prefix = fold(last.word)
    can_go_on = prefix.isalpha() and len(prefix) >= SHORTEST_PREFIX and places[:1] < [MOST_WORDS]
    return Question(
        words=words[:MOST_WORDS],
        prefix=prefix if places and can_go_on else "",
        prefix_place=places[0] if places and can_go_on else -1,
        is_cut=len(words) > MOST_WORDS,
    )


def _once(tokens: list[Token]) -> list[Token]:
    """Each word at its first place. A single letter counts only if nothing is longer."""
    found = list({token.word: token for token in reversed(tokens)}.values())[::-1]
    return [token for token in found if len(token.word) > 1] or found


def _add_joined(
    answers: list[dict[str, float]], chosen: list[Token], tokens: list[Token], language: str
) -> None:
    """Written apart or with a hyphen, it may stand in one word on the page: audžu ģimene."""
    for place, (one, two) in enumerate(pairwise(chosen)):
        # With a space between them, or what little else stands for one.
        if 0 < two.start - one.end <= 2:
            key = term(one.word + two.word, language)
            answers[place].setdefault(key, 1.0)
            answers[place + 1].setdefault(key, 1.0)
    for joined in tokens:
        if joined.is_joined:
            for place, token in enumerate(chosen):
                if joined.start <= token.start and token.end <= joined.end:
                    answers[place].setdefault(term(joined.word, language), 1.0)


def _synonyms(terms: list[str], language: str) -> Iterator[tuple[int, str]]:
    """Further terms for the words of a question, by their place."""
    single, pairs = _synonym_table(language)
    for place, key in enumerate(terms):
        for other in single.get(key, ()):
            yield place, other
    for place, pair in enumerate(pairwise(terms)):
        for one, two in pairs.get(pair, ()):
            yield place, one
            yield place + 1, two


type _Single = dict[str, tuple[str, ...]]
type _Pairs = dict[tuple[str, str], tuple[tuple[str, str], ...]]


@cache
def _synonym_table(language: str) -> tuple[_Single, _Pairs]:
    single: dict[str, tuple[str, ...]] = {}
    pairs: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for row in SYNONYMS.get(language, ()):
        keys = [tuple(term(t.word, language) for t in tokenise(words)) for words in row]
        ones = [key[-1] for key, words in zip(keys, row, strict=True) if " " not in words]
        twos = [(key[0], key[1]) for key, words in zip(keys, row, strict=True) if " " in words]
        for one in ones:
            single[one] = tuple(dict.fromkeys((*single.get(one, ()), *ones)))
        for two in twos:
            pairs[two] = tuple(dict.fromkeys((*pairs.get(two, ()), *twos)))
    return single, pairs


@cache
def synonym_words(language: str) -> frozenset[str]:
    """The words of the synonyms, folded."""
    rows = SYNONYMS.get(language, ())
    return frozenset(fold(token.word) for row in rows for text in row for token in tokenise(text))


_VOWELS: Final = re.compile("[aeiouy]")


def skeleton(folded: str) -> str:
    """Which consonants a word has: most slips of the finger leave them as they are."""
    return "".join(sorted(set(_VOWELS.sub("", folded))))
