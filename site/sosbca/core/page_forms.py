"""The form behind the editor of every page."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import timezone
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.fields import StreamField

from .consent import Target, explanation, forbidden, targets_in

# Why the targets named by a value may not be published; None when they may.
type Objection = Callable[[Iterable[Target]], str | None]


def goes_live(data: Mapping[str, Any]) -> bool:
    """Whether what was posted publishes the page, schedules it, or approves it in a review."""
    if data.get("action-publish"):
        return True
    return bool(data.get("action-workflow-action")) and (
        data.get("workflow-action-name") == "approve"
    )


class ConsentFormMixin:
    """Refuses to publish a picture without consent, and says so where it was chosen."""

    data: Mapping[str, Any]
    cleaned_data: dict[str, Any]
    formsets: Any

    def is_valid(self) -> bool:
        if not super().is_valid():  # type: ignore[misc]
            return False
        return not (goes_live(self.data) and self._object_to_pictures())

    def _object_to_pictures(self) -> bool:
        """Add an error at each place of a picture without consent; whether there was one."""
        parts = [self, *_rows(self.formsets.values())]
        named = {target for part in parts for _name, targets in _named(part) for target in targets}
        found = forbidden(named, self._first_day())
        if not found:
            return False

        def objection(targets: Iterable[Target]) -> str | None:
            pictures = [found[target] for target in targets if target in found]
            return explanation(pictures[0]) if pictures else None

        for part in parts:
            for name, targets in _named(part):
                if objection(targets):
                    part.add_error(name, _error(part, name, targets, objection))
        return True

    def _first_day(self) -> datetime.date:
        """The day on which visitors first see what is published now."""
        go_live_at = self.cleaned_data.get("go_live_at")
        today = timezone.localdate()
        return max(today, timezone.localdate(go_live_at)) if go_live_at else today


class PageForm(ConsentFormMixin, WagtailAdminPageForm):
    """What every page's editor checks."""


def _rows(formsets: Iterable[Any]) -> list[Any]:
    """The forms of all rows that stay, and those of rows within rows."""
    rows = []
    for formset in formsets:
        for form in formset.forms:
            if form.cleaned_data and not form.cleaned_data.get("DELETE"):
                rows += [form, *_rows(getattr(form, "formsets", {}).values())]
    return rows


def _named(form: Any) -> Iterable[tuple[str, set[Target]]]:
    """Fields of the form, each with what its value refers to."""
    # An error takes the field out of the cleaned data.
    for name, value in list(form.cleaned_data.items()):
        try:
            field = form.instance._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(field, models.Field) and (targets := targets_in(field, value)):
            yield name, targets


def _error(
    form: forms.ModelForm[Any], name: str, targets: set[Target], objection: Objection
) -> ValidationError:
    field = form.instance._meta.get_field(name)
    if isinstance(field, StreamField):
        value = form.cleaned_data[name]
        return _block_error(value.stream_block, value, objection) or ValidationError("")
    return ValidationError(objection(targets) or "", code="consent")


def _block_error(block: blocks.Block, value: Any, objection: Objection) -> ValidationError | None:
    """The objection to a block's value, at the innermost block that it is about."""
    parts: list[tuple[Any, Any, Any]]
    match block:
        case blocks.StreamBlock():
            parts = [(i, child.block, child.value) for i, child in enumerate(value)]
        case blocks.ListBlock():
            parts = [(i, block.child_block, item) for i, item in enumerate(value)]
        case blocks.StructBlock():
            parts = [(name, child, value.get(name)) for name, child in block.child_blocks.items()]
        case _:
            if value is None:
                return None
            targets = [(model, str(key)) for model, key, *_paths in block.extract_references(value)]
            text = objection(targets)
            return ValidationError(text, code="consent") if text else None
    errors: dict[Any, Any] = {
        key: error
        for key, child, part in parts
        if (error := _block_error(child, part, objection)) is not None
    }
    if not errors:
        return None
    match block:
        case blocks.StreamBlock():
            return StreamBlockValidationError(block_errors=errors)
        case blocks.ListBlock():
            return ListBlockValidationError(block_errors=errors)
    return StructBlockValidationError(block_errors=errors)
