"""Events as calendar files."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from sosbca.core.calendars import CONTENT_TYPE, CalendarEntry, calendar_data

if TYPE_CHECKING:
    from home.models.event_pages import EventPage


def calendar_file(name: str, events: Iterable["EventPage"]) -> HttpResponse:
    """The events as a file to download."""
    response = HttpResponse(calendar_data(map(_entry, events)), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _entry(event: "EventPage") -> CalendarEntry:
    return CalendarEntry(
        key=str(event.translation_key),
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        stamped_at=event.last_published_at or timezone.now(),
        address=settings.SITE_URL + (event.get_url() or "/"),
        introduction=event.introduction,
        place=event.where,
    )
