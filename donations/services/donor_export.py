"""Everything that is kept about a donor, to take away.

Regulation (EU) 2016/679, Articles 15 and 20.
"""

import io
import json
import logging
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q
from wagtail.models import ModelLogEntry

from ..models import (
    AccessLink,
    CheckoutAttempt,
    Consent,
    Donation,
    Donor,
    Instalment,
    LedgerEntry,
    OutgoingMail,
    Pledge,
    PledgeWish,
    Receipt,
    Statement,
    TransferIntention,
    Tribute,
)
from .access import email_digest as digest_of
from .audit import record
from .documents import pdf_of
from .duplicates import with_duplicates

logger = logging.getLogger(__name__)

# Fields that say nothing about the donor: fingerprints, locks, and where things lie with us.
INTERNAL = frozenset(
    {
        "address_digest",
        "digest",
        "email_digest",
        "fingerprint",
        "message_id",
        "pdf_name",
        "pdf_sha256",
        "personal_code_digest",
        "round",
        "session_digest",
        "session_url",
        "snapshot",
        "token_digest",
        "version",
    }
)


def export(donors: Sequence[Donor], email: str) -> bytes:
    """A ZIP file: `data.json` with everything that is kept about these donors, and the PDFs of
    their receipts and statements."""
    receipts = list(Receipt.objects.filter(donation__donor__in=donors).order_by("pk"))
    statements = list(Statement.objects.filter(donor__in=donors).order_by("pk"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        data = _data(donors, email, receipts, statements) | {
            "receipts": _rows(receipts),
            "statements": _rows(statements),
            "files": [
                *_add_files(archive, "receipts", receipts),
                *_add_files(archive, "statements", statements),
            ],
        }
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr("data.json", text)
    for donor in donors:
        record(donor, "donor.exported")
    return packed.getvalue()


def _add_files(
    archive: zipfile.ZipFile, folder: str, documents: Iterable[Receipt | Statement]
) -> list[str]:
    names = []
    for document in documents:
        if not (document.snapshot or document.pdf_name):
            continue
        name = f"{folder}/{document.reference}.pdf"
        try:
            archive.writestr(name, pdf_of(document))
        except Exception:
            # One document that can't be opened must not keep the rest from its owner.
            logger.exception("Document %s is missing in an export", document.reference)
            continue
        names.append(name)
    return names


def _data(
    donors: Sequence[Donor],
    email: str,
    receipts: Sequence[Receipt],
    statements: Sequence[Statement],
) -> dict[str, Any]:
    # Duplicates have nothing left but the details with which somebody gave.
    members = [pk for donor in donors for pk in with_duplicates(donor)]
    everybody = list(Donor.objects.filter(pk__in=members).order_by("pk"))
    pledges = list(Pledge.objects.filter(donor__in=donors).order_by("pk"))
    donations = list(Donation.objects.filter(donor__in=donors).order_by("pk"))
    attempts = list(CheckoutAttempt.objects.filter(donor__in=donors).order_by("created_at"))
    transfers = list(TransferIntention.objects.filter(donor__in=donors).order_by("pk"))
    mails = OutgoingMail.objects.filter(
        Q(donor__in=donors)
        | Q(pledge__in=pledges)
        | Q(receipt__in=receipts)
        | Q(statement__in=statements)
        | Q(attempt__in=attempts)
        | Q(transfer__in=transfers)
    )
    return {
        "donors": _rows(everybody),
        "consents": _rows(Consent.objects.filter(donor__in=donors)),
        "forms": _rows(attempts),
        "tributes": _rows(Tribute.objects.filter(attempt__in=attempts)),
        "pledges": _rows(pledges),
        "payments_due": _rows(Instalment.objects.filter(pledge__in=pledges)),
        "wishes": _rows(PledgeWish.objects.filter(pledge__in=pledges), skip={"by"}),
        "gifts": _rows(donations),
        "entries": _rows(LedgerEntry.objects.filter(donation__in=donations)),
        "announced_transfers": _rows(transfers),
        "messages": _rows(mails.order_by("pk")),
        "visits": _rows(
            AccessLink.objects.filter(Q(email_digest=digest_of(email)) | Q(donor__in=donors))
        ),
        "log": _log(everybody, pledges, donations, attempts, transfers, receipts, statements),
    }


def _rows(rows: Iterable[Model], skip: Iterable[str] = ()) -> list[dict[str, Any]]:
    left_out = INTERNAL.union(skip)
    return [
        {
            field.name: field.value_from_object(row)
            for field in row._meta.concrete_fields
            if field.name not in left_out
        }
        for row in rows
    ]


def _log(*kinds: Sequence[Model]) -> list[dict[str, Any]]:
    """What was done, and when. Who of the staff did it is their own data."""
    found: list[dict[str, Any]] = []
    for subjects in kinds:
        if not subjects:
            continue
        about = subjects[0]
        entries = ModelLogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(about),
            object_id__in=[str(subject.pk) for subject in subjects],
        )
        found += [
            {
                "kind": about._meta.model_name,
                "about": entry.object_id,
                "action": entry.action,
                "at": entry.timestamp,
            }
            for entry in entries.order_by("timestamp")
        ]
    return found
