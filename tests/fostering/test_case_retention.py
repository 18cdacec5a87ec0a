"""When a person is forgotten, and what stays of them."""

import logging
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import Site

from fostering.models import Case, OutgoingMail, RecruitmentSettings, SupportCentre
from fostering.services import case_files, case_mails, case_retention, cases, erasure, suspects
from sosbca.users.models import User
from tests.fostering.enquiries import EMAIL, NAME, Person, centre, deliver, sent
from tests.fostering.full_cases import NOTE, SECRETS, full, known
from tests.fostering.made_cases import signed_in
from tests.fostering.private_files import own_files
from tests.fostering.test_case_files import PDF
from tests.fostering.test_cases import member

RIGA = ZoneInfo("Europe/Riga")


@pytest.fixture(autouse=True)
def private(tmp_path: Path, settings: Any) -> Path:
    return own_files(settings, tmp_path)


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def staff(valmiera: SupportCentre) -> User:
    return member("Recruitment", valmiera)


@pytest.fixture
def case(staff: User) -> Case:
    return full(sent().case, staff)


def closed(case: Case, outcome: str, moment: datetime, staff: User) -> None:
    Case.objects.filter(pk=case.pk).update(stage="decision")
    with time_machine.travel(moment):
        cases.close(case.pk, outcome, seen="decision", by=staff)
    case.refresh_from_db()


@pytest.mark.parametrize("outcome", ["matched", "declined", "withdrawn"])
def test_each_outcome_has_its_own_period(
    case: Case, staff: User, outcome: str, caplog: pytest.LogCaptureFixture
) -> None:
    periods = RecruitmentSettings.load()
    for number, name in enumerate(("matched", "declined", "withdrawn"), start=2):
        setattr(periods, f"keep_{name}_months", number)
    periods.save()
    closed(case, outcome, datetime(2026, 8, 31, 23, 30, tzinfo=RIGA), staff)
    months = getattr(periods, f"keep_{outcome}_months")
    day = {2: date(2026, 10, 31), 3: date(2026, 11, 30), 4: date(2026, 12, 31)}[months]
    assert case_retention.erased_on(case) == day
    before = datetime.combine(day, datetime.min.time(), RIGA) - timedelta(minutes=1)
    with time_machine.travel(before):
        assert case_retention.run()["cases"] == 0
    assert NAME in known()
    with time_machine.travel(before + timedelta(hours=5)), caplog.at_level(logging.INFO):
        assert case_retention.run()["cases"] == 1
        # Twice is the same as once.
        assert case_retention.run()["cases"] == 0
    told = known()
    for secret in SECRETS:
        assert secret not in told
        assert secret not in caplog.text
    assert "Retention of fostering: cases 1" in caplog.text


def test_open_cases_stay_and_spam_goes(case: Case, valmiera: SupportCentre, private: Path) -> None:
    spam = sent(network="198.51.100.9", name="Spam", message="http://a http://b http://c").case
    real = sent(network="198.51.100.8", message="http://a http://b http://c").case
    suspects.accept(real.pk, seen="new", by=member("Recruitment leads"))
    assert spam.enquiry.is_suspect
    assert case_retention.erased_on(case) is None
    assert case_retention.erased_on(spam) == timezone.localdate() + timedelta(days=30)
    Case.objects.filter(pk=spam.pk).update(suspect_warned_at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=3000)):
        assert case_retention.run()["cases"] == 1
    spam.refresh_from_db()
    spam.enquiry.refresh_from_db()
    assert spam.enquiry.erased_at
    assert spam.stage == "declined"
    assert not Case.objects.get(pk=real.pk).enquiry.erased_at


def test_the_figures_stay(case: Case, staff: User) -> None:
    kept = ("way", "municipality", "age_band", "language", "source", "submitted_at", "reference")
    before = [getattr(case.enquiry, name) for name in kept]
    closed(case, "declined", timezone.now(), staff)
    moves = list(case.events.exclude(kind="erased").values_list("kind", "to_stage", "at"))
    erasure.erase(case.pk)
    case = Case.objects.get(pk=case.pk)
    assert [getattr(case.enquiry, name) for name in kept] == before
    assert case.stage == "declined"
    assert list(case.events.exclude(kind="erased").values_list("kind", "to_stage", "at")) == moves
    assert case.events.filter(kind="erased", by=None).count() == 1


def test_one_that_fails_keeps_no_other(
    case: Case,
    staff: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    other = sent(network="198.51.100.1").case
    long_ago = timezone.now() - timedelta(days=800)
    for each in (case, other):
        closed(each, "declined", long_ago, staff)
    real = erasure.erase

    def sometimes(pk: int, **kwargs: Any) -> bool:
        if pk == case.pk:
            raise RuntimeError(NAME)
        return real(pk, **kwargs)

    monkeypatch.setattr(erasure, "erase", sometimes)
    figures = case_retention.run()
    assert figures["cases"] == -1
    assert figures["files"] == 0
    assert Case.objects.get(pk=other.pk).enquiry.erased_at
    assert not Case.objects.get(pk=case.pk).enquiry.erased_at


def test_what_waits_in_the_outbox_reaches_nobody_afterwards(case: Case) -> None:
    assert OutgoingMail.objects.filter(status="waiting").count() == 3
    erasure.erase(case.pk)
    # The centre's notice names nobody.
    assert [mail.to for mail in deliver()] == [["valmiera@example.org"]]
    assert OutgoingMail.objects.filter(status="withdrawn").count() == 2


def test_addresses_of_messages_that_were_given_up_are_forgotten(case: Case) -> None:
    OutgoingMail.objects.update(status="failed")
    assert case_retention.forget_failed_mail() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert case_retention.forget_failed_mail() == 3
    assert not OutgoingMail.objects.exclude(recipient="").exists()


def test_files_go_with_the_commit(
    case: Case, private: Path, django_capture_on_commit_callbacks: Any
) -> None:
    assert len(list(private.rglob("*.enc"))) == 1
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(case.pk)
    assert list(private.rglob("*.enc")) == []


def test_nothing_can_be_added_to_who_was_erased(case: Case, staff: User) -> None:
    erasure.erase(case.pk)
    with pytest.raises(case_files.Closed):
        case_files.add(case, "a.pdf", PDF, by=staff)
    with pytest.raises(case_mails.NoAddress):
        case_mails.send(case, key=uuid.uuid4(), language="lv", subject="a", body="b", by=staff)
    with pytest.raises(cases.NotAllowed):
        cases.reopen(case.pk, by=staff)
    # As from a page that was open meanwhile: what is written now nothing would ever erase.
    with pytest.raises(cases.NotAllowed):
        cases.note(case.pk, NOTE, by=staff)
    with pytest.raises(cases.NotAllowed):
        cases.transfer(case.pk, centre("riga"), by=staff, text=NOTE)
    assert NOTE not in known()


def test_a_link_to_the_draft_is_forgotten_as_well(valmiera: SupportCentre) -> None:
    person = Person()
    person.answer_all()
    person.post("enquiry-later", email=EMAIL)
    OutgoingMail.objects.filter(kind="enquiry_link").update(status="failed")
    person.send()
    erasure.erase(Case.objects.get().pk)
    assert EMAIL not in known()


def test_the_case_says_when(case: Case, staff: User) -> None:
    client, address = signed_in(staff), f"/admin/fostering/cases/{case.pk}/"
    closed(case, "declined", datetime(2026, 11, 20, 12, tzinfo=RIGA), staff)
    assert "20.11.2027" in client.get(address).text
    erasure.erase(case.pk)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "20.11.2027" not in answer.text
    for secret in SECRETS:
        assert secret not in answer.text
