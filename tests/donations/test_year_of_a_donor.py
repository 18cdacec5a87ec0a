"""Two years with one donor, from the first page in a browser on, on the stand-in’s clock: after
each step pledge, gifts, receipts, messages, pages and ledger are as they should be, and both books
agree to the cent."""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db.models import Sum
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from donations.models import (
    CheckoutAttempt,
    Donation,
    LedgerEntry,
    OutgoingMail,
    Pledge,
    Receipt,
    Reconciliation,
    Statement,
)
from donations.services import reconciliation
from home.models import DonationPage
from tests.browser.in_process import visiting
from tests.browser.visitors import Kind
from tests.donations.own_page import EMAIL, Donor, shown
from tests.donations.test_my_giving_pledges import terms
from tests.giving import Giving

BEGIN = datetime(2027, 1, 10, 10, tzinfo=UTC)


class Year:
    """The donor, and what is checked after each step."""

    def __init__(self, giving: Giving, clock: Any) -> None:
        self.giving, self.clock = giving, clock
        self.donor = Donor(giving, language="en")
        self.told: Counter[str] = Counter()

    @property
    def pledge(self) -> Pledge:
        return Pledge.objects.get()

    def at(self, moment: datetime) -> None:
        """Time goes on to a moment, and what it brings arrives."""
        self.clock.move_to(moment)
        self.giving.sandbox.advance(seconds=1)
        self.giving.deliver()

    def renew(self, count: int = 1) -> None:
        for _ in range(count):
            due = self.pledge.next_payment_at
            assert due
            self.at(due + timedelta(hours=2))

    def check(self, *new_mail: str, gifts: int, net_cents: int, status: str = "active") -> None:
        """`new_mail` are the kinds sent since the last check; `net_cents` what all gifts are worth
        to the donor now."""
        giving = self.giving
        assert giving.event_errors() == giving.failed_tasks() == []
        assert self.pledge.status == status
        paid = Donation.objects.exclude(paid_at=None)
        assert paid.count() == gifts
        worth = 0
        for donation in paid:
            documents = list(donation.receipts.order_by("sequence"))
            assert [document.kind for document in documents].count("receipt") == 1
            worth += documents[-1].net_cents
        assert worth == net_cents
        for series, year in set(Receipt.objects.values_list("series", "year")):
            numbers = Receipt.objects.filter(series=series, year=year).values_list("number")
            assert sorted(number for (number,) in numbers) == list(range(1, len(numbers) + 1))
        sent = Counter(OutgoingMail.objects.values_list("kind", flat=True))
        assert sent - self.told == Counter(new_mail)
        self.told = sent
        assert not OutgoingMail.objects.exclude(status="sent").exists()
        assert len(set(giving.message_ids())) == len(mail.outbox)

        report = reconciliation.reconcile()
        assert report.status == Reconciliation.Status.AGREES
        balance = giving.provider._client.v1.balance.retrieve().to_dict()
        theirs = sum(part["amount"] for part in [*balance["available"], *balance["pending"]])
        ours = LedgerEntry.objects.aggregate(sum=Sum("amount_cents"))["sum"]
        assert ours == report.ours_cents == report.theirs_cents == theirs

    def page(self, name: str = "my-giving", *arguments: Any) -> str:
        """What the donor's own page says, after coming in anew."""
        self.donor.come()
        self.giving.work()
        self.told["access"] = OutgoingMail.objects.filter(kind="access").count()
        return shown(self.donor.get(name, *arguments))


@pytest.fixture
def year(committed_giving: Giving) -> Iterator[Year]:
    with time_machine.travel(BEGIN, tick=True) as clock:
        yield Year(committed_giving, clock)


def begin(giving: Giving) -> str:
    """In a browser: choose 10 euros a month on the donation page, pay, and be thanked. Return the
    checkout's id."""
    with visiting(giving, Kind("en")) as visitor:
        visitor.open("/en/donate/")
        visitor.fill_form(frequency="monthly", monthly_amount="10")
        visitor.fill_as_person(email=EMAIL)
        visitor.send()
        session = visitor.arrive_at_checkout()
        visitor.pay()
        visitor.see("Thank you for staying at their side!")
        expect(visitor.page.locator(".big-sum")).to_have_text("€10 every month")
    return session


@pytest.mark.browser
def test_two_years_of_giving(year: Year) -> None:
    giving = year.giving

    # January: begins on the donation page. The browser's clock is the machine's own.
    page = DonationPage.objects.get(locale__language_code="en")
    page.presets.create(frequency="monthly", amount_cents=1000, locale=page.locale)
    page.presets.create(frequency="yearly", amount_cents=12000, locale=page.locale)
    page.save()
    session = begin(giving)
    assert CheckoutAttempt.objects.get().session_reference == session
    giving.deliver()
    year.check("pledge_started", "receipt", gifts=1, net_cents=1000)
    assert "€10 every month" in year.page()

    # February to June: five renewals.
    year.renew(5)
    year.check(*["receipt"] * 5, gifts=6, net_cents=6000)

    # July: the card is declined, the donor is told, changes it, and the payment is made.
    giving.sandbox.swap_card(year.pledge.subscription_reference, "insufficient_funds")
    year.renew()
    year.check("payment_failed", gifts=6, net_cents=6000, status="past_due")
    assert "insufficient" not in year.page()
    giving.sandbox.change_card(year.pledge.customer_reference, "mastercard")
    giving.deliver()
    year.check("pledge_changed", "receipt", gifts=7, net_cents=7000)
    assert "4444" in year.page("my-giving-pledge", year.pledge.public_id)

    # August: from now on 15 euros; four more renewals in the year.
    year.donor.follow(
        year.donor.send("my-giving-change", year.pledge.public_id, **terms(amount="15"))
    )
    giving.deliver()
    year.check("pledge_changed", gifts=7, net_cents=7000)
    year.renew(5)
    year.check(*["receipt"] * 5, gifts=12, net_cents=14500)

    # December: finance gives 5 euros of the last gift back.
    last = Donation.objects.latest("paid_at")
    giving.sandbox.refund(last.payment_reference, 500)
    giving.deliver()
    year.check("receipt", gifts=12, net_cents=14000)

    # January: the statement of 2027; then the twelfth renewal.
    year.at(datetime(2028, 1, 4, 8, tzinfo=UTC))
    call_command("issue_statements", "2027", stdout=io.StringIO())
    giving.work()
    year.check("statement", gifts=12, net_cents=14000)
    statement = Statement.objects.get()
    assert statement.total_cents == 14000
    attached = mail.outbox[-1].attachments[0]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(attached[1])).pages)
    assert "140.00" in text.replace("\xa0", " ")
    year.renew()
    year.check("receipt", gifts=13, net_cents=15500)

    # A pause of two months: nothing is collected, then it goes on by itself.
    year.page()
    answer = year.donor.send(
        "my-giving-pause", year.pledge.public_id, months="2", request_id=terms()["request_id"]
    )
    assert "paused" in shown(year.donor.follow(answer))
    giving.deliver()
    year.check("pledge_changed", gifts=13, net_cents=15500, status="paused")
    until = year.pledge.paused_until
    assert until
    while timezone.now() < until - timedelta(days=7):
        year.at(timezone.now() + timedelta(days=7))
    year.check(gifts=13, net_cents=15500, status="paused")
    year.at(until + timedelta(hours=1))
    year.check("pledge_changed", gifts=13, net_cents=15500)
    year.renew()
    year.check("receipt", gifts=14, net_cents=17000)

    # The bank of the donor takes the first gift of 2027 back.
    first = Donation.objects.earliest("paid_at")
    dispute = giving.sandbox.dispute(first.payment_reference)
    giving.deliver()
    year.check(gifts=14, net_cents=17000)
    giving.sandbox.close_dispute(dispute["id"], won=False)
    giving.deliver()
    year.check("receipt", gifts=14, net_cents=16000)

    # Money reaches the bank.
    giving.sandbox.payout(include_pending=True)
    giving.deliver()
    year.check(gifts=14, net_cents=16000)

    # The donor ends the gift, in two clicks.
    year.page()
    year.donor.send(
        "my-giving-end", year.pledge.public_id, comment="", request_id=terms()["request_id"]
    )
    giving.deliver()
    year.check("pledge_ended", gifts=14, net_cents=16000, status="cancelled")
    year.at(timezone.now() + timedelta(days=60))
    year.check(gifts=14, net_cents=16000, status="cancelled")

    # January again: the statement of 2028; that of 2027 in a new version, for a gift went back.
    year.at(datetime(2029, 1, 4, 8, tzinfo=UTC))
    call_command("issue_statements", "2028", stdout=io.StringIO())
    call_command("issue_statements", "2027", stdout=io.StringIO())
    giving.work()
    year.check("statement", "statement", gifts=14, net_cents=16000, status="cancelled")
    totals = Statement.objects.order_by("year", "version").values_list("year", "total_cents")
    assert list(totals) == [(2027, 14000), (2027, 13000), (2028, 3000)]
    assert "2028" in year.page("my-giving-gifts")
