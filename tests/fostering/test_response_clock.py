"""A new enquiry is due a call: by when, and who is told when nobody has called."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.utils import timezone
from wagtail.models import Site
from wagtail.users.models import UserProfile

from fostering.models import Case, OutgoingMail, RecruitmentSettings, SupportCentre
from fostering.services import cases
from fostering.services.response_clock import tell_overdue
from sosbca.users.models import User
from tests.fostering.enquiries import EMAIL, NAME, PHONE, centre, deliver, sent
from tests.fostering.test_cases import member

RIGA = ZoneInfo("Europe/Riga")
LATER = timedelta(days=10)


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def case(valmiera: SupportCentre) -> Case:
    return sent().case


@pytest.fixture
def lead(site: Site) -> User:
    return with_address(member("Recruitment leads"), "en")


def with_address(user: User, language: str = "lv") -> User:
    user.email = f"{user.username}@example.org"
    user.save()
    UserProfile.objects.create(user=user, preferred_language=language)
    return user


def overdue_mails() -> list[Any]:
    OutgoingMail.objects.exclude(kind="case_overdue").delete()
    return deliver()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIGA)


def set_clock(number: int, unit: str) -> None:
    clock = RecruitmentSettings.load()
    clock.response_time, clock.response_unit = number, unit
    clock.full_clean()
    clock.save()


# --- By when --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "unit", "asked", "due"),
    [
        # A Wednesday, a Friday and a Saturday.
        (3, "working_days", "2026-11-18 10:00", "2026-11-23 10:00"),
        (1, "working_days", "2026-11-20 18:00", "2026-11-23 18:00"),
        (4, "hours", "2026-11-18 10:00", "2026-11-18 14:00"),
        (4, "hours", "2026-11-20 22:30", "2026-11-23 02:30"),
        (24, "hours", "2026-11-20 18:00", "2026-11-23 18:00"),
    ],
)
def test_the_call_is_due_as_recruitment_has_set(
    site: Site, number: int, unit: str, asked: str, due: str
) -> None:
    set_clock(number, unit)
    assert cases.response_due(moment(asked)) == moment(due)


@pytest.mark.parametrize(("number", "unit"), [(4, "working_days"), (73, "hours"), (0, "hours")])
def test_the_clock_is_no_slower_than_the_pages_promise(site: Site, number: int, unit: str) -> None:
    with pytest.raises(ValidationError):
        set_clock(number, unit)


def test_leads_set_the_clock_and_others_do_not(site: Site) -> None:
    for group, may in (("Recruitment leads", True), ("Recruitment", False), ("Finance", False)):
        client = Client()
        client.force_login(member(group))
        address = "/admin/settings/fostering/recruitmentsettings/"
        page = client.get(address, follow=True).content.decode()
        assert ('name="response_time"' in page) == may, group


# --- Who is told ----------------------------------------------------------------------------------


def test_nobody_is_told_in_time(case: Case, lead: User) -> None:
    assert tell_overdue() == 0


def test_the_assignee_and_the_lead_are_told_once_and_nothing_personal(
    case: Case, valmiera: SupportCentre, lead: User
) -> None:
    helper = with_address(member("Recruitment", valmiera))
    other = with_address(member("Recruitment", centre("riga"), name="elsewhere"))
    cases.assign(case.pk, helper, by=lead)
    with time_machine.travel(timezone.now() + LATER):
        assert tell_overdue() == 1
        assert tell_overdue() == 0
        messages = overdue_mails()
    assert sorted(message.to[0] for message in messages) == sorted([helper.email, lead.email])
    assert other.email not in {message.to[0] for message in messages}
    for message in messages:
        whole = message.message().as_string() + message.body + message.alternatives[0][0]
        assert f"/admin/fostering/cases/{case.pk}/" in message.body
        for personal in (NAME, PHONE, EMAIL, case.enquiry.reference, str(case)):
            assert personal not in whole


def test_the_centre_is_told_while_nobody_looks_after_the_case(
    case: Case, valmiera: SupportCentre, lead: User
) -> None:
    with time_machine.travel(timezone.now() + LATER):
        tell_overdue()
        told = {message.to[0] for message in overdue_mails()}
    assert told == {valmiera.notify_email, lead.email}


def test_who_can_not_see_the_case_any_more_is_not_told(
    case: Case, valmiera: SupportCentre, lead: User
) -> None:
    helper = with_address(member("Recruitment", valmiera))
    cases.assign(case.pk, helper, by=lead)
    valmiera.staff.remove(helper)
    with time_machine.travel(timezone.now() + LATER):
        tell_overdue()
        assert helper.email not in {message.to[0] for message in overdue_mails()}


def test_a_case_that_was_called_or_is_spam_is_not_told_of(case: Case, lead: User) -> None:
    cases.move(case.pk, "contacted", seen="new", by=lead)
    spam = sent(network="198.51.100.1", message="http://a http://b http://c").case
    assert spam.enquiry.is_suspect
    with time_machine.travel(timezone.now() + LATER):
        assert tell_overdue() == 0


@pytest.mark.postgres
def test_two_workers_tell_once(committed: None) -> None:
    """Where commits are real, several tasks at the same moment."""
    valmiera = centre()
    lead = with_address(member("Recruitment leads"))
    sent()
    sent(network="198.51.100.1")
    Case.objects.update(response_due_at=timezone.now() - timedelta(hours=1))

    def work(_number: int) -> int:
        try:
            return tell_overdue()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 2
    mails = OutgoingMail.objects.filter(kind="case_overdue")
    assert mails.count() == 4
    assert {mail.recipient for mail in mails} == {valmiera.notify_email, lead.email}
