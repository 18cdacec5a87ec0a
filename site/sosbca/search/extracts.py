"""The lines of a page that show why it was found."""

import re
from collections.abc import Container
from typing import Final, NamedTuple

#: Characters of an extract, about two lines on a screen.
LENGTH: Final = 220
#: Characters of a page in which an extract is looked for.
READ: Final = 8_000

_WORD: Final = re.compile(r"[^\W_]+")


class Piece(NamedTuple):
    """Text as it is, and whether it is one of the words that were asked for."""

    text: str
    is_hit: bool


def highlight(text: str, spellings: Container[str]) -> list[Piece]:
    """The text in pieces, its words in the spellings of the index marked."""
    pieces: list[Piece] = []
    place = 0
    for found in _WORD.finditer(text):
        if found.group().lower() in spellings:
            if found.start() > place:
                pieces.append(Piece(text[place : found.start()], False))
            pieces.append(Piece(found.group(), True))
            place = found.end()
    if place < len(text):
        pieces.append(Piece(text[place:], False))
    return pieces


def extract(introduction: str, text: str, spellings: Container[str]) -> list[Piece]:
    """The line with the most different words that were asked for, cut to length.

    Without any, the introduction or the beginning of the text.
    """
    lines = [introduction, *text[:READ].split("\n")]
    best, most, first = "", 0, 0
    for line in lines:
        hits = [found for found in _WORD.finditer(line) if found.group().lower() in spellings]
        number = len({found.group().lower() for found in hits})
        if number > most:
            best, most, first = line, number, hits[0].start()
    if not best:
        best = next(filter(None, lines), "")
    return highlight(_cut(best, first), spellings)


def _cut(line: str, first: int) -> str:
    """A window of the line around a place, from word to word."""
    if len(line) <= LENGTH:
        return line
    start = max(0, min(first - LENGTH // 4, len(line) - LENGTH))
    if start:
        start = line.find(" ", start, first) + 1 or start
    end = start + LENGTH
    if end < len(line):
        end = max(line.rfind(" ", start, end), start + LENGTH // 2)
    return ("… " if start else "") + line[start:end].strip() + (" …" if end < len(line) else "")
