"""Rows that hold both languages side by side, in fields that end in `_lv` and `_en`."""

from django.db import models
from django.utils.translation import get_language


def in_language(row: models.Model, field: str, language: str | None = None) -> str:
    """The text of `field` in the given language, or in that of the request.

    Falls back to Latvian, the site's first language, where English has been left empty.
    """
    latvian = str(getattr(row, f"{field}_lv"))
    if (language or get_language() or "").startswith("en"):
        return str(getattr(row, f"{field}_en")) or latvian
    return latvian
