"""Messages to donors: promised with what they tell, delivered afterwards, each one once.

A mail server can't take part in our transaction. If a process dies after the server took the
message and before we noted it, the message is handed over again, with the same Message-ID: it is
the same message, which mailboxes keep once.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from sosbca.users.models import User

from .. import emails
from ..models import OutgoingMail, Receipt
from ..signals import mail_waiting
from .audit import record
from .documents import pdf_of

Status = OutgoingMail.Status

# A sending that takes longer than this died with its worker.
SENDING_TAKES = timedelta(minutes=5)
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 21600, 86400))


def promise(
    kind: str,
    key: str,
    *,
    recipient: str = "",
    facts: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    **about: Any,
) -> OutgoingMail:
    """Record a message; sent by a task after the transaction. `key` makes it one of its kind: a
    second promise with the same key changes nothing.

    `about` names what it is about, by the fields of OutgoingMail. It goes to `recipient`, or to
    the address that the donor has when it is sent. `facts` are what was true when it was promised.
    `not_before` holds it back, so that thousands of messages don't leave at once.
    """
    host = urlsplit(settings.SITE_URL).hostname
    outgoing, created = OutgoingMail.objects.get_or_create(
        message_id=f"<{key}@{host}>",
        defaults={
            "kind": kind,
            "recipient": recipient,
            "facts": json.dumps(facts) if facts else "",
            "next_try_at": not_before or timezone.now(),
            **about,
        },
    )
    if created:
        mail_waiting.send(OutgoingMail, mail=outgoing, run_after=not_before)
    return outgoing


def promise_receipt(receipt: Receipt, repetition: int = 0) -> OutgoingMail:
    """Promise the message that brings a document."""
    key = f"receipt-{receipt.public_id}-{repetition}"
    return promise("receipt", key, receipt=receipt, repetition=repetition)


@transaction.atomic
def send_again(receipt: Receipt, user: User) -> OutgoingMail | None:
    """Send the message about a receipt once more, at a member of staff's wish.

    None, and nothing done, while a message about it is on its way already.
    """
    Receipt.objects.select_for_update().get(pk=receipt.pk)
    if receipt.mails.filter(status__in=[Status.WAITING, Status.SENDING]).exists():
        return None
    last = receipt.mails.aggregate(last=Max("repetition"))["last"]
    record(receipt, "receipt.sent_again", user=user)
    return promise_receipt(receipt, repetition=0 if last is None else last + 1)


def deliver(mail_pk: int) -> None:
    """Send one message if it is due. Safe to repeat and to run twice at once."""
    mail = _claim(mail_pk)
    if mail is None:
        return
    try:
        message = emails.compose(mail, _attachments(mail))
        if message is None:
            _finish(mail, Status.WITHDRAWN)
            return
        message.send()
    except Exception as error:  # noqa: BLE001  whatever it is, it must stay visible on the mail
        _fail(mail, error)
        return
    _finish(mail, Status.SENT)


def _attachments(mail: OutgoingMail) -> dict[str, bytes]:
    """The documents that a message brings, by file name."""
    document = mail.receipt or mail.statement
    return {f"{document.reference}.pdf": pdf_of(document)} if document else {}


def requeue_stuck() -> int:
    """Queue the messages again whose worker died or whose time has come; return how many."""
    stuck = OutgoingMail.objects.filter(
        status__in=[Status.WAITING, Status.SENDING],
        next_try_at__lt=timezone.now() - timedelta(minutes=1),
    ).order_by("pk")[:500]
    count = 0
    for mail in stuck:
        with transaction.atomic():
            # Only while nobody has taken it in hand since the list was read.
            unchanged = OutgoingMail.objects.filter(
                pk=mail.pk, status=mail.status, next_try_at=mail.next_try_at
            )
            if unchanged.update(next_try_at=timezone.now()):
                mail_waiting.send(OutgoingMail, mail=mail, run_after=None)
                count += 1
    return count


@transaction.atomic
def _claim(mail_pk: int) -> OutgoingMail | None:
    mail = (
        OutgoingMail.objects.select_for_update(of=("self",))
        .select_related(
            "receipt__donation__donor",
            "receipt__donation__fund",
            "pledge__donor",
            "pledge__fund",
            "attempt__donor",
            "attempt__fund",
            "statement__donor",
            "transfer__donor",
            "transfer__fund",
            "donor",
        )
        .get(pk=mail_pk)
    )
    due = mail.status in {Status.WAITING, Status.SENDING} and mail.next_try_at <= timezone.now()
    if not due:
        return None
    mail.status = Status.SENDING
    mail.tries += 1
    mail.next_try_at = timezone.now() + SENDING_TAKES
    mail.save(update_fields=["status", "tries", "next_try_at"])
    return mail


def _still_mine(mail: OutgoingMail) -> bool:
    """Whether no other worker has taken the message over meanwhile; locks it."""
    locked = OutgoingMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    return locked.status == Status.SENDING and locked.tries == mail.tries


@transaction.atomic
def _finish(mail: OutgoingMail, status: str) -> None:
    if not _still_mine(mail):
        return
    mail.status = status
    mail.sent_at = timezone.now() if status == Status.SENT else None
    mail.last_error = ""
    mail.recipient = mail.facts = ""
    mail.save(update_fields=["status", "sent_at", "last_error", "recipient", "facts"])
    if mail.receipt:
        record(mail.receipt, "receipt.mailed", repetition=mail.repetition)
    elif mail.pledge:
        record(mail.pledge, "pledge.mailed")
    elif mail.statement:
        record(mail.statement, "statement.mailed")


@transaction.atomic
def _fail(mail: OutgoingMail, error: Exception) -> None:
    if not _still_mine(mail):
        return
    # The error's kind only: a mail server's answer may repeat the donor's address.
    mail.last_error = type(error).__name__
    if mail.tries > len(BACK_OFF):
        mail.status = Status.FAILED
        if mail.receipt:
            record(mail.receipt, "receipt.mail_failed", error=mail.last_error)
        elif mail.pledge:
            record(mail.pledge, "pledge.mail_failed", error=mail.last_error)
    else:
        mail.status = Status.WAITING
        mail.next_try_at = timezone.now() + BACK_OFF[mail.tries - 1]
        mail_waiting.send(OutgoingMail, mail=mail, run_after=mail.next_try_at)
    mail.save(update_fields=["status", "last_error", "next_try_at"])
