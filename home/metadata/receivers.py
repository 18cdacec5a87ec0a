"""What happens to pages reaches the pictures that stand for them on other sites."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from home.models import SocialImage

from .social.pictures import forget_file
from .tasks import refresh_picture


@receiver([page_published, page_unpublished])
def _changed(instance: Page, **kwargs: Any) -> None:
    refresh_picture.enqueue(instance.pk)


@receiver(post_delete, sender=SocialImage)
def _removed(instance: SocialImage, **kwargs: Any) -> None:
    forget_file(str(instance.file.name))
