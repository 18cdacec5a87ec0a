"""Refund, send again, download and process again, from the form to what comes of it."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from donations.models import Donation, ProviderEvent, Receipt
from donations.providers import ProviderRefused, ProviderUnavailable
from donations.services.settling import Overtaken
from sosbca.users.models import User
from tests.donations.staff import browser, member
from tests.factories import OutgoingMailFactory, ProviderEventFactory, ReceiptFactory, paid_donation
from tests.giving import Giving

pytestmark = pytest.mark.django_db
Status = Donation.Status


@pytest.fixture
def finance() -> Client:
    return browser("Finance")


@pytest.fixture
def donation(giving: Giving) -> Donation:
    """25 euro, paid at the stand-in, with a receipt."""
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    return giving.donation(attempt)


def refund_address(donation: Donation) -> str:
    return reverse("giving_donations:refund", args=[donation.pk])


def open_form(client: Client, donation: Donation) -> dict[str, str]:
    """The refund form as it stands in the browser."""
    response = client.get(refund_address(donation))
    assert response.status_code == 200
    fields = re.findall(r'name="(amount_cents|request_id)" value="([^"]*)"', response.text)
    return dict(fields)


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def ledger(donation: Donation) -> list[tuple[str, int]]:
    return sorted(donation.entries.values_list("kind", "amount_cents"))


def test_refund_of_all(finance: Client, giving: Giving, donation: Donation) -> None:
    form = open_form(finance, donation)
    assert form["amount_cents"] == "25"
    response = finance.post(refund_address(donation), form, follow=True)
    assert response.redirect_chain == [
        (reverse("giving_donations:inspect", args=[donation.pk]), 302)
    ]
    assert "€25.00 were refunded" in said(response)
    donation.refresh_from_db()
    assert donation.status == Status.REFUNDED
    assert ("refund", -2500) in ledger(donation)
    assert [receipt.kind for receipt in donation.receipts.order_by("sequence")] == [
        "receipt",
        "annulment",
    ]
    giving.deliver()
    assert len(mail.outbox) == 2
    entry = ModelLogEntry.objects.get(action="donations.donation.refund_requested")
    assert entry.user_display_name == "Filips Finansists"
    assert entry.data["amount_cents"] == 2500


def test_asking_refunds_nothing(finance: Client, donation: Donation) -> None:
    open_form(finance, donation)
    donation.refresh_from_db()
    assert donation.status == Status.PAID


def test_refund_of_a_part_with_a_comma(finance: Client, donation: Donation) -> None:
    form = open_form(finance, donation) | {"amount_cents": "10,50"}
    finance.post(refund_address(donation), form)
    donation.refresh_from_db()
    assert donation.status == Status.PARTLY_REFUNDED
    assert ("refund", -1050) in ledger(donation)
    assert donation.receipts.get(sequence=2).net_cents == 1450
    assert open_form(finance, donation)["amount_cents"] == "14.50"


@pytest.mark.parametrize("amount", ["25", "10"])
def test_a_form_sent_twice_refunds_once(finance: Client, donation: Donation, amount: str) -> None:
    form = open_form(finance, donation) | {"amount_cents": amount}
    for _time in range(2):
        response = finance.post(refund_address(donation), form, follow=True)
        assert response.status_code == 200
        assert "error" not in [message.level_tag for message in response.context["messages"]]
    assert [cents for kind, cents in ledger(donation) if kind == "refund"] == [-100 * int(amount)]
    assert len(donation.receipts.all()) == 2


def test_two_forms_can_not_refund_more_than_was_given(finance: Client, donation: Donation) -> None:
    first, second = open_form(finance, donation), open_form(finance, donation)
    assert first["request_id"] != second["request_id"]
    finance.post(refund_address(donation), first)
    response = finance.post(refund_address(donation), second)
    assert response.status_code == 422
    assert [cents for kind, cents in ledger(donation) if kind == "refund"] == [-2500]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("25.01", "Only €25.00 are left of this gift."),
        ("0", "above zero"),
        ("-5", "Enter an amount in euro"),
        ("", "required"),
        ("lots", "Enter an amount in euro"),
    ],
)
def test_errors_stand_at_the_amount(
    finance: Client, donation: Donation, amount: str, text: str
) -> None:
    form = open_form(finance, donation) | {"amount_cents": amount}
    response = finance.post(refund_address(donation), form)
    assert response.status_code == 422
    assert "amount_cents" in response.context["form"].errors
    assert text in response.text
    assert form["request_id"] in response.text
    assert not ModelLogEntry.objects.filter(action="donations.donation.refund_requested").exists()


class BrokenProvider:
    """Fails the first call to refund, then does what the real one does."""

    def __init__(self, real: Any, error: Exception, *, after: bool = False) -> None:
        self.real, self.error, self.after = real, error, after
        self.keys: list[str] = []

    def refund(self, payment_reference: str, amount_cents: int, idempotency_key: str) -> None:
        self.keys.append(idempotency_key)
        if self.after or len(self.keys) > 1:
            self.real.refund(payment_reference, amount_cents, idempotency_key)
        if len(self.keys) == 1:
            raise self.error


@pytest.mark.parametrize("after", [False, True], ids=["before it was done", "after it was done"])
def test_a_silent_provider_may_be_asked_again_with_the_same_form(
    finance: Client,
    giving: Giving,
    donation: Donation,
    monkeypatch: pytest.MonkeyPatch,
    after: bool,
) -> None:
    broken = BrokenProvider(giving.provider, ProviderUnavailable("timed out"), after=after)
    monkeypatch.setattr("donations.services.refunds.get_provider", lambda: broken)
    form = open_form(finance, donation) | {"amount_cents": "10"}
    response = finance.post(refund_address(donation), form)
    assert response.status_code == 422
    assert "Send this same form again" in response.text
    assert form["request_id"] in response.text
    assert "readonly" in response.text
    finance.post(refund_address(donation), form)
    assert broken.keys == [f"refund-{form['request_id']}"] * 2
    assert [cents for kind, cents in ledger(donation) if kind == "refund"] == [-1000]


def test_a_form_of_yesterday_refunds_nothing_more(
    finance: Client, giving: Giving, donation: Donation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe did it, the answer was lost, and by the next day it has forgotten the request."""
    with time_machine.travel(timezone.now(), tick=True) as clock:
        form = open_form(finance, donation) | {"amount_cents": "10"}
        error = ProviderUnavailable("timed out")
        broken = BrokenProvider(giving.provider, error, after=True)
        with monkeypatch.context() as patch:
            patch.setattr("donations.services.refunds.get_provider", lambda: broken)
            finance.post(refund_address(donation), form)
        clock.shift(timedelta(hours=25))
        giving.sandbox.advance(seconds=0)
        finance.force_login(User.objects.get(groups__name="Finance"))
        response = finance.post(refund_address(donation), form, follow=True)
        assert "first sent more than a day ago" in response.text
        giving.deliver()
    assert [cents for kind, cents in ledger(donation) if kind == "refund"] == [-1000]


def test_a_spent_key_ends_the_form(
    finance: Client, giving: Giving, donation: Donation, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ProviderUnavailable("500", key_is_spent=True)
    broken = BrokenProvider(giving.provider, error)
    monkeypatch.setattr("donations.services.refunds.get_provider", lambda: broken)
    form = open_form(finance, donation)
    response = finance.post(refund_address(donation), form, follow=True)
    assert "Look at the payment in its dashboard" in said(response)


def test_a_refusal_stands_at_the_amount(
    finance: Client, giving: Giving, donation: Donation, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = BrokenProvider(giving.provider, ProviderRefused("Insufficient funds."))
    monkeypatch.setattr("donations.services.refunds.get_provider", lambda: broken)
    response = finance.post(refund_address(donation), open_form(finance, donation))
    assert response.status_code == 422
    assert "Insufficient funds." in str(response.context["form"].errors["amount_cents"])


def test_a_refused_refund_was_not_made(
    finance: Client, giving: Giving, donation: Donation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sending the form again with too much must not claim that the refund was made."""
    broken = BrokenProvider(giving.provider, ProviderRefused("Insufficient funds."))
    monkeypatch.setattr("donations.services.refunds.get_provider", lambda: broken)
    form = open_form(finance, donation)
    finance.post(refund_address(donation), form)
    response = finance.post(refund_address(donation), form | {"amount_cents": "99"})
    assert response.status_code == 422


def test_a_made_refund_that_could_not_be_taken_over(
    finance: Client, donation: Donation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(attempt: object) -> None:
        raise Overtaken

    monkeypatch.setattr("donations.services.refunds.synchronise_donation", overtaken)
    form = open_form(finance, donation)
    response = finance.post(refund_address(donation), form, follow=True)
    assert "The refund was made" in said(response)


@pytest.mark.parametrize("status", ["refunded", "disputed", "charged_back"])
def test_nothing_to_refund(finance: Client, status: str) -> None:
    donation = paid_donation(status=status)
    response = finance.get(refund_address(donation), follow=True)
    assert "Nothing of this gift can be refunded now." in said(response)
    detail = finance.get(reverse("giving_donations:inspect", args=[donation.pk]))
    assert refund_address(donation) not in detail.text
    form = {"amount_cents": "1", "request_id": str(uuid.uuid4())}
    assert finance.post(refund_address(donation), form).status_code == 422


def receipt_address(name: str, receipt: Receipt) -> str:
    return reverse(f"giving_receipts:{name}", args=[receipt.pk])


def test_send_again(finance: Client, giving: Giving, donation: Donation) -> None:
    receipt = donation.receipts.get()
    asked = finance.get(receipt_address("resend", receipt))
    assert "anna@example.org" in asked.text
    assert len(mail.outbox) == 1
    response = finance.post(receipt_address("resend", receipt), follow=True)
    assert f"{receipt.reference} is on its way" in said(response)
    # Sent by a task, and not a second time while the first is on its way.
    again = finance.post(receipt_address("resend", receipt), follow=True)
    assert "already" in said(again)
    giving.work()
    assert len(mail.outbox) == 2
    assert mail.outbox[0].attachments[0].content == mail.outbox[1].attachments[0].content
    entry = ModelLogEntry.objects.get(action="donations.receipt.sent_again")
    assert entry.user_display_name == "Filips Finansists"


def test_sending_a_replaced_document_again_warns(finance: Client) -> None:
    first = paid_donation().receipts.get()
    later = ReceiptFactory.create(
        donation=first.donation,
        kind="annulment",
        series="K",
        sequence=2,
        refers_to=first,
        net_cents=0,
    )
    OutgoingMailFactory.create(receipt=later)
    assert later.reference in finance.get(receipt_address("resend", first)).text
    assert "no longer in force" in finance.get(receipt_address("resend", first)).text
    assert "no longer in force" not in finance.get(receipt_address("resend", later)).text


def test_download(finance: Client, donation: Donation) -> None:
    receipt = donation.receipts.get()
    first: HttpResponse = finance.get(receipt_address("download", receipt))  # type: ignore[assignment]
    assert first.headers["Content-Type"] == "application/pdf"
    assert f'filename="{receipt.reference}.pdf"' in first.headers["Content-Disposition"]
    assert first.content[:5] == b"%PDF-"
    assert finance.get(receipt_address("download", receipt)).content == first.content
    assert finance.post(receipt_address("download", receipt)).status_code == 405
    assert ModelLogEntry.objects.filter(action="donations.receipt.downloaded").count() == 2


def replay_address(event: ProviderEvent) -> str:
    return reverse("giving_events:replay", args=[event.pk])


def test_replay(finance: Client, giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    event = ProviderEventFactory.create(
        status="failed", tries=9, last_error="Boom", object_reference=attempt.session_reference
    )
    asked = finance.get(replay_address(event))
    assert "Boom" in asked.text
    event.refresh_from_db()
    assert event.status == "failed"
    response = finance.post(replay_address(event), follow=True)
    assert "processed again" in said(response)
    again = finance.post(replay_address(event), follow=True)
    assert "already" in said(again)
    giving.work()
    event.refresh_from_db()
    assert (event.status, event.last_error) == ("processed", "")
    assert giving.donation(attempt).status == Status.PAID
    entry = ModelLogEntry.objects.get(action="donations.event.replayed")
    assert entry.user_display_name == "Filips Finansists"


def test_actions_are_protected_against_forged_posts(donation: Donation) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("Finance"))
    form = {"amount_cents": "25", "request_id": str(uuid.uuid4())}
    assert client.post(refund_address(donation), form).status_code == 403
    assert donation.receipts.count() == 1
