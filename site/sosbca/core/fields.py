"""Model fields of our own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from .text import parse_amount, typed_amount


class EuroFormField(forms.CharField):
    """An amount typed in euro, with either decimal mark; its value is an integer of cents."""

    default_error_messages = {
        "invalid": _("Enter an amount in euro, such as 25 or 25.50."),
        "too_small": _("Enter an amount that is not negative."),
    }

    def __init__(self, **kwargs: Any) -> None:
        for unused in ("min_value", "max_value"):
            kwargs.pop(unused, None)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def prepare_value(self, value: Any) -> Any:
        return typed_amount(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        try:
            return parse_amount(str(value))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class CentsField(models.BigIntegerField):
    """Money as an integer number of cents; edited as euro."""

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(self, **{"form_class": EuroFormField, **kwargs})


class BlockField(StreamField):  # type: ignore[type-var]
    """A StreamField whose block definitions stay out of the migrations: they are no schema."""

    def deconstruct(self) -> Any:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
