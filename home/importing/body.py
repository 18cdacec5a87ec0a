"""The text of a page to blocks. They are still nodes: the block definitions read them later."""

import re
from collections.abc import Callable, Iterator

from markdown_it.token import Token

from .markdown import PARSER
from .nodes import Node, Record, Rows, Text, parse_yaml
from .problems import Place, Problems

FENCE = re.compile(r":::[ \t]*(?P<name>[^\s]*)[ \t]*(?P<words>.*?)[ \t]*$")
SPEAKER = re.compile(r"\s*(?:—|–|--)\s*(?P<author>[^,]+?)\s*(?:,\s*(?P<role>.+?)\s*)?$")


class BodyReader:
    """Splits one text. `is_plain` says of a block's name whether its content is Markdown and not
    YAML."""

    def __init__(self, source: Text, problems: Problems, is_plain: Callable[[str], bool]) -> None:
        self.source, self.problems, self.is_plain = source, problems, is_plain
        self.lines = source.text.split("\n")

    def read(self) -> Rows:
        """A list of records with one key each: the block's name, and its content."""
        rows = Rows(self.source.place)
        waiting, number = 0, 0
        while number < len(self.lines):
            fence = FENCE.match(self.lines[number])
            if not fence:
                number += 1
                continue
            rows.items.extend(self.markdown(waiting, number))
            end = self.closing(number)
            rows.items.extend(self.directive(number, end, fence["name"], fence["words"]))
            waiting = number = end + 1
        rows.items.extend(self.markdown(waiting, len(self.lines)))
        return rows

    def closing(self, start: int) -> int:
        for number in range(start + 1, len(self.lines)):
            if self.lines[number].strip() == ":::":
                return number
            if FENCE.match(self.lines[number]):
                break
        self.problems.add(self.source.at(start), "This block has no end: a line with only :::")
        return next(
            (n - 1 for n in range(start + 1, len(self.lines)) if FENCE.match(self.lines[n])),
            len(self.lines) - 1,
        )

    def directive(self, start: int, end: int, name: str, words: str) -> Iterator[Node]:
        place = self.source.at(start)
        content = Text(
            self.source.at(start + 1), "\n".join(self.lines[start + 1 : end]), place.line + 1
        )
        if not name:
            self.problems.add(place, "A block begins with ::: and its name, such as ::: steps")
            return
        value: Node | None
        if name == "table":
            value = self.table_directive(content, words)
        elif words:
            self.problems.add(place, f"Only the block’s name stands behind :::, not “{words}”.")
            return
        elif self.is_plain(name):
            value = content
        else:
            value = parse_yaml(content.text, content.place, self.problems)
        yield Record(place, {name: value or Record(place)}, {name: place})

    def table_directive(self, content: Text, caption: str) -> Node | None:
        tokens = PARSER.parse(content.text)
        if not tokens or tokens[0].type != "table_open":
            return parse_yaml(content.text, content.place, self.problems)
        table = self.table(tokens, content)
        if caption:
            where = Place(content.place.file, content.place.line - 1)
            table.entries["caption"] = Text(where, caption, where.line)
            table.keys["caption"] = where
        return table

    def markdown(self, start: int, end: int) -> Iterator[Node]:
        """Blocks of the lines between; what becomes rich text is kept together."""
        piece = Text(
            self.source.at(start), "\n".join(self.lines[start:end]), self.source.at(start).line
        )
        text_from: int | None = None
        tokens = PARSER.parse(piece.text)
        for first, last in _top_level(tokens):
            token = tokens[first]
            begins = (token.map or [0])[0]
            block = self.block(tokens[first : last + 1], piece)
            if block is None:
                text_from = begins if text_from is None else text_from
                continue
            if text_from is not None:
                yield self.text(piece, text_from, begins)
                text_from = None
            name, value = block
            place = piece.at(begins)
            yield Record(place, {name: value}, {name: place})
        if text_from is not None:
            yield self.text(piece, text_from, len(piece.text.split("\n")))

    def text(self, piece: Text, begins: int, ends: int) -> Node:
        place = piece.at(begins)
        source = "\n".join(piece.text.split("\n")[begins:ends]).rstrip()
        return Record(place, {"text": Text(place, source, place.line)}, {"text": place})

    def block(self, tokens: list[Token], piece: Text) -> tuple[str, Node] | None:
        """The name and content of a block that is not rich text."""
        token = tokens[0]
        place = piece.at((token.map or [0])[0])
        match token.type:
            case "heading_open" if token.tag == "h1":
                self.problems.add(place, "The title is the first heading; use ## here.")
                return "heading", Text(place, tokens[1].content, place.line)
            case "heading_open" if token.tag == "h2":
                return "heading", Text(place, _words(tokens[1]), place.line)
            case "paragraph_open" if _is_picture(tokens):
                return "picture", self.picture((tokens[1].children or [])[0], place)
            case "blockquote_open":
                return "quote", self.quote(tokens, place)
            case "table_open":
                return "table", self.table(tokens, piece)
        return None

    def picture(self, token: Token, place: Place) -> Record:
        if token.content.strip():
            self.problems.add(
                place,
                "Nothing stands between ![ and ]: the picture’s description is written once, "
                "in _pictures.yaml, and its caption in quotes behind the key.",
            )
        entries: dict[str, Node] = {
            "image": Text(place, str(token.attrs.get("src", "")), place.line)
        }
        if title := token.attrs.get("title"):
            entries["caption"] = Text(place, str(title), place.line)
        return Record(place, entries, dict.fromkeys(entries, place))

    def quote(self, tokens: list[Token], place: Place) -> Record:
        paragraphs = [_words(token) for token in tokens if token.type == "inline"]
        speaker = None
        if paragraphs:
            *before, last = paragraphs[-1].split("\n")
            if speaker := SPEAKER.match(last):
                paragraphs[-1:] = ["\n".join(before)] if before else []
        words = "\n\n".join(text.replace("\n", " ") for text in paragraphs)
        entries: dict[str, Node] = {"text": Text(place, words, place.line)}
        for name in ("author", "role") if speaker else ():
            if speaker and speaker[name]:
                entries[name] = Text(place, speaker[name], place.line)
        return Record(place, entries, dict.fromkeys(entries, place))

    def table(self, tokens: list[Token], piece: Text) -> Record:
        place = piece.at((tokens[0].map or [0])[0])
        rows = Rows(place)
        where, cells = place, list[Node]()
        for token in tokens:
            if token.type == "tr_open":
                where = piece.at((token.map or [0])[0])
                cells = []
                rows.items.append(Rows(where, cells))
            elif token.type == "inline":
                cells.append(Text(where, _words(token), where.line))
        return Record(place, {"rows": rows}, {"rows": place})


def _top_level(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """First and last token of every part that stands by itself."""
    start = None
    for number, token in enumerate(tokens):
        if token.level:
            continue
        if token.nesting == 0:
            yield number, number
        elif token.nesting > 0:
            start = number
        elif start is not None:
            yield start, number


def _is_picture(tokens: list[Token]) -> bool:
    children = tokens[1].children or []
    return len(children) == 1 and children[0].type == "image"


def _words(inline: Token) -> str:
    """The words of a heading, a quotation or a cell: these hold no formatting."""
    return "".join(
        "\n" if token.type in {"softbreak", "hardbreak"} else token.content
        for token in inline.children or []
    )
