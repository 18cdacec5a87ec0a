"""Pages that need no visit forget an erased donor as well: thanks, receipt, form, transfer."""

from typing import Any

import pytest
from django.core import signing
from django.test import Client

from donations.models import Donor, Receipt, TransferIntention
from donations.services import attempts, erasure, transfers
from donations.views import RECEIPT_SALT, TRANSFER_SALT
from sosbca.core.models import OrganisationSettings
from tests.giving import Giving, reference

pytestmark = pytest.mark.django_db


def erase() -> None:
    assert erasure.erase(list(Donor.objects.all()))


def statuses(visitor: Client, addresses: list[str]) -> list[int]:
    return [visitor.get(address).status_code for address in addresses]


def test_thanks_receipt_and_card(giving: Giving, visitor: Client) -> None:
    tribute = attempts.TributeDetails(kind="honour", honoree="Jānis")
    attempt = giving.start(language="en", tribute=tribute)
    giving.pay(attempt)
    giving.deliver()
    page = visitor.get(f"/en/donate/thank-you/?session_id={reference(attempt)}")
    receipt = signing.dumps(Receipt.objects.get().pk, salt=RECEIPT_SALT)
    addresses = [
        f"/en/donate/thank-you/?session_id={reference(attempt)}",
        f"/en/donate/receipt/{receipt}/pdf/",
        f"/en/donate/card/{page.context['card_token']}/",
    ]
    assert statuses(visitor, addresses) == [200, 200, 200]
    erase()
    assert statuses(visitor, addresses) == [404, 404, 404]


def test_an_unfinished_form_does_not_come_back(
    giving: Giving, visitor: Client, donation_page: Any
) -> None:
    attempt = giving.start()
    path = f"{donation_page.url}?resume={attempts.resume_token(attempt)}"
    assert "Anna" in visitor.get(path).content.decode()
    erase()
    page = visitor.get(path).content.decode()
    assert "erased" not in page
    assert attempts.attempt_from_token(attempts.resume_token(attempt)) is None


def test_details_of_a_transfer(giving: Giving, visitor: Client) -> None:
    OrganisationSettings.objects.update(iban="LV85DEMO0000123456789", payee_name="Paraugs")
    giving.start()
    details = attempts.GiftDetails(
        amount_cents=2500,
        frequency="once",
        fund_code="general",
        language="en",
        donor_kind="person",
        name="Anna Bērziņa",
        email="anna@example.org",
    )
    transfers.announce(details, "192.0.2.1")
    token = signing.dumps(str(TransferIntention.objects.get().pk), salt=TRANSFER_SALT)
    assert statuses(visitor, [f"/en/donate/transfer/{token}/"]) == [200]
    erase()
    assert statuses(visitor, [f"/en/donate/transfer/{token}/"]) == [404]
