"""Calendar files (iCalendar, RFC 5545)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import icalendar
from django.conf import settings

PRODUCT = "-//SOS Children's Villages Latvia//Events//LV"
CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One event as calendars show it. `key` is the same for ever and in both languages: calendars
    recognise an update by it, and by a higher `revision`."""

    key: str
    title: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    stamped_at: datetime.datetime
    address: str
    introduction: str = ""
    place: str = ""
    revision: int = 0


def calendar_data(entries: Iterable[CalendarEntry]) -> bytes:
    """The content of a calendar file. Times are given in UTC, so no time zone has to travel."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for entry in entries:
        calendar.add_component(_component(entry))
    return bytes(calendar.to_ical())


def _component(entry: CalendarEntry) -> icalendar.Event:
    host = urlsplit(settings.SITE_URL).hostname
    component = icalendar.Event()
    component.add("uid", f"{entry.key}@{host}")
    component.add("dtstamp", entry.stamped_at)
    component.add("dtstart", entry.starts_at.astimezone(datetime.UTC))
    component.add("dtend", entry.ends_at.astimezone(datetime.UTC))
    component.add("summary", entry.title)
    component.add("url", entry.address)
    component.add("description", "\n\n".join(filter(None, [entry.introduction, entry.address])))
    if entry.revision:
        component.add("sequence", entry.revision)
    if entry.place:
        component.add("location", entry.place)
    return component
