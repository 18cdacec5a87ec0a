"""Many workers at once, on a database with real concurrency."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from donations.models import CheckoutAttempt, Donation, LedgerEntry, ProviderEvent, Receipt
from donations.services import events
from tests.giving import Giving

WORKERS = 8
DONATIONS = 50


def run_worker(name: str) -> None:
    try:
        Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        ).run()
    finally:
        connection.close()


@pytest.mark.postgres
def test_fifty_donations_by_eight_workers_have_consecutive_receipts(
    committed_giving: Giving,
) -> None:
    giving = committed_giving
    attempts = []
    for number in range(DONATIONS):
        attempt = giving.start(email=f"donor{number}@example.org", address=f"192.0.2.{number}")
        giving.pay(attempt)
        attempts.append(attempt)
    DBTaskResult.objects.all().delete()
    giving.sandbox.deliver(order="shuffle", duplicate=1)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(run_worker, [f"worker-{n}" for n in range(WORKERS)]))
    giving.work()

    workers = {name for task in DBTaskResult.objects.all() for name in task.worker_ids}
    assert len(workers) > 2, "the work was not shared, so nothing was tested"
    assert giving.failed_tasks() == giving.event_errors() == []
    assert Donation.objects.filter(status="paid").count() == DONATIONS
    numbers = Receipt.objects.values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, DONATIONS + 1))
    assert LedgerEntry.objects.filter(kind="charge").count() == DONATIONS
    assert LedgerEntry.objects.filter(kind="fee").count() == DONATIONS
    assert len(mail.outbox) == len(set(giving.message_ids())) == DONATIONS


@pytest.mark.postgres
def test_one_payment_processed_by_eight_workers_at_once(committed_giving: Giving) -> None:
    giving = committed_giving
    attempt = giving.start()
    giving.pay(attempt)
    giving.sandbox.deliver()
    waiting = list(ProviderEvent.objects.filter(status="received").values_list("pk", flat=True))
    barrier = Barrier(WORKERS)

    def process(number: int) -> None:
        try:
            barrier.wait()
            events.process(waiting[number % len(waiting)])
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(process, range(WORKERS)))
    giving.work()
    assert giving.event_errors() == []
    assert giving.ledger(attempt) == [("charge", 2500), ("fee", -63)]
    assert len(giving.receipts(attempt)) == len(mail.outbox) == 1


@pytest.mark.postgres
def test_double_click_makes_one_attempt_and_one_checkout(committed_giving: Giving) -> None:
    giving = committed_giving
    barrier = Barrier(WORKERS)

    def click(number: int) -> str:
        try:
            barrier.wait()
            return giving.start().session_url
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        urls = set(pool.map(click, range(WORKERS)))
    assert len(urls) == 1
    assert CheckoutAttempt.objects.count() == 1
    assert len(list(giving.sandbox.store.newest("checkout.session"))) == 1
