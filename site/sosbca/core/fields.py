"""Model fields of our own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
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


class ChoiceSetField(models.Field):
    """Some of a list of choices. The value is a list of codes in the order of the choices.

    Stored as `,one,two,` in one text column, so that `…__contains=",one,"` finds a code on every
    database.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 250)
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        # Their words change; the column doesn't.
        kwargs.pop("choices", None)
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "CharField"

    def to_python(self, value: Any) -> list[str]:
        codes = value.split(",") if isinstance(value, str) else (value or [])
        chosen = {str(code) for code in codes if code}
        known = [str(code) for code, _label in self.flatchoices]
        return [code for code in known if code in chosen] + sorted(chosen - set(known))

    def from_db_value(self, value: Any, *_args: object) -> list[str]:
        return self.to_python(value)

    def get_prep_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return f",{','.join(value)}," if value else ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        labels = dict(self.flatchoices)
        if unknown := [code for code in value if code not in labels]:
            message = _("%(value)s is not one of the choices.")
            raise ValidationError(message, code="invalid", params={"value": ", ".join(unknown)})
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def formfield(self, **kwargs: Any) -> Any:
        options = {
            "choices": self.flatchoices,
            "required": not self.blank,
            "label": capfirst(self.verbose_name),
            "help_text": self.help_text,
            "widget": forms.CheckboxSelectMultiple,
        }
        kwargs = {name: value for name, value in kwargs.items() if name != "choices_form_class"}
        return forms.MultipleChoiceField(**{**options, **kwargs})

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)

        def labels(instance: models.Model) -> list[str]:
            words = dict(self.flatchoices)
            return [str(words.get(code, code)) for code in getattr(instance, name)]

        # Django's own display method knows one choice only.
        setattr(cls, f"get_{name}_display", labels)


class BlockField(StreamField):
    """A StreamField whose block definitions stay out of the migrations: they are no schema."""

    def deconstruct(self) -> Any:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
