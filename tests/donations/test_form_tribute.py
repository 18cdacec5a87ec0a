"""A gift in somebody's honour or memory: asked for, told once, printed."""

import pytest
from django.core import mail
from django.test import Client

from donations.models import CheckoutAttempt, Tribute
from tests.donations.forms import EN, errors, post
from tests.donations.test_thanks import thanks_address
from tests.giving import Giving

pytestmark = pytest.mark.django_db

TRIBUTE = {
    "tribute_kind": "memory",
    "tribute_name": "Vecmāmiņa Milda",
    "tribute_email": "milda@example.org",
    "tribute_message": "Ar mīlestību.",
}

COMPANY = {
    "donor_type": "company",
    "company_name": "SIA Piemers.lv",
    "registration_number": "40003032949",
}


def test_is_told_when_the_gift_is_paid_and_only_once(giving: Giving, visitor: Client) -> None:
    assert post(visitor, EN, **TRIBUTE).status_code == 303
    attempt = CheckoutAttempt.objects.get()
    giving.work()
    assert mail.outbox == []
    giving.pay(attempt)
    giving.deliver()
    giving.deliver()
    told = [message for message in mail.outbox if message.to == ["milda@example.org"]]
    assert len(told) == 1
    assert "Vecmāmiņa Milda" in told[0].subject
    for expected in ("Anna Bērziņa", "Ar mīlestību."):
        assert expected in str(told[0].body)
    assert "€" not in str(told[0].body)
    html = visitor.get(thanks_address(giving, attempt)).content.decode()
    assert "m…a@example.org" in html
    assert "milda@example.org" not in html


def test_card_to_print(giving: Giving, visitor: Client) -> None:
    post(visitor, EN, **TRIBUTE | {"tribute_email": ""})
    attempt = CheckoutAttempt.objects.get()
    giving.pay(attempt)
    giving.deliver()
    assert len(mail.outbox) == 1, "the receipt"
    response = visitor.get(thanks_address(giving, attempt))
    card = visitor.get(f"/en/donate/card/{response.context['card_token']}/")
    html = card.content.decode()
    assert "no-store" in card["Cache-Control"]
    for expected in ("In memory of", "Vecmāmiņa Milda", "Anna Bērziņa", "Ar mīlestību."):
        assert expected in html
    assert "€" not in html
    assert visitor.get("/en/donate/card/forged/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"tribute_name": ""}, {"tribute_name"}),
        ({"tribute_email": "milda@"}, {"tribute_email"}),
        ({"tribute_kind": "joke"}, {"tribute_kind"}),
        ({"tribute_message": "Skaties https://example.org"}, {"tribute_message"}),
        ({"tribute_name": "www.example.org"}, {"tribute_name"}),
        ({"tribute_message": "x" * 301}, {"tribute_message"}),
        ({"pay_by": "transfer"}, {"tribute_kind"}),
        # The message names who gave.
        ({"name": "Laimests: www.example.org"}, {"name"}),
        ({"name": "Anna no spam.com"}, {"name"}),
        (COMPANY | {"company_name": "http://example.org"}, {"company_name"}),
    ],
)
def test_errors(giving: Giving, visitor: Client, changes: dict[str, str], wrong: set[str]) -> None:
    response = post(visitor, EN, **TRIBUTE | changes)
    assert response.status_code == 422
    assert errors(response) == wrong
    html = response.content.decode()
    for field in wrong:
        assert f'href="#id_{field}"' in html
        assert f'id="id_{field}"' in html
        assert f'id="error_{field}"' in html
    assert not Tribute.objects.exists()


def test_a_company_may_be_called_like_its_site(giving: Giving, visitor: Client) -> None:
    assert post(visitor, EN, **TRIBUTE | COMPANY).status_code == 303
    assert Tribute.objects.get().attempt.donor.name == "SIA Piemers.lv"


def test_without_a_tribute_a_name_is_free(giving: Giving, visitor: Client) -> None:
    assert post(visitor, EN, name="Anna no spam.com").status_code == 303


def test_what_is_hidden_is_not_taken(giving: Giving, visitor: Client) -> None:
    hidden = TRIBUTE | {"tribute_kind": "", "tribute_email": "no address"}
    assert post(visitor, **hidden).status_code == 303
    assert not Tribute.objects.exists()
