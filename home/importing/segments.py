"""What wagtail-localize keeps of a page to translate it, written in bulk.

The same rows that `TranslationSource.update_or_create_from_instance` writes, which takes a dozen
queries for every sentence; a test compares the two.
"""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    OverridableSegment,
    RelatedObjectSegment,
    SegmentOverride,
    String,
    StringSegment,
    StringTranslation,
    Template,
    TemplateSegment,
    TranslatableObject,
    TranslationContext,
    TranslationSource,
    get_schema_version,
)
from wagtail_localize.segments import (
    OverridableSegmentValue,
    RelatedObjectSegmentValue,
    StringSegmentValue,
    TemplateSegmentValue,
)


class SourceWriter:
    """Writes one page as the source of its translations."""

    def __init__(self, page: Page, segments: list[Any]) -> None:
        self.page, self.segments = page, segments
        translatable, _created = TranslatableObject.objects.get_or_create_from_instance(page)
        self.source, _created = TranslationSource.objects.update_or_create(
            object=translatable,
            locale=page.locale,
            specific_content_type=ContentType.objects.get_for_model(type(page)),
            defaults={
                "object_repr": str(page)[:200],
                "content_json": page.to_json(),
                "schema_version": get_schema_version(page._meta.app_label),
                "last_updated_at": timezone.now(),
            },
        )
        self.contexts = self._contexts()
        self.strings = self._strings()
        self._write()

    def of_type(self, kind: type) -> Iterable[Any]:
        return (segment for segment in self.segments if isinstance(segment, kind))

    def _contexts(self) -> dict[str, TranslationContext]:
        translatable = self.source.object
        found = {
            context.path: context
            for context in TranslationContext.objects.filter(object=translatable)
        }
        new = {}
        for segment in self.segments:
            path = segment.path
            if path in found or path in new:
                continue
            context = TranslationContext(
                object=translatable, path=path, path_id=TranslationContext._get_path_id(path)
            )
            context.save = _not_yet
            context.get_field_path(self.page)
            del context.save
            new[path] = context
        TranslationContext.objects.bulk_create(new.values())
        return found | new

    def _strings(self) -> dict[str, String]:
        locale = self.page.locale
        words = {segment.string.data for segment in self.of_type(StringSegmentValue)}
        hashes = {String._get_data_hash(text): text for text in words}
        rows = String.objects.filter(locale=locale, data_hash__in=hashes)
        found = {hashes[row.data_hash]: row for row in rows}
        new = [
            String(locale=locale, data_hash=key, data=text)
            for key, text in hashes.items()
            if text not in found
        ]
        String.objects.bulk_create(new)
        return found | {row.data: row for row in new}

    def _templates(self) -> dict[str, Template]:
        wanted: dict[uuid.UUID, TemplateSegmentValue] = {}
        for segment in self.of_type(TemplateSegmentValue):
            namespace = uuid.uuid5(Template.BASE_UUID_NAMESPACE, segment.format)
            wanted[uuid.uuid5(namespace, segment.template)] = segment
        found = {row.uuid: row for row in Template.objects.filter(uuid__in=wanted)}
        new = [
            Template(
                uuid=key,
                template=segment.template,
                template_format=segment.format,
                string_count=segment.string_count,
            )
            for key, segment in wanted.items()
            if key not in found
        ]
        Template.objects.bulk_create(new)
        found |= {row.uuid: row for row in new}
        return {segment.template: found[key] for key, segment in wanted.items()}

    def _write(self) -> None:
        templates = self._templates()
        for model in (StringSegment, TemplateSegment, OverridableSegment, RelatedObjectSegment):
            model.objects.filter(source=self.source).delete()
        StringSegment.objects.bulk_create(
            StringSegment(
                **self._common(segment),
                string=self.strings[segment.string.data],
                attrs=json.dumps(segment.attrs, cls=DjangoJSONEncoder),
            )
            for segment in self.of_type(StringSegmentValue)
        )
        TemplateSegment.objects.bulk_create(
            TemplateSegment(**self._common(segment), template=templates[segment.template])
            for segment in self.of_type(TemplateSegmentValue)
        )
        OverridableSegment.objects.bulk_create(
            OverridableSegment(
                **self._common(segment), data_json=json.dumps(segment.data, cls=DjangoJSONEncoder)
            )
            for segment in self.of_type(OverridableSegmentValue)
        )
        for segment in self.of_type(RelatedObjectSegmentValue):
            RelatedObjectSegment.from_value(self.source, segment)

    def _common(self, segment: Any) -> dict[str, Any]:
        return {
            "source": self.source,
            "context": self.contexts[segment.path],
            "order": segment.order,
        }

    def translate(self, locale: Locale, strings: dict[tuple[str, str], str]) -> None:
        """Write the translation of every sentence, by its path and its words."""
        existing = {
            (row.translation_of_id, row.context_id): row
            for row in StringTranslation.objects.filter(
                locale=locale, context__object_id=self.source.object_id
            )
        }
        new, changed = [], []
        for (path, words), text in strings.items():
            string, context = self.strings[words], self.contexts[path]
            row = existing.get((string.pk, context.pk))
            if row is None:
                row = StringTranslation(
                    translation_of=string,
                    context=context,
                    locale=locale,
                    data=text,
                    translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
                )
                new.append(row)
            elif row.data != text or row.has_error or row.last_translated_by_id:
                row.data, row.has_error, row.field_error = text, False, ""
                row.last_translated_by, row.updated_at = None, timezone.now()
                changed.append(row)
        StringTranslation.objects.bulk_create(new)
        StringTranslation.objects.bulk_update(
            changed, ["data", "has_error", "field_error", "last_translated_by", "updated_at"]
        )

    def override(self, locale: Locale, overrides: dict[str, Any]) -> None:
        """Write where the translation has another address or picture than the source."""
        existing = SegmentOverride.objects.filter(
            locale=locale, context__object_id=self.source.object_id
        )
        wanted = {
            self.contexts[path].pk: json.dumps(data, cls=DjangoJSONEncoder)
            for path, data in overrides.items()
            if path in self.contexts
        }
        for row in existing:
            if wanted.get(row.context_id) == row.data_json:
                del wanted[row.context_id]
            else:
                row.delete()
        SegmentOverride.objects.bulk_create(
            SegmentOverride(locale=locale, context_id=context, data_json=data)
            for context, data in wanted.items()
        )


def _not_yet(**_options: Any) -> None:
    """Stands in for the saving of a row that is written with many others."""
