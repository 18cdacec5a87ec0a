"""Coming back from the checkout, and the documents that a donor can open without signing in."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from donations.models import CheckoutAttempt, Donation, Receipt
from donations.services import documents, receipts
from tests.giving import Giving, reference

pytestmark = pytest.mark.django_db


def thanks_address(giving: Giving, attempt: CheckoutAttempt) -> str:
    url = giving.sandbox.get(reference(attempt))["success_url"]
    filled = url.replace("{CHECKOUT_SESSION_ID}", reference(attempt))
    return str(filled.removeprefix("http://testserver"))


@pytest.mark.parametrize("webhook_first", [True, False])
def test_right_state_before_and_after_the_webhook(
    giving: Giving, visitor: Client, webhook_first: bool
) -> None:
    attempt = giving.start(language="en")
    giving.pay(attempt)
    if webhook_first:
        giving.deliver()
    response = visitor.get(thanks_address(giving, attempt))
    assert response.context["state"] == "paid"
    [receipt] = giving.receipts(attempt)
    html = response.content.decode()
    assert "€25" in html
    assert receipt.reference in html
    assert "a…a@example.org" in html
    assert "anna@example.org" not in html
    assert "Anna" not in html
    giving.deliver()
    assert len(giving.receipts(attempt)) == len(mail.outbox) == 1


def test_processing_failed_open_and_expired(giving: Giving, visitor: Client) -> None:
    debit = giving.start()
    giving.pay(debit, "sepa")
    address = thanks_address(giving, debit)
    assert visitor.get(address).context["state"] == "processing"
    giving.sandbox.settle(reference(debit), success=False)
    assert visitor.get(address).context["state"] == "failed"

    left = giving.start(amount_cents=3000)
    response = visitor.get(thanks_address(giving, left))
    assert response.context["state"] == "open"
    assert f"?resume={response.context['resume_token']}" in response.content.decode()
    giving.sandbox.expire(reference(left))
    assert visitor.get(thanks_address(giving, left)).context["state"] == "expired"


def test_stripe_away_promises_nothing_and_warns_of_paying_twice(
    giving: Giving, visitor: Client
) -> None:
    attempt = giving.start(language="en")
    giving.pay(attempt)
    giving.sandbox.faults.add("drop", times=1)
    response = visitor.get(thanks_address(giving, attempt))
    assert response.context["state"] == "unknown"
    assert "don’t pay again" in response.content.decode()
    # What is known already is shown even then.
    giving.deliver()
    asked = len(giving.sandbox.requests)
    assert visitor.get(thanks_address(giving, attempt)).context["state"] == "paid"
    assert len(giving.sandbox.requests) == asked, "a paid gift needs no more asking"


@pytest.mark.parametrize("query", ["", "?session_id=", "?session_id=cs_test_unknown"])
def test_unknown_sessions_are_not_found_and_ask_stripe_nothing(
    giving: Giving, visitor: Client, query: str
) -> None:
    assert visitor.get(f"/en/donate/thank-you/{query}").status_code == 404
    assert giving.sandbox.requests == []


def test_thank_you_page_is_private(giving: Giving, visitor: Client) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    response = visitor.get(thanks_address(giving, attempt))
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response.content.decode()
    assert response["Referrer-Policy"] == "same-origin"
    assert not response.cookies


def test_receipt_download_is_the_mailed_file_and_the_link_lasts_a_day(
    giving: Giving, visitor: Client
) -> None:
    attempt = giving.start(language="en")
    giving.pay(attempt)
    giving.deliver()
    token = visitor.get(thanks_address(giving, attempt)).context["receipt_token"]
    address = f"/en/donate/receipt/{token}/pdf/"
    first = visitor.get(address)
    assert first["Content-Type"] == "application/pdf"
    assert first.content == visitor.get(address).content == mail.outbox[0].attachments[0].content
    assert visitor.get(address.replace(token, token[:-1] + "x")).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert visitor.get(address).status_code == 404
        # The thank-you page stays in histories; it must not hand out another link.
        later = visitor.get(thanks_address(giving, attempt))
        assert later.context["state"] == "paid"
        assert "receipt_token" not in later.context
        assert "/pdf/" not in later.content.decode()


def test_reloading_without_end_asks_stripe_with_an_end(giving: Giving, visitor: Client) -> None:
    attempt = giving.start()
    for _ in range(30):
        visitor.get(thanks_address(giving, attempt))
    asked = [r for r in giving.sandbox.requests if r.method == "GET"]
    assert len(asked) == 20


def test_kept_pdf_is_encrypted_and_a_changed_file_is_noticed(giving: Giving) -> None:
    from django.core.files.base import ContentFile
    from django.core.files.storage import storages

    attempt = giving.start(personal_code="320000-12345", wants_tax_receipt=True)
    giving.pay(attempt)
    giving.deliver()
    [receipt] = giving.receipts(attempt)
    storage = storages["private"]
    with storage.open(receipt.pdf_name) as file:
        kept = file.read()
    assert b"%PDF" not in kept
    assert documents.pdf_of(receipt)[:5] == b"%PDF-"

    from sosbca.core import encryption

    storage.delete(receipt.pdf_name)
    storage.save(receipt.pdf_name, ContentFile(encryption.encrypt(b"%PDF-forged")))
    with pytest.raises(documents.DamagedReceipt):
        documents.pdf_of(receipt)


def test_receipt_says_what_was_true_when_it_was_issued(giving: Giving) -> None:
    """Renaming a fund or an organisation later changes no document."""
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    [receipt] = giving.receipts(attempt)
    before = documents.pdf_of(receipt), receipt.snapshot
    attempt.fund.name_lv = "Cits nosaukums"
    attempt.fund.save()
    receipt.refresh_from_db()
    assert (documents.pdf_of(receipt), receipt.snapshot) == before


def test_verification_page_follows_the_fate_of_the_document(
    giving: Giving, visitor: Client
) -> None:
    attempt = giving.start(personal_code="320000-12345", wants_tax_receipt=True)
    giving.pay(attempt)
    giving.deliver()
    [receipt] = giving.receipts(attempt)

    def state() -> str:
        response = visitor.get(f"/en/donate/receipt/{receipt.public_id}/")
        html = response.content.decode()
        for private in ("Anna", "anna@", "320000", "12345-"):
            assert private not in html
        assert receipt.reference in html
        assert "€25.00" in html
        return str(response.context["state"])

    assert state() == "valid"
    sample = visitor.get(f"/en/donate/receipt/{receipt.public_id}/").content.decode()
    assert "This is a sample" in sample, "no test payment may pass for a gift"
    dispute = giving.sandbox.dispute(reference(attempt))
    giving.deliver()
    assert state() == "held"
    giving.sandbox.close_dispute(dispute["id"], won=True)
    giving.deliver()
    assert state() == "valid"
    giving.sandbox.refund(reference(attempt), 1000)
    giving.deliver()
    assert state() == "replaced"
    giving.sandbox.refund(reference(attempt))
    giving.deliver()
    last = giving.receipts(attempt)[-1]
    page = visitor.get(f"/en/donate/receipt/{last.public_id}/")
    assert page.context["state"] == "annulment"
    assert visitor.get("/en/donate/receipt/00000000000000000000000000000000/").status_code == 404


def test_numbers_start_anew_each_year_by_local_time(giving: Giving) -> None:
    with time_machine.travel("2026-12-31T21:30:00Z"):  # 23:30 in Riga
        first = giving.start()
        giving.pay(first)
        giving.deliver()
    with time_machine.travel("2026-12-31T22:30:00Z"):  # already 2027 in Riga
        second = giving.start(amount_cents=3000)
        giving.pay(second)
        giving.deliver()
    numbers = Receipt.objects.order_by("pk").values_list("year", "number")
    assert list(numbers) == [(2026, 1), (2027, 1)]


def test_held_receipt_is_not_touched_by_a_refund_until_the_dispute_ends(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    donation = giving.donation(attempt)
    donation.status = Donation.Status.DISPUTED
    donation.save()
    receipts.issue_due(donation, returned_cents=1000)
    assert len(giving.receipts(attempt)) == 1
