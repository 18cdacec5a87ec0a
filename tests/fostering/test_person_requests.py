"""When a person is forgotten, and what they may ask for."""

import io
import json
import logging
import uuid
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry, Site

from fostering.models import (
    Case,
    EnquiryDraft,
    OutgoingMail,
    RecruitmentSettings,
    SignUp,
    SignUpList,
    SupportCentre,
)
from fostering.services import (
    case_files,
    case_mails,
    case_retention,
    cases,
    erasure,
    person_requests,
    suspects,
)
from sosbca.users.models import User
from tests.fostering.enquiries import (
    EMAIL,
    MESSAGE,
    NAME,
    PHONE,
    Person,
    centre,
    deliver,
    sent,
)
from tests.fostering.events import event, sign_up
from tests.fostering.test_case_files import PDF
from tests.fostering.test_cases import member
from tests.fostering.test_response_clock import with_address

RIGA = ZoneInfo("Europe/Riga")
NOTE, TASK, WORDS = "Piezīme par suni", "Piezvanīt mammai", "Labdien, kā runājām"
SECRETS = (NAME, PHONE, EMAIL, MESSAGE, NOTE, TASK, WORDS, "izziņa")


@pytest.fixture(autouse=True)
def private(tmp_path: Path, settings: Any) -> Path:
    storages = {**settings.STORAGES}
    storages["private"] = {
        **storages["private"],
        "OPTIONS": {"location": tmp_path / "private", "base_url": None},
    }
    settings.STORAGES = storages
    return tmp_path / "private"


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def lead(site: Site) -> User:
    return member("Recruitment leads", name="lead")


@pytest.fixture
def staff(valmiera: SupportCentre) -> User:
    return member("Recruitment", valmiera)


@pytest.fixture
def case(staff: User) -> Case:
    return full(sent().case, staff)


def full(case: Case, staff: User) -> Case:
    """With something of every kind."""
    cases.note(case.pk, NOTE, by=staff)
    cases.add_task(case.pk, TASK, timezone.localdate(), by=staff)
    case_files.add(case, "izziņa.pdf", PDF, by=staff)
    case_mails.send(case, key=uuid.uuid4(), language="lv", subject="Sveiki", body=WORDS, by=staff)
    return case


def closed(case: Case, outcome: str, moment: datetime, staff: User) -> None:
    Case.objects.filter(pk=case.pk).update(stage="decision")
    with time_machine.travel(moment):
        cases.close(case.pk, outcome, seen="decision", by=staff)
    case.refresh_from_db()


def known() -> str:
    """All that the database tells of cases, decrypted."""
    told = []
    for model in (Case, EnquiryDraft, OutgoingMail, SignUp):
        told += [str(vars(row)) for row in model.objects.all()]
    for case in Case.objects.all():
        told.append(str(vars(case.enquiry)))
        for rows in (case.events, case.tasks, case.files, case.mails, case.accesses):
            told += [str(vars(row)) for row in rows.all()]
    return " ".join(told)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- By itself ------------------------------------------------------------------------------------


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
    client, address = browser(staff), f"/admin/fostering/cases/{case.pk}/"
    closed(case, "declined", datetime(2026, 11, 20, 12, tzinfo=RIGA), staff)
    assert "20.11.2027" in client.get(address).text
    erasure.erase(case.pk)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "20.11.2027" not in answer.text
    for secret in SECRETS:
        assert secret not in answer.text


# --- At the person's wish -------------------------------------------------------------------------


def unpacked(answer: Any) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    return archive


def test_a_copy_holds_everything(case: Case, lead: User) -> None:
    client, address = browser(lead), f"/admin/fostering/cases/{case.pk}/copy/"
    assert NAME in client.get(address).text
    assert not case.events.filter(kind="copied").exists()
    answer = client.post(address)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == f'attachment; filename="{case}.zip"'
    assert "no-store" in answer["Cache-Control"]
    archive = unpacked(answer)
    data, page = archive.read("data.json").decode(), archive.read("data.html").decode()
    for secret in SECRETS:
        assert secret in data
        assert secret in page
    assert '<html lang="lv">' in page
    (row,) = json.loads(data)["enquiries"]
    assert [archive.read(file["path"]) for file in row["files"]] == [PDF]
    assert row["way"] == "Audžuģimene"
    # What is ours and not the person's.
    for internal in ("digest", "stored_name", "recruitment"):
        assert internal not in data
    assert case.events.filter(kind="copied", by=lead).count() == 1
    assert case.accesses.filter(what="copy", user=lead).count() == 1


def test_a_lost_file_does_not_keep_the_copy(case: Case, lead: User, private: Path) -> None:
    for path in private.rglob("*.enc"):
        path.unlink()
    with zipfile.ZipFile(io.BytesIO(b"".join(person_requests.copy([case], by=lead)))) as archive:
        assert archive.testzip() is None
        (lost,) = [name for name in archive.namelist() if name.startswith("files/")]
        assert NAME in archive.read("data.html").decode()
    assert lost.endswith("izziņa.pdf.txt")


def test_a_copy_is_in_the_persons_language(valmiera: SupportCentre, lead: User) -> None:
    case = sent("en").case
    archive = unpacked(browser(lead).post(f"/admin/fostering/cases/{case.pk}/copy/"))
    assert '<html lang="en">' in archive.read("data.html").decode()
    assert json.loads(archive.read("data.json"))["enquiries"][0]["way"] == "Foster family"


def test_words_in_the_copy_are_words(valmiera: SupportCentre, lead: User) -> None:
    case = sent(message="<script>alert(1)</script>").case
    archive = unpacked(browser(lead).post(f"/admin/fostering/cases/{case.pk}/copy/"))
    assert "<script>" not in archive.read("data.html").decode()


def test_erasing_asks_first_and_is_done_once(case: Case, lead: User) -> None:
    client, address = browser(lead), f"/admin/fostering/cases/{case.pk}/erase/"
    assert NAME in client.get(address).text
    assert NAME in known()
    for _click in range(2):
        assert client.post(address).status_code == 302
    told = known()
    for secret in SECRETS:
        assert secret not in told
    case.refresh_from_db()
    assert case.stage == "withdrawn"
    assert case.events.filter(kind="erased", by=lead).count() == 1
    assert not ModelLogEntry.objects.filter(label__contains=NAME).exists()
    assert client.get(address.removesuffix("erase/")).status_code == 200


def test_the_persons_other_enquiries_go_along_if_they_are_ticked(case: Case, lead: User) -> None:
    riga = centre("riga")
    same = sent(network="198.51.100.1", centre=riga.pk, email=EMAIL.upper()).case
    partner = sent(network="198.51.100.2", name="Jānis Bērziņš", email="j@example.org").case
    stranger = sent(
        network="198.51.100.3", name="Zane", email="zane@example.org", phone="+371 29999999"
    ).case
    client, address = browser(lead), f"/admin/fostering/cases/{case.pk}/erase/"
    page = client.get(address).text
    assert str(same) in page
    assert str(partner) in page
    assert str(stranger) not in page
    # Who shares a phone and has another name is not ticked before somebody has thought about it.
    assert f'value="{same.pk}" checked' in page
    assert f'value="{partner.pk}" checked' not in page
    # One that is not the person's can't be slipped in.
    client.post(address, {"other": [same.pk, stranger.pk]})
    erased = [each for each in (case, same, partner, stranger) if _erased(each)]
    assert erased == [case, same]


def _erased(case: Case) -> bool:
    return Case.objects.get(pk=case.pk).enquiry.erased_at is not None


def test_places_at_events_are_in_the_copy_and_given_back(case: Case, lead: User) -> None:
    soon = event(capacity=1)
    sign_up(soon, "anna", email=EMAIL)
    sign_up(soon, "waits")
    data = person_requests.describe([case])
    assert [row["event"] for row in data["sign_ups"]] == [soon.title()]
    person_requests.erase([case], by=lead)
    first, second = SignUp.objects.order_by("position")
    assert (first.status, first.name, first.email, first.email_digest) == ("cancelled", "", "", "")
    assert second.status == "confirmed"
    assert all(EMAIL not in mail.to for mail in deliver())


def test_before_erasing_it_stands_what_goes_and_what_stays(
    case: Case, valmiera: SupportCentre
) -> None:
    lead = with_address(member("Recruitment leads"), "en")
    partner = sent(network="198.51.100.2", name="Jānis Bērziņš", email="j@example.org").case
    soon, later = event(), event()
    sign_up(soon, "anna", email=EMAIL)
    sign_up(later, "janis", email="j@example.org")
    SignUpList.objects.filter(pk=soon.pk).update(title_lv="Anna comes", title_en="Anna comes")
    SignUpList.objects.filter(pk=later.pk).update(title_lv="Janis comes", title_en="Janis comes")
    address = f"/admin/fostering/cases/{case.pk}/erase/"
    page = browser(lead).get(address).text
    certain, ticked = page.split("<fieldset>")
    assert f"With {case} goes:" in certain
    assert "1 note, 1 task, 1 file, 1 e-mail" in certain
    assert "Anna comes" in certain
    assert "the sign-up is forgotten, and the place given back" in certain
    # Only if it is ticked, which it is not.
    assert "Janis comes" not in certain
    assert "Janis comes" in ticked
    assert "What you don’t tick stays as it is" in ticked
    browser(lead).post(address)
    assert not _erased(partner)
    assert SignUp.objects.get(event=later).status == "confirmed"
    assert SignUp.objects.get(event=soon).is_erased


@pytest.mark.parametrize("step", ["copy", "erase"])
def test_only_leads_do_it(case: Case, staff: User, step: str) -> None:
    client, address = browser(staff), f"/admin/fostering/cases/{case.pk}/{step}/"
    page = client.get(f"/admin/fostering/cases/{case.pk}/").text
    assert address not in page
    assert client.get(address).status_code in {302, 403}
    assert client.post(address).status_code in {302, 403}
    with pytest.raises(PermissionDenied):
        getattr(person_requests, step)([case], by=staff)
    assert NAME in known()
