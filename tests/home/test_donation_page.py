"""The page where donors give: its rules, its amounts, its goal."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from wagtail.models import Page, Site

from donations.models import Fund
from home.models import DonationPage, DonationPreset
from sosbca.core.models import OrganisationSettings
from tests.home.parsing import Document

NBSP = "\xa0"


def errors(page: DonationPage) -> set[str]:
    try:
        page.full_clean()
    except ValidationError as error:
        return set(error.message_dict)
    return set()


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"minimum_cents": 200, "maximum_cents": 200}, set()),
        ({"minimum_cents": 199}, {"minimum_cents"}),
        ({"minimum_cents": 5000, "maximum_cents": 4999}, {"maximum_cents"}),
        ({"minimum_cents": None}, {"minimum_cents"}),
        ({"goal_cents": 100_000}, {"goal_cents"}),
        ({"goal_cents": 0}, {"goal_cents"}),
    ],
)
def test_rules(donation_page: DonationPage, changes: dict[str, Any], wrong: set[str]) -> None:
    for name, value in changes.items():
        setattr(donation_page, name, value)
    assert errors(donation_page) == wrong


def test_a_goal_belongs_to_a_fund(donation_page: DonationPage) -> None:
    donation_page.fund = Fund.objects.get(code="newborn")
    donation_page.goal_cents = 100_000
    assert errors(donation_page) == set()


def test_a_preset_is_never_too_small(donation_page: DonationPage) -> None:
    with pytest.raises(IntegrityError, match="preset_not_too_small"), transaction.atomic():
        DonationPreset.objects.create(
            page=donation_page, amount_cents=199, locale=donation_page.locale
        )


def test_a_fund_with_a_page_stays(donation_page: DonationPage) -> None:
    fund = Fund.objects.get(code="newborn")
    DonationPage.objects.update(fund=fund)
    with pytest.raises(IntegrityError), transaction.atomic():
        fund.delete()


def test_where_pages_may_stand(site: Site) -> None:
    assert {model.__name__ for model in DonationPage.allowed_parent_page_models()} == {
        "HomePage",
        "SectionPage",
    }
    assert DonationPage.allowed_subpage_models() == []


class TestOffer:
    def test_presets_by_frequency_in_the_editors_order(self, donation_page: DonationPage) -> None:
        DonationPreset.objects.create(
            page=donation_page,
            amount_cents=700,
            frequency="monthly",
            sort_order=9,
            locale=donation_page.locale,
        )
        offer = DonationPage.objects.get(pk=donation_page.pk).offer()
        assert [preset.amount_cents for preset in offer.presets["once"]] == [1000, 2500, 5000]
        assert offer.presets["once"][0].meaning == "nozīme 1000"
        assert [preset.amount_cents for preset in offer.presets["monthly"]] == [700]
        assert offer.defaults == {"once": 2500}
        assert list(offer.frequencies) == ["once", "monthly"]
        assert offer.form_path == "/ziedot/"

    def test_what_has_no_amounts_is_not_offered(self, donation_page: DonationPage) -> None:
        DonationPreset.objects.update(frequency="monthly")
        offer = DonationPage.objects.get(pk=donation_page.pk).offer()
        assert (offer.defaults, list(offer.frequencies)) == ({"monthly": 2500}, ["monthly"])
        DonationPreset.objects.all().delete()
        offer = DonationPage.objects.get(pk=donation_page.pk).offer()
        assert list(offer.frequencies) == ["once"]

    def test_the_donor_chooses_among_open_funds(self, donation_page: DonationPage) -> None:
        Fund.objects.create(code="closed", name_lv="x", name_en="x", is_open=False)
        assert [fund.code for fund in donation_page.offer().funds] == ["general", "newborn"]

    def test_a_page_for_one_fund(self, donation_page: DonationPage, client: Client) -> None:
        DonationPage.objects.update(fund=Fund.objects.get(code="newborn"))
        page = Document(client.get("/ziedot/").content)
        assert [field["value"] for field in page.all("input", name="fund")] == ["newborn"]


class TestPage:
    def test_amounts_and_meanings_in_both_languages(self, site: Site, client: Client) -> None:
        english = DonationPage.objects.get(slug="donate")
        english.presets.filter(amount_cents=1000).update(meaning="a book for a child")
        page = Document(client.get("/ziedot/").content)
        labels = [label.text for label in page.all("label", class_="amount")]
        assert f"10{NBSP}€".replace(NBSP, " ") in labels[0].replace(NBSP, " ")
        assert "nozīme 1000" in labels[0]
        page = Document(client.get("/en/donate/").content)
        labels = [label.text for label in page.all("label", class_="amount")]
        assert "€10" in labels[0]
        assert "a book for a child" in labels[0]
        (chosen,) = [
            field for field in page.all("input", name="amount") if "checked" in field.attributes
        ]
        assert chosen["value"] == "25"

    def test_a_link_fills_in_the_form(self, site: Site, client: Client) -> None:
        page = Document(client.get("/ziedot/?amount=37,5&fund=newborn&name=Anna").content)
        assert page.one("input", name="amount_other")["value"].replace(",", ".") in {
            "37.5",
            "37.50",
        }
        checked = [field["value"] for field in page.all("input") if "checked" in field.attributes]
        assert {"other", "newborn"} <= set(checked)
        assert page.one("input", name="name")["value"] == "Anna"

    def test_answers_to_somebody_are_not_kept(self, site: Site, client: Client) -> None:
        assert "no-store" in client.get("/ziedot/?name=Anna")["Cache-Control"]
        assert "no-store" in client.post("/ziedot/", {})["Cache-Control"]
        assert "Cache-Control" not in client.get("/ziedot/")

    def test_errors_show_in_title_summary_and_field(self, site: Site, client: Client) -> None:
        response = client.post("/en/donate/", {"amount": "1", "email": "no", "name": "Anna"})
        assert response.status_code == 422
        page = Document(response.content)
        assert page.one("title").text.startswith("Error: ")
        links = [link["href"] for link in page.all("a") if link["href"].startswith("#id_")]
        assert links
        for link in links:
            assert f'id="{link[1:]}"' in response.content.decode()
        assert page.one("input", name="name")["value"] == "Anna"
        assert page.one("input", name="email")["value"] == "no"

    def test_the_bank_account(self, site: Site, client: Client) -> None:
        page = Document(client.get("/en/donate/").content)
        assert page.one("dd", id="bank-iban")["data-value"] == "LV85DEMO0000123456789"
        assert page.all("svg")
        OrganisationSettings.objects.update(iban="")
        assert not Document(client.get("/en/donate/").content).all("dd", id="bank-iban")

    def test_other_posts_do_nothing(self, site: Site, client: Client) -> None:
        for method in (client.put, client.delete, client.patch):
            assert method("/ziedot/").status_code in {200, 405}
        assert client.post("/par-mums/", {"x": 1}).status_code in {200, 405}
        assert client.head("/ziedot/").status_code == 200

    def test_preview_in_the_admin(self, donation_page: DonationPage) -> None:
        response = donation_page.make_preview_request()
        assert isinstance(response, HttpResponse)
        assert response.status_code == 200
        assert "nozīme 1000" in response.content.decode()
        unsaved = DonationPage(title="Jauna", slug="jauna", locale=donation_page.locale)
        unsaved.path, unsaved.depth = f"{donation_page.path}0001", 4
        assert unsaved.make_preview_request().status_code == 200


class TestGoal:
    @pytest.fixture
    def goal(self, site: Site) -> Fund:
        fund = Fund.objects.get(code="newborn")
        DonationPage.objects.update(fund=fund, goal_cents=200_000)
        return fund

    @pytest.mark.parametrize(
        ("raised", "percent"),
        [(0, 0), (1, 0), (50_000, 25), (199_999, 99), (200_000, 100), (900_000, 100), (-50, 0)],
    )
    def test_progress(
        self,
        goal: Fund,
        client: Client,
        monkeypatch: pytest.MonkeyPatch,
        raised: int,
        percent: int,
    ) -> None:
        monkeypatch.setattr("donations.queries.raised_cents", lambda fund: raised)
        bar = Document(client.get("/en/donate/").content).one("progress")
        assert (bar["value"], bar["max"]) == (str(percent), "100")

    def test_words(self, goal: Fund, client: Client) -> None:
        page = Document(client.get("/en/donate/").content)
        assert page.one("span", id="goal-label").text == "€0 raised of €2,000"
        assert page.one("progress")["aria-labelledby"] == "goal-label"

    def test_no_goal_no_bar(self, site: Site, client: Client) -> None:
        assert not Document(client.get("/en/donate/").content).all("progress")


def test_the_block_on_the_home_page_leads_to_the_form(site: Site, client: Client) -> None:
    for path, target in (("/", "/ziedot/"), ("/en/", "/en/donate/")):
        page = Document(client.get(path).content)
        form = page.one("form")
        assert (form["action"], form["method"]) == (target, "get")
        assert [field["value"] for field in page.all("input", name="amount")] == [
            "10",
            "25",
            "50",
            "other",
        ]
        assert client.get(target, {"amount": "50"}).status_code == 200


def test_a_page_without_presets(site: Site, client: Client) -> None:
    DonationPreset.objects.all().delete()
    for path in ("/", "/ziedot/"):
        assert client.get(path).status_code == 200


def test_an_unpublished_donation_page_leaves_no_form_on_the_home_page(
    site: Site, client: Client
) -> None:
    Page.objects.filter(slug__in=["ziedot", "donate"]).update(live=False)
    page = Document(client.get("/").content)
    assert not page.all("form")
