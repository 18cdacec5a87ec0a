"""The map of Latvia."""

import re
from dataclasses import dataclass

import pytest
from django.template import Context, Template

from sosbca.core.maps import HEIGHT, SHAPES, WIDTH, project
from sosbca.core.regions import Region
from sosbca.core.towns import TOWNS, Town
from tests.home.parsing import Document


def corners(path: str) -> list[tuple[float, float]]:
    numbers = [float(part) for part in re.findall(r"-?[\d.]+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def is_inside(x: float, y: float, outline: list[tuple[float, float]]) -> bool:
    """Whether a ray to the right crosses the outline an odd number of times."""
    crossings = 0
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize("code", TOWNS)
def test_every_town_lies_in_its_region_and_no_other(code: str) -> None:
    town = TOWNS[code]
    point = project(town.latitude, town.longitude)
    found = {region for region, shape in SHAPES.items() if is_inside(*point, corners(shape.path))}
    assert found == {town.region}


def test_every_region_is_drawn_within_the_frame() -> None:
    assert set(SHAPES) == set(Region)
    for shape in SHAPES.values():
        for x, y in corners(shape.path):
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


def test_a_kilometre_is_as_long_to_the_east_as_to_the_north() -> None:
    west, east = project(56.9, 24.0), project(56.9, 25.0)
    south, north = project(56.0, 24.0), project(57.0, 24.0)
    # At 56.9 degrees a degree of longitude is 60.9 km, one of latitude 111.3 km.
    assert (east.x - west.x) / 60.9 == pytest.approx((south.y - north.y) / 111.3, rel=0.01)
    assert east.y == west.y


@dataclass
class Place:
    title: str
    located: Town
    url: str


@dataclass
class Link:
    value: str
    label: str
    url: str
    count: int
    is_current: bool = False


def drawn(places: list[Place], regions: list[Link], towns: list[Link] | None = None) -> Document:
    template = Template("{% load map_tags %}{% map_of_latvia places regions towns %}")
    context = Context({"places": places, "regions": regions, "towns": towns or []})
    return Document(template.render(context))


def test_regions_with_places_are_links() -> None:
    links = [
        Link("zemgale", "Zemgale", "?region=zemgale", 2),
        Link("riga", "Rīga", "?", 1, is_current=True),
    ]
    page = drawn([], links)
    areas = page.all("a", class_="region")
    assert {area["href"]: area.attributes.get("aria-current") for area in areas} == {
        "?region=zemgale": None,
        "?": "true",
    }
    assert all(area["aria-label"] for area in areas)
    assert len(page.all("path", class_="shape")) == len(Region)
    # The current one lies on top of its neighbours.
    assert page.all("path", class_="shape")[-1]["d"] == SHAPES["riga"].path


def test_a_town_has_one_pin() -> None:
    places = [
        Place("Ciemats", TOWNS["islice"], "/ciemats/"),
        Place("Jauniešu māja", TOWNS["jelgava"], "/maja/"),
        Place("Centrs", TOWNS["jelgava"], "/centrs/"),
    ]
    page = drawn(places, [], [Link("jelgava", "Jelgava", "?town=jelgava", 2)])
    jelgava, islice = page.all("a", class_="pin")
    assert (jelgava["href"], islice["href"]) == ("?town=jelgava", "/ciemats/")
    assert "2" in jelgava["aria-label"]
    assert islice["aria-label"] == "Ciemats"
    assert page.one("text", class_="count").text == "2"
    assert [name.text for name in page.all("text", class_="label")] == ["Jelgava", "Īslīce"]


def test_the_pin_of_the_chosen_town_leads_nowhere() -> None:
    places = [Place(name, TOWNS["jelgava"], f"/{name}/") for name in ("maja", "centrs")]
    (pin,) = drawn(places, [], [Link("jelgava", "Jelgava", "?", 2, is_current=True)]).all(
        "a", class_="pin"
    )
    assert "href" not in pin.attributes
    assert "aria-label" not in pin.attributes


def test_coordinates_are_numbers_in_every_language(settings: object) -> None:
    """A comma would move every pin into the corner."""
    (pin,) = drawn([Place("Ciemats", TOWNS["valmiera"], "/x/")], []).all("a", class_="pin")
    assert re.fullmatch(r"translate\([\d.]+ [\d.]+\)", pin["transform"])
