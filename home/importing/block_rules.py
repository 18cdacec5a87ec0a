"""Applies the rules of blocks, and says where in the files they are broken."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from .nodes import Node, Record, Rows, Text
from .problems import Place


def broken_rules(block: blocks.Block, value: Any, node: Node) -> Iterator[tuple[Place, str]]:
    """What the block itself says of a value, which knows no lines, about the node."""
    try:
        with _choosers_trusted():
            block.clean(value)
    except ValidationError as error:
        yield from _located(error, node)


@contextmanager
def _choosers_trusted() -> Iterator[None]:
    """Choosers look their choice up in the database; what is being imported may not be there yet.
    That it exists and fits has been checked by its key."""
    original = blocks.ChooserBlock.clean

    def clean(block: blocks.ChooserBlock, value: Any) -> Any:
        if value is None and block.required:
            raise ValidationError("This field is required.")
        return value

    blocks.ChooserBlock.clean = clean  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        blocks.ChooserBlock.clean = original  # type: ignore[method-assign]


def _located(error: ValidationError, node: Node, name: str = "") -> Iterator[tuple[Place, str]]:
    """Where each message of a block's error belongs."""
    before = f"{name}: " if name else ""
    children: list[tuple[Any, Any]] = []
    own: Any = []
    match error:
        case StructBlockValidationError():
            own, children = error.non_block_errors, list(error.block_errors.items())
        case ListBlockValidationError() | StreamBlockValidationError():
            own, children = error.non_block_errors, list(error.block_errors.items())
        case _:
            yield from ((node.place, before + message) for message in error.messages)
            return
    for message in own.as_data() if hasattr(own, "as_data") else own:
        yield from ((node.place, before + text) for text in ValidationError(message).messages)
    for key, child in children:
        inner, label = node, name
        if isinstance(node, Record):
            label = str(key)
            found = node.entries.get(label)
            inner = found if found is not None else Text(node.place, "")
        elif isinstance(node, Rows) and isinstance(key, int) and key < len(node.items):
            inner = node.items[key]
            if isinstance(error, StreamBlockValidationError) and isinstance(inner, Record):
                ((label, inner),) = inner.entries.items()
        yield from _located(child, inner, label)
