"""Chosen columns and remembered views, on every listing of giving."""

from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from donations.admin.viewsets import GivingGroup
from donations.models import SavedView
from tests.donations.staff import OTHER_GROUPS, browser, browser_of, member
from tests.factories import ProviderEventFactory, paid_donation

pytestmark = pytest.mark.django_db

LISTINGS = [item.name for item in GivingGroup.items if hasattr(item, "index_results_template_name")]


@pytest.fixture
def finance() -> Client:
    return browser("Finance")


def index(name: str = "giving_donations") -> str:
    return reverse(f"{name}:index")


def shown(client: Client, **query: Any) -> list[str]:
    response = client.get(index(), query)
    return list(response.context["table"].columns)


def test_there_are_listings_to_test() -> None:
    assert len(LISTINGS) > 12


@pytest.mark.parametrize("name", LISTINGS)
def test_every_listing_offers_its_columns(finance: Client, name: str) -> None:
    page = finance.get(index(name))
    assert page.context["choices"]
    assert "Columns and views" in page.text
    first = page.context["choices"][-1].name
    chosen = finance.get(index(name), {"columns": first})
    assert [c.name for c in chosen.context["choices"] if c.is_shown] == [first]
    assert len(chosen.context["table"].columns) == 2


def test_long_names_of_events_may_go_on_in_the_next_line(finance: Client) -> None:
    ProviderEventFactory.create(type="checkout.session.async_payment_failed")
    ProviderEventFactory.create(type="odd..<b>")
    page = finance.get(index("giving_events")).text
    assert "checkout.<wbr>session.<wbr>async_<wbr>payment_<wbr>failed" in page
    assert "odd.<wbr>.<wbr>&lt;b&gt;" in page


def hint_of(page: Any) -> str:
    """How something comes into the listing, in the words of the page's reader."""
    with translation.override("en"):
        return str(page.context["view"].nothing_yet)


@pytest.mark.parametrize("name", sorted({*LISTINGS} - {"giving_funds", "giving_campaigns"}))
def test_an_empty_listing_says_how_something_comes_into_it(finance: Client, name: str) -> None:
    """Those of what staff write offer to add one instead."""
    page = finance.get(index(name))
    hint = hint_of(page)
    assert hint
    assert hint in page.text


def test_a_search_without_a_result_says_only_that(finance: Client) -> None:
    page = finance.get(index(), {"q": "nobody"})
    assert "match your query" in page.text
    assert hint_of(page) not in page.text


def test_the_usual_columns_without_a_choice(finance: Client) -> None:
    usual = ["donor", "amount_cents", "get_status_display", "fund", "paid_at", "receipts"]
    assert shown(finance) == usual
    assert shown(finance, columns="nonsense") == usual


def test_chosen_columns_in_their_order_the_first_always(finance: Client) -> None:
    assert shown(finance, columns=["donor.email", "amount_cents"]) == [
        "donor",
        "amount_cents",
        "donor.email",
    ]


def test_a_hidden_column_still_orders(finance: Client) -> None:
    small, large = paid_donation(attempt__amount_cents=100), paid_donation()
    query = {"columns": "fund", "ordering": "amount_cents"}
    response = finance.get(index(), query)
    assert list(response.context["object_list"]) == [small, large]


def test_searching_keeps_the_columns(finance: Client) -> None:
    page = finance.get(index(), {"columns": ["fund", "paid_at"]}).text
    for name in ("fund", "paid_at"):
        assert f'<input type="hidden" name="columns" value="{name}"' in page
    result = finance.get(
        reverse("giving_donations:index_results"), {"columns": "fund", "q": "Anna"}
    )
    assert len(result.context["table"].columns) == 2


# Remembered views ---------------------------------------------------------------------------------


def remember(client: Client, name: str = "Lielie", query: str = "status=paid&columns=fund") -> Any:
    return client.post(index(), {"name": name, "query": query}, follow=True)


def test_a_view_is_remembered_for_its_listing_and_its_owner(finance: Client) -> None:
    response = remember(finance)
    [view] = response.context["remembered"]
    assert view.name == "Lielie"
    assert view.is_current
    assert view.url == f"{index()}?status=paid&columns=fund"
    assert response.request["QUERY_STRING"] == "status=paid&columns=fund"
    assert not finance.get(index("giving_donors")).context["remembered"]
    other = browser_of(member("Finance", language="lv"))
    assert not other.get(index()).context["remembered"]


def test_whom_one_searched_for_is_not_remembered(finance: Client) -> None:
    response = remember(finance, query="q=Anna+Zvirbule&status=paid")
    # The page stays as it was.
    assert response.request["QUERY_STRING"] == "q=Anna+Zvirbule&status=paid"
    assert SavedView.objects.get().query == "status=paid"


def test_the_same_name_again_replaces_it(finance: Client) -> None:
    remember(finance)
    remember(finance, query="status=failed&p=3&export=csv")
    saved = SavedView.objects.get()
    assert (saved.listing, saved.query) == ("giving_donations", "status=failed")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_view_needs_a_name(finance: Client, name: str) -> None:
    remember(finance, name=name)
    assert not SavedView.objects.exists()


def test_forgetting_ones_own_only(finance: Client) -> None:
    remember(finance)
    saved = SavedView.objects.get()
    other = browser_of(member("Finance", language="lv"))
    other.post(index(), {"forget": saved.pk})
    finance.post(index("giving_donors"), {"forget": saved.pk})
    finance.post(index(), {"forget": "x"})
    assert SavedView.objects.exists()
    finance.post(index(), {"forget": saved.pk})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", LISTINGS)
def test_nobody_else_remembers_anything(name: str) -> None:
    for client in (Client(), *map(browser, OTHER_GROUPS)):
        response = client.post(index(name), {"name": "Mine", "query": ""})
        assert response.status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_leads_nowhere_else(finance: Client) -> None:
    response = finance.post(index(), {"name": "x", "query": "//evil.example/?a=1"})
    assert response.headers["Location"].startswith(f"{index()}?")


def test_no_listing_edits_by_post(finance: Client) -> None:
    paid_donation()
    with pytest.raises(NoReverseMatch):
        reverse("giving_donations:add")
