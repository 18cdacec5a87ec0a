"""The lines that show why a page was found, and how alike two words are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbca.search.extracts import LENGTH, extract, highlight
from sosbca.search.suggestions import slips_between


@given(st.text(), st.sets(st.text(min_size=1, max_size=5)))
def test_highlighting_loses_nothing(text: str, words: set[str]) -> None:
    assert "".join(piece.text for piece in highlight(text, words)) == text


@given(st.text(max_size=80), st.text(max_size=2000))
def test_an_extract_is_short(introduction: str, text: str) -> None:
    pieces = extract(introduction, text, {"a", "b"})
    assert len("".join(piece.text for piece in pieces)) <= LENGTH + 4


def test_the_line_with_most_words_that_were_asked_for() -> None:
    text = "Pirmā rinda par kaut ko.\nOtrā rinda: ķirsis.\nTrešā: ķirsis un bumbieris."
    pieces = extract("Ievads.", text, {"ķirsis", "bumbieris"})
    assert "".join(piece.text for piece in pieces) == "Trešā: ķirsis un bumbieris."
    assert [piece.text for piece in pieces if piece.is_hit] == ["ķirsis", "bumbieris"]


def test_a_window_of_a_long_line() -> None:
    line = "sākums " * 100 + "ķirsis" + " beigas" * 100
    shown = "".join(piece.text for piece in extract("", line, {"ķirsis"}))
    assert shown.startswith("… sākums")
    assert shown.endswith("beigas …")
    assert "ķirsis" in shown


def test_without_a_word_the_introduction() -> None:
    assert extract("Ievads.", "Teksts.", {"x"}) == [("Ievads.", False)]
    assert extract("", "Teksts.", {"x"}) == [("Teksts.", False)]
    assert extract("", "", {"x"}) == []


@pytest.mark.parametrize(
    ("one", "two", "slips"),
    [
        ("kirsis", "kirsis", 0),
        ("kisris", "kirsis", 1),
        ("kirss", "kirsis", 1),
        ("kirrsis", "kirsis", 1),
        ("kirzis", "kirsis", 1),
        ("ikrsiss", "kirsis", 2),
        ("kirsis", "bumbieris", None),
        ("abcdef", "fedcba", None),
        ("", "ab", 2),
    ],
)
def test_slips(one: str, two: str, slips: int | None) -> None:
    assert slips_between(one, two, 2) == slips_between(two, one, 2) == slips


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_slips_are_bounded_and_symmetric(one: str, two: str) -> None:
    free = slips_between(one, two, 20)
    assert free is not None
    assert (free == 0) == (one == two)
    assert free == slips_between(two, one, 20)
    assert slips_between(one, two, 1) == (free if free <= 1 else None)
