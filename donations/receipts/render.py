"""What a receipt shows, and the receipt as a PDF."""

from __future__ import annotations

import io
from typing import Any

import segno

from donations.receipts.compiling import compile_pdf
from donations.receipts.glyphs import drawable
from donations.receipts.snapshot import DonorKind, Organisation, ReceiptKind, ReceiptSnapshot
from donations.receipts.wording import WORDING
from sosbca.core.text import amount_in_words, format_date, format_iban, format_money


def render_receipt(snapshot: ReceiptSnapshot) -> bytes:
    """The PDF of one receipt, amendment or annulment.

    Equal snapshots give equal bytes, in any process and time zone: the only date in the file is
    ``issued_on``. The attachment ``<number>.json`` holds the snapshot without the personal code.
    Safe to call from several threads. Raises :class:`ReceiptRenderError`.
    """
    return compile_pdf(
        "receipt.typ",
        _template_data(snapshot),
        attachment=snapshot.public_json(),
        issued_on=snapshot.issued_on,
        number=snapshot.number,
    )


def _template_data(snapshot: ReceiptSnapshot) -> dict[str, Any]:
    """What the template shows, all of it final text."""
    words = WORDING[snapshot.language]
    kind = snapshot.kind.value
    organisation = snapshot.organisation

    def earlier(template: str) -> str:
        if snapshot.refers_to is None:
            return ""
        date = format_date(snapshot.refers_to.issued_on, snapshot.language)
        return template.format(number=snapshot.refers_to.number, date=date)

    lead = words[f"lead.{kind}"]
    title = words[f"title.{kind}"]
    return {
        "language": snapshot.language,
        "issued_on": [
            snapshot.issued_on.year,
            snapshot.issued_on.month,
            snapshot.issued_on.day,
        ],
        "document_title": f"{title} {snapshot.number}",
        "title": title,
        "number": f"{words['number']} {snapshot.number}",
        "date": format_date(snapshot.issued_on, snapshot.language),
        "withdrawn": snapshot.kind is ReceiptKind.ANNULMENT,
        "organisation": drawable(organisation.name),
        "contacts": contacts_of(snapshot.organisation),
        "lead": lead if snapshot.refers_to is None else earlier(lead),
        "amount_label": words[f"amount.{kind}"],
        "amount": format_money(snapshot.net_cents, snapshot.language, snapshot.currency),
        "amount_in_words": amount_in_words(snapshot.net_cents, snapshot.language),
        "sections": _sections(snapshot, words, earlier(words["earlier_value"])),
        "statements": [drawable(text) for text in _statements(snapshot, words)],
        "verify": words["verify"],
        "verify_how": words["verify_how"],
        "verify_url": snapshot.verify_url,
        "verify_alt": words["verify_alt"].format(url=snapshot.verify_url),
        "qr": _qr_svg(snapshot.verify_url),
        "signature": words["signature"],
        "sample": words["sample"] if snapshot.is_demo else "",
        "sample_note": words["sample_note"] if snapshot.is_demo else "",
        "attachment_name": snapshot.number.replace("/", "-") + ".json",
        "attachment_description": words["attachment"],
    }


def contacts_of(organisation: Organisation) -> str:
    """How to reach the association, on one line."""
    contacts = (organisation.phone, organisation.email, organisation.web)
    return drawable(" · ".join(contact for contact in contacts if contact.strip()))


def _sections(
    snapshot: ReceiptSnapshot, words: dict[str, str], earlier: str
) -> list[dict[str, Any]]:
    """The facts under their headings; facts that were not given are left out."""
    donor, organisation = snapshot.donor, snapshot.organisation
    language, currency = snapshot.language, snapshot.currency
    refunded = format_money(snapshot.refunded_cents, language, currency)
    account = (format_iban(organisation.iban) if organisation.iban else "", organisation.bank_name)
    change = [
        (words["earlier"], earlier),
        (words["reason"], drawable(snapshot.reason)),
        (words["amount_received"], format_money(snapshot.amount_cents, language, currency)),
        (words["amount_refunded"], refunded if snapshot.refunded_cents else ""),
    ]
    sections = [
        (words["change"], change if snapshot.refers_to else []),
        (
            words["donor"],
            [
                (words[f"donor_name.{donor.kind.value}"], drawable(donor.name)),
                (words["personal_code"], drawable(donor.personal_code)),
                (words["registration_number"], drawable(donor.registration_number)),
            ],
        ),
        (
            words["gift"],
            [
                (words["paid_on"], format_date(snapshot.paid_on, language)),
                (words["payment_method"], drawable(snapshot.payment_method)),
                (words["fund"], drawable(snapshot.fund_name)),
                (words["purpose"], drawable(snapshot.purpose)),
            ],
        ),
        (
            words["issuer"],
            [
                (words["organisation_name"], drawable(organisation.name)),
                (words["registration_number"], drawable(organisation.registration_number)),
                (words["address"], drawable(organisation.legal_address)),
                (words["account"], drawable(", ".join(filter(None, account)))),
            ],
        ),
    ]
    return [
        {"heading": heading, "facts": facts}
        for heading, rows in sections
        if (facts := [[label, value] for label, value in rows if value])
    ]


def _statements(snapshot: ReceiptSnapshot, words: dict[str, str]) -> list[str]:
    """What the document says beyond the facts; an annulment attests nothing."""
    if snapshot.kind is ReceiptKind.ANNULMENT:
        return []
    statements = [words["gratuitous"]]
    public_benefit = snapshot.organisation.public_benefit_statement.strip()
    if public_benefit:
        # Tax relief hangs on the public-benefit status: no status, not a word about it.
        statements += [public_benefit, words[f"use.{snapshot.donor.kind.value}"]]
        if snapshot.donor.kind is DonorKind.PERSON and not snapshot.donor.personal_code:
            statements.append(words["no_code"])
    return statements


def _qr_svg(url: str) -> str:
    svg = io.BytesIO()
    segno.make_qr(url, error="m").save(svg, kind="svg", border=0, dark="#12324f", xmldecl=False)
    return svg.getvalue().decode()
