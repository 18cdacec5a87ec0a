"""An account with a history, for the tests of ledger, reconciliation, import and sweep."""

from datetime import timedelta
from typing import Any

import stripe

from donations.models import LedgerEntry, Reconciliation
from donations.services.reconciliation import reconcile
from tests.giving import Giving, reference

HOUR = timedelta(hours=1)


def pass_time(giving: Giving, clock: Any, *, deliver: bool = True, **much: int) -> None:
    """Time goes by here and at Stripe; what it brings is delivered, unless it is lost."""
    clock.shift(timedelta(**much))
    # The stand-in's clock follows ours; this makes it do what has become due.
    giving.sandbox.advance(seconds=0)
    if deliver:
        giving.deliver()
    else:
        lose(giving)


def lose(giving: Giving) -> None:
    """The pending events never arrive."""
    giving.sandbox.deliver(drop=1.0)


def everything_happens(giving: Giving, clock: Any) -> None:
    """A charge, refunds with and without a fee, disputes won and lost, debits that fail before and
    after, payouts that arrive and one that fails, and what Stripe takes for the account."""
    gifts = [giving.start(email=f"d{n}@example.org", amount_cents=2500 + n) for n in range(6)]
    for attempt in gifts:
        giving.pay(attempt)
    giving.sandbox.refund(reference(gifts[0]), 700)
    giving.sandbox.refund(reference(gifts[1]), fee=25)
    failing = giving.sandbox.refund(reference(gifts[2]), 500)
    for method in ("sepa", "sepa_fail"):
        giving.pay(giving.start(email=f"{method}@example.org"), method)
    monthly = giving.start(frequency="monthly", email="monthly@example.org")
    giving.pay(monthly)
    giving.deliver()
    giving.sandbox.fail_refund(failing["id"])
    won = giving.sandbox.dispute(reference(gifts[3]))
    lost = giving.sandbox.dispute(reference(gifts[4]), amount=900)
    giving.sandbox.account_fee(1234)
    giving.deliver()
    pass_time(giving, clock, days=8)
    giving.sandbox.payout()
    giving.sandbox.close_dispute(won["id"], won=True)
    giving.sandbox.close_dispute(lost["id"], won=False)
    pass_time(giving, clock, days=30)
    second = giving.sandbox.payout()
    assert second
    giving.deliver()
    giving.sandbox.fail_payout(second["id"])
    pass_time(giving, clock, days=8)
    giving.sandbox.payout(arrive=False)
    pass_time(giving, clock, days=2)


def agreed(giving: Giving) -> Reconciliation:
    """A reconciliation that must find nothing."""
    done = reconcile()
    found = [str(difference) for difference in done.differences.all()]
    assert (done.status, found, done.error) == ("agrees", [], "")
    return done


def bookings(giving: Giving) -> list[stripe.BalanceTransaction]:
    listed = giving.provider._client.v1.balance_transactions.list({"limit": 100})
    return list(listed.auto_paging_iter())


def balance(giving: Giving) -> int:
    return sum(booking.net for booking in bookings(giving))


def ledger_balance() -> int:
    return sum(LedgerEntry.objects.values_list("amount_cents", flat=True))
