"""Two donors become one at the moment when a payment of one of them arrives."""

from threading import Event
from typing import Any

import pytest

from donations.models import CheckoutAttempt, Donation, Donor, Pledge
from donations.services import donors_merge, payments, settling
from donations.services.donors import change_language
from tests.donations.staff import member
from tests.donations.test_pledge_concurrency import at_once
from tests.factories import CheckoutAttemptFactory, DonorFactory
from tests.giving import Giving

# A merge that waits for the payment has got as far as it can by then.
A_WHILE = 0.7


@pytest.fixture
def half_way(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Payments stop for a while when the gift is recorded and nothing is committed yet."""
    reached = Event()
    book = settling._book

    def slow(*args: Any) -> None:
        book(*args)
        reached.set()
        Event().wait(A_WHILE)

    monkeypatch.setattr(settling, "_book", slow)
    return reached


@pytest.mark.postgres
@pytest.mark.parametrize("frequency", ["once", "monthly"])
def test_a_payment_that_is_being_recorded_comes_along(
    committed_giving: Giving, half_way: Event, frequency: str
) -> None:
    giving, finance = committed_giving, member("Finance")
    attempt = giving.start(frequency=frequency)
    giving.pay(attempt)
    duplicate, kept = attempt.donor, DonorFactory.create()

    def merge() -> None:
        assert half_way.wait(10)
        donors_merge.merge(kept, duplicate, finance)

    at_once(lambda: payments.synchronise(attempt), merge)

    giving.deliver()
    assert giving.event_errors() == giving.failed_tasks() == []
    donors_merge.gather()
    for model in (CheckoutAttempt, Pledge, Donation):
        assert {row.donor for row in model.objects.all()} <= {kept}, model
    assert Donation.objects.get().status == "paid"
    assert len(Donation.objects.get().receipts.all()) == 1


@pytest.mark.postgres
def test_a_payment_that_arrives_during_the_merge_is_the_kept_donors(
    committed_giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    giving, finance = committed_giving, member("Finance")
    attempt = giving.start()
    giving.pay(attempt)
    duplicate, kept = attempt.donor, DonorFactory.create()
    reached = Event()
    move = donors_merge._move_all

    def slow(*args: Any) -> None:
        move(*args)
        reached.set()
        Event().wait(A_WHILE)

    monkeypatch.setattr(donors_merge, "_move_all", slow)

    def pay() -> None:
        assert reached.wait(10)
        payments.synchronise(attempt)

    at_once(lambda: donors_merge.merge(kept, duplicate, finance), pay)
    assert Donation.objects.get().donor == kept


@pytest.mark.postgres
def test_a_donor_chooses_another_language_during_the_merge(
    committed_giving: Giving, monkeypatch: pytest.MonkeyPatch
) -> None:
    giving, finance = committed_giving, member("Finance")
    attempt = giving.start(frequency="monthly", language="lv")
    giving.pay(attempt)
    giving.deliver()
    duplicate, kept = attempt.donor, DonorFactory.create()
    reached = Event()
    await_payments = donors_merge.await_payments

    def slow(donors: list[int]) -> None:
        await_payments(donors)
        reached.set()
        Event().wait(A_WHILE)

    monkeypatch.setattr(donors_merge, "await_payments", slow)

    def choose() -> None:
        assert reached.wait(10)
        change_language([duplicate], "en")

    at_once(lambda: donors_merge.merge(kept, duplicate, finance), choose)
    assert Pledge.objects.get().donor == kept


@pytest.mark.django_db
def test_what_was_recorded_for_a_duplicate_meanwhile_is_gathered(site: Any) -> None:
    """A form that was half-way in when the two became one."""
    kept = DonorFactory.create()
    duplicate = DonorFactory.create(merged_into=kept)
    stray, other = CheckoutAttemptFactory.create(donor=duplicate), CheckoutAttemptFactory.create()
    before = other.donor
    assert donors_merge.gather() == 1
    stray.refresh_from_db()
    other.refresh_from_db()
    assert (stray.donor, other.donor) == (kept, before)
    assert donors_merge.gather() == 0
    assert Donor.objects.get(pk=duplicate.pk).merged_into == kept
