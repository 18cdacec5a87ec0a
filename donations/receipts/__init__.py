"""Donation receipts: what is on them (a frozen snapshot) and how they become a PDF.

A receipt is rendered from its :class:`~donations.receipts.snapshot.ReceiptSnapshot` alone. It
imports no model: a document issued today must look the same after the donor, the fund or the
organisation's address has changed.
"""

from donations.receipts.render import ReceiptRenderError, render_receipt
from donations.receipts.snapshot import (
    Donor,
    DonorKind,
    EarlierDocument,
    Language,
    Organisation,
    ReceiptKind,
    ReceiptSnapshot,
    SnapshotError,
)

__all__ = [
    "Donor",
    "DonorKind",
    "EarlierDocument",
    "Language",
    "Organisation",
    "ReceiptKind",
    "ReceiptRenderError",
    "ReceiptSnapshot",
    "SnapshotError",
    "render_receipt",
]
