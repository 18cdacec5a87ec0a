"""A donor is erased at the moment in which a gift of theirs begins."""

from collections.abc import Iterable

import pytest

from donations.models import CheckoutAttempt, Donation, Donor
from donations.services import attempts, erasure
from donations.services.duplicates import root_of
from tests.giving import Giving


@pytest.fixture
def donor(giving: Giving) -> Donor:
    """Has given once."""
    attempt = giving.start()
    giving.pay(attempt)
    giving.deliver()
    return Donation.objects.get(attempt=attempt).donor


def test_a_gift_that_began_a_moment_ago_is_waited_for(
    giving: Giving, donor: Donor, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = erasure._nothing_runs

    def begin_meanwhile(family: Iterable[int]) -> bool:
        was_quiet = look(family)
        giving.start(amount_cents=4000)
        return was_quiet

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "_nothing_runs", begin_meanwhile)
        assert not erasure.erase([donor])
    donor.refresh_from_db()
    assert donor.name == "Anna Bērziņa"
    # Its checkout is closed, and nothing stands in the way any more.
    assert erasure.carry_out_waiting() == 1
    donor.refresh_from_db()
    assert donor.erased_at
    assert CheckoutAttempt.objects.get(amount_cents=4000).status == "expired"


def test_who_gives_after_being_erased_is_somebody_new(
    giving: Giving, donor: Donor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Erased between being found by the typed details and being locked."""
    found: list[Donor] = []

    def erase_first(one: Donor) -> Donor:
        if not found:
            assert erasure.erase([one])
        found.append(one)
        return root_of(one)

    monkeypatch.setattr(attempts, "root_of", erase_first)
    attempt = giving.start(amount_cents=4000)
    assert found[0] == donor
    assert attempt.donor != donor
    assert (attempt.donor.name, attempt.donor.erased_at) == ("Anna Bērziņa", None)
