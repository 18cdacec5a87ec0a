"""What the site has of what is in the files, and whether staff have changed it since."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import Locale, Page
from wagtail_localize.models import SegmentOverride, StringTranslation

from home.models.imported import ImportedItem

from .kinds import keys_of

Key = tuple[str, str]


def digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def imported_items() -> dict[Key, ImportedItem]:
    rows = ImportedItem.objects.select_related("content_type")
    return {(row.key, row.language): row for row in rows}


def objects_of(items: Iterable[ImportedItem]) -> dict[Key, models.Model]:
    """The objects that were imported and still exist. One query for each model."""
    by_type: dict[ContentType, dict[str, list[Key]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        by_type[item.content_type][item.object_id].append((item.key, item.language))
    found: dict[Key, models.Model] = {}
    for content_type, keys in by_type.items():
        model = content_type.model_class()
        if model is None:
            continue
        for pk, instance in model._default_manager.in_bulk(list(keys)).items():
            found.update(dict.fromkeys(keys[str(pk)], instance))
    return found


def page_state(page: Page) -> str:
    """Changes with every new version of a page, with its publication, and with every sentence that
    staff translate."""
    return digest(page.latest_revision_id, page.live, *_staff_translations(page))


def _staff_translations(page: Page) -> list[object]:
    rows: list[object] = []
    for model in (StringTranslation, SegmentOverride):
        rows += (
            model.objects.filter(
                context__object_id=page.translation_key,
                locale_id=page.locale_id,
                last_translated_by__isnull=False,
            )
            .order_by("pk")
            .values_list("pk", "updated_at")
        )
    return rows


def entry_state(instance: models.Model) -> str:
    """Changes with every field that can be imported."""
    parts: list[object] = []
    for name, key in keys_of(type(instance)).items():
        if key.is_rows:
            rows: Any = getattr(instance, key.field.get_accessor_name()).all()
            parts += [name, *(entry_state(row) for row in rows)]
        elif not key.is_tags and not isinstance(key.field, models.ManyToManyField):
            parts += [name, key.field.value_to_string(instance)]
    return digest(*parts)


def remember(
    key: str, language: str, instance: models.Model, *, source_hash: str = "", state_hash: str = ""
) -> None:
    ImportedItem.objects.update_or_create(
        key=key,
        language=language,
        defaults={
            "content_type": ContentType.objects.get_for_model(type(instance)),
            "object_id": str(instance.pk),
            "source_hash": source_hash,
            "state_hash": state_hash,
        },
    )


def locales() -> tuple[Locale, Locale]:
    """Latvian and English, made when the site is new."""
    latvian, english = (
        Locale.objects.get_or_create(language_code=code)[0] for code in ("lv", "en")
    )
    return latvian, english
