"""Lays the English of a page over the Latvian.

`en.md` holds only what is translated. The result is a complete page in English with exactly the
Latvian structure, so that the two can be paired piece by piece.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail_localize.fields import get_translatable_fields

from .block_values import as_record
from .body import BodyReader
from .building import row_record
from .kinds import Key, keys_of
from .markdown import compare
from .nodes import Node, Record, Rows, Text, is_empty, plain
from .problems import Place, Problems, did_you_mean

# Choosers can be overridden in a translation, and so can addresses.
OVERRIDABLE = (blocks.URLBlock, blocks.EmailBlock, blocks.ChooserBlock)
WORDS = (blocks.CharBlock, blocks.TextBlock, blocks.BlockQuoteBlock)


@dataclass
class Merger:
    """Merges one page. `file` is the English one, for what is missing from it."""

    problems: Problems
    file: Place

    def record(
        self, model: type[models.Model], latvian: Record, english: Record, own: frozenset[str]
    ) -> Record:
        """Both languages of the keys of a model. `own` names those that are no fields."""
        keys = keys_of(model)
        translated = {field.field_name: field for field in get_translatable_fields(model)}
        for name in english.entries:
            if name in own and name not in {"status", "slug", "title"}:
                self.same(english.place_of(name), name)
            elif name not in keys and name not in own:
                hint = did_you_mean(name, keys)
                where = english.place_of(name)
                self.problems.add(where, f"There is no key “{name}” here.{hint}")
        merged = Record(english.place)
        for name, key in keys.items():
            ours, theirs = latvian.entries.get(name), english.entries.get(name)
            where = english.keys.get(name) or latvian.place_of(name)
            if ours is None and theirs is None:
                continue
            if name == "slug":
                value = theirs
            else:
                value = self.key(key, translated.get(key.field.name), ours, theirs, where)
            if value is not None:
                merged.entries[name] = value
                merged.keys[name] = where
        return merged

    def key(
        self, key: Key, rule: Any, ours: Node | None, theirs: Node | None, where: Place
    ) -> Node | None:
        translates = rule is not None and rule.is_translated(None)
        if not translates:
            overridable = bool(rule) and getattr(rule, "overridable", False)
            simple = isinstance(key.field, (models.CharField, models.TextField, models.ForeignKey))
            if theirs is not None and ours is not None and plain(theirs) == plain(ours):
                return ours
            if theirs is not None and not (overridable and simple and ours is not None):
                self.same(where, key.name)
                return ours
            return ours if theirs is None else theirs
        if key.is_rows:
            return self.rows_of(key, ours, theirs, where)
        if isinstance(key.field, StreamField):
            return self.stream(key.field.stream_block, ours, theirs, where, key.name)
        is_rich = isinstance(key.field, RichTextField)
        return self.words(ours, theirs, where, key.name, is_rich=is_rich)

    def rows_of(
        self, key: Key, ours: Node | None, theirs: Node | None, where: Place
    ) -> Node | None:
        model = key.field.related_model
        pairs = self.paired(ours, theirs, where, key.name)
        if pairs is None:
            return ours
        rows = Rows(where)
        for left, right in pairs:
            left_row = row_record(model, left)
            right_row = right if isinstance(right, Record) else None
            if right is not None and right_row is None and plain(right) != plain(left):
                self.problems.add(right.place, f"{key.name}: Here must be keys with values.")
            if not isinstance(left_row, Record):
                rows.items.append(left)
                continue
            empty = Record(right_row.place if right_row else self.place(where, left))
            rows.items.append(self.record(model, left_row, right_row or empty, frozenset()))
        return rows

    def paired(
        self, ours: Node | None, theirs: Node | None, where: Place, name: str
    ) -> list[tuple[Node, Node | None]] | None:
        """The rows of both, side by side; None when there is nothing to pair."""
        left = ours.items if isinstance(ours, Rows) else []
        if theirs is None or is_empty(theirs):
            return [(item, None) for item in left]
        if not isinstance(theirs, Rows):
            self.problems.add(where, f"{name}: Here must be a list, as in the Latvian file.")
            return None
        if len(theirs.items) != len(left):
            other = ours.place if ours else self.file
            self.problems.add(
                where, f"{name}: {len(theirs.items)} rows here; {other} has {len(left)}."
            )
            return None
        return list(zip(left, theirs.items, strict=True))

    def words(
        self, ours: Node | None, theirs: Node | None, where: Place, name: str, *, is_rich: bool
    ) -> Node | None:
        left = ours.text if isinstance(ours, Text) else ""
        right = theirs.text if isinstance(theirs, Text) else ""
        if theirs is not None and not isinstance(theirs, Text):
            self.problems.add(where, f"{name}: Here must be a single value.")
            return ours
        if not left.strip():
            if right.strip():
                self.problems.add(where, f"{name}: The Latvian page has nothing to translate here.")
            return ours
        if not right.strip():
            if any(letter.isalpha() for letter in left):
                place = ours.place if ours else self.file
                self.problems.add(
                    self.file_of(where), f"{name}: The English of {place} is missing."
                )
            return ours
        if is_rich and isinstance(ours, Text) and isinstance(theirs, Text):
            compare(ours, theirs, self.problems)
        return theirs

    def stream(
        self,
        block: Any,
        ours: Node | None,
        theirs: Node | None,
        where: Place,
        name: str,
    ) -> Node | None:
        left, right = self.read_blocks(block, ours), self.read_blocks(block, theirs)
        if left is None:
            return ours
        kinds = [_kind(item) for item in left.items]
        if right is not None:
            for mine, item, kind in zip(left.items, right.items, kinds, strict=False):
                if _kind(item) != kind:
                    self.problems.add(
                        item.place,
                        f"Here is the block {_kind(item)}; {mine.place} has {kind}.",
                    )
                    return ours
            if len(right.items) != len(kinds):
                extra = len(right.items) > len(kinds)
                item = (right if extra else left).items[min(len(right.items), len(kinds))]
                self.problems.add(
                    item.place if extra else right.place,
                    f"Here is the block {_kind(item)} that the Latvian page has not."
                    if extra
                    else f"The block {_kind(item)} of {item.place} is missing.",
                )
                return ours
        merged = Rows(right.place if right else where)
        theirs_items: list[Any] = list(right.items) if right else [None] * len(kinds)
        for item, other, kind in zip(left.items, theirs_items, kinds, strict=True):
            child = block.child_blocks.get(kind)
            if child is None or not isinstance(item, Record):
                merged.items.append(item)
                continue
            content = other.entries[kind] if isinstance(other, Record) else None
            place = other.place if other is not None else self.place(where, item)
            value = self.block(child, item.entries[kind], content, place, kind)
            merged.items.append(Record(place, {kind: value}, {kind: place}))
        return merged

    def read_blocks(self, block: Any, node: Node | None) -> Rows | None:
        if isinstance(node, Text) and not is_empty(node):
            known = block.child_blocks

            def is_plain(name: str) -> bool:
                return isinstance(known.get(name), blocks.FieldBlock)

            return BodyReader(node, self.problems, is_plain).read()
        return node if isinstance(node, Rows) else None

    def block(
        self, block: blocks.Block, ours: Node, theirs: Node | None, where: Place, name: str
    ) -> Node:
        match block:
            case TableBlock():
                return self.table(ours, theirs, where)
            case blocks.BaseStructBlock():
                return self.struct(block, ours, theirs, where)
            case blocks.ListBlock():
                pairs = self.paired(ours, theirs, where, name)
                if pairs is None:
                    return ours
                items = [
                    self.block(
                        block.child_block, left, right, right.place if right else where, name
                    )
                    for left, right in pairs
                ]
                return Rows(where, items)
            case blocks.BaseStreamBlock():
                return self.stream(block, ours, theirs, where, name) or ours
        if isinstance(block, (*WORDS, blocks.RichTextBlock)):
            is_rich = isinstance(block, blocks.RichTextBlock)
            return self.words(ours, theirs, where, name, is_rich=is_rich) or ours
        if theirs is None or plain(theirs) == plain(ours):
            return ours
        if isinstance(block, OVERRIDABLE):
            return theirs
        self.same(where, name)
        return ours

    def struct(self, block: Any, ours: Node, theirs: Node | None, where: Place) -> Node:
        keys = list(block.child_blocks)
        left = as_record(ours, keys)
        right = as_record(theirs, keys) if theirs is not None else None
        if not isinstance(left, Record):
            return ours
        if right is not None and not isinstance(right, Record):
            if not is_empty(right):
                self.problems.add(where, f"Here must be keys with values: {', '.join(keys)}.")
            right = None
        merged = Record(right.place if right else where)
        for key in right.entries if right else []:
            if key not in block.child_blocks and right:
                hint = did_you_mean(key, keys)
                message = f"There is no key “{key}” here.{hint}"
                self.problems.add(right.place_of(key), message)
        for key, child in block.child_blocks.items():
            theirs_value = right.entries.get(key) if right else None
            place = right.place_of(key) if right and key in right.keys else merged.place
            if key in left.entries:
                merged.entries[key] = self.block(child, left.entries[key], theirs_value, place, key)
                merged.keys[key] = place
            elif theirs_value is not None and not is_empty(theirs_value):
                self.problems.add(place, f"{key}: The Latvian page has nothing to translate here.")
        return merged

    def table(self, ours: Node, theirs: Node | None, where: Place) -> Node:
        """Cells with words are translated; figures may be left as they are."""
        if not isinstance(ours, Record):
            return ours
        right = theirs if isinstance(theirs, Record) else Record(where)
        merged = Record(where, dict(ours.entries), dict(ours.keys))
        if caption := ours.entries.get("caption"):
            place = right.place_of("caption")
            value = self.words(
                caption, right.entries.get("caption"), place, "caption", is_rich=False
            )
            merged.entries["caption"] = value or caption
        left_rows, right_rows = ours.entries.get("rows"), right.entries.get("rows")
        shapes = [_shape(left_rows), _shape(right_rows)]
        if shapes[0] != shapes[1]:
            sizes = [f"{len(s)} rows of {max(s, default=0)} cells" for s in shapes]
            self.problems.add(where, f"A table of {sizes[1]}; {ours.place} has {sizes[0]}.")
            return ours
        if isinstance(left_rows, Rows) and isinstance(right_rows, Rows):
            rows = Rows(right_rows.place)
            for left_row, right_row in zip(left_rows.items, right_rows.items, strict=True):
                if isinstance(left_row, Rows) and isinstance(right_row, Rows):
                    cells = zip(left_row.items, right_row.items, strict=True)
                    row = [self.cell(cell, other) for cell, other in cells]
                    rows.items.append(Rows(right_row.place, row))
            merged.entries["rows"] = rows
        return merged

    def cell(self, ours: Node, theirs: Node) -> Node:
        """Figures in tables are the same in both languages."""
        if not (isinstance(ours, Text) and any(letter.isalpha() for letter in ours.text)):
            return ours
        return self.words(ours, theirs, theirs.place, "table", is_rich=False) or ours

    def same(self, place: Place, name: str) -> None:
        self.problems.add(
            place, f"{name}: This is the same in both languages. Leave it out of the English file."
        )

    def file_of(self, where: Place) -> Place:
        return where if where.file == self.file.file else self.file

    def place(self, where: Place, node: Node) -> Place:
        return where if where.file == self.file.file else node.place


def _kind(item: Node) -> str:
    return next(iter(item.entries), "") if isinstance(item, Record) else ""


def _shape(rows: Node | None) -> list[int]:
    items = rows.items if isinstance(rows, Rows) else []
    return [len(row.items) if isinstance(row, Rows) else 0 for row in items]
