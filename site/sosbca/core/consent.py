"""Pictures of children: shown only while a guardian's consent holds.

A page may name a picture itself, in a block, in a row, in rich text, or through a snippet such as
a person. No page goes live with one whose consent has run out, whichever way it is published, and
one that is live already stops showing the picture (`CustomImage.may_be_shown`).
"""

import datetime
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import get_language, gettext
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.models import Page, Revision

from .images import CustomImage
from .text import format_date

logger = logging.getLogger(__name__)

# An object that a page refers to: its model and its primary key as text.
type Target = tuple[type[models.Model], str]

# Sent with `page` and `refusal` when a page's time had come and it was not published, inside the
# transaction that takes its schedule back.
schedule_refused = Signal()


class PictureWithoutConsentError(Exception):
    """A page can't go live because of the pictures that it names."""

    def __init__(self, page: Page, pictures: Iterable[CustomImage]) -> None:
        self.page = page
        self.pictures = list(pictures)
        super().__init__(page, self.pictures)

    def __str__(self) -> str:
        return " ".join(map(explanation, self.pictures))


def visible(picture: CustomImage | None) -> CustomImage | None:
    """The picture, or None when visitors may not see it (any longer)."""
    return picture if picture and picture.may_be_shown else None


def without_consent(day: datetime.date) -> models.QuerySet[CustomImage]:
    """Pictures of children for which no consent holds on that day."""
    return CustomImage.objects.filter(shows_children=True).exclude(consent_until__gte=day)


def explanation(picture: CustomImage) -> str:
    """Why the picture keeps a page from going live, in the reader's language."""
    if picture.consent_until is None:
        text = gettext(
            "The picture “%(title)s” shows children, and no consent is recorded for it. Choose "
            "another picture, or record the consent with the picture."
        )
        return text % {"title": picture.title}
    language = (get_language() or "lv").split("-")[0]
    text = gettext(
        "The consent for the picture “%(title)s” holds only until %(date)s. Choose another "
        "picture, or record a new consent with the picture."
    )
    return text % {
        "title": picture.title,
        "date": format_date(picture.consent_until, language),
    }


def require(page: Page, day: datetime.date | None = None) -> None:
    """Raise PictureWithoutConsentError when the page may not be live on that day, by default
    today."""
    if found := forbidden(targets_of(page), day):
        unique = {picture.pk: picture for picture in found.values()}
        raise PictureWithoutConsentError(page, unique.values())


def forbidden(
    targets: Iterable[Target], day: datetime.date | None = None
) -> Mapping[Target, CustomImage]:
    """Those targets that are, or show, a picture without consent on that day, with the picture.

    One query for the pictures and one for each kind of snippet that has a picture.
    """
    lacking = without_consent(day or timezone.localdate())
    by_model: dict[type[models.Model], set[str]] = {}
    for model, key in targets:
        by_model.setdefault(model, set()).add(key)
    found: dict[Target, CustomImage] = {}
    for model, keys in by_model.items():
        if issubclass(model, CustomImage):
            pictures = lacking.filter(pk__in=keys)
            found.update({(model, str(picture.pk)): picture for picture in pictures})
            continue
        # Another page shows its pictures on its own account.
        if issubclass(model, Page):
            continue
        for field in picture_fields(model):
            rows = model._default_manager.filter(pk__in=keys, **{f"{field}__in": lacking})
            for row in rows.select_related(field):
                found[model, str(row.pk)] = getattr(row, field)
    return found


def picture_fields(model: type[models.Model]) -> Iterator[str]:
    """Names of the fields that hold a picture."""
    for field in model._meta.get_fields():
        if field.many_to_one and field.related_model is CustomImage:
            yield field.name


def targets_of(instance: models.Model) -> set[Target]:
    """Everything that the object refers to, its rows included, as it is in memory."""
    found: set[Target] = set()
    fields: list[Any] = instance._meta.get_fields()
    for field in fields:
        if isinstance(field, models.Field):
            found |= targets_in(field, field.value_from_object(instance))
    if isinstance(instance, ClusterableModel):
        for relation in get_all_child_relations(instance):
            rows: Any = getattr(instance, relation.get_accessor_name() or "")
            for row in rows.all():
                found |= targets_of(row)
    return found


def targets_in(field: models.Field[Any, Any], value: object) -> set[Target]:
    """What a value of a field refers to: a chosen object, or all within blocks and rich text."""
    if value is None:
        return set()
    if isinstance(field, models.ForeignKey):
        key = value.pk if isinstance(value, models.Model) else value
        return {(field.related_model, str(key))}
    if extract := getattr(field, "extract_references", None):
        return {(model, str(key)) for model, key, *_paths in extract(value)}
    return set()


def refuse_schedule(revision: Revision, refusal: PictureWithoutConsentError) -> None:
    """Take back the schedule of a revision that may not go live, and tell who wants to know.

    Both or neither: who listens queues its work in the same transaction, and sends nothing itself.
    """
    page = refusal.page
    with transaction.atomic():
        revision.approved_go_live_at = None
        # Wagtail writes into the page's history that the schedule was taken back.
        revision.save(update_fields=["approved_go_live_at"])
        schedule_refused.send(sender=type(page), page=page, refusal=refusal)
    logger.warning("Page %d was not published at its time: pictures without consent", page.pk)
