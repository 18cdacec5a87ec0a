"""Tables whose words are translated like those of other blocks."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.contrib.table_block.blocks import TableBlock as WagtailTableBlock
from wagtail_localize.segments import StringSegmentValue

from . import groups

CAPTION = "caption"


class TableBlock(WagtailTableBlock):
    """A table; wagtail-localize passes over Wagtail's own, so this one names its words."""

    class Meta:
        label = _("Table")
        group = groups.FIGURES
        description = _("Rows and columns, typed or pasted.")
        template = "blocks/table.html"

    def get_translatable_segments(self, value: Any) -> list[StringSegmentValue]:
        return [StringSegmentValue(path, text) for path, text in _words(value or {})]

    def restore_translated_segments(self, value: Any, segments: Any) -> Any:
        translated = deepcopy(value)
        for segment in segments:
            text = segment.render_text()
            if segment.path == CAPTION:
                translated["table_caption"] = text
            else:
                row, column = map(int, segment.path.split("."))
                translated["data"][row][column] = text
        return translated


def _words(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Paths and texts of what is worth translating: numbers and empty cells are not."""
    if caption := value.get("table_caption"):
        yield CAPTION, caption
    for row, cells in enumerate(value.get("data") or []):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and any(letter.isalpha() for letter in cell):
                yield f"{row}.{column}", cell
