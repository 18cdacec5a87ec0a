"""A few figures as a drawing."""

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..charts import Row, bar_chart, line_chart
from . import groups

KINDS = [("bars", _("Bars: to compare")), ("line", _("Line: how something changed over time"))]


class ChartRowBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Label"), max_length=80)
    value = blocks.DecimalBlock(
        label=_("Figure"), min_value=Decimal(0), max_digits=12, decimal_places=2
    )

    class Meta:
        form_classname = "struct-block chart-row"


class ChartBlock(blocks.StructBlock):
    """Drawn on the server, with the same figures in a table below."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    kind = blocks.ChoiceBlock(label=_("Kind"), choices=KINDS, default="bars", search_index=False)
    unit = blocks.CharBlock(
        label=_("What the figures count"),
        max_length=80,
        help_text=_("Such as: children, or € a year."),
    )
    source = blocks.CharBlock(label=_("Source and date"), max_length=160)
    rows = blocks.ListBlock(ChartRowBlock(), label=_("Rows"), min_num=2, max_num=24)

    class Meta:
        icon = "view"
        label = _("Chart")
        group = groups.FIGURES
        description = _("Bars or a line, with the figures in a table for those who prefer it.")
        template = "blocks/chart.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        rows = [Row(row["label"], row["value"] or Decimal(0)) for row in value["rows"]]
        draw = line_chart if value["kind"] == "line" else bar_chart
        context["chart"] = draw(rows, (get_language() or "lv").split("-")[0])
        return context
