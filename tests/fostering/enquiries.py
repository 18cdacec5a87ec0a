"""Somebody who fills in the enquiry, and the centres that could get it."""

import re
from typing import Any

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from fostering.models import Enquiry, EnquiryDraft, OutgoingMail, SupportCentre
from fostering.services import mail as outbox

NAME, PHONE, EMAIL = "Anna Bērziņa", "+371 2123 4567", "anna.berzina@example.org"
MESSAGE = "Mums ir liels suns, un mēs dzīvojam laukos."
ANSWERS: list[dict[str, Any]] = [
    {"way": "foster"},
    {"municipality": "valmiera"},
    {"centre": ""},
    {"age_band": "35_44"},
    {"household_size": "3"},
    {"name": NAME, "phone": PHONE, "email": EMAIL},
    {"contact_method": "phone", "contact_times": ["morning", "evening"]},
    {"interests": ["training"], "message": MESSAGE},
]


def centre(town: str = "valmiera", **changes: Any) -> SupportCentre:
    details: dict[str, Any] = {
        "name_lv": f"Centrs ({town})",
        "name_en": f"Centre ({town})",
        "town": town,
        "municipalities": [town],
        "notify_email": f"{town}@example.org",
    }
    return SupportCentre.objects.create(**{**details, **changes})


def address(name: str, *arguments: Any, language: str = "lv") -> str:
    with translation.override(language):
        return reverse(f"fostering:{name}", args=arguments)


class Person:
    """A browser, and who sits before it."""

    def __init__(self, language: str = "lv", network: str = "192.0.2.7") -> None:
        self.language = language
        self.client = Client(REMOTE_ADDR=network)

    def path(self, name: str, *arguments: Any) -> str:
        return address(name, *arguments, language=self.language)

    def get(self, name: str, *arguments: Any, query: str = "") -> Any:
        return self.client.get(self.path(name, *arguments) + query)

    def post(self, page: str, /, *arguments: Any, query: str = "", **data: Any) -> Any:
        return self.client.post(self.path(page, *arguments) + query, data)

    def answer(self, number: int, query: str = "", **changes: Any) -> Any:
        """Answer a question as usual, but for the changes."""
        data = dict(ANSWERS[number - 1])
        if "centre" in data:
            data["centre"] = SupportCentre.objects.get(town="valmiera").pk
        return self.post("enquiry-question", number, query=query, **{**data, **changes})

    def answer_all(self, last: int = len(ANSWERS)) -> Any:
        given: Any = None
        for number in range(1, last + 1):
            given = self.answer(number)
            assert given.status_code == 303, given.content.decode()
        return given

    @property
    def seen(self) -> str:
        found = re.search(r'name="seen" value="(\w+)"', self.get("enquiry-check").content.decode())
        assert found
        return found[1]

    def send(self, **changes: Any) -> Any:
        if "seen" not in changes:
            changes["seen"] = self.seen
        return self.post("enquiry-check", **{"consent": "on", **changes})

    @property
    def draft(self) -> EnquiryDraft:
        return EnquiryDraft.objects.latest("pk")


def sent(language: str = "lv", network: str = "192.0.2.7", **changes: Any) -> Enquiry:
    """An enquiry through all pages; `changes` are answers by the names of the fields."""
    person = Person(language, network)
    for number, usual in enumerate(ANSWERS, start=1):
        own = {name: value for name, value in changes.items() if name in usual}
        assert person.answer(number, **own).status_code == 303
    answer = person.send()
    assert answer.status_code == 303, answer.content.decode()
    return Enquiry.objects.latest("pk")


def deliver() -> list[Any]:
    """Hand over everything that waits; return the messages of this time."""
    before = len(mail.outbox)
    for waiting in OutgoingMail.objects.filter(status="waiting").order_by("pk"):
        outbox.deliver(waiting.pk)
    return list(mail.outbox[before:])


def link_of(message: Any) -> str:
    """The path of the link in a message."""
    found = re.search(r"http://testserver(/\S+)", str(message.body))
    assert found, message.body
    return found[1]
