"""The map of Latvia as a template tag."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template

from sosbca.core.maps import HEIGHT, SHAPES, WIDTH, Shape, project
from sosbca.core.regions import Region

register = template.Library()

#: How far apart pins of the same town stand, in units of the drawing.
BESIDE = 30


@dataclass(frozen=True, slots=True)
class Area:
    """A region as it is drawn: with a link when there is something to find."""

    shape: Shape
    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Pin:
    title: str
    town: str
    url: str
    x: float
    y: float


@register.inclusion_tag("components/map.html")
def map_of_latvia(places: Iterable[Any], regions: Iterable[Any]) -> dict[str, Any]:
    """Regions as links, and a pin for each place, where its town is.

    `places` have `located` (a Town), `title` and `url`. `regions` are the choices of the filter
    by region: `value` (a Region's), `label`, `url`, `count`, `is_current`; those that are missing
    are drawn without a link.
    """
    links = {link.value: link for link in regions}
    areas = []
    for code, shape in SHAPES.items():
        link = links.get(code)
        areas.append(
            Area(
                shape,
                str(link.label if link else Region(code).label),
                link.url if link else "",
                link.count if link else 0,
                link.is_current if link else False,
            )
        )
    # What is current is drawn last, so that its edge lies on top.
    areas.sort(key=lambda area: area.is_current)
    return {"areas": areas, "pins": _pins(places), "width": WIDTH, "height": HEIGHT}


def _pins(places: Iterable[Any]) -> list[Pin]:
    """From north to south, so that a pin never covers the foot of one behind it."""
    beside: Counter[str] = Counter()
    pins = []
    for place in places:
        town = place.located
        point = project(town.latitude, town.longitude)
        shift = beside[town.name] * BESIDE
        beside[town.name] += 1
        pins.append(Pin(place.title, town.name, place.url, point.x + shift, point.y))
    return sorted(pins, key=lambda pin: pin.y)
