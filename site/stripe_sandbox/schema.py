"""Objects built from Stripe's schema, so that a field Stripe removed cannot be set by mistake."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

from .contract import Contract, Schema
from .errors import ContractBroken


class Builder:
    """Makes the smallest valid object of a kind and lays the given values over it."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._blanks: dict[str, dict[str, Callable[[], Any]]] = {}

    def build(self, kind: str, **values: Any) -> dict[str, Any]:
        """A new object of `kind`.

        Fields that may be null are null, required ones get an empty value of their type.
        Raises ContractBroken for an unknown field, a wrong type or a required field without
        an obvious empty value.
        """
        blank = self._blanks.get(kind)
        if blank is None:
            blank = self._blanks[kind] = _blank(self._schema(kind))
        obj = {name: make() for name, make in blank.items()}
        obj.update(values)
        self._refuse(self.contract.check_object(obj), kind)
        return obj

    def check_fields(self, kind: str, values: dict[str, Any]) -> None:
        """Raise ContractBroken unless every value may stand in that field of `kind`."""
        properties = self._schema(kind)["properties"]
        for name, value in values.items():
            if name not in properties:
                raise ContractBroken(f"{kind} has no field {name!r} at {self.contract.version}")
            self._refuse(self.contract.check(properties[name], value, f"$.{name}"), kind)

    def _schema(self, kind: str) -> Schema:
        try:
            return self.contract.objects[kind]
        except KeyError:
            raise ContractBroken(f"no schema for {kind!r}") from None

    @staticmethod
    def _refuse(problems: list[str], kind: str) -> None:
        if problems:
            raise ContractBroken(f"{kind}: " + "; ".join(problems[:5]))


def _blank(schema: Schema) -> dict[str, Callable[[], Any]]:
    required = set(schema.get("required", ()))
    out: dict[str, Callable[[], Any]] = {}
    for name, field in schema.get("properties", {}).items():
        if field.get("nullable"):
            out[name] = lambda: None
        elif name in required:
            value = _empty(field)
            if value is not _NOTHING:
                out[name] = functools.partial(copy.deepcopy, value)
    return out


_NOTHING = object()


def _empty(field: Schema) -> Any:
    """The obvious empty value of a required field, or _NOTHING where there is none."""
    kind = field.get("type")
    if kind == "array":
        return []
    if kind == "boolean":
        return False
    if kind == "integer":
        return 0
    if kind == "string" and len(field.get("enum", ())) == 1:
        return field["enum"][0]
    if kind == "object" and "properties" not in field:
        return {}
    if kind == "object":
        required = field.get("required", ())
        inner = {
            name: None if part.get("nullable") else _empty(part)
            for name, part in field["properties"].items()
            if part.get("nullable") or name in required
        }
        return _NOTHING if any(value is _NOTHING for value in inner.values()) else inner
    return _NOTHING
