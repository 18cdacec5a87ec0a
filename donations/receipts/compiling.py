"""Templates and texts as PDFs that are PDF/A-3a and PDF/UA-1 at once.

Everything a donor or an editor wrote reaches Typst as JSON through ``sys.inputs`` and is shown as
plain strings; none of it is ever part of the template's source, so none of it can be markup.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from donations.receipts.glyphs import FONTS

logger = logging.getLogger(__name__)

_TEMPLATES: Final = Path(__file__).parent / "templates"
_STANDARDS: Final[list[typst.PDFStandard]] = ["a-3a", "ua-1"]

# compile() keeps its inputs on the compiler, so one render at a time may use it.
_lock: Final = threading.Lock()


class ReceiptRenderError(RuntimeError):
    """Typst could not make the document; the cause carries its diagnostic."""


def compile_pdf(
    template: str, data: dict[str, Any], *, attachment: str, issued_on: dt.date, number: str
) -> bytes:
    """The PDF of one document, from the texts that its template shows.

    Equal input gives equal bytes: the only date in the file is ``issued_on``. Safe to call from
    several threads. Raises :class:`ReceiptRenderError`.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False), "attachment": attachment}
    issued = dt.datetime.combine(issued_on, dt.time(), tzinfo=dt.UTC)
    try:
        with _lock:
            pdf, warnings = _compiler(template).compile_with_warnings(
                format="pdf", sys_inputs=inputs, pdf_standards=_STANDARDS, timestamp=issued
            )
    except typst.TypstError as error:
        raise ReceiptRenderError(f"document {number}: {error.message}") from error
    for warning in warnings:
        logger.warning("document %s: %s", number, warning.message)
    if not isinstance(pdf, bytes):
        raise ReceiptRenderError(f"document {number}: Typst returned no document")
    return pdf


@cache
def _compiler(template: str) -> typst.Compiler:
    """The one compiler of this process for a template: it keeps fonts and parsed sources between
    renders."""
    return typst.Compiler(
        input=str(_TEMPLATES / template),
        root=str(_TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )
