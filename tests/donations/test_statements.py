"""Yearly statements: what is on them, when another version is due, and a run for everybody."""

import io
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pypdf
import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from wagtail.models import ModelLogEntry, Site

from donations import tasks
from donations.models import Donation, Donor, OutgoingMail, Receipt, Statement, StatementRun
from donations.services import receipts, statements
from donations.services.documents import pdf_of
from donations.services.mail import deliver
from sosbca.core.snippets import Fact
from tests.donations.staff import member
from tests.factories import (
    CheckoutAttemptFactory,
    DonationFactory,
    DonorFactory,
    LedgerEntryFactory,
    ReceiptFactory,
    paid_donation,
)

JANUARY = datetime(2026, 1, 12, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def january(site: Site) -> Any:
    with time_machine.travel(JANUARY, tick=False) as moved:
        yield moved


def gift(donor: Donor, day: str = "2025-03-14T12:00", **changes: Any) -> Donation:
    paid_at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return paid_donation(attempt__donor=donor, paid_at=paid_at, **changes)


def refund(donation: Donation, cents: int) -> None:
    donation.status = "refunded" if cents == donation.amount_cents else "partly_refunded"
    donation.save()
    Receipt.objects.filter(donation=donation).update(snapshot="{}")
    receipts.issue_due(donation, returned_cents=cents)


def issue(donor: Donor) -> Statement:
    statement = statements.issue(donor, 2025)
    assert statement is not None
    return statement


def text_of(statement: Statement) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(statement)), strict=True)
    text = "".join(page.extract_text() for page in reader.pages).replace("\u200b", "")
    return " ".join(text.split())


# What is on one -----------------------------------------------------------------------------------


def test_only_the_years_gifts_are_on_it_by_local_time() -> None:
    donor = DonorFactory.create()
    gift(donor, "2024-12-31T21:59")
    gift(donor, "2024-12-31T22:00")  # 2025 in Riga
    gift(donor, "2025-12-31T21:59")
    gift(donor, "2025-12-31T22:00")  # 2026 in Riga
    gift(DonorFactory.create())
    statement = issue(donor)
    assert (statement.gifts, statement.total_cents) == (2, 5000)
    assert statement.reference == f"G-2025-{donor.pk:06d}-1"
    assert statement.issued_on == JANUARY.date()


def test_refunded_disputed_and_live_money_do_not_count() -> None:
    donor = DonorFactory.create()
    gift(donor)
    partly, wholly, disputed = gift(donor), gift(donor), gift(donor, status="disputed")
    gift(donor, is_live=True)
    # Paid, but its receipt could not be issued yet.
    owed = CheckoutAttemptFactory.create(donor=donor)
    DonationFactory.create(attempt=owed, paid_at=datetime(2025, 5, 1, tzinfo=UTC))
    refund(partly, 1000)
    refund(wholly, 2500)
    statement = issue(donor)
    assert (statement.gifts, statement.total_cents) == (2, 4000)
    assert disputed.receipts.get().reference not in statement.snapshot
    assert partly.receipts.latest("sequence").reference in statement.snapshot


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "lv",
            ["Ziedojumu pārskats par 2025. gadu", "25,00 €", "Kā norādīt ziedojumus", "Z-2026-"],
        ),
        ("en", ["Statement of donations for 2025", "€25.00", "How to enter donations", "Z-2026-"]),
    ],
)
def test_the_paper_speaks_the_donors_language(language: str, words: list[str]) -> None:
    donor = DonorFactory.create(
        language=language, name="Žanete Ķirķe", personal_code="121282-11234"
    )
    gift(donor)
    text = text_of(issue(donor))
    for word in [*words, "Žanete Ķirķe", "121282-11234", "https://eds.vid.gov.lv"]:
        assert word in text.replace("\u00a0", " "), word


def test_no_ceiling_without_a_fresh_fact() -> None:
    donor = DonorFactory.create()
    gift(donor)
    assert '"limit":""' in issue(donor).snapshot
    fact = Fact.objects.create(
        code="tax-relief-limit",
        figure=600,
        unit_lv="€ gadā",
        unit_en="€ a year",
        label_lv="Attaisnoto izdevumu ierobežojums",
        label_en="Ceiling of eligible expenditure",
        as_of=JANUARY.date() - timedelta(days=300),
        valid_until=JANUARY.date(),
        source_lv="VID",
        source_en="State Revenue Service",
    )
    other = DonorFactory.create()
    gift(other)
    assert "600\u00a0€ gadā (VID, 2025. gada" in issue(other).snapshot
    Fact.objects.filter(pk=fact.pk).update(valid_until=JANUARY.date() - timedelta(days=1))
    third = DonorFactory.create()
    gift(third)
    assert '"limit":""' in issue(third).snapshot


def test_a_company_learns_nothing_of_the_tax_return_of_persons() -> None:
    company = DonorFactory.create(kind="company", registration_number="40003032949")
    gift(company)
    text = text_of(issue(company))
    assert "40003032949" in text
    assert "eds.vid.gov.lv" not in text


def test_many_gifts_take_more_pages() -> None:
    donor = DonorFactory.create()
    for month in range(1, 13):
        for day in (1, 8, 15, 22):
            gift(donor, f"2025-{month:02}-{day:02}T12:00")
    statement = issue(donor)
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(statement)), strict=True)
    assert len(reader.pages) >= 2
    assert text_of(statement).count("Z-2026-") == 48


def test_the_same_bytes_come_from_the_private_storage() -> None:
    donor = DonorFactory.create()
    gift(donor)
    statement = issue(donor)
    first = pdf_of(statement)
    statement.refresh_from_db()
    assert statement.pdf_name.startswith("statements/2025/")
    assert pdf_of(statement) == first


# Versions -----------------------------------------------------------------------------------------


def test_an_unchanged_year_is_not_issued_again() -> None:
    donor = DonorFactory.create()
    gift(donor)
    issue(donor)
    assert statements.issue(donor, 2025) is None
    # The association's telephone and the donor's address are no reason.
    Donor.objects.filter(pk=donor.pk).update(email="new@example.org")
    assert statements.issue(donor, 2025) is None
    assert Statement.objects.count() == 1


def test_a_refund_makes_the_next_version_which_names_the_one_it_replaces() -> None:
    donor = DonorFactory.create()
    gift(donor)
    later = gift(donor)
    first = issue(donor)
    refund(later, 500)
    second = issue(donor)
    assert (second.version, second.total_cents) == (2, 4500)
    assert first.reference in text_of(second)
    assert [s.pk for s in statements.current_of(donor)] == [second.pk]


def test_when_all_went_back_a_version_without_gifts_takes_the_statement_back() -> None:
    donor = DonorFactory.create()
    only = gift(donor)
    issue(donor)
    refund(only, 2500)
    second = issue(donor)
    assert (second.gifts, second.total_cents) == (0, 0)
    assert "nevar" in text_of(second)
    assert statements.issue(donor, 2025) is None


def test_a_corrected_name_makes_the_next_version() -> None:
    donor = DonorFactory.create()
    gift(donor)
    issue(donor)
    Donor.objects.filter(pk=donor.pk).update(name="Anna Kalniņa")
    assert issue(donor).version == 2


def test_nothing_given_makes_no_statement() -> None:
    assert statements.issue(DonorFactory.create(), 2025) is None


def test_merged_and_erased_donors_get_none() -> None:
    kept = DonorFactory.create()
    for changes in ({"merged_into": kept}, {"erased_at": JANUARY}):
        donor = DonorFactory.create(**changes)
        gift(donor)
        assert statements.issue(donor, 2025) is None
    assert statements.donors_of(2025).count() == 0


@pytest.mark.parametrize("year", [2026, 2027])
def test_a_year_that_is_not_over_has_no_statement(year: int) -> None:
    with pytest.raises(statements.YearNotOver):
        statements.issue(DonorFactory.create(), year)
    with pytest.raises(statements.YearNotOver):
        statements.start(year)


def test_versions_and_numbers_are_unique_in_the_database() -> None:
    donor = DonorFactory.create()
    gift(donor)
    first = issue(donor)
    facts = {
        "donor": donor,
        "year": 2025,
        "language": "lv",
        "total_cents": 1,
        "gifts": 1,
        "issued_on": JANUARY.date(),
    }
    for clash in ({"version": 1, "number": "G-other"}, {"version": 9, "number": first.number}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Statement.objects.create(**facts, **clash)


# A run for everybody ------------------------------------------------------------------------------


def donors(count: int) -> list[Donor]:
    made = [DonorFactory.create() for _ in range(count)]
    for donor in made:
        gift(donor)
    return made


def finish(run: StatementRun) -> StatementRun:
    while statements.next_batch(run.pk):
        pass
    run.refresh_from_db()
    return run


def test_a_run_issues_for_all_and_promises_each_message_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(statements, "BATCH", 3)
    donors(7)
    run = finish(statements.start(2025))
    assert (run.status, run.total, run.issued, run.failed) == ("done", 7, 7, 0)
    assert OutgoingMail.objects.filter(kind="statement").count() == 7
    again = finish(statements.start(2025))
    assert (again.issued, again.unchanged) == (0, 7)
    assert OutgoingMail.objects.count() == 14  # 7 receipts, 7 statements


def test_what_a_run_without_messages_issued_the_next_one_sends() -> None:
    told, _untold = donors(2)
    finish(statements.start(2025, sends_mail=False))
    promised = OutgoingMail.objects.filter(kind="statement")
    assert not promised.exists()
    statements.send_again(Statement.objects.get(donor=told), member("Finance"))
    run = finish(statements.start(2025))
    assert (run.issued, run.unchanged) == (0, 2)
    assert sorted(promised.values_list("statement__donor", flat=True)) == sorted(
        Donor.objects.filter(statements__isnull=False).values_list("pk", flat=True)
    )
    finish(statements.start(2025))
    assert promised.count() == 2


def test_what_changes_after_the_issue_makes_a_new_version_by_itself(january: Any) -> None:
    donor, other = DonorFactory.create(), DonorFactory.create()
    refunded, disputed = gift(donor), gift(other, status="disputed")
    gift(other)
    finish(statements.start(2025))
    assert statements.reissue_outdated() == 0
    january.shift(timedelta(days=90))
    refund(refunded, 1000)
    # The decision comes with no document, as the gift stands as it was.
    disputed.status = "paid"
    disputed.save()
    LedgerEntryFactory.create(donation=disputed, kind="dispute_reversal", amount_cents=2500)
    assert statements.reissue_outdated() == 2
    assert statements.reissue_outdated() == 0
    [now] = statements.current_of(donor)
    assert (now.version, now.total_cents) == (2, 1500)
    [now] = statements.current_of(other)
    assert (now.version, now.total_cents, now.gifts) == (2, 5000, 2)
    assert now.mails.count() == 1


def test_a_change_makes_no_statement_where_there_was_none(january: Any) -> None:
    refund(gift(DonorFactory.create()), 1000)
    gift(DonorFactory.create(), "2026-01-05T12:00")
    assert statements.reissue_outdated() == 0
    assert not Statement.objects.exists()


def test_a_run_that_is_under_way_is_not_started_twice() -> None:
    donors(1)
    assert statements.start(2025).pk == statements.start(2025).pk
    assert StatementRun.objects.count() == 1


def test_a_killed_run_goes_on_where_its_last_batch_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "BATCH", 2)
    donors(6)
    run = statements.start(2025)
    statements.next_batch(run.pk)

    class Killed(BaseException):
        pass

    def die(*args: Any, **kwargs: Any) -> None:
        raise Killed

    promise, calls = statements._promise, []

    def die_at_the_second(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        return die() if len(calls) == 2 else promise(*args, **kwargs)

    monkeypatch.setattr(statements, "_promise", die_at_the_second)
    with pytest.raises(Killed):
        statements.next_batch(run.pk)
    # Nothing of the batch that was cut off remains: neither paper nor message.
    assert Statement.objects.count() == 2
    assert OutgoingMail.objects.filter(kind="statement").count() == 2
    monkeypatch.setattr(statements, "_promise", promise)
    run = finish(run)
    assert (run.issued, Statement.objects.count()) == (6, 6)
    keys = OutgoingMail.objects.filter(kind="statement").values_list("message_id", flat=True)
    assert len(set(keys)) == 6


def test_a_lost_run_is_taken_up_by_itself(january: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    donors(2)
    run = statements.start(2025, queued=False)
    queued: list[int] = []
    monkeypatch.setattr(
        tasks.continue_statements.__class__, "enqueue", lambda self, pk: queued.append(pk)
    )
    assert statements.requeue_stuck() == 0
    january.shift(timedelta(minutes=3))
    assert statements.requeue_stuck() == 1
    assert queued == [run.pk]


def test_work_hands_over_when_its_turn_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "BATCH", 1)
    donors(3)
    run = statements.start(2025, queued=False)
    queued: list[Any] = []
    monkeypatch.setattr(
        "donations.signals.statements_waiting.send", lambda *a, **k: queued.append(k)
    )
    assert statements.work(run.pk, seconds=-1) is True
    assert len(queued) == 1
    assert statements.work(run.pk) is False
    run.refresh_from_db()
    assert run.issued == 3


def test_one_donors_failure_keeps_nobody_from_theirs() -> None:
    first, broken, last = donors(3)
    Donor.objects.filter(pk=broken.pk).update(name=" ")
    run = finish(statements.start(2025))
    assert (run.issued, run.failed) == (2, 1)
    entry = ModelLogEntry.objects.get(action="donations.statement.failed")
    assert entry.data == {"donor": broken.pk, "error": "SnapshotError"}
    assert {s.donor_id for s in Statement.objects.all()} == {first.pk, last.pk}
    Donor.objects.filter(pk=broken.pk).update(name="Anna")
    assert finish(statements.start(2025)).issued == 1


def test_messages_leave_at_a_rate(settings: Any) -> None:
    settings.STATEMENT_MAILS_PER_MINUTE = 2
    donors(5)
    finish(statements.start(2025))
    times = OutgoingMail.objects.filter(kind="statement").order_by("pk")
    waits = [(m.next_try_at - JANUARY).total_seconds() / 60 for m in times]
    assert waits == [0, 0, 1, 1, 2]


def test_the_message_brings_the_paper(january: Any) -> None:
    donors(1)
    finish(statements.start(2025))
    outgoing = OutgoingMail.objects.get(kind="statement")
    deliver(outgoing.pk)
    outgoing.refresh_from_db()
    assert (outgoing.status, outgoing.last_error) == ("sent", "")
    [message] = [m for m in mail.outbox if "G-2025" in str(m.attachments)]
    assert message.attachments[0][1].startswith(b"%PDF-")
    assert "2025" in message.subject


def test_a_donor_without_address_gets_no_message() -> None:
    donor = DonorFactory.create(email="")
    gift(donor)
    finish(statements.start(2025))
    assert Statement.objects.count() == 1
    assert not OutgoingMail.objects.filter(kind="statement").exists()


def test_the_number_of_queries_grows_with_donors_not_with_gifts(
    django_assert_max_num_queries: Any,
) -> None:
    donor = DonorFactory.create()
    for month in range(1, 13):
        gift(donor, f"2025-{month:02}-05T12:00")
    with django_assert_max_num_queries(16):
        issue(donor)


def test_the_command_issues_resumes_and_tells_how_many() -> None:
    donors(3)
    out = StringIO()
    call_command("issue_statements", "2025", "--no-mail", stdout=out)
    assert "3 issued, 0 already up to date, 0 failed" in out.getvalue()
    assert not OutgoingMail.objects.filter(kind="statement").exists()
    call_command("issue_statements", "2025", stdout=out)
    assert "0 issued, 3 already up to date" in out.getvalue()
    with pytest.raises(CommandError, match="not over"):
        call_command("issue_statements", "2026")


def test_an_amended_receipt_stands_by_its_own_number() -> None:
    donor = DonorFactory.create()
    donation = gift(donor)
    ReceiptFactory.create(
        donation=donation,
        kind="amendment",
        series="K",
        number=77,
        sequence=2,
        refers_to=donation.receipts.get(),
        net_cents=100,
    )
    assert "K-2026-000077" in text_of(issue(donor))
