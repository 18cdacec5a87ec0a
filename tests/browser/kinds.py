"""Who the journeys are made as."""

import pytest

from tests.browser.visitors import DESK, PHONE, Kind

# Languages, scripts and widths, each with each of the others at least once.
FOUR = (
    Kind("lv", True, DESK),
    Kind("lv", False, PHONE),
    Kind("en", True, PHONE),
    Kind("en", False, DESK),
)
TWO = (Kind("lv", True, PHONE), Kind("en", False, DESK))
LANGUAGES = (Kind("lv", True, DESK), Kind("en", True, PHONE))


def as_each(*kinds: Kind) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("visitor", kinds, indirect=True, ids=str)
