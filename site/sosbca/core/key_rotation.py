"""Encrypts everything anew that an older key still holds, so that old keys can be thrown away.

What the newest key opens is left alone: stopped at any point and started again, it goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models.functions import Cast

from .encryption import EncryptedTextField, is_newest, rotate

BATCH = 200


@dataclass(slots=True)
class Outcome:
    """What was found in one column: texts or files put under the newest key, those that were
    already, and those that no known key opens, by primary key."""

    label: str
    rotated: int
    current: int
    lost: list[Any]


def rotate_all() -> Iterator[Outcome]:
    """Go through every encrypted column and file of all apps. Safe to repeat, beside a site that
    is running: a row that changes meanwhile is left to its writer, who has the newest key."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield _rotate_column(model, field.name)
        for name in getattr(model, "encrypted_files", ()):
            yield _rotate_files(model, name)


def _batches(model: type[models.Model], name: str) -> Iterator[list[tuple[Any, str]]]:
    """Primary keys with what really stands in the column, without decrypting it."""
    rows = model._base_manager.annotate(raw=Cast(name, models.TextField())).exclude(raw="")
    rows = rows.exclude(raw=None).order_by("pk")
    last = None
    while True:
        later = rows.filter(pk__gt=last) if last is not None else rows
        batch = list(later.values_list("pk", "raw")[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1][0]


def _rotate_column(model: type[models.Model], name: str) -> Outcome:
    outcome = Outcome(f"{model._meta.label}.{name}", 0, 0, [])
    for batch in _batches(model, name):
        with transaction.atomic():
            for pk, token in batch:
                if is_newest(token.encode()):
                    outcome.current += 1
                    continue
                try:
                    fresh = rotate(token.encode()).decode()
                except InvalidToken:
                    outcome.lost.append(pk)
                    continue
                unchanged = model._base_manager.annotate(raw=Cast(name, models.TextField())).filter(
                    pk=pk, raw=token
                )
                # As a bare text: the field itself would encrypt it once more.
                value = models.Value(fresh, output_field=models.TextField())
                outcome.rotated += unchanged.update(**{name: value})
    return outcome


def _rotate_files(model: type[models.Model], name: str) -> Outcome:
    """Files in the private storage, named by a column. The new one is written beside the old, and
    the row points at it before the old one goes: none is lost if this stops in between."""
    outcome = Outcome(f"{model._meta.label}.{name} (files)", 0, 0, [])
    storage = storages["private"]
    for batch in _batches(model, name):
        for pk, path in batch:
            try:
                with storage.open(path) as file:
                    token = file.read()
                if is_newest(token):
                    outcome.current += 1
                    continue
                fresh = storage.save(path, ContentFile(rotate(token)))
            except (InvalidToken, OSError):
                outcome.lost.append(pk)
                continue
            row = model._base_manager.filter(pk=pk, **{name: path})
            if row.update(**{name: fresh}):
                outcome.rotated += 1
                storage.delete(path)
            else:
                storage.delete(fresh)
    return outcome
