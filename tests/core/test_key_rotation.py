"""Everything encrypted goes under the newest key, in one go or after an interruption."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from donations.models import Donor, Receipt
from fostering.models import EnquiryDraft
from home.models import FormEntry
from sosbca.core import key_rotation
from sosbca.core.encryption import encrypt, is_newest, rotate
from tests.giving import Giving

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRETS = {"SECRET_KEY": "one", "SECRET_KEY_FALLBACKS": []}
ONLY_OLD = SECRETS | {"FIELD_ENCRYPTION_KEYS": [OLD]}
BOTH = SECRETS | {"FIELD_ENCRYPTION_KEYS": [NEW, OLD]}
ONLY_NEW = SECRETS | {"FIELD_ENCRYPTION_KEYS": [NEW]}

pytestmark = pytest.mark.django_db


@pytest.fixture
def _private(tmp_path: Any) -> Iterator[None]:
    storage: Any = storages["private"]
    before, storage.location = storage.location, str(tmp_path)
    yield
    storage.location = before


def donors(count: int) -> None:
    for number in range(count):
        Donor.objects.create(
            kind="person",
            name="Anna",
            email=f"anna{number}@example.org",
            personal_code=f"010190-{number:05d}",
        )


def codes() -> list[str]:
    return list(Donor.objects.order_by("pk").values_list("personal_code", flat=True))


def run() -> str:
    out = io.StringIO()
    call_command("rotate_encryption_keys", stdout=out, stderr=out)
    return out.getvalue()


def tokens() -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT personal_code FROM donations_donor ORDER BY id")
        return [row[0].encode() for row in cursor.fetchall()]


def test_afterwards_the_old_key_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    with override_settings(**ONLY_OLD):
        donors(5)
        EnquiryDraft.objects.create(
            answers='{"name": "Anna"}',
            language="lv",
            address_digest="0",
            expires_at="2100-01-01T00:00Z",
        )
        before = codes()
    with override_settings(**BOTH):
        assert "donations.Donor.personal_code: 5 encrypted anew, 0 already, 0 lost" in run()
        assert "donations.Donor.personal_code: 0 encrypted anew, 5 already, 0 lost" in run()
    with override_settings(**ONLY_NEW):
        assert codes() == before
        assert EnquiryDraft.objects.get().answers == '{"name": "Anna"}'


def test_stopped_half_way_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    with override_settings(**ONLY_OLD):
        donors(5)
    real, calls = rotate, 0

    def stop_at_the_fourth(token: bytes) -> bytes:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return real(token)

    with override_settings(**BOTH):
        with monkeypatch.context() as patch:
            patch.setattr(key_rotation, "rotate", stop_at_the_fourth)
            with pytest.raises(KeyboardInterrupt):
                run()
        done = sum(map(is_newest, tokens()))
        assert 0 < done < 5
        assert f"{5 - done} encrypted anew, {done} already" in run()
        assert all(map(is_newest, tokens()))


def test_a_row_that_changes_meanwhile_is_not_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(**ONLY_OLD):
        donors(1)
    real = rotate

    def with_a_writer(token: bytes) -> bytes:
        Donor.objects.update(personal_code="020290-54321")
        return real(token)

    with override_settings(**BOTH):
        monkeypatch.setattr(key_rotation, "rotate", with_a_writer)
        run()
        assert codes() == ["020290-54321"]
        assert all(map(is_newest, tokens()))


def test_what_no_key_opens_is_named_and_left_as_it_is() -> None:
    with override_settings(**ONLY_OLD):
        donors(2)
        lost = Donor.objects.order_by("pk")[0]
    before = tokens()[0]
    with connection.cursor() as cursor:
        foreign = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
        cursor.execute(
            "UPDATE donations_donor SET personal_code = %s WHERE id = %s", [foreign, lost.pk]
        )
    with override_settings(**BOTH), pytest.raises(CommandError, match="opens 1 of them"):
        run()
    assert tokens()[0] == foreign.encode() != before
    assert is_newest(tokens()[1]) is False
    with override_settings(**ONLY_NEW):
        assert is_newest(tokens()[1])


@pytest.mark.usefixtures("_private")
def test_files_are_encrypted_anew_and_named_anew(giving: Giving) -> None:
    giving.pay(giving.start(), "card")
    giving.deliver()
    receipt = Receipt.objects.get()
    storage = storages["private"]
    with override_settings(**ONLY_OLD):
        name = storage.save("receipts/x.pdf.enc", ContentFile(encrypt(b"%PDF")))
    digest = "0" * 64
    Receipt.objects.filter(pk=receipt.pk).update(pdf_name=name, pdf_sha256=digest)
    with override_settings(**BOTH):
        outcome = next(
            each
            for each in key_rotation.rotate_all()
            if each.label == "donations.Receipt.pdf_name (files)"
        )
    assert (outcome.rotated, outcome.lost) == (1, [])
    receipt.refresh_from_db()
    assert receipt.pdf_name != name
    assert not storage.exists(name)
    with storage.open(receipt.pdf_name) as file:
        assert Fernet(NEW).decrypt(file.read()) == b"%PDF"


def test_every_encrypted_field_of_every_app_is_gone_through() -> None:
    labels = {outcome.label for outcome in key_rotation.rotate_all()}
    assert {
        "donations.Donor.personal_code",
        "donations.Receipt.snapshot",
        "donations.Receipt.pdf_name (files)",
        "donations.Statement.pdf_name (files)",
        "fostering.Enquiry.name",
        "fostering.CaseEvent.text",
        f"{FormEntry._meta.label}.form_data",
    } <= labels
