"""The desk in the admin: gifts entered by hand, statements, duplicates, corrections, campaigns."""

import csv
import io
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, Site

from donations.models import (
    Campaign,
    Donation,
    Donor,
    Fund,
    LedgerEntry,
    OutgoingMail,
    Receipt,
    Statement,
    StatementRun,
    TransferIntention,
    Tribute,
)
from donations.services import statements
from tests.donations.staff import browser, browser_of, member
from tests.factories import (
    CampaignFactory,
    CheckoutAttemptFactory,
    DonorFactory,
    FundFactory,
    LedgerEntryFactory,
    PledgeFactory,
    StatementFactory,
    paid_donation,
)

JANUARY = datetime(2026, 1, 12, 10, tzinfo=UTC)


@pytest.fixture
def finance(site: Site) -> Client:
    return browser("Finance")


@pytest.fixture
def january() -> Any:
    with time_machine.travel(JANUARY, tick=True):
        yield


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def listing(client: Client, name: str, **query: Any) -> list[Any]:
    response = client.get(reverse(f"giving_{name}:index"), query)
    assert response.status_code == 200
    return list(response.context["object_list"])


def rows(client: Client, name: str) -> list[dict[str, str]]:
    response: Any = client.get(reverse(f"giving_{name}:index"), {"export": "csv"})
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


# Gifts entered by hand ----------------------------------------------------------------------------


def gift_form(**changes: Any) -> dict[str, Any]:
    return {
        "request_id": str(uuid.uuid4()),
        "method": "bank",
        "amount_cents": "50",
        "received_on": (timezone.localdate() - timedelta(days=1)).isoformat(),
        "fund": Fund.objects.get(code="general").pk,
        "campaign": "",
        "description": "",
        **changes,
    }


NEW_DONOR = {
    "kind": "person",
    "name": "Jānis Kalns",
    "email": "",
    "personal_code": "121282-11234",
    "registration_number": "",
    "language": "lv",
}


def test_a_gift_of_a_known_donor(finance: Client) -> None:
    donor = DonorFactory.create()
    address = f"{reverse('giving_donations:enter')}?donor={donor.pk}"
    assert donor.name in finance.get(address).text
    response = finance.post(address, gift_form(), follow=True)
    assert "is entered" in said(response)
    gift = Donation.objects.get()
    assert (gift.donor, gift.amount_cents, gift.payment_method) == (donor, 5000, "bank")
    page = finance.get(reverse("giving_donations:inspect", args=[gift.pk])).text
    assert reverse("giving_donations:void", args=[gift.pk]) in page
    assert reverse("giving_donations:refund", args=[gift.pk]) not in page
    assert "dashboard.stripe.com" not in page


def test_a_gift_of_a_new_donor_sent_twice(finance: Client) -> None:
    form = gift_form(**NEW_DONOR, method="cash")
    for _twice in range(2):
        finance.post(reverse("giving_donations:enter"), form)
    assert Donation.objects.count() == 1
    assert Donor.objects.get().personal_code == "121282-11234"


def test_the_form_changed_and_sent_again_asks_what_it_is(finance: Client) -> None:
    form = gift_form(**NEW_DONOR)
    finance.post(reverse("giving_donations:enter"), form)
    response = finance.post(reverse("giving_donations:enter"), form | {"amount_cents": "70"})
    assert response.status_code == 422
    assert "€50.00 is entered already" in response.text
    again = response.context["form"]["request_id"].value()
    assert again not in ("", form["request_id"])
    finance.post(
        reverse("giving_donations:enter"), form | {"amount_cents": "70", "request_id": again}
    )
    assert sorted(Donation.objects.values_list("amount_cents", flat=True)) == [5000, 7000]


def test_a_day_before_the_books_is_a_slip(finance: Client) -> None:
    form = gift_form(**NEW_DONOR, received_on="0026-11-01")
    response = finance.post(reverse("giving_donations:enter"), form)
    assert response.status_code == 422
    assert "too long ago" in response.text
    assert not Donation.objects.exists()


def test_donors_are_found_but_none_that_are_gone(finance: Client) -> None:
    found = DonorFactory.create(name="Anna Balode")
    DonorFactory.create(name="Anna Balode", merged_into=found)
    response = finance.get(reverse("giving_donations:enter"), {"q": "balode"})
    assert response.context["found"] == [found]
    assert f"?donor={found.pk}" in response.text
    gone = DonorFactory.create(erased_at=timezone.now())
    for pk in (gone.pk, "x", 999999):
        address = f"{reverse('giving_donations:enter')}?donor={pk}"
        assert finance.get(address).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"amount_cents": "0"},
        {"amount_cents": "x"},
        {"received_on": "2999-01-01"},
        {"method": "card"},
        {"method": "in_kind"},
        {"fund": "999"},
        {"request_id": ""},
        {"name": ""},
        {"personal_code": "1"},
        {"kind": "company"},
        {"kind": "company", "personal_code": "", "registration_number": "1"},
        {"registration_number": "40003032949"},
        {"email": "x"},
    ],
)
def test_what_can_not_be_entered(finance: Client, change: dict[str, str]) -> None:
    form = gift_form(**NEW_DONOR) | change
    response = finance.post(reverse("giving_donations:enter"), form)
    assert response.status_code == 422
    assert not Donation.objects.exists()
    assert not Donor.objects.exists()


def test_a_campaign_of_another_fund_is_refused(finance: Client) -> None:
    campaign = CampaignFactory.create(fund=Fund.objects.get(code="newborn"))
    form = gift_form(**NEW_DONOR, campaign=campaign.pk)
    response = finance.post(reverse("giving_donations:enter"), form)
    assert response.status_code == 422
    assert "campaign" in response.context["form"].errors


def test_an_announced_transfer_becomes_a_gift(finance: Client) -> None:
    donor = DonorFactory.create()
    transfer = TransferIntention.objects.create(
        donor=donor,
        fund=Fund.objects.get(code="newborn"),
        amount_cents=3000,
        reference="RF18539007547034",
        language="lv",
        address_digest="0",
    )
    page = finance.get(reverse("giving_transfers:index")).text
    address = f"{reverse('giving_donations:enter')}?transfer={transfer.pk}"
    assert address in page
    assert listing(finance, "transfers", q="RF18 5390 0754 7034") == [transfer]
    form = finance.get(address).context["form"]
    assert form.initial["amount_cents"] == 3000
    assert form.initial["description"] == "RF18539007547034"
    finance.post(address, gift_form())
    assert Donation.objects.get().donor == donor
    wrong = f"{reverse('giving_donations:enter')}?transfer=x"
    assert finance.get(wrong).context["transfer"] is None


def test_voiding_asks_first(finance: Client) -> None:
    finance.post(reverse("giving_donations:enter"), gift_form(**NEW_DONOR))
    gift = Donation.objects.get()
    address = reverse("giving_donations:void", args=[gift.pk])
    assert "Void the gift" in finance.get(address).text
    assert "is voided" in said(finance.post(address, follow=True))
    gift.refresh_from_db()
    assert gift.status == "refunded"
    card = paid_donation()
    response = finance.post(reverse("giving_donations:void", args=[card.pk]), follow=True)
    assert "can’t be voided" in said(response)


# Receipts -----------------------------------------------------------------------------------------


def test_a_receipt_is_made_out_anew(finance: Client) -> None:
    finance.post(reverse("giving_donations:enter"), gift_form(**NEW_DONOR))
    receipt = Receipt.objects.get()
    address = reverse("giving_receipts:correct", args=[receipt.pk])
    assert address in finance.get(reverse("giving_receipts:inspect", args=[receipt.pk])).text
    assert finance.get(address).status_code == 200
    assert "nothing to correct" in said(finance.post(address, follow=True))
    Donor.objects.update(name="Jānis Kalniņš")
    assert "amends the receipt" in said(finance.post(address, follow=True))
    assert Receipt.objects.count() == 2


def test_a_lost_pdf_is_made_anew(finance: Client) -> None:
    from django.core.files.storage import storages

    from donations.services.documents import pdf_of

    finance.post(reverse("giving_donations:enter"), gift_form(**NEW_DONOR))
    receipt = Receipt.objects.get()
    whole = pdf_of(receipt)
    receipt.refresh_from_db()
    storages["private"].delete(receipt.pdf_name)
    address = reverse("giving_receipts:restore", args=[receipt.pk])
    assert "is whole" in said(finance.post(address, follow=True))
    receipt.refresh_from_db()
    assert pdf_of(receipt) == whole


# Refunds and disputes -----------------------------------------------------------------------------


def test_refunds_are_listed_with_their_gifts(finance: Client) -> None:
    donation = paid_donation()
    back = LedgerEntryFactory.create(donation=donation, kind="refund", amount_cents=-500)
    assert listing(finance, "refunds") == [back]
    assert listing(finance, "refunds", q=donation.donor.name) == [back]
    assert listing(finance, "refunds", kind="refund_failure") == []
    page = finance.get(reverse("giving_refunds:index")).text
    assert reverse("giving_donations:inspect", args=[donation.pk]) in page
    [row] = rows(finance, "refunds")
    assert (row["Amount, EUR"], row["Gift, EUR"]) == ("-5.00", "25.00")


def test_disputes_of_now_and_then(finance: Client) -> None:
    paid_donation()
    new, won = paid_donation(status="disputed"), paid_donation()
    LedgerEntryFactory.create(donation=won, kind="dispute", amount_cents=-2500)
    LedgerEntryFactory.create(donation=won, kind="dispute_reversal", amount_cents=2500)
    assert set(listing(finance, "disputes")) == {new, won}
    assert listing(finance, "disputes", status="disputed") == [new]
    withdrawn = {
        row["Payment"]: row["Withdrawn in disputes, EUR"] for row in rows(finance, "disputes")
    }
    assert withdrawn == {new.payment_reference: "0.00", won.payment_reference: "0.00"}


# Statements ---------------------------------------------------------------------------------------


def gift_of_last_year(donor: Donor) -> Donation:
    return paid_donation(attempt__donor=donor, paid_at=datetime(2025, 5, 5, 12, tzinfo=UTC))


def test_issue_for_one_donor_then_anew(finance: Client, january: None) -> None:
    donor = DonorFactory.create()
    gift = gift_of_last_year(donor)
    address = reverse("giving_donors:statement", args=[donor.pk])
    assert address in finance.get(reverse("giving_donors:inspect", args=[donor.pk])).text
    assert "was issued" in said(finance.post(address, {"year": "2025"}, follow=True))
    assert "nothing new" in said(finance.post(address, {"year": "2025"}, follow=True))
    for year in ("2026", "x", "", "99999999999"):
        assert "that is over" in said(finance.post(address, {"year": year}, follow=True))
    first = Statement.objects.get()
    again = reverse("giving_statements:reissue", args=[first.pk])
    assert finance.get(again).status_code == 200
    assert "Nothing has changed" in said(finance.post(again, follow=True))
    gift_of_last_year(donor)
    response = finance.post(again, {"sends_mail": "on"}, follow=True)
    assert "was issued" in said(response)
    assert OutgoingMail.objects.filter(kind="statement").count() == 1
    assert "Replaced" in finance.get(reverse("giving_statements:inspect", args=[first.pk])).text
    assert gift.donor == donor


def test_download_is_logged_and_sending_is_once(finance: Client, january: None) -> None:
    donor = DonorFactory.create()
    gift_of_last_year(donor)
    statement = statements.issue(donor, 2025)
    assert statement
    download = finance.get(reverse("giving_statements:download", args=[statement.pk]))
    assert download.content.startswith(b"%PDF-")
    assert statement.reference in download.headers["Content-Disposition"]
    assert ModelLogEntry.objects.filter(action="donations.statement.downloaded").count() == 1
    address = reverse("giving_statements:send", args=[statement.pk])
    assert "on its way to" in said(finance.post(address, follow=True))
    assert "already" in said(finance.post(address, follow=True))
    assert OutgoingMail.objects.filter(statement=statement).count() == 1


def test_a_run_from_the_button_to_the_last_donor(finance: Client, january: None) -> None:
    broken = DonorFactory.create(name=" ")
    for donor in (DonorFactory.create(), broken):
        gift_of_last_year(donor)
    start = reverse("giving_runs:start")
    page = finance.get(start)
    assert page.context["donors"] == 2
    assert "2 donors gave in 2025" in page.text
    response = finance.post(start, {"year": "2025", "sends_mail": "on"}, follow=True)
    assert "Look again" in response.text
    run = StatementRun.objects.get()
    assert (run.started_by, run.sends_mail) == (response.wsgi_request.user, True)
    while statements.next_batch(run.pk):
        pass
    done = finance.get(reverse("giving_runs:inspect", args=[run.pk]))
    assert "2 of 2" in done.text
    assert "SnapshotError" in done.text
    assert [donor for donor, _error, _url in done.context["failures"]] == [broken]
    assert finance.post(start, {"year": "2026"}).status_code == 422


def test_issuing_needs_its_own_permission(january: None, site: Site) -> None:
    user = member("")
    for codename in ("access_admin", "view_statement", "view_statementrun", "view_donor"):
        user.user_permissions.add(Permission.objects.get(codename=codename))
    client, statement = browser_of(user), StatementFactory.create()
    assert client.get(reverse("giving_statements:inspect", args=[statement.pk])).status_code == 200
    for address in (
        reverse("giving_runs:start"),
        reverse("giving_statements:reissue", args=[statement.pk]),
        reverse("giving_statements:send", args=[statement.pk]),
        reverse("giving_donors:statement", args=[statement.donor.pk]),
    ):
        assert client.post(address, {"year": "2025"}).status_code == 302
    assert not StatementRun.objects.exists()
    assert Statement.objects.count() == 1


# Donors -------------------------------------------------------------------------------------------


def test_merging_shows_both_and_asks(finance: Client) -> None:
    kept, other = DonorFactory.create(), DonorFactory.create(name="Anna Otrā")
    paid_donation(attempt__donor=other)
    address = reverse("giving_donors:merge", args=[kept.pk])
    # Nobody was looked for yet.
    assert "Nobody was found" not in finance.get(address).text
    assert "Nobody was found" in finance.get(address, {"q": "zvirbulis"}).text
    assert other in finance.get(address, {"q": "otrā"}).context["found"]
    page = finance.get(address, {"other": other.pk}).text
    assert "€25.00" in page
    response = finance.post(address, {"other": other.pk}, follow=True)
    assert "one donor now" in said(response)
    assert Donation.objects.get().donor == kept
    detail = finance.get(reverse("giving_donors:inspect", args=[other.pk])).text
    assert reverse("giving_donors:inspect", args=[kept.pk]) in detail
    assert address.replace(f"/{kept.pk}/", f"/{other.pk}/") not in detail
    for wrong in ("x", kept.pk, 999999):
        assert "Choose" in said(finance.post(address, {"other": wrong}, follow=True))


def test_merging_with_other_codes_wants_a_second_look(finance: Client) -> None:
    kept = DonorFactory.create(personal_code="121282-11234", personal_code_digest="a")
    other = DonorFactory.create(personal_code="010180-11134", personal_code_digest="b")
    address = reverse("giving_donors:merge", args=[kept.pk])
    response = finance.post(address, {"other": other.pk})
    assert response.status_code == 422
    assert "differ" in response.text
    response = finance.post(address, {"other": other.pk, "confirmed": "on"}, follow=True)
    assert "one donor now" in said(response)


def test_merging_the_wrong_way_round(finance: Client) -> None:
    same = {"name": "Anna", "email": "anna@example.org"}
    kept = DonorFactory.create(**same)
    other = DonorFactory.create(**same, personal_code="121282-11234", personal_code_digest="a")
    address = reverse("giving_donors:merge", args=[kept.pk])
    assert "merge this one into it" in said(finance.post(address, {"other": other.pk}, follow=True))
    company = DonorFactory.create(kind="company")
    response = finance.post(address, {"other": company.pk}, follow=True)
    assert "can’t be merged" in said(response)


def test_erasing_asks_and_is_done(finance: Client) -> None:
    donor = DonorFactory.create()
    address = reverse("giving_donors:erase", args=[donor.pk])
    assert donor.name in finance.get(address).text
    assert "is erased" in said(finance.post(address, follow=True))
    donor.refresh_from_db()
    assert donor.erased_at


def test_a_donors_whole_story(finance: Client, january: None) -> None:
    donor = DonorFactory.create(postal_address="Brīvības iela 1")
    gift = gift_of_last_year(donor)
    pledge = PledgeFactory.create(donor=donor)
    statement = statements.issue(donor, 2025, sends_mail=True)
    assert statement
    page = finance.get(reverse("giving_donors:inspect", args=[donor.pk])).text
    for found in (
        reverse("giving_donations:inspect", args=[gift.pk]),
        reverse("giving_pledges:inspect", args=[pledge.pk]),
        reverse("giving_statements:inspect", args=[statement.pk]),
        gift.receipts.get().reference,
        "Brīvības iela 1",
        "Yearly statement issued",
    ):
        assert found in page, found
    assert OutgoingMail.objects.filter(statement=statement).exists()


def test_the_story_takes_as_many_queries_however_long(finance: Client) -> None:
    def queries(donor: Donor) -> int:
        with CaptureQueriesContext(connection) as captured:
            finance.get(reverse("giving_donors:inspect", args=[donor.pk]))
        return len(captured)

    donor = DonorFactory.create()
    paid_donation(attempt__donor=donor)
    PledgeFactory.create(donor=donor)
    queries(donor)
    few = queries(donor)
    for number in range(10):
        attempt = CheckoutAttemptFactory.create(
            donor=donor, fund=FundFactory.create(code=f"f-{number}")
        )
        paid_donation(attempt=attempt)
        PledgeFactory.create(donor=donor)
    assert queries(donor) == few < 45


def test_a_tribute_stands_with_its_gift(finance: Client) -> None:
    donation = paid_donation(campaign=CampaignFactory.create(name_en="Spring"))
    assert donation.attempt
    Tribute.objects.create(attempt=donation.attempt, kind="memory", honoree="Vecmāmiņa Līna")
    page = finance.get(reverse("giving_donations:inspect", args=[donation.pk])).text
    assert "Vecmāmiņa Līna" in page
    assert "Spring" in page


# Campaigns ----------------------------------------------------------------------------------------


def test_campaigns_are_written_like_funds(finance: Client) -> None:
    fund = Fund.objects.get(code="general")
    form = {
        "code": "school",
        "name_lv": "Skolai",
        "name_en": "For school",
        "fund": fund.pk,
        "goal_cents": "1000",
        "starts_on": "2026-08-01",
        "ends_on": "2026-09-30",
        "end_note_lv": "",
        "end_note_en": "",
    }
    finance.post(reverse("giving_campaigns:add"), form)
    campaign = Campaign.objects.get()
    assert (campaign.goal_cents, campaign.ends_on) == (100000, date(2026, 9, 30))
    paid_donation(campaign=campaign, attempt__amount_cents=25000)
    [shown] = listing(finance, "campaigns")
    assert shown.given_cents == 25000
    page = finance.get(reverse("giving_campaigns:index")).text
    assert "25%" in page
    latvian = browser_of(member("Finance", language="lv"))
    page = latvian.get(reverse("giving_campaigns:index")).text
    assert "Pievienot: kampaņa" in page
    assert "Nosaukums" in page
    other = Fund.objects.get(code="newborn")
    edit = reverse("giving_campaigns:edit", args=[campaign.pk])
    finance.post(edit, form | {"code": "x", "fund": other.pk, "name_en": "School"})
    campaign.refresh_from_db()
    assert (campaign.code, campaign.fund, campaign.name_en) == ("school", fund, "School")
    backwards = form | {"code": "y", "ends_on": "2026-07-01"}
    assert finance.post(reverse("giving_campaigns:add"), backwards).status_code == 200
    assert Campaign.objects.count() == 1


def test_a_used_campaign_is_not_deleted_even_by_a_superuser(site: Site) -> None:
    boss = browser_of(member("", is_superuser=True))
    used, unused = CampaignFactory.create(), CampaignFactory.create()
    paid_donation(campaign=used)
    for campaign in (used, unused):
        boss.post(reverse("giving_campaigns:delete", args=[campaign.pk]))
    assert list(Campaign.objects.all()) == [used]


@pytest.mark.parametrize("export", ["", "csv"])
@pytest.mark.parametrize("name", ["refunds", "disputes", "statements", "transfers", "campaigns"])
def test_queries_do_not_grow(finance: Client, name: str, export: str) -> None:
    query = {"export": export} if export else {}

    def fill(count: int) -> None:
        for _row in range(count):
            fund = FundFactory.create(code=uuid.uuid4().hex)
            donation = paid_donation(attempt__fund=fund, status="disputed")
            LedgerEntryFactory.create(donation=donation, kind="refund", amount_cents=-500)
            LedgerEntryFactory.create(donation=donation, kind="dispute", amount_cents=-500)
            statement = StatementFactory.create()
            OutgoingMail.objects.create(
                kind="statement", statement=statement, message_id=uuid.uuid4().hex
            )
            TransferIntention.objects.create(
                donor=donation.donor,
                fund=fund,
                amount_cents=100,
                reference="RF",
                language="lv",
                address_digest="0",
            )
            CampaignFactory.create(fund=fund)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            b"".join(finance.get(reverse(f"giving_{name}:index"), query))
        return len(captured)

    fill(2)
    queries()
    few = queries()
    fill(15)
    assert queries() == few < 30
    assert LedgerEntry.objects.count() > 15
