"""Wishes that the payment company refuses: the donor hears of it, on the page and by e-mail."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from donations.models import Pledge, PledgeWish
from donations.providers import ProviderRefused, ProviderUnavailable
from donations.services import erasure, wishes
from donations.services.wishes import Terms
from tests.donations.own_page import Donor, shown
from tests.donations.staff import member
from tests.donations.test_pledges import kinds
from tests.giving import Giving

Status = PledgeWish.Status
RAISED = Terms(amount_cents=1500, frequency="monthly")


@pytest.fixture
def refusing(giving: Giving, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stripe is away at the first call and refuses all that follow."""
    answers = iter([ProviderUnavailable("away")])

    def answer(*args: Any) -> None:
        raise next(answers, None) or ProviderRefused("no")

    with monkeypatch.context() as patch:
        for call in ("change_pledge", "pause_pledge", "cancel_pledge"):
            patch.setattr(giving.provider, call, answer)
        yield


def try_again(giving: Giving, clock: Any) -> None:
    clock.shift(timedelta(minutes=5))
    giving.work()
    assert giving.failed_tasks() == []


@pytest.mark.usefixtures("refusing")
def test_a_donor_hears_of_a_wish_that_is_refused_later(
    giving: Giving, pledge: Pledge, clock: Any
) -> None:
    """The page has said that the wish is noted: its owner would go on believing in it."""
    wish = wishes.change_terms(pledge, RAISED, uuid.uuid4())
    assert wish.status == Status.WAITING
    donor = Donor(giving, language="en").come()
    assert "refused the change" not in shown(donor.get("my-giving"))
    try_again(giving, clock)
    wish.refresh_from_db()
    assert wish.status == Status.REFUSED
    assert kinds().count("wish_refused") == 1
    told = mail.outbox[-1]
    assert told.to == [pledge.donor.email]
    assert "€15 every month\n" in str(told.body)
    assert "€10 every month\n" in str(told.body)
    for page in (
        donor.get("my-giving"),
        donor.get("my-giving-pledge", pledge.public_id),
        # Just wished, and named in the address: told once all the same.
        donor.get("my-giving-pledge", pledge.public_id, query=f"?wish={wish.pk}"),
    ):
        assert shown(page).count("refused the change") == 1


def test_what_is_wished_afterwards_counts(
    giving: Giving, pledge: Pledge, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> None:
        raise ProviderRefused("no")

    with monkeypatch.context() as patch:
        patch.setattr(giving.provider, "change_pledge", refuse)
        wishes.change_terms(pledge, RAISED, uuid.uuid4())
    donor = Donor(giving, language="en").come()
    assert "refused the change" in shown(donor.get("my-giving"))
    assert wishes.change_terms(pledge, RAISED, uuid.uuid4()).status == Status.DONE
    assert "refused the change" not in shown(donor.get("my-giving"))


def test_refused_because_the_gift_has_ended_is_told_as_its_end(
    giving: Giving, pledge: Pledge
) -> None:
    giving.provider._client.v1.subscriptions.cancel(pledge.subscription_reference)
    assert wishes.change_terms(pledge, RAISED, uuid.uuid4()).status == Status.REFUSED
    pledge.refresh_from_db()
    assert not pledge.is_running
    assert kinds().count("pledge_ended") == 1
    assert "wish_refused" not in kinds()


@pytest.mark.usefixtures("refusing")
@pytest.mark.parametrize("whose", ["staff", "erasure"])
def test_what_is_no_wish_of_the_donors_is_not_told_as_one(
    giving: Giving, pledge: Pledge, clock: Any, whose: str
) -> None:
    if whose == "staff":
        wishes.cancel(pledge, uuid.uuid4(), user=member("Finance"))
    else:
        assert not erasure.erase([pledge.donor])
    try_again(giving, clock)
    assert PledgeWish.objects.get().status == Status.REFUSED
    assert "wish_refused" not in kinds()


def test_an_end_that_was_refused_to_an_erasure_is_asked_for_again(
    giving: Giving, pledge: Pledge, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a day, for as long as it takes; the donor is not forgotten half-way."""

    def refuse(*args: Any) -> None:
        raise ProviderRefused("no")

    with monkeypatch.context() as patch:
        patch.setattr(giving.provider, "cancel_pledge", refuse)
        assert not erasure.erase([pledge.donor])
        assert erasure.carry_out_waiting() == 0
    assert PledgeWish.objects.count() == 1
    clock.shift(timedelta(days=1))
    assert erasure.carry_out_waiting() == 1
    pledge.donor.refresh_from_db()
    assert pledge.donor.erased_at
    assert list(PledgeWish.objects.values_list("status", flat=True)) == ["refused", "done"]
