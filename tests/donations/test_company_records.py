"""What the payment company shows of donors and of what their gifts are for follows our records,
whatever fails in between."""

from datetime import timedelta
from typing import Any

import pytest
from django.forms import model_to_dict
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from donations import tasks
from donations.models import Donor, OutdatedRecord, Pledge
from donations.providers import ProviderRefused
from donations.services import (
    company_records,
    donors,
    donors_merge,
    erasure,
    preferences,
    wishes,
)
from donations.services.donors import Details
from tests.donations.own_page import begin
from tests.donations.staff import browser
from tests.factories import DonationFactory, FundFactory
from tests.giving import Giving


def description(giving: Giving, pledge: Pledge) -> str:
    return str(giving.sandbox.get(pledge.subscription_reference)["description"])


def product_name(giving: Giving, pledge: Pledge) -> str:
    """What the next invoices call it."""
    (item,) = giving.sandbox.get(pledge.subscription_reference)["items"]["data"]
    return str(giving.sandbox.get(item["price"]["product"])["name"])


def name(giving: Giving, pledge: Pledge) -> str:
    return str(giving.sandbox.get(pledge.customer_reference)["name"])


def lose_tasks() -> None:
    """The process that had them in hand is killed."""
    assert DBTaskResult.objects.ready().exists()
    DBTaskResult.objects.all().delete()


def later(giving: Giving, clock: Any) -> None:
    clock.shift(timedelta(minutes=11))
    tasks.tell_company_late.call()
    assert giving.failed_tasks() == []


def test_a_new_purpose_reaches_stripe_in_the_donors_language(
    giving: Giving, pledge: Pledge
) -> None:
    assert description(giving, pledge) == "Where it is needed most"
    preferences.choose(
        pledge, fund=FundFactory.create(code="school", name_en="School", name_lv="Skola")
    )
    giving.work()
    assert description(giving, pledge) == product_name(giving, pledge) == "School"
    donors.change_language([pledge.donor], "lv")
    giving.work()
    assert description(giving, pledge) == "Skola"


def test_a_renamed_fund_is_told_of_its_running_gifts(
    giving: Giving, pledge: Pledge, clock: Any
) -> None:
    other, ended = begin(giving), begin(giving)
    preferences.choose(other, fund=FundFactory.create(code="school", name_en="School"))
    wishes.cancel(ended, ended.public_id)
    giving.work()
    fund = pledge.fund
    address = reverse("giving_funds:edit", args=[fund.pk])
    form = model_to_dict(fund, exclude=["id", "code"])
    finance = browser("Finance")
    assert finance.post(address, form | {"position": 7}).status_code == 302
    assert not OutdatedRecord.objects.exists()
    # The second name replaces the first, also where Stripe was not told of that one yet.
    for name_en in ("Everyday", "Every day"):
        assert finance.post(address, form | {"name_en": name_en}).status_code == 302
    assert [row.pledge for row in OutdatedRecord.objects.all()] == [pledge]
    tasks.tell_company_late.call()
    assert description(giving, pledge) == product_name(giving, pledge) == "Every day"
    assert description(giving, other) == "School"
    assert not OutdatedRecord.objects.exists()


def test_other_terms_leave_the_purpose(giving: Giving, pledge: Pledge) -> None:
    preferences.choose(pledge, fund=FundFactory.create(code="school", name_en="School"))
    giving.work()
    terms = wishes.Terms(amount_cents=1500, frequency="monthly")
    wishes.change_terms(pledge, terms, pledge.public_id)
    assert description(giving, pledge) == "School"


def test_wish_for_receipts_alone_asks_stripe_nothing(giving: Giving, pledge: Pledge) -> None:
    preferences.choose(pledge, receipts="yearly")
    assert not OutdatedRecord.objects.exists()


@pytest.mark.parametrize("how", ["away", "killed"])
def test_purpose_and_name_are_told_later(
    giving: Giving, pledge: Pledge, clock: Any, how: str
) -> None:
    preferences.choose(pledge, fund=FundFactory.create(code="school", name_en="School"))
    (row,) = Donor.objects.all()
    donors.change_details(row, Details(name="Anna Kalniņa"))
    if how == "away":
        giving.sandbox.faults.add("drop", times=50)
        giving.work()
        giving.sandbox.faults.clear()
    else:
        lose_tasks()
    assert description(giving, pledge) != "School"
    assert name(giving, pledge) != "Anna Kalniņa"
    later(giving, clock)
    assert description(giving, pledge) == "School"
    assert name(giving, pledge) == "Anna Kalniņa"
    assert not OutdatedRecord.objects.exists()


def test_stripe_forgets_erased_donors_though_a_process_dies(
    giving: Giving, pledge: Pledge, clock: Any
) -> None:
    assert name(giving, pledge) == "Anna Bērziņa"
    assert erasure.erase([pledge.donor])
    lose_tasks()
    assert name(giving, pledge) == "Anna Bērziņa"
    later(giving, clock)
    assert not giving.sandbox.get(pledge.customer_reference)["name"]
    assert not giving.sandbox.get(pledge.customer_reference)["email"]


def test_what_was_changed_last_is_what_stripe_is_told(
    giving: Giving, pledge: Pledge, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The purpose changes while Stripe is being told of the one before."""
    school, home = (
        FundFactory.create(code="school", name_en="School"),
        FundFactory.create(code="home", name_en="Home"),
    )
    ask = giving.provider.describe_pledge

    def slow(reference: str, words: str, **how: Any) -> None:
        if words == "School":
            clock.shift(timedelta(seconds=1))
            preferences.choose(pledge, fund=home)
            # Another worker leaves it to the one that has it in hand.
            company_records.tell(OutdatedRecord.objects.get().pk)
        ask(reference, words, **how)

    monkeypatch.setattr(giving.provider, "describe_pledge", slow)
    preferences.choose(pledge, fund=school)
    company_records.tell(OutdatedRecord.objects.get().pk)
    assert description(giving, pledge) == "Home"
    assert not OutdatedRecord.objects.exists()


def test_a_pledge_that_ended_meanwhile_is_left_alone(
    giving: Giving, pledge: Pledge, clock: Any
) -> None:
    preferences.choose(pledge, fund=FundFactory.create(code="school", name_en="School"))
    giving.provider.cancel_pledge(pledge.subscription_reference, "", "end")
    giving.work()
    assert giving.failed_tasks() == []
    assert description(giving, pledge) == "Where it is needed most"
    giving.deliver()
    clock.shift(timedelta(days=1))
    later(giving, clock)
    assert not OutdatedRecord.objects.exists()


def test_an_imported_gift_keeps_its_product(giving: Giving, pledge: Pledge) -> None:
    """Other gifts of the older account may have the same."""
    Pledge.objects.update(imported_at=timezone.now())
    before = product_name(giving, pledge)
    preferences.choose(pledge, fund=FundFactory.create(code="school", name_en="School"))
    giving.work()
    assert description(giving, pledge) == "School"
    assert product_name(giving, pledge) == before


def test_in_an_outage_stripe_is_asked_once_in_ten_minutes(
    giving: Giving, pledge: Pledge, clock: Any
) -> None:
    other = begin(giving, email="other@example.org", address="192.0.2.9")
    school = FundFactory.create(code="school", name_en="School")
    giving.sandbox.faults.add("drop", times=1000)
    for changed in (pledge, other):
        preferences.choose(changed, fund=school)
    giving.work()
    asked = len(giving.sandbox.requests)
    for _minute in range(9):
        clock.shift(timedelta(minutes=1))
        assert tasks.tell_company_late.call() == 0
    assert len(giving.sandbox.requests) == asked
    clock.shift(timedelta(minutes=2))
    assert tasks.tell_company_late.call() == 0
    # The first silence is enough.
    assert len(giving.sandbox.requests) == asked + 1
    assert not DBTaskResult.objects.ready().exists()
    giving.sandbox.faults.clear()
    later(giving, clock)
    assert {description(giving, row) for row in (pledge, other)} == {"School"}


def test_what_stripe_refuses_waits_for_the_next_day(
    giving: Giving, pledge: Pledge, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> None:
        raise ProviderRefused("Invalid email address")

    with monkeypatch.context() as patch:
        patch.setattr(giving.provider, "update_customer", refuse)
        donors.change_details(pledge.donor, Details(name="Anna Kalniņa"))
        giving.work()
    record = OutdatedRecord.objects.get()
    assert "Invalid email address" in record.last_error
    later(giving, clock)
    assert OutdatedRecord.objects.exists()
    clock.shift(timedelta(days=1))
    later(giving, clock)
    assert name(giving, pledge) == "Anna Kalniņa"


def test_a_right_that_our_key_lacks_keeps_no_erased_donor_at_stripe(
    giving: Giving, pledge: Pledge, clock: Any
) -> None:
    """Of what is late, gifts that can't be told do not come before donors."""
    other = begin(giving, email="other@example.org", address="192.0.2.9")
    preferences.choose(pledge, fund=FundFactory.create(code="school", name_en="School"))
    clock.shift(timedelta(minutes=1))
    assert erasure.erase([other.donor])
    lose_tasks()
    giving.sandbox.faults.add("drop", prefix="/v1/products", times=1000)
    assert tasks.tell_company_late.call() == 1
    assert not giving.sandbox.get(other.customer_reference)["name"]
    assert OutdatedRecord.objects.get().pledge == pledge


def test_a_customer_that_is_deleted_at_stripe_needs_no_name(giving: Giving, pledge: Pledge) -> None:
    Pledge.objects.update(customer_reference="cus_gone")
    donors.change_details(pledge.donor, Details(name="Anna Kalniņa"))
    giving.work()
    assert not OutdatedRecord.objects.exists()


def test_merged_duplicates_are_known_by_the_kept_donors_details(
    giving: Giving, pledge: Pledge
) -> None:
    other = begin(giving, email="other@example.org", address="192.0.2.9")
    donors_merge.merge(pledge.donor, other.donor, None)
    giving.work()
    assert giving.sandbox.get(other.customer_reference)["email"] == pledge.donor.email


def test_what_reaches_a_merged_duplicate_is_known_by_the_kept_donors_details_too(
    giving: Giving, pledge: Pledge
) -> None:
    other = begin(giving, email="other@example.org", address="192.0.2.9")
    Donor.objects.filter(pk=other.donor_id).update(merged_into=pledge.donor)
    assert donors_merge.gather()
    giving.work()
    assert giving.sandbox.get(other.customer_reference)["email"] == pledge.donor.email


def test_a_merge_loses_nothing_that_waits(giving: Giving, pledge: Pledge, clock: Any) -> None:
    other = begin(giving, email="other@example.org", address="192.0.2.9")
    giving.sandbox.faults.add("drop", times=1000)
    donors.change_details(other.donor, Details(name="Anna Kalniņa"))
    giving.work()
    giving.sandbox.faults.clear()
    donors_merge.merge(pledge.donor, other.donor, None)
    later(giving, clock)
    customer = giving.sandbox.get(other.customer_reference)
    assert (customer["name"], customer["email"]) == (pledge.donor.name, pledge.donor.email)


def test_customers_of_imported_single_gifts_are_forgotten_too(giving: Giving) -> None:
    customer = giving.provider._client.v1.customers.create(
        {"name": "Anna Bērziņa", "email": "anna@example.org"}
    )
    gift = DonationFactory.create(customer_reference=customer.id, needs_receipt=False)
    assert erasure.erase([gift.donor])
    giving.work()
    assert not giving.sandbox.get(customer.id)["name"]
