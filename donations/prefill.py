"""What stands in the form at first: from a link, or as a donor left it at the checkout."""

from typing import Any

from django.http import QueryDict

from sosbca.core.text import parse_amount, typed_amount

from .amounts import amount_name, other_name
from .models import CheckoutAttempt, Tribute
from .models.choices import ReceiptPreference
from .models.donor import DonorKind
from .offers import DonationOffer

PREFILLED = (
    "frequency",
    "fund",
    "donor_type",
    "name",
    "company_name",
    "registration_number",
    "email",
    "employer",
    "message",
    "receipts",
    "tribute_kind",
    "tribute_name",
)


def prefill_from_link(offer: DonationOffer, query: QueryDict) -> dict[str, Any]:
    """Initial values from a campaign link's parameters; what can't be used is left out."""
    initial: dict[str, Any] = {
        "donor_type": DonorKind.PERSON,
        "frequency": str(offer.frequencies[0]),
        "fund": next((fund.code for fund in offer.funds), ""),
        "receipts": ReceiptPreference.EACH,
    }
    allowed = {
        "frequency": {str(frequency) for frequency in offer.frequencies},
        "fund": {fund.code for fund in offer.funds},
        "donor_type": set(DonorKind.values),
        "receipts": set(ReceiptPreference.values),
        "tribute_kind": set(Tribute.Kind.values),
    }
    for name in PREFILLED:
        value = query.get(name, "").strip()[:500]
        if value and value in allowed.get(name, {value}):
            initial[name] = value
    for frequency in offer.frequencies:
        default = offer.defaults.get(frequency)
        initial[amount_name(frequency)] = typed_amount(default) if default else ""
    if amount := linked_amount(offer, query):
        initial[amount_name(initial["frequency"])] = amount
    return initial


def linked_amount(offer: DonationOffer, query: QueryDict) -> str:
    """The amount that a link asks for, as it was written there; nothing if it is none.

    The form block on other pages sends its choice like the form itself.
    """
    frequency = query.get("frequency", "")
    if frequency not in {str(offered) for offered in offer.frequencies}:
        frequency = str(offer.frequencies[0])
    own = (other_name(frequency), amount_name(frequency))
    for name in (*own, "amount_other", "amount"):
        typed = query.get(name, "").strip()[:20]
        try:
            parse_amount(typed)
        except ValueError:
            continue
        return typed
    return ""


def prefill_from_attempt(attempt: CheckoutAttempt) -> dict[str, Any]:
    """The form as the donor left it. The personal code is asked again: it leaves no database
    for a web page."""
    donor = attempt.donor
    is_person = donor.kind == DonorKind.PERSON
    gift_cents = attempt.amount_cents - attempt.fee_cover_cents
    tribute = Tribute.objects.filter(attempt=attempt).first()
    return {
        "frequency": attempt.frequency,
        amount_name(attempt.frequency): typed_amount(gift_cents),
        "cover_fee": attempt.fee_cover_cents > 0,
        "fund": attempt.fund.code,
        "donor_type": donor.kind,
        "name": donor.name if is_person else donor.contact_name,
        "company_name": "" if is_person else donor.name,
        "registration_number": donor.registration_number,
        "email": donor.email,
        "wants_tax_receipt": attempt.wants_tax_receipt,
        "employer": attempt.employer,
        "receipts": attempt.receipts,
        "tribute_kind": tribute.kind if tribute else "",
        "tribute_name": tribute.honoree if tribute else "",
        "tribute_email": tribute.recipient_email if tribute else "",
        "tribute_message": tribute.message if tribute else "",
        "message": attempt.message,
    }
