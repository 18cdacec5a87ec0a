"""Events as calendar files."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from fostering.calendar_keys import calendar_keys
from fostering.services import sign_up_lists
from sosbca.core.calendars import CONTENT_TYPE, CalendarEntry, calendar_data

if TYPE_CHECKING:
    from home.models.event_pages import EventPage


def calendar_file(name: str, events: Iterable["EventPage"]) -> HttpResponse:
    """The events as a file to download. One that people sign up for is the same entry here as in
    the messages to them: neither appears twice in a calendar that takes both."""
    events = list(events)
    lists = sign_up_lists.current_ones([event.translation_key for event in events])
    keys = calendar_keys(lists.values())
    entries = []
    for event in events:
        evening = lists.get(event.translation_key)
        key = keys[evening.pk] if evening else str(event.translation_key)
        entries.append(_entry(event, key, evening.revision if evening else 0))
    response = HttpResponse(calendar_data(entries), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _entry(event: "EventPage", key: str, revision: int) -> CalendarEntry:
    return CalendarEntry(
        key=key,
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        stamped_at=event.last_published_at or timezone.now(),
        address=settings.SITE_URL + (event.get_url() or "/"),
        introduction=event.introduction,
        place=event.where,
        revision=revision,
    )
