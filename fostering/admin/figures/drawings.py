"""The figures of recruitment as charts with tables."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from donations.admin import wording
from donations.admin.desk.overview import Drawing, Table, Tile, month_words
from sosbca.core.charts import Row, bar_chart, line_chart
from sosbca.core.text import format_number, format_percent

from ...figures import Course, MonthCount, Step


def tiles(course: Course, open_now: int) -> list[Tile]:
    percent = course.in_time_percent
    matched = course.steps[-1].reached
    return [
        Tile(_("Enquiries in the period"), _number(course.enquiries)),
        Tile(
            _("Called in time"),
            wording.NOTHING if percent is None else _percent(percent),
            _("of the calls made or due: %(count)s") % {"count": _number(course.called)},
        ),
        Tile(
            _("Matched with a child"),
            _number(matched),
            _("%(share)s of the enquiries") % {"share": _share(matched, course.enquiries)}
            if course.enquiries
            else "",
        ),
        Tile(_("Open cases today"), _number(open_now), _("from all times")),
    ]


def by_month(months: Sequence[MonthCount]) -> Drawing:
    rows = [Row(month_words(each.month), Decimal(each.count)) for each in months]
    table = Table(
        [_("Month"), _("Enquiries")],
        [(month_words(each.month), _number(each.count)) for each in months],
    )
    title = _("Enquiries by month")
    return Drawing(title, _("enquiries"), line_chart(rows, wording.language()), table)


def bars(title: str, heading: str, counts: Mapping[Any, int], names: Mapping[Any, Any]) -> Drawing:
    """A bar for each value that came, the most frequent first. At least one."""
    total = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(names.get(item[0], item[0]))))
    found = [(str(names.get(value, value)), count) for value, count in ordered]
    table = Table(
        [heading, _("Enquiries"), _("Share of all")],
        [(name, _number(count), _share(count, total)) for name, count in found],
    )
    rows = [Row(name, Decimal(count)) for name, count in found]
    return Drawing(title, _("enquiries"), bar_chart(rows, wording.language()), table)


def conversion(steps: Sequence[Step]) -> Drawing:
    before = [steps[0], *steps]
    table = Table(
        [
            _("Stage"),
            _("Came so far"),
            _("Of those a stage before"),
            _("Declined here"),
            _("Withdrawn here"),
        ],
        [
            (
                str(step.stage.label),
                _number(step.reached),
                _share(step.reached, earlier.reached),
                _number(step.declined),
                _number(step.withdrawn),
            )
            for earlier, step in zip(before, steps, strict=False)
        ],
    )
    rows = [Row(str(step.stage.label), Decimal(step.reached)) for step in steps]
    return Drawing(
        _("How far the enquiries of the period came"),
        _("cases that came to the stage or beyond, until today"),
        bar_chart(rows, wording.language()),
        table,
    )


def times(steps: Sequence[Step]) -> Drawing:
    """Of stages from which cases went further. At least one."""
    gone = [step for step in steps if step.days]
    table = Table(
        [_("Stage"), _("Went further"), _("Median days there")],
        [(str(step.stage.label), _number(len(step.days)), _days(step)) for step in gone],
    )
    rows = [Row(str(step.stage.label), _rounded(step)) for step in gone]
    return Drawing(
        _("How long cases stay in a stage"),
        _("days until the next stage, median"),
        bar_chart(rows, wording.language()),
        table,
    )


def _rounded(step: Step) -> Decimal:
    return Decimal(step.median_days or 0).quantize(Decimal("0.1"))


def _days(step: Step) -> str:
    return format_number(_rounded(step), wording.language())


def _number(count: int) -> str:
    return format_number(Decimal(count), wording.language())


def _percent(percent: int) -> str:
    return format_percent(Decimal(percent), wording.language())


def _share(part: int, whole: int) -> str:
    return _percent(round(part * 100 / whole)) if whole else wording.NOTHING
