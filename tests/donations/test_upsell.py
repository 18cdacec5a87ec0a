"""The thank-you page of regular gifts, and the way from a single gift to a monthly one."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from donations.dates import months_later
from donations.models import CheckoutAttempt, Donation, Donor, Pledge
from donations.services import monthly
from tests.donations.test_thanks import thanks_address
from tests.giving import Giving, reference

pytestmark = pytest.mark.django_db

PATH = "/en/donate/thank-you/monthly/"


def paid(giving: Giving, **details: Any) -> CheckoutAttempt:
    attempt = giving.start(language="en", **details)
    giving.pay(attempt)
    giving.deliver()
    attempt.refresh_from_db()
    return attempt


def offered(giving: Giving, visitor: Client, attempt: CheckoutAttempt) -> Any:
    return visitor.get(thanks_address(giving, attempt)).context


def wish(
    visitor: Client, attempt: CheckoutAttempt, token: str, amount: str = "700", **changes: Any
) -> Any:
    sent = {"session_id": reference(attempt), "token": token, "amount": amount}
    return visitor.post(PATH, sent | changes)


@pytest.mark.parametrize(
    ("gift", "amounts"),
    [
        (200, [200, 300, 500]),
        (1000, [200, 300, 500]),
        (2500, [500, 700, 1000]),
        (10000, [2500, 3000, 5000]),
        (1_000_000, [15000, 20000, 50000]),
    ],
)
def test_suggestions(gift: int, amounts: list[int]) -> None:
    assert monthly.suggestions(gift) == amounts


def test_from_once_to_monthly_without_typing(giving: Giving, visitor: Client) -> None:
    attempt = paid(giving, employer="SIA Darbs", personal_code="320000-12345")
    context = offered(giving, visitor, attempt)
    assert context["monthly_amounts"] == [500, 700, 1000]
    response = wish(visitor, attempt, context["monthly_token"])
    assert response.status_code == 303
    started = CheckoutAttempt.objects.exclude(pk=attempt.pk).get()
    assert response["Location"] == started.session_url
    assert (started.frequency, started.amount_cents) == ("monthly", 700)
    assert (started.donor, started.employer) == (attempt.donor, "SIA Darbs")
    assert Donor.objects.count() == 1
    session = giving.sandbox.get(reference(started))
    assert session["customer"] == attempt.customer_reference != ""

    giving.pay(started)
    giving.deliver()
    assert giving.event_errors() == []
    pledge = Pledge.objects.get()
    assert pledge.customer_reference == attempt.customer_reference
    assert Donation.objects.count() == 1, "this month is given already"
    due = months_later(timezone.localdate(), 1)
    assert pledge.next_payment_at
    assert timezone.localdate(pledge.next_payment_at) == due
    page = visitor.get(thanks_address(giving, started))
    assert page.context["state"] == "begun"
    html = page.content.decode()
    assert "€7 every month" in html
    assert "/en/my-giving/" in html
    assert "monthly_token" not in page.context


def test_double_click_is_one_checkout(giving: Giving, visitor: Client) -> None:
    attempt = paid(giving)
    token = offered(giving, visitor, attempt)["monthly_token"]
    first, second = (wish(visitor, attempt, token) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert CheckoutAttempt.objects.filter(frequency="monthly").count() == 1


def test_token_is_of_its_page_and_short_lived(giving: Giving, visitor: Client) -> None:
    attempt, other = paid(giving), paid(giving, amount_cents=3000)
    with time_machine.travel(timezone.now(), tick=True) as clock:
        token = offered(giving, visitor, attempt)["monthly_token"]
        assert wish(visitor, other, token)["Location"].endswith("&later=1#monthly")
        assert wish(visitor, attempt, "forged")["Location"].endswith("&later=1#monthly")
        clock.shift(timedelta(minutes=61))
        assert wish(visitor, attempt, token)["Location"].endswith("&later=1#monthly")
        assert "monthly_token" not in offered(giving, visitor, attempt)
    assert not CheckoutAttempt.objects.filter(frequency="monthly").exists()
    assert wish(visitor, attempt, token, session_id="cs_unknown").status_code == 404
    assert visitor.get(PATH).status_code == 405
    elsewhere = {"Origin": "https://evil.example"}
    assert visitor.post(PATH, {"token": token}, headers=elsewhere).status_code == 403


@pytest.mark.parametrize("amount", ["", "-700", "701", "seven", "9" * 30, "７００"])
def test_only_suggested_amounts(giving: Giving, visitor: Client, amount: str) -> None:
    attempt = paid(giving)
    token = offered(giving, visitor, attempt)["monthly_token"]
    response = wish(visitor, attempt, token, amount)
    assert response.status_code == 303
    assert "later=1" in response["Location"]
    assert CheckoutAttempt.objects.count() == 1


def test_what_is_not_offered(giving: Giving, visitor: Client) -> None:
    regular = paid(giving, frequency="monthly", amount_cents=1000)
    assert "monthly_token" not in offered(giving, visitor, regular)
    debit = giving.start(language="en", amount_cents=4000)
    giving.pay(debit, "sepa")
    assert "monthly_token" not in offered(giving, visitor, debit)
    returned = paid(giving, amount_cents=5000)
    token = offered(giving, visitor, returned)["monthly_token"]
    giving.sandbox.refund(reference(returned))
    giving.deliver()
    assert "monthly_token" not in offered(giving, visitor, returned)
    assert "later=1" in wish(visitor, returned, token, "1500")["Location"]


def test_stripe_away_leads_back_with_a_word(giving: Giving, visitor: Client) -> None:
    attempt = paid(giving)
    token = offered(giving, visitor, attempt)["monthly_token"]
    giving.sandbox.faults.add("drop", times=1)
    response = wish(visitor, attempt, token)
    page = visitor.get(response["Location"])
    assert "can’t be opened at the moment" in page.content.decode()
    assert wish(visitor, attempt, token)["Location"].startswith("http://stripe.invalid")


class TestThanksForRegularGifts:
    def test_first_payment(self, giving: Giving, visitor: Client) -> None:
        attempt = giving.start(language="en", frequency="monthly", amount_cents=1000)
        giving.pay(attempt)
        # Before any event has arrived.
        page = visitor.get(thanks_address(giving, attempt))
        assert page.context["state"] == "paid"
        html = page.content.decode()
        assert "€10 every month" in html
        assert "a…a@example.org" in html
        assert "anna@example.org" not in html
        assert page.context["receipt_token"]
        pledge = Pledge.objects.get()
        assert pledge.next_payment_at
        assert f'datetime="{timezone.localdate(pledge.next_payment_at)}"' in html
        giving.deliver()
        assert Donation.objects.count() == 1

    def test_receipts_once_a_year_are_promised(self, giving: Giving, visitor: Client) -> None:
        attempt = paid(giving, frequency="yearly", amount_cents=6000, receipts="yearly")
        html = visitor.get(thanks_address(giving, attempt)).content.decode()
        assert "In January" in html
        assert "€60 every year" in html

    def test_direct_debit_on_its_way_then_failed(self, giving: Giving, visitor: Client) -> None:
        attempt = giving.start(language="en", frequency="monthly", amount_cents=1000)
        giving.pay(attempt, "sepa")
        page = visitor.get(thanks_address(giving, attempt))
        assert page.context["state"] == "processing"
        assert "€10" in page.content.decode()

    def test_abandoned(self, giving: Giving, visitor: Client) -> None:
        attempt = giving.start(language="en", frequency="monthly", amount_cents=1000)
        page = visitor.get(thanks_address(giving, attempt))
        assert page.context["state"] == "open"
        assert page.context["resume_token"]
