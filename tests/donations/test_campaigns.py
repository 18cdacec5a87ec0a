"""Appeals with a goal and dates: what counts, what shows, and what is left after the end."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from donations import queries
from donations.bank_transfer import campaign_reference
from donations.models import Campaign, CheckoutAttempt, Donation, Fund, Pledge, TransferIntention
from donations.services import attempts
from home.models import DonationPage
from tests.donations.forms import EN, LV, post
from tests.giving import Giving, reference
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel("2026-03-10 12:00+02:00", tick=True) as moved:
        yield moved


@pytest.fixture
def campaign(site: Site) -> Campaign:
    return Campaign.objects.create(
        code="spring",
        name_lv="Pavasaris",
        name_en="Spring",
        fund=Fund.objects.get(code="newborn"),
        goal_cents=10_000,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 31),
        end_note_lv="Paldies!",
        end_note_en="All beds were bought.",
    )


@pytest.fixture
def page(campaign: Campaign) -> Campaign:
    """Both donation pages are the campaign's."""
    DonationPage.objects.update(campaign=campaign)
    return campaign


def pay(giving: Giving) -> Donation:
    attempt = CheckoutAttempt.objects.latest("created_at")
    giving.pay(attempt)
    giving.deliver()
    return Donation.objects.get(attempt=attempt)


def test_link_of_a_campaign(giving: Giving, visitor: Client, campaign: Campaign) -> None:
    shown = Document(visitor.get(EN, {"campaign": "spring"}).content)
    assert shown.one("input", name="campaign")["value"] == "spring"
    assert [field["value"] for field in shown.all("input", name="fund")] == ["newborn"]
    transfer = shown.one("dd", id="bank-reference")
    assert transfer["data-value"] == campaign_reference(campaign.pk)
    post(visitor, EN, campaign="spring", fund="newborn")
    donation = pay(giving)
    assert (donation.campaign, donation.fund.code) == (campaign, "newborn")
    assert b'name="campaign"' not in visitor.get(EN).content
    assert visitor.get(EN, {"campaign": "nonsense"}).status_code == 200


def test_page_of_a_campaign_and_its_regular_gifts(
    giving: Giving, visitor: Client, page: Campaign
) -> None:
    post(visitor, fund="newborn")
    assert pay(giving).campaign == page
    attempt = giving.start(frequency="monthly", amount_cents=1000, campaign_code="spring")
    giving.pay(attempt)
    giving.deliver()
    assert Pledge.objects.get().campaign == page
    assert queries.campaign_raised_cents(page) == 3500


def test_regular_gifts_count_until_the_last_day(
    giving: Giving, page: Campaign, clock: time_machine.Traveller
) -> None:
    """What came of a campaign stays what it was when it ended; the gift goes on for the fund."""
    Campaign.objects.update(ends_on=date(2026, 4, 15))
    attempt = giving.start(
        frequency="monthly", amount_cents=1000, fund_code="newborn", campaign_code="spring"
    )
    giving.pay(attempt)
    giving.deliver()
    for _month in range(2):
        clock.shift(timedelta(days=31))
        giving.sandbox.advance(seconds=1)
        giving.deliver()
    gifts = Donation.objects.order_by("paid_at")
    assert [(gift.campaign, gift.fund.code) for gift in gifts] == [
        (page, "newborn"),
        (page, "newborn"),
        (None, "newborn"),
    ]
    assert queries.campaign_raised_cents(page) == 2000


def test_transfer_for_a_campaign(giving: Giving, visitor: Client, page: Campaign) -> None:
    post(visitor, fund="newborn", pay_by="transfer")
    assert TransferIntention.objects.get().campaign == page


def test_progress_is_the_ledger_net_of_refunds(
    giving: Giving, visitor: Client, page: Campaign
) -> None:
    post(visitor, fund="newborn", amount="50")
    pay(giving)
    giving.start(fund_code="newborn")
    assert queries.campaign_raised_cents(page) == 5000
    bar = Document(visitor.get(EN).content).one("progress")
    assert bar["value"] == "50"
    session = reference(CheckoutAttempt.objects.earliest("created_at"))
    giving.sandbox.refund(session, 2000)
    giving.deliver()
    assert queries.campaign_raised_cents(page) == 3000
    shown = Document(visitor.get(EN).content)
    assert shown.one("progress")["value"] == "30"
    assert shown.one("span", id="goal-label").text == "€30 raised of €100"


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 2, 28), "coming"),
        (date(2026, 3, 1), "running"),
        (date(2026, 3, 31), "running"),
        (date(2026, 4, 1), "ended"),
    ],
)
def test_state(campaign: Campaign, day: date, state: str) -> None:
    assert campaign.state(day) == state


def test_after_the_end_the_form_stays_for_the_fund(
    giving: Giving, visitor: Client, page: Campaign
) -> None:
    DonationPage.objects.update(introduction="Come and help!")
    assert "Come and help!" in visitor.get(EN).content.decode()
    Campaign.objects.update(ends_on=TODAY - timedelta(days=1))
    html = visitor.get(EN).content.decode()
    assert "Come and help!" not in html.partition("<main")[2]
    assert "All beds were bought." in html
    assert 'name="campaign"' not in html
    assert 'value="newborn"' in html
    # Also for who opened the form before the end.
    post(visitor, EN, fund="newborn", campaign="spring")
    donation = pay(giving)
    assert (donation.campaign, donation.fund.code) == (None, "newborn")


def test_before_it_begins_gifts_are_for_the_fund(
    giving: Giving, visitor: Client, page: Campaign
) -> None:
    Campaign.objects.update(starts_on=TODAY + timedelta(days=5))
    assert "15 March 2026" in visitor.get(EN).content.decode()
    post(visitor, EN, fund="newborn")
    assert pay(giving).campaign is None


def test_coming_back_from_the_checkout_keeps_the_campaign(
    giving: Giving, visitor: Client, campaign: Campaign
) -> None:
    post(visitor, campaign="spring", fund="newborn")
    token = attempts.resume_token(CheckoutAttempt.objects.get())
    shown = Document(visitor.get(LV, {"resume": token}).content)
    assert shown.one("input", name="campaign")["value"] == "spring"


def test_link_to_a_page_for_another_fund(
    giving: Giving, visitor: Client, campaign: Campaign
) -> None:
    DonationPage.objects.update(fund=Fund.objects.get(code="general"))
    assert b'name="campaign"' not in visitor.get(EN, {"campaign": "spring"}).content


def test_page_rules(page: Campaign) -> None:
    donation_page = DonationPage.objects.get(slug="donate")
    donation_page.full_clean()
    donation_page.fund = Fund.objects.get(code="general")
    with pytest.raises(ValidationError) as problem:
        donation_page.full_clean()
    assert set(problem.value.message_dict) == {"campaign"}


def test_queries_do_not_grow_with_gifts(giving: Giving, visitor: Client, page: Campaign) -> None:
    def count() -> int:
        visitor.get(EN)
        with CaptureQueriesContext(connection) as captured:
            visitor.get(EN, {"x": timezone.now().isoformat()})
        return len(captured)

    before = count()
    for cents in (1000, 2000, 3000):
        attempt = giving.start(
            amount_cents=cents,
            fund_code="newborn",
            campaign_code="spring",
            address=f"192.0.2.{cents % 7}",
        )
        giving.pay(attempt)
    giving.deliver()
    assert queries.campaign_raised_cents(page) == 6000
    assert count() == before
