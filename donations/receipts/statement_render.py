"""What a yearly statement shows, and the statement as a PDF."""

from __future__ import annotations

from typing import Any

from donations.receipts.compiling import compile_pdf
from donations.receipts.glyphs import drawable
from donations.receipts.render import contacts_of
from donations.receipts.snapshot import DonorKind
from donations.receipts.statement import StatementGift, StatementSnapshot
from donations.receipts.statement_wording import EDS, STATEMENT_WORDING
from donations.receipts.wording import WORDING
from sosbca.core.text import amount_in_words, format_date, format_iban, format_money


def render_statement(snapshot: StatementSnapshot) -> bytes:
    """The PDF of one yearly statement; as :func:`donations.receipts.render.render_receipt`."""
    return compile_pdf(
        "statement.typ",
        _template_data(snapshot),
        attachment=snapshot.public_json(),
        issued_on=snapshot.issued_on,
        number=snapshot.number,
    )


def _template_data(snapshot: StatementSnapshot) -> dict[str, Any]:
    """What the template shows, all of it final text."""
    words, shared = STATEMENT_WORDING[snapshot.language], WORDING[snapshot.language]
    language = snapshot.language
    title = words["title"].format(year=snapshot.year)
    issued = snapshot.issued_on
    relief = snapshot.relief_cents
    return {
        "language": language,
        "issued_on": [issued.year, issued.month, issued.day],
        "document_title": f"{title} {snapshot.number}",
        "title": title,
        "number": f"{words['number']} {snapshot.number}",
        "date": format_date(issued, language),
        "withdrawn": not snapshot.gifts,
        "organisation": drawable(snapshot.organisation.name),
        "contacts": contacts_of(snapshot.organisation),
        "lead": _lead(snapshot, words),
        "amount_label": words["amount"].format(year=snapshot.year),
        "amount": format_money(snapshot.total_cents, language),
        "amount_in_words": amount_in_words(snapshot.total_cents, language),
        "sections": _sections(snapshot, shared),
        "gifts_heading": words["gifts"],
        "columns": [words["paid_on"], words["document"], words["fund"], words["net"]],
        "gifts": [_row(gift, snapshot, words) for gift in snapshot.gifts],
        "total_label": words["total"],
        "relief_label": words["relief"],
        "relief": format_money(relief, language) if relief else "",
        "notes": _notes(snapshot, words, shared),
        "signature": shared["signature"],
        "sample": shared["sample"] if snapshot.is_demo else "",
        "sample_note": shared["sample_note"] if snapshot.is_demo else "",
        "attachment_name": f"{snapshot.number}.json",
        "attachment_description": shared["attachment"],
    }


def _lead(snapshot: StatementSnapshot, words: dict[str, str]) -> str:
    if not snapshot.gifts:
        return words["lead.empty"].format(replaces=snapshot.replaces, year=snapshot.year)
    lead = words["lead"].format(year=snapshot.year)
    if snapshot.replaces:
        lead += " " + words["lead.replaces"].format(replaces=snapshot.replaces)
    return lead


def _row(gift: StatementGift, snapshot: StatementSnapshot, words: dict[str, str]) -> list[str]:
    fund = drawable(gift.fund_name)
    if gift.note:
        fund = words["in_kind"].format(fund=fund, what=drawable(gift.note))
    return [
        format_date(gift.paid_on, snapshot.language),
        gift.number,
        fund,
        format_money(gift.net_cents, snapshot.language),
    ]


def _sections(snapshot: StatementSnapshot, shared: dict[str, str]) -> list[dict[str, Any]]:
    """Who gave and who received; facts that were not given are left out."""
    donor, organisation = snapshot.donor, snapshot.organisation
    account = (format_iban(organisation.iban) if organisation.iban else "", organisation.bank_name)
    sections = [
        (
            shared["donor"],
            [
                (shared[f"donor_name.{donor.kind.value}"], donor.name),
                (shared["personal_code"], donor.personal_code),
                (shared["registration_number"], donor.registration_number),
            ],
        ),
        (
            shared["issuer"],
            [
                (shared["organisation_name"], organisation.name),
                (shared["registration_number"], organisation.registration_number),
                (shared["address"], organisation.legal_address),
                (shared["account"], ", ".join(filter(None, account))),
            ],
        ),
    ]
    return [
        {"heading": heading, "facts": [[label, drawable(value)] for label, value in rows if value]}
        for heading, rows in sections
    ]


def _notes(
    snapshot: StatementSnapshot, words: dict[str, str], shared: dict[str, str]
) -> list[dict[str, Any]]:
    """What the statement says beyond the facts; one that takes back another attests nothing."""
    if not snapshot.gifts:
        return []
    basis: list[str] = [words["basis"], shared["gratuitous"]]
    status = snapshot.organisation.public_benefit_statement.strip()
    if status:
        basis.append(drawable(status))
        if snapshot.donor.kind is DonorKind.COMPANY:
            basis.append(shared["use.company"])
    notes: list[dict[str, Any]] = [
        {"heading": words["about"], "before": basis, "steps": [], "after": [], "link": ""}
    ]
    if snapshot.relief_cents:
        filled = {
            "year": snapshot.year,
            "registration": snapshot.organisation.registration_number,
            "amount": format_money(snapshot.relief_cents, snapshot.language),
        }
        after = [drawable(snapshot.limit)] if snapshot.limit else []
        after.append(words["step.note"])
        if not snapshot.donor.personal_code:
            after.append(shared["no_code"])
        notes.append(
            {
                "heading": words["tax"],
                "before": [],
                "steps": [words[f"step.{step}"].format(**filled) for step in (1, 2, 3)],
                "after": after,
                "link": EDS,
            }
        )
    return notes
