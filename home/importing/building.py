"""Fills the objects of models with what the files say."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from wagtail.fields import StreamField
from wagtail.models import Locale, TranslatableMixin

from .block_values import as_record, stable_id
from .fields import FieldReader
from .kinds import Key, keys_of
from .nodes import Node, Record, Rows, Text, is_empty
from .problems import did_you_mean


@dataclass
class Builder(FieldReader):
    """Fills one page or entry, and everything that belongs to it.

    `tags` and many-to-many relations can only be written for what is saved; they are kept in
    `later` instead.
    """

    locale: Locale | None = None

    def __post_init__(self) -> None:
        self.later: list[tuple[Any, str, Any]] = []

    def fill(
        self, instance: models.Model, record: Record, extra: frozenset[str] = frozenset()
    ) -> None:
        """Set every field: to what the record says, or to its default. `extra` names keys that
        have been dealt with."""
        keys = keys_of(type(instance))
        for name in record.entries:
            if name not in keys and name not in extra:
                hint = did_you_mean(name, keys.keys() | extra)
                self.problems.add(record.place_of(name), f"There is no key “{name}” here.{hint}")
        for name, key in keys.items():
            if name not in extra:
                self.set(instance, key, record)

    def set(self, instance: models.Model, key: Key, record: Record) -> None:
        node = record.entries.get(key.name)
        if key.is_required and is_empty(node):
            title = record.entries.get("title")
            if key.name == "slug" and not (isinstance(title, Text) and title.text):
                # It would be made from the title.
                return
            self.problems.add(record.place_of(key.name), f"{key.name}: This is missing.")
            return
        if key.is_rows:
            relation = key.field.get_accessor_name()
            setattr(instance, relation, self.relation(instance, key, node))
        elif key.is_tags:
            self.later.append((instance, key.field.name, self.tags(node)))
        elif isinstance(key.field, models.ManyToManyField):
            found = self.field(key.field, node, key.name) if node else []
            self.later.append((instance, key.field.name, found))
        elif isinstance(key.field, models.FileField):
            pass
        elif node is None and isinstance(key.field, StreamField):
            setattr(instance, key.field.name, self.stream(key.field.stream_block, None, key.name))
        elif node is None or (is_empty(node) and key.field.has_default()):
            setattr(instance, key.field.name, key.field.get_default())
        else:
            setattr(instance, key.field.name, self.field(key.field, node, key.name))

    def tags(self, node: Node | None) -> list[str]:
        items = node.items if isinstance(node, Rows) else []
        if node is not None and not items and not is_empty(node):
            self.problems.add(node.place, "Here must be a list of words.")
        return [item.text.strip() for item in items if isinstance(item, Text)]

    def relation(self, instance: models.Model, key: Key, node: Node | None) -> list[Any]:
        """The rows that belong to an object. Those that it had keep their identity."""
        if node is not None and not isinstance(node, Rows):
            if not is_empty(node):
                self.problems.add(node.place, "Here must be a list, each of its rows with -.")
            node = None
        relation = key.field.get_accessor_name()
        before = list(getattr(instance, relation).all()) if instance.pk else []
        by_key = {str(getattr(row, "translation_key", "")): row.pk for row in before}
        rows = []
        for number, item in enumerate(node.items if node else []):
            model = key.field.related_model
            row = model()
            path = f"{key.name}.{number + 1}"
            if isinstance(row, TranslatableMixin):
                row.translation_key = stable_id(self.key, path)
                row.locale = self.locale  # type: ignore[assignment]
                row.pk = by_key.get(str(row.translation_key))
            elif number < len(before):
                row.pk = before[number].pk
            if hasattr(row, "sort_order"):
                row.sort_order = number
            self.row(row, item, path)
            rows.append(row)
        return rows

    def row(self, row: models.Model, item: Node, path: str) -> None:
        record = row_record(type(row), item)
        if not isinstance(record, Record):
            known = ", ".join(keys_of(type(row)))
            self.problems.add(item.place, f"Here must be keys with values: {known}.")
            return
        count = len(self.problems.found)
        inner = Builder(self.references, self.problems, f"{self.key}/{path}", self.locale)
        inner.fill(row, record)
        if count == len(self.problems.found):
            inner.check_together(row, record)

    def check_together(self, instance: models.Model, record: Record) -> None:
        """Apply the model's own rules about fields together. What is not saved yet can't be looked
        up, so relations are left out."""
        names = {key.field.name: name for name, key in keys_of(type(instance)).items()}
        relations = {f.name for f in instance._meta.fields if f.is_relation}
        errors: dict[str, list[str]] = {}
        for check in (instance.clean, lambda: instance.validate_constraints(exclude=relations)):
            try:
                check()
            except ValidationError as error:
                found = error.message_dict if hasattr(error, "error_dict") else None
                for name, messages in (found or {NON_FIELD_ERRORS: error.messages}).items():
                    errors.setdefault(name, []).extend(messages)
        for field, messages in errors.items():
            name = names.get(field, "")
            for message in messages:
                self.problems.add(record.place_of(name), f"{name}: {message}" if name else message)


def row_record(model: type[models.Model], item: Node) -> Node:
    """A row that is only a reference may be written without its key."""
    references = [
        name
        for name, key in keys_of(model).items()
        if isinstance(key.field, models.ForeignKey) and not key.is_rows
    ]
    return as_record(item, references) if len(references) == 1 else item
