"""Calendar files (iCalendar, RFC 5545)."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

if TYPE_CHECKING:
    from home.models.event_pages import EventPage

PRODUCT = "-//SOS Children's Villages Latvia//Events//LV"


def calendar_file(name: str, events: Iterable["EventPage"]) -> HttpResponse:
    """The events as a file to download. Times are given in UTC, so no time zone has to travel."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for event in events:
        calendar.add_component(_entry(event))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _entry(event: "EventPage") -> icalendar.Event:
    host = urlsplit(settings.SITE_URL).hostname
    address = settings.SITE_URL + (event.get_url() or "/")
    entry = icalendar.Event()
    # The same for ever, and for both languages: calendars recognise an update by it.
    entry.add("uid", f"{event.translation_key}@{host}")
    entry.add("dtstamp", event.last_published_at or timezone.now())
    entry.add("dtstart", event.starts_at.astimezone(datetime.UTC))
    entry.add("dtend", event.ends_at.astimezone(datetime.UTC))
    entry.add("summary", event.title)
    entry.add("url", address)
    entry.add("description", "\n\n".join(filter(None, [event.introduction, address])))
    if event.where:
        entry.add("location", event.where)
    return entry
