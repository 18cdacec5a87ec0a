"""Keeps the PDF of every document: made once, encrypted at rest, the same bytes ever after."""

import hashlib

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from sosbca.core import encryption
from sosbca.core.models import OrganisationSettings
from sosbca.users.models import User

from .. import receipts as paper
from ..models import Donor, Receipt, Statement
from ..receipts import ReceiptSnapshot, StatementSnapshot, render_receipt, render_statement
from .audit import record


class DamagedReceipt(Exception):
    """The kept PDF is not the one that was issued."""


class NothingFrozen(Exception):
    """What the document said was forgotten after its legal time."""


class NoLongerKept(Exception):
    """The document’s time is over: what it said is forgotten, see `services.retention`."""


def verify_url(receipt: Receipt, language: str) -> str:
    """The public address where anybody who holds the document can check it."""
    with translation.override(language):
        path = reverse("donations:verify", args=[receipt.public_id])
    return f"{settings.SITE_URL}{path}"


def organisation_on_paper(language: str) -> paper.Organisation:
    """Who issues documents, as registered today."""
    organisation = OrganisationSettings.current()
    return paper.Organisation(
        name=organisation.name(language),
        registration_number=organisation.registration_number,
        legal_address=organisation.legal_address,
        iban=organisation.iban,
        bank_name=organisation.bank_name,
        phone=organisation.phone,
        email=organisation.email,
        public_benefit_statement=organisation.status(language),
    )


def donor_on_paper(donor: Donor) -> paper.Donor:
    """To whom a document is made out."""
    return paper.Donor(
        name=donor.name,
        kind=paper.DonorKind(donor.kind),
        personal_code=donor.personal_code,
        registration_number=donor.registration_number,
    )


def pdf_of(document: Receipt | Statement) -> bytes:
    """The document's PDF: made on the first call, the same bytes ever after.

    Raise DamagedReceipt when the kept file was changed, NoLongerKept when it was forgotten.
    """
    if not (document.snapshot or document.pdf_name):
        raise NoLongerKept(document.reference)
    if not document.pdf_name:
        _keep_pdf(document)
        document.refresh_from_db(fields=["pdf_name", "pdf_sha256"])
    with storages["private"].open(document.pdf_name) as file:
        pdf = encryption.decrypt(file.read())
    if hashlib.sha256(pdf).hexdigest() != document.pdf_sha256:
        raise DamagedReceipt(document.reference)
    return pdf


@transaction.atomic
def restore(document: Receipt | Statement, user: User) -> None:
    """Make a PDF anew that was lost or damaged, from what was frozen when it was issued: the same
    document, not another. Nothing is done while the kept file is whole.

    Raise NothingFrozen when the contents were forgotten after their legal time.
    """
    try:
        pdf_of(document)
    except (DamagedReceipt, OSError, InvalidToken):
        pass
    else:
        return
    if not document.snapshot:
        raise NothingFrozen(document.reference)
    rows = type(document)._default_manager.filter(pk=document.pk)
    rows.update(pdf_name="", pdf_sha256="")
    document.pdf_name = document.pdf_sha256 = ""
    pdf_of(document)
    record(document, "document.restored", user=user)


def _keep_pdf(document: Receipt | Statement) -> None:
    """Render and store the PDF. If two processes do it at once, the first to commit wins and the
    other's file is removed."""
    storage = storages["private"]
    if isinstance(document, Receipt):
        folder = "receipts"
        pdf = render_receipt(ReceiptSnapshot.from_json(document.snapshot))
    else:
        folder = "statements"
        pdf = render_statement(StatementSnapshot.from_json(document.snapshot))
    name = storage.save(
        f"{folder}/{document.year}/{document.public_id}.pdf.enc",
        ContentFile(encryption.encrypt(pdf)),
    )
    rows = type(document)._default_manager.filter(pk=document.pk, pdf_name="")
    with transaction.atomic():
        won = rows.update(pdf_name=name, pdf_sha256=hashlib.sha256(pdf).hexdigest())
    if not won:
        storage.delete(name)
