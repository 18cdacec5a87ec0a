"""The geometry of charts that are drawn as SVG on the server.

A drawing has no viewBox: sideways it is measured in per cent of its width, downwards in rem of
the page. So it fits a phone and a desk alike, and its words are as large as other words. Text in an
SVG does not wrap by itself; lines are broken here, for the narrowest screen (320 CSS pixels).
Pure functions of rows and language. Figures are not negative.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from textwrap import wrap
from typing import Final, Literal, NamedTuple

from .text import format_number

#: What a drawing is wide on the narrowest screen, in rem, and what a letter takes of it.
NARROWEST: Final = 15.5
LETTER: Final = 0.58
LINE: Final = 1.3


class Row(NamedTuple):
    label: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words: `y` is its baseline in rem."""

    text: str
    y: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure. Per cent across (`x`), rem downwards (`y`); `number` is the figure as read."""

    label: str
    number: str
    x: str
    y: str
    lines: list[Line]
    is_labelled: bool = True


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across; `number` is empty where there is no room for it."""

    number: str
    y: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`height` in rem. `points` and `area` are paths in a square of 100 by 100."""

    kind: Literal["bars", "line"]
    height: str
    marks: list[Mark]
    lowest: Mark
    highest: Mark
    ticks: list[Tick]
    points: str = ""
    area: str = ""


def bar_chart(rows: list[Row], language: str) -> Chart:
    """Bars across, each below its label and before its figure. Rows as given; at least one."""
    numbers = [format_number(row.value, language) for row in rows]
    longest = max(len(number) for number in numbers)
    # Room for the figure behind the longest bar, on the narrowest screen.
    room = 100 - min(60.0, (longest * LETTER + 1) / NARROWEST * 100)
    highest = max(row.value for row in rows) or Decimal(1)
    marks = []
    y = 0.0
    for row, number in zip(rows, numbers, strict=True):
        lines = []
        for words in wrap(row.label, int(NARROWEST / LETTER)) or [""]:
            y += LINE
            lines.append(Line(words, _rem(y - 0.3)))
        width = float(row.value / highest) * room
        marks.append(Mark(row.label, number, _percent(width), _rem(y + 0.15), lines))
        y += 2.35
    return Chart("bars", _rem(y - 0.6), marks, *_extremes(rows, marks), ticks=[])


#: Of a line's plot, in rem: where its top and its zero lie, and the words below.
TOP: Final = 2.0
ZERO: Final = 14.0
LABELS: Final = 15.6
#: Free space at both sides, in per cent.
SIDE: Final = 7.0


def line_chart(rows: list[Row], language: str) -> Chart:
    """A line from left to right, above zero. Rows in the order of time; at least two."""
    # What is counted has no halves.
    counts = all(row.value == row.value.to_integral_value() for row in rows)
    step, count = _ticks(max(row.value for row in rows), least=Decimal(counts))
    top = step * count
    numbers = [format_number(row.value, language) for row in rows]
    labelled = _labelled(len(rows), max(len(row.label) for row in rows), numbers)
    marks = []
    for index, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        x = SIDE + (100 - 2 * SIDE) * index / (len(rows) - 1)
        y = _height(row.value, top)
        lines = [Line(row.label, _rem(LABELS))]
        marks.append(Mark(row.label, number, _percent(x), _rem(y), lines, index in labelled))
    # The words of a tick stand at the left edge, and give way to those of the first point.
    first_y = _height(rows[0].value, top)
    ticks = []
    for index in range(count + 1):
        y = _height(step * index, top)
        is_free = not first_y - 1.9 < y < first_y + 1.5
        ticks.append(Tick(format_number(step * index, language) if is_free else "", _rem(y)))
    path = [
        f"{mark.x.rstrip('%')},{_short(100 - 100 * float(row.value / top))}"
        for row, mark in zip(rows, marks, strict=True)
    ]
    points = " ".join(path)
    first, last = marks[0].x.rstrip("%"), marks[-1].x.rstrip("%")
    return Chart(
        "line",
        _rem(LABELS + 0.5),
        marks,
        *_extremes(rows, marks),
        ticks=ticks,
        points=points,
        area=f"{first},100 {points} {last},100",
    )


def _height(value: Decimal, top: Decimal) -> float:
    """Where a figure lies in the plot, in rem from above."""
    return ZERO - (ZERO - TOP) * float(value / top)


def _extremes(rows: list[Row], marks: list[Mark]) -> tuple[Mark, Mark]:
    """The marks of the lowest and the highest row."""
    order = sorted(range(len(rows)), key=lambda index: rows[index].value)
    return marks[order[0]], marks[order[-1]]


def _labelled(count: int, label_length: int, numbers: list[str]) -> set[int]:
    """Which of so many points have room for words on the narrowest screen: always the ends."""
    longest = max(label_length, *(len(number) for number in numbers))
    fitting = max(2, int(NARROWEST * (1 - 2 * SIDE / 100) / (longest * LETTER + 0.6)) + 1)
    if count <= fitting:
        return set(range(count))
    gaps = fitting - 1
    return {round(index * (count - 1) / gaps) for index in range(gaps + 1)}


def _ticks(highest: Decimal, least: Decimal) -> tuple[Decimal, int]:
    """A round step of at least so much, and how many of them reach over the highest figure: two
    to five."""
    if highest <= 2 * least:
        return Decimal(1), 2
    power = Decimal(10) ** (highest.adjusted() - 1)
    for factor in (Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10), Decimal(20), Decimal(25)):
        step = (power * factor).normalize()
        count = int((highest / step).to_integral_value(ROUND_CEILING))
        if count <= 5 and not (least and step % least):
            return step, max(count, 2)
    return power * 50, 2


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _rem(number: float) -> str:
    return f"{_short(number)}rem"


def _percent(number: float) -> str:
    return f"{_short(number)}%"
