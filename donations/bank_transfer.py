"""How to give by bank transfer: the payee's exact details, a reference by which the gift is
recognised, and a code for bank apps."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import segno
from django.utils.safestring import SafeString, mark_safe
from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from sosbca.core.models import OrganisationSettings
from sosbca.core.text import format_iban

# What a reference is about, as its first digit. Digits alone: every bank's form takes them.
DONOR, FUND, CAMPAIGN = "1", "2", "3"
DIGITS: Final = 7
# EPC069-12 limits what the code may hold.
EPC_BYTES: Final = 331
EPC_MOST_CENTS: Final = 99_999_999_999


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """What a donor copies into a bank's form; `qr_svg` is an EPC069-12 code of just that.

    `amount_cents` is None where the donor decides in the bank.
    """

    payee: str
    iban: str
    iban_grouped: str
    bic: str
    bank: str
    reference: str
    reference_grouped: str
    amount_cents: int | None
    qr_svg: SafeString


def donor_reference(number: int) -> str:
    """A donor's own creditor reference (ISO 11649), the same for all their transfers."""
    return creditor_reference(DONOR, number)


def fund_reference(number: int) -> str:
    """The reference of gifts to a fund by donors who have not told who they are."""
    return creditor_reference(FUND, number)


def campaign_reference(number: int) -> str:
    return creditor_reference(CAMPAIGN, number)


def creditor_reference(kind: str, number: int) -> str:
    """RF, two check digits (ISO 7064 mod 97-10), what it is about, and a record's number."""
    body = f"{kind}{number:0{DIGITS}d}"
    return iso11649.validate(f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}")


def bank_transfer(
    organisation: OrganisationSettings, reference: str, amount_cents: int | None = None
) -> BankTransfer | None:
    """The transfer details, or None while the account has not been filled in."""
    if not organisation.iban or not organisation.payee_name:
        return None
    payee, bic = organisation.payee_name, organisation.bic
    iban = organisation.iban.replace(" ", "")
    return BankTransfer(
        payee=payee,
        iban=iban,
        iban_grouped=format_iban(iban),
        bic=bic,
        bank=organisation.bank_name,
        reference=reference,
        reference_grouped=iso11649.format(reference),
        amount_cents=amount_cents,
        qr_svg=_qr(epc_code(payee, iban, bic, reference, amount_cents)),
    )


def epc_code(payee: str, iban: str, bic: str, reference: str, amount_cents: int | None) -> str:
    """The text of the code: version 2 in UTF-8, with a structured reference.

    EPC069-12 wants these lines in this order, empty ones where there is nothing to say. Raise
    ValueError for what does not fit the standard.
    """
    amount = ""
    if amount_cents is not None:
        if not 1 <= amount_cents <= EPC_MOST_CENTS:
            raise ValueError("The code holds amounts from a cent to 999,999,999.99 euro.")
        amount = f"EUR{amount_cents // 100}.{amount_cents % 100:02d}"
    lines = ["BCD", "002", "1", "SCT", bic, payee[:70], iban, amount, "", reference]
    text = "\n".join(lines)
    if len(text.encode()) > EPC_BYTES:
        raise ValueError("The code holds at most 331 bytes.")
    return text


@lru_cache(maxsize=64)
def _qr(text: str) -> SafeString:
    """The code as an SVG element, with the error correction that the standard demands."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    # Made of numbers alone: nothing of the payee's words is in the mark-up.
    return mark_safe(code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None))  # noqa: S308
