"""Files of a case: taken by what is in them, encrypted before they touch a disk, handed out one by
one to who may see the case, each time on record."""

import hashlib
import logging
import uuid
from datetime import timedelta
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from sosbca.core.encryption import decrypt, digest, encrypt
from sosbca.users.models import User

from ..file_kinds import kind_of, safe_name
from ..models import Case, CaseAccess, CaseEvent, CaseFile
from . import access

logger = logging.getLogger(__name__)

FOLDER: Final = "cases"
LARGEST: Final = 10 * 1024 * 1024
MOST: Final = 30
# A file without a row that is older than this belongs to nothing: no upload takes as long.
ORPHAN_AFTER: Final = timedelta(hours=24)


class NotTaken(Exception):
    """The file can't be kept."""


class WrongKind(NotTaken):
    """It is no PDF, JPEG, PNG or DOCX, whatever it is called."""


class TooLarge(NotTaken):
    """It is longer than LARGEST bytes."""


class TooMany(NotTaken):
    """The case has MOST files already."""


class Closed(NotTaken):
    """The person behind the case was erased."""


def add(case: Case, name: str, content: bytes, *, by: User) -> CaseFile:
    """Keep a file. The same content twice, even at the same moment, is one file.

    It is encrypted here, in memory, and written before its row: if this process dies in between,
    what is left can't be read and goes with the next `sweep`.

    Raise WrongKind, TooLarge, TooMany, Closed; PermissionDenied for other centres' cases.
    """
    access.require(by, case)
    kind = kind_of(content)
    if kind is None:
        raise WrongKind
    if len(content) > LARGEST:
        raise TooLarge
    file = CaseFile(
        case=case,
        name=safe_name(name, kind),
        kind=kind,
        size=len(content),
        content_digest=digest(hashlib.sha256(content).hexdigest(), "case-file"),
        added_by=by,
    )
    storage = storages["private"]
    stored = storage.save(f"{FOLDER}/{uuid.uuid4().hex}.enc", ContentFile(encrypt(content)))
    file.stored_name = stored
    try:
        kept = _put(file)
    except BaseException:
        storage.delete(stored)
        raise
    if kept.stored_name != stored:
        storage.delete(stored)
    return kept


@transaction.atomic
def _put(file: CaseFile) -> CaseFile:
    """Make the row; return the one that is there already, if the case has the same file."""
    cases = Case.objects.select_for_update(of=("self", "enquiry")).select_related("enquiry")
    case = cases.get(pk=file.case_id)
    if case.enquiry.erased_at:
        raise Closed
    if known := case.files.filter(content_digest=file.content_digest).first():
        return known
    if case.files.count() >= MOST:
        raise TooMany
    file.save()
    kind = CaseEvent.Kind.FILE_ADDED
    CaseEvent.objects.create(case=case, kind=kind, by=file.added_by, text=file.name)
    return file


def read(file: CaseFile, *, by: User) -> bytes:
    """What is in a file; put on record that somebody took it.

    Raise PermissionDenied for other centres' cases, OSError when the file is lost, and
    `cryptography.fernet.InvalidToken` when it was changed or no known key opens it.
    """
    access.require(by, file.case)
    content = content_of(file)
    CaseAccess.objects.create(case=file.case, user=by, what=CaseAccess.What.DOWNLOAD)
    return content


def content_of(file: CaseFile) -> bytes:
    """What is in a file. Errors as in `read`, but for the permission, which is the caller's."""
    with storages["private"].open(file.stored_name) as stored:
        return decrypt(stored.read())


@transaction.atomic
def delete(file: CaseFile, *, by: User) -> None:
    """Take a file away for good. Done already, nothing happens.

    Raise PermissionDenied for other centres' cases.
    """
    access.require(by, file.case)
    if CaseFile.objects.filter(pk=file.pk).delete()[0]:
        kind = CaseEvent.Kind.FILE_DELETED
        CaseEvent.objects.create(case=file.case, kind=kind, by=by, text=file.name)
        remove_when_committed([file.stored_name])


def remove_when_committed(names: list[str]) -> None:
    """Delete the files of rows that go in this transaction. What a crash leaves, `sweep` gets."""

    def remove() -> None:
        for name in names:
            try:
                storages["private"].delete(name)
            except OSError:
                logger.exception("A file of a case was not deleted; the next sweep tries again")

    transaction.on_commit(remove)


def sweep() -> int:
    """Delete the stored files that belong to no row, left by a process that died; return how many.
    Safe to repeat, and beside uploads."""
    storage = storages["private"]
    try:
        _folders, names = storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    known = set(CaseFile.objects.values_list("stored_name", flat=True))
    before = timezone.now() - ORPHAN_AFTER
    count = 0
    for name in names:
        path = f"{FOLDER}/{name}"
        if path not in known and storage.get_modified_time(path) < before:
            storage.delete(path)
            count += 1
    return count
