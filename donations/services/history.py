"""Takes over the history of an account at the payment company that was used before this site.

First the subscriptions with their invoices, then all other payments, then the comparison of the
books, which also enters payouts and the account's own fees. What is done is noted object by
object, so an import that was killed goes on where it was; doing an object twice changes nothing.

Gifts from before get no receipt and no message: donors had theirs. What comes after the import is
like any other gift.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from ..models import Donation, Fund, Import, Pledge
from ..providers import (
    HistoricPayment,
    HistoricPledge,
    ProviderError,
    ProviderRefused,
    get_provider,
)
from . import history_gifts as gifts
from . import reconciliation, settling
from .attempts import CURRENCY
from .audit import record

__all__ = [
    "AlreadyRunning",
    "NoFund",
    "ProviderError",
    "begin",
    "carry_on",
    "import_source",
    "stop",
    "survey",
]

logger = logging.getLogger(__name__)

Stage = Import.Stage
Status = Import.Status

# An import that has not got on for so long was killed.
STALE_AFTER = timedelta(minutes=10)
# What sweep and reconciliation come back to.
LEFT_FOR_LATER = (settling.PaymentMismatch, settling.Overtaken, settling.ReceiptOwed)


class AlreadyRunning(Exception):
    """Another import is at it."""


class NoFund(Exception):
    """There is no fund to enter the gifts under."""


@dataclass(slots=True)
class Survey:
    """What an import would find. Cents are what was paid, before refunds."""

    pledges: int = 0
    payments: int = 0
    cents: int = 0
    skipped: int = 0


def begin(fund_code: str = "", *, take_over: bool = False) -> Import:
    """The import to go on with: one that was stopped, else a new one into the fund.

    `take_over` takes up one that seems to be running: for somebody who knows that it was killed.
    Without a code it is the first open fund. Raise AlreadyRunning or NoFund.
    """
    name = get_provider().name
    fresh = timezone.now() - STALE_AFTER
    with transaction.atomic():
        unfinished = Import.objects.select_for_update(of=("self",)).filter(provider=name)
        found = unfinished.exclude(status=Status.DONE).first()
        if found is not None:
            if found.status == Status.RUNNING and found.active_at > fresh and not take_over:
                raise AlreadyRunning
            found.status = Status.RUNNING
            found.error = ""
            found.active_at = timezone.now()
            found.save(update_fields=["status", "error", "active_at"])
            return found
    try:
        with transaction.atomic():
            started = Import.objects.create(provider=name, fund=_fund(fund_code))
            record(started, "import.started")
    except IntegrityError as error:
        raise AlreadyRunning from error
    return started


def _fund(code: str) -> Fund:
    funds = Fund.objects.filter(code=code) if code else Fund.objects.filter(is_open=True)
    fund = funds.first()
    if fund is None:
        raise NoFund(code)
    return fund


def survey() -> Survey:
    """Look at everything that an import would take over, and write nothing.

    Raise ProviderError.
    """
    found, provider = Survey(), get_provider()
    for pledge in provider.historic_pledges(""):
        if pledge.picture is None or not gifts.has_address(pledge.email):
            found.skipped += 1
        elif not Pledge.objects.filter(subscription_reference=pledge.reference).exists():
            found.pledges += 1
    for payment in provider.historic_payments("", gifts.is_known):
        if payment.picture.currency != CURRENCY or not gifts.has_address(payment.email):
            found.skipped += 1
        else:
            found.payments += 1
            found.cents += payment.picture.amount_cents
    return found


def import_source(source_reference: str) -> Donation | None:
    """Take over the one payment behind a charge, refund or dispute; None where it has no place.

    Raise ProviderError, or what synchronising a payment raises.
    """
    found = get_provider().historic_payment(source_reference)
    last = Import.objects.select_related("fund").first()
    if found is None:
        return None
    try:
        gifts.enter_payment(found, last.fund if last else _fund(""))
    except gifts.Skipped:
        return None
    reference = found.picture.payment_reference
    return Donation.objects.filter(payment_reference=reference).first()


def carry_on(running: Import, progress: Callable[[Import], None]) -> Import:
    """Do what is left of an import, with a call of `progress` after each object.

    An error is noted on the import, which can then be begun again; nothing is raised but what the
    caller itself is stopped by.
    """
    try:
        if running.stage == Stage.SUBSCRIPTIONS:
            for pledge in get_provider().historic_pledges(running.cursor):
                _advance(running, pledge.reference, gifts.take_over_pledge, pledge)
                progress(running)
            _enter(running, Stage.PAYMENTS)
        if running.stage == Stage.PAYMENTS:
            for payment in get_provider().historic_payments(running.cursor, gifts.is_known):
                _advance(
                    running, payment.picture.charge_reference, gifts.take_over_payment, payment
                )
                progress(running)
            _enter(running, Stage.BOOKS)
        with suppress(reconciliation.AlreadyRunning):
            reconciliation.run(reconciliation.begin().pk)
    except ProviderError as error:
        return stop(running, f"{type(error).__name__}: {error}")
    except Exception as error:
        logger.exception("The import of history broke off")
        return stop(running, type(error).__name__)
    return _finish(running)


@transaction.atomic
def stop(running: Import, error: str) -> Import:
    """Note that an import was stopped, so that the next one goes on at once."""
    Import.objects.filter(pk=running.pk, status=Status.RUNNING).update(
        status=Status.FAILED, error=error[:250], active_at=timezone.now()
    )
    running.refresh_from_db()
    record(running, "import.failed")
    return running


@transaction.atomic
def _finish(running: Import) -> Import:
    now = timezone.now()
    Import.objects.filter(pk=running.pk).update(
        status=Status.DONE, error="", finished_at=now, active_at=now
    )
    running.refresh_from_db()
    record(running, "import.done", pledges=running.pledges, donations=running.donations)
    return running


def _enter(running: Import, stage: str) -> None:
    Import.objects.filter(pk=running.pk).update(stage=stage, cursor="", active_at=timezone.now())
    running.refresh_from_db()


def _advance[Found: (HistoricPledge, HistoricPayment)](
    running: Import, cursor: str, take_over: Callable[[Found, Import], gifts.New], found: Found
) -> None:
    """Do one object, and note that it is done and what came of it. A kill before the note repeats
    the object, and one after it does not: so each is counted once."""
    new, skipped = gifts.New(), 0
    try:
        new = take_over(found, running)
    except (gifts.Skipped, ProviderRefused, *LEFT_FOR_LATER) as error:
        logger.warning("Left out of the import: %s (%s)", cursor, type(error).__name__)
        skipped = 1
    Import.objects.filter(pk=running.pk).update(
        cursor=cursor,
        pledges=F("pledges") + new.pledges,
        donations=F("donations") + new.donations,
        skipped=F("skipped") + skipped,
        active_at=timezone.now(),
    )
    running.refresh_from_db()
