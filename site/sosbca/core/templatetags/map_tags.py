"""The map of Latvia as a template tag."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template

from sosbca.core.map_labels import Box, Label, Spot, place_names, region_box, spread
from sosbca.core.maps import HEIGHT, SHAPES, WIDTH, Shape, project
from sosbca.core.regions import Region
from sosbca.core.towns import Town

register = template.Library()

#: How far a town's name may reach beyond the drawing: the page has room beside it.
MARGIN = 12


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
    """A town. With one place it leads there, with several to the list of them."""

    title: str
    town: str
    url: str
    count: int
    x: float
    y: float
    # Where the town's name stands; nowhere, when there is no room for it.
    label: Label | None


@register.inclusion_tag("components/map.html")
def map_of_latvia(
    places: Iterable[Any], regions: Iterable[Any], towns: Iterable[Any]
) -> dict[str, Any]:
    """Regions as links, and a pin for each town.

    `places` have `located` (a Town), `title` and `url`. `regions` and `towns` are the choices of
    the filters by region and town: `value`, `label`, `url`, `count`, `is_current`; regions that
    are missing are drawn without a link.
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
    pins = _pins(places, towns, areas)
    # What is current is drawn last, so that its edge lies on top.
    areas.sort(key=lambda area: area.is_current)
    return {"areas": areas, "pins": pins, "width": WIDTH, "height": HEIGHT}


def _pins(places: Iterable[Any], towns: Iterable[Any], areas: list[Area]) -> list[Pin]:
    """From north to south, so that a pin never covers the foot of one behind it."""
    links = {str(link.label): link for link in towns}
    by_town: dict[Town, list[Any]] = {}
    for place in places:
        by_town.setdefault(place.located, []).append(place)
    found = sorted(by_town, key=lambda town: (-town.latitude, town.longitude))
    feet = spread([project(town.latitude, town.longitude) for town in found])
    spots = [Spot(x, y, town.name) for (x, y), town in zip(feet, found, strict=True)]
    names = [region_box(area.shape.label_x, area.shape.label_y, area.label) for area in areas]
    frame = Box(-MARGIN, 0, WIDTH + MARGIN, HEIGHT)
    pins = []
    for town, spot, label in zip(found, spots, place_names(spots, frame, names), strict=True):
        here = by_town[town]
        link = links.get(town.name)
        # The pin of a town that is chosen already leads nowhere.
        several = link.url if link and not link.is_current else ""
        url = here[0].url if len(here) == 1 else several
        pins.append(Pin(here[0].title, town.name, url, len(here), spot.x, spot.y, label))
    return pins
