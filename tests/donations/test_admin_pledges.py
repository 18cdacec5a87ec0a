"""Pledges in the admin: what is shown, and what finance may wish for the donor."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from donations.models import Instalment, OutgoingMail, Pledge, PledgeWish
from tests.donations.staff import browser, browser_of, member
from tests.donations.test_pledges import begin
from tests.factories import CampaignFactory, FundFactory, PledgeFactory
from tests.giving import Giving

ACTIONS = ("change", "pause", "resume", "cancel")


@pytest.fixture
def finance(db: None) -> Client:
    return browser("Finance")


def address(pledge: Pledge, view: str = "inspect") -> str:
    return reverse(f"giving_pledges:{view}", args=[pledge.pk])


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def send(client: Client, pledge: Pledge, view: str, **data: Any) -> Any:
    form = {"request_id": str(uuid.uuid4()), **data}
    return client.post(address(pledge, view), form, follow=True)


# The listing --------------------------------------------------------------------------------------


def listing(client: Client, **query: Any) -> list[Any]:
    response = client.get(reverse("giving_pledges:index"), query)
    assert response.status_code == 200
    return list(response.context["object_list"])


def test_search_and_filters(finance: Client) -> None:
    other = FundFactory.create(code="other")
    campaign = CampaignFactory.create(fund=other)
    found = PledgeFactory.create(
        donor__name="Līga Ābola", fund=other, campaign=campaign, frequency="yearly"
    )
    PledgeFactory.create()
    ended = PledgeFactory.create(
        status="cancelled", ended_at=timezone.now(), end_reason="wish", language="en"
    )
    for query in (
        {"q": "ābola"},
        {"q": found.subscription_reference},
        {"q": found.customer_reference},
        {"frequency": "yearly"},
        {"fund": other.pk},
        {"campaign": campaign.pk},
    ):
        assert listing(finance, **query) == [found], query
    assert listing(finance, status="cancelled") == [ended]
    assert listing(finance, language="en") == [ended]
    assert len(listing(finance)) == 3


def test_queries_do_not_grow(finance: Client) -> None:
    def queries(**query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            response = finance.get(reverse("giving_pledges:index"), query)
            b"".join(response)
        return len(captured)

    for query in ({}, {"export": "csv"}):
        PledgeFactory.create()
        queries(**query)
        few = queries(**query)
        for number in range(20):
            fund = FundFactory.create(code=f"f-{number}-{len(query)}")
            PledgeFactory.create(fund=fund, campaign=CampaignFactory.create(fund=fund))
        assert queries(**query) == few < 30


# The page about one -------------------------------------------------------------------------------


def test_the_page_tells_of_payments_wishes_and_messages(finance: Client) -> None:
    pledge = PledgeFactory.create(
        status="past_due", method_ending="4242", card_expires_on=timezone.localdate()
    )
    Instalment.objects.create(
        pledge=pledge,
        invoice_reference="in_1",
        amount_cents=1000,
        status="open",
        tries=2,
        failures=2,
        failure="insufficient_funds",
        due_at=timezone.now(),
    )
    PledgeWish.objects.create(
        pledge=pledge, action="resume", status="refused", last_error="no such subscription"
    )
    OutgoingMail.objects.create(kind="payment_failed", pledge=pledge, message_id="<x@y>")
    page = finance.get(address(pledge)).text
    for words in ("insufficient_funds", "no such subscription", "4242", "Payment failed"):
        assert words in page
    for view in ("change", "pause", "cancel"):
        assert address(pledge, view) in page
    assert address(pledge, "resume") not in page


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("active", {"change", "pause", "cancel"}),
        ("paused", {"change", "resume", "cancel"}),
        ("ending", {"change", "resume", "cancel"}),
        ("cancelled", set()),
    ],
)
def test_only_what_is_possible_is_offered(finance: Client, status: str, offered: set[str]) -> None:
    ended = {"ended_at": timezone.now(), "end_reason": "wish"} if status == "cancelled" else {}
    pledge = PledgeFactory.create(status=status, **ended)
    page = finance.get(address(pledge)).text
    assert {view for view in ACTIONS if address(pledge, view) in page} == offered


def test_looking_needs_no_permission_to_manage_but_managing_does(db: None) -> None:
    pledge, user = PledgeFactory.create(), member("")
    for codename in ("access_admin", "view_pledge"):
        user.user_permissions.add(Permission.objects.get(codename=codename))
    client = browser_of(user)
    page = client.get(address(pledge)).text
    for view in ACTIONS:
        assert address(pledge, view) not in page
        assert client.get(address(pledge, view)).status_code == 302
        assert client.post(address(pledge, view)).status_code == 302
    assert not PledgeWish.objects.exists()


# Wishes -------------------------------------------------------------------------------------------


def test_change_of_amount_reaches_the_payment_company(giving: Giving, finance: Client) -> None:
    pledge = begin(giving, fee_cover_cents=40)
    form = finance.get(address(pledge, "change")).context["form"]
    assert form.initial["amount_cents"] == 1000
    response = send(finance, pledge, "change", amount_cents="15", frequency="monthly")
    assert "Done" in said(response)
    pledge.refresh_from_db()
    assert (pledge.amount_cents, pledge.fee_cover_cents) == (1500, 0)
    wish = PledgeWish.objects.get()
    assert wish.by is not None
    assert wish.by.username == "Finance-en"


def test_the_part_for_the_fee_stays_with_its_amount(giving: Giving, finance: Client) -> None:
    pledge = begin(giving, fee_cover_cents=40)
    send(finance, pledge, "change", amount_cents="10", frequency="yearly")
    assert PledgeWish.objects.get().fee_cover_cents == 40


def test_pause_resume_and_end(giving: Giving, finance: Client) -> None:
    pledge = begin(giving)
    for view, data, status in (
        ("pause", {"months": "2"}, "paused"),
        ("resume", {}, "active"),
        ("cancel", {"comment": "Pārceļos"}, "cancelled"),
    ):
        send(finance, pledge, view, **data)
        pledge.refresh_from_db()
        assert pledge.status == status, view
    assert pledge.end_comment == "Pārceļos"
    response = send(finance, pledge, "pause", months="1")
    assert "has ended" in said(response)
    assert "has ended" in said(finance.get(address(pledge, "change"), follow=True))


def test_sending_a_form_twice_is_one_wish(giving: Giving, finance: Client) -> None:
    pledge = begin(giving)
    request = str(uuid.uuid4())
    for _twice in range(2):
        send(finance, pledge, "pause", months="1", request_id=request)
    assert PledgeWish.objects.count() == 1


def test_a_wish_waits_while_the_payment_company_is_away(
    giving: Giving, finance: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from donations.providers import ProviderUnavailable

    pledge = begin(giving)

    def away(*args: Any) -> None:
        raise ProviderUnavailable("no answer")

    monkeypatch.setattr(giving.provider, "pause_pledge", away, raising=False)
    monkeypatch.setattr(type(giving.provider), "pause_pledge", away)
    response = send(finance, pledge, "pause", months="1")
    assert "as soon as" in said(response)
    assert PledgeWish.objects.get().status == "waiting"


@pytest.mark.parametrize(
    ("view", "data"),
    [
        ("change", {"amount_cents": "0.50", "frequency": "monthly"}),
        ("change", {"amount_cents": "10", "frequency": "once"}),
        ("pause", {"months": "7"}),
        ("cancel", {"comment": "x" * 501}),
        ("resume", {"request_id": "no"}),
    ],
)
def test_what_makes_no_sense_is_refused(finance: Client, view: str, data: dict[str, str]) -> None:
    pledge = PledgeFactory.create()
    assert send(finance, pledge, view, **data).status_code == 422
    assert not PledgeWish.objects.exists()
