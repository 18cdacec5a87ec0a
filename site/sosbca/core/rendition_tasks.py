"""When sizes of pictures are made: after an upload, and when what shows them is published."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.signals import post_save
from django.tasks import task
from modelcluster.fields import ParentalKey
from wagtail.models import Page
from wagtail.signals import page_published

from . import renditions
from .images import CustomImage

# Receipts and mail go first: a picture that is missing is made when it is shown.
PRIORITY = -50
# Written when a picture is measured: what it shows stays as it is.
MEASURES = {"file_size", "file_hash"}
# Whose objects may show pictures on their own, not as part of a page.
APPS = {"core", "home", "projects", "blog", "donations"}


@task(priority=PRIORITY)
def make_renditions(image_pk: int) -> None:
    """The usual sizes of a picture that was uploaded or cut anew."""
    if image := CustomImage.objects.filter(pk=image_pk).first():
        renditions.make(image, renditions.USUAL)


@task(priority=PRIORITY)
def make_renditions_of(label: str, pk: int) -> None:
    """The sizes of all pictures that a page or another object shows."""
    shown = apps.get_model(label)._default_manager.filter(pk=pk).first()
    if shown is None:
        return
    found = renditions.pictures_of(shown)
    for image in CustomImage.objects.filter(pk__in=found):
        renditions.make(image, found[image.pk])


def watch() -> None:
    """Connect the signals. Tasks are queued in the transaction of the change."""
    post_save.connect(_picture_saved, sender=CustomImage, dispatch_uid="renditions")
    page_published.connect(_published, dispatch_uid="renditions")
    for model in apps.get_models():
        if _shows_pictures_itself(model):
            post_save.connect(_published, sender=model, dispatch_uid=f"renditions.{model.__name__}")


def _shows_pictures_itself(model: type[models.Model]) -> bool:
    if model._meta.app_label not in APPS or issubclass(model, Page):
        return False
    keys = [field for field in model._meta.fields if isinstance(field, models.ForeignKey)]
    # A rendition's own key to its picture, or a row of a page.
    if model is CustomImage._meta.get_field("renditions").related_model:
        return False
    if any(isinstance(key, ParentalKey) for key in keys):
        return False
    return any(key.related_model is CustomImage for key in keys)


def _picture_saved(
    sender: type[CustomImage],
    instance: CustomImage,
    update_fields: Iterable[str] | None = None,
    **kwargs: Any,
) -> None:
    if update_fields is None or not MEASURES.issuperset(update_fields):
        make_renditions.enqueue(instance.pk)


def _published(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    make_renditions_of.enqueue(sender._meta.label, instance.pk)
