"""Cash, bank transfers and gifts in kind: entered once, receipted, voided, corrected."""

import io
import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry, Site

from donations.models import Campaign, Donation, Donor, Fund, LedgerEntry, OutgoingMail, Receipt
from donations.queries import raised_cents
from donations.services import documents, erasure, manual_gifts, receipts
from donations.services.documents import pdf_of
from donations.services.manual_gifts import (
    AlreadyEntered,
    Entry,
    NewDonor,
    NotEnterable,
    NotVoidable,
    enter,
    void,
)
from donations.services.refunds import refundable_cents
from sosbca.users.models import User
from tests.donations.staff import member
from tests.factories import DonorFactory, paid_donation


@pytest.fixture
def staff(site: Site) -> User:
    return member("Finance")


@pytest.fixture
def entry(site: Site) -> Entry:
    return Entry(
        donor=DonorFactory.create(),
        fund=Fund.objects.get(code="general"),
        amount_cents=5000,
        received_on=timezone.localdate() - timedelta(days=1),
        method="cash",
    )


def entered(entry: Entry, user: User, **changes: Any) -> Donation:
    return enter(replace(entry, **changes), uuid.uuid4(), user)


def text_of(receipt: Receipt) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(receipt)), strict=True)
    return " ".join(reader.pages[0].extract_text().replace("\u200b", "").split())


@pytest.mark.parametrize(
    ("method", "description", "words"),
    [
        ("cash", "", "50,00"),
        ("bank", "Konta izraksts 14", "50,00"),
        ("in_kind", "20 bērnu grāmatas", "20 bērnu grāmatas"),
    ],
)
def test_a_gift_is_in_the_books_with_its_receipt(
    entry: Entry, staff: User, method: str, description: str, words: str
) -> None:
    gift = entered(entry, staff, method=method, description=description)
    assert (gift.status, gift.provider, gift.amount_cents) == ("paid", "manual", 5000)
    assert gift.payment_reference.startswith("manual-")
    assert gift.paid_at
    assert timezone.localdate(gift.paid_at) == entry.received_on
    [booked] = LedgerEntry.objects.all()
    assert (booked.kind, booked.amount_cents, booked.balance_reference) == ("charge", 5000, "")
    assert raised_cents(entry.fund) == 5000
    receipt = Receipt.objects.get()
    assert words in text_of(receipt)
    assert "Stripe" not in text_of(receipt)
    assert OutgoingMail.objects.get().receipt == receipt


def test_sending_the_form_twice_enters_once(entry: Entry, staff: User) -> None:
    request = uuid.uuid4()
    first, second = enter(entry, request, staff), enter(entry, request, staff)
    assert first.pk == second.pk
    assert LedgerEntry.objects.count() == Receipt.objects.count() == 1
    assert ModelLogEntry.objects.filter(action="donations.donation.entered").count() == 1


def test_two_of_the_same_form_at_once_enter_once(
    entry: Entry, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = manual_gifts._enter

    def after_the_other(*args: Any) -> Donation:
        really(*args)
        return really(*args)

    monkeypatch.setattr(manual_gifts, "_enter", after_the_other)
    gift = entered(entry, staff)
    assert Donation.objects.get() == gift
    assert LedgerEntry.objects.count() == Receipt.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_cents": 700},
        {"donor": NewDonor(kind="person", name="Jānis Kalns")},
        {"method": "bank"},
        {"received_on": date(2026, 1, 1)},
        {"description": "Konta izraksts 14"},
    ],
)
def test_the_form_of_one_gift_does_not_swallow_another(
    entry: Entry, staff: User, changes: dict[str, Any]
) -> None:
    request = uuid.uuid4()
    first = enter(entry, request, staff)
    with pytest.raises(AlreadyEntered) as raised:
        enter(replace(entry, **changes), request, staff)
    assert raised.value.args == (first,)
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_cents": 0},
        {"amount_cents": -1},
        {"received_on": date(2999, 1, 1)},
        {"received_on": date(1, 1, 1)},
        {"received_on": date(1999, 12, 31)},
        {"method": "card"},
        {"method": "in_kind", "description": " "},
    ],
)
def test_what_can_not_be_entered(entry: Entry, staff: User, changes: dict[str, Any]) -> None:
    with pytest.raises(NotEnterable):
        entered(entry, staff, **changes)
    assert not Donation.objects.exists()


def test_not_for_merged_or_erased_donors_nor_a_campaign_of_another_fund(
    entry: Entry, staff: User
) -> None:
    merged = DonorFactory.create(merged_into=DonorFactory.create())
    erased = DonorFactory.create(erased_at=timezone.now())
    campaign = Campaign.objects.create(
        code="other",
        name_lv="Cits",
        name_en="Other",
        fund=Fund.objects.get(code="newborn"),
        starts_on=date(2026, 1, 1),
    )
    for changes in ({"donor": merged}, {"donor": erased}, {"campaign": campaign}):
        with pytest.raises(NotEnterable):
            entered(entry, staff, **changes)


def test_a_new_donor_is_recorded_and_found_again(entry: Entry, staff: User) -> None:
    new = NewDonor(kind="person", name="Jānis Kalns", personal_code="121282-11234")
    first = entered(entry, staff, donor=new)
    second = entered(entry, staff, donor=new)
    assert first.donor == second.donor
    assert first.donor.personal_code == "121282-11234"
    assert "121282-11234" in text_of(first.receipts.get())
    # Nobody can be written to.
    assert not OutgoingMail.objects.exists()
    kept = DonorFactory.create()
    Donor.objects.filter(pk=first.donor_id).update(merged_into=kept)
    assert entered(entry, staff, donor=new).donor == kept


def test_a_donor_needs_a_name_in_the_database(site: Site) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DonorFactory.create(name="")


def test_voiding_takes_it_out_of_the_books_and_annuls_the_receipt(
    entry: Entry, staff: User
) -> None:
    gift = entered(entry, staff)
    for _twice in range(2):
        voided = void(gift, staff)
        assert voided.status == "refunded"
    assert sorted(LedgerEntry.objects.values_list("kind", "amount_cents")) == [
        ("charge", 5000),
        ("refund", -5000),
    ]
    assert raised_cents(entry.fund) == 0
    assert list(gift.receipts.order_by("sequence").values_list("kind", flat=True)) == [
        "receipt",
        "annulment",
    ]
    assert ModelLogEntry.objects.filter(action="donations.donation.voided").count() == 1


def test_a_card_payment_is_refunded_not_voided(entry: Entry, staff: User) -> None:
    with pytest.raises(NotVoidable):
        void(paid_donation(), staff)


def test_the_payment_company_is_not_asked_to_refund_cash(entry: Entry, staff: User) -> None:
    assert refundable_cents(entered(entry, staff)) == 0


# Corrections --------------------------------------------------------------------------------------


def test_a_corrected_name_makes_an_amendment_that_says_so(entry: Entry, staff: User) -> None:
    gift = entered(entry, staff)
    first = gift.receipts.get()
    assert isinstance(entry.donor, Donor)
    Donor.objects.filter(pk=entry.donor.pk).update(name="Anna Kalniņa")
    corrected = receipts.correct_donor(gift, staff)
    assert (corrected.kind, corrected.net_cents) == ("amendment", 5000)
    text = text_of(corrected)
    assert "Anna Kalniņa" in text
    assert first.reference in text
    assert "Anna Kalniņa" not in text_of(first)
    with pytest.raises(receipts.NothingToCorrect):
        receipts.correct_donor(gift, staff)
    assert Receipt.objects.count() == 2


def test_an_annulled_receipt_is_not_made_out_anew(entry: Entry, staff: User) -> None:
    gift = entered(entry, staff)
    void(gift, staff)
    Donor.objects.update(name="Anna Kalniņa")
    with pytest.raises(receipts.NothingToCorrect):
        receipts.correct_donor(gift, staff)


def test_the_receipt_of_who_was_erased_stays_as_it_was(entry: Entry, staff: User) -> None:
    gift = entered(entry, staff)
    assert erasure.erase([gift.donor])
    gift.donor.refresh_from_db()
    assert gift.donor.erased_at
    with pytest.raises(receipts.NothingToCorrect):
        receipts.correct_donor(gift, staff)


def test_a_lost_or_damaged_pdf_is_made_anew_from_what_was_frozen(entry: Entry, staff: User) -> None:
    receipt = entered(entry, staff).receipts.get()
    whole = pdf_of(receipt)
    documents.restore(receipt, staff)
    assert not ModelLogEntry.objects.filter(action="donations.document.restored").exists()
    storages["private"].delete(receipt.pdf_name)
    Donor.objects.update(name="Anna Kalniņa")
    documents.restore(receipt, staff)
    assert pdf_of(receipt) == whole
    Receipt.objects.filter(pk=receipt.pk).update(pdf_sha256="0" * 64)
    receipt.refresh_from_db()
    with pytest.raises(documents.DamagedReceipt):
        pdf_of(receipt)
    documents.restore(receipt, staff)
    assert pdf_of(receipt) == whole


def test_what_was_forgotten_can_not_be_made_anew(entry: Entry, staff: User) -> None:
    receipt = entered(entry, staff).receipts.get()
    pdf_of(receipt)
    receipt.refresh_from_db()
    storages["private"].delete(receipt.pdf_name)
    receipt.snapshot = ""
    with pytest.raises(documents.NothingFrozen):
        documents.restore(receipt, staff)


def test_entering_is_one_transaction(
    entry: Entry, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("donations.services.receipts.issue_due", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        entered(entry, staff)
    assert not Donation.objects.exists()
    assert not LedgerEntry.objects.exists()
