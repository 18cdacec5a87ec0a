"""Nodes to the values of blocks, by the definitions of the blocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.rich_text import RichText

from .block_rules import broken_rules
from .markdown import Renderer
from .nodes import Node, Record, Rows, Text, is_empty
from .problems import Place, Problems, did_you_mean
from .references import References
from .scalars import day, point_in_time, time_of_day, yes_or_no

WORDS = (blocks.CharBlock, blocks.TextBlock, blocks.BlockQuoteBlock)


def stable_id(*path: str) -> str:
    """The same id for the same place in the same file, on every run."""
    return str(uuid5(NAMESPACE_URL, "content/" + "/".join(path)))


@dataclass
class BlockReader:
    """Reads the blocks of one page. `key` makes their ids unique."""

    references: References
    problems: Problems
    key: str

    def stream(self, block: Any, node: Node | None, path: str) -> Any:
        """A stream's value. Its children are checked by the blocks' own rules."""
        if isinstance(node, Text) and is_empty(node):
            node = None
        if node is not None and not isinstance(node, Rows):
            self.problems.add(node.place, "Here must be a list of blocks, each with -.")
            node = None
        found: list[Any] = []
        before = len(self.problems.found)
        seen: dict[str, int] = {}
        for item in node.items if node else []:
            name, content = self.named(block, item)
            if not name or content is None:
                continue
            seen[name] = seen.get(name, 0) + 1
            own_path = f"{path}.{name}-{seen[name]}"
            count = len(self.problems.found)
            child = block.child_blocks[name]
            value = self.value(child, content, own_path)
            if count == len(self.problems.found):
                self.check_block(child, value, content)
            found.append((name, value, stable_id(self.key, own_path)))
        value = blocks.StreamValue(block, found)
        if node and before == len(self.problems.found):
            self.check_block(block, value, node)
        return value

    def named(self, block: Any, item: Node) -> tuple[str, Node | None]:
        if not isinstance(item, Record) or len(item.entries) != 1:
            self.problems.add(item.place, "Here must be the name of a block, and its keys below.")
            return "", None
        ((name, content),) = item.entries.items()
        if name not in block.child_blocks:
            hint = did_you_mean(name, block.child_blocks)
            self.problems.add(item.place, f"There is no block “{name}” here.{hint}")
            return "", None
        return name, content

    def value(self, block: blocks.Block, node: Node, path: str) -> Any:
        match block:
            case TableBlock():
                return self.table(node)
            case blocks.BaseStructBlock():
                return self.struct(block, node, path)
            case blocks.ListBlock():
                return self.rows(block, node, path)
            case blocks.BaseStreamBlock():
                return self.stream(block, node, path)
        if not isinstance(node, Text):
            if isinstance(block, blocks.MultipleChoiceBlock) and isinstance(node, Rows):
                return [self.choice(block, item) for item in node.items]
            if not is_empty(node):
                self.problems.add(node.place, "Here must be a single value.")
            return block.get_default()
        if is_empty(node) and not isinstance(block, WORDS):
            return _nothing(block)
        return self.leaf(block, node)

    def struct(self, block: Any, node: Node, path: str) -> Any:
        node = as_record(node, list(block.child_blocks))
        if not isinstance(node, Record):
            if not is_empty(node):
                known = ", ".join(block.child_blocks)
                self.problems.add(node.place, f"Here must be keys with values: {known}.")
            node = Record(node.place)
        for key in node.entries:
            if key not in block.child_blocks:
                hint = did_you_mean(key, block.child_blocks)
                self.problems.add(node.place_of(key), f"There is no key “{key}” here.{hint}")
        return block._to_struct_value(
            [
                (name, self.value(child, node.entries[name], f"{path}.{name}"))
                if name in node.entries
                else (name, self.default(child, node, f"{path}.{name}"))
                for name, child in block.child_blocks.items()
            ]
        )

    def default(self, block: blocks.Block, node: Record, path: str) -> Any:
        if isinstance(block, (blocks.ListBlock, blocks.BaseStreamBlock, blocks.BaseStructBlock)):
            return self.value(block, type_of_nothing(block, node.place), path)
        default = block.get_default()
        return _nothing(block) if default is None else default

    def rows(self, block: Any, node: Node, path: str) -> Any:
        if not isinstance(node, Rows):
            if not is_empty(node):
                self.problems.add(node.place, "Here must be a list, each of its rows with -.")
            node = Rows(node.place)
        children = [
            ListValue.ListChild(
                block.child_block,
                self.value(block.child_block, item, f"{path}.{number}"),
                id=stable_id(self.key, f"{path}.{number}"),
            )
            for number, item in enumerate(node.items, 1)
        ]
        return ListValue(block, bound_blocks=children)

    def leaf(self, block: blocks.Block, node: Text) -> Any:
        text = node.text.strip()
        match block:
            case blocks.RichTextBlock():
                features = block.features
                renderer = Renderer(
                    self.references,
                    self.problems,
                    None if features is None else frozenset(features),
                )
                return RichText(renderer.html(node))
            case blocks.PageChooserBlock():
                return self.references.of_type(
                    node, tuple(block.target_models) or (block.target_model,)
                )
            case blocks.ChooserBlock():
                return self.references.of_type(node, (block.model_class,))
            case blocks.BooleanBlock():
                return self.yes_or_no(node)
            case blocks.MultipleChoiceBlock():
                return [self.choice(block, node)]
            case blocks.ChoiceBlock():
                return self.choice(block, node)
            case blocks.DateBlock() | blocks.DateTimeBlock() | blocks.TimeBlock():
                return self.moment(block, node)
            case blocks.IntegerBlock() | blocks.DecimalBlock() | blocks.FloatBlock():
                return self.number(block, node)
        return text

    def yes_or_no(self, node: Text) -> bool:
        return yes_or_no(node, self.problems)

    def choice(self, block: Any, node: Node) -> str:
        codes = [str(code) for code, _label in _flat(block.field.choices)]
        text = node.text.strip() if isinstance(node, Text) else ""
        if text not in codes:
            hint = did_you_mean(text, [code for code in codes if code])
            self.problems.add(node.place, f"“{text}” is not one of the choices.{hint}")
        return text

    def number(self, block: blocks.Block, node: Text) -> Any:
        try:
            number = Decimal(node.text.strip())
            if not number.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            self.problems.add(
                node.place, f"“{node.text}” is not a number. Write it as 1300 or 12.5."
            )
            return None
        if isinstance(block, blocks.IntegerBlock):
            if number != number.to_integral_value():
                self.problems.add(node.place, f"“{node.text}” is not a whole number.")
            return int(number)
        return float(number) if isinstance(block, blocks.FloatBlock) else number

    def moment(self, block: blocks.Block, node: Text) -> Any:
        if isinstance(block, blocks.DateTimeBlock):
            return point_in_time(node, self.problems)
        if isinstance(block, blocks.TimeBlock):
            return time_of_day(node, self.problems)
        return day(node, self.problems)

    def table(self, node: Node) -> dict[str, Any]:
        """The value of Wagtail's table from `rows`, `caption` and `headers`."""
        if not isinstance(node, Record):
            self.problems.add(node.place, "Here must be a table, or the key rows.")
            node = Record(node.place)
        for key in node.entries:
            if key not in {"rows", "caption", "headers"}:
                hint = did_you_mean(key, ["rows", "caption", "headers"])
                self.problems.add(node.place_of(key), f"There is no key “{key}” here.{hint}")
        rows = node.entries.get("rows")
        data = [
            [cell.text.strip() for cell in row.items if isinstance(cell, Text)]
            for row in (rows.items if isinstance(rows, Rows) else [])
            if isinstance(row, Rows)
        ]
        if not data or len({len(row) for row in data}) > 1:
            self.problems.add(node.place, "A table needs rows with equally many cells.")
        caption, headers = node.entries.get("caption"), node.entries.get("headers")
        choice = headers.text.strip() if isinstance(headers, Text) else "row"
        if choice not in {"row", "column", "both", "neither"}:
            self.problems.add(node.place_of("headers"), "Write row, column, both or neither.")
        return {
            "data": data,
            "cell": [],
            "hidden": [],
            "mergeCells": [],
            "table_caption": caption.text.strip() if isinstance(caption, Text) else "",
            "table_header_choice": choice,
            "first_row_is_table_header": choice in {"row", "both"},
            "first_col_is_header": choice in {"column", "both"},
        }

    def check_block(self, block: blocks.Block, value: Any, node: Node) -> None:
        """Apply the block's own rules, which know no lines."""
        for place, message in broken_rules(block, value, node):
            self.problems.add(place, message)


def as_record(node: Node, keys: list[str]) -> Node:
    """A row that has only one key may be written without it."""
    if isinstance(node, Text) and not is_empty(node) and len(keys) == 1:
        return Record(node.place, {keys[0]: node}, {keys[0]: node.place})
    return node


def _nothing(block: blocks.Block) -> Any:
    match block:
        case blocks.BooleanBlock():
            return False
        case blocks.MultipleChoiceBlock():
            return []
        case blocks.RichTextBlock():
            return RichText("")
        case blocks.CharBlock() | blocks.TextBlock() | blocks.BlockQuoteBlock():
            return ""
        case blocks.ChoiceBlock() | blocks.URLBlock() | blocks.EmailBlock():
            return ""
    return None


def type_of_nothing(block: blocks.Block, place: Place) -> Node:
    return Record(place) if isinstance(block, blocks.BaseStructBlock) else Rows(place)


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield value, label
