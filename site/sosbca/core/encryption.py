"""Encryption at rest: a model field for short texts and functions for files.

Fernet (AES-128-CBC with HMAC-SHA256) with key rotation: the newest key encrypts, all keys decrypt.
"""

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...], secrets: tuple[str, ...]) -> MultiFernet:
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
    return MultiFernet([*given, *derived])


def _current() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS), secrets)


def encrypt(data: bytes) -> bytes:
    return _current().encrypt(data)


def decrypt(token: bytes) -> bytes:
    """Raise `cryptography.fernet.InvalidToken` when no known key opens it."""
    return _current().decrypt(token)


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
