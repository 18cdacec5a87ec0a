"""The geometry of charts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbca.core.charts import NARROWEST, SIDE, TOP, ZERO, Row, bar_chart, line_chart

ROWS = [Row("viens", Decimal(5)), Row("divi", Decimal("10.5")), Row("trīs", Decimal(0))]

figures = st.decimals(0, 10**9, places=2)
rows = st.lists(st.builds(Row, st.text("ab ", max_size=80), figures), min_size=2, max_size=24)


def number(length: str) -> float:
    return float(length.removesuffix("rem").removesuffix("%"))


def test_bars_are_as_long_as_their_figures() -> None:
    lengths = [number(mark.x) for mark in bar_chart(ROWS, "lv").marks]
    assert lengths[0] / lengths[1] == pytest.approx(5 / 10.5, abs=0.001)
    assert lengths[2] == 0


def test_figures_are_written_as_in_the_language() -> None:
    assert [mark.number for mark in bar_chart(ROWS, "lv").marks] == ["5", "10,5", "0"]
    assert [mark.number for mark in line_chart(ROWS, "en").marks] == ["5", "10.5", "0"]


def test_the_lowest_and_highest_are_told() -> None:
    chart = bar_chart(ROWS, "lv")
    assert (chart.lowest.label, chart.highest.label) == ("trīs", "divi")


def test_a_long_label_is_broken_into_lines_above_its_bar() -> None:
    long = Row("pirmsskolas vecuma bērni, kuriem vajadzīga ilgstoša aprūpe", Decimal(3))
    first, second = bar_chart([long, ROWS[0]], "lv").marks
    assert " ".join(line.text for line in first.lines) == long.label
    assert max(len(line.text) for line in first.lines) <= NARROWEST / 0.5
    heights = [number(line.y) for line in first.lines]
    assert heights == sorted(set(heights))
    assert heights[-1] < number(first.y) < number(second.lines[0].y)


@given(rows)
def test_bars_leave_room_for_their_figures(rows: list[Row]) -> None:
    chart = bar_chart(rows, "lv")
    for mark in chart.marks:
        assert 0 <= number(mark.x) <= 100 - min(60, len(mark.number) / NARROWEST * 50)
    assert number(chart.marks[-1].y) < number(chart.height)


@given(rows)
def test_points_of_a_line_lie_in_its_plot(rows: list[Row]) -> None:
    chart = line_chart(rows, "lv")
    assert all(TOP <= number(mark.y) <= ZERO for mark in chart.marks)
    assert [number(chart.marks[0].x), number(chart.marks[-1].x)] == [SIDE, 100 - SIDE]
    assert chart.marks[0].is_labelled
    assert chart.marks[-1].is_labelled
    heights = [number(tick.y) for tick in chart.ticks]
    assert (heights[0], heights[-1]) == (ZERO, TOP)
    assert 3 <= len(heights) <= 6


def test_ticks_are_round_and_give_way_to_the_first_point() -> None:
    values = (1, 300, 730, 1420)
    chart = line_chart([Row(str(value), Decimal(value)) for value in values], "en")
    assert [tick.number for tick in chart.ticks] == ["", "500", "1,000", "1,500"]


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [(1, ["", "1", "2"]), (3, ["", "1", "2", "3"]), (12, ["", "5", "10", "15"])],
)
def test_what_is_counted_has_no_halves(highest: int, ticks: list[str]) -> None:
    chart = line_chart([Row("a", Decimal(0)), Row("b", Decimal(highest))], "en")
    assert [tick.number for tick in chart.ticks] == ticks


def test_nothing_but_zeros() -> None:
    zeros = [Row("a", Decimal(0)), Row("b", Decimal(0))]
    assert {mark.x for mark in bar_chart(zeros, "lv").marks} == {"0%"}
    assert {mark.y for mark in line_chart(zeros, "lv").marks} == {"14rem"}


def test_words_of_many_points_do_not_touch() -> None:
    years = [Row(str(year), Decimal(year)) for year in range(2001, 2021)]
    labelled = [mark for mark in line_chart(years, "lv").marks if mark.is_labelled]
    assert (labelled[0].label, labelled[-1].label) == ("2001", "2020")
    assert len(labelled) <= 5
