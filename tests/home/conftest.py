"""The demonstration, and one page of every type, for the tests that look at them."""

from collections.abc import Iterator
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from wagtail.models import Site

from sosbca.core.models import CustomImage
from tests.home import whole_site as examples
from tests.process_databases import databases


@pytest.fixture
def demo(demo_database: Path, db: None) -> Iterator[None]:
    """The demonstration, loaded. What is made of its pictures stays for the process's next test."""
    storage: Any = default_storage
    before, storage.location = storage.location, str(demo_database)
    yield
    storage.location = before


@pytest.fixture(scope="session")
def whole_site_database(site_database: None, django_db_blocker: Any) -> None:
    """For tests that ask for it, one page of every type is in the database from the start."""
    with django_db_blocker.unblock():
        databases.build("whole_site_database", lambda: examples.build(Site.objects.get()))


@pytest.fixture
def whole_site(whole_site_database: None, db: None) -> Site:
    """A small site with a published page of every type in both languages."""
    return Site.objects.get()


@pytest.fixture
def own_media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files of the test's own; what waits for the end of a transaction happens at once."""
    storage = CustomImage._meta.get_field("file").storage
    before, storage.location = storage.location, str(tmp_path)  # type: ignore[attr-defined]
    monkeypatch.setattr(transaction, "on_commit", lambda callback, **options: callback())
    yield
    storage.location = before  # type: ignore[attr-defined]


@pytest.fixture
def editor(site: Site, client: Client) -> Client:
    user = get_user_model().objects.create_user("anna", email="anna@example.org")
    user.groups.add(Group.objects.get(name="Communications"))
    client.force_login(user)
    return client


@pytest.fixture
def refused_address(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The mail server refuses these."""
    refused: set[str] = set()
    send = EmailMessage.send

    def refuse(self: EmailMessage, *args: Any, **options: Any) -> Any:
        if refused.intersection(self.to):
            raise SMTPRecipientsRefused({})
        return send(self, *args, **options)

    monkeypatch.setattr(EmailMessage, "send", refuse)
    return refused
