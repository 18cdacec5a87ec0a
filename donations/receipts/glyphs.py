"""Which characters the shipped fonts can draw, and how to bring any text down to them.

PDF/A and PDF/UA forbid a missing glyph, so the renderer would refuse a whole receipt for one
emoji in a name. The exact text is always kept in the snapshot that is attached to the PDF.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).parent / "fonts"

#: In the order in which the template falls back from one to the next.
FONT_FILES: Final = (
    "OpenSans-Regular.ttf",
    "DejaVuSans-names.ttf",
    "DroidSansFallback-names.ttf",
)

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_ZERO_WIDTH_SPACE: Final = "\N{ZERO WIDTH SPACE}"
_UNBROKEN_RUN: Final = re.compile(r"\S{41,}")
_RUN_PIECE: Final = 30


def drawable(text: str) -> str:
    """``text`` on one line, in characters that the shipped fonts have.

    Composed (NFC), control and direction-override characters removed, white space collapsed.
    What no font has is replaced by its compatibility form where that helps (full-width and
    mathematical letters); else a letter or digit becomes U+FFFD and a symbol (most emoji) goes.
    Runs of over 40 characters may be broken anywhere, so that no text leaves the page.
    """
    result: list[str] = []
    fonts: list[int] = []  # which fonts have every character of the current cluster
    for character in unicodedata.normalize("NFC", " ".join(text.split())):
        for drawn in _substitute(character):
            having = _fonts_having(drawn)
            if unicodedata.combining(drawn):
                # A mark needs a font that has its base as well.
                having = [font for font in fonts if font in having]
                if not having:
                    continue
            fonts = having
            result.append(drawn)
    line = " ".join("".join(result).split())
    if text.strip() and not line:
        line = REPLACEMENT
    return _UNBROKEN_RUN.sub(_allow_breaks, line)


def _substitute(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "C":
        return ""  # controls, direction overrides, joiners, surrogates, private and unassigned
    if _fonts_having(character):
        return character
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and all(map(_fonts_having, plain)):
        return plain
    if category[0] == "Z":
        return " "
    return REPLACEMENT if category[0] in "LN" or category == "Mc" else ""


def _allow_breaks(match: re.Match[str]) -> str:
    run = match[0]
    return _ZERO_WIDTH_SPACE.join(run[i : i + _RUN_PIECE] for i in range(0, len(run), _RUN_PIECE))


def _fonts_having(character: str) -> list[int]:
    code = ord(character)
    return [font for font, coverage in enumerate(_coverages()) if code in coverage]


@cache
def _coverages() -> tuple[frozenset[int], ...]:
    return tuple(_coverage((FONTS / name).read_bytes()) for name in FONT_FILES)


def _coverage(font: bytes) -> frozenset[int]:
    """The code points in a TrueType font's cmap table (subtable formats 4 and 12).

    Source: https://learn.microsoft.com/typography/opentype/spec/cmap
    """
    (table_count,) = struct.unpack_from(">H", font, 4)
    for index in range(table_count):
        tag, _, cmap, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        if tag == b"cmap":
            break
    else:
        raise ValueError("the font has no cmap table")
    codes: set[int] = set()
    (subtable_count,) = struct.unpack_from(">H", font, cmap + 2)
    for index in range(subtable_count):
        (offset,) = struct.unpack_from(">L", font, cmap + 4 + 8 * index + 4)
        start = cmap + offset
        (subtable_format,) = struct.unpack_from(">H", font, start)
        if subtable_format == 4:
            segments = struct.unpack_from(">H", font, start + 6)[0] // 2
            ends = struct.unpack_from(f">{segments}H", font, start + 14)
            starts = struct.unpack_from(f">{segments}H", font, start + 16 + 2 * segments)
            for first, last in zip(starts, ends, strict=True):
                codes.update(range(first, last + 1))
        elif subtable_format == 12:
            (groups,) = struct.unpack_from(">L", font, start + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">LLL", font, start + 16 + 12 * group)
                codes.update(range(first, last + 1))
    return frozenset(codes - {0xFFFF})
