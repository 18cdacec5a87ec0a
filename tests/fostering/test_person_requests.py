"""What a person may ask for: a copy, and erasure."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import ModelLogEntry, Site

from fostering.models import Case, SignUp, SignUpList, SupportCentre
from fostering.services import person_requests
from sosbca.users.models import User
from tests.fostering.enquiries import EMAIL, NAME, centre, deliver, sent
from tests.fostering.events import event, sign_up
from tests.fostering.full_cases import SECRETS, full, known
from tests.fostering.made_cases import signed_in
from tests.fostering.private_files import own_files
from tests.fostering.test_case_files import PDF
from tests.fostering.test_cases import member
from tests.fostering.test_response_clock import with_address


@pytest.fixture(autouse=True)
def private(tmp_path: Path, settings: Any) -> Path:
    return own_files(settings, tmp_path)


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


def unpacked(answer: Any) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    return archive


def test_a_copy_holds_everything(case: Case, lead: User) -> None:
    client, address = signed_in(lead), f"/admin/fostering/cases/{case.pk}/copy/"
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
    archive = unpacked(signed_in(lead).post(f"/admin/fostering/cases/{case.pk}/copy/"))
    page = archive.read("data.html").decode()
    assert '<html lang="en">' in page
    # As everywhere on the site: 5 Feb 2026, 14:30.
    assert re.search(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d", page)
    assert not re.search(r"\d/\d", page)
    assert json.loads(archive.read("data.json"))["enquiries"][0]["way"] == "Foster family"


def test_words_in_the_copy_are_words(valmiera: SupportCentre, lead: User) -> None:
    case = sent(message="<script>alert(1)</script>").case
    archive = unpacked(signed_in(lead).post(f"/admin/fostering/cases/{case.pk}/copy/"))
    assert "<script>" not in archive.read("data.html").decode()


def test_erasing_asks_first_and_is_done_once(case: Case, lead: User) -> None:
    client, address = signed_in(lead), f"/admin/fostering/cases/{case.pk}/erase/"
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
    client, address = signed_in(lead), f"/admin/fostering/cases/{case.pk}/erase/"
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
    page = signed_in(lead).get(address).text
    certain, ticked = page.split("<fieldset>")
    assert f"With {case} goes:" in certain
    assert "1 note, 1 task, 1 file, 1 e-mail" in certain
    assert "Anna comes" in certain
    assert "the sign-up is forgotten, and the place given back" in certain
    # Only if it is ticked, which it is not.
    assert "Janis comes" not in certain
    assert "Janis comes" in ticked
    assert "What you don’t tick stays as it is" in ticked
    signed_in(lead).post(address)
    assert not _erased(partner)
    assert SignUp.objects.get(event=later).status == "confirmed"
    assert SignUp.objects.get(event=soon).is_erased


@pytest.mark.parametrize("step", ["copy", "erase"])
def test_only_leads_do_it(case: Case, staff: User, step: str) -> None:
    client, address = signed_in(staff), f"/admin/fostering/cases/{case.pk}/{step}/"
    page = client.get(f"/admin/fostering/cases/{case.pk}/").text
    assert address not in page
    assert client.get(address).status_code in {302, 403}
    assert client.post(address).status_code in {302, 403}
    with pytest.raises(PermissionDenied):
        getattr(person_requests, step)([case], by=staff)
    assert NAME in known()
