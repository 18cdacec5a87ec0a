"""Keeps the PDF of every document: made once, encrypted at rest, the same bytes ever after."""

import hashlib

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from sosbca.core import encryption

from ..models import Receipt
from ..receipts import ReceiptSnapshot, render_receipt


class DamagedReceipt(Exception):
    """The kept PDF is not the one that was issued."""


def verify_url(receipt: Receipt, language: str) -> str:
    """The public address where anybody who holds the document can check it."""
    with translation.override(language):
        path = reverse("donations:verify", args=[receipt.public_id])
    return f"{settings.SITE_URL}{path}"


def pdf_of(receipt: Receipt) -> bytes:
    """The document's PDF: made on the first call, the same bytes ever after.

    Raise DamagedReceipt when the kept file was changed.
    """
    if not receipt.pdf_name:
        _keep_pdf(receipt)
        receipt.refresh_from_db(fields=["pdf_name", "pdf_sha256"])
    with storages["private"].open(receipt.pdf_name) as file:
        pdf = encryption.decrypt(file.read())
    if hashlib.sha256(pdf).hexdigest() != receipt.pdf_sha256:
        raise DamagedReceipt(receipt.reference)
    return pdf


def _keep_pdf(receipt: Receipt) -> None:
    """Render and store the PDF. If two processes do it at once, the first to commit wins and the
    other's file is removed."""
    storage = storages["private"]
    pdf = render_receipt(ReceiptSnapshot.from_json(receipt.snapshot))
    name = storage.save(
        f"receipts/{receipt.year}/{receipt.public_id}.pdf.enc",
        ContentFile(encryption.encrypt(pdf)),
    )
    with transaction.atomic():
        won = Receipt.objects.filter(pk=receipt.pk, pdf_name="").update(
            pdf_name=name, pdf_sha256=hashlib.sha256(pdf).hexdigest()
        )
    if not won:
        storage.delete(name)
