"""What happens to pages reaches the index: leaving it at once, entering it as a task."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from . import indexing
from .models import IndexedPage
from .tasks import index_page, index_section


@receiver(page_published)
def _published(instance: Page, **kwargs: Any) -> None:
    index_page.enqueue(instance.pk)


@receiver(page_unpublished)
def _unpublished(instance: Page, **kwargs: Any) -> None:
    indexing.remove(IndexedPage.objects.filter(page=instance.pk))


@receiver(post_page_move)
def _moved(instance: Page, **kwargs: Any) -> None:
    if any(restriction.pk for restriction in instance.get_view_restrictions()):
        indexing.remove_section(instance)
    index_section.enqueue(instance.path)


@receiver(post_save, sender=PageViewRestriction)
def _restricted(instance: PageViewRestriction, **kwargs: Any) -> None:
    indexing.remove_section(instance.page)


@receiver(post_delete, sender=PageViewRestriction)
def _opened(instance: PageViewRestriction, **kwargs: Any) -> None:
    page = Page.objects.filter(pk=instance.page_id).first()
    if page:
        index_section.enqueue(page.path)
