"""Background work of pages. Tasks carry ids only, and every one may run twice."""

from typing import Any

from crontask import cron
from django.conf import settings
from django.dispatch import receiver
from django.tasks import task
from wagtail.signals import page_published, page_unpublished

from home import sign_ups
from home.editing import tasks as editing_tasks  # noqa: F401  the scheduler looks here
from home.forms import services as forms
from home.models import EventPage, FormEntry, FormPage


@task()
def tell_of_entry(entry_pk: int) -> None:
    forms.tell(entry_pk)


@receiver(forms.entry_waiting)
def enqueue_telling(sender: type[FormEntry], entry: FormEntry, **kwargs: Any) -> None:
    tell_of_entry.enqueue(entry.pk)


@cron("*/10 * * * *")
@task()
def tell_of_forgotten_entries() -> None:
    """Pick up what a killed worker or a mail server that was away left behind."""
    for entry_pk in forms.waiting():
        tell_of_entry.enqueue(entry_pk)


@cron("20 4 * * *")
@task()
def forget_old_entries() -> None:
    forms.forget_old()


@receiver(page_published, sender=FormPage)
def agree_about_entries(sender: type[FormPage], instance: FormPage, **kwargs: Any) -> None:
    if instance.locale.language_code == settings.LANGUAGE_CODE:
        forms.agree(instance)


@receiver(page_published, sender=EventPage)
def keep_sign_up_list(sender: type[EventPage], instance: EventPage, **kwargs: Any) -> None:
    sign_ups.published(instance)


# A published page that is deleted is unpublished first.
@receiver(page_unpublished, sender=EventPage)
def close_sign_up_list(sender: type[EventPage], instance: EventPage, **kwargs: Any) -> None:
    sign_ups.withdrawn(instance)
