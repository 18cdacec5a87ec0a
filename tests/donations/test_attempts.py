"""From the form's details to Stripe: nothing twice, nothing lost, no way round the throttle."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from donations.models import CheckoutAttempt, Consent, Donation, Donor
from donations.services import attempts
from donations.services.sweeps import settle_old_attempts
from sosbca.core.models import OrganisationSettings
from tests.giving import Giving, reference

Status = CheckoutAttempt.Status
pytestmark = pytest.mark.django_db


def sessions_created(giving: Giving) -> int:
    """How many sessions exist at the stand-in."""
    return sum(1 for event in giving.sandbox.store.newest("checkout.session"))


def test_what_stripe_is_asked_for(giving: Giving) -> None:
    attempt = giving.start(language="en", fund_code="newborn", amount_cents=1234)
    session = giving.sandbox.get(reference(attempt))
    assert session["amount_total"] == 1234
    assert session["currency"] == "eur"
    assert session["locale"] == "en"
    assert session["submit_type"] == "donate"
    assert session["ui_mode"] == "hosted_page"
    assert session["client_reference_id"] == str(attempt.pk)
    assert session["customer_email"] == "anna@example.org"
    assert session["success_url"] == (
        "http://testserver/en/donate/thank-you/?session_id={CHECKOUT_SESSION_ID}"
    )
    # No personal data in an address.
    assert "anna" not in session["cancel_url"].lower()
    [request] = [r for r in giving.sandbox.requests if r.path == "/v1/checkout/sessions"]
    assert request.idempotency_key == f"checkout-{attempt.pk}"
    # A session's metadata does not reach its payment: it must be there too.
    giving.pay(attempt)
    payment = giving.sandbox.get(giving.sandbox.get(reference(attempt))["payment_intent"])
    assert payment["metadata"] == {"attempt": str(attempt.pk)}


def test_same_form_again_finds_the_same_checkout(giving: Giving) -> None:
    first, second = giving.start(), giving.start()
    assert first.pk == second.pk
    assert first.session_url == second.session_url
    assert sessions_created(giving) == 1
    assert Donor.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"amount_cents": 2600},
        {"email": "berta@example.org"},
        {"fund_code": "newborn"},
        {"address": "192.0.2.2"},
    ],
)
def test_another_form_is_another_checkout(giving: Giving, change: dict[str, object]) -> None:
    assert giving.start().pk != giving.start(**change).pk


def test_same_gift_again_after_it_was_paid(giving: Giving) -> None:
    first = giving.start()
    giving.pay(first)
    giving.deliver()
    second = giving.start()
    assert first.pk != second.pk
    giving.pay(second)
    giving.deliver()
    assert Donation.objects.count() == 2
    assert Donor.objects.count() == 1


def test_old_open_checkout_is_not_offered_again(giving: Giving) -> None:
    first = giving.start()
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=1)):
        assert giving.start().pk != first.pk


@pytest.mark.parametrize("fault", ["drop", "timeout", "error", "rate_limit"])
def test_stripe_away_then_back_makes_one_attempt_that_can_be_paid(
    giving: Giving, fault: Any
) -> None:
    giving.sandbox.faults.add(fault, times=1)
    with pytest.raises(attempts.CheckoutUnavailable):
        giving.start()
    attempt = giving.start()
    assert attempt.status == Status.OPEN
    assert sessions_created(giving) == 1
    giving.pay(attempt)
    giving.deliver()
    assert giving.donation(attempt).status == Donation.Status.PAID


def test_time_out_after_stripe_did_the_work_makes_one_session(giving: Giving) -> None:
    giving.sandbox.faults.add("timeout", times=1, after=True)
    with pytest.raises(attempts.CheckoutUnavailable):
        giving.start()
    # Later, the request must still be the same to the letter, or Stripe refuses the key.
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert giving.start().session_url
    assert sessions_created(giving) == 1
    assert CheckoutAttempt.objects.count() == 1


def test_refusal_is_recorded_and_the_next_try_is_new(giving: Giving) -> None:
    with pytest.raises(attempts.CheckoutUnavailable):
        giving.start(email="anna@example.org", amount_cents=20)
    refused = CheckoutAttempt.objects.get()
    assert refused.status == Status.REFUSED
    assert refused.last_error
    assert refused.fingerprint is None


def test_no_gift_is_taken_that_could_not_be_receipted(giving: Giving) -> None:
    OrganisationSettings.objects.update(registration_number="")
    with pytest.raises(attempts.CheckoutUnavailable):
        giving.start()
    assert not CheckoutAttempt.objects.exists()
    assert giving.sandbox.requests == []


def test_throttle_takes_an_ipv6_subscriber_for_one_visitor(giving: Giving, settings: Any) -> None:
    settings.CHECKOUT_LIMIT_PER_ADDRESS = (2, 3600)
    giving.start(address="2001:db8:1:2::1")
    giving.start(address="2001:db8:1:2:ffff::1")
    with pytest.raises(attempts.TooManyAttempts):
        giving.start(address="2001:db8:1:2:3::1")
    giving.start(address="2001:db8:1:3::1")


def test_throttle_per_address_and_in_all(giving: Giving, settings: Any) -> None:
    settings.CHECKOUT_LIMIT_PER_ADDRESS = (3, 3600)
    settings.CHECKOUT_LIMIT_GLOBAL = (5, 3600)
    for cents in (1000, 2000, 3000):
        giving.start(amount_cents=cents)
    with pytest.raises(attempts.TooManyAttempts):
        giving.start(amount_cents=4000)
    # What is open already may be returned to.
    assert giving.start(amount_cents=3000).status == Status.OPEN
    giving.start(amount_cents=4000, address="192.0.2.2")
    giving.start(amount_cents=4000, address="192.0.2.3")
    with pytest.raises(attempts.TooManyAttempts):
        giving.start(amount_cents=4000, address="192.0.2.4")
    assert CheckoutAttempt.objects.count() == 5
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        giving.start(amount_cents=5000)


def test_address_is_not_stored(giving: Giving) -> None:
    attempt = giving.start(address="192.0.2.77")
    assert "192.0.2.77" not in str(CheckoutAttempt.objects.filter(pk=attempt.pk).values().get())


def test_typed_details_never_change_an_existing_donor(giving: Giving) -> None:
    giving.start()
    giving.start(name="Kāds cits", address="192.0.2.9")
    giving.start(personal_code="320000-12345", wants_tax_receipt=True)
    assert Donor.objects.count() == 3
    first = Donor.objects.order_by("pk")[0]
    assert (first.name, first.personal_code) == ("Anna Bērziņa", "")


def test_consent_is_recorded_in_its_words(giving: Giving) -> None:
    giving.start(newsletter_wording="Vēlos saņemt ziņas.")
    consent = Consent.objects.get()
    assert consent.is_given
    assert consent.wording == "Vēlos saņemt ziņas."


def test_coming_back_and_starting_anew_closes_the_old_checkout(giving: Giving) -> None:
    old = giving.start()
    newer = giving.start(amount_cents=3000)
    attempts.supersede(attempts.resume_token(old), newer)
    assert giving.sandbox.get(reference(old))["status"] == "expired"
    assert giving.sandbox.get(reference(newer))["status"] == "open"
    # The old details once more are a new checkout, not the closed one.
    again = giving.start()
    assert again.pk != old.pk
    assert giving.sandbox.get(reference(again))["status"] == "open"
    # Sending the same form again must not close the checkout that it leads to.
    attempts.supersede(attempts.resume_token(newer), newer)
    assert giving.sandbox.get(reference(newer))["status"] == "open"


def test_resume_token_forged_old_or_of_a_paid_gift_is_worth_nothing(giving: Giving) -> None:
    attempt = giving.start()
    token = attempts.resume_token(attempt)
    assert attempts.attempt_from_token(token) == attempt
    assert attempts.attempt_from_token(token[:-2] + "xx") is None
    assert attempts.attempt_from_token(str(attempt.pk)) is None
    with time_machine.travel(timezone.now() + timedelta(hours=7)):
        assert attempts.attempt_from_token(token) is None
    giving.pay(attempt)
    giving.deliver()
    assert attempts.attempt_from_token(token) is None


def test_attempts_that_nobody_told_the_end_of_are_settled(giving: Giving) -> None:
    paid, left = giving.start(), giving.start(amount_cents=3000)
    giving.pay(paid)
    never_reached = giving.start(amount_cents=4000)
    CheckoutAttempt.objects.filter(pk=never_reached.pk).update(
        session_reference=None, status=Status.STARTED
    )
    giving.sandbox.advance(days=2)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        settle_old_attempts(timezone.now() - timedelta(hours=25))
    assert giving.donation(paid).status == Donation.Status.PAID
    left.refresh_from_db()
    never_reached.refresh_from_db()
    assert left.status == never_reached.status == Status.EXPIRED
