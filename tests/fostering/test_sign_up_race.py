"""Many people at once want the last places, on a database with real concurrency."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail as mailbox
from django.db import connection

from fostering.models import OutgoingMail, SignUp
from fostering.services import mail, sign_ups
from tests.fostering import events

WORKERS = 8
PEOPLE = 30
PLACES = 20


def in_threads[One](work: Sequence[One], do: Callable[[One], object]) -> None:
    """Do it for each, by WORKERS threads that begin together, each with its own connection."""
    barrier = Barrier(WORKERS)

    def run(share: Sequence[One]) -> None:
        try:
            barrier.wait()
            for one in share:
                do(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(run, [work[number::WORKERS] for number in range(WORKERS)]))


@pytest.mark.postgres
def test_thirty_people_race_for_twenty_places(committed: None) -> None:
    event = events.event(capacity=PLACES)

    in_threads(
        [f"person{number}" for number in range(PEOPLE)], lambda one: events.sign_up(event, one)
    )

    confirmed = event.sign_ups.filter(status="confirmed")
    waiting = list(event.sign_ups.filter(status="waiting").order_by("position"))
    assert (confirmed.count(), len(waiting)) == (PLACES, PEOPLE - PLACES)
    positions = event.sign_ups.order_by("position").values_list("position", "status")
    assert [position for position, _status in positions] == list(range(1, PEOPLE + 1))
    assert {status for _position, status in positions[:PLACES]} == {"confirmed"}

    leaving = confirmed.order_by("position")[4]
    first = waiting[0]
    # The button is pressed by everybody at once, and it is one cancellation.
    in_threads([leaving.pk] * WORKERS, sign_ups.cancel)

    first.refresh_from_db()
    assert first.status == SignUp.Status.CONFIRMED
    still = event.sign_ups.filter(status="waiting").order_by("position")
    assert [one.pk for one in still] == [one.pk for one in waiting[1:]]
    assert confirmed.count() == PLACES

    mailbox.outbox.clear()
    in_threads(list(OutgoingMail.objects.values_list("pk", flat=True)) * 2, mail.deliver)
    told = [one for one in mailbox.outbox if one.to == [first.email]]
    assert [str(one.extra_headers["Message-ID"]) for one in told] == [
        f"<sign-up-{first.pk}-moved_up@testserver>"
    ]


@pytest.mark.postgres
def test_eight_clicks_are_one_sign_up(committed: None) -> None:
    event = events.event(capacity=PLACES)
    in_threads(["anna"] * WORKERS, lambda one: events.sign_up(event, one, network="192.0.2.1"))
    assert event.sign_ups.count() == 1
    assert events.kinds(event, "anna") == ["confirmed"]
