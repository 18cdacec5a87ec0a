"""Giving monthly or yearly, receipts for it, and the fee that donors may cover."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Site

from donations.fees import FeeEstimate
from donations.models import CheckoutAttempt, Donation, DonationTexts, Receipt
from donations.services import attempts
from tests.donations.forms import EN, LV, errors, fee, post, regular
from tests.giving import Giving, reference
from tests.home.parsing import Document

__all__ = ["fee", "regular"]
pytestmark = pytest.mark.django_db


def ticked(response: Any) -> dict[str, str]:
    """The choices that are made in the form, by field."""
    page = Document(response.content)
    return {
        field["name"]: field["value"]
        for field in page.all("input", type="radio")
        if "checked" in field.attributes
    }


@pytest.mark.usefixtures("regular")
class TestFrequencies:
    def test_each_has_amounts_and_a_choice_of_its_own(
        self, giving: Giving, visitor: Client
    ) -> None:
        response = visitor.get(EN)
        assert ticked(response).items() >= {
            ("frequency", "once"),
            ("amount", "25"),
            ("monthly_amount", "10"),
            ("yearly_amount", "120"),
            ("receipts", "each"),
        }
        html = response.content.decode()
        assert "monthly 500" in html
        assert "yearly 12000" in html

    @pytest.mark.parametrize(
        ("typed", "frequency", "cents"),
        [
            ({"frequency": "monthly", "monthly_amount": "5"}, "monthly", 500),
            ({"frequency": "yearly", "yearly_amount": "60"}, "yearly", 6000),
            # What was chosen for another frequency does not count.
            ({"frequency": "monthly", "monthly_amount": "5", "amount": "50"}, "monthly", 500),
            ({"frequency": "once", "monthly_amount": "5"}, "once", 2500),
            (
                {
                    "frequency": "monthly",
                    "monthly_amount": "other",
                    "monthly_amount_other": "7,50",
                },
                "monthly",
                750,
            ),
            # A form elsewhere that knows only the names of a single gift.
            ({"frequency": "monthly", "amount": "13"}, "monthly", 1300),
            ({"frequency": "monthly", "amount": "other", "amount_other": "14"}, "monthly", 1400),
        ],
    )
    def test_the_frequency_says_which_amount_counts(
        self, giving: Giving, visitor: Client, typed: dict[str, str], frequency: str, cents: int
    ) -> None:
        assert post(visitor, **typed).status_code == 303
        attempt = CheckoutAttempt.objects.get()
        assert (attempt.frequency, attempt.amount_cents) == (frequency, cents)
        mode = "payment" if frequency == "once" else "subscription"
        assert giving.sandbox.get(reference(attempt))["mode"] == mode

    def test_errors_stand_at_the_amount_of_the_frequency(
        self, giving: Giving, visitor: Client
    ) -> None:
        response = post(visitor, frequency="monthly", monthly_amount_other="1")
        assert errors(response) == {"monthly_amount_other"}
        html = response.content.decode()
        assert 'href="#id_monthly_amount_other"' in html
        assert 'id="id_monthly_amount_other"' in html
        assert 'id="error_monthly_amount_other"' in html
        assert ticked(response)["frequency"] == "monthly"
        assert ticked(response)["monthly_amount"] == "other"
        # The other groups are as they were.
        assert ticked(response)["yearly_amount"] == "120"
        assert errors(post(visitor, frequency="yearly", yearly_amount="")) == {"yearly_amount"}

    def test_two_amounts_are_not_guessed(self, giving: Giving, visitor: Client) -> None:
        both = {"monthly_amount": "5", "monthly_amount_other": "8"}
        assert errors(post(visitor, frequency="monthly", **both)) == {"monthly_amount_other"}

    @pytest.mark.parametrize(
        ("query", "name", "value"),
        [
            ({"frequency": "monthly", "amount": "5"}, "monthly_amount", "5"),
            (
                {"frequency": "monthly", "monthly_amount": "5", "amount": "50"},
                "monthly_amount",
                "5",
            ),
            ({"frequency": "monthly", "amount": "8"}, "monthly_amount", "other"),
            ({"frequency": "monthly"}, "monthly_amount", "10"),
            ({"frequency": "hourly", "amount": "50"}, "amount", "50"),
        ],
    )
    def test_links(
        self, giving: Giving, visitor: Client, query: dict[str, str], name: str, value: str
    ) -> None:
        choices = ticked(visitor.get(LV, query))
        assert choices[name] == value
        assert choices["frequency"] == ("once" if name == "amount" else "monthly")

    def test_block_on_the_home_page_sends_the_same(self, giving: Giving, visitor: Client) -> None:
        page = Document(visitor.get("/en/").content)
        names = {field["name"] for field in page.all("input", type="radio")}
        assert names == {"frequency", "amount", "monthly_amount", "yearly_amount"}
        sent = {"frequency": "yearly", "amount": "25", "yearly_amount": "60"}
        sent |= {"amount_other": "", "monthly_amount": "10", "yearly_amount_other": ""}
        choices = ticked(visitor.get(EN, sent))
        assert (choices["frequency"], choices["yearly_amount"]) == ("yearly", "60")

    def test_receipts_once_a_year(self, giving: Giving, visitor: Client) -> None:
        post(visitor, frequency="monthly", monthly_amount="5", receipts="yearly")
        attempt = CheckoutAttempt.objects.get()
        assert attempt.receipts == "yearly"
        # A single gift has its receipt at once, whatever arrives in the hidden field.
        post(visitor, frequency="once", receipts="yearly")
        assert CheckoutAttempt.objects.get(frequency="once").receipts == "each"
        assert errors(post(visitor, frequency="monthly", receipts="never")) == {"receipts"}

    def test_company(self, giving: Giving, visitor: Client) -> None:
        company = {
            "donor_type": "company",
            "company_name": "SIA Koks",
            "registration_number": "40008000121",
            "employer": "hidden and not taken",
        }
        response = post(visitor, frequency="yearly", yearly_amount="120", **company)
        assert response.status_code == 303
        attempt = CheckoutAttempt.objects.get()
        giving.pay(attempt)
        giving.deliver()
        assert attempt.pledge.donor.name == "SIA Koks"
        assert attempt.pledge.employer == ""
        assert Receipt.objects.count() == 1

    def test_coming_back_finds_the_same_frequency(self, giving: Giving, visitor: Client) -> None:
        post(visitor, frequency="yearly", yearly_amount_other="77", receipts="yearly")
        token = attempts.resume_token(CheckoutAttempt.objects.get())
        response = visitor.get(LV, {"resume": token})
        choices = ticked(response)
        assert (choices["frequency"], choices["yearly_amount"]) == ("yearly", "other")
        assert choices["receipts"] == "yearly"
        assert 'value="77"' in response.content.decode()


def test_employer_of_a_person(giving: Giving, visitor: Client) -> None:
    post(visitor, employer="SIA Darbs")
    assert CheckoutAttempt.objects.get().employer == "SIA Darbs"


class TestFee:
    @given(
        gift=st.integers(200, 1_000_000),
        percent=st.decimals(0, 20, places=2),
        fixed=st.integers(0, 500),
    )
    def test_what_is_left_is_the_gift(self, gift: int, percent: Decimal, fixed: int) -> None:
        whole = gift + FeeEstimate(percent, fixed).cover_cents(gift)
        left = whole - whole * percent / 100 - fixed
        assert gift <= left < gift + 1

    def test_is_asked_for_only_with_an_estimate(self, giving: Giving, visitor: Client) -> None:
        assert b"cover_fee" not in visitor.get(LV).content
        post(visitor, cover_fee="on")
        assert CheckoutAttempt.objects.get().fee_cover_cents == 0

    def test_is_part_of_the_payment_and_of_the_receipt(
        self, giving: Giving, visitor: Client, fee: None
    ) -> None:
        assert b'data-fee-percent="1.50"' in visitor.get(LV).content
        assert "1,5\N{NO-BREAK SPACE}%" in visitor.get(LV).content.decode()
        post(visitor, cover_fee="on")
        attempt = CheckoutAttempt.objects.get()
        assert (attempt.amount_cents, attempt.fee_cover_cents) == (2564, 64)
        giving.pay(attempt)
        giving.deliver()
        donation = Donation.objects.get()
        assert (donation.amount_cents, donation.fee_cover_cents) == (2564, 64)
        assert Receipt.objects.get().net_cents == 2564
        # The limits are about the gift, and coming back shows it without the fee.
        resumed = visitor.get(LV, {"resume": attempts.resume_token(attempt)})
        assert resumed.context["form"].chosen_amount == "2500"

    def test_coming_back_keeps_the_choice(self, giving: Giving, visitor: Client, fee: None) -> None:
        post(visitor, cover_fee="on", amount="50")
        token = attempts.resume_token(CheckoutAttempt.objects.get())
        form = visitor.get(LV, {"resume": token}).context["form"]
        assert form.chosen_amount == "5000"
        assert form["cover_fee"].value() is True

    def test_not_for_a_bank_transfer(self, giving: Giving, visitor: Client, fee: None) -> None:
        post(visitor, cover_fee="on", pay_by="transfer")
        from donations.models import TransferIntention

        assert TransferIntention.objects.get().amount_cents == 2500

    @pytest.mark.parametrize(
        "values", [{"fee_percent": 21}, {"fee_percent": -1}, {"fee_fixed_cents": 501}]
    )
    def test_estimate_has_limits(self, site: Site, values: dict[str, int]) -> None:
        with pytest.raises(ValidationError):
            DonationTexts(site=site, **values).full_clean()
