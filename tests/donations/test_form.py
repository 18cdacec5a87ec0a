"""The donation form as a visitor meets it: fields, errors, prefilled links, refusals."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from donations.identifiers import parse_personal_code
from donations.models import CheckoutAttempt, Donor, Fund
from donations.services import attempts
from tests.giving import FORM, Giving, reference

pytestmark = pytest.mark.django_db
LV, EN = "/ziedot/", "/en/donate/"


def post(visitor: Client, path: str = LV, **changes: Any) -> Any:
    return visitor.post(path, FORM | changes)


def errors(response: Any) -> set[str]:
    return set(response.context["form"].errors)


def test_a_valid_form_leads_to_the_checkout(giving: Giving, visitor: Client) -> None:
    response = post(visitor)
    attempt = CheckoutAttempt.objects.get()
    assert response.status_code == 303
    assert response["Location"] == attempt.session_url
    assert not response.cookies
    assert (attempt.amount_cents, attempt.fund.code, attempt.language) == (2500, "general", "lv")
    assert attempt.form_path == LV
    assert attempt.donor.name == "Anna Bērziņa"


def test_in_english(giving: Giving, visitor: Client) -> None:
    post(visitor, EN)
    attempt = CheckoutAttempt.objects.get()
    assert (attempt.language, attempt.form_path) == ("en", EN)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ({"amount": "25"}, 2500),
        ({"amount": "33.50"}, 3350),
        ({"amount": "33,50"}, 3350),
        ({"amount": "other", "amount_other": "12,5"}, 1250),
        ({"amount": "25", "amount_other": "40"}, 4000),
        ({"amount": "", "amount_other": "1 000 €"}, 100_000),
    ],
)
def test_amounts(giving: Giving, visitor: Client, typed: dict[str, str], cents: int) -> None:
    assert post(visitor, **typed).status_code == 303
    assert CheckoutAttempt.objects.get().amount_cents == cents


def test_two_amounts_that_contradict_each_other_are_not_guessed(
    giving: Giving, visitor: Client
) -> None:
    """Without JavaScript a typed amount stays when a preset is chosen afterwards."""
    assert errors(post(visitor, amount="50", amount_other="18")) == {"amount_other"}
    assert post(visitor, amount="50", amount_other="50,00").status_code == 303
    # The preset that was ticked from the start says nothing against a typed amount.
    assert post(visitor, amount="25", amount_other="18").status_code == 303
    amounts = CheckoutAttempt.objects.order_by("created_at").values_list("amount_cents", flat=True)
    assert list(amounts) == [5000, 1800]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"amount": ""}, "amount"),
        ({"amount": "other"}, "amount_other"),
        ({"amount": "abc"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1"}, "amount"),
        ({"amount_other": "0,50"}, "amount_other"),
        ({"amount_other": "99999999"}, "amount_other"),
        ({"amount_other": "1.000"}, "amount_other"),
        ({"frequency": "monthly"}, "frequency"),
        ({"fund": "unknown"}, "fund"),
        ({"donor_type": "ghost"}, "donor_type"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": ""}, "email"),
        ({"email": "anna@"}, "email"),
        ({"message": "x" * 501}, "message"),
        ({"wants_tax_receipt": "on"}, "personal_code"),
        ({"wants_tax_receipt": "on", "personal_code": "123"}, "personal_code"),
        ({"wants_tax_receipt": "on", "personal_code": "310290-12345"}, "personal_code"),
        ({"donor_type": "company", "registration_number": "40008000121"}, "company_name"),
        ({"donor_type": "company", "company_name": "SIA Koks"}, "registration_number"),
        (
            {
                "donor_type": "company",
                "company_name": "SIA Koks",
                "registration_number": "40008000122",
            },
            "registration_number",
        ),
    ],
)
def test_errors_stand_at_their_field_and_nothing_typed_is_lost(
    giving: Giving, visitor: Client, typed: dict[str, str], field: str
) -> None:
    response = post(visitor, **{"message": "Sveiciens bērniem", **typed})
    assert response.status_code == 422
    assert errors(response) == {field}
    html = response.content.decode()
    assert f'href="#id_{field}"' in html
    assert f'id="error_{field}"' in html
    assert re.search(rf'id="id_{field}"', html), "the summary's link leads nowhere"
    for name, value in (FORM | {"message": "Sveiciens bērniem"} | typed).items():
        if name in {"name", "email", "company_name", "registration_number", "message"} and value:
            assert value in html
    assert not CheckoutAttempt.objects.exists()
    assert giving.sandbox.requests == []


def test_errors_are_in_the_readers_language(giving: Giving, visitor: Client) -> None:
    assert "Enter your name and surname." in post(visitor, EN, name="").content.decode()
    with translation.override("lv"):
        latvian = translation.gettext("Enter your name and surname.")
    assert latvian != "Enter your name and surname."
    assert latvian in post(visitor, name="").content.decode()


def test_company(giving: Giving, visitor: Client) -> None:
    post(
        visitor,
        donor_type="company",
        company_name="SIA Koks",
        registration_number="LV 40008000121",
        name="Jānis Ozols",
    )
    donor = Donor.objects.get()
    assert (donor.kind, donor.name, donor.contact_name) == ("company", "SIA Koks", "Jānis Ozols")
    assert donor.registration_number == "40008000121"


def test_fields_of_the_other_kind_of_donor_are_not_taken(giving: Giving, visitor: Client) -> None:
    """They are only hidden in the form, so they may arrive filled in."""
    post(visitor, company_name="SIA Koks", registration_number="40008000121")
    post(
        visitor,
        donor_type="company",
        company_name="SIA Koks",
        registration_number="40008000121",
        wants_tax_receipt="on",
        personal_code="320000-12345",
    )
    person, company = Donor.objects.order_by("pk")
    assert (person.kind, person.registration_number) == ("person", "")
    assert (company.kind, company.personal_code) == ("company", "")


def test_personal_code_is_taken_only_when_tax_relief_is_wanted(
    giving: Giving, visitor: Client
) -> None:
    post(visitor, personal_code="320000-12345")
    assert Donor.objects.get().personal_code == ""
    post(visitor, personal_code="32000012345", wants_tax_receipt="on")
    assert Donor.objects.order_by("-pk")[0].personal_code == "320000-12345"


def test_wrong_check_digit_asks_once_and_then_believes_the_donor(
    giving: Giving, visitor: Client
) -> None:
    code = next(
        code for digit in range(10) if parse_personal_code(code := f"010190-1234{digit}").warnings
    )
    first = post(visitor, personal_code=code, wants_tax_receipt="on")
    assert errors(first) == {"personal_code"}
    assert f'name="confirmed_code" value="{code}"' in first.content.decode()
    second = post(visitor, personal_code=code, wants_tax_receipt="on", confirmed_code=code)
    assert second.status_code == 303
    assert Donor.objects.get().personal_code == code


def test_personal_code_is_encrypted_masked_and_in_no_log(
    giving: Giving, visitor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    from django.db import connection

    caplog.set_level("DEBUG")
    post(visitor, personal_code="320000-12345", wants_tax_receipt="on")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM donations_donor")
        assert "320000-12345" not in str(cursor.fetchall())
    assert "320000-12345" not in caplog.text
    donor = Donor.objects.get()
    assert donor.masked_personal_code == "******-***45"
    assert "320000" not in f"{donor} {donor!r}"


def test_campaign_link_fills_in_the_form(giving: Giving, visitor: Client) -> None:
    response = visitor.get(
        LV,
        {
            "amount": "33,50",
            "frequency": "once",
            "fund": "newborn",
            "donor_type": "company",
            "company_name": "SIA Koks",
            "email": "koks@example.org",
        },
    )
    form = response.context["form"]
    assert (form.chosen_amount, form.other_amount, form.chosen_fund) == (
        "other",
        "33,50",
        "newborn",
    )
    html = response.content.decode()
    assert 'value="SIA Koks"' in html
    assert 'value="koks@example.org"' in html
    assert visitor.get(LV, {"amount": "50"}).context["form"].chosen_amount == "5000"
    assert visitor.get(LV, {"amount": "nonsense"}).context["form"].chosen_amount == "2500"


@pytest.mark.parametrize(
    "query",
    [
        {"amount": "junk"},
        {"amount": "-1"},
        {"fund": "unknown"},
        {"frequency": "monthly"},
        {"donor_type": "ghost"},
        {"name": '"><script>alert(1)</script>'},
        {"amount": "9" * 500},
        {"resume": "forged"},
    ],
)
def test_bad_links_show_a_usable_form(
    giving: Giving, visitor: Client, query: dict[str, str]
) -> None:
    response = visitor.get(LV, query)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert response.context["form"].chosen_fund == "general"


def test_plain_form_offers_the_default_and_only_single_gifts(
    giving: Giving, visitor: Client
) -> None:
    response = visitor.get(LV)
    html = response.content.decode()
    assert response.context["form"].chosen_amount == "2500"
    assert 'name="frequency" value="once"' in html
    assert "monthly" not in html
    assert not response.cookies


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({}, 303),
    ],
)
def test_cross_site_posts_are_refused_by_origin(
    giving: Giving, visitor: Client, headers: dict[str, str], status: int
) -> None:
    response = visitor.post(LV, FORM, headers=headers)
    assert response.status_code == status
    assert CheckoutAttempt.objects.exists() is (status == 303)


def test_honeypot(giving: Giving, visitor: Client) -> None:
    response = post(visitor, website="https://spam.example")
    assert response.status_code == 400
    assert not CheckoutAttempt.objects.exists()
    assert "Anna Bērziņa" in response.content.decode()


def test_stripe_away_gives_the_form_back_with_the_bank_details(
    giving: Giving, visitor: Client
) -> None:
    giving.sandbox.faults.add("drop", times=1)
    response = post(visitor, EN, message="For the little ones")
    html = response.content.decode()
    assert response.status_code == 503
    assert "Nothing was charged" in html
    assert "For the little ones" in html
    assert "LV85DEMO0000123456789" in html
    assert 'href="#bank-transfer"' in html
    assert post(visitor, EN, message="For the little ones").status_code == 303
    assert CheckoutAttempt.objects.count() == 1


def test_throttled_visitor_is_told_so(giving: Giving, visitor: Client, settings: Any) -> None:
    settings.CHECKOUT_LIMIT_PER_ADDRESS = (1, 3600)
    assert post(visitor).status_code == 303
    response = post(visitor, EN, amount="50")
    assert response.status_code == 429
    assert "too many tries" in response.content.decode()
    assert "LV85DEMO0000123456789" in response.content.decode()


def test_coming_back_from_the_checkout_finds_the_form_as_it_was(
    giving: Giving, visitor: Client
) -> None:
    post(
        visitor,
        amount="other",
        amount_other="12,50",
        fund="newborn",
        wants_tax_receipt="on",
        personal_code="320000-12345",
        message="Sveiks!",
    )
    old = CheckoutAttempt.objects.get()
    back = giving.sandbox.get(reference(old))["cancel_url"].removeprefix("http://testserver")
    response = visitor.get(back)
    html = response.content.decode()
    form = response.context["form"]
    assert (form.other_amount, form.chosen_fund) == ("12.50", "newborn")
    for kept in ("Anna Bērziņa", "anna@example.org", "Sveiks!"):
        assert kept in html
    assert "320000" not in html, "the code must not come out of the database again"
    assert "no-store" in response["Cache-Control"]
    # Another amount closes the first checkout, so that not both can be paid.
    post(visitor, amount="50", resume=attempts.resume_token(old))
    assert giving.sandbox.get(reference(old))["status"] == "expired"


def test_no_open_fund_leaves_the_bank_transfer(giving: Giving, visitor: Client) -> None:
    Fund.objects.update(is_open=False)
    html = visitor.get(EN).content.decode()
    assert "can’t be taken here" in html
    assert "LV85DEMO0000123456789" in html
    assert 'name="email"' not in html
    assert post(visitor, EN).status_code == 422
    assert not CheckoutAttempt.objects.exists()


def test_answers_with_what_was_typed_are_not_cached(giving: Giving, visitor: Client) -> None:
    assert "no-store" in post(visitor, name="")["Cache-Control"]
    assert "no-store" in visitor.get(LV, {"email": "a@example.org"})["Cache-Control"]
