"""Stripe's form dialect: brackets in the names of fields make lists and objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def decode_form(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn `items[0][price]=x` and `expand[]=y` into nested dicts and lists.

    Raises ValueError for a key that contradicts another one.
    """
    root: dict[str, Any] = {}
    for key, value in pairs:
        head, *rest = key.split("[")
        parts = [head, *(part.rstrip("]") for part in rest)]
        node = root
        for place, part in enumerate(parts):
            name = part or str(len(node))
            if place == len(parts) - 1:
                node[name] = value
            else:
                inner = node.setdefault(name, {})
                if not isinstance(inner, dict):
                    raise ValueError(key)
                node = inner
    return {name: _with_lists(value) for name, value in root.items()}


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    node = {name: _with_lists(value) for name, value in node.items()}
    if node and all(name.isdigit() for name in node):
        return [node[name] for name in sorted(node, key=int)]
    return node
