"""What the messages to people who signed up for an event say, as it is when they are sent."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone, translation

from sosbca.core.calendars import CONTENT_TYPE, CalendarEntry, calendar_data

from .calendar_keys import calendar_keys
from .mail_parts import About
from .models import OutgoingMail, SignUp, SignUpList

SALT = "fostering.sign_up"

Status = SignUp.Status
# The states in which each kind is still true; others overtook it before it was sent.
TRUE_WHILE = {
    "sign_up_confirmed": {Status.CONFIRMED},
    "sign_up_waiting": {Status.WAITING},
    "sign_up_moved_up": {Status.CONFIRMED},
    "sign_up_known": {Status.CONFIRMED, Status.WAITING},
    "sign_up_changed": {Status.CONFIRMED, Status.WAITING},
    "sign_up_reminder": {Status.CONFIRMED},
    "sign_up_cancelled": {Status.CANCELLED},
    "sign_up_called_off": {Status.CANCELLED},
}


def own_address(sign_up: SignUp) -> str:
    """The page on which a person sees and cancels their sign-up. Only the message knows it."""
    token = signing.dumps(sign_up.pk, salt=SALT)
    with translation.override(sign_up.language):
        return settings.SITE_URL + reverse("fostering:sign-up", args=[token])


def sign_up_of(token: str) -> int | None:
    """The key of the sign-up whose address holds this token; None for a token that isn't ours."""
    try:
        return int(signing.loads(token, salt=SALT))
    except signing.BadSignature:
        return None


def place_in_queue(sign_up: SignUp) -> int:
    """Which of those who wait it is, from 1 in the order of arrival."""
    return (
        sign_up.event.sign_ups.filter(status=Status.WAITING, position__lt=sign_up.position).count()
        + 1
    )


def about_sign_up(mail: OutgoingMail) -> About | None:
    """None when the message is overtaken by events: cancelled, moved up, erased or over."""
    sign_up = mail.sign_up
    if sign_up is None or sign_up.is_erased or sign_up.status not in TRUE_WHILE[mail.kind]:
        return None
    event = sign_up.event
    if timezone.now() >= event.starts_at and sign_up.status != Status.CANCELLED:
        return None
    context = {
        "sign_up": sign_up,
        "event": event,
        "event_title": event.title(mail.language),
        "event_place": event.place(mail.language),
        "event_url": settings.SITE_URL + event.path(mail.language),
        "own_url": own_address(sign_up),
        "is_confirmed": sign_up.status == Status.CONFIRMED,
        "queue_place": place_in_queue(sign_up) if sign_up.status == Status.WAITING else 0,
    }
    attachments = {}
    if sign_up.status == Status.CONFIRMED:
        attachments["calendar.ics"] = (_calendar(event, mail.language), CONTENT_TYPE)
    return About(sign_up.email, context, attachments)


def _calendar(event: SignUpList, language: str) -> bytes:
    return calendar_data(
        [
            CalendarEntry(
                key=calendar_keys([event])[event.pk],
                title=event.title(language),
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                stamped_at=timezone.now(),
                address=settings.SITE_URL + (event.path(language) or "/"),
                place=event.place(language),
                revision=event.revision,
            )
        ]
    )
