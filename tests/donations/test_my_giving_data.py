"""Details, language, consents, documents; all data to take away, and erasing it."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from donations.models import (
    AccessLink,
    CheckoutAttempt,
    Consent,
    Donation,
    Instalment,
    LedgerEntry,
    OutgoingMail,
    Pledge,
    PledgeWish,
    Receipt,
    TransferIntention,
    Tribute,
)
from donations.models import Donor as DonorRow
from donations.services import company_records, documents, erasure, pledges
from tests.donations.own_page import EMAIL, Donor, address, begin, pass_days, query_of, shown
from tests.factories import DonorFactory, StatementFactory
from tests.giving import Giving

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def pledge(giving: Giving) -> Pledge:
    return begin(
        giving,
        personal_code="161175-19997",
        employer="SIA Zīle",
        message="Sveiciens bērniem!",
        newsletter_wording="News",
    )


@pytest.fixture
def donor(giving: Giving, pledge: Pledge) -> Donor:
    mail.outbox.clear()
    return Donor(giving, language="en").come()


def row() -> DonorRow:
    return DonorRow.objects.get()


def told(kind: str) -> int:
    return OutgoingMail.objects.filter(kind=kind).count()


def logged(action: str) -> int:
    return ModelLogEntry.objects.filter(action=f"donations.{action}").count()


# Documents ---------------------------------------------------------------------------------------


def test_receipts_are_downloaded_as_they_were_issued(donor: Donor, giving: Giving) -> None:
    receipt = Receipt.objects.get()
    assert receipt.reference in shown(donor.get("my-giving-gifts"))
    answer = donor.get("my-giving-receipt", receipt.public_id)
    assert answer.content == documents.pdf_of(receipt)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]


def test_years_are_apart(donor: Donor, giving: Giving) -> None:
    before = timezone.now() - timedelta(days=400)
    Donation.objects.update(paid_at=before)
    LedgerEntry.objects.update(occurred_at=before)
    attempt = giving.start(language="en", amount_cents=5000)
    giving.pay(attempt)
    giving.deliver()
    this, last = timezone.localdate().year, timezone.localdate(before).year
    page = shown(donor.get("my-giving-gifts"))
    assert "Given in this year: €50" in page
    assert "€10" in shown(donor.get("my-giving-year", last))
    assert "€50" not in shown(donor.get("my-giving-year", last))
    assert donor.get("my-giving-year", this).status_code == 200
    assert donor.get("my-giving-year", 1999).status_code == 404


def test_what_went_back_is_not_counted(donor: Donor, giving: Giving) -> None:
    giving.sandbox.refund(Donation.objects.get().payment_reference, 400)
    giving.deliver()
    page = shown(donor.get("my-giving-gifts"))
    assert "Given in this year: €6" in page
    assert "Partly refunded" in page
    assert Receipt.objects.get(kind="amendment").reference in page


def test_a_forgotten_receipt_is_no_longer_offered(donor: Donor) -> None:
    receipt = Receipt.objects.get()
    Receipt.objects.update(snapshot="", pdf_name="")
    assert "no longer kept" in shown(donor.get("my-giving-gifts"))
    assert donor.get("my-giving-receipt", receipt.public_id).status_code == 404


# Details -----------------------------------------------------------------------------------------


def test_details_are_changed_told_and_passed_on(
    donor: Donor, giving: Giving, pledge: Pledge
) -> None:
    sent = {"email": EMAIL, "name": "Anna Kalniņa", "postal_address": "Brīvības iela 1, Rīga"}
    answer = donor.send("my-giving-donor", row().pk, **sent)
    page = shown(donor.follow(answer))
    assert "Saved" in page
    assert "Anna Kalniņa" in page
    assert (row().name, row().postal_address) == (sent["name"], sent["postal_address"])
    giving.work()
    assert told("details_changed") == logged("donor.changed") == 1
    assert giving.sandbox.get(pledge.customer_reference)["name"] == "Anna Kalniņa"
    assert "Kalniņa" not in str(list(ModelLogEntry.objects.values_list("data", "label")))
    assert query_of(donor.send("my-giving-donor", row().pk, **sent)) == "note=same"
    assert told("details_changed") == 1


def test_a_name_is_needed_and_two_can_not_be_the_same(donor: Donor) -> None:
    answer = donor.send("my-giving-donor", row().pk, email=EMAIL, name=" ")
    assert answer.status_code == 422
    assert shown(answer).count("Enter a name") == 2
    twin = DonorFactory.create(email=EMAIL, name="Anna Otra")
    answer = donor.send("my-giving-donor", twin.pk, email=EMAIL, name="Anna Otra")
    assert query_of(answer) == "note=same"
    DonorRow.objects.exclude(pk=twin.pk).update(personal_code_digest="")
    answer = donor.send("my-giving-donor", twin.pk, email=EMAIL, name="Anna Bērziņa")
    assert answer.status_code == 422
    assert shown(answer).count("details with this name already") == 2


def test_language_of_donor_and_pledge(donor: Donor, giving: Giving, pledge: Pledge) -> None:
    DonorRow.objects.update(language="lv")
    assert query_of(donor.send("my-giving-language", language="en")) == "note=saved"
    assert query_of(donor.send("my-giving-language", language="lv")) == "note=saved"
    pledge.refresh_from_db()
    assert (row().language, pledge.language) == ("lv", "lv")
    assert query_of(donor.send("my-giving-language", language="lv")) == "note=same"
    assert donor.send("my-giving-language", language="de").status_code == 422
    giving.work()
    assert giving.sandbox.get(pledge.customer_reference)["preferred_locales"] == ["lv"]


def test_consents_are_added_never_edited(donor: Donor, giving: Giving) -> None:
    assert query_of(donor.send("my-giving-consents")) == "note=saved"
    assert query_of(donor.send("my-giving-consents")) == "note=same"
    assert query_of(donor.send("my-giving-consents", newsletter="on")) == "note=saved"
    words = list(Consent.objects.order_by("pk").values_list("is_given", flat=True))
    assert words == [True, False, True]
    assert told("details_changed") == 2
    assert "checked" in donor.get("my-giving-details").content.decode()


def test_stripe_away_it_is_told_later(
    donor: Donor, giving: Giving, pledge: Pledge, clock: Any
) -> None:
    giving.sandbox.faults.add("drop", prefix="/v1/customers", times=50)
    donor.send("my-giving-donor", row().pk, email=EMAIL, name="Anna Kalniņa")
    giving.work()
    assert row().name == "Anna Kalniņa"
    assert giving.sandbox.get(pledge.customer_reference)["name"] != "Anna Kalniņa"
    giving.sandbox.faults.clear()
    clock.shift(timedelta(minutes=11))
    company_records.tell_late()
    giving.work()
    assert giving.sandbox.get(pledge.customer_reference)["name"] == "Anna Kalniņa"


# All data ----------------------------------------------------------------------------------------


def test_everything_can_be_taken_away(donor: Donor, pledge: Pledge) -> None:
    answer = donor.send("my-giving-download")
    assert answer.headers["Content-Type"] == "application/zip"
    assert "no-store" in answer.headers["Cache-Control"]
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert packed.testzip() is None
    data = json.loads(packed.read("data.json"))
    receipt = Receipt.objects.get()
    name = f"receipts/{receipt.reference}.pdf"
    assert packed.read(name) == documents.pdf_of(receipt)
    assert data["files"] == [name]
    assert data["donors"][0]["personal_code"] == "161175-19997"
    assert data["forms"][0]["message"] == "Sveiciens bērniem!"
    assert data["pledges"][0]["amount_cents"] == 1000
    assert {entry["kind"] for entry in data["entries"]} == {"charge", "fee"}
    for part in ("consents", "payments_due", "gifts", "receipts", "messages", "visits", "log"):
        assert data[part], part
    assert "digest" not in packed.read("data.json").decode()
    assert logged("donor.exported") == 1


def test_duplicates_and_every_kind_of_message_are_in_it(donor: Donor, pledge: Pledge) -> None:
    DonorFactory.create(name="Anna Vecā", email="old@example.org", merged_into=row())
    tribute = OutgoingMail.objects.create(
        kind="tribute", attempt=pledge.attempt, message_id="<tribute@testserver>"
    )
    OutgoingMail.objects.create(
        kind="transfer",
        transfer=TransferIntention.objects.create(
            donor=pledge.donor,
            fund=pledge.fund,
            amount_cents=2500,
            reference="RF3710000009",
            language="lv",
            address_digest="0" * 64,
        ),
        message_id="<transfer@testserver>",
    )
    statement = StatementFactory.create(donor=pledge.donor, snapshot="")
    OutgoingMail.objects.create(
        kind="statement", statement=statement, message_id="<statement@testserver>"
    )
    packed = zipfile.ZipFile(io.BytesIO(donor.send("my-giving-download").content))
    data = json.loads(packed.read("data.json"))
    assert {person["name"] for person in data["donors"]} == {"Anna Bērziņa", "Anna Vecā"}
    kinds = {message["kind"] for message in data["messages"]}
    assert {"tribute", "transfer", "statement"} <= kinds
    assert tribute.pk in {message["id"] for message in data["messages"]}
    assert {"checkoutattempt", "receipt", "pledge"} <= {entry["kind"] for entry in data["log"]}


def test_a_file_that_does_not_open_keeps_nothing_else_back(
    donor: Donor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(document: Any) -> bytes:
        raise documents.DamagedReceipt

    monkeypatch.setattr("donations.services.donor_export.pdf_of", damaged)
    packed = zipfile.ZipFile(io.BytesIO(donor.send("my-giving-download").content))
    assert packed.namelist() == ["data.json"]


def test_only_the_donors_own_is_in_it(donor: Donor, giving: Giving) -> None:
    begin(giving, email="berta@example.org", name="Berta Ozola")
    text = zipfile.ZipFile(io.BytesIO(donor.send("my-giving-download").content)).read("data.json")
    assert "berta" not in text.decode().lower()


# Erasing -----------------------------------------------------------------------------------------


def remains() -> str:
    """Every text of every table that could hold something of the donor."""
    models = (AccessLink, CheckoutAttempt, Consent, DonorRow, OutgoingMail, Pledge, PledgeWish)
    found = [str(list(model._default_manager.values())) for model in (*models, Tribute)]
    return " ".join([*found, str(list(ModelLogEntry.objects.values("label", "data")))])


def test_erasing_shows_what_is_kept_and_asks_to_be_sure(donor: Donor, pledge: Pledge) -> None:
    year = timezone.localdate().year
    page = shown(donor.get("my-giving-erase"))
    assert "€10 every month" in page
    assert f"until 31 December {year + 5}" in page
    assert f"31 December {year + 10}" in page
    answer = donor.send("my-giving-erase")
    assert answer.status_code == 422
    assert shown(answer).count("Please tick that you are sure.") == 2
    assert row().erase_requested_at is None


def test_identity_goes_accounting_stays(donor: Donor, giving: Giving, pledge: Pledge) -> None:
    assert pledge.attempt
    Tribute.objects.create(attempt=pledge.attempt, kind="memory", honoree="Jānis Bērziņš")
    entries = list(LedgerEntry.objects.order_by("pk").values())
    receipt = Receipt.objects.get()
    pdf = documents.pdf_of(receipt)
    assert Pledge.objects.get().method_ending
    Instalment.objects.update(pay_url="https://stripe.invalid/invoice")
    answer = donor.send("my-giving-erase", sure="on")
    assert answer.headers["Location"] == donor.path("my-giving-erased")
    giving.deliver()
    pledge.refresh_from_db()
    assert pledge.status == Pledge.Status.CANCELLED
    assert giving.sandbox.get(pledge.subscription_reference)["status"] == "canceled"
    for trace in ("Anna", "Bērziņ", EMAIL, "161175", "Zīle", "Sveiciens", "Jānis"):
        assert trace not in remains(), trace
    # Facts of accounting are untouched.
    assert list(LedgerEntry.objects.order_by("pk").values()) == entries
    assert Donation.objects.get().donor == row()
    receipt.refresh_from_db()
    assert documents.pdf_of(receipt) == pdf
    pledge.refresh_from_db()
    assert (pledge.method_ending, pledge.card_expires_on) == ("", None)
    assert not Instalment.objects.exclude(pay_url="").exists()
    assert row().erased_at
    assert str(row()) in {"Erased donor", "Dzēsts ziedotājs"}
    customer = giving.sandbox.get(pledge.customer_reference)
    assert not customer["name"]
    assert not customer["email"]
    # The visit is over, and nobody gets in again.
    assert donor.get("my-giving-gifts").status_code == 303
    last = mail.outbox[-1]
    assert last.to == [EMAIL]
    assert str(timezone.localdate().year + 5) in str(last.body)
    assert told("erased") == 1
    sent = [message.to for message in mail.outbox]
    Client().post(address("my-giving"), {"email": EMAIL})
    giving.work()
    assert [message.to for message in mail.outbox] == sent
    assert logged("donor.erase_wished") == logged("donor.erased") == 1


def test_what_was_erased_is_not_fetched_back(donor: Donor, giving: Giving, pledge: Pledge) -> None:
    donor.send("my-giving-end", pledge.public_id, comment="Esmu bez darba.")
    assert Pledge.objects.get().end_comment == "Esmu bez darba."
    donor.send("my-giving-erase", sure="on")
    # The events of both come only now.
    giving.deliver()
    pledges.synchronise(Pledge.objects.get())
    pledge.refresh_from_db()
    assert (pledge.end_comment, pledge.method_ending) == ("", "")


@pytest.mark.parametrize("after", [False, True], ids=["not done", "done, answer lost"])
def test_stripe_away_nothing_is_half_done(
    donor: Donor, giving: Giving, pledge: Pledge, clock: Any, after: bool
) -> None:
    giving.sandbox.faults.add("drop", prefix="/v1/subscriptions", times=50, after=after)
    answer = donor.send("my-giving-erase", sure="on")
    page = shown(donor.follow(answer))
    assert "Your data will be erased" in page
    assert row().name == "Anna Bērziņa", "nothing is erased before the gift has ended"
    assert told("erased") == 0
    giving.sandbox.faults.clear()
    clock.shift(timedelta(minutes=3))
    giving.deliver()
    assert erasure.carry_out_waiting() == 1
    assert erasure.carry_out_waiting() == 0
    giving.deliver()
    assert row().erased_at
    assert told("erased") == 1
    assert PledgeWish.objects.count() == 1


def test_a_payment_on_its_way_is_awaited(donor: Donor, giving: Giving, clock: Any) -> None:
    attempt = giving.start(language="en", amount_cents=700, personal_code="161175-19997")
    giving.pay(attempt, "sepa")
    giving.deliver()
    assert donor.send("my-giving-erase", sure="on").headers["Location"] == donor.path(
        "my-giving-data"
    )
    assert erasure.carry_out_waiting() == 0
    pass_days(giving, clock, 6)
    erasure.carry_out_waiting()
    assert all(donor.erased_at for donor in DonorRow.objects.all())
    assert Receipt.objects.filter(donation__attempt=attempt).exists()


def test_an_open_checkout_is_closed_first(donor: Donor, giving: Giving) -> None:
    attempt = giving.start(language="en", personal_code="161175-19997")
    donor.send("my-giving-erase", sure="on")
    attempt.refresh_from_db()
    assert attempt.status == CheckoutAttempt.Status.EXPIRED
    assert row().erased_at


def test_merged_duplicates_go_as_well(donor: Donor) -> None:
    DonorFactory.create(name="Anna Dubulta", email="anna2@example.org", merged_into=row())
    donor.send("my-giving-erase", sure="on")
    assert "Dubulta" not in remains()
    assert "anna2" not in remains()


def test_erasing_twice_is_erasing_once(donor: Donor, giving: Giving) -> None:
    everybody = list(DonorRow.objects.all())
    assert erasure.erase(everybody)
    assert erasure.erase(everybody)
    giving.work()
    assert told("erased") == 1
    assert erasure.carry_out(DonorFactory.create().pk) is False


def test_the_same_person_may_give_again(donor: Donor, giving: Giving) -> None:
    donor.send("my-giving-erase", sure="on")
    attempt = giving.start(language="en")
    assert attempt.donor.name == "Anna Bērziņa"
    assert DonorRow.objects.count() == 2
