"""A row that no key opens: it is shown as such, hides no other, and can be erased."""

import io
import zipfile
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import models
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import translation
from wagtail.models import Site

from fostering.models import Case, Enquiry, EnquiryDraft, OutgoingMail, SignUp, SupportCentre
from fostering.services import cases, drafts, erasure, person_requests, sign_ups
from sosbca.core.encryption import ForgivingTextField, Unreadable
from sosbca.users.models import User
from tests.fostering.enquiries import Person, centre, deliver, sent
from tests.fostering.events import event, of, people, send_all, sign_up
from tests.fostering.made_cases import signed_in
from tests.fostering.test_cases import member
from tests.fostering.test_response_clock import with_address

WORDS = "Can’t be read"


def lose(row: models.Model, *columns: str) -> None:
    """As if the key of a row had been lost."""
    token = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    bare = models.Value(token, output_field=models.TextField())
    type(row)._base_manager.filter(pk=row.pk).update(**dict.fromkeys(columns, bare))


def stored(row: models.Model, column: str) -> Any:
    """What stands in the column, encrypted."""
    raw = Cast(column, models.TextField())
    return type(row)._base_manager.filter(pk=row.pk).values_list(raw, flat=True).get()


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def lead(site: Site) -> User:
    return with_address(member("Recruitment leads"), "en")


@pytest.fixture
def lost(valmiera: SupportCentre) -> Case:
    """A case whose person and note can't be read, beside one that can."""
    sent(network="198.51.100.1", name="Readable Person")
    case: Case = sent().case
    note = cases.note(case.pk, "x", by=member("Recruitment", valmiera, name="writer"))
    lose(case.enquiry, "name", "phone", "email", "message")
    lose(note, "text")
    return case


ADDRESSES = ("/admin/fostering/cases/", "/admin/fostering/board/", "/admin/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_lists_show_the_rest(lost: Case, lead: User, address: str) -> None:
    page = signed_in(lead).get(address)
    assert page.status_code == 200
    if address != "/admin/":
        assert WORDS in page.text
        assert "Readable Person" in page.text


def test_the_case_says_so_and_links_to_no_address(lost: Case, lead: User) -> None:
    page = signed_in(lead).get(f"/admin/fostering/cases/{lost.pk}/").text
    # Name, phone, e-mail, message and note.
    assert page.count(WORDS) >= 5
    assert "mailto:" not in page
    assert "tel:" not in page


def test_it_can_be_worked_on_and_nothing_stored_is_lost(lost: Case, lead: User) -> None:
    before = stored(lost.enquiry, "name")
    cases.move(lost.pk, "contacted", seen="new", by=lead)
    enquiry = Enquiry.objects.get(pk=lost.enquiry_id)
    enquiry.save()
    assert isinstance(enquiry.name, Unreadable)
    assert stored(lost.enquiry, "name") == before


def test_it_can_be_erased(lost: Case, lead: User) -> None:
    client = signed_in(lead)
    assert client.get(f"/admin/fostering/cases/{lost.pk}/erase/").status_code == 200
    assert client.post(f"/admin/fostering/cases/{lost.pk}/erase/").status_code == 302
    enquiry = Enquiry.objects.get(pk=lost.enquiry_id)
    assert (enquiry.name, enquiry.email, enquiry.message) == ("", "", "")
    assert enquiry.erased_at
    assert Enquiry.objects.get(erased_at=None).name == "Readable Person"


def test_the_nightly_task_erases_it(lost: Case) -> None:
    assert erasure.erase(lost.pk)


def test_a_copy_holds_the_rest(lost: Case, lead: User) -> None:
    packed = b"".join(person_requests.copy([lost], by=lead))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert lost.enquiry.reference[:4] in archive.read("data.json").decode()


def test_nobody_is_written_to_by_its_address(lost: Case, lead: User) -> None:
    OutgoingMail.objects.all().delete()
    client = signed_in(lead)
    assert client.post(f"/admin/fostering/cases/{lost.pk}/email/", {"body": "x"}).status_code == 302
    assert not OutgoingMail.objects.exists()


def test_a_message_that_can_not_be_read_waits_and_stops_no_other(valmiera: SupportCentre) -> None:
    sent()
    first = OutgoingMail.objects.get(kind="enquiry_received")
    lose(first, "recipient", "facts")
    assert [message.to for message in deliver()] == [[valmiera.notify_email]]
    first.refresh_from_db()
    assert (first.status, first.last_error, first.tries) == ("waiting", "InvalidToken", 1)


# --- Drafts ---------------------------------------------------------------------------------------


def test_a_draft_that_can_not_be_read_begins_anew_and_goes(valmiera: SupportCentre) -> None:
    person = Person("en")
    person.answer_all(last=4)
    lost = person.draft
    lose(lost, "answers")
    for page in ("enquiry-check", "enquiry-later"):
        assert person.get(page)["Location"] == "/en/enquiry/?over=1"
    with pytest.raises(drafts.Gone):
        drafts.save(lost.pk, {"way": "foster"}, "en")
    assert person.answer(1).status_code == 303
    assert person.draft.pk != lost.pk
    EnquiryDraft.objects.filter(pk=lost.pk).update(expires_at="2020-01-01T00:00Z")
    assert drafts.forget_expired() == 1


# --- Sign-ups -------------------------------------------------------------------------------------


def test_a_list_of_an_event_shows_the_rest_and_lets_one_be_erased(lead: User) -> None:
    evening = event(capacity=2)
    for name in ("anna", "juris", "zane"):
        sign_up(evening, name)
    lost = of(evening, "anna")
    lose(lost, "name", "email")
    client = signed_in(lead)
    address = reverse("recruitment_sign_ups:inspect", args=[evening.pk])
    page = client.get(address).text
    assert WORDS in page
    assert "Juris" in page
    erasing = reverse("recruitment_sign_ups:erase", args=[evening.pk, lost.pk])
    assert client.get(erasing).status_code == 200
    sign_ups.erase(lost.pk, lead)
    assert SignUp.objects.get(pk=lost.pk).is_erased
    assert people(evening, "confirmed") == ["juris", "zane"]
    # Who moved up is told, and the erased one is not.
    assert "zane@example.org" in {message.to[0] for message in send_all()}


# --- Files ----------------------------------------------------------------------------------------


def test_a_file_whose_name_is_lost_is_listed_and_can_be_deleted(
    lost: Case, lead: User, settings: Any, tmp_path: Any
) -> None:
    storages = {**settings.STORAGES}
    storages["private"] = {**storages["private"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = storages
    file = lost.files.create(
        name="a.pdf", kind="pdf", size=1, content_digest="x", stored_name="cases/x.enc"
    )
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "x.enc").write_bytes(b"no token")
    lose(file, "name")
    client = signed_in(lead)
    page = client.get(f"/admin/fostering/cases/{lost.pk}/").text
    assert f"/files/{file.pk}/" in page
    address = f"/admin/fostering/cases/{lost.pk}/files/{file.pk}/"
    assert client.get(address).status_code == 302
    assert client.get(f"{address}delete/").status_code == 200
    assert client.post(f"{address}delete/").status_code == 302
    assert not lost.files.exists()


# --- The field ------------------------------------------------------------------------------------


def test_migrations_know_no_difference() -> None:
    _name, path, _args, _kwargs = ForgivingTextField().deconstruct()
    assert path == "sosbca.core.encryption.EncryptedTextField"


def test_what_can_be_read_is_read(lost: Case, valmiera: SupportCentre) -> None:
    assert {str(each.name) for each in Enquiry.objects.exclude(pk=lost.enquiry_id)} == {
        "Readable Person"
    }
    with translation.override("en"):
        assert str(Enquiry.objects.get(pk=lost.enquiry_id).name) == WORDS
