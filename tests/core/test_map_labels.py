"""Names on the map lie on nothing else."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbca.core.map_labels import (
    NEAR,
    PLACES,
    Box,
    Spot,
    name_box,
    pin_box,
    place_names,
    region_box,
    spread,
)
from sosbca.core.maps import HEIGHT, SHAPES, WIDTH, project
from sosbca.core.regions import Region
from sosbca.core.towns import TOWNS

FRAME = Box(0, 0, WIDTH, HEIGHT)
REGIONS = [region_box(shape.label_x, shape.label_y, code) for code, shape in SHAPES.items()]


def spots(codes: list[str]) -> list[Spot]:
    towns = [TOWNS[code] for code in codes]
    feet = spread([project(town.latitude, town.longitude) for town in towns])
    return [Spot(x, y, town.name) for (x, y), town in zip(feet, towns, strict=True)]


def assert_free(found: list[Spot], taken: list[Box]) -> int:
    """Nothing lies on anything; the number of names that have a place."""
    labels = place_names(found, FRAME, taken)
    names = [name_box(spot, label) for spot, label in zip(found, labels, strict=True) if label]
    pins = [pin_box(spot.x, spot.y) for spot in found]
    assert not any(one.meets(other) for one, other in combinations(names, 2))
    assert not any(name.meets(other) for name in names for other in [*pins, *taken])
    assert all(name.is_within(FRAME) for name in names)
    return len(names)


@given(st.lists(st.sampled_from(sorted(TOWNS)), unique=True))
def test_no_two_things_overlap(codes: list[str]) -> None:
    assert_free(spots(codes), REGIONS)


def test_neighbours_all_have_their_names() -> None:
    """Four towns within forty kilometres, and some farther away."""
    codes = ["jelgava", "iecava", "bauska", "islice", "riga", "valmiera", "gulbene", "kuldiga"]
    assert assert_free(spots(codes), REGIONS) == len(codes)


@pytest.mark.parametrize("code", TOWNS)
def test_a_town_by_itself_has_its_name(code: str) -> None:
    (label,) = place_names(spots([code]), FRAME, REGIONS)
    assert label is not None


def test_to_the_right_where_there_is_room() -> None:
    assert place_names([Spot(200, 200, "Kuldīga")], FRAME) == [PLACES[0]]
    # At the right edge of the frame to the left.
    assert place_names([Spot(790, 200, "Zilupe")], FRAME) == [PLACES[1]]


def test_no_room_no_name() -> None:
    assert place_names([Spot(100, 100, "Kuldīga")], FRAME, [FRAME]) == [None]


def test_pins_that_nearly_coincide_move_apart() -> None:
    (one_x, one_y), (other_x, other_y) = spread([(100, 100), (104, 108)])
    assert (one_y, other_y) == (100, 108)
    assert other_x - one_x == pytest.approx(NEAR[0], abs=0.2)
    assert one_x + other_x == pytest.approx(204, abs=0.2)


def test_pins_that_are_apart_stay() -> None:
    feet = [(100.0, 100.0), (104.0, 150.0), (300.0, 100.0)]
    assert spread(feet) == feet


def test_every_region_has_a_name_within_the_frame() -> None:
    assert len(REGIONS) == len(Region)
    assert all(box.is_within(FRAME) for box in REGIONS)
