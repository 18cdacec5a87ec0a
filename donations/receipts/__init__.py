"""Receipts and yearly statements: what is on them (a frozen snapshot) and how they become a PDF.

A document is rendered from its snapshot alone. It
imports no model: a document issued today must look the same after the donor, the fund or the
organisation's address has changed.
"""

from donations.receipts.compiling import ReceiptRenderError
from donations.receipts.render import render_receipt
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
from donations.receipts.statement import StatementGift, StatementSnapshot
from donations.receipts.statement_render import render_statement

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
    "StatementGift",
    "StatementSnapshot",
    "render_receipt",
    "render_statement",
]
