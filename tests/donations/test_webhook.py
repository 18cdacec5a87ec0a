"""The receiver of events: what it refuses, what it records, what is done again."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
import stripe
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from donations.models import CheckoutAttempt, Donation, ProviderEvent
from donations.providers import EventSubject, ProviderUnavailable
from donations.services import events
from donations.services import payments as payment_services
from donations.tasks import sweep_provider
from tests.giving import Giving, reference

Status = ProviderEvent.Status
pytestmark = pytest.mark.django_db


def paid_event(giving: Giving) -> tuple[CheckoutAttempt, dict[str, Any]]:
    """An attempt that was paid, and the event that tells of it, undelivered."""
    attempt = giving.start()
    giving.pay(attempt)
    [event] = [e for e in giving.sandbox.events if e["type"] == "checkout.session.completed"]
    return attempt, event


def test_genuine_event_is_recorded_before_it_is_processed(giving: Giving) -> None:
    _attempt, event = paid_event(giving)
    body, signature = giving.sandbox.signed(event)
    assert giving.post_webhook(body, signature).status_code == 200
    recorded = ProviderEvent.objects.get()
    assert (recorded.reference, recorded.status) == (event["id"], Status.RECEIVED)
    assert not Donation.objects.exists()
    giving.work()
    recorded.refresh_from_db()
    assert recorded.status == Status.PROCESSED
    assert Donation.objects.count() == 1


def test_forged_stale_and_broken_events_are_refused(giving: Giving) -> None:
    _attempt, event = paid_event(giving)
    body, signature = giving.sandbox.signed(event)
    stale = giving.sandbox.signed(event, timestamp=int(time.time()) - 301)[1]
    other_secret = stripe.WebhookSignature.generate_signature_header(body.decode(), "whsec_other")
    truncated = body[: len(body) // 2]
    unreadable = b'{"no": "event"}'
    not_text = b"\xff\xfe"

    def sign(payload: str) -> str:
        return str(stripe.WebhookSignature.generate_signature_header(payload, "whsec_suite"))

    cases = [
        (body, ""),
        (body, "nonsense"),
        (body, other_secret),
        (body, stale),
        (body.replace(b"2500", b"9900"), signature),
        (truncated, signature),
        (truncated, sign(truncated.decode(errors="ignore"))),
        (unreadable, sign(unreadable.decode())),
        (not_text, signature),
    ]
    for payload, header in cases:
        assert giving.post_webhook(payload, header).status_code == 400, (payload[:40], header)
    assert not ProviderEvent.objects.exists()


def test_only_posts(giving: Giving) -> None:
    assert giving.client.get("/stripe/webhook/").status_code == 405


def test_replayed_event_is_recorded_and_processed_once(giving: Giving) -> None:
    attempt, event = paid_event(giving)
    for _ in range(3):
        giving.post_webhook(*giving.sandbox.signed(event))
        giving.work()
    assert ProviderEvent.objects.count() == 1
    assert len(giving.receipts(attempt)) == len(mail.outbox) == 1


def test_content_of_an_event_is_not_believed(giving: Giving) -> None:
    """Even an event with a right signature only says where to look."""
    attempt, event = paid_event(giving)
    event["data"]["object"]["amount_total"] = 999_900
    event["data"]["object"]["payment_status"] = "unpaid"
    body = json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(body, "whsec_suite")
    assert giving.post_webhook(body.encode(), header).status_code == 200
    giving.work()
    assert giving.donation(attempt).amount_cents == 2500
    assert giving.donation(attempt).status == Donation.Status.PAID


def test_unknown_types_and_payments_made_elsewhere_are_ignored(giving: Giving) -> None:
    _attempt, event = paid_event(giving)
    unknown = {**event, "id": "evt_unknown", "type": "customer.discount.created"}
    body = json.dumps(unknown)
    header = stripe.WebhookSignature.generate_signature_header(body, "whsec_suite")
    assert giving.post_webhook(body.encode(), header).status_code == 200
    assert ProviderEvent.objects.get(reference="evt_unknown").status == Status.IGNORED

    # A session that this site did not start: the attempt is not known here.
    CheckoutAttempt.objects.all().delete()
    giving.post_webhook(*giving.sandbox.signed(event))
    giving.work()
    assert ProviderEvent.objects.get(reference=event["id"]).status == Status.IGNORED
    assert not Donation.objects.exists()


def test_payment_made_elsewhere_is_not_taken_for_an_attempt_without_a_session(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt, event = paid_event(giving)
    CheckoutAttempt.objects.filter(pk=attempt.pk).update(session_reference=None)
    elsewhere = EventSubject(payment_reference="pi_elsewhere")
    monkeypatch.setattr(giving.provider, "subject_of", lambda *about: elsewhere)
    giving.post_webhook(*giving.sandbox.signed(event))
    giving.work()
    assert ProviderEvent.objects.get(reference=event["id"]).status == Status.IGNORED


def test_event_of_the_other_mode_is_ignored(giving: Giving) -> None:
    _attempt, event = paid_event(giving)
    body = json.dumps({**event, "livemode": True})
    header = stripe.WebhookSignature.generate_signature_header(body, "whsec_suite")
    assert giving.post_webhook(body.encode(), header).status_code == 200
    recorded = ProviderEvent.objects.get()
    assert recorded.status == Status.IGNORED
    assert "other mode" in recorded.last_error


def test_session_of_an_attempt_whose_process_died_is_adopted(giving: Giving) -> None:
    """The process was killed after Stripe made the session and before it was noted."""
    attempt, event = paid_event(giving)
    CheckoutAttempt.objects.filter(pk=attempt.pk).update(
        session_reference=None, session_url="", status=CheckoutAttempt.Status.STARTED
    )
    giving.post_webhook(*giving.sandbox.signed(event))
    giving.work()
    assert giving.donation(attempt).status == Donation.Status.PAID


def test_payment_that_does_not_fit_the_attempt_changes_nothing(giving: Giving) -> None:
    attempt, event = paid_event(giving)
    CheckoutAttempt.objects.filter(pk=attempt.pk).update(amount_cents=100)
    giving.post_webhook(*giving.sandbox.signed(event))
    giving.work()
    recorded = ProviderEvent.objects.get()
    assert recorded.status == Status.RETRYING
    assert "amount" in recorded.last_error
    assert not Donation.objects.exists()


def test_failures_are_retried_with_back_off_then_stand_until_replayed(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt, event = paid_event(giving)
    broken = True

    def synchronise(attempt: CheckoutAttempt) -> CheckoutAttempt:
        if broken:
            raise ProviderUnavailable("the dog ate it")
        return payment_services.synchronise(attempt)

    monkeypatch.setattr(events, "synchronise", synchronise)
    with time_machine.travel(timezone.now(), tick=True) as clock:
        giving.post_webhook(*giving.sandbox.signed(event))
        waits = []
        for _ in range(len(events.BACK_OFF)):
            giving.work()
            recorded = ProviderEvent.objects.get()
            assert recorded.status == Status.RETRYING
            waits.append(recorded.next_try_at - timezone.now())
            before = recorded.tries
            giving.work()  # not due yet: nothing happens
            assert ProviderEvent.objects.get().tries == before
            clock.move_to(recorded.next_try_at + timedelta(seconds=1))
        giving.work()
        recorded = ProviderEvent.objects.get()
        assert recorded.status == Status.FAILED
        assert "the dog ate it" in recorded.last_error
        assert recorded.tries == len(events.BACK_OFF) + 1
        assert waits == sorted(waits)
        clock.shift(timedelta(days=3))
        giving.work()
        assert ProviderEvent.objects.get().tries == recorded.tries

        broken = False
        staff = get_user_model().objects.create_user("finance")
        events.replay(recorded, staff)
        giving.work()
    assert ProviderEvent.objects.get().status == Status.PROCESSED
    assert giving.donation(attempt).status == Donation.Status.PAID


def test_stripe_away_while_processing_is_retried(giving: Giving) -> None:
    attempt, event = paid_event(giving)
    giving.sandbox.faults.add("drop", times=1)
    giving.post_webhook(*giving.sandbox.signed(event))
    giving.work()
    assert ProviderEvent.objects.get().status == Status.RETRYING
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        giving.work()
    assert giving.donation(attempt).status == Donation.Status.PAID


def test_second_task_for_an_event_neither_tries_nor_schedules(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an outage, in which tasks pile up, would burn all tries within minutes."""

    def away(attempt: CheckoutAttempt) -> CheckoutAttempt:
        raise ProviderUnavailable("away")

    _attempt, event = paid_event(giving)
    monkeypatch.setattr(events, "synchronise", away)
    giving.post_webhook(*giving.sandbox.signed(event))
    recorded = ProviderEvent.objects.get()
    for _ in range(5):
        events.process(recorded.pk)
    recorded.refresh_from_db()
    assert recorded.tries == 1


def test_errors_that_may_quote_a_row_are_kept_by_their_kind(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(attempt: CheckoutAttempt) -> CheckoutAttempt:
        raise OperationalError("DETAIL: Failing row contains (Anna Bērziņa)")

    _attempt, event = paid_event(giving)
    monkeypatch.setattr(events, "synchronise", broken)
    giving.post_webhook(*giving.sandbox.signed(event))
    giving.work()
    assert ProviderEvent.objects.get().last_error == "OperationalError"


def test_sweep_finds_what_never_arrived(giving: Giving) -> None:
    attempt, event = paid_event(giving)
    giving.sandbox.refund(reference(attempt), 1000)
    since = timezone.now() - timedelta(hours=1)
    found = events.sweep(since)
    assert found > 0
    assert set(ProviderEvent.objects.values_list("source", flat=True)) == {"sweep"}
    giving.work()
    assert giving.donation(attempt).status == Donation.Status.PARTLY_REFUNDED
    assert events.sweep(since) == 0
    # A late delivery of a swept event changes nothing.
    giving.post_webhook(*giving.sandbox.signed(event))
    giving.work()
    assert ProviderEvent.objects.filter(reference=event["id"]).count() == 1


def test_stuck_event_is_queued_again(giving: Giving) -> None:
    """The worker was killed with the task in its hands."""
    attempt, event = paid_event(giving)
    giving.post_webhook(*giving.sandbox.signed(event))
    DBTaskResult.objects.get(task_path="donations.tasks.process_event").claim("killed")
    assert events.requeue_stuck() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert events.requeue_stuck() == 1
        assert events.requeue_stuck() == 0
        giving.work()
    assert giving.donation(attempt).status == Donation.Status.PAID


def test_answers_500_while_the_database_is_away(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe then delivers again; a 200 would lose the event."""

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError

    _attempt, event = paid_event(giving)
    giving.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(ProviderEvent.objects, "get_or_create", away)
        assert giving.post_webhook(*giving.sandbox.signed(event)).status_code == 500
    assert giving.post_webhook(*giving.sandbox.signed(event)).status_code == 200


def test_sweep_looks_back_to_before_the_last_one_that_succeeded(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Any] = []
    monkeypatch.setattr("donations.services.events.sweep", looked.append)
    sweep_provider.enqueue()
    giving.work()
    assert timezone.now() - looked[0] > timedelta(days=28), "the first looks at all there is"
    first = timezone.now()
    with time_machine.travel(first + timedelta(days=4)):
        sweep_provider.enqueue()
        giving.work()
    assert looked[1] < first
