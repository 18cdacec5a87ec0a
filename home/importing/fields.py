"""Nodes to the values of model fields."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.fields import RichTextField, StreamField

from sosbca.core.fields import CentsField, ChoiceSetField
from sosbca.core.text import parse_amount

from .block_values import BlockReader
from .body import BodyReader
from .markdown import Renderer
from .nodes import Node, Rows, Text, is_empty
from .problems import did_you_mean
from .references import expected_models
from .scalars import day, point_in_time, time_of_day, yes_or_no


@dataclass
class FieldReader(BlockReader):
    """Reads the fields of one page or entry."""

    def field(self, field: Any, node: Node, path: str) -> Any:
        """The value of one field that is not a relation to rows. None or the field's default,
        with a problem reported, where the node does not fit."""
        if isinstance(field, StreamField):
            return self.stream(field.stream_block, self.body(field, node), path)
        if isinstance(field, ChoiceSetField):
            return self.choices(field, node)
        if isinstance(field, models.ManyToManyField):
            return self.several(field, node)
        if not isinstance(node, Text):
            if not is_empty(node):
                self.problems.add(node.place, "Here must be a single value.")
            return None
        if isinstance(field, models.BooleanField):
            return yes_or_no(node, self.problems)
        if is_empty(node):
            return _nothing(field)
        value = self.scalar(field, node)
        return self.checked(field, value, node) if value is not None else None

    def body(self, field: Any, node: Node) -> Node:
        """The text of a page, which is Markdown, as a list of blocks."""
        if not isinstance(node, Text) or is_empty(node):
            return node
        known = field.stream_block.child_blocks

        def is_plain(name: str) -> bool:
            from wagtail.blocks import FieldBlock

            return isinstance(known.get(name), FieldBlock)

        return BodyReader(node, self.problems, is_plain).read()

    def scalar(self, field: Any, node: Text) -> Any:
        text = node.text.strip()
        if isinstance(field, models.ForeignKey):
            return self.references.of_type(node, expected_models(field.related_model))
        if isinstance(field, CentsField):
            return self.amount(node)
        if field.choices:
            return self.one_of(field, node)
        match field:
            case RichTextField():
                features = field.features
                allowed = None if features is None else frozenset(features)
                return Renderer(self.references, self.problems, allowed).html(node)
            case models.DateTimeField():
                return point_in_time(node, self.problems)
            case models.DateField():
                return day(node, self.problems)
            case models.TimeField():
                return time_of_day(node, self.problems)
            case models.IntegerField() | models.DecimalField() | models.FloatField():
                return self.figure(field, node)
            case models.CharField() | models.TextField():
                return text
        self.problems.add(node.place, f"“{field.name}” can’t be imported.")
        return None

    def amount(self, node: Text) -> int | None:
        try:
            return parse_amount(node.text, max_cents=10**12)
        except ValueError:
            self.problems.add(
                node.place,
                f"“{node.text}” is not an amount. Write it in euro, such as 32967.86.",
            )
            return None

    def one_of(self, field: Any, node: Node) -> str:
        codes = {str(code) for code, _label in field.flatchoices}
        text = node.text.strip() if isinstance(node, Text) else ""
        if text not in codes:
            hint = did_you_mean(text, codes - {""})
            self.problems.add(node.place, f"“{text}” is not one of the choices.{hint}")
        return text

    def choices(self, field: Any, node: Node) -> list[str]:
        if isinstance(node, Rows):
            return [self.one_of(field, item) for item in node.items]
        if is_empty(node):
            return []
        self.problems.add(node.place, "Here must be a list, such as [riga, kurzeme].")
        return []

    def several(self, field: Any, node: Node) -> list[Any]:
        models_ = expected_models(field.related_model)
        items = node.items if isinstance(node, Rows) else []
        if not items and not is_empty(node):
            self.problems.add(node.place, "Here must be a list of references.")
        found = [self.references.of_type(item, models_) for item in items if isinstance(item, Text)]
        return [item for item in found if item is not None]

    def figure(self, field: Any, node: Text) -> Any:
        try:
            number = Decimal(node.text.strip())
            if not number.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            self.problems.add(
                node.place, f"“{node.text}” is not a number. Write it as 1300 or 12.5."
            )
            return None
        if isinstance(field, models.IntegerField) and number != number.to_integral_value():
            self.problems.add(node.place, f"“{node.text}” is not a whole number.")
        return number

    def checked(self, field: Any, value: Any, node: Text) -> Any:
        """Apply the field's own rules: lengths, addresses, least and greatest values."""
        if isinstance(field, models.ForeignKey) or field.choices:
            return value
        try:
            return field.clean(value, None)
        except ValidationError as error:
            for message in error.messages:
                self.problems.add(node.place, message)
            return None


def _nothing(field: Any) -> Any:
    if isinstance(field, (models.CharField, models.TextField)) and not field.null:
        return ""
    return field.get_default() if field.has_default() and not field.null else None
