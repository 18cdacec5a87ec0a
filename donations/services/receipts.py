"""Issues, corrects and keeps the documents that donors get.

A receipt is issued once for each paid donation. When money goes back it is not changed: another
document amends it (part of the gift stays) or annuls it (nothing stays) and refers to it.
"""

from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sosbca.users.models import User

from .. import receipts as document
from ..models import Donation, Receipt, ReceiptCounter
from ..models.choices import Provider, ReceiptPreference
from . import mail
from .attempts import CURRENCY
from .audit import record
from .documents import donor_on_paper, organisation_on_paper, verify_url

Kind = Receipt.Kind
Status = Donation.Status


def issue_due(donation: Donation, *, returned_cents: int) -> None:
    """Issue what the donation's state calls for; must run in the transaction that changed it.

    `returned_cents` is what went back to the donor, by refunds and lost disputes together.

    While a dispute is open the receipt is held: nothing amends or annuls it until the decision.
    What was given before this site kept the books has its documents elsewhere.
    """
    if not donation.needs_receipt or donation.status in {Status.PROCESSING, Status.FAILED}:
        return
    latest = donation.receipts.order_by("-sequence").first()
    if latest is None:
        latest = _issue(donation, Kind.RECEIPT, donation.amount_cents, None)
    if donation.status == Status.DISPUTED:
        return
    net = max(0, donation.amount_cents - returned_cents)
    if net != latest.net_cents:
        _issue(donation, Kind.AMENDMENT if net else Kind.ANNULMENT, net, latest)


class NothingToCorrect(Exception):
    """The latest document is valid no more, or already says who the donor is today."""


@transaction.atomic
def correct_donor(donation: Donation, user: User) -> Receipt:
    """Make the receipt out anew, to the donor as recorded today.

    An issued document is never changed. As the law on accounting wants a correction to show both
    what was and what is, another document amends it, refers to it, and states the reason; the
    amount stays. Raise NothingToCorrect.
    """
    locked = Donation.objects.select_for_update(of=("self",)).get(pk=donation.pk)
    # Of whom nothing is known any more, the valid document says what was.
    if locked.donor.erased_at is not None:
        raise NothingToCorrect
    latest = locked.receipts.order_by("-sequence").first()
    if latest is None or state_of(latest, latest) != "valid" or not latest.snapshot:
        raise NothingToCorrect
    if document.ReceiptSnapshot.from_json(latest.snapshot).donor == donor_on_paper(locked.donor):
        raise NothingToCorrect
    reason = "donor_corrected"
    corrected = _issue(locked, Kind.AMENDMENT, latest.net_cents, latest, reason)
    record(latest, "receipt.corrected", user=user, number=corrected.reference)
    return corrected


def state_of(receipt: Receipt, last: Receipt) -> str:
    """What a document is worth today: replaced, annulled, annulment, held or valid.

    `last` is the newest document about the same donation, which may be this one.
    """
    if last.pk != receipt.pk:
        return "annulled" if last.kind == Kind.ANNULMENT else "replaced"
    if receipt.kind == Kind.ANNULMENT:
        return "annulment"
    return "held" if receipt.donation.status == Status.DISPUTED else "valid"


def _issue(
    donation: Donation, kind: str, net_cents: int, old: Receipt | None, reason: str = ""
) -> Receipt:
    today = timezone.localdate()
    is_receipt = kind == Kind.RECEIPT
    series = settings.RECEIPT_SERIES if is_receipt else settings.RECEIPT_CORRECTION_SERIES
    receipt = Receipt(
        donation=donation,
        kind=kind,
        series=series,
        year=today.year,
        number=_next_number(series, today.year),
        sequence=old.sequence + 1 if old else 1,
        refers_to=old,
        issued_on=today,
        net_cents=net_cents,
    )
    receipt.snapshot = _snapshot(receipt, donation, old, reason).to_json()
    receipt.save()
    record(receipt, f"receipt.{kind}", number=receipt.reference, net_cents=net_cents)
    # Whoever wishes to get receipts together finds them on the yearly statement; a correction is
    # told at once in any case.
    if donation.donor.email and (kind != Kind.RECEIPT or _wants_each(donation)):
        mail.promise_receipt(receipt)
    return receipt


def _wants_each(donation: Donation) -> bool:
    return donation.pledge is None or donation.pledge.receipts == ReceiptPreference.EACH


def _next_number(series: str, year: int) -> int:
    """The next number of a series and year. The counter's row stays locked until the transaction
    ends, so numbers have no gap and no double, whoever issues at the same time."""
    ReceiptCounter.objects.get_or_create(series=series, year=year)
    counter = ReceiptCounter.objects.select_for_update().get(series=series, year=year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return counter.last_number


def _snapshot(
    receipt: Receipt, donation: Donation, old: Receipt | None, reason: str
) -> document.ReceiptSnapshot:
    language = cast(document.Language, donation.language)
    if donation.paid_at is None:
        raise ValueError("Only a paid donation has documents.")
    with translation.override(language):
        return document.ReceiptSnapshot(
            kind=document.ReceiptKind(receipt.kind),
            number=receipt.reference,
            issued_on=receipt.issued_on,
            language=language,
            organisation=organisation_on_paper(language),
            donor=donor_on_paper(donation.donor),
            amount_cents=donation.amount_cents,
            refunded_cents=donation.amount_cents - receipt.net_cents,
            currency=CURRENCY,
            paid_on=timezone.localdate(donation.paid_at),
            payment_method=_method_words(donation),
            fund_name=donation.fund.name(language),
            purpose=donation.fund.purpose(language),
            refers_to=document.EarlierDocument(number=old.reference, issued_on=old.issued_on)
            if old
            else None,
            reason=_reason_words(donation, reason) if old else "",
            verify_url=verify_url(receipt, language),
            is_demo=settings.IS_DEMO or not donation.is_live,
        )


def _method_words(donation: Donation) -> str:
    if donation.provider == Provider.MANUAL:
        return {
            "cash": _("Cash"),
            "bank": _("Bank transfer"),
            "in_kind": _("In kind: %(what)s") % {"what": donation.description},
        }.get(donation.payment_method, _("Other"))
    names = {"card": _("Payment card"), "sepa_debit": _("SEPA direct debit")}
    other = _("Online payment")
    return f"{names.get(donation.payment_method, other)} (Stripe)"


def _reason_words(donation: Donation, reason: str) -> str:
    if reason == "donor_corrected":
        return _("The donor’s details were corrected; the amount stays as it was.")
    if donation.provider == Provider.MANUAL:
        return _("The gift was returned, or was recorded in error.")
    if donation.status == Status.CHARGED_BACK:
        return _("The payment was charged back by the donor’s bank.")
    if donation.status in {Status.REFUNDED, Status.PARTLY_REFUNDED}:
        return _("Money was refunded to the donor.")
    return _("A refund came back from the donor’s bank; the gift stands.")
