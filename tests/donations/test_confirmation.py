"""A bank asks the donor to confirm a renewal: the donor gets a link, and the gift goes on."""

from typing import Any

import pytest
from django.core import mail

from donations.models import Donation, Instalment, OutgoingMail, Pledge
from donations.services import reconciliation
from tests.donations.own_page import Donor, begin, pass_days, shown
from tests.donations.test_pledges import kinds
from tests.giving import Giving


@pytest.fixture
def pledge(giving: Giving, clock: Any) -> Pledge:
    """Its first renewal waits for the donor."""
    pledge = begin(giving)
    giving.sandbox.swap_card(pledge.subscription_reference, "3ds_always")
    giving.deliver()
    mail.outbox.clear()
    while pledge.status == Pledge.Status.ACTIVE:
        pass_days(giving, clock, 1)
        pledge.refresh_from_db()
    return pledge


def waiting() -> Instalment:
    return Instalment.objects.get(status=Instalment.Status.OPEN)


def test_the_donor_gets_a_link_and_the_gift_goes_on(giving: Giving, pledge: Pledge) -> None:
    due = waiting()
    assert pledge.status == Pledge.Status.PAST_DUE
    assert due.needs_confirmation
    assert due.pay_url
    told = OutgoingMail.objects.filter(kind__in=["confirmation_needed", "payment_failed"])
    assert list(told.values_list("kind", flat=True)) == ["confirmation_needed"]
    [message] = [sent for sent in mail.outbox if "confirm" in sent.subject.lower()]
    assert due.pay_url in str(message.body)
    page = Donor(giving, language="en").come().get("my-giving-pledge", pledge.public_id)
    assert "Your bank asks for your confirmation" in shown(page)
    assert f'href="{due.pay_url}"' in page.content.decode()

    giving.sandbox.authenticate_invoice(due.invoice_reference, accept=True)
    giving.deliver()
    pledge.refresh_from_db()
    due.refresh_from_db()
    assert (pledge.status, due.status) == ("active", "paid")
    assert not due.needs_confirmation
    assert Donation.objects.filter(status="paid").count() == 2
    assert kinds().count("receipt") == 2
    assert kinds().count("confirmation_needed") == 1
    assert giving.event_errors() == giving.failed_tasks() == []
    assert reconciliation.reconcile().status == "agrees"


def test_a_confirmation_that_fails_takes_nothing_and_can_be_repeated(
    giving: Giving, pledge: Pledge, clock: Any
) -> None:
    due = waiting()
    giving.sandbox.authenticate_invoice(due.invoice_reference, accept=False)
    giving.deliver()
    pledge.refresh_from_db()
    assert pledge.status == Pledge.Status.PAST_DUE
    assert Donation.objects.filter(status="paid").count() == 1
    for _ in range(10):
        pass_days(giving, clock, 1)
        if waiting().needs_confirmation:
            break
    told = kinds().count("confirmation_needed") + kinds().count("payment_failed")
    assert told == waiting().failures
    giving.sandbox.authenticate_invoice(due.invoice_reference, accept=True)
    giving.deliver()
    pledge.refresh_from_db()
    assert pledge.status == Pledge.Status.ACTIVE
    assert Donation.objects.filter(status="paid").count() == 2
