"""Where the names of towns stand on the map: beside their pins, on no pin and on no other name.

Pure arithmetic in the drawing's units, the same for the same towns. Widths are estimates, on the
wide side: the server does not know the reader's font.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

#: A pin's half width and its height above the foot.
PIN_HALF: Final = 15
PIN_HEIGHT: Final = 45
#: The size of a town's name, and of a region's.
NAME_SIZE: Final = 15
REGION_SIZE: Final = 19
#: Widths of a letter, as parts of the size: the widest of the fonts that readers have.
NAME_LETTER: Final = 0.7
REGION_LETTER: Final = 0.6
#: Free space around a name.
AIR: Final = 2
#: Pins whose feet are nearer to each other than this are moved apart, to the east and the west.
NEAR: Final = (26, 34)


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def is_within(self, other: "Box") -> bool:
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


class Label(NamedTuple):
    """Where a name's baseline begins, ends or has its middle (`anchor`), from the pin's foot."""

    x: int
    y: int
    anchor: str


#: In the order of preference: right, left, below, above, and the corners between them.
PLACES: Final = (
    Label(19, -24, "start"),
    Label(-19, -24, "end"),
    Label(0, 17, "middle"),
    Label(0, -51, "middle"),
    Label(10, 9, "start"),
    Label(-10, 9, "end"),
    Label(14, -44, "start"),
    Label(-14, -44, "end"),
)


class Spot(NamedTuple):
    """A pin's foot, and the name beside it."""

    x: float
    y: float
    name: str


def spread(feet: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same feet, with those that nearly coincide moved apart until each pin can be seen."""
    across, along = NEAR
    xs = [x for x, _y in feet]
    # A few rounds: to move two apart may bring one of them near a third.
    for _round in range(8):
        moved = False
        for one, (_x, y) in enumerate(feet):
            for other in range(one + 1, len(feet)):
                gap = across - abs(xs[other] - xs[one])
                if gap > 0.05 and abs(feet[other][1] - y) < along:
                    step = gap / 2 if xs[one] <= xs[other] else -gap / 2
                    xs[one] -= step
                    xs[other] += step
                    moved = True
        if not moved:
            break
    return [(round(x, 1), y) for x, (_x, y) in zip(xs, feet, strict=True)]


def place_names(spots: Sequence[Spot], frame: Box, taken: Iterable[Box] = ()) -> list[Label | None]:
    """A place for each name, in the order of the spots; None where every place is taken.

    `taken` are boxes on which no name may stand, beside the pins. The name with the fewest free
    places is put first.
    """
    filled = [pin_box(spot.x, spot.y) for spot in spots] + list(taken)
    free: dict[int, dict[Label, Box]] = {}
    for number, spot in enumerate(spots):
        boxes = {label: name_box(spot, label) for label in PLACES}
        free[number] = {
            label: box
            for label, box in boxes.items()
            if box.is_within(frame) and not any(box.meets(other) for other in filled)
        }
    placed: list[Label | None] = [None] * len(spots)
    while free:
        number = min(free, key=lambda each: (len(free[each]), each))
        own = free.pop(number)
        if not own:
            continue
        label = next(iter(own))
        placed[number] = label
        free = {
            each: {place: box for place, box in boxes.items() if not box.meets(own[label])}
            for each, boxes in free.items()
        }
    return placed


def pin_box(x: float, y: float) -> Box:
    return Box(x - PIN_HALF, y - PIN_HEIGHT, x + PIN_HALF, y)


def name_box(spot: Spot, label: Label) -> Box:
    return _text_box(
        spot.x + label.x, spot.y + label.y, label.anchor, len(spot.name) * NAME_LETTER * NAME_SIZE
    )


def region_box(x: float, y: float, name: str) -> Box:
    """A region's name around `x`, on the baseline `y`."""
    return _text_box(x, y, "middle", len(name) * REGION_LETTER * REGION_SIZE, REGION_SIZE)


def _text_box(x: float, y: float, anchor: str, width: float, size: float = NAME_SIZE) -> Box:
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(left - AIR, y - 0.8 * size - AIR, left + width + AIR, y + 0.25 * size + AIR)
