"""Files of a case: what is taken, how it lies on the disk, who gets it, and what goes wrong."""

import io
import os
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from wagtail.models import Site

from fostering.file_kinds import kind_of, safe_name
from fostering.models import Case, CaseAccess, CaseEvent, CaseFile, SupportCentre
from fostering.services import case_files
from sosbca.users.models import User
from tests.fostering.enquiries import centre, sent
from tests.fostering.private_files import own_files
from tests.fostering.test_cases import member

PDF = b"%PDF-1.7\nIzzi\xc5\x86a par 1. klasi\n%%EOF"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return packed.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")


@pytest.fixture(autouse=True)
def private(tmp_path: Path, settings: Any) -> Path:
    return own_files(settings, tmp_path)


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def case(valmiera: SupportCentre) -> Case:
    return sent().case


@pytest.fixture
def staff(valmiera: SupportCentre) -> User:
    return member("Recruitment", valmiera)


def browser(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def address(case: Case, tail: str = "add/") -> str:
    return f"/admin/fostering/cases/{case.pk}/files/{tail}"


def upload(client: Client, case: Case, content: bytes = PDF, name: str = "izziņa.pdf") -> Any:
    return client.post(address(case), {"file": SimpleUploadedFile(name, content)})


def stored(private: Path) -> list[Path]:
    return [path for path in private.rglob("*") if path.is_file()]


# --- What is taken --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (JPEG, "jpeg"),
        (PNG, "png"),
        (DOCX, "docx"),
        (b"", None),
        (b"<html><script>alert(1)</script>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"GIF89a", None),
        (b"MZ\x90", None),
        (b" %PDF-1.7", None),
        (b"PK\x03\x04 broken", None),
        (archive("a.txt"), None),
        (archive("[Content_Types].xml", "xl/workbook.xml"), None),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        pytest.param(
            archive(
                "[Content_Types].xml", "word/document.xml", *map(str, range(5000)), "vbaProject.bin"
            ),
            None,
            id="more parts than are looked through",
        ),
    ],
)
def test_the_content_says_what_a_file_is(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("Izziņa.PDF", "pdf", "Izziņa.pdf"),
        ("foto.jpeg", "jpeg", "foto.jpg"),
        ("page.html", "pdf", "page.html.pdf"),
        ("../../etc/passwd", "png", "passwd.png"),
        ("C:\\Dokumenti\\a.docx", "docx", "a.docx"),
        ("a\r\nSet-Cookie: x.pdf", "pdf", "aSet-Cookie x.pdf"),
        ("fdp.\u202egpj.pdf", "pdf", "fdp.gpj.pdf"),
        ("...", "pdf", "file.pdf"),
        ("ā" * 300 + ".pdf", "pdf", "ā" * 120 + ".pdf"),
    ],
)
def test_the_name_is_only_a_name_and_ends_as_the_file_is(name: str, kind: str, kept: str) -> None:
    assert safe_name(name, kind) == kept


def test_a_file_is_added_listed_and_downloaded(case: Case, staff: User, private: Path) -> None:
    client = browser(staff)
    assert upload(client, case).status_code == 302
    file = case.files.get()
    page = client.get(f"/admin/fostering/cases/{case.pk}/").text
    assert "izziņa.pdf" in page
    answer = client.get(address(case, f"{file.pk}/"))
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    assert case.accesses.filter(user=staff, what="download").count() == 1


def test_what_lies_on_the_disk_and_in_the_database_can_not_be_read(
    case: Case, staff: User, private: Path
) -> None:
    upload(browser(staff), case)
    (path,) = stored(private)
    assert path.suffix == ".enc"
    for secret in (b"%PDF", b"Izzi"):
        assert secret not in path.read_bytes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, stored_name, content_digest FROM fostering_casefile")
        assert "izziņa" not in str(cursor.fetchall())
        cursor.execute("SELECT text FROM fostering_caseevent")
        assert "izziņa" not in str(cursor.fetchall())


# Named: an archive holds the second in which each test process made it.
@pytest.mark.parametrize(
    "content", [b"<html>", b"MZ\x90", DOCX[:40]], ids=["page", "program", "half a document"]
)
def test_anything_else_is_refused_at_the_field(
    case: Case, staff: User, private: Path, content: bytes
) -> None:
    answer = upload(browser(staff), case, content, "letter.pdf")
    assert answer.status_code == 422
    assert "PDF, JPEG, PNG" in answer.text
    assert not CaseFile.objects.exists()
    assert stored(private) == []


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    case: Case, staff: User, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("fostering.uploads", "fostering.services.case_files"):
        monkeypatch.setattr(f"{module}.LARGEST", 200_000)
    client = browser(staff)
    answer = upload(client, case, PDF + b"x" * 200_000)
    assert answer.status_code == 422
    # 195,3 KB in Latvian.
    assert "195" in answer.text
    assert stored(private) == []
    assert upload(client, case, PDF + b"x" * 100_000).status_code == 302


def test_several_files_together_are_held_to_the_same_limit(
    case: Case, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fostering.uploads.LARGEST", 1000)
    other, file = (SimpleUploadedFile(name, PDF + b" " * 600) for name in ("a.pdf", "b.pdf"))
    answer = browser(staff).post(address(case), {"other": other, "file": file})
    assert answer.status_code == 422
    assert not case.files.exists()


def test_nothing_and_an_empty_file_are_told_apart(case: Case, staff: User) -> None:
    client = browser(staff)
    assert client.post(address(case), {}).status_code == 422
    assert upload(client, case, b"").status_code == 422


def test_an_upload_never_touches_a_disk_in_clear(
    case: Case, staff: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", refuse)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    assert upload(browser(staff), case, PDF + b"x" * 5_000_000).status_code == 302


def test_an_upload_needs_the_token(case: Case, staff: User) -> None:
    client = browser(staff, enforce_csrf_checks=True)
    assert upload(client, case).status_code == 403
    client.get(address(case))
    token = client.cookies["csrftoken"].value
    data = {"file": SimpleUploadedFile("a.pdf", PDF), "csrfmiddlewaretoken": token}
    assert client.post(address(case), data).status_code == 302
    assert case.files.count() == 1


def test_a_case_has_a_limit_of_files(
    case: Case, staff: User, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_files, "MOST", 2)
    client = browser(staff)
    answers = [upload(client, case, PDF + bytes([number])) for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert case.files.count() == len(stored(private)) == 2


# --- Once, and never half -------------------------------------------------------------------------


def test_the_same_twice_is_one_file(case: Case, staff: User, private: Path) -> None:
    client = browser(staff)
    for name in ("a.pdf", "b.pdf"):
        assert upload(client, case, name=name).status_code == 302
    assert case.files.get().name == "a.pdf"
    assert len(stored(private)) == 1
    assert case.events.filter(kind="file_added").count() == 1


def test_two_uploads_at_once(committed: None, private: Path) -> None:
    """Eight hands: four with the same file, four with their own."""
    valmiera = centre()
    case, by = sent().case, member("Recruitment", valmiera)
    contents = [PDF] * 4 + [PDF + bytes([number]) for number in range(4)]
    start, errors = threading.Barrier(len(contents)), []

    def add(content: bytes) -> None:
        try:
            start.wait()
            case_files.add(Case.objects.get(pk=case.pk), "a.pdf", content, by=by)
        except Exception as error:  # noqa: BLE001  shown below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=[content]) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert case.files.count() == len(stored(private)) == 5
    assert sorted(case_files.content_of(file) for file in case.files.all()) == sorted(set(contents))


def test_a_failed_upload_leaves_nothing(
    case: Case, staff: User, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(CaseEvent.objects, "create", fail)
    with pytest.raises(RuntimeError):
        case_files.add(case, "a.pdf", PDF, by=staff)
    assert stored(private) == []
    assert not CaseFile.objects.exists()


def test_what_a_killed_upload_leaves_is_unreadable_and_swept(
    case: Case, staff: User, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the file and its row: nothing cleans up after itself."""

    def killed(file: CaseFile) -> None:
        raise SystemExit

    kept = case_files.add(case, "kept.pdf", PDF + b"kept", by=staff)
    with monkeypatch.context() as patch:
        patch.setattr(case_files, "_put", killed)
        patch.setattr("django.core.files.storage.FileSystemStorage.delete", lambda *args: None)
        with pytest.raises(SystemExit):
            case_files.add(case, "lost.pdf", PDF, by=staff)
    left = [path for path in stored(private) if path.name not in kept.stored_name]
    assert len(left) == 1
    assert b"%PDF" not in left[0].read_bytes()
    # An upload that is under way is left alone, and so is what belongs to a case.
    assert case_files.sweep() == 0
    old = time.time() - 2 * 24 * 3600
    for path in stored(private):
        os.utime(path, (old, old))
    assert case_files.sweep() == 1
    assert case_files.content_of(kept) == PDF + b"kept"


def test_deleting_asks_first_and_takes_the_file_away(
    case: Case, staff: User, private: Path, django_capture_on_commit_callbacks: Any
) -> None:
    client = browser(staff)
    upload(client, case)
    tail = f"{case.files.get().pk}/delete/"
    assert "izziņa.pdf" in client.get(address(case, tail)).text
    assert case.files.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address(case, tail)).status_code == 302
    assert not case.files.exists()
    assert stored(private) == []
    # Twice is the same as once.
    assert client.post(address(case, tail)).status_code == 302
    assert case.events.filter(kind="file_deleted", by=staff).count() == 1


def test_a_damaged_file_is_said_to_be_and_not_handed_out(
    case: Case, staff: User, private: Path
) -> None:
    client = browser(staff)
    upload(client, case)
    path, file = stored(private)[0], case.files.get()
    path.write_bytes(path.read_bytes()[:-9])
    assert client.get(address(case, f"{file.pk}/")).status_code == 302
    path.unlink()
    assert client.get(address(case, f"{file.pk}/")).status_code == 302
    assert not CaseAccess.objects.filter(what="download").exists()


# --- Who ------------------------------------------------------------------------------------------


def test_other_centres_get_neither_list_nor_file(
    case: Case, staff: User, valmiera: SupportCentre
) -> None:
    upload(browser(staff), case)
    file = case.files.get()
    riga = centre("riga")
    own = sent(network="198.51.100.1", centre=riga.pk, name="Zane Ozola").case
    stranger = browser(member("Recruitment", riga, name="riga"))
    for tail in ("add/", f"{file.pk}/", f"{file.pk}/delete/"):
        assert stranger.get(address(case, tail)).status_code == 404
        assert stranger.post(address(case, tail)).status_code == 404
        # Nor by the number of a case of their own.
        if tail != "add/":
            assert stranger.get(address(own, tail)).status_code == 404
    assert case.files.exists()


# --- Keys -----------------------------------------------------------------------------------------


def test_changing_keys_takes_the_files_along(
    case: Case, staff: User, private: Path, settings: Any
) -> None:
    file = case_files.add(case, "a.pdf", PDF, by=staff)
    before = stored(private)[0].read_bytes()
    new = Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new]
    call_command("rotate_encryption_keys")
    file.refresh_from_db()
    (path,) = stored(private)
    assert path.read_bytes() != before
    assert Fernet(new).decrypt(path.read_bytes()) == PDF
    assert file.name == "a.pdf"
    assert case_files.content_of(file) == PDF


def test_no_address_of_uploads_leads_to_them(case: Case, staff: User) -> None:
    file = case_files.add(case, "a.pdf", PDF, by=staff)
    for prefix in (settings.MEDIA_URL, "/private/", "/documents/"):
        assert Client().get(f"{prefix}{file.stored_name}").status_code == 404
