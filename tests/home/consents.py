"""Pictures of children, and the places of a page where one may stand."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from home.models import StandardPage
from sosbca.core.models import CustomImage, Person
from tests import pages

YESTERDAY = datetime.timedelta(days=-1)
DAY = datetime.timedelta(days=1)


def child_picture(days: int | None, title: str = "Vasara") -> CustomImage:
    """A picture of a child, whose consent ends so many days from today."""
    until = None if days is None else timezone.localdate() + days * DAY
    return pages.picture(
        title, size=(16, 10), shows_children=True, consent_reference="17", consent_until=until
    )


def page_with(home: Page, **fields: Any) -> StandardPage:
    return pages.add(home, StandardPage, "Vasara laukos", "vasara", live=False, **fields)


def work() -> None:
    """Send the messages that are due."""
    due = DBTaskResult.objects.ready().filter(task_path__startswith="home.editing.tasks.")
    for task in due:
        task.delete()
        task.task.func(*task.args_kwargs["args"])


def edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def in_field(home: Page, picture: CustomImage) -> Page:
    return page_with(home, picture=picture)


def in_block(home: Page, picture: CustomImage) -> Page:
    return page_with(home, body=[("picture", {"image": picture, "caption": ""})])


def in_gallery(home: Page, picture: CustomImage) -> Page:
    fine = pages.picture("Māja", size=(16, 10))
    items = [{"image": fine, "caption": ""}, {"image": picture, "caption": ""}]
    return page_with(home, body=[("gallery", {"heading": "", "items": items})])


def through_person_in_block(home: Page, picture: CustomImage) -> Page:
    person = Person.objects.create(name="Anna", role_lv="a", role_en="a", photo=picture)
    return page_with(home, body=[("people", {"heading": "", "people": [person]})])


def through_person_in_field(home: Page, picture: CustomImage) -> Page:
    index = pages.project_index(home)
    person = Person.objects.create(name="Anna", role_lv="a", role_en="a", photo=picture)
    return pages.project(index, contact=person, live=False)


def through_funder_in_row(home: Page, picture: CustomImage) -> Page:
    index = pages.project_index(home)
    (funder, *_others) = pages.funders()
    funder.logo = picture
    funder.save()
    page = pages.project(index, live=False)
    page.funding.create(funder=funder, role="financed_by", locale=home.locale)
    page.save()
    return page


PLACES = [
    in_field,
    in_block,
    in_gallery,
    through_person_in_block,
    through_person_in_field,
    through_funder_in_row,
]
