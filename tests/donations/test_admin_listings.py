"""What the listings show, find, filter and export."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from donations.admin.exports import safe_cell
from donations.models import Donation, Receipt
from tests.donations.staff import browser
from tests.factories import (
    CheckoutAttemptFactory,
    DonorFactory,
    FundFactory,
    LedgerEntryFactory,
    OutgoingMailFactory,
    ProviderEventFactory,
    ReceiptFactory,
    paid_donation,
)

pytestmark = pytest.mark.django_db

NAMES = ("donations", "donors", "receipts", "events", "attempts", "funds")


@pytest.fixture
def finance() -> Client:
    return browser("Finance")


def listing(client: Client, name: str, **query: Any) -> list[Any]:
    """The objects in a listing."""
    response = client.get(reverse(f"giving_{name}:index"), query)
    assert response.status_code == 200
    return list(response.context["object_list"])


def rows(client: Client, name: str, **query: Any) -> list[dict[str, str]]:
    response = client.get(reverse(f"giving_{name}:index"), {"export": "csv", **query})
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def test_money_and_states_are_in_the_words_of_the_language() -> None:
    paid_donation(attempt__amount_cents=123456)
    address = reverse("giving_donations:index")
    assert "€1,234.56" in browser("Finance").get(address).text
    assert "1\u00a0234,56\u00a0€" in browser("Finance", language="lv").get(address).text


def test_titles_lead_to_details(finance: Client) -> None:
    donation = paid_donation()
    receipt = donation.receipts.get()
    for name, pk in (
        ("donations", donation.pk),
        ("donors", donation.donor.pk),
        ("receipts", receipt.pk),
        ("attempts", donation.attempt_id),
    ):
        page = finance.get(reverse(f"giving_{name}:index")).text
        assert f'href="{reverse(f"giving_{name}:inspect", args=[pk])}"' in page


def test_personal_codes_are_masked(finance: Client) -> None:
    DonorFactory.create(personal_code="010180-11134", personal_code_digest="x")
    page = finance.get(reverse("giving_donors:index")).text
    assert "******-***34" in page
    assert "010180" not in page
    assert "010180" not in str(rows(finance, "donors"))
    assert rows(finance, "donors")[0]["Personal code (masked)"] == "******-***34"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("donations", "līga OZOL"),
        ("donations", "Liga@Example.org"),
        ("donations", "Z-2026-000123"),
        ("donations", "z-2026-123"),
        ("donations", "pi_wanted"),
        ("donations", "ch_wanted"),
        ("donors", "LĪGA"),
        ("donors", "liga@"),
        ("receipts", "Z-2026-000123"),
        ("receipts", "ozoliņa"),
        ("receipts", "pi_wanted"),
        ("attempts", "cs_wanted"),
        ("attempts", "Ozoliņa"),
        ("events", "evt_wanted"),
        ("events", "cs_wanted"),
    ],
)
def test_search(finance: Client, name: str, text: str) -> None:
    paid_donation()
    ProviderEventFactory.create()
    wanted = paid_donation(
        attempt__donor__name="Līga Ozoliņa",
        attempt__donor__email="liga@example.org",
        attempt__session_reference="cs_wanted",
        attempt__payment_reference="pi_wanted",
        charge_reference="ch_wanted",
    )
    Receipt.objects.filter(donation=wanted).update(number=123)
    event = ProviderEventFactory.create(reference="evt_wanted", object_reference="cs_wanted")
    expected = {
        "donations": wanted,
        "donors": wanted.donor,
        "receipts": wanted.receipts.get(),
        "attempts": wanted.attempt,
        "events": event,
    }
    assert listing(finance, name, q=text) == [expected[name]]
    assert listing(finance, name, q="nothing like it") == []


def test_search_finds_a_donation_with_two_documents_once(finance: Client) -> None:
    donation = paid_donation(attempt__donor__name="Līga")
    first = donation.receipts.get()
    ReceiptFactory.create(
        donation=donation, kind="annulment", series="K", sequence=2, refers_to=first, net_cents=0
    )
    assert listing(finance, "donations", q="Līga") == [donation]
    assert listing(finance, "donations", q=first.reference) == [donation]
    assert len(listing(finance, "receipts", q=first.reference)) == 2


def test_donation_filters(finance: Client) -> None:
    other_fund = FundFactory.create(code="newborn")
    first = paid_donation(paid_at=datetime(2026, 2, 5, 12, tzinfo=UTC))
    second = paid_donation(
        paid_at=datetime(2026, 3, 5, 12, tzinfo=UTC),
        attempt__fund=other_fund,
        attempt__language="en",
        attempt__donor__kind="company",
    )
    Donation.objects.filter(pk=second.pk).update(status="refunded")
    for query in (
        {"status": "refunded"},
        {"fund": other_fund.pk},
        {"language": "en"},
        {"kind": "company"},
        {"paid_at_from": "2026-03-05"},
        {"paid_at_from": "2026-03-05", "paid_at_to": "2026-03-05"},
    ):
        assert listing(finance, "donations", **query) == [second], query
    assert listing(finance, "donations", paid_at_to="2026-03-04") == [first]
    assert len(listing(finance, "donations", status=["paid", "refunded"])) == 2


def test_receipts_by_the_state_of_their_latest_message(finance: Client) -> None:
    sent, failed = paid_donation().receipts.get(), paid_donation().receipts.get()
    OutgoingMailFactory.create(receipt=failed, repetition=1, status="failed", sent_at=None)
    OutgoingMailFactory.create(receipt=sent, repetition=1, status="failed", sent_at=None)
    OutgoingMailFactory.create(receipt=sent, repetition=2)
    assert listing(finance, "receipts", mail="failed") == [failed]
    assert listing(finance, "receipts", mail="sent") == [sent]


def test_event_filters(finance: Client) -> None:
    ProviderEventFactory.create()
    failed = ProviderEventFactory.create(status="failed", type="refund.updated", source="sweep")
    for query in ({"status": "failed"}, {"type": "refund.updated"}, {"source": "sweep"}):
        assert listing(finance, "events", **query) == [failed]


def test_order(finance: Client) -> None:
    small, large = paid_donation(attempt__amount_cents=100), paid_donation()
    assert listing(finance, "donations", ordering="amount_cents") == [small, large]
    assert listing(finance, "donations", ordering="-amount_cents") == [large, small]
    assert listing(finance, "donations") == [large, small]


def test_given_is_net_of_refunds_and_not_multiplied(finance: Client) -> None:
    donation = paid_donation()
    other = CheckoutAttemptFactory.create(donor=donation.donor)
    paid_donation(attempt=other)
    LedgerEntryFactory.create(donation=donation, kind="refund", amount_cents=-500)
    [donor] = listing(finance, "donors")
    assert (donor.gift_count, donor.given_cents) == (2, 4500)
    [fund] = listing(finance, "funds")
    assert (fund.gift_count, fund.given_cents) == (2, 4500)


def _queries(client: Client, name: str, **query: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(f"giving_{name}:index"), query).status_code == 200
    return len(captured)


def _fill(count: int) -> None:
    for number in range(count):
        donation = paid_donation(attempt__fund=FundFactory.create(code=f"fund-{number}-{count}"))
        ReceiptFactory.create(
            donation=donation,
            kind="amendment",
            series="K",
            sequence=2,
            refers_to=donation.receipts.get(),
            net_cents=100,
        )
        ProviderEventFactory.create()


@pytest.mark.parametrize("export", ["", "csv"])
@pytest.mark.parametrize("name", NAMES)
def test_queries_do_not_grow_with_the_rows(finance: Client, name: str, export: str) -> None:
    query = {"export": export} if export else {}
    _fill(3)
    _queries(finance, name, **query)
    few = _queries(finance, name, **query)
    _fill(27)
    many = _queries(finance, name, **query)
    assert len(listing(finance, name)) >= 30
    assert many == few
    assert many < 30


def test_pagination(finance: Client) -> None:
    for _number in range(51):
        ProviderEventFactory.create()
    assert len(listing(finance, "events")) == 50
    assert len(listing(finance, "events", p=2)) == 1


def test_export_holds_all_pages_of_what_was_asked_for(finance: Client) -> None:
    for _number in range(51):
        ProviderEventFactory.create()
    ProviderEventFactory.create(status="failed")
    assert len(rows(finance, "events")) == 52
    assert len(rows(finance, "events", status="failed")) == 1


def test_export_of_donations_for_the_books(finance: Client) -> None:
    donation = paid_donation(
        attempt__amount_cents=2550, paid_at=datetime(2026, 2, 5, 22, 30, tzinfo=UTC)
    )
    LedgerEntryFactory.create(donation=donation, kind="refund", amount_cents=-550)
    [row] = rows(finance, "donations")
    assert row["Paid"] == "2026-02-06 00:30:00"
    assert row["Amount, EUR"] == "25.50"
    assert row["Refunded, EUR"] == "-5.50"
    assert row["Fees, EUR"] == "-0.63"
    assert row["Net, EUR"] == "19.37"
    assert row["Receipts"] == donation.receipts.get().reference
    workbook = load_workbook(
        io.BytesIO(b"".join(finance.get(reverse("giving_donations:index"), {"export": "xlsx"})))
    )
    heading, cells = [[cell.value for cell in line] for line in workbook.active.iter_rows()]
    assert cells[heading.index("Amount, EUR")] == 25.5
    assert cells[heading.index("Paid")] == datetime(2026, 2, 6, 0, 30)  # noqa: DTZ001


def test_export_speaks_the_language_of_staff() -> None:
    paid_donation(attempt__fund=FundFactory.create(name_lv="Fonds", name_en="The fund"))
    assert rows(browser("Finance"), "donations")[0]["Fund"] == "The fund"
    response = browser("Finance", language="lv").get(
        reverse("giving_donations:index"), {"export": "csv"}
    )
    assert ",Fonds," in response.getvalue().decode()


@pytest.mark.parametrize("text", ["=1+1", "+371", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_words_never_run_as_formulas(finance: Client, text: str) -> None:
    DonorFactory.create(name=text)
    assert f"'{text}" in rows(finance, "donors")[0].values()
    response = finance.get(reverse("giving_donors:index"), {"export": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(response)))
    cell = book.active["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_control_characters_do_not_break_an_export(finance: Client) -> None:
    DonorFactory.create(name="Anna\x0bBērziņa")
    response = finance.get(reverse("giving_donors:index"), {"export": "xlsx"})
    assert response.status_code == 200
    assert safe_cell("Anna\x0bBērziņa") == "AnnaBērziņa"


def test_exports_are_logged(finance: Client) -> None:
    paid_donation()
    rows(finance, "donations")
    entry = ModelLogEntry.objects.get(action="donations.list.exported")
    assert entry.data == {"list": "donation", "format": "csv", "rows": 1}
    assert entry.user_display_name == "Filips Finansists"
    with translation.override("en"):
        assert str(entry.message) == "Exported “donations” as CSV: 1 rows"
