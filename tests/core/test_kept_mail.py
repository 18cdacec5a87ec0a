"""Development keeps its mail and shows it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import clear_url_caches, path
from pytest_django import Settings

import sosbca.urls
from sosbca.core import kept_mail
from sosbca.core.kept_mail import KeepingBackend


def message(number: int = 1, subject: str = "Paldies par ziedojumu") -> EmailMultiAlternatives:
    made = EmailMultiAlternatives(
        subject,
        "Labdien, Anna Bērziņa!",
        "from@example.org",
        ["anna@example.org"],
        headers={"Message-ID": f"<{number}@example.org>"},
    )
    made.attach_alternative("<p>Labdien, Anna Bērziņa!</p><script>1</script>", "text/html")
    made.attach("Z-2026-1.pdf", b"%PDF-1.7", "application/pdf")
    return made


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "mail"
    settings.MAILERS = {
        "default": {
            "BACKEND": "sosbca.core.kept_mail.KeepingBackend",
            "OPTIONS": {"file_path": str(folder)},
        }
    }
    return folder


class Routed:
    """The addresses as they are with SHOW_KEPT_MAIL on."""

    handler404 = sosbca.urls.handler404
    urlpatterns = [
        path("dev/mail/", kept_mail.listing, name="kept_mail"),
        path("dev/mail/<str:name>/", kept_mail.message, name="kept_mail_message"),
        path("dev/mail/<str:name>/<int:part>/", kept_mail.part, name="kept_mail_part"),
        *sosbca.urls.urlpatterns,
    ]


@pytest.fixture
def mailbox(folder: Path, settings: Settings, db: None) -> Iterator[Path]:
    settings.ROOT_URLCONF = Routed
    yield folder
    clear_url_caches()


def test_one_file_per_message_id(folder: Path) -> None:
    backend = KeepingBackend(str(folder), alias="default")
    assert backend.send_messages([message(1), message(2)]) == 2
    assert len(list(folder.glob("*.eml"))) == 2
    # Handed over again after a crash: the same message, kept once.
    assert backend.send_messages([message(1, "Vēlreiz")]) == 1
    assert len(list(folder.glob("*.eml"))) == 2


def test_messages_go_there_through_django(folder: Path) -> None:
    message().send()
    assert len(list(folder.glob("*.eml"))) == 1


def test_an_empty_mailbox(mailbox: Path, client: Client) -> None:
    response = client.get("/dev/mail/")
    assert response.status_code == 200
    assert "noindex" in response.content.decode()


def test_listing(mailbox: Path, client: Client) -> None:
    backend = KeepingBackend(str(mailbox), alias="default")
    backend.send_messages([message(1, "Vecāks"), message(2, "Jaunāks <b>")])
    for file in mailbox.glob("*.eml"):
        if b"<1@example.org>" in file.read_bytes():
            os.utime(file, (1, 1))
    page = client.get("/dev/mail/").content.decode()
    assert page.index("Jaunāks &lt;b&gt;") < page.index("Vecāks")
    assert "anna@example.org" in page


def test_message_and_parts(mailbox: Path, client: Client) -> None:
    KeepingBackend(str(mailbox), alias="default").send_messages([message()])
    (file,) = mailbox.glob("*.eml")
    address = f"/dev/mail/{file.name}/"
    assert f'href="{address}"' in client.get("/dev/mail/").content.decode()

    page = client.get(address).content.decode()
    assert "Paldies par ziedojumu" in page
    assert "anna@example.org" in page
    for number in range(3):
        assert f'href="{address}{number}/"' in page
    assert "Z-2026-1.pdf" in page

    text, html, pdf = (client.get(f"{address}{number}/") for number in range(3))
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert "Anna Bērziņa" in text.content.decode()
    assert html["Content-Type"] == "text/html; charset=utf-8"
    assert "<p>Labdien, Anna Bērziņa!</p>" in html.content.decode()
    # A message may hold anything; its scripts don't run on our address.
    assert "default-src 'none'" in html["Content-Security-Policy"]
    assert "script-src" not in html["Content-Security-Policy"]
    assert (pdf["Content-Type"], pdf.content) == ("application/pdf", b"%PDF-1.7")

    assert client.get(f"{address}3/").status_code == 404
    assert client.get("/dev/mail/unknown.eml/").status_code == 404


@pytest.mark.parametrize(
    "name", ["../secret.eml", "..", ".", "", "/etc/passwd", "sub/secret.eml", "a\0b", "../mail/x"]
)
def test_names_lead_nowhere_else(folder: Path, name: str) -> None:
    (folder / "sub").mkdir(parents=True)
    for secret in (folder.parent / "secret.eml", folder / "sub/secret.eml"):
        secret.write_text("Subject: secret\n\n")
    with pytest.raises(Http404):
        kept_mail.message(RequestFactory().get("/"), name)
    with pytest.raises(Http404):
        kept_mail.part(RequestFactory().get("/"), name, 0)


@pytest.mark.parametrize("name", ["..%2Fsecret.eml", "%2e%2e%2fsecret.eml", "%00"])
def test_encoded_names_lead_nowhere_else(mailbox: Path, client: Client, name: str) -> None:
    mailbox.mkdir()
    (mailbox.parent / "secret.eml").write_text("Subject: secret\n\n")
    assert client.get(f"/dev/mail/{name}/").status_code == 404


@pytest.mark.django_db
def test_not_routed_where_it_is_not_shown(folder: Path, client: Client, settings: Settings) -> None:
    assert not settings.SHOW_KEPT_MAIL
    KeepingBackend(str(folder), alias="default").send_messages([message()])
    (file,) = folder.glob("*.eml")
    for address in ("/dev/mail/", f"/dev/mail/{file.name}/", f"/dev/mail/{file.name}/0/"):
        assert client.get(address).status_code == 404
