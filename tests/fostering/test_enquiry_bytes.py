"""The database and the media folders, searched as bytes, tell nothing of who sent an enquiry."""

import unicodedata
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from fostering.models import CaseMailTemplate, EnquiryDraft, OutgoingMail
from fostering.services import cases, sign_ups
from sosbca.users.models import User
from tests.fostering import events
from tests.fostering.enquiries import EMAIL, MESSAGE, NAME, PHONE, Person, centre, deliver, sent
from tests.fostering.test_case_mails import field
from tests.fostering.test_cases import member

NOTE, TASK, REASON = "Zvanīju, dzīvo ar vecmāmiņu", "Nosūtīt Bērziņiem grāmatu", "Saruna par suni"
PAPER, WHY = b"%PDF-1.7 Izzi\xc5\x86a, personas kods 320000-12345", "Sūdzība par vecmāmiņu"
SECRETS = (NAME, "Anna", "Bērziņ", PHONE, "21234567", "2123 4567", EMAIL, "anna.berzina", MESSAGE)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Any) -> None:
    """The folders that are searched are those that are written into."""
    settings.MEDIA_ROOT, settings.PRIVATE_MEDIA_ROOT = tmp_path / "media", tmp_path / "private"
    places = {"default": settings.MEDIA_ROOT, "private": settings.PRIVATE_MEDIA_ROOT}
    settings.STORAGES = settings.STORAGES | {
        name: {
            **settings.STORAGES[name],
            "OPTIONS": {**settings.STORAGES[name]["OPTIONS"], "location": str(place)},
        }
        for name, place in places.items()
    }


def written() -> bytes:
    """Everything that the database holds, with what lies beside it, and the media."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(FULL)")
        file = Path(str(connection.settings_dict["NAME"]))
        beside = [file, *(file.with_name(file.name + end) for end in ("-wal", "-journal"))]
        found = b"".join(each.read_bytes() for each in beside if each.exists())
    else:
        found = b""
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608
                found += "\n".join(row[0] for row in cursor.fetchall()).encode()
    for root in (django_settings.MEDIA_ROOT, django_settings.PRIVATE_MEDIA_ROOT):
        for file in Path(root).rglob("*"):
            found += str(file.relative_to(root)).encode()
            found += file.read_bytes() if file.is_file() else b""
    return found


def forms_of(text: str) -> set[bytes]:
    """As it could stand in a file: as it is, as JSON writes it, in UTF-16, and as search and
    addresses have it: small, and without accents."""
    escaped = text.encode("ascii", "backslashreplace")
    apart = unicodedata.normalize("NFD", text.lower())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return {text.encode(), escaped, text.lower().encode(), plain.encode(), text.encode("utf-16-le")}


def assert_untold(*texts: str) -> None:
    found = written()
    for text in texts:
        for form in forms_of(text):
            assert form not in found, text


def test_the_search_finds_what_is_there(committed: None) -> None:
    centre(name_lv="Centrs Ķegums")
    for name in ("default", "private"):
        storages[name].save(f"cases/{name}-izziņa.txt", ContentFile(f"{name}: Ķegums".encode()))
    found = written()
    for text in ("Centrs Ķegums", "default-izziņa", "private-izziņa", "default: Ķ", "private: Ķ"):
        assert text.encode() in found, text


def test_no_name_number_address_or_note_can_be_read(committed: None) -> None:
    valmiera = centre()
    staff = member("Recruitment", valmiera)
    half = Person(network="198.51.100.1")
    half.answer_all(last=6)
    half.post("enquiry-later", email=EMAIL)
    assert_untold(*SECRETS)

    case = sent().case
    assert OutgoingMail.objects.filter(status="waiting").count() == 3
    # While the messages wait, and after they went.
    assert_untold(*SECRETS)
    assert len(deliver()) == 3
    cases.note(case.pk, NOTE, by=staff)
    cases.add_task(case.pk, TASK, timezone.localdate(), by=staff)
    cases.move(case.pk, "contacted", seen="new", by=staff, text=REASON)
    assert EnquiryDraft.objects.count() == 2
    assert_untold(*SECRETS, NOTE, TASK, REASON)
    # It is all there for who may read it.
    case.refresh_from_db()
    assert (case.enquiry.name, case.events.filter(kind="note").get().text) == (NAME, NOTE)


def test_no_work_on_a_case_leaves_anything_to_read(committed: None) -> None:
    """By the admin's own pages: what they put into sessions, logs and indexes counts as well."""
    valmiera, bauska = centre(), centre("bauska")
    case = sent().case
    address = f"/admin/fostering/cases/{case.pk}/"
    staff = signed_in(member("Recruitment", valmiera))
    lead_user = member("Recruitment leads")
    lead = signed_in(lead_user)
    root = signed_in(User.objects.create_superuser("root"))

    assert root.post(address, {"reason": WHY}).status_code == 302
    steps: dict[str, dict[str, Any]] = {
        "note": {"text": NOTE},
        "task": {"text": TASK, "due_on": timezone.localdate().isoformat()},
        "move": {"stage": "visit", "seen": "new", "text": REASON},
    }
    for step, data in steps.items():
        assert staff.post(f"{address}{step}/", data).status_code == 302, step
    file = SimpleUploadedFile(f"{NAME}.pdf", PAPER)
    assert staff.post(f"{address}files/add/", {"file": file}).status_code == 302
    kept = case.files.get()
    assert staff.get(f"{address}files/{kept.pk}/").content == PAPER
    write_to(staff, case.pk)
    for page in (
        address,
        f"/admin/fostering/cases/?q={NAME}",
        "/admin/fostering/board/",
        "/admin/",
    ):
        assert staff.get(page).status_code == 200
    moved = lead.post(f"{address}transfer/", {"centre": bauska.pk, "text": REASON})
    assert moved.status_code == 302
    assert lead.post(f"{address}copy/").getvalue()
    evening = events.event()
    for number, email in enumerate((EMAIL, f"cita.{EMAIL}")):
        details = sign_ups.Details(name=NAME, email=email, persons=1, language="lv")
        sign_ups.sign_up(evening.event_key, details, f"192.0.2.{number}")
    assert lead.get(f"/admin/recruitment/sign-ups/{evening.pk}/export/").status_code == 200
    sign_ups.cancel(evening.sign_ups.earliest("pk").pk, lead_user)

    for command in ("rebuild_search", "update_index", "rebuild_references_index"):
        call_command(command, verbosity=0)
    assert ModelLogEntry.objects.filter(action__startswith="fostering.sign_up").count() == 2
    hidden = (NOTE, TASK, REASON, WHY, "320000-12345", "Izziņa, pers", "Gaidām")
    assert_untold(*SECRETS, *hidden)
    assert len(deliver()) >= 5
    assert_untold(*SECRETS, *hidden)
    # It is all there for who may read it.
    shown = lead.get(address).text
    for text in (NAME, NOTE, TASK, REASON, WHY, "Gaidām"):
        assert text in shown, text


def write_to(staff: Client, case_pk: int) -> None:
    """From a template, looked at and sent."""
    template = CaseMailTemplate.objects.create(
        name="Call", subject_lv="{name}", body_lv="x", subject_en="{name}", body_en="x"
    )
    address = f"/admin/fostering/cases/{case_pk}/email/"
    assert NAME in staff.get(f"{address}?template={template.pk}").text
    data = {"key": uuid.uuid4(), "language": "lv", "subject": NAME, "body": f"Gaidām, {NAME}!"}
    seen = field(staff.post(address, {**data, "look": "1"}).text, "seen")
    assert staff.post(address, {**data, "seen": seen, "send": "1"}).status_code == 302


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
