"""What looks like spam: a person may stand behind it, so staff say what it is."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format
from wagtail.models import Site

from fostering.models import Case, OutgoingMail, SupportCentre
from fostering.services import case_retention, cases, erasure, suspects
from sosbca.users.models import User
from tests.fostering.enquiries import EMAIL, NAME, centre, deliver, sent
from tests.fostering.made_cases import recruiter
from tests.fostering.test_cases import kinds, member
from tests.fostering.test_response_clock import with_address

LINKS = "http://a.example http://b.example http://c.example"
DAY = timedelta(days=1)


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre()


@pytest.fixture
def case(valmiera: SupportCentre) -> Case:
    """Of a person who sends links."""
    found: Case = sent(message=LINKS).case
    assert found.awaits_verdict
    assert not OutgoingMail.objects.exists()
    return found


@pytest.fixture
def lead(site: Site) -> User:
    return with_address(member("Recruitment leads"), "en")


@pytest.fixture
def staff(valmiera: SupportCentre) -> User:
    return with_address(member("Recruitment", valmiera), "en")


def english(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words() -> list[Any]:
    return [message for message in deliver() if "state=suspect" in message.body]


# --- Seen -----------------------------------------------------------------------------------------


def test_the_centres_staff_and_leads_see_that_it_waits(case: Case, staff: User, lead: User) -> None:
    usual = sent(network="198.51.100.1").case
    for user in (staff, lead):
        client = english(user)
        line = "1 enquiry looks like spam and waits for a look"
        for address in ("/admin/", "/admin/fostering/cases/"):
            page = client.get(address).text
            assert line in page, address
            assert "/admin/fostering/cases/?state=suspect" in page
        listed = client.get("/admin/fostering/cases/?state=suspect").text
        assert f'href="/admin/fostering/cases/{case.pk}/"' in listed
        assert f'href="/admin/fostering/cases/{usual.pk}/"' not in listed
    stranger = english(with_address(member("Recruitment", centre("riga"), name="riga"), "en"))
    for address in ("/admin/", "/admin/fostering/cases/"):
        assert "looks like spam and waits" not in stranger.get(address).text


def test_nothing_is_shown_once_it_is_decided(case: Case, staff: User) -> None:
    suspects.dismiss(case.pk, by=staff)
    for address in ("/admin/", "/admin/fostering/cases/"):
        assert "looks like spam and waits" not in english(staff).get(address).text


# --- It is real -----------------------------------------------------------------------------------


def test_a_real_one_becomes_a_new_case_with_all_that_follows(
    case: Case, valmiera: SupportCentre, staff: User
) -> None:
    client = english(staff)
    address = f"/admin/fostering/cases/{case.pk}/"
    assert f'action="{address}real/"' in client.get(address).text
    later = timezone.now() + 20 * DAY
    with time_machine.travel(later):
        client.force_login(staff)
        for _click in range(2):
            assert client.post(f"{address}real/", {"seen": "new"}).status_code == 302
        messages = deliver()
    assert sorted(message.to[0] for message in messages) == sorted([EMAIL, valmiera.notify_email])
    found = Case.objects.select_related("enquiry").get(pk=case.pk)
    assert not found.enquiry.is_suspect
    assert found.stage == "new"
    assert found.response_due_at > later
    assert kinds(found) == ["opened", "real"]
    assert case_retention.erased_on(found) is None
    with time_machine.travel(later + 10 * DAY):
        assert cases.overdue(Case.objects.all()).get() == found


def test_spam_by_mistake_becomes_a_new_case_too(case: Case, staff: User) -> None:
    suspects.dismiss(case.pk, by=staff)
    found = suspects.accept(case.pk, seen="declined", by=staff)
    assert (found.stage, found.closed_at) == ("new", None)
    assert {message.to[0] for message in deliver()} >= {EMAIL}


def test_who_was_erased_can_not_become_real(case: Case, staff: User) -> None:
    erasure.erase(case.pk)
    with pytest.raises(cases.NotAllowed):
        suspects.accept(case.pk, seen="declined", by=staff)
    assert not deliver()


def test_other_centres_say_nothing(case: Case) -> None:
    stranger = member("Recruitment", centre("riga"))
    with pytest.raises(PermissionDenied):
        suspects.accept(case.pk, seen="new", by=stranger)
    with pytest.raises(PermissionDenied):
        suspects.dismiss(case.pk, by=stranger)


@pytest.mark.parametrize("late", ["real", "spam"])
def test_who_comes_second_is_told_who_has_decided_and_changes_nothing(
    case: Case, staff: User, valmiera: SupportCentre, late: str
) -> None:
    """From a page that was opened before."""
    colleague = recruiter(valmiera)
    if late == "real":
        suspects.dismiss(case.pk, by=colleague)
    else:
        suspects.accept(case.pk, seen="new", by=colleague)
    deliver()
    before = list(Case.objects.values_list()), kinds(case)
    client = english(staff)
    address = f"/admin/fostering/cases/{case.pk}/"
    told = client.post(f"{address}{late}/", {"seen": "new"}, follow=True).text
    verdict = "spam" if late == "real" else "real"
    decided = case.events.get(kind=verdict).at
    with translation.override("en"):
        when = date_format(timezone.localtime(decided), "j M Y, H:i")
    said = f"Ilze Liepa has already decided about {case} ({when}): “Found to be {verdict}”."
    assert f"{said} Nothing of yours was changed." in told
    assert (list(Case.objects.values_list()), kinds(case)) == before
    assert not deliver()
    # Who has seen what the colleague has said may take it back.
    if late == "real":
        assert 'name="seen" value="declined"' in told
        client.post(f"{address}real/", {"seen": "declined"})
        assert kinds(case) == ["opened", "spam", "real"]


# --- It is spam -----------------------------------------------------------------------------------


def test_spam_is_closed_and_erased_some_time_after(case: Case, staff: User, lead: User) -> None:
    client = english(staff)
    address = f"/admin/fostering/cases/{case.pk}/spam/"
    for _click in range(2):
        assert client.post(address, {"seen": "new"}).status_code == 302
    found = Case.objects.select_related("enquiry").get(pk=case.pk)
    assert found.stage == "declined"
    assert kinds(found) == ["opened", "spam"]
    assert not deliver()
    assert case_retention.erased_on(found) == timezone.localdate() + 30 * DAY
    with time_machine.travel(timezone.now() + 31 * DAY):
        assert case_retention.run()["cases"] == 1
        assert suspects.tell_waiting() == 0


def test_what_is_no_spam_can_not_be_dismissed(valmiera: SupportCentre, staff: User) -> None:
    with pytest.raises(cases.NotAllowed):
        suspects.dismiss(sent().case.pk, by=staff)


def test_it_goes_nowhere_before_it_is_decided(case: Case, staff: User) -> None:
    with pytest.raises(cases.NotAllowed):
        cases.move(case.pk, "contacted", seen="new", by=staff)
    with pytest.raises(cases.NotAllowed):
        cases.close(case.pk, "declined", seen="new", by=staff)
    suspects.dismiss(case.pk, by=staff)
    with pytest.raises(cases.NotAllowed):
        cases.reopen(case.pk, by=staff)
    page = english(staff).get(f"/admin/fostering/cases/{case.pk}/").text
    for step in ("move", "close", "reopen", "spam"):
        assert f"/{case.pk}/{step}/" not in page, step


# --- A word to the leads --------------------------------------------------------------------------


def test_leads_get_one_word_a_day_while_any_waits(case: Case, lead: User, staff: User) -> None:
    assert suspects.tell_waiting() == 1
    assert suspects.tell_waiting() == 0
    message = words()[0]
    assert message.to == [lead.email]
    assert "1 enquiry looks like spam" in message.body
    assert "Last warning" not in message.body
    for personal in (NAME, EMAIL, case.enquiry.reference, str(case)):
        assert personal not in message.message().as_string()
    with time_machine.travel(timezone.now() + DAY):
        assert suspects.tell_waiting() == 1
        assert len(words()) == 1
        suspects.accept(case.pk, seen="new", by=staff)
    with time_machine.travel(timezone.now() + 2 * DAY):
        assert suspects.tell_waiting() == 0


def test_without_leads_the_centre_is_told(case: Case, valmiera: SupportCentre) -> None:
    assert suspects.tell_waiting() == 1
    assert words()[0].to == [valmiera.notify_email]


def test_without_leads_each_centre_is_told_of_its_own(
    case: Case, valmiera: SupportCentre, staff: User
) -> None:
    SupportCentre.objects.update(notify_email="")
    riga = centre("riga")
    for number, message in enumerate((LINKS, LINKS, "")):
        other = sent(message=message, network=f"198.51.100.{number}").case
        Case.objects.filter(pk=other.pk).update(centre=riga)
    liepaja = sent(message=LINKS, network="198.51.100.9").case
    Case.objects.filter(pk=liepaja.pk).update(centre=centre("liepaja", notify_email=""))
    with time_machine.travel(timezone.now() + 400 * DAY):
        assert suspects.tell_waiting() == 3
        assert suspects.tell_waiting() == 0
        told = {message.to[0]: message.body for message in words()}
    assert told.keys() == {staff.email, riga.notify_email}
    assert "Last warning: 1 of them" in told[staff.email]
    assert Case.objects.filter(suspect_warned_at=None, enquiry__is_suspect=True).get() == liepaja


def test_one_found_to_be_real_at_the_last_moment_is_not_erased(
    case: Case, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspects.dismiss(case.pk, by=staff)
    with time_machine.travel(timezone.now() + 400 * DAY):
        due = list(case_retention._due())
        assert due == [case.pk]
        suspects.accept(case.pk, seen="declined", by=staff)
        monkeypatch.setattr(case_retention, "_due", lambda: due)
        assert case_retention.forget_people() == 0


def test_words_take_the_same_number_of_queries(
    case: Case, lead: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        sent(message=LINKS, network=f"198.51.100.{number}")
    Case.objects.update(suspect_warned_at=timezone.now())
    with django_assert_max_num_queries(20):
        assert suspects.tell_waiting() == 21


def test_nothing_is_erased_before_a_last_warning(case: Case, lead: User) -> None:
    now = timezone.now()
    with time_machine.travel(now + 400 * DAY):
        assert case_retention.run()["cases"] == 0
        assert suspects.tell_waiting() == 1
        assert "Last warning: 1 of them" in words()[0].body
    with time_machine.travel(now + 406 * DAY):
        assert case_retention.run()["cases"] == 0
    with time_machine.travel(now + 408 * DAY):
        assert case_retention.run()["cases"] == 1


def test_the_last_warning_comes_a_week_before(case: Case, lead: User) -> None:
    now = timezone.now()
    with time_machine.travel(now + 22 * DAY):
        suspects.tell_waiting()
        assert "Last warning" not in words()[0].body
    with time_machine.travel(now + 23 * DAY):
        suspects.tell_waiting()
        assert "Last warning" in words()[0].body
    case.refresh_from_db()
    assert case_retention.erased_on(case) == timezone.localdate(now) + 30 * DAY


def test_while_nobody_can_be_told_nothing_is_erased(case: Case, valmiera: SupportCentre) -> None:
    SupportCentre.objects.update(notify_email="")
    with time_machine.travel(timezone.now() + 400 * DAY):
        assert suspects.tell_waiting() == 0
        assert case_retention.run()["cases"] == 0
