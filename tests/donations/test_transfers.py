"""Giving by bank transfer: reference, code, announcement."""

from datetime import timedelta
from typing import Any

import pytest
import segno
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649
from wagtail.models import Site

from donations import bank_transfer as bank
from donations.models import CheckoutAttempt, Consent, Fund, OutgoingMail, TransferIntention
from donations.services import transfers
from donations.services.attempts import GiftDetails, TooManyAttempts
from sosbca.core.models import OrganisationSettings
from tests.donations.forms import EN, LV, errors, post
from tests.giving import Giving
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db


def details(**changes: Any) -> GiftDetails:
    given_details: dict[str, Any] = {
        "amount_cents": 2500,
        "frequency": "once",
        "fund_code": "general",
        "language": "lv",
        "donor_kind": "person",
        "name": "Anna Bērziņa",
        "email": "anna@example.org",
    }
    return GiftDetails(**given_details | changes)


class TestReference:
    @given(number=st.integers(1, 10**15))
    def test_is_valid_and_tells_donors_funds_and_campaigns_apart(self, number: int) -> None:
        made = {
            make(number)
            for make in (bank.donor_reference, bank.fund_reference, bank.campaign_reference)
        }
        assert len(made) == 3
        for reference in made:
            assert iso11649.is_valid(reference)
            assert reference == iso11649.compact(reference)
            assert len(reference) <= 25

    def test_is_the_same_for_ever(self) -> None:
        """It stands in donors' banks."""
        assert bank.donor_reference(42) == "RF1910000042"

    @given(one=st.integers(1, 10**7), other=st.integers(1, 10**7))
    def test_no_two_share_one(self, one: int, other: int) -> None:
        same = bank.donor_reference(one) == bank.donor_reference(other)
        assert same == (one == other)


class TestCode:
    def test_lines(self) -> None:
        text = bank.epc_code("Biedrība", "LV85DEMO0000123456789", "DEMOLV22", "RF1910000042", 2550)
        assert text.split("\n") == [
            "BCD",
            "002",
            "1",
            "SCT",
            "DEMOLV22",
            "Biedrība",
            "LV85DEMO0000123456789",
            "EUR25.50",
            "",
            "RF1910000042",
        ]

    @given(
        payee=st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=70),
        cents=st.none() | st.integers(1, bank.EPC_MOST_CENTS),
        number=st.integers(1, 10**12),
    )
    def test_fits_the_standard(self, payee: str, cents: int | None, number: int) -> None:
        iban, reference = "LV85DEMO0000123456789", bank.donor_reference(number)
        try:
            text = bank.epc_code(payee, iban, "DEMOLV22", reference, cents)
        except ValueError:
            assert len(payee.encode()) > 200
            return
        assert len(text.encode()) <= 331
        assert int(segno.make(text, error="m", micro=False).version) <= 13

    @pytest.mark.parametrize("cents", [0, -1, 100_000_000_000])
    def test_amounts_that_it_can_not_hold(self, cents: int) -> None:
        with pytest.raises(ValueError, match="amounts"):
            bank.epc_code("Biedrība", "LV85DEMO0000123456789", "DEMOLV22", "RF1910000042", cents)


class TestDonationPage:
    def test_reference_of_the_fund_without_a_name(self, site: Site, client: Client) -> None:
        page = Document(client.get(EN).content)
        general = bank.fund_reference(Fund.objects.get(code="general").pk)
        assert page.one("dd", id="bank-reference")["data-value"] == general
        assert not page.all("dd", id="bank-amount")
        for name in ("payee", "iban", "bic", "reference"):
            assert page.all("button", **{"data-copy": f"#bank-{name}"})

    def test_amount_of_a_link(self, site: Site, client: Client) -> None:
        page = Document(client.get(EN, {"amount": "37,5"}).content)
        assert page.one("dd", id="bank-amount")["data-value"] == "37.50"
        assert not Document(client.get(EN, {"amount": "0"}).content).all("dd", id="bank-amount")

    def test_no_button_without_an_account(self, site: Site, client: Client) -> None:
        assert b'value="transfer"' in client.get(EN).content
        OrganisationSettings.objects.update(iban="")
        assert b'value="transfer"' not in client.get(EN).content


class TestAnnouncing:
    def test_from_the_form_to_page_and_message(self, giving: Giving, visitor: Client) -> None:
        response = post(visitor, EN, pay_by="transfer", message="Paldies!", newsletter="on")
        assert response.status_code == 303
        intention = TransferIntention.objects.get()
        assert (intention.amount_cents, intention.language) == (2500, "en")
        assert intention.reference == bank.donor_reference(intention.donor.pk)
        assert intention.message == "Paldies!"
        assert Consent.objects.get().donor == intention.donor
        assert not CheckoutAttempt.objects.exists()
        assert giving.sandbox.requests == []

        shown = visitor.get(response["Location"])
        assert "no-store" in shown["Cache-Control"]
        page = Document(shown.content)
        assert page.one("dd", id="bank-reference")["data-value"] == intention.reference
        assert page.one("dd", id="bank-amount")["data-value"] == "25"
        assert page.all("svg")
        assert "anna@example.org" not in shown.content.decode()
        assert "anna" not in response["Location"]

        giving.work()
        (message,) = mail.outbox
        assert message.to == ["anna@example.org"]
        for expected in (intention.reference, "€25.00", "LV85 DEMO 0000 1234 5678 9"):
            assert expected in str(message.body)
        giving.work()
        assert len(mail.outbox) == 1

    def test_the_same_form_twice_is_one(self, giving: Giving, visitor: Client) -> None:
        first, second = (post(visitor, pay_by="transfer") for _ in range(2))
        assert first.status_code == second.status_code == 303
        assert TransferIntention.objects.count() == OutgoingMail.objects.count() == 1

    def test_a_day_later_it_is_another_with_the_same_reference(self, site: Site) -> None:
        with time_machine.travel(timezone.now(), tick=True) as clock:
            first = transfers.announce(details(), "192.0.2.1")
            clock.shift(timedelta(days=1))
            second = transfers.announce(details(), "192.0.2.1")
        assert first.pk != second.pk
        assert first.reference == second.reference

    def test_errors_are_those_of_any_gift(self, giving: Giving, visitor: Client) -> None:
        assert errors(post(visitor, pay_by="transfer", email="", amount="1")) == {"email", "amount"}
        assert not TransferIntention.objects.exists()

    def test_more_than_a_card_takes(self, giving: Giving, visitor: Client) -> None:
        assert errors(post(visitor, amount_other="20000")) == {"amount_other"}
        assert post(visitor, amount_other="20000", pay_by="transfer").status_code == 303
        assert TransferIntention.objects.get().amount_cents == 2_000_000

    def test_honeypot(self, giving: Giving, visitor: Client) -> None:
        assert post(visitor, pay_by="transfer", website="x").status_code == 400
        assert not TransferIntention.objects.exists()

    def test_forged_and_old_addresses(self, giving: Giving, visitor: Client) -> None:
        with time_machine.travel(timezone.now(), tick=True) as clock:
            address = post(visitor, pay_by="transfer")["Location"]
            assert visitor.get(address).status_code == 200
            clock.shift(timedelta(hours=25))
            assert visitor.get(address).status_code == 404
        assert visitor.get("/en/donate/transfer/forged/").status_code == 404

    def test_without_an_account(self, giving: Giving, visitor: Client) -> None:
        OrganisationSettings.objects.update(iban="")
        assert post(visitor, LV, pay_by="transfer").status_code == 503
        assert not TransferIntention.objects.exists()


class TestThrottle:
    def test_per_visitor(self, giving: Giving, visitor: Client, settings: Any) -> None:
        settings.CHECKOUT_LIMIT_PER_ADDRESS = (1, 3600)
        assert post(visitor, pay_by="transfer").status_code == 303
        assert post(visitor, EN, pay_by="transfer", email="x@example.org").status_code == 429

    def test_in_all(self, site: Site, settings: Any) -> None:
        settings.CHECKOUT_LIMIT_GLOBAL = (1, 3600)
        transfers.announce(details(), "192.0.2.1")
        with pytest.raises(TooManyAttempts):
            transfers.announce(details(email="x@example.org"), "198.51.100.1")

    def test_nobody_is_flooded_with_messages(self, site: Site) -> None:
        for number in range(transfers.MESSAGES_PER_ADDRESS):
            transfers.announce(details(amount_cents=1000 + number), f"192.0.{number}.1")
        with pytest.raises(TooManyAttempts):
            transfers.announce(details(email="Anna@example.org"), "198.51.100.1")
        assert OutgoingMail.objects.count() == transfers.MESSAGES_PER_ADDRESS
