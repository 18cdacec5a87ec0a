"""Encryption at rest."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import override_settings

from donations.models import Donor
from sosbca.core.encryption import EncryptedTextField, decrypt, digest, encrypt

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRETS = {"SECRET_KEY": "one", "SECRET_KEY_FALLBACKS": [], "FIELD_ENCRYPTION_KEYS": []}


@pytest.mark.parametrize(
    "data", [b"", b"010190-12345", "Bērziņš €".encode(), bytes(range(256)) * 50]
)
def test_round_trip(data: bytes) -> None:
    token = encrypt(data)
    assert decrypt(token) == data
    assert encrypt(data) != token
    if data:
        assert data not in token


def test_a_changed_token_is_refused() -> None:
    token = bytearray(encrypt(b"010190-12345"))
    token[-5] ^= 1
    with pytest.raises(InvalidToken):
        decrypt(bytes(token))


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    with override_settings(**SECRETS | {"FIELD_ENCRYPTION_KEYS": [OLD]}):
        old = encrypt(b"old")
    with override_settings(**SECRETS | {"FIELD_ENCRYPTION_KEYS": [NEW, OLD]}):
        assert decrypt(old) == b"old"
        new = encrypt(b"new")
    assert Fernet(NEW).decrypt(new) == b"new"
    with (
        override_settings(**SECRETS | {"FIELD_ENCRYPTION_KEYS": [NEW]}),
        pytest.raises(InvalidToken),
    ):
        decrypt(old)


def test_without_keys_one_is_derived_from_the_secret_key() -> None:
    with override_settings(**SECRETS):
        token = encrypt(b"derived")
        assert decrypt(token) == b"derived"
    with override_settings(**SECRETS | {"SECRET_KEY": "two"}), pytest.raises(InvalidToken):
        decrypt(token)
    # A rotated secret key, and own keys introduced later.
    with override_settings(**SECRETS | {"SECRET_KEY": "two", "SECRET_KEY_FALLBACKS": ["one"]}):
        assert decrypt(token) == b"derived"
    with override_settings(**SECRETS | {"FIELD_ENCRYPTION_KEYS": [NEW]}):
        assert decrypt(token) == b"derived"


def test_a_bad_key_names_the_variable() -> None:
    with (
        override_settings(**SECRETS | {"FIELD_ENCRYPTION_KEYS": ["hunter2"]}),
        pytest.raises(ImproperlyConfigured, match="FIELD_ENCRYPTION_KEYS") as caught,
    ):
        encrypt(b"")
    assert "hunter2" not in str(caught.value)


def test_digests_find_equal_values_for_one_purpose() -> None:
    assert digest("anna@example.org", "donor") == digest("anna@example.org", "donor")
    assert digest("anna@example.org", "donor") != digest("anna@example.org", "throttle")
    assert digest("anna@example.org", "donor") != digest("anna@example.com", "donor")
    with override_settings(SECRET_KEY="another"):
        other = digest("anna@example.org", "donor")
    assert digest("anna@example.org", "donor") != other


def _encrypted_donor() -> tuple[Donor, str]:
    name = next(
        field.name for field in Donor._meta.get_fields() if isinstance(field, EncryptedTextField)
    )
    return Donor(
        kind="person", name="Anna", email="anna@example.org", **{name: "010190-12345"}
    ), name


@pytest.mark.django_db
def test_the_database_holds_no_plain_text() -> None:
    donor, name = _encrypted_donor()
    donor.save()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {Donor._meta.db_table}")  # noqa: S608
        (row,) = cursor.fetchall()
    assert "12345" not in repr(row)
    assert getattr(Donor.objects.get(), name) == "010190-12345"


@pytest.mark.django_db
def test_an_empty_text_stays_empty() -> None:
    donor, name = _encrypted_donor()
    setattr(donor, name, "")
    donor.save()
    assert getattr(Donor.objects.get(), name) == ""
