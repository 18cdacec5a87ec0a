"""Invented cases for `make serve`: every stage, nobody written to, once, never for real use."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone
from pytest_django import Settings

from fostering.models import (
    Case,
    CaseEvent,
    CaseFile,
    CaseMail,
    CaseTask,
    Enquiry,
    OutgoingMail,
    SignUp,
    SignUpList,
    Stage,
    SupportCentre,
)
from fostering.services import case_files, case_retention, cases, person_requests
from home.demo.families import FAMILIES
from sosbca.users.models import User
from tools import serve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path) -> Iterator[None]:
    storage: Any = storages["private"]
    before, storage.location = storage.location, str(tmp_path)
    yield
    storage.location = before


def load() -> None:
    call_command("load_demo_cases")


def test_there_is_something_to_see_everywhere(demo: None) -> None:
    load()
    today = timezone.localdate()
    assert {case.stage for case in Case.objects.all()} == {str(stage) for stage in Stage}
    assert set(Case.objects.values_list("centre", flat=True)) == set(
        SupportCentre.objects.values_list("pk", flat=True)
    )
    late = cases.overdue(Case.objects.all())
    assert late.count() == 2
    assert Case.objects.filter(stage=Stage.NEW, enquiry__is_suspect=False).count() > late.count()
    waiting = CaseTask.objects.filter(done_at=None)
    assert waiting.filter(due_on__lt=today).exists()
    assert waiting.filter(due_on=today).exists()
    assert waiting.filter(due_on__gt=today).exists()
    assert CaseTask.objects.exclude(done_at=None).exists()
    assert Enquiry.objects.filter(is_suspect=True).count() == 1
    assert Enquiry.objects.exclude(erased_at=None).count() == 1
    staff = User.objects.get(username="piesaiste")
    first = Case.objects.filter(stage=Stage.NEW).latest("opened_at")
    assert [str(other.enquiry.name) for other in cases.others_of_person(first, staff)] == [
        first.enquiry.name
    ]
    assert person_requests.sign_ups_of([first])
    english = Enquiry.objects.get(language="en")
    assert english.consent_text.startswith("I agree")
    (sent,) = CaseMail.objects.all()
    assert sent.case.enquiry.name in sent.body
    for file in CaseFile.objects.all():
        assert case_files.content_of(file).startswith(b"%PDF")


def test_they_are_as_old_as_they_say(demo: None) -> None:
    load()
    now = timezone.now()
    for case, family in zip(Case.objects.order_by("pk"), FAMILIES, strict=True):
        assert abs(now - timedelta(days=family.ago) - case.opened_at) < timedelta(days=2)
        if family.is_erased:
            continue
        events = list(case.events.order_by("pk"))
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events[0].at == case.opened_at == case.enquiry.submitted_at
        assert case.stage_since == max(event.at for event in events if event.to_stage)
        assert case.response_due_at == cases.response_due(case.opened_at)
        assert all(event.at < now for event in events)
        erased_on = case_retention.erased_on(case)
        assert erased_on is None or erased_on > timezone.localdate()


def test_people_come_to_the_next_events_and_some_wait(demo: None) -> None:
    load()
    numbers = SignUpList.objects.annotate(guests=Count("sign_ups")).filter(
        starts_at__gt=timezone.now()
    )
    assert numbers
    assert all(event.guests >= 6 for event in numbers)
    assert SignUp.objects.filter(status="waiting").exists()


def test_nobody_is_written_to(demo: None) -> None:
    load()
    assert OutgoingMail.objects.exists()
    assert set(OutgoingMail.objects.values_list("status", flat=True)) == {"sent"}
    assert mail.outbox == []


def test_a_second_run_does_nothing(demo: None) -> None:
    load()
    before = (Case.objects.count(), CaseEvent.objects.count(), SignUp.objects.count())
    load()
    assert (Case.objects.count(), CaseEvent.objects.count(), SignUp.objects.count()) == before


def test_nothing_without_the_staff_of_the_demonstration(demo: None) -> None:
    User.objects.get(username="piesaiste").delete()
    load()
    assert not Enquiry.objects.exists()
    assert not SignUp.objects.exists()


def test_never_for_real_use(demo: None, settings: Settings) -> None:
    settings.IS_DEMO = False
    with pytest.raises(CommandError, match="not for real use"):
        load()
    assert not Enquiry.objects.exists()


def test_the_demonstration_begins_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(
        "django.core.management.call_command", lambda name, *_rest, **_more: called.append(name)
    )
    serve.prepare()
    assert called[:2] == ["load_demo_content", "load_demo_cases"]
