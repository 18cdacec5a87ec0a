"""Messages to donors: each once, in the donor's language, tried again when the server is away."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from donations.models import OutgoingMail, ProviderEvent
from donations.services import events
from donations.services import mail as mail_service
from donations.signals import mail_waiting
from tests.giving import Giving, reference

Status = OutgoingMail.Status
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("kind", ["receipt", "amendment", "annulment"])
def test_text_and_html_in_the_donors_language(giving: Giving, language: str, kind: str) -> None:
    attempt = giving.start(language=language, name="Anna <b>Bērziņa</b>")
    giving.pay(attempt)
    giving.deliver()
    if kind != "receipt":
        giving.sandbox.refund(reference(attempt), 1000 if kind == "amendment" else None)
        giving.deliver()
    document = giving.receipts(attempt)[-1]
    assert document.kind == kind
    message: Any = mail.outbox[-1]
    html = message.alternatives[0].content
    for part in (message.body, html):
        assert document.reference in part
        assert f"http://testserver{'/en' if language == 'en' else ''}/" in part
        assert document.public_id in part
        assert "{%" not in part
        assert "None" not in part
    assert document.reference in message.subject
    assert "\n" not in message.subject
    words = {"lv": "Ar sirsnīgu sveicienu", "en": "With warm regards"}
    assert words[language] in message.body
    assert f'<html lang="{language}">' in html
    assert message.reply_to == ["info@example.org"]
    assert message.attachments[0].mimetype == "application/pdf"


def test_mail_server_away_is_tried_again_then_stands_for_staff(
    giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: EmailMultiAlternatives, *args: Any, **kwargs: Any) -> int:
        raise ConnectionRefusedError("anna@example.org: no")

    attempt = giving.start()
    giving.pay(attempt)
    with time_machine.travel(timezone.now(), tick=True) as clock:
        with monkeypatch.context() as patch:
            patch.setattr(EmailMultiAlternatives, "send", away)
            giving.deliver()
            outgoing = OutgoingMail.objects.get()
            assert outgoing.status == Status.WAITING
            assert outgoing.last_error == "ConnectionRefusedError", "no address in the error"
            for _ in mail_service.BACK_OFF:
                clock.move_to(OutgoingMail.objects.get().next_try_at + timedelta(seconds=1))
                giving.work()
            outgoing.refresh_from_db()
            assert outgoing.status == Status.FAILED
            assert outgoing.tries == len(mail_service.BACK_OFF) + 1
        giving.work()
        assert mail.outbox == []
        # Staff send it again.
        staff = get_user_model().objects.create_user("finance")
        assert outgoing.receipt
        mail_service.send_again(outgoing.receipt, staff)
        giving.work()
    assert len(mail.outbox) == 1


def test_sent_message_is_not_sent_again_by_a_second_task(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    outgoing = OutgoingMail.objects.get()
    mail_service.deliver(outgoing.pk)
    assert len(mail.outbox) == 1


def test_message_in_another_workers_hands_is_left_to_it(giving: Giving) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    giving.sandbox.deliver()
    for task in DBTaskResult.objects.filter(task_path="donations.tasks.process_event"):
        events.process(task.args_kwargs["args"][0])
    outgoing = OutgoingMail.objects.get()
    outgoing.status = Status.SENDING
    outgoing.next_try_at = timezone.now() + mail_service.SENDING_TAKES
    outgoing.save()
    mail_service.deliver(outgoing.pk)
    assert mail.outbox == []
    with time_machine.travel(timezone.now() + timedelta(minutes=7)):
        assert mail_service.requeue_stuck() == 1
        giving.work()
    assert len(mail.outbox) == 1


def test_message_taken_in_hand_while_the_stuck_are_listed_is_left_alone(giving: Giving) -> None:
    """Else its lease would be overwritten, and a second worker would send it as well."""
    attempts = [giving.start(), giving.start(amount_cents=3000)]
    for attempt in attempts:
        giving.pay(attempt)
    giving.sandbox.deliver()
    for event in ProviderEvent.objects.filter(status="received"):
        events.process(event.pk)
    _first, second = OutgoingMail.objects.order_by("pk")
    lease = timezone.now() + timedelta(minutes=10)

    def claim_second(sender: object, **kwargs: object) -> None:
        OutgoingMail.objects.filter(pk=second.pk).update(status=Status.SENDING, next_try_at=lease)

    mail_waiting.connect(claim_second)
    try:
        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            assert mail_service.requeue_stuck() == 1
    finally:
        mail_waiting.disconnect(claim_second)
    second.refresh_from_db()
    assert second.next_try_at == lease
