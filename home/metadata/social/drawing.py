"""A card as a picture, made by Typst.

The texts reach Typst as JSON through ``sys.inputs`` and are shown as plain strings; none of them
is ever part of the template's source.
"""

import io
import json
import logging
import threading
from functools import cache
from typing import Final

import typst
from PIL import Image

from donations.receipts.glyphs import FONTS, drawable
from sosbca.core.illustrations import ILLUSTRATIONS

from .cards import CLOUDS, MARK, TEMPLATE, Card, static_file

logger = logging.getLogger(__name__)

# Pixels: what Facebook, LinkedIn and the others ask for.
WIDTH, HEIGHT = 1200, 630
# Flat drawings look the same in so many colours, and weigh a third.
COLOURS = 256

# compile() keeps its inputs on the compiler, so one picture at a time may use it.
_lock: Final = threading.Lock()


class CardNotDrawnError(RuntimeError):
    """Typst could not draw the card; the cause carries its diagnostic."""


def draw(card: Card) -> bytes:
    """The card as PNG, 1200 × 630. Safe to call from several threads. Takes about a quarter of a
    second of one processor. Raises :class:`CardNotDrawnError`."""
    file, _words = ILLUSTRATIONS[card.drawing]
    data = {
        "language": card.language,
        "organisation": drawable(card.organisation),
        "title": drawable(card.title),
        "detail": drawable(card.detail),
        "drawing": _svg(file),
        "clouds": _svg(CLOUDS),
        "mark": _svg(MARK),
    }
    try:
        with _lock:
            # The page is as many points wide as the picture has pixels.
            png, warnings = _compiler().compile_with_warnings(
                format="png", ppi=72, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
            )
    except typst.TypstError as error:
        raise CardNotDrawnError(f"“{card.title}”: {error.message}") from error
    for warning in warnings:
        logger.warning("picture of “%s”: %s", card.title, warning.message)
    if not isinstance(png, bytes):
        raise CardNotDrawnError(f"“{card.title}”: Typst returned no picture")
    return _in_few_colours(png)


@cache
def _compiler() -> typst.Compiler:
    """The one compiler of this process: it keeps fonts and drawings between pictures."""
    return typst.Compiler(
        input=str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )


@cache
def _svg(name: str) -> str:
    return static_file(name).read_text(encoding="utf-8")


def _in_few_colours(png: bytes) -> bytes:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    packed = io.BytesIO()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
    return packed.getvalue()
