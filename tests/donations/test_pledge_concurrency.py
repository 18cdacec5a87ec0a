"""A donor changes a monthly gift at the moment when it is collected, when events about it arrive
and several workers process them, all at once and on a database with real concurrency."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from donations.models import Donation, Instalment, LedgerEntry, OutgoingMail, Pledge, PledgeWish
from donations.services import reconciliation, wishes
from donations.services.wishes import Terms
from tests.donations.test_concurrency import run_worker
from tests.donations.test_pledges import begin
from tests.giving import Giving

PLEDGES = 4
WORKERS = 3


def at_once(*jobs: Callable[[], object]) -> None:
    """Run each in a thread with a database connection of its own, and raise what it raises."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            barrier.wait()
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        list(pool.map(run, jobs))


def slow_down(giving: Giving, calls: int) -> None:
    """Stripe takes its time, so that what happens at once overlaps."""
    giving.sandbox.faults.add("delay", times=calls, seconds=0.02)


def price_at_stripe(giving: Giving, pledge: Pledge) -> int:
    subscription = giving.sandbox.get(pledge.subscription_reference)
    return int(subscription["items"]["data"][0]["price"]["unit_amount"])


def calm_down(giving: Giving, clock: Any) -> None:
    giving.sandbox.faults.clear()
    for _ in range(3):
        clock.shift(timedelta(minutes=10))
        giving.deliver()
    assert giving.failed_tasks() == giving.event_errors() == []
    assert set(PledgeWish.objects.values_list("status", flat=True)) <= {"done", "replaced"}


@pytest.mark.postgres
@pytest.mark.parametrize("first", ["renewal", "wish"])
def test_the_amount_changes_while_a_renewal_is_billed_and_events_arrive(
    committed_giving: Giving, clock: Any, first: str
) -> None:
    giving = committed_giving
    pledges = [
        begin(giving, email=f"d{n}@example.org", address=f"192.0.2.{n}") for n in range(PLEDGES)
    ]
    due = max(pledge.next_payment_at or timezone.now() for pledge in pledges)
    # Either the invoice is made already and is collected now, or it is made while the donor asks.
    clock.move_to(due + timedelta(seconds=5 if first == "renewal" else -5))
    giving.sandbox.advance(seconds=0)
    mail.outbox.clear()
    slow_down(giving, 200)
    is_over = Event()

    def collect() -> None:
        for _ in range(8):
            clock.shift(timedelta(minutes=15))
            giving.sandbox.advance(seconds=0)
        is_over.set()

    def deliver() -> None:
        while not is_over.is_set():
            giving.sandbox.deliver(order="shuffle", duplicate=1)

    def donor(pledge: Pledge) -> Callable[[], object]:
        form = uuid.uuid4()
        terms = Terms(amount_cents=2500, frequency="monthly")
        return lambda: [wishes.change_terms(pledge, terms, form) for _ in range(2)]

    def worker(name: str) -> Callable[[], object]:
        def work() -> None:
            while not is_over.is_set():
                run_worker(name)

        return work

    at_once(
        collect,
        deliver,
        *(donor(pledge) for pledge in pledges),
        *(worker(f"worker-{number}") for number in range(WORKERS)),
    )
    calm_down(giving, clock)

    invoices = {row["id"]: row for row in giving.sandbox.store.newest("invoice")}
    for pledge in Pledge.objects.all():
        assert pledge.amount_cents == price_at_stripe(giving, pledge) == 2500
        assert pledge.wishes.count() == 1
        # Whichever came first: the renewal is collected once, at the sum of its invoice.
        for instalment in pledge.instalments.all():
            assert instalment.status == Instalment.Status.PAID
            assert instalment.donation
            billed = invoices[instalment.invoice_reference]["amount_paid"]
            assert instalment.donation.amount_cents == instalment.amount_cents == billed
            charges = instalment.donation.entries.filter(kind=LedgerEntry.Kind.CHARGE)
            assert [entry.amount_cents for entry in charges] == [billed]
        assert pledge.instalments.count() == 2
        told = OutgoingMail.objects.filter(pledge=pledge, kind="pledge_changed")
        assert [message.status for message in told] == ["sent"]
    assert Donation.objects.filter(status="paid").count() == 2 * PLEDGES
    # A receipt for each renewal, and the change; nobody is told twice.
    assert len(mail.outbox) == len(set(giving.message_ids())) == 2 * PLEDGES
    assert reconciliation.reconcile().status == "agrees"


@pytest.mark.postgres
def test_of_forms_sent_at_once_the_last_one_recorded_is_what_stays(
    committed_giving: Giving, clock: Any
) -> None:
    giving = committed_giving
    pledge = begin(giving)
    # Stripe answers the first ones late, so that later ones would overtake them.
    for seconds in (1.5, 1.0, 0.5):
        giving.sandbox.faults.add(
            "delay", times=1, method="POST", prefix="/v1/subscriptions", seconds=seconds
        )

    def send(cents: int) -> Callable[[], object]:
        terms = Terms(amount_cents=cents, frequency="monthly")
        return lambda: wishes.change_terms(pledge, terms, uuid.uuid4())

    at_once(*(send(cents) for cents in range(1500, 3500, 250)))
    calm_down(giving, clock)

    last = PledgeWish.objects.latest("created_at")
    assert last.status == PledgeWish.Status.DONE
    pledge.refresh_from_db()
    assert pledge.amount_cents == price_at_stripe(giving, pledge) == last.amount_cents
