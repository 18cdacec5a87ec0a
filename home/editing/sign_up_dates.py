"""What a change of an event's time means for those who are signed up, said to who makes it."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from fostering.services import sign_up_lists
from home import sign_ups
from home.models import EventPage
from sosbca.core.text import format_date

from .notices import is_autosave


@hooks.register("before_publish_page")
def before_publishing(request: HttpRequest, page: Page) -> None:
    """Who is told now or learns nothing, or that another list begins."""
    change = _change(page)
    if change is None:
        return
    if change.is_another_evening:
        text = gettext(
            "This is another evening than that of %(day)s, so a new list begins. Who signed up "
            "for the earlier one stays on theirs and is told nothing."
        )
        messages.info(request, text % {"day": _day(change)})
        return
    if page.go_live_at and page.go_live_at > timezone.now():
        # Nobody is told before that: what is said after saving holds.
        return
    if change.untold:
        text = ngettext(
            "%(number)d sign-up was for %(day)s, and the new time is in the past: that person is "
            "told nothing. If it is a mistake, put the time right and publish again.",
            "%(number)d sign-ups were for %(day)s, and the new time is in the past: these people "
            "are told nothing. If it is a mistake, put the time right and publish again.",
            change.untold,
        )
        messages.warning(request, text % {"number": change.untold, "day": _day(change)})
        return
    text = ngettext(
        "%(number)d sign-up was for %(day)s: that person is told of the new time by e-mail.",
        "%(number)d sign-ups were for %(day)s: these people are told of the new time by e-mail.",
        change.told,
    )
    messages.warning(request, text % {"number": change.told, "day": _day(change)})


@hooks.register("after_edit_page")
def after_saving(request: HttpRequest, page: Page) -> None:
    """A draft with another time: what publishing it would do."""
    change = None if is_autosave(request) else _change(page)
    if change is None or change.is_another_evening:
        return
    if change.untold:
        text = ngettext(
            "%(number)d sign-up is for %(day)s, and the new time is in the past. When you publish "
            "it, that person is told nothing. Put the time right, or have the event called off.",
            "%(number)d sign-ups are for %(day)s, and the new time is in the past. When you "
            "publish it, these people are told nothing. Put the time right, or have the event "
            "called off.",
            change.untold,
        )
        messages.warning(request, text % {"number": change.untold, "day": _day(change)})
        return
    text = ngettext(
        "%(number)d sign-up is for %(day)s. When you publish the new time, that person is told by "
        "e-mail. If you mean another evening, make a new page instead.",
        "%(number)d sign-ups are for %(day)s. When you publish the new time, these people are "
        "told by e-mail. If you mean another evening, make a new page instead.",
        change.told,
    )
    messages.warning(request, text % {"number": change.told, "day": _day(change)})


def _change(page: Page) -> sign_up_lists.ChangeOfTime | None:
    """As the draft says; only for the version whose time counts."""
    event = page.get_latest_revision_as_object() if page.latest_revision_id else page.specific
    if not isinstance(event, EventPage) or not event.takes_sign_ups:
        return None
    if sign_ups.source_of(event).pk != event.pk:
        return None
    return sign_up_lists.change_of_time(event.translation_key, event.starts_at, event.ends_at)


def _day(change: sign_up_lists.ChangeOfTime) -> str:
    return format_date(timezone.localdate(change.event.starts_at), get_language() or "lv")
