"""A worker that is killed between any two steps loses nothing and doubles nothing.

The worker is killed before each of its SQL statements in turn. What it had committed stays, what
it had not is rolled back, its task stays in its dead hands: as after `kill -9`.

On the long way of a whole gift, it is killed once between two changes of the world: a statement
that only reads leaves behind just what was there before it.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import time_machine
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from donations.models import CheckoutAttempt, Donation, OutgoingMail
from donations.tasks import requeue_stuck
from tests.giving import Giving, reference


class Killed(BaseException):
    """No `except Exception` stops it, as nothing stops a kill."""


# Of these a killed process leaves nothing behind.
CHANGES_NOTHING = ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SET")


@contextmanager
def killed_before_statement(
    number: int, elsewhere: Callable[[], Hashable] | None = None
) -> Iterator[list[int]]:
    """Raise Killed instead of running the `number`th statement; yields the count so far.

    With `elsewhere`, which tells of the world outside the database, a statement counts only when
    that, a row or a commit has changed since the one that was counted last.
    """
    count, changes = [0], [0]
    counted: list[Hashable] = [None]
    commit = connection._commit  # type: ignore[attr-defined]

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        world = (changes[0], elsewhere()) if elsewhere else object()
        if world != counted[0]:
            counted[0] = world
            count[0] += 1
            if count[0] == number:
                raise Killed
        if not sql.lstrip("( ").upper().startswith(CHANGES_NOTHING):
            changes[0] += 1
        return run(sql, params, many, context)

    def committing() -> Any:
        changes[0] += 1
        return commit()

    with connection.execute_wrapper(execute), patch.object(connection, "_commit", committing):
        yield count


def work_until_killed(number: int, giving: Giving) -> bool:
    """Run the due tasks; False when there was no statement left to be killed at."""
    with killed_before_statement(number, partial(elsewhere, giving)) as count:
        try:
            while (task := DBTaskResult.objects.ready().first()) is not None:
                task.claim("victim")
                task.task.call(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
                task.set_successful(None)
        except Killed:
            return True
    return count[0] >= number


def elsewhere(giving: Giving) -> Hashable:
    """What the worker does outside the database: calls to the stand-in, mail, files."""
    files = sum(1 for _ in Path(settings.PRIVATE_MEDIA_ROOT).rglob("*"))
    return len(giving.sandbox.requests), len(mail.outbox), files


def recover(giving: Giving) -> None:
    """Time passes, and another worker with the scheduler's help goes on."""
    for minutes in (3, 6, 10):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            requeue_stuck.call()
            giving.work()


def test_killed_before_every_statement(committed_giving: Giving) -> None:
    giving = committed_giving
    DBTaskResult.objects.all().delete()
    number = 0
    while True:
        number += 1
        mail.outbox.clear()
        attempt = giving.start(email=f"donor{number}@example.org", address=f"192.0.2.{number}")
        giving.pay(attempt)
        giving.sandbox.refund(reference(attempt), 700)
        giving.sandbox.deliver()
        was_killed = work_until_killed(number, giving)
        recover(giving)

        assert giving.donation(attempt).status == Donation.Status.PARTLY_REFUNDED, number
        assert giving.ledger(attempt) == [("charge", 2500), ("fee", -63), ("refund", -700)], number
        documents = giving.receipts(attempt)
        assert [document.kind for document in documents] == ["receipt", "amendment"], number
        # Handed over twice at most, and then as the very same message.
        assert len(set(giving.message_ids())) == len(documents), number
        assert len(mail.outbox) <= len(documents) + 1, number
        assert not OutgoingMail.objects.exclude(status="sent").exists(), number
        if not was_killed:
            break
    assert number > 40, "the whole way has more steps than that"
    numbers = sorted(receipt.number for receipt in all_receipts())
    assert numbers == list(range(1, number + 1)), "a killed worker left a gap or a double"


def all_receipts() -> list[Any]:
    return [d.receipts.get(kind="receipt") for d in Donation.objects.all()]


def test_killed_while_starting_a_checkout(committed_giving: Giving) -> None:
    """The same form sent again goes on where the killed process stopped: one checkout."""
    giving = committed_giving
    number = 0
    while True:
        number += 1
        details = {"email": f"start{number}@example.org", "address": f"198.51.100.{number}"}
        was_killed = False
        with killed_before_statement(number) as count:
            try:
                giving.start(**details)
            except Killed:
                was_killed = True
        if not was_killed and count[0] < number:
            break
        attempt = giving.start(**details)
        assert attempt.session_url
        assert CheckoutAttempt.objects.filter(donor__email=details["email"]).count() == 1
        sessions = [
            session
            for session in giving.sandbox.store.newest("checkout.session")
            if session["client_reference_id"] == str(attempt.pk)
        ]
        assert len(sessions) == 1
    assert number > 8
    assert not transaction.get_connection().in_atomic_block
