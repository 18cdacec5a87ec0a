"""Whatever stands in a file is read as it was meant, or named with its line."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.importing.nodes import Record, Text, parse_yaml
from home.importing.problems import Place, Problems

KEYS = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
WORDS = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\u2028\u2029"),
    max_size=60,
)


@given(st.dictionaries(KEYS, WORDS, min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_quoted_words_come_out_as_they_were(values: dict[str, str]) -> None:
    def quoted(text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    source = "\n".join(f"{key}: {quoted(value)}" for key, value in values.items())
    found = Problems()
    node = parse_yaml(source, Place("a.yaml", 5), found)
    assert not found
    assert isinstance(node, Record)
    for line, (key, value) in enumerate(values.items(), 5):
        text = node.entries[key]
        assert isinstance(text, Text)
        assert text.text == value
        assert node.place_of(key).line == line


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_text_breaks_the_reader(source: str) -> None:
    """Whatever stands in a file: it is read, or the problem has a line that exists."""
    found = Problems()
    parse_yaml(source, Place("a.yaml", 1), found)
    lines = source.count("\n") + source.count("\r") + source.count("\x85") + 2
    lines += source.count("\u2028") + source.count("\u2029")
    for problem in found.found:
        assert 1 <= problem.place.line <= lines


def test_few_lines_never_stand_for_endlessly_many() -> None:
    lines = ["a0: &a0 x"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    found = Problems()
    assert parse_yaml("\n".join(lines), Place("a.yaml", 1), found) is None
    assert {problem.place.line for problem in found.found} == set(range(1, 31))
