"""Staff put a donor's details right; above all the address that opens the donor's page."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from donations.models import Consent, Pledge
from donations.models import Donor as DonorRow
from donations.services import donors, erasure
from tests.donations.own_page import EMAIL, Donor, ask, begin
from tests.donations.staff import browser
from tests.factories import DonorFactory
from tests.giving import Giving

NEW = "anna.jauna@example.org"


@pytest.fixture
def pledge(giving: Giving) -> Pledge:
    return begin(giving, personal_code="161175-19997")


@pytest.fixture
def finance(giving: Giving) -> Client:
    return browser("Finance")


def url(donor: DonorRow) -> str:
    return reverse("giving_donors:change", args=[donor.pk])


def change(finance: Client, donor: DonorRow, **changes: Any) -> Any:
    sent = {"name": donor.name, "email": donor.email, "personal_code": "", "postal_address": ""}
    if donor.kind == "company":
        sent |= {"registration_number": donor.registration_number}
    return finance.post(url(donor), sent | changes)


def test_another_address_opens_the_page_and_the_old_one_does_not(
    giving: Giving, finance: Client, pledge: Pledge
) -> None:
    visit = Donor(giving).come()
    ask(EMAIL)
    giving.work()
    unused = re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    mail.outbox.clear()
    assert change(finance, pledge.donor, email="Anna.Jauna@example.org").status_code == 302
    giving.work()
    assert DonorRow.objects.get().email == NEW
    # Both hear of it, Stripe too.
    assert sorted(to for message in mail.outbox for to in message.to) == [NEW, EMAIL]
    assert giving.sandbox.get(pledge.customer_reference)["email"] == NEW
    # Who was in is out, also with a link that was not used.
    assert visit.get("my-giving-gifts").status_code == 303
    assert unused
    assert Client().post(unused[1]).status_code == 410
    mail.outbox.clear()
    ask(EMAIL)
    giving.work()
    assert mail.outbox == []
    assert Donor(giving, NEW).come().get("my-giving-gifts").status_code == 200


def test_a_code_is_replaced_and_never_shown(finance: Client, pledge: Pledge) -> None:
    page = finance.get(url(pledge.donor)).content.decode()
    assert "161175" not in page
    assert "******-***97" in page
    change(finance, pledge.donor)
    assert DonorRow.objects.get().personal_code == "161175-19997"
    before = DonorRow.objects.get().personal_code_digest
    change(finance, pledge.donor, personal_code="32345678901")
    after = DonorRow.objects.get()
    assert after.personal_code.replace("-", "") == "32345678901"
    assert after.personal_code_digest not in {"", before}
    logged = ModelLogEntry.objects.filter(action="donations.donor.changed")
    assert [entry.data["what"] for entry in logged] == ["personal_code"]
    assert "32345678901" not in str(list(logged.values_list("data", "label")))


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"email": ""}, {"email": "anna"}, {"personal_code": "123"}],
)
def test_errors(finance: Client, pledge: Pledge, wrong: dict[str, str]) -> None:
    answer = change(finance, pledge.donor, **wrong)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(wrong)
    assert DonorRow.objects.get().email == EMAIL


def test_two_donors_can_not_become_the_same(finance: Client, giving: Giving) -> None:
    DonorFactory.create(name="Anna", email=EMAIL)
    other = DonorFactory.create(name="Anna", email=NEW)
    answer = change(finance, other, email=EMAIL)
    assert answer.status_code == 422
    assert "Merge the two" in answer.content.decode()
    assert set(DonorRow.objects.values_list("email", flat=True)) == {EMAIL, NEW}


def test_a_company_has_a_number_and_no_code(finance: Client, giving: Giving) -> None:
    company = DonorFactory.create(
        kind="company", name="SIA Zīle", registration_number="40003032949", contact_name="Jānis"
    )
    page = finance.get(url(company))
    assert "personal_code" not in page.context["form"].fields
    change(finance, company, registration_number="1").context["form"].errors["registration_number"]
    change(finance, company, contact_name="Ilze")
    company.refresh_from_db()
    assert (company.contact_name, company.registration_number) == ("Ilze", "40003032949")


def test_who_is_erased_meanwhile_does_not_come_back(giving: Giving) -> None:
    known = DonorFactory.create(name="Anna")
    assert erasure.erase([known])
    assert donors.change_details(known, donors.Details(name="Berta")) == []
    assert not donors.change_consents([known], newsletter=True, wording="News")
    assert not donors.change_language([known], "en")
    assert "Berta" not in DonorRow.objects.values_list("name", flat=True)
    assert not Consent.objects.exists()


def test_who_is_gone_is_not_changed(finance: Client, pledge: Pledge) -> None:
    kept = DonorFactory.create()
    DonorRow.objects.filter(pk=pledge.donor.pk).update(merged_into=kept)
    assert finance.get(url(pledge.donor)).status_code == 302
    change(finance, pledge.donor, name="Berta")
    assert DonorRow.objects.get(pk=pledge.donor.pk).name == "Anna Bērziņa"
