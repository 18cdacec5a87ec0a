"""Fields of our own: money typed in euro, blocks outside the migrations."""

from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps
from django.utils.translation import override
from wagtail.blocks import CharBlock
from wagtail.fields import StreamField

from sosbca.core.fields import BlockField, CentsField, EuroFormField


@isolate_apps("sosbca.core")
def form_class(**options: Any) -> type[forms.ModelForm[Any]]:
    class Priced(models.Model):
        price_cents = CentsField("price", **options)

        class Meta:
            app_label = "core"

    return forms.modelform_factory(Priced, fields=["price_cents"])


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("25,50", 2550), ("25.50", 2550), ("25", 2500), (" 1 250,5 ", 125050), ("0", 0)],
)
def test_typing_euro_stores_cents(typed: str, cents: int) -> None:
    form = form_class()({"price_cents": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["price_cents"] == cents
    assert type(form.cleaned_data["price_cents"]) is int


def test_cents_are_shown_as_euro() -> None:
    form = form_class()(initial={"price_cents": 2550})
    assert 'value="25.50"' in str(form["price_cents"])
    assert 'inputmode="decimal"' in str(form["price_cents"])
    assert 'value="25"' in str(form_class()(initial={"price_cents": 2500})["price_cents"])


def test_what_was_typed_stays_when_it_is_wrong() -> None:
    form = form_class()({"price_cents": "ten"})
    assert not form.is_valid()
    assert 'value="ten"' in str(form["price_cents"])


@pytest.mark.parametrize("typed", ["ten", "25,505", "1e3", "25 €€", "nan"])
def test_what_is_no_amount(typed: str) -> None:
    with override("en"):
        form = form_class()({"price_cents": typed})
        assert form.errors["price_cents"] == ["Enter an amount in euro, such as 25 or 25.50."]


def test_a_negative_amount() -> None:
    assert not form_class()({"price_cents": "-5"}).is_valid()


def test_an_empty_field() -> None:
    assert not form_class()({"price_cents": ""}).is_valid()
    form = form_class(null=True, blank=True)({"price_cents": ""})
    assert form.is_valid()
    assert form.cleaned_data["price_cents"] is None


@pytest.mark.parametrize(
    ("initial", "typed", "changed"),
    [
        (2550, "25.50", False),
        (2550, "25,5", False),
        (2500, "25", False),
        (2500, "2500", True),
        (None, "", False),
        (None, "0", True),
        (2500, "", True),
        (2500, "ten", True),
    ],
)
def test_has_changed(initial: int | None, typed: str, changed: bool) -> None:
    assert EuroFormField(required=False).has_changed(initial, typed) is changed


def test_block_definitions_stay_out_of_migrations() -> None:
    field = BlockField([("heading", CharBlock())], blank=True)
    _name, path, args, kwargs = field.deconstruct()
    assert path == "sosbca.core.fields.BlockField"
    assert args == [[]]
    assert kwargs == {"blank": True}
    # What a migration makes of it is no other field.
    again = BlockField(*args, **kwargs)
    assert again.deconstruct()[1:] == (path, args, kwargs)


def test_every_field_of_blocks_is_one() -> None:
    found = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.split(".")[0] in {"home", "blog", "projects", "fostering", "sosbca"}
        for field in model._meta.get_fields()
        if isinstance(field, StreamField) and not isinstance(field, BlockField)
    ]
    assert found == []
