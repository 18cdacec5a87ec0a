"""How to give by bank transfer: the payee's exact details and a code for bank apps."""

from dataclasses import dataclass
from functools import lru_cache

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sosbca.core.models import OrganisationSettings
from sosbca.core.text import format_iban


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """What a donor copies into a bank's form. `qr_svg` is an EPC069-12 code without an amount."""

    payee: str
    iban: str
    iban_grouped: str
    bic: str
    bank: str
    purpose: str
    qr_svg: SafeString


def bank_transfer(organisation: OrganisationSettings) -> BankTransfer | None:
    """The transfer details, or None while the account has not been filled in."""
    if not organisation.iban or not organisation.payee_name:
        return None
    purpose = _("Donation")
    return BankTransfer(
        payee=organisation.payee_name,
        iban=organisation.iban.replace(" ", ""),
        iban_grouped=format_iban(organisation.iban),
        bic=organisation.bic,
        bank=organisation.bank_name,
        purpose=purpose,
        qr_svg=_qr(organisation.payee_name, organisation.iban, organisation.bic, purpose),
    )


@lru_cache(maxsize=32)
def _qr(payee: str, iban: str, bic: str, purpose: str) -> SafeString:
    """The EPC069-12 code as an SVG element: version 2, no amount, unstructured remittance."""
    lines = ["BCD", "002", "1", "SCT", bic, payee, iban.replace(" ", ""), "", "", "", purpose]
    code = segno.make("\n".join(lines), error="m", micro=False, boost_error=False)
    # Made of numbers alone: nothing of the payee's words is in the mark-up.
    return mark_safe(code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None))  # noqa: S308
