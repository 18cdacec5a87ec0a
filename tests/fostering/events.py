"""Events that people sign up for, and those people."""

import datetime
import re
import uuid
from typing import Any

from django.core import mail
from django.utils import timezone

from fostering.models import OutgoingMail, SignUp, SignUpList
from fostering.services import mail as outbox
from fostering.services import sign_up_lists, sign_ups

DAY = datetime.timedelta(days=1)


def facts(**changes: Any) -> sign_up_lists.EventFacts:
    """An evening in ten days, with places for three."""
    starts_at = timezone.now().replace(microsecond=0) + 10 * DAY
    columns = {
        "starts_at": starts_at,
        "ends_at": starts_at + datetime.timedelta(hours=2),
        "capacity": 3,
        "open_until": starts_at,
    }
    return sign_up_lists.EventFacts(**{**columns, **changes})


def words(language: str = "lv", **changes: Any) -> sign_up_lists.EventWords:
    columns = {
        "language": language,
        "title": "Informatīvais vakars" if language == "lv" else "Information evening",
        "place": "Rīga",
        "path": "/notikumi/vakars/" if language == "lv" else "/en/events/evening/",
    }
    return sign_up_lists.EventWords(**{**columns, **changes})


def event(**changes: Any) -> SignUpList:
    return sign_up_lists.keep(uuid.uuid4(), facts(**changes), words())


def sign_up(event: SignUpList, name: str, persons: int = 1, **changes: Any) -> None:
    """From an address and a network of their own."""
    network = changes.pop("network", f"192.0.2.{name}")
    details = {
        "name": name.title(),
        "email": f"{name}@example.org",
        "persons": persons,
        "language": "lv",
    }
    details_of = sign_ups.Details(**{**details, **changes})
    sign_ups.sign_up(event.event_key, details_of, network)


def people(event: SignUpList, status: str) -> list[str]:
    """The names of those in this state, in their order."""
    found = event.sign_ups.filter(status=status).order_by("position")
    return [one.name.lower() for one in found]


def of(event: SignUpList, name: str) -> SignUp:
    return next(one for one in event.sign_ups.all() if one.name.lower() == name)


def kinds(event: SignUpList, name: str) -> list[str]:
    """The messages promised to somebody, in their order."""
    mails = OutgoingMail.objects.filter(sign_up=of(event, name)).order_by("pk")
    return [one.kind.removeprefix("sign_up_") for one in mails]


def send_all() -> list[Any]:
    """Deliver everything that is due; return the messages of this time."""
    before = len(mail.outbox)
    for waiting in OutgoingMail.objects.filter(status="waiting").order_by("pk"):
        outbox.deliver(waiting.pk)
    return list(mail.outbox[before:])


def own_path(message: Any) -> str:
    """The address of one's own sign-up, as the message gives it."""
    found = re.search(r"http://testserver(/\S*sign-up/\S+|/\S*pieteik\S+)", str(message.body))
    assert found, message.body
    return found[1]
