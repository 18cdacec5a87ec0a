"""What a file is, by what stands in it: names and the word of a browser say nothing."""

import io
import re
import zipfile
from typing import Final

from .models import CaseFile

Kind = CaseFile.Kind

CONTENT_TYPES: Final[dict[str, str]] = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
SUFFIXES: Final[dict[str, tuple[str, ...]]] = {
    Kind.PDF: (".pdf",),
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.PNG: (".png",),
    Kind.DOCX: (".docx",),
}
NAME_LENGTH: Final = 120
_SIGNATURES: Final = (
    (b"%PDF-", Kind.PDF),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
)
_ZIP: Final = b"PK\x03\x04"
# More parts than any letter has: such an archive is not looked through.
_PARTS: Final = 5000
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"|?*]')


def kind_of(content: bytes) -> str | None:
    """One of CaseFile.Kind; None when it is nothing that we take."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    return Kind.DOCX if content.startswith(_ZIP) and _is_letter(content) else None


def safe_name(name: str, kind: str) -> str:
    """The name under which a file is kept and handed out: no path, nothing that a file system or
    a browser reads as more than a name, and the ending of what the file really is."""
    last = re.split(r"[/\\]", name)[-1]
    stem = _UNFIT.sub("", last).strip(" .")
    for suffix in SUFFIXES[kind]:
        if stem.lower().endswith(suffix):
            stem = stem[: -len(suffix)]
            break
    return (stem[:NAME_LENGTH].strip(" .") or "file") + SUFFIXES[kind][0]


def _is_letter(content: bytes) -> bool:
    """Whether an archive is a Word document without macros. Only its list of contents is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    if len(names) > _PARTS:
        return False
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return {"[Content_Types].xml", "word/document.xml"} <= names and not has_macros
