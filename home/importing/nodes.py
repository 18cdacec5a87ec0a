"""YAML as trees of nodes that know where they stand.

Nothing is guessed: a scalar stays the text that was typed, and becomes a number, a date or a yes
only where a field wants one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from .problems import Place, Problems

# What YAML itself calls nothing.
NOTHING = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True)
class Text:
    """A scalar. `first_line` is where its content begins, which is not where its key stands."""

    place: Place
    text: str
    first_line: int = 0

    def at(self, offset: int) -> Place:
        """The place of a line of the content, counted from 0."""
        return Place(self.place.file, (self.first_line or self.place.line) + offset)


@dataclass(frozen=True)
class Rows:
    place: Place
    items: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    """Keys with values. `keys` says where each key stands."""

    place: Place
    entries: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)

    def place_of(self, key: str) -> Place:
        return self.keys.get(key, self.place)


Node = Text | Rows | Record


def is_empty(node: Node | None) -> bool:
    match node:
        case None:
            return True
        case Text():
            return not node.text.strip()
        case Rows():
            return not node.items
        case Record():
            return not node.entries


def plain(node: Node) -> object:
    """The content without places, to compare and to hash."""
    match node:
        case Text():
            return node.text
        case Rows():
            return [plain(item) for item in node.items]
        case Record():
            return {key: plain(value) for key, value in node.entries.items()}


def parse_yaml(source: str, place: Place, problems: Problems) -> Node | None:
    """The tree of one document; None when it is empty or can't be read. `place` is its first line.

    Never makes objects: only the structure is read. Nothing may be named and used again (& and *):
    few lines could stand for endlessly many.
    """
    offset = max(place.line, 1)
    try:
        repeated = [
            event.start_mark.line if event.start_mark else 0
            for event in yaml.parse(source, Loader=yaml.CSafeLoader)
            if getattr(event, "anchor", None) is not None
        ]
        for line in repeated:
            problems.add(
                Place(place.file, offset + line),
                "A value can’t begin with & or *: put the whole value in quotes.",
            )
        if repeated:
            return None
        root = yaml.compose(source, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = offset + (mark.line if mark else 0)
        problems.add(Place(place.file, line), _explain(error))
        return None
    except yaml.YAMLError as error:
        problems.add(place, f"This can’t be read: {error}")
        return None
    return _Tree(place.file, offset, problems).node(root) if root else None


def _explain(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem or error)
    if "mapping values are not allowed" in problem:
        return "A colon with a space behind it: put the whole value in quotes."
    if "cannot start any token" in problem or "expected alphabetic" in problem:
        return "This sign can’t begin a value: put the whole value in quotes."
    if "expected <block end>" in problem:
        return "This does not fit in with the lines above: check how far the lines are indented."
    return f"This can’t be read ({problem}). Check quotes and how far the lines are indented."


class _Tree:
    def __init__(self, file: str, offset: int, problems: Problems) -> None:
        self.file, self.offset, self.problems = file, offset, problems

    def place(self, node: yaml.Node) -> Place:
        return Place(self.file, self.offset + node.start_mark.line)

    def node(self, node: yaml.Node) -> Node:
        place = self.place(node)
        match node:
            case yaml.ScalarNode():
                is_block = node.style in {"|", ">"}
                text = "" if node.style is None and node.value in NOTHING else node.value
                return Text(place, text.rstrip("\n"), place.line + 1 if is_block else place.line)
            case yaml.SequenceNode():
                return Rows(place, [self.node(item) for item in node.value])
            case yaml.MappingNode():
                return self.record(node, place)
        raise TypeError(node)

    def record(self, node: yaml.MappingNode, place: Place) -> Record:
        record = Record(place)
        for key, value in node.value:
            where = self.place(key)
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self.problems.add(where, "A key has to be a word.")
            elif name in record.entries:
                self.problems.add(where, f"“{name}” stands here twice.")
            else:
                record.entries[name] = self.node(value)
                record.keys[name] = where
        return record


def mention(node: Node, words: str) -> Place:
    """The line on which these words stand, or where the node begins."""
    for text in texts(node):
        for number, line in enumerate(text.text.split("\n")):
            if words in line:
                return text.at(number)
    return node.place


def texts(node: Node) -> Iterator[Text]:
    """All scalars below a node."""
    match node:
        case Text():
            yield node
        case Rows():
            for item in node.items:
                yield from texts(item)
        case Record():
            for value in node.entries.values():
                yield from texts(value)
