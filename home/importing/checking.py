"""Builds everything in memory, so that all that is wrong is found before anything is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import translation
from wagtail.images.fields import get_allowed_image_extensions
from wagtail.models import Locale, Page
from wagtail.utils.file import hash_filelike
from willow.image import Image as WillowImage
from willow.image import UnrecognisedImageFormatError

from sosbca.core import consent
from sosbca.core.models import CustomImage

from .building import Builder
from .kinds import DOCUMENT, PAGE_KEYS, PICTURE, keys_of
from .merging import Merger
from .nodes import Node, Record, Text, mention
from .planning import Item, Plan
from .problems import Place, Problems, did_you_mean
from .scalars import day
from .translating import Mismatch, pairs

STATUSES = {"draft", "live"}


@dataclass
class Checker:
    """Fills the objects of a plan. It runs twice: to check, and again once everything that the
    objects point at has been saved."""

    plan: Plan
    locale: Locale

    @property
    def problems(self) -> Problems:
        return self.plan.problems

    def check(self) -> None:
        """Everything that is to be written. Messages are in English, like the rest of them."""
        references = self.plan.references
        with translation.override("en"):
            for item in self.plan.items:
                if not item.is_wanted:
                    continue
                before = len(self.problems.found)
                if item.language == "en":
                    self.english(item, before)
                else:
                    builder = self.fill(item)
                    if before == len(self.problems.found):
                        builder.check_together(item.instance, item.record)
                item.uses = references.collect()
                if isinstance(item.instance, Page) and not is_draft(item.record):
                    self.consents(item)

    def consents(self, item: Item) -> None:
        """A page does not go live with a picture of children that may not be shown."""
        for key in sorted(item.uses):
            target = self.plan.references.objects.get(key)
            if target is None or isinstance(target, Page):
                continue
            fields = consent.picture_fields(type(target))
            pictures = [target, *(getattr(target, name) for name in fields)]
            for picture in pictures:
                if isinstance(picture, CustomImage) and not picture.may_be_shown:
                    place = mention(item.record, key)
                    self.problems.add(place, consent.explanation(picture))

    def fill(self, item: Item) -> Builder:
        builder = Builder(self.plan.references, self.problems, item.key, self.locale)
        if isinstance(item.instance, Page):
            self.page_keys(item)
            builder.fill(item.instance, item.record, frozenset(PAGE_KEYS))
        else:
            builder.fill(
                item.instance,
                item.record,
                frozenset({"file"} if item.kind in {PICTURE, DOCUMENT} else ()),
            )
            if item.file:
                self.media(item, item.file)
        return builder

    def english(self, item: Item, before: int) -> None:
        twin, _builder = self.twin(item)
        if before == len(self.problems.found) and item.parent:
            try:
                pairs(item.parent.instance, twin)
            except Mismatch as mismatch:
                self.problems.add(item.record.place, str(mismatch))

    def twin(self, item: Item) -> tuple[Any, Builder]:
        """The English page with the structure and the ids of the Latvian one, not saved."""
        latvian = item.above
        model = type(latvian.instance)
        merger = Merger(self.problems, Place(item.record.place.file, 1))
        merged = merger.record(model, latvian.record, item.record, frozenset(PAGE_KEYS))
        self.status(item)
        twin = model()
        builder = Builder(self.plan.references, self.problems, item.key, self.locale)
        builder.fill(twin, merged, frozenset(PAGE_KEYS))
        return twin, builder

    # Keys of pages that are no fields

    def page_keys(self, item: Item) -> None:
        record = item.record
        self.status(item)
        order = record.entries.get("order")
        if order is not None and not (isinstance(order, Text) and order.text.strip().isdecimal()):
            self.problems.add(record.place_of("order"), "order: This must be a whole number.")
        published, own = record.entries.get("published"), "published_on"
        if published is not None and own in keys_of(item.instance.__class__):
            record.entries.setdefault(own, published)
            record.keys.setdefault(own, record.place_of("published"))
        if isinstance(published, Text):
            day(published, self.problems)

    def status(self, item: Item) -> None:
        node: Node | None = item.record.entries.get("status")
        text = node.text.strip() if isinstance(node, Text) else ""
        if node is not None and text not in STATUSES:
            hint = did_you_mean(text, STATUSES)
            where = item.record.place_of("status")
            self.problems.add(where, f"status: “{text}” is not one of the choices.{hint}")

    # Files

    def media(self, item: Item, file: Path) -> None:
        where = item.record.place_of("file")
        allowed = (
            settings.WAGTAILDOCS_EXTENSIONS
            if item.kind == DOCUMENT
            else get_allowed_image_extensions()
        )
        if file.suffix.lower().removeprefix(".") not in allowed:
            self.problems.add(
                where, f"{file.name}: Files of this kind are not taken, only: {', '.join(allowed)}."
            )
            return
        content = ContentFile(file.read_bytes(), file.name)
        if item.instance.pk and item.instance.get_file_hash() == hash_filelike(content):
            return
        try:
            if item.kind == PICTURE:
                WillowImage.open(content)
            item.instance.file = content
        except UnrecognisedImageFormatError:
            self.problems.add(where, f"{file.name}: This is no picture.")


def is_draft(record: Record) -> bool:
    node = record.entries.get("status")
    return isinstance(node, Text) and node.text.strip() == "draft"
