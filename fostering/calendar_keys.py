"""How calendars know an evening that people sign up for, wherever they get it from."""

from collections.abc import Collection

from django.db.models import Min

from .models import SignUpList


def calendar_keys(events: Collection[SignUpList]) -> dict[int, str]:
    """By the lists' own keys. The first evening of a page has the page's key. A later one has
    another: the entry of the earlier one must not move."""
    lists = SignUpList.objects.filter(event_key__in={event.event_key for event in events})
    firsts = lists.order_by().values("event_key").annotate(first=Min("pk"))
    known = {row["first"] for row in firsts}
    return {
        event.pk: str(event.event_key) if event.pk in known else f"{event.event_key}-{event.pk}"
        for event in events
    }
