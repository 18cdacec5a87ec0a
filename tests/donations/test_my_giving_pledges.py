"""Changes that donors make to their pledges on their own page: at once, once, and never lost."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from donations.models import Fund, OutgoingMail, Pledge, PledgeWish
from donations.models.choices import ReceiptPreference
from donations.providers import ProviderRefused
from tests.donations.own_page import Donor, begin, pass_days, query_of, shown
from tests.factories import FundFactory
from tests.giving import Giving

Status = Pledge.Status


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """The 10th at noon, also for the stand-in, which is started afterwards."""
    noon = timezone.now().replace(day=10, hour=9, minute=0, second=0, microsecond=0)
    with time_machine.travel(noon, tick=True) as moved:
        yield moved


@pytest.fixture
def pledge(giving: Giving, clock: Any) -> Pledge:
    found = begin(giving)
    mail.outbox.clear()
    return found


@pytest.fixture
def donor(giving: Giving, pledge: Pledge) -> Donor:
    return Donor(giving, language="en").come()


def kinds() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))


def actions(pledge: Pledge) -> list[str]:
    entries = ModelLogEntry.objects.filter(object_id=str(pledge.pk)).order_by("timestamp", "pk")
    return [entry.action.removeprefix("donations.") for entry in entries]


def subscription(giving: Giving, pledge: Pledge) -> Any:
    return giving.sandbox.get(pledge.subscription_reference)


def posts(giving: Giving) -> int:
    """How often Stripe was asked to change a subscription."""
    return sum(
        method in {"POST", "DELETE"} and "subscriptions" in path
        for method, path, *_rest in giving.sandbox.requests
    )


def terms(**changes: Any) -> dict[str, Any]:
    return {"amount": "10", "frequency": "monthly", "day": "", "request_id": uuid4()} | changes


def test_overview_and_pledge_show_what_is(donor: Donor, pledge: Pledge) -> None:
    page = shown(donor.get("my-giving"))
    assert "€10 every month" in page
    assert "Good day, Anna Bērziņa!" in page
    detail = shown(donor.get("my-giving-pledge", pledge.public_id))
    assert "···· 4242" in detail
    assert "Change amount or day" in detail


def test_new_amount_takes_effect_at_stripe_at_once(
    donor: Donor, giving: Giving, pledge: Pledge
) -> None:
    answer = donor.send("my-giving-change", pledge.public_id, **terms(amount="15,50"))
    page = shown(donor.follow(answer))
    assert "Your gift has been changed" in page
    assert "€15.50 every month" in page
    item = subscription(giving, pledge)["items"]["data"][0]
    assert item["price"]["unit_amount"] == 1550
    pledge.refresh_from_db()
    assert pledge.amount_cents == 1550
    giving.work()
    assert kinds().count("pledge_changed") == 1
    assert {"wish.terms", "wish.done", "pledge.changed"} <= set(actions(pledge))
    giving.deliver()
    assert kinds().count("pledge_changed") == 1


def test_yearly_begins_with_the_next_payment(donor: Donor, giving: Giving, pledge: Pledge) -> None:
    due = pledge.next_payment_at
    donor.follow(donor.send("my-giving-change", pledge.public_id, **terms(frequency="yearly")))
    pledge.refresh_from_db()
    assert (pledge.frequency, pledge.next_payment_at) == ("yearly", due)
    assert giving.sandbox.problems == []


@pytest.mark.parametrize("day", [1, 9, 20, 28])
def test_another_day_is_in_the_month_of_the_next_payment(
    donor: Donor, pledge: Pledge, day: int
) -> None:
    due = timezone.localdate(pledge.next_payment_at)
    donor.follow(donor.send("my-giving-change", pledge.public_id, **terms(day=str(day))))
    pledge.refresh_from_db()
    assert pledge.next_payment_at
    moved = timezone.localdate(pledge.next_payment_at)
    assert moved == due.replace(day=day)
    assert moved >= timezone.localdate() + timedelta(days=2)


def test_a_day_too_soon_is_the_month_after(
    donor: Donor, giving: Giving, pledge: Pledge, clock: Any
) -> None:
    due = timezone.localdate(pledge.next_payment_at)
    clock.shift(timedelta(days=25))
    donor.come()
    chosen = (timezone.localdate() + timedelta(days=1)).day
    assert chosen <= 28
    donor.follow(donor.send("my-giving-change", pledge.public_id, **terms(day=str(chosen))))
    pledge.refresh_from_db()
    assert pledge.next_payment_at
    assert timezone.localdate(pledge.next_payment_at) > due + timedelta(days=20)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("", "Enter an amount."),
        ("x", "Enter an amount in euro"),
        ("1.99", "The smallest gift is €2."),
        ("10001", "The largest gift by card is €10,000."),
    ],
)
def test_amounts_out_of_bounds_are_said_at_the_field(
    donor: Donor, giving: Giving, pledge: Pledge, amount: str, said: str
) -> None:
    before = posts(giving)
    answer = donor.send("my-giving-change", pledge.public_id, **terms(amount=amount))
    assert answer.status_code == 422
    assert shown(answer).count(said) == 2, "at the field and in the summary"
    assert 'aria-invalid="true"' in answer.content.decode()
    assert posts(giving) == before
    assert PledgeWish.objects.count() == 0


@pytest.mark.parametrize("wrong", [{"day": "29"}, {"day": "x"}, {"frequency": "once"}])
def test_other_choices_than_offered_are_refused(
    donor: Donor, pledge: Pledge, wrong: dict[str, str]
) -> None:
    assert donor.send("my-giving-change", pledge.public_id, **terms(**wrong)).status_code == 422
    assert PledgeWish.objects.count() == 0


def test_nothing_different_asks_nobody(donor: Donor, giving: Giving, pledge: Pledge) -> None:
    before = posts(giving)
    answer = donor.send("my-giving-change", pledge.public_id, **terms())
    assert query_of(answer) == "note=same"
    assert posts(giving) == before


def test_double_click_is_one_wish(donor: Donor, giving: Giving, pledge: Pledge) -> None:
    form = terms(amount="20")
    answers = [donor.send("my-giving-change", pledge.public_id, **form) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert PledgeWish.objects.count() == 1
    giving.deliver()
    assert kinds().count("pledge_changed") == 1


def test_the_same_form_with_another_amount_is_another_wish(donor: Donor, pledge: Pledge) -> None:
    name = uuid4()
    for amount in ("20", "30", "20"):
        donor.send("my-giving-change", pledge.public_id, **terms(amount=amount, request_id=name))
        pledge.refresh_from_db()
        assert pledge.amount_cents == int(amount) * 100


def test_pause_resume_and_cancel(donor: Donor, giving: Giving, pledge: Pledge) -> None:
    due = timezone.localdate(pledge.next_payment_at)
    answer = donor.send("my-giving-pause", pledge.public_id, months="2", request_id=uuid4())
    assert "Your gift is paused" in shown(donor.follow(answer))
    pledge.refresh_from_db()
    assert pledge.status == Status.PAUSED
    assert pledge.paused_until
    gap = timezone.localdate(pledge.paused_until) - due
    assert timedelta(days=57) <= gap <= timedelta(days=61)
    answer = donor.send("my-giving-resume", pledge.public_id, request_id=uuid4())
    assert "Your gift goes on" in shown(donor.follow(answer))
    pledge.refresh_from_db()
    assert pledge.status == Status.ACTIVE
    # From the overview: one click to the page, one on its button. The reason may stay empty.
    assert donor.path("my-giving-end", pledge.public_id) in donor.get("my-giving").content.decode()
    answer = donor.send("my-giving-end", pledge.public_id, request_id=uuid4())
    assert "Your gift has ended" in shown(donor.follow(answer))
    pledge.refresh_from_db()
    assert (pledge.status, pledge.end_reason) == (Status.CANCELLED, "wish")
    giving.deliver()
    assert kinds().count("pledge_ended") == 1
    assert kinds().count("pledge_changed") == 2
    assert {"wish.pause", "wish.resume", "wish.cancel"} <= set(actions(pledge))


@pytest.mark.parametrize("months", ["0", "7", "", "x"])
def test_pauses_have_one_to_six_months(donor: Donor, pledge: Pledge, months: str) -> None:
    answer = donor.send("my-giving-pause", pledge.public_id, months=months, request_id=uuid4())
    assert answer.status_code == 422
    assert PledgeWish.objects.count() == 0


def test_the_reason_is_kept_and_given_to_stripe(
    donor: Donor, giving: Giving, pledge: Pledge
) -> None:
    words = "Vairs nestrādāju."
    donor.send("my-giving-end", pledge.public_id, request_id=uuid4(), comment=words)
    pledge.refresh_from_db()
    assert pledge.end_comment == words
    assert subscription(giving, pledge)["cancellation_details"]["comment"] == words
    assert words not in str(list(ModelLogEntry.objects.values_list("data", "label")))


FAULTS = [{"kind": "error", "status": 500}, {"kind": "drop"}, {"kind": "drop", "after": True}]


@pytest.mark.parametrize("fault", FAULTS, ids=["error", "no answer", "answer lost"])
@pytest.mark.parametrize("name", ["my-giving-change", "my-giving-pause", "my-giving-end"])
def test_stripe_away_the_wish_is_kept_and_done_later(
    donor: Donor, giving: Giving, pledge: Pledge, clock: Any, fault: dict[str, Any], name: str
) -> None:
    before = (pledge.amount_cents, pledge.status)
    sent: dict[str, Any] = {"request_id": uuid4()}
    sent |= {"my-giving-change": terms(amount="20"), "my-giving-pause": {"months": "1"}}.get(
        name, {}
    )
    fault = dict(fault)
    giving.sandbox.faults.add(fault.pop("kind"), prefix="/v1/subscriptions", times=50, **fault)
    page = shown(donor.follow(donor.send(name, pledge.public_id, **sent)))
    assert "We have noted your wish" in page
    pledge.refresh_from_db()
    assert (pledge.amount_cents, pledge.status) == before, "nothing half done here"
    wish = PledgeWish.objects.get()
    assert wish.status == "waiting"
    assert "pledge_changed" not in kinds()
    giving.sandbox.faults.clear()
    clock.shift(timedelta(minutes=3))
    giving.deliver()
    wish.refresh_from_db()
    assert wish.status == "done"
    pledge.refresh_from_db()
    assert (pledge.amount_cents, pledge.status) != before
    told = "pledge_ended" if name == "my-giving-end" else "pledge_changed"
    assert kinds().count(told) == 1


def test_stripe_refuses_and_everything_stays(
    donor: Donor, giving: Giving, pledge: Pledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> None:
        raise ProviderRefused("InvalidRequestError 400")

    monkeypatch.setattr(giving.provider, "change_pledge", refuse)
    sent = donor.send("my-giving-change", pledge.public_id, **terms(amount="20"))
    page = shown(donor.follow(sent))
    assert "This could not be done" in page
    pledge.refresh_from_db()
    assert pledge.amount_cents == 1000
    assert "wish.refused" in actions(pledge)


def test_an_end_that_waits_shuts_everything_else(
    donor: Donor, giving: Giving, pledge: Pledge
) -> None:
    giving.sandbox.faults.add("drop", prefix="/v1/subscriptions", times=50)
    donor.send("my-giving-end", pledge.public_id, request_id=uuid4())
    assert "Will end shortly" in shown(donor.get("my-giving"))
    for name, data in (
        ("my-giving-change", terms(amount="20")),
        ("my-giving-pause", {"months": "1"}),
        ("my-giving-purpose", {}),
        ("my-giving-card", {}),
        ("my-giving-end", {"request_id": uuid4()}),
    ):
        assert query_of(donor.send(name, pledge.public_id, **data)) == "note=not-possible"


def test_ended_pledges_can_only_be_looked_at(donor: Donor, pledge: Pledge) -> None:
    donor.send("my-giving-end", pledge.public_id, request_id=uuid4())
    page = donor.get("my-giving-pledge", pledge.public_id)
    assert "What would you like to do?" not in shown(page)
    for name in ("my-giving-change", "my-giving-pause", "my-giving-purpose", "my-giving-end"):
        assert query_of(donor.get(name, pledge.public_id)) == "note=not-possible"
    answer = donor.send("my-giving-resume", pledge.public_id, request_id=uuid4())
    assert query_of(answer) == "note=not-possible"


def test_overdue_gifts_keep_their_day_and_show_how_to_pay(
    donor: Donor, giving: Giving, pledge: Pledge, clock: Any
) -> None:
    giving.sandbox.swap_card(pledge.subscription_reference, "insufficient_funds")
    pass_days(giving, clock, 32)
    donor.come()
    page = donor.get("my-giving-pledge", pledge.public_id)
    assert "The last payment did not succeed" in shown(page)
    assert pledge.instalments.get(status="open").pay_url in page.content.decode()
    form = donor.get("my-giving-change", pledge.public_id).content.decode()
    assert 'name="day"' not in form
    # A day that is sent nevertheless is left aside.
    donor.follow(donor.send("my-giving-change", pledge.public_id, **terms(amount="12", day="5")))
    assert PledgeWish.objects.get().moment is None


def test_purpose_and_receipts_change_without_stripe(
    donor: Donor, giving: Giving, pledge: Pledge
) -> None:
    other = FundFactory.create(code="school", name_en="School", name_lv="Skola")
    before = posts(giving)
    sent = {"fund": "school", "receipts": ReceiptPreference.YEARLY}
    answer = donor.send("my-giving-purpose", pledge.public_id, **sent)
    assert query_of(answer) == "note=saved"
    assert "School" in shown(donor.follow(answer))
    pledge.refresh_from_db()
    assert (pledge.fund, pledge.receipts) == (other, "yearly")
    assert posts(giving) == before
    assert query_of(donor.send("my-giving-purpose", pledge.public_id, **sent)) == "note=same"
    giving.work()
    assert kinds().count("pledge_changed") == 1
    message: Any = mail.outbox[-1]
    for part in (message.body, message.alternatives[0].content):
        assert "School (until now: " in part
        assert "Together, once a year" in part
    assert "pledge.changed" in actions(pledge)


def test_closed_funds_are_not_offered_but_the_present_one_is(donor: Donor, pledge: Pledge) -> None:
    FundFactory.create(code="closed", is_open=False, name_en="Closed")
    Fund.objects.filter(pk=pledge.fund_id).update(is_open=False)
    page = shown(donor.get("my-giving-purpose", pledge.public_id))
    assert pledge.fund.name("en") in page
    assert "Closed" not in page
    answer = donor.send("my-giving-purpose", pledge.public_id, fund="closed", receipts="each")
    assert answer.status_code == 422


def test_the_next_gift_is_for_the_new_purpose(
    donor: Donor, giving: Giving, pledge: Pledge, clock: Any
) -> None:
    FundFactory.create(code="school", name_en="School")
    donor.send("my-giving-purpose", pledge.public_id, fund="school", receipts="each")
    pass_days(giving, clock, 32)
    assert sorted(pledge.donations.values_list("fund__code", flat=True)) == ["general", "school"]


def test_a_new_card_is_taken_over_on_the_way_back(
    donor: Donor, giving: Giving, pledge: Pledge
) -> None:
    answer = donor.send("my-giving-card", pledge.public_id)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("http://stripe.invalid/p/session/")
    giving.sandbox.change_card(pledge.customer_reference, "mastercard")
    # No event has arrived yet.
    page = shown(donor.follow(donor.get("my-giving-card-back", pledge.public_id)))
    assert "···· 4444" in page
    assert subscription(giving, pledge)["default_payment_method"]
    giving.deliver()
    assert kinds().count("pledge_changed") == 1
    assert "pledge.card_page" in actions(pledge)


def test_the_card_page_away_changes_nothing(donor: Donor, giving: Giving, pledge: Pledge) -> None:
    giving.sandbox.faults.add("drop", prefix="/v1/billing_portal", times=5)
    answer = donor.send("my-giving-card", pledge.public_id)
    assert "does not open at the moment" in shown(donor.follow(answer))
    giving.sandbox.faults.clear()
    giving.sandbox.faults.add("drop", prefix="/v1/subscriptions", times=50)
    answer = donor.get("my-giving-card-back", pledge.public_id)
    assert query_of(answer) == "note=card-later"


def test_who_comes_back_without_end_does_not_make_us_ask(
    donor: Donor, giving: Giving, pledge: Pledge
) -> None:
    answers = [donor.get("my-giving-card-back", pledge.public_id) for _ in range(21)]
    told = [query_of(answer) for answer in answers]
    assert told == ["note=card"] * 20 + ["note=card-later"]


def test_pages_grow_without_more_queries(
    donor: Donor, giving: Giving, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert donor.get(name).status_code == 200
        return len(queries)

    names = ("my-giving", "my-giving-gifts")
    for name in names:
        count(name)
    before = [count(name) for name in names]
    for _ in range(3):
        begin(giving)
    assert [count(name) for name in names] == before


def test_return_address_is_ours(donor: Donor, giving: Giving, pledge: Pledge) -> None:
    donor.send("my-giving-card", pledge.public_id)
    asked = [each for each in giving.sandbox.requests if "billing_portal" in each.path]
    with translation.override("en"):
        back = reverse("donations:my-giving-card-back", args=[pledge.public_id])
    assert asked[-1].params["return_url"] == f"http://testserver{back}"
