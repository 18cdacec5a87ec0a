"""Messages about fostering: promised with what they tell, delivered afterwards, each one once.

A mail server can't take part in our transaction. If a process dies after the server took the
message and before we noted it, the message is handed over again, with the same Message-ID: it is
the same message, which mailboxes keep once. See docs/decisions/0009-mail-once.md.
"""

import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .. import emails
from ..models import OutgoingMail
from ..signals import mail_waiting

Status = OutgoingMail.Status

# A sending that takes longer than this died with its worker.
SENDING_TAKES = timedelta(minutes=5)
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 21600, 86400))


def promise(
    kind: str,
    key: str,
    *,
    language: str,
    recipient: str = "",
    facts: Mapping[str, Any] | None = None,
    **about: Any,
) -> OutgoingMail:
    """Record a message; sent by a task after the transaction. `key` makes it one of its kind: a
    second promise with the same key changes nothing.

    `kind` names its templates. `about` names what it is about, by the fields of OutgoingMail. It
    goes to `recipient`, or to the address of what it is about. `facts` are what was true when it
    was promised.
    """
    outgoing, created = OutgoingMail.objects.get_or_create(
        message_id=_message_id(key),
        defaults={
            "kind": kind,
            "language": language,
            "recipient": recipient,
            "facts": json.dumps(facts) if facts else "",
            **about,
        },
    )
    if created:
        mail_waiting.send(OutgoingMail, mail=outgoing, run_after=None)
    return outgoing


def is_promised(key: str) -> bool:
    """Whether a message with this key was promised before."""
    return OutgoingMail.objects.filter(message_id=_message_id(key)).exists()


def forget(keys: Collection[str]) -> None:
    """Empty the messages that were promised with these keys: one that waits goes to nobody."""
    known = OutgoingMail.objects.filter(message_id__in=[_message_id(key) for key in keys])
    known.update(recipient="", facts="")


def _message_id(key: str) -> str:
    return f"<{key}@{urlsplit(settings.SITE_URL).hostname}>"


def deliver(mail_pk: int) -> None:
    """Send one message if it is due. Safe to repeat and to run twice at once."""
    mail = _claim(mail_pk)
    if mail is None:
        return
    try:
        message = emails.compose(mail)
        if message is None:
            _finish(mail, Status.WITHDRAWN)
            return
        message.send()
    except Exception as error:  # noqa: BLE001  whatever it is, it must stay visible on the mail
        _fail(mail, error)
        return
    _finish(mail, Status.SENT)


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
    mail = OutgoingMail.objects.select_for_update().get(pk=mail_pk)
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
    locked = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    return locked.status == Status.SENDING and locked.tries == mail.tries


@transaction.atomic
def _finish(mail: OutgoingMail, status: str) -> None:
    if not _still_mine(mail):
        return
    mail.status = status
    mail.sent_at = timezone.now() if status == Status.SENT else None
    mail.last_error = mail.recipient = mail.facts = ""
    mail.save(update_fields=["status", "sent_at", "last_error", "recipient", "facts"])


@transaction.atomic
def _fail(mail: OutgoingMail, error: Exception) -> None:
    if not _still_mine(mail):
        return
    # The error's kind only: a mail server's answer may repeat the person's address.
    mail.last_error = type(error).__name__[:100]
    if mail.tries > len(BACK_OFF):
        mail.status = Status.FAILED
    else:
        mail.status = Status.WAITING
        mail.next_try_at = timezone.now() + BACK_OFF[mail.tries - 1]
        mail_waiting.send(OutgoingMail, mail=mail, run_after=mail.next_try_at)
    mail.save(update_fields=["status", "last_error", "next_try_at"])
