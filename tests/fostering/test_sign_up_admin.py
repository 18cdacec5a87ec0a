"""The organiser's list: for recruitment alone, with attendance, cancellations and an export."""

from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from fostering.models import SignUpList
from fostering.services import sign_up_retention
from tests.donations.staff import browser
from tests.fostering import events
from tests.fostering.events import DAY, kinds, of, people

pytestmark = pytest.mark.django_db
OTHERS = ["Communications", "Reviewers", "Finance", "Administrators"]


@pytest.fixture
def event() -> SignUpList:
    """Anna and Bruno have a place, Dace waits."""
    event = events.event(capacity=2)
    for name in ("anna", "bruno", "dace"):
        events.sign_up(event, name)
    return event


@pytest.fixture
def recruiter() -> Client:
    return browser("Recruitment")


def addresses(event: SignUpList) -> list[str]:
    one = [event.pk, of(event, "anna").pk]
    return [
        reverse("recruitment_sign_ups:index"),
        reverse("recruitment_sign_ups:index_results"),
        *(
            reverse(f"recruitment_sign_ups:{name}", args=[event.pk])
            for name in ("inspect", "attendance", "export", "call_off")
        ),
        *(reverse(f"recruitment_sign_ups:{name}", args=one) for name in ("cancel", "erase")),
    ]


def test_recruitment_alone_gets_in(event: SignUpList, recruiter: Client) -> None:
    for address in addresses(event):
        assert recruiter.get(address).status_code == 200, address
    for group in OTHERS:
        client = browser(group)
        for address in addresses(event):
            for answer in (client.get(address), client.post(address)):
                assert answer.status_code in {302, 403, 405}, (group, address)
                assert "anna@example.org" not in answer.content.decode()
        assert "/admin/recruitment/" not in client.get("/admin/").content.decode()
    for address in addresses(event):
        assert Client().get(address)["Location"].startswith("/admin/login/")
    assert people(event, "confirmed") == ["anna", "bruno"]
    assert "/admin/recruitment/sign-ups/" in recruiter.get("/admin/").content.decode()


def test_the_list_shows_numbers_and_people(event: SignUpList, recruiter: Client) -> None:
    index = recruiter.get(reverse("recruitment_sign_ups:index")).content.decode()
    assert "Informatīvais vakars" in index
    shown = recruiter.get(reverse("recruitment_sign_ups:inspect", args=[event.pk]))
    for words in ("Anna", "anna@example.org", "On the waiting list", "Dace"):
        assert words in shown.content.decode()
    assert "Note who came" not in shown.content.decode()


def test_staff_cancel_for_somebody_who_called(event: SignUpList, recruiter: Client) -> None:
    address = reverse("recruitment_sign_ups:cancel", args=[event.pk, of(event, "anna").pk])
    page = recruiter.get(address).content.decode()
    assert "Cancel the sign-up of Anna?" in page
    # “Cancel” as the way out would be the same word for the opposite.
    assert ">Back to the list</a>" in page
    assert ">Cancel</a>" not in page
    for _twice in range(2):
        assert recruiter.post(address).status_code == 302
    assert people(event, "confirmed") == ["bruno", "dace"]
    assert kinds(event, "dace") == ["waiting", "moved_up"]
    entry = ModelLogEntry.objects.get(action="fostering.sign_up.cancelled")
    assert entry.message == "Atcelts pieteikums Nr. 1"
    assert str(entry.user) == "Recruitment-en"


def test_one_person_is_erased_and_the_place_given_back(
    event: SignUpList, recruiter: Client
) -> None:
    events.send_all()
    address = reverse("recruitment_sign_ups:erase", args=[event.pk, of(event, "anna").pk])
    for _twice in range(2):
        assert recruiter.post(address).status_code == 302
    erased = event.sign_ups.get(position=1)
    assert (erased.name, erased.email, erased.email_digest, erased.address_digest) == ("",) * 4
    assert erased.status == "cancelled"
    assert people(event, "confirmed") == ["bruno", "dace"]
    # Only who moved up is written to.
    assert [message.to for message in events.send_all()] == [["dace@example.org"]]
    entry = ModelLogEntry.objects.get(action="fostering.sign_up.erased")
    assert entry.message == "Dzēsts, kas pieteicās ar Nr. 1"
    shown = recruiter.get(reverse("recruitment_sign_ups:inspect", args=[event.pk]))
    assert "Anna" not in shown.content.decode()
    # The address may be used anew.
    events.sign_up(event, "anna")
    assert people(event, "waiting") == ["anna"]


def test_calling_off_tells_everybody(event: SignUpList, recruiter: Client) -> None:
    address = reverse("recruitment_sign_ups:call_off", args=[event.pk])
    detail = reverse("recruitment_sign_ups:inspect", args=[event.pk])
    assert address in recruiter.get(detail).content.decode()
    assert recruiter.post(address).status_code == 302
    assert people(event, "cancelled") == ["anna", "bruno", "dace"]
    assert kinds(event, "dace") == ["waiting", "called_off"]
    entry = ModelLogEntry.objects.get(action="fostering.sign_up.called_off")
    assert entry.message == "Atsaukts; ziņa nosūtīta pieteikumiem: 3"


def test_who_came_is_noted_on_the_day(event: SignUpList, recruiter: Client) -> None:
    detail = reverse("recruitment_sign_ups:inspect", args=[event.pk])
    address = reverse("recruitment_sign_ups:attendance", args=[event.pk])
    with time_machine.travel(event.ends_at, tick=False):
        recruiter = browser("Recruitment", language="lv")
        assert address in recruiter.get(detail).content.decode()
        answer = recruiter.post(address, {"came": [str(of(event, "bruno").pk), "x"]})
        assert answer.status_code == 302
    assert [of(event, name).attended for name in ("anna", "bruno", "dace")] == [False, True, None]


def test_the_export_holds_everybody_and_is_logged(event: SignUpList, recruiter: Client) -> None:
    events.sign_up(event, "=hyperlink()", email="eva@example.org")
    address = reverse("recruitment_sign_ups:export", args=[event.pk])
    book = openpyxl.load_workbook(BytesIO(b"".join(recruiter.get(address))))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[2] for row in rows] == ["Name", "Anna", "Bruno", "Dace", "'=Hyperlink()"]
    csv = b"".join(recruiter.get(f"{address}?format=csv")).decode()
    assert "anna@example.org" in csv
    entry = ModelLogEntry.objects.filter(action="fostering.sign_up.exported")[0]
    assert entry.message == "Lejupielādēts saraksts; rindu skaits: 4"


def test_after_erasure_the_numbers_stay(event: SignUpList) -> None:
    with time_machine.travel(event.ends_at + 200 * DAY, tick=False):
        recruiter = browser("Recruitment")
        sign_up_retention.forget_old()
        detail = recruiter.get(reverse("recruitment_sign_ups:inspect", args=[event.pk]))
        export = reverse("recruitment_sign_ups:export", args=[event.pk])
        assert recruiter.get(export).status_code in {302, 403}
    assert "The numbers stay" in detail.content.decode()
    assert "Anna" not in detail.content.decode()
    numbers = detail.context["object"]
    assert (numbers.confirmed, numbers.waiting, numbers.cancelled) == (2, 1, 0)


def test_the_number_of_queries_does_not_grow(
    event: SignUpList, recruiter: Client, django_assert_max_num_queries: object
) -> None:
    address = reverse("recruitment_sign_ups:inspect", args=[event.pk])
    recruiter.get(address)
    with django_assert_max_num_queries(40) as few:  # type: ignore[operator]
        recruiter.get(address)
    for number in range(20):
        events.sign_up(event, f"person{number}")
    with django_assert_max_num_queries(len(few.captured_queries)):  # type: ignore[operator]
        recruiter.get(address)
