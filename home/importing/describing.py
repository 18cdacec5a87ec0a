"""What can be written in the files, read from the models and blocks themselves."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.utils import translation
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail_localize.fields import get_translatable_fields

from sosbca.core.fields import CentsField, ChoiceSetField

from .kinds import Key, entry_kinds, keys_of, kind_of, page_types, settings_kinds
from .problems import did_you_mean


def describe(name: str) -> str:
    """Everything there is, or every key of one page type, snippet or settings."""
    with translation.override("en"):
        return "\n".join(_one(name) if name else _all())


def _all() -> Iterator[str]:
    parts: dict[str, Mapping[str, type[models.Model]]] = {
        "Page types (type: …)": page_types(),
        "Pictures, documents, funds, campaigns and snippets (reference: kind:key)": entry_kinds(),
        "Settings (_settings.yaml)": settings_kinds(),
    }
    for heading, known in parts.items():
        yield heading
        for name, model in known.items():
            yield f"  {name:<20} {_summary(model)}"
        yield ""
    yield "One of them in full: --describe NAME"


def _summary(model: type[models.Model]) -> str:
    lines = (model.__doc__ or "").strip().splitlines()
    name = str(model._meta.verbose_name)
    return name if not lines or lines[0].startswith(model.__name__) else lines[0]


def _one(name: str) -> Iterator[str]:
    everything: dict[str, Any] = {
        **page_types(),
        **entry_kinds(),
        **settings_kinds(),
    }
    model = everything.get(name)
    if model is None:
        yield f"There is no “{name}”.{did_you_mean(name, everything)}"
        return
    yield f"{name}: {_summary(model)}"
    if issubclass(model, Page):
        parents = [
            key for key, known in page_types().items() if model in known.allowed_subpage_models()
        ]
        yield f"stands below: {', '.join(parents) or 'the top only'}"
    yield "(* required, + translated)"
    yield from _keys(model, "  ")


def _keys(model: type[models.Model], indent: str) -> Iterator[str]:
    translated = {
        field.field_name
        for field in (get_translatable_fields(model) if _has_languages(model) else [])
        if field.is_translated(None)
    }
    for name, key in keys_of(model).items():
        marks = ("*" if key.is_required else " ") + ("+" if key.field.name in translated else " ")
        yield f"{indent}{marks}{name}: {_kind(key)}"
        if key.is_rows:
            yield from _keys(key.field.related_model, indent + "    - ")
        elif isinstance(key.field, StreamField):
            yield from _blocks(key.field.stream_block, indent + "    ")


def _has_languages(model: type[models.Model]) -> bool:
    from wagtail.models import TranslatableMixin

    return issubclass(model, TranslatableMixin)


# The first that fits.
FIELDS: tuple[tuple[type, str], ...] = (
    (CentsField, "money, in euro"),
    (models.BooleanField, "true or false"),
    (models.DateTimeField, "a day and a time"),
    (models.DateField, "a day"),
    (models.IntegerField, "a number"),
    (models.DecimalField, "a number"),
    (models.FloatField, "a number"),
    (models.URLField, "an address, https://…"),
    (models.EmailField, "an e-mail address"),
    (models.FileField, "the name of a file"),
)
BLOCKS: tuple[tuple[type, str], ...] = (
    (TableBlock, "a Markdown table, or rows, caption, headers (row, column, both or neither)"),
    (blocks.BaseStructBlock, "keys"),
    (blocks.ListBlock, "a list"),
    (blocks.BaseStreamBlock, "a list of blocks"),
    (blocks.RichTextBlock, "Markdown"),
    (blocks.BooleanBlock, "true or false"),
    (blocks.DateTimeBlock, "a day and a time"),
    (blocks.DateBlock, "a day"),
    (blocks.TimeBlock, "a time"),
    (blocks.IntegerBlock, "a number"),
    (blocks.DecimalBlock, "a number"),
    (blocks.FloatBlock, "a number"),
    (blocks.URLBlock, "an address, https://…"),
)


def _first(kinds: tuple[tuple[type, str], ...], thing: object) -> str:
    return next((words for kind, words in kinds if isinstance(thing, kind)), "")


def _kind(key: Key) -> str:
    field = key.field
    if key.is_rows:
        return "a list of rows"
    if key.is_tags:
        return "a list of words"
    if isinstance(field, ChoiceSetField):
        return f"a list of: {_codes(field.flatchoices)}"
    if field.is_relation:
        return _reference([field.related_model])
    if field.choices:
        return f"one of: {_codes(field.flatchoices)}"
    if isinstance(field, StreamField):
        return "blocks" if field.name != "body" else "the text below the second ---, of blocks"
    if isinstance(field, RichTextField):
        return f"Markdown{_limit(field)}"
    return _first(FIELDS, field) or f"words{_limit(field)}"


def _limit(field: Any) -> str:
    limit = getattr(field, "max_length", None)
    return f", at most {limit} characters" if limit else ""


def _codes(choices: Any) -> str:
    return ", ".join(str(code) for code, _label in choices if code not in {"", None})


def _reference(targets: list[type[models.Model]]) -> str:
    kinds = sorted({f"{kind_of(model) or model.__name__}:…" for model in targets})
    types = [str(model._meta.verbose_name) for model in targets if model is not Page]
    only = f" ({' or '.join(types)})" if targets and issubclass(targets[0], Page) and types else ""
    return f"{' or '.join(kinds)}{only}"


def _blocks(block: Any, indent: str) -> Iterator[str]:
    for name, child in block.child_blocks.items():
        yield from _block(name, child, indent)


def _block(name: str, block: blocks.Block, indent: str) -> Iterator[str]:
    words = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock, blocks.BlockQuoteBlock)
    marks = "*" if getattr(block, "required", False) else " "
    marks += "+" if isinstance(block, words) else " "
    yield f"{indent}{marks}{name}: {_block_kind(block)}"
    if isinstance(block, TableBlock):
        return
    if isinstance(block, (blocks.BaseStructBlock, blocks.BaseStreamBlock)):
        yield from _blocks(block, indent + "    ")
    elif isinstance(block, blocks.ListBlock):
        child = block.child_block
        if isinstance(child, blocks.BaseStructBlock):
            yield from _blocks(child, indent + "    - ")
        else:
            yield from _block("-", child, indent + "    ")


def _block_kind(block: Any) -> str:
    field: Any = getattr(block, "field", None)
    match block:
        case blocks.PageChooserBlock():
            return _reference(block.target_models or [Page])
        case blocks.ChooserBlock():
            return _reference([block.model_class])
        case blocks.MultipleChoiceBlock() | blocks.ChoiceBlock():
            several = "a list of" if isinstance(block, blocks.MultipleChoiceBlock) else "one of"
            return f"{several}: {_codes(field.choices)}"
        case blocks.CharBlock() | blocks.TextBlock():
            return f"words{_limit(field)}"
    return _first(BLOCKS, block) or "a value"
