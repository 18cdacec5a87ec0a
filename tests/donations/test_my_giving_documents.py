"""Receipts and yearly statements on the donor's page, and gifts that have none."""

import io
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
import time_machine
from django.core import mail
from django.core.management import call_command

from donations.models import Donation, LedgerEntry, Receipt, Statement
from donations.models import Donor as DonorRow
from donations.services import receipts, statements
from tests.donations.own_page import EMAIL, Donor, shown
from tests.factories import DonationFactory, DonorFactory, LedgerEntryFactory, paid_donation
from tests.giving import Giving

JANUARY = datetime(2026, 1, 12, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def january() -> Any:
    with time_machine.travel(JANUARY, tick=True) as moved:
        yield moved


@pytest.fixture
def anna(giving: Giving) -> DonorRow:
    return DonorFactory.create(email=EMAIL, name="Anna Bērziņa", language="en")


def gift(donor: DonorRow, **changes: Any) -> Donation:
    paid_at = datetime(2025, 3, 14, 12, tzinfo=UTC)
    return paid_donation(attempt__donor=donor, paid_at=paid_at, **changes)


def earlier_gift(donor: DonorRow, cents: int) -> Donation:
    """As the import of a history makes them."""
    donation = DonationFactory.create(
        attempt__donor=donor,
        attempt__amount_cents=cents,
        paid_at=datetime(2025, 5, 1, 12, tzinfo=UTC),
        needs_receipt=False,
    )
    LedgerEntryFactory.create(donation=donation, occurred_at=donation.paid_at)
    return donation


def refund(donation: Donation, cents: int) -> None:
    """In the year after the gift."""
    LedgerEntryFactory.create(donation=donation, kind="refund", amount_cents=-cents)
    donation.status = "partly_refunded"
    donation.save()
    Receipt.objects.filter(donation=donation).update(snapshot="{}")
    receipts.issue_due(donation, returned_cents=cents)


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf), strict=True).pages
    text = "".join(page.extract_text() for page in pages).replace("\xa0", " ")
    return " ".join(text.split())


def test_the_statement_of_a_run_is_downloaded(giving: Giving, anna: DonorRow) -> None:
    donation = gift(anna)
    call_command("issue_statements", "2025", "--no-mail")
    donor = Donor(giving, language="en").come()
    page = donor.get("my-giving-year", 2025)
    (statement,) = Statement.objects.all()
    address = donor.path("my-giving-statement", statement.public_id)
    assert page.content.decode().count(f'href="{address}"') == 1
    assert f"{statement.reference}, €25.00" in shown(page)

    answer = donor.client.get(address)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f'filename="{statement.reference}.pdf"' in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    paper = text_of(answer.content)
    for expected in ("Anna Bērziņa", donation.receipts.get().reference, "€25.00"):
        assert expected in paper
    assert donor.client.get(address).content == answer.content


def test_only_the_statement_in_force_is_shown(giving: Giving, anna: DonorRow) -> None:
    donation = gift(anna)
    first = statements.issue(anna, 2025)
    refund(donation, 500)
    second = statements.issue(anna, 2025)
    assert first
    assert second
    page = shown(Donor(giving, language="en").come().get("my-giving-year", 2025))
    assert first.reference not in page
    assert f"{second.reference}, €20.00" in page


def test_the_message_about_a_year_of_which_all_went_back(giving: Giving, anna: DonorRow) -> None:
    donation = gift(anna)
    statements.issue(anna, 2025)
    refund(donation, donation.amount_cents)
    statement = statements.issue(anna, 2025, sends_mail=True)
    giving.work()
    body = str(mail.outbox[-1].body)
    assert statement
    assert statement.reference in body
    assert "No gift of 2025 counts any more" in body
    assert "Thank you for all you did" not in body


def test_the_years_sum_is_the_statements(giving: Giving, anna: DonorRow) -> None:
    """What went back in the next year is taken from the year of the gift, and from no other."""
    donation = gift(anna)
    LedgerEntry.objects.update(occurred_at=donation.paid_at)
    refund(donation, 500)
    paid_donation(attempt__donor=anna)
    donor = Donor(giving, language="en").come()
    assert "Given in this year: €20" in shown(donor.get("my-giving-year", 2025))
    assert "Given in this year: €25" in shown(donor.get("my-giving-year", 2026))


def test_gifts_of_earlier_records_are_shown_and_have_no_document(
    giving: Giving, anna: DonorRow
) -> None:
    gift(anna)
    earlier_gift(anna, 7000)
    statement = statements.issue(anna, 2025)
    assert statement
    assert (statement.gifts, statement.total_cents) == (1, 2500)

    donor = Donor(giving, language="en").come()
    answer = donor.get("my-giving-year", 2025)
    page = shown(answer)
    assert "Given in this year: €95" in page
    assert "€70" in page
    assert page.count("from our earlier records, without a receipt here") == 1
    assert "gifts from our earlier records are not on it" in page
    assert answer.content.decode().count('class="file"') == 1


def test_a_year_of_earlier_records_alone_has_no_statement(giving: Giving, anna: DonorRow) -> None:
    earlier_gift(anna, 7000)
    call_command("issue_statements", "2025", "--no-mail")
    assert not Statement.objects.exists()
    answer = Donor(giving, language="en").come().get("my-giving-year", 2025)
    assert "Given in this year: €70" in shown(answer)
    assert "/statement/" not in answer.content.decode()
