"""Encryption at rest: a model field for short texts and functions for files.

Fernet (AES-128-CBC with HMAC-SHA256) with key rotation: the newest key encrypts, all keys decrypt.
"""

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any, Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.translation import gettext


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


@lru_cache(maxsize=4)
def _fernets(keys: tuple[str, ...], secrets: tuple[str, ...]) -> tuple[Fernet, ...]:
    """The newest first."""
    try:
        given = [Fernet(key) for key in keys]
    except ValueError as error:
        raise ImproperlyConfigured(
            "Environment variable FIELD_ENCRYPTION_KEYS must hold URL-safe base64 keys of 32 bytes."
        ) from error
    # Keys derived from SECRET_KEY stay readable after own keys have been introduced.
    derived = [
        Fernet(base64.urlsafe_b64encode(_derive(secret, b"field-encryption"))) for secret in secrets
    ]
    return (*given, *derived)


def _known() -> tuple[Fernet, ...]:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return _fernets(tuple(settings.FIELD_ENCRYPTION_KEYS), secrets)


def _current() -> MultiFernet:
    return MultiFernet(_known())


def encrypt(data: bytes) -> bytes:
    return _current().encrypt(data)


def decrypt(token: bytes) -> bytes:
    """Raise `cryptography.fernet.InvalidToken` when no known key opens it."""
    return _current().decrypt(token)


def is_newest(token: bytes) -> bool:
    """Whether a token was made with the key that encrypts now."""
    try:
        _known()[0].decrypt(token)
    except InvalidToken:
        return False
    return True


def rotate(token: bytes) -> bytes:
    """The same under the newest key; when it was encrypted first stays readable in the token.

    Raise `cryptography.fernet.InvalidToken` when no known key opens it.
    """
    return _current().rotate(token)


def digest(value: str, purpose: str) -> str:
    """A keyed fingerprint of a value: equal values can be found, the value can't be read back."""
    key = _derive(settings.SECRET_KEY, b"digest:" + purpose.encode())
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that is stored encrypted. It cannot be searched or ordered by."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypt(value.encode()).decode() if value else value


class Unreadable(str):
    """Stands for a text that no known key opens: words to show, and what is stored, which saving
    leaves as it is, for the day on which the key is found."""

    token: str
    # For templates: other texts have no such attribute.
    is_unreadable = True

    def __new__(cls, token: str) -> Self:
        made = super().__new__(cls, gettext("Can’t be read"))
        made.token = token
        return made


def readable(text: str) -> str:
    """A text to write to or to compute with: empty when it can't be read."""
    return "" if isinstance(text, Unreadable) else text


class ForgivingTextField(EncryptedTextField):
    """For lists of people: a row that no key opens is shown as `Unreadable`, and hides no other.
    Where a wrong text does harm, as on a receipt, EncryptedTextField stops the work instead."""

    def deconstruct(self) -> Any:
        # The column is the same: migrations need not know.
        name, _path, args, kwargs = super().deconstruct()
        path = f"{EncryptedTextField.__module__}.{EncryptedTextField.__qualname__}"
        return name, path, args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        return value.token if isinstance(value, Unreadable) else super().get_prep_value(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        try:
            return super().from_db_value(value, expression, connection)
        except InvalidToken:
            return Unreadable(value or "")
