"""What is no longer needed is forgotten by itself, to the day; what the law asks for stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from donations.dates import months_later
from donations.models import (
    AccessLink,
    CheckoutAttempt,
    Consent,
    Donor,
    LedgerEntry,
    OutgoingMail,
    Receipt,
    TransferIntention,
    Tribute,
)
from donations.services import access, documents, kept, mail, retention, transfers
from donations.services.attempts import GiftDetails
from donations.tasks import forget_old_data
from tests.factories import (
    CheckoutAttemptFactory,
    DonationFactory,
    DonorFactory,
    LedgerEntryFactory,
    OutgoingMailFactory,
    ReceiptFactory,
)

pytestmark = pytest.mark.django_db


def aged(row: Any, **moments: datetime) -> Any:
    """The row, as if it were recorded then."""
    type(row)._default_manager.filter(pk=row.pk).update(**moments)
    row.refresh_from_db()
    return row


def announced() -> TransferIntention:
    """A bank transfer that somebody said they would make."""
    details = GiftDetails(
        amount_cents=2500,
        frequency="once",
        fund_code="general",
        language="lv",
        donor_kind="person",
        name="Anna Bērziņa",
        email="anna@example.org",
    )
    return transfers.announce(details, "192.0.2.1")


def ago(**delta: float) -> datetime:
    return timezone.now() - timedelta(**delta)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
        (date(2026, 5, 5), -24, date(2024, 5, 5)),
    ],
)
def test_months_later(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected


def test_links_and_visits() -> None:
    for number, days in enumerate((6, 8)):
        access.ask_for_link(f"a{number}@example.org", "lv", "192.0.2.1")
        aged(AccessLink.objects.latest("pk"), created_at=ago(days=days))
    assert retention.forget_access_links() == 1
    assert AccessLink.objects.get().email == "a0@example.org"


def test_forms_that_led_to_nothing_and_their_donors() -> None:
    old, new = ago(days=190), ago(days=170)
    gone = aged(CheckoutAttemptFactory.create(status="expired"), created_at=old)
    kept_ones = [
        aged(CheckoutAttemptFactory.create(status="expired"), created_at=new),
        aged(CheckoutAttemptFactory.create(status="completed"), created_at=old),
        aged(DonationFactory.create(attempt__status="expired").attempt, created_at=old),
    ]
    Tribute.objects.create(attempt=gone, kind="honour", honoree="Jānis")
    Donor.objects.update(created_at=old)
    hearing = aged(DonorFactory.create(), created_at=old)
    Consent.objects.create(donor=hearing, purpose="newsletter", is_given=True, wording="w")
    silent = aged(DonorFactory.create(), created_at=old)
    for is_given in (True, False):
        Consent.objects.create(donor=silent, purpose="newsletter", is_given=is_given, wording="w")
    young = DonorFactory.create()
    assert retention.forget_attempts() == 1
    assert set(CheckoutAttempt.objects.all()) == set(kept_ones)
    assert retention.forget_donors_without_gift() == 2
    left = set(Donor.objects.all())
    assert left == {hearing, young, *(attempt.donor for attempt in kept_ones)}


@pytest.mark.parametrize(("days", "forgotten"), [(190, 1), (170, 0)])
def test_announced_transfers_and_who_did_no_more(days: int, forgotten: int, site: object) -> None:
    intention = aged(announced(), created_at=ago(days=days))
    mail.deliver(OutgoingMail.objects.get(transfer=intention).pk)
    aged(intention.donor, created_at=ago(days=days))
    assert retention.forget_transfers() == forgotten
    assert retention.forget_donors_without_gift() == forgotten
    assert Donor.objects.count() == TransferIntention.objects.count() == 1 - forgotten


def test_what_is_still_to_be_written_to_somebody_is_waited_for(site: object) -> None:
    intention = aged(announced(), created_at=ago(days=190))
    OutgoingMail.objects.update(status=OutgoingMail.Status.WAITING)
    assert retention.forget_transfers() == 0
    assert TransferIntention.objects.get() == intention


def test_words_of_donors() -> None:
    old = aged(CheckoutAttemptFactory.create(message="Old"), created_at=ago(days=740))
    new = CheckoutAttemptFactory.create(message="New")
    assert retention.forget_messages() == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.message, new.message) == ("", "New")
    assert retention.forget_messages() == 0


def test_tributes() -> None:
    old = aged(CheckoutAttemptFactory.create(), created_at=ago(days=370))
    for attempt in (old, CheckoutAttemptFactory.create()):
        Tribute.objects.create(
            attempt=attempt,
            kind="memory",
            honoree="Jānis",
            recipient_email="j@example.org",
            message="m",
        )
    assert retention.forget_tributes() == 1
    assert retention.forget_tributes() == 0
    tribute = Tribute.objects.get(attempt=old)
    assert (tribute.honoree, tribute.recipient_email, tribute.message) == ("", "", "")
    assert Tribute.objects.exclude(pk=tribute.pk).get().honoree == "Jānis"


def test_messages_that_were_given_up() -> None:
    for status, days in (("failed", 740), ("failed", 10), ("waiting", 740)):
        mail = OutgoingMailFactory.create(
            status=status, sent_at=None, recipient="a@example.org", facts="{}"
        )
        aged(mail, created_at=ago(days=days))
    assert retention.forget_unsent_mail() == 1
    left = [(mail.status, mail.recipient) for mail in OutgoingMail.objects.order_by("pk")]
    assert left == [("failed", ""), ("failed", "a@example.org"), ("waiting", "a@example.org")]


@pytest.mark.parametrize(
    ("today", "is_kept"),
    [
        ("2026-12-31T12:00:00Z", True),
        ("2026-12-31T21:59:00Z", True),
        ("2026-12-31T22:01:00Z", False),
    ],
)
def test_receipts_are_kept_to_the_end_of_the_fifth_year(today: str, is_kept: bool) -> None:
    """In Riga the year 2027 begins two hours before it does in Greenwich."""
    name = storages["private"].save("receipts/2021/x.pdf.enc", ContentFile(b"x"))
    receipt = ReceiptFactory.create(
        year=2021, snapshot='{"donor": "Anna"}', pdf_name=name, pdf_sha256="0" * 64
    )
    assert kept.document_end(2021) == date(2026, 12, 31)
    with time_machine.travel(datetime.fromisoformat(today)):
        assert retention.forget_receipts() == (0 if is_kept else 1)
        assert retention.forget_receipts() == 0
    receipt.refresh_from_db()
    assert bool(receipt.snapshot) == is_kept
    assert storages["private"].exists(name) == is_kept
    # The register goes on knowing of it.
    assert (receipt.reference, receipt.net_cents) == (receipt.reference, 2500)
    if not is_kept:
        with pytest.raises(documents.NoLongerKept):
            documents.pdf_of(receipt)


def test_identities_are_kept_to_the_end_of_the_tenth_year() -> None:
    paid = datetime(2016, 6, 1, tzinfo=UTC)
    for name in ("Old", "Recent", "Hearing"):
        donation = DonationFactory.create(donor__name=name, attempt__donor__name=name)
        Donor.objects.filter(pk=donation.donor_id).update(name=name, created_at=paid)
        CheckoutAttempt.objects.update(created_at=paid)
        aged(donation, created_at=paid, paid_at=paid)
        LedgerEntryFactory.create(donation=donation)
    recent = Donor.objects.get(name="Recent")
    aged(recent.donations.get(), paid_at=datetime(2017, 1, 1, 12, tzinfo=UTC))
    hearing = Donor.objects.get(name="Hearing")
    Consent.objects.create(donor=hearing, purpose="newsletter", is_given=True, wording="w")
    with time_machine.travel(datetime(2026, 12, 31, 12, tzinfo=UTC)):
        assert retention.forget_donors() == 0
    with time_machine.travel(datetime(2027, 1, 2, tzinfo=UTC)):
        assert retention.forget_donors() == 1
        assert retention.forget_donors() == 0
    assert set(Donor.objects.filter(erased_at=None)) == {recent, hearing}
    assert LedgerEntry.objects.count() == 3
    assert not OutgoingMail.objects.filter(kind="erased").exists()


def test_the_run_reports_figures(caplog: Any) -> None:
    access.ask_for_link("a@example.org", "lv", "192.0.2.1")
    aged(AccessLink.objects.get(), created_at=ago(days=30))
    ReceiptFactory.create(year=2015)
    with caplog.at_level("INFO"):
        figures = forget_old_data.func()
    assert figures["access_links"] == figures["receipts"] == 1
    assert set(figures.values()) == {0, 1}
    assert "access_links 1" in caplog.text
    assert Receipt.objects.get().snapshot == ""


def test_a_kind_that_fails_keeps_no_other_from_being_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> int:
        raise RuntimeError

    monkeypatch.setattr(retention, "forget_access_links", fail)
    ReceiptFactory.create(year=2015)
    figures = retention.run()
    assert figures["access_links"] == -1
    assert figures["receipts"] == 1


@pytest.mark.parametrize(
    ("name", "value"), [("RETENTION_DOCUMENT_YEARS", 6), ("RETENTION_REGISTER_YEARS", 11)]
)
def test_the_legal_periods_are_settings(settings: Any, name: str, value: int) -> None:
    setattr(settings, name, value)
    ends = (kept.document_end(2020), kept.register_end(2020))
    assert date(2020 + value, 12, 31) in ends
