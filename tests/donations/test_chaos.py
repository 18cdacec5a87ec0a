"""Whatever donors, staff, time, the network and dying processes do to recurring gifts, our books
are Stripe’s in the end.

Generated stories on one account: donors give once, begin, change, pause and cancel monthly gifts or
have finance do it, cards fail and are changed, finance refunds, enters gifts by hand, voids them,
corrects receipts and merges donors, donors are erased, banks dispute, weeks go by; events get lost,
doubled and shuffled, workers die in the middle of their work, and calls fail before or after Stripe
has done what they ask. Then the network works again and the sweep runs.

A failure prints its seed: CHAOS_SEED=… repeats the stories of that part.
"""

import gc
import logging
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from donations.models import (
    CheckoutAttempt,
    Donation,
    Donor,
    Instalment,
    LedgerEntry,
    OutdatedRecord,
    OutgoingMail,
    Pledge,
    PledgeWish,
    Receipt,
)
from tests.donations.story import ACTS, NETWORK, TROUBLES, Story
from tests.giving import Giving, reference

pytestmark = pytest.mark.django_db

# Several processes share the parts. CI tells many stories, a developer's run some. Which database
# keeps the books changes little in them, so the second one hears fewer.
PARTS = 24
MANY = 20 if connection.vendor == "sqlite" else 5
STORIES = MANY if os.environ.get("CI") else 3

stories = st.tuples(
    st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(TROUBLES), st.sampled_from(NETWORK)),
        min_size=2,
        max_size=9,
    ),
    st.randoms(use_true_random=False),
)


@pytest.fixture
def undisturbed() -> Iterator[None]:
    """Without what takes a third of the time and says nothing here: log lines about work that goes
    well, and looking for garbage among all that Django keeps for ever."""
    logging.disable(logging.INFO)
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_books_agree_in_the_end(
    site: object, undisturbed: None, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    chosen = int(os.environ.get("CHAOS_SEED") or secrets.randbits(32))
    print(f"CHAOS_SEED={chosen}")  # noqa: T201  shown when the test fails

    @seed(chosen)
    @given(story=stories)
    @settings(
        max_examples=STORIES,
        deadline=None,
        print_blob=True,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def tell(story: Any) -> None:
        with monkeypatch.context() as patch:
            tell_story(patch, *story)
        gc.collect()

    tell()


def tell_story(
    patch: pytest.MonkeyPatch, steps: list[tuple[str, str, str]], chance: Random
) -> None:
    with undone(), time_machine.travel(timezone.now()) as clock:
        mail.outbox.clear()
        # What a document looks like is another test's concern, and takes most of the time.
        patch.setattr("donations.services.documents.render_receipt", lambda snapshot: b"%PDF")
        story = Story(Giving(), chance, clock, patch)
        patch.setattr("donations.providers._stripe", lambda *args: story.giving.provider)
        story.act("begin card", "", "deliver")
        for act, trouble, network in steps:
            story.act(act, trouble, network)
        story.calm_down()
        compare(story.giving)
        # Everything told once more changes nothing.
        before = story.snapshot()
        story.repeat_everything()
        assert story.snapshot() == before
        assert story.giving.sandbox.problems == []


def compare(giving: Giving) -> None:
    sandbox = giving.sandbox
    # A killed worker leaves its task behind; every other failure is ours.
    assert [task for task in giving.failed_tasks() if "Killed" not in task] == []
    assert not PledgeWish.objects.filter(status="waiting").exists()

    theirs = {
        booking["id"]: booking["net"] for booking in sandbox.store.newest("balance_transaction")
    }
    through_stripe = LedgerEntry.objects.exclude(donation__provider="manual")
    grouped = through_stripe.values_list("balance_reference")
    ours = dict(grouped.annotate(net=Sum("amount_cents")).order_by())
    assert ours == theirs

    invoices = Counter(
        row["invoice"] for row in sandbox.store.newest("invoice_payment") if row["status"] == "paid"
    )
    assert set(invoices.values()) <= {1}, "an invoice was paid twice"
    for year_series in set(Receipt.objects.values_list("series", "year")):
        series, year = year_series
        numbers = Receipt.objects.filter(series=series, year=year).values_list("number", flat=True)
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
    for donation in Donation.objects.exclude(paid_at=None):
        assert donation.receipts.filter(kind="receipt").count() == 1
    assert max(Counter(giving.message_ids()).values(), default=1) == 1
    unsent = OutgoingMail.objects.exclude(status="sent")
    assert not unsent.exclude(status="withdrawn").exists()
    if not Donor.objects.exclude(erased_at=None).exists():
        assert not unsent.exists()
    _compare_pledges(giving)
    _compare_donors(giving)


def _compare_pledges(giving: Giving) -> None:
    sandbox = giving.sandbox
    subscriptions = {row["id"]: row for row in sandbox.store.newest("subscription")}
    mirrored = {p.subscription_reference: p for p in Pledge.objects.all()}
    assert set(mirrored) == set(subscriptions)
    for reference_, subscription in subscriptions.items():
        pledge = mirrored[reference_]
        price = subscription["items"]["data"][0]["price"]
        assert pledge.amount_cents == price["unit_amount"]
        assert pledge.is_running == (subscription["status"] != "canceled")
        if pledge.is_running:
            assert subscription["description"] == pledge.fund.name(pledge.language)
            assert (pledge.status == "past_due") == (subscription["status"] == "past_due")
            is_paused = bool(subscription["pause_collection"])
            assert bool(pledge.paused_until) == is_paused
    _compare_instalments(giving)
    _compare_wishes()
    for attempt in CheckoutAttempt.objects.exclude(pledge=None):
        assert sandbox.get(reference(attempt))["subscription"] == (
            attempt.pledge.subscription_reference
        )


def _compare_donors(giving: Giving) -> None:
    """Whoever was to be forgotten is, here and at Stripe, and what two had one of them has."""
    assert not Donor.objects.filter(erase_requested_at__isnull=False, erased_at=None).exists()
    assert not [message.to for message in mail.outbox if message.to[0].endswith(".invalid")]
    for rows in (Donation.objects, Pledge.objects, CheckoutAttempt.objects):
        assert not rows.filter(donor__merged_into__isnull=False).exists()
    assert not OutdatedRecord.objects.exists()
    for attempt in CheckoutAttempt.objects.exclude(customer_reference=""):
        donor = attempt.donor
        held = giving.sandbox.get(attempt.customer_reference)
        if donor.erased_at:
            assert (held["name"] or "", held["email"] or "") == ("", "")
        elif was_told(donor):
            assert (held["name"], held["email"]) == (donor.name, donor.email)
            assert held["preferred_locales"] == [donor.language]
    assert not Pledge.objects.exclude(donor__erased_at=None).exclude(status="cancelled").exists()


def was_told(donor: Donor) -> bool:
    """Whether the donor changed something of which Stripe has to know, here or by a merge."""
    log = ModelLogEntry.objects.filter(content_type__model="donor", object_id=str(donor.pk))
    return log.filter(action__in=["donor.changed", "donor.merged"]).exists()


def _compare_instalments(giving: Giving) -> None:
    """Each due payment is where its invoice is; nothing is due to a pledge that has ended."""
    theirs = {row["id"]: row for row in giving.sandbox.store.newest("invoice")}
    for due in Instalment.objects.select_related("pledge", "donation"):
        status = theirs[due.invoice_reference]["status"]
        assert (due.status == "paid") == (status == "paid"), due.status
        assert due.donation is None or due.donation.amount_cents == due.amount_cents
        if due.status == "open":
            assert due.pledge.is_running


def _compare_wishes() -> None:
    """Nobody but the donor changes the sum here, so it is what was wished last."""
    for pledge in Pledge.objects.exclude(status="cancelled"):
        done = pledge.wishes.filter(action="terms", status="done").last()
        assert pledge.amount_cents == ((done and done.amount_cents) or 1000)


@contextmanager
def undone() -> Iterator[None]:
    """Each story starts from the same database."""
    point = transaction.savepoint_create()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
