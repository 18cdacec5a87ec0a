"""Mirrors recurring gifts: the pledge, its due payments, and what donors are told about them.

Whatever changed it (the donor’s page, staff, Stripe’s dashboard or portal, the passing of time),
the change is noticed here, once, and told to the donor once.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from sosbca.core.page_cache import Group, changed

from ..dates import local_day
from ..models import CheckoutAttempt, Instalment, Pledge
from ..models.choices import Frequency
from ..providers import (
    Interval,
    InvoicePicture,
    InvoiceState,
    PledgeEnd,
    PledgePicture,
    PledgeState,
    ProviderRefused,
    get_provider,
)
from . import instalments, mail, tributes
from .audit import record
from .settling import PaymentMismatch, check, in_step

logger = logging.getLogger(__name__)

FREQUENCIES = {Interval.MONTH: Frequency.MONTHLY, Interval.YEAR: Frequency.YEARLY}
INTERVALS = {str(frequency): interval for interval, frequency in FREQUENCIES.items()}
STATUSES = {
    PledgeState.STARTING: Pledge.Status.STARTING,
    PledgeState.ACTIVE: Pledge.Status.ACTIVE,
    PledgeState.PAST_DUE: Pledge.Status.PAST_DUE,
    PledgeState.PAUSED: Pledge.Status.PAUSED,
    PledgeState.ENDING: Pledge.Status.ENDING,
    PledgeState.ENDED: Pledge.Status.CANCELLED,
}
# So long after a pledge has moved, what came of it is known: an invoice is finalised an hour after
# it was made, and a first try may fail.
SETTLED_WITHIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Pictures:
    """`pledge` is an error where somebody gave the subscription terms that no pledge can have;
    what is paid for it is a gift all the same. `are_all`: there are no other invoices of which we
    don't know what came of them."""

    pledge: PledgePicture | ProviderRefused
    invoices: Sequence[InvoicePicture]
    are_all: bool


def synchronise_subscription(
    subscription_reference: str,
    attempt: CheckoutAttempt | None = None,
    invoice_references: Iterable[str] = (),
) -> Pledge | None:
    """Bring the pledge of a subscription up to date; record it first if it is new.

    A new one belongs to `attempt`. None when there is no attempt, or one to give once: others may
    have subscriptions on the same account. Raise as `synchronise`.
    """
    pledge = Pledge.objects.filter(subscription_reference=subscription_reference).first()
    if pledge is not None:
        return synchronise(pledge, invoice_references)
    if attempt is None or attempt.frequency == Frequency.ONCE:
        return None
    recorded = _record(attempt, get_provider().pledge(subscription_reference))
    # All its invoices: the first may have been paid long before anybody told us.
    return synchronise_fully(recorded)


def synchronise_fully(pledge: Pledge) -> Pledge:
    """`synchronise` with every invoice of which we don't know yet what came of it."""
    try:
        return _synchronise(pledge, [], fully=True)
    except ProviderRefused:
        # In time again, not in every sweep.
        waiting = Pledge.objects.filter(pk=pledge.pk, look_through_at__isnull=False)
        waiting.update(look_through_at=timezone.now() + SETTLED_WITHIN)
        raise


def _unsettled_invoices(pledge: Pledge) -> list[str]:
    """Oldest first. What happens to a payment afterwards is told by events about the payment."""
    paid = pledge.instalments.filter(status=Instalment.Status.PAID)
    known = set(paid.values_list("invoice_reference", flat=True))
    listed = get_provider().invoices_of(pledge.subscription_reference)
    return [reference for reference in listed if reference not in known]


def synchronise(pledge: Pledge, invoice_references: Iterable[str] = ()) -> Pledge:
    """Bring a pledge, and the due payments behind these invoices, to what the company says now.

    Raise ProviderError, PaymentMismatch, ReceiptOwed or Overtaken.
    """
    return _synchronise(pledge, list(invoice_references), fully=False)


def _synchronise(pledge: Pledge, references: list[str], *, fully: bool) -> Pledge:
    provider = get_provider()

    newest: PledgePicture | None = None

    def fetch() -> _Pictures:
        terms: PledgePicture | ProviderRefused
        wanted = references
        look_through = fully
        try:
            terms = provider.pledge(pledge.subscription_reference)
        except ProviderRefused as refused:
            if not (references or fully):
                raise
            terms = refused
        else:
            look_through = fully or _may_have_missed(pledge, terms)
        if look_through:
            wanted = list(dict.fromkeys([*_unsettled_invoices(pledge), *references]))
        return _Pictures(terms, [provider.invoice(each) for each in wanted], look_through)

    def apply(locked: Pledge, pictures: _Pictures) -> Exception | None:
        nonlocal newest
        newest = pictures.pledge if isinstance(pictures.pledge, PledgePicture) else None
        return _apply(locked, pictures)

    synchronised = in_step(pledge, fetch, apply, "donor", "fund", "campaign", "attempt")
    if newest and synchronised.is_running:
        _follow_new_method(synchronised, newest)
    return synchronised


def _may_have_missed(pledge: Pledge, picture: PledgePicture) -> bool:
    """Whether payments were due that nobody told us of: renewals were passed over, or it is the
    last look at a pledge that has ended."""
    was_due = pledge.next_payment_at
    has_ended = pledge.is_running and picture.state is PledgeState.ENDED
    return has_ended or (was_due is not None and picture.period_started_at > was_due)


def _follow_new_method(pledge: Pledge, picture: PledgePicture) -> None:
    """Pay a pledge with the card that its owner chose last, and try again what is overdue."""
    method = picture.customer_method
    if method in {"", pledge.followed_method}:
        return
    provider = get_provider()
    reference = pledge.subscription_reference
    # With the version: an earlier method may be chosen again within the life of a key.
    key = f"method-{reference}-{method}-{pledge.version}"
    invoices: list[str] = []
    try:
        if method != picture.method_reference:
            provider.pay_with(reference, method, key)
        overdue = pledge.instalments.filter(status=Instalment.Status.OPEN, tries__gt=0)
        invoices += overdue.values_list("invoice_reference", flat=True)
        for invoice in invoices:
            provider.retry_invoice(invoice, f"retry-{invoice}-{method}")
    except ProviderRefused:
        # One that can't pay a pledge. Its owner hears of it when a payment fails.
        logger.warning("Pledge %s can't be paid with the method chosen last", pledge.pk)
    # Noted when all is done: a process that dies before leaves it to the next.
    Pledge.objects.filter(pk=pledge.pk).update(followed_method=method)
    if invoices or method != picture.method_reference:
        synchronise(pledge, invoices)


@transaction.atomic
def _record(attempt: CheckoutAttempt, picture: PledgePicture) -> Pledge:
    """The pledge that came of an attempt, as the donor wished it there; recorded once."""
    pledge, created = Pledge.objects.get_or_create(
        subscription_reference=picture.subscription_reference,
        defaults={
            "attempt": attempt,
            "donor": attempt.donor,
            "fund": attempt.fund,
            "campaign": attempt.campaign,
            "amount_cents": attempt.amount_cents,
            "fee_cover_cents": attempt.fee_cover_cents,
            "frequency": attempt.frequency,
            "language": attempt.language,
            "receipts": attempt.receipts,
            "employer": attempt.employer,
            "customer_reference": picture.customer_reference,
            "status": Pledge.Status.STARTING,
            "started_at": picture.started_at,
            "is_live": picture.is_live,
            # What the customer chose for an earlier pledge says nothing about this one.
            "followed_method": picture.customer_method,
        },
    )
    if created:
        record(pledge, "pledge.recorded", amount_cents=pledge.amount_cents)
    return pledge


# Taking pictures over ----------------------------------------------------------------------------


def _apply(pledge: Pledge, pictures: _Pictures) -> Exception | None:
    problem: Exception | None = None
    if isinstance(pictures.pledge, ProviderRefused):
        problem = pictures.pledge
    else:
        terms = pictures.pledge
        check(terms.is_live, terms.amount_cents, terms.currency, terms.amount_cents)
        _mirror(pledge, terms)
    for picture in pictures.invoices:
        # One payment that can't be booked must not keep the others from it.
        try:
            with transaction.atomic():
                problem = instalments.apply(pledge, picture) or problem
        except PaymentMismatch as mismatch:
            problem = mismatch
    if pictures.are_all:
        is_unfinished = any(each.state is InvoiceState.DRAFT for each in pictures.invoices)
        again = timezone.now() + SETTLED_WITHIN
        pledge.look_through_at = again if is_unfinished or problem else None
    return problem


def _mirror(pledge: Pledge, picture: PledgePicture) -> None:
    before = _terms(pledge)
    was, was_due = pledge.status, pledge.next_payment_at
    moved = (
        was_due is not None
        and picture.next_payment_at is not None
        and picture.next_payment_at != was_due
        # A renewal begins where the last period ended; anything else is another day.
        and picture.period_started_at < was_due
    )
    pledge.status = STATUSES[picture.state]
    if pledge.amount_cents != picture.amount_cents:
        # A sum that did not come through us has no part of its own for the fee.
        pledge.fee_cover_cents = _cover_of(pledge, picture.amount_cents)
        pledge.amount_cents = picture.amount_cents
    pledge.frequency = FREQUENCIES[picture.interval]
    pledge.customer_reference = picture.customer_reference
    pledge.payment_method = picture.method
    # What was erased is not fetched back.
    is_known = pledge.donor.erased_at is None
    if is_known:
        pledge.method_ending = picture.method_ending
        pledge.card_expires_on = picture.card_expires_on
    pledge.started_at = picture.started_at
    pledge.next_payment_at = picture.next_payment_at
    pledge.paused_until = picture.paused_until
    pledge.ends_at = picture.ends_at
    if picture.state is PledgeState.ENDED:
        pledge.ended_at = pledge.ended_at or picture.ended_at or timezone.now()
        pledge.end_reason = _end_reason(picture.end)
        if is_known:
            pledge.end_comment = pledge.end_comment or picture.end_comment[:500]
        instalments.give_up(pledge)
    if pledge.status != was:
        record(pledge, f"pledge.{pledge.status}", before=was)
        changed(Group.GIVING)
    if (pledge.status, pledge.next_payment_at) != (was, was_due) and not pledge.look_through_at:
        pledge.look_through_at = timezone.now() + SETTLED_WITHIN
    _tell(pledge, was, before, moved=moved)


def _cover_of(pledge: Pledge, amount_cents: int) -> int:
    wish = pledge.wishes.filter(action="terms", amount_cents=amount_cents).last()
    return wish.fee_cover_cents if wish else 0


def _end_reason(end: PledgeEnd) -> str:
    reasons = {
        PledgeEnd.PAYMENT_FAILED: Pledge.EndReason.PAYMENT_FAILED,
        PledgeEnd.NEVER_PAID: Pledge.EndReason.NEVER_PAID,
    }
    return reasons.get(end, Pledge.EndReason.WISH)


def _terms(pledge: Pledge) -> dict[str, str | int]:
    """What a donor is told about when it changes."""
    return {
        "amount_cents": pledge.amount_cents,
        "frequency": pledge.frequency,
        "method": f"{pledge.payment_method} {pledge.method_ending}".strip(),
        "paused": local_day(pledge.paused_until),
        "ends": local_day(pledge.ends_at),
    }


def _tell(pledge: Pledge, was: str, before: dict[str, str | int], *, moved: bool) -> None:
    """Promise the message that a change calls for; each change is told once."""
    states = Pledge.Status
    number = f"{pledge.public_id}-{pledge.version}"
    if pledge.status == states.CANCELLED:
        if was != states.CANCELLED:
            mail.promise(
                "pledge_ended",
                f"pledge-ended-{pledge.public_id}",
                pledge=pledge,
                facts={"reason": pledge.end_reason},
            )
        return
    if was == states.STARTING:
        if pledge.status != states.STARTING:
            mail.promise("pledge_started", f"pledge-started-{pledge.public_id}", pledge=pledge)
            tributes.announce(pledge.attempt)
        return
    after = _terms(pledge)
    told = {name: value for name, value in after.items() if value != before[name]}
    if moved:
        told["next_payment"] = local_day(pledge.next_payment_at)
    if told:
        facts = {"before": {name: before.get(name, "") for name in told}, "after": told}
        mail.promise("pledge_changed", f"pledge-changed-{number}", pledge=pledge, facts=facts)
        record(pledge, "pledge.changed", what=", ".join(sorted(told)))
