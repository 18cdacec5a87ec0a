"""A donor on their own page."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from donations.models import Pledge
from tests.giving import Giving

EMAIL = "anna@example.org"


def address(name: str, *arguments: Any, language: str = "lv") -> str:
    with translation.override(language):
        return reverse(f"donations:{name}", args=arguments)


def ask(email: str = EMAIL, language: str = "lv", network: str = "192.0.2.7") -> Any:
    return Client().post(
        address("my-giving", language=language), {"email": email}, REMOTE_ADDR=network
    )


def link_in_mail(index: int = -1) -> str:
    """The path of the link in a message."""
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[index].body))
    assert found
    return found[1]


class Donor:
    """A browser, and what its owner does on the page."""

    def __init__(self, giving: Giving, email: str = EMAIL, language: str = "lv") -> None:
        self.giving = giving
        self.email = email
        self.language = language
        self.client = Client()

    def come(self) -> "Donor":
        """In by a link."""
        ask(self.email, self.language, network=f"192.0.2.{uuid4().int % 250}")
        self.giving.work()
        sent = [message for message in mail.outbox if message.to == [self.email]]
        link = re.search(r"http://testserver(/\S+)", str(sent[-1].body))
        assert link
        answer = self.client.post(link[1])
        assert answer.status_code == 303, answer.content.decode()
        return self

    def path(self, name: str, *arguments: Any) -> str:
        return address(name, *arguments, language=self.language)

    def get(self, name: str, *arguments: Any, query: str = "") -> Any:
        return self.client.get(self.path(name, *arguments) + query)

    @property
    def form_token(self) -> str:
        found = re.search(
            r'name="form_token" value="(\w+)"', self.get("my-giving").content.decode()
        )
        assert found
        return found[1]

    def send(self, name: str, /, *arguments: Any, **data: Any) -> Any:
        """Send a form of the page with its token."""
        return self.client.post(
            self.path(name, *arguments), {"form_token": self.form_token, **data}
        )

    def follow(self, answer: Any) -> Any:
        assert answer.status_code == 303, answer.content.decode()
        return self.client.get(answer.headers["Location"])


def shown(answer: Any) -> str:
    """What a page says, without the frame and with ordinary spaces."""
    text = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    text = re.sub(r"<[^>]+>", " ", text).replace("\xa0", " ").replace("&nbsp;", " ")
    return re.sub(r"\s+", " ", text)


def begin(giving: Giving, **changes: Any) -> Pledge:
    """A monthly gift with its first payment."""
    details = {"frequency": "monthly", "amount_cents": 1000, "language": "en"} | changes
    attempt = giving.start(**details)
    giving.pay(attempt, "card")
    giving.deliver()
    assert giving.event_errors() == []
    return Pledge.objects.get(attempt=attempt)


def pass_days(giving: Giving, clock: Any, days: int) -> None:
    """Time goes by. The stand-in's clock goes with ours, and then does what has become due."""
    clock.shift(timedelta(days=days))
    giving.sandbox.advance(seconds=1)
    giving.deliver()
    assert giving.event_errors() == []


def query_of(answer: Any) -> str:
    return str(urlsplit(answer.headers["Location"]).query)
