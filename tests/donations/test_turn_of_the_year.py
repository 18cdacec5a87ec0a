"""Gifts around New Year: a year is the one in which the donor gave, whenever the bank settles."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from donations.models import Donation, OutgoingMail, Receipt, Statement
from donations.receipts import ReceiptSnapshot
from donations.services import statements
from tests.donations.own_page import Donor, shown
from tests.giving import Giving

DECEMBER = datetime(2026, 12, 29, 12, tzinfo=UTC)
SETTLED = datetime(2027, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(DECEMBER, tick=True) as moved:
        yield moved


def debit(giving: Giving, clock: Any, *, issued_between: bool = False) -> Donation:
    """Begun on 29 December, settled on 5 January; meanwhile everybody got a statement or not."""
    attempt = giving.start(language="en")
    giving.pay(attempt, "sepa")
    giving.deliver()
    if issued_between:
        clock.move_to(datetime(2027, 1, 2, 9, tzinfo=UTC))
        call_command("issue_statements", "2026", verbosity=0)
        assert not Statement.objects.exists()
    clock.move_to(SETTLED)
    giving.sandbox.advance(seconds=1)
    giving.deliver()
    return giving.donation(attempt)


def test_a_debit_of_december_settled_in_january_counts_in_december(
    giving: Giving, clock: Any
) -> None:
    donation = debit(giving, clock)
    assert donation.paid_at
    assert donation.paid_at.date() == DECEMBER.date()
    receipt = Receipt.objects.get()
    assert (receipt.year, receipt.issued_on) == (2027, date(2027, 1, 5))
    assert ReceiptSnapshot.from_json(receipt.snapshot).paid_on == date(2026, 12, 29)

    statement = statements.issue(donation.donor, 2026)
    assert statement
    assert (statement.total_cents, statement.gifts) == (2500, 1)
    clock.move_to(datetime(2028, 1, 5, 9, tzinfo=UTC))
    assert statements.issue(donation.donor, 2027) is None
    page = shown(Donor(giving, language="en").come().get("my-giving-gifts"))
    assert "29 December 2026" in page
    assert "Given in this year: €25" in page


def test_who_had_nothing_to_state_before_the_bank_settled_gets_a_statement(
    giving: Giving, clock: Any
) -> None:
    debit(giving, clock, issued_between=True)
    assert statements.reissue_outdated() == 1
    assert Statement.objects.get().total_cents == 2500
    assert OutgoingMail.objects.filter(kind="statement").count() == 1
    assert statements.reissue_outdated() == 0


@pytest.mark.parametrize(("minutes", "year"), [(-1, 2026), (1, 2027)])
def test_the_year_ends_at_midnight_in_riga(
    giving: Giving, clock: Any, minutes: int, year: int
) -> None:
    clock.move_to(datetime(2026, 12, 31, 22, tzinfo=UTC) + timedelta(minutes=minutes))
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    clock.move_to(datetime(2028, 1, 5, 9, tzinfo=UTC))
    [statement] = [
        found for given in (2026, 2027) if (found := statements.issue(attempt.donor, given))
    ]
    assert statement.year == year
