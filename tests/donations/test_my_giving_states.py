"""What the page says of gifts that wait for the donor, and of those that have ended."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from donations import asking
from donations.models import Donor as DonorRow
from donations.models import Instalment, Pledge
from tests.donations.own_page import EMAIL, Donor, shown
from tests.factories import DonorFactory, PledgeFactory
from tests.giving import Giving


@pytest.fixture
def anna(giving: Giving) -> DonorRow:
    return DonorFactory.create(email=EMAIL, name="Anna Bērziņa", language="en")


def overdue(pledge: Pledge, **changes: Any) -> Instalment:
    return Instalment.objects.create(
        pledge=pledge,
        invoice_reference=f"in_{pledge.pk}",
        amount_cents=pledge.amount_cents,
        status="open",
        failures=1,
        pay_url="https://stripe.invalid/i/1",
        due_at=datetime(2026, 3, 14, 12, tzinfo=UTC),
        **changes,
    )


def test_a_payment_that_waits_for_the_donor_says_so(giving: Giving, anna: DonorRow) -> None:
    """The card is all right then: nobody is told that it has expired."""
    pledge = PledgeFactory.create(donor=anna, status="past_due")
    overdue(pledge, needs_confirmation=True)
    page = shown(Donor(giving, language="en").come().get("my-giving-pledge", pledge.public_id))
    assert "Your bank asks for your confirmation" in page
    assert "Confirm the payment of 14 March 2026" in page
    assert "card has expired" not in page


def test_a_payment_that_failed_says_so(giving: Giving, anna: DonorRow) -> None:
    pledge = PledgeFactory.create(donor=anna, status="past_due")
    overdue(pledge)
    donor = Donor(giving, language="en").come()
    page = shown(donor.get("my-giving-pledge", pledge.public_id))
    assert "Pay the gift of 14 March 2026 now" in page
    assert "asks for your confirmation" not in page
    # From the first page it is one click to what helps.
    overview = donor.get("my-giving").content.decode()
    assert "See what can be done" in overview


def test_an_ended_gift_offers_a_new_one(giving: Giving, anna: DonorRow, donation_page: Any) -> None:
    pledge = PledgeFactory.create(
        donor=anna, status="cancelled", ended_at=timezone.now(), frequency="yearly"
    )
    answer = Donor(giving, language="en").come().get("my-giving-pledge", pledge.public_id)
    page = shown(answer)
    assert "As it was" in page
    assert "As it is now" not in page
    assert "What would you like to do?" not in page
    assert "Start a new gift" in page
    assert '?frequency=yearly"' in answer.content.decode()


def test_erasing_names_everybody_whom_it_concerns(giving: Giving, anna: DonorRow) -> None:
    donor = Donor(giving, language="en").come()
    assert "This concerns everybody" not in shown(donor.get("my-giving-erase"))
    DonorFactory.create(email=EMAIL, kind="company", name="SIA Zīle")
    page = shown(donor.get("my-giving-erase"))
    assert "This concerns everybody who gives with your address Anna Bērziņa SIA Zīle" in page


def test_the_day_of_payment_can_be_left(giving: Giving, anna: DonorRow) -> None:
    pledge = PledgeFactory.create(donor=anna, next_payment_at=datetime(2099, 12, 4, 12, tzinfo=UTC))
    page = shown(Donor(giving, language="en").come().get("my-giving-change", pledge.public_id))
    assert "leave it so" in page
    assert "The next payment is due on: 4 December 2099." in page


def test_asking_is_counted_and_outlives_a_cache_that_forgets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = [asking.may_ask("page") for _ in range(asking.ASKED_AT_MOST + 5)]
    assert asked == [True] * asking.ASKED_AT_MOST + [False] * 5
    assert asking.may_ask("other-page")
    # Between the two calls of one showing the entry may go.
    monkeypatch.setattr(cache, "add", lambda *_arguments: False)
    assert asking.may_ask("third-page")
