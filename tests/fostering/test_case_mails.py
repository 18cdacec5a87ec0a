"""E-mails from the case page: templates, what stands in braces, looking before sending, once."""

import re
import threading
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.test import Client
from wagtail.models import Site

from fostering.models import Case, CaseMail, CaseMailTemplate, OutgoingMail, SupportCentre
from fostering.services import case_mails
from sosbca.users.models import User
from tests.fostering.enquiries import EMAIL, NAME, PHONE, centre, deliver, sent
from tests.fostering.test_cases import member

BODY = "Labdien, {name}!\n\nZvaniet: {centre_phone}.\n\n{sender}"


@pytest.fixture
def valmiera(site: Site) -> SupportCentre:
    return centre(phone="+371 2000 0022", email="airi@example.org")


@pytest.fixture
def case(valmiera: SupportCentre) -> Case:
    return sent().case


@pytest.fixture
def staff(valmiera: SupportCentre) -> User:
    user = member("Recruitment", valmiera)
    user.first_name, user.last_name = "Ilze", "Kalniņa"
    user.save()
    return user


@pytest.fixture
def client(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def template(db: None) -> CaseMailTemplate:
    return CaseMailTemplate.objects.create(
        name="First answer",
        subject_lv="Jūsu pieteikums {reference}",
        body_lv=BODY,
        subject_en="Your enquiry {reference}",
        body_en="Dear {name}",
    )


def address(case: Case, query: str = "") -> str:
    return f"/admin/fostering/cases/{case.pk}/email/{query}"


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def look(client: Client, case: Case, **changes: Any) -> tuple[str, dict[str, Any]]:
    """Fill in and look at it; return the page with what the form then holds."""
    data = {"key": uuid.uuid4(), "language": "lv", "subject": "Sveiki", "body": "Teksts"} | changes
    page = client.post(address(case), {**data, "look": "1"}).text
    return page, {**data, "seen": field(page, "seen")}


# --- Templates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["{nam}", "{name.__class__}", "{", "}", "{{name}}", "{Name}", "{}"]
)
@pytest.mark.parametrize("field_name", ["subject_lv", "body_lv", "subject_en", "body_en"])
def test_what_can_not_be_filled_in_is_refused_at_its_field(
    template: CaseMailTemplate, text: str, field_name: str
) -> None:
    setattr(template, field_name, f"Labdien, {text}!")
    with pytest.raises(ValidationError) as error:
        template.full_clean()
    assert list(error.value.message_dict) == [field_name]


def test_the_names_that_may_stand_in_braces_are_listed_where_templates_are_written(
    site: Site, template: CaseMailTemplate
) -> None:
    client = Client()
    client.force_login(member("Recruitment leads"))
    page = client.get(f"/admin/snippets/fostering/casemailtemplate/edit/{template.pk}/")
    assert page.status_code == 200
    for name in ("{name}", "{reference}", "{centre_phone}", "{sender}"):
        assert name in page.text


@pytest.mark.parametrize(
    "group", ["Communications", "Reviewers", "Finance", "Administrators", "Recruitment"]
)
def test_only_leads_write_templates(site: Site, template: CaseMailTemplate, group: str) -> None:
    client = Client()
    client.force_login(member(group))
    for tail in ("", "add/", f"edit/{template.pk}/"):
        assert client.get(f"/admin/snippets/fostering/casemailtemplate/{tail}").status_code == 302


# --- Writing --------------------------------------------------------------------------------------


def test_a_template_is_filled_in_in_the_persons_language(
    client: Client, case: Case, template: CaseMailTemplate
) -> None:
    page = client.get(address(case, f"?template={template.pk}")).text
    assert f"Labdien, {NAME}!" in page
    assert "+371 2000 0022" in page
    assert "Ilze Kalniņa" in page
    assert f"Jūsu pieteikums {case}" in page
    assert f"Dear {NAME}" in client.get(address(case, f"?template={template.pk}&language=en")).text


def test_an_english_enquiry_gets_english(valmiera: SupportCentre, client: Client) -> None:
    case = sent("en").case
    template = CaseMailTemplate.objects.create(
        name="x", subject_lv="a", body_lv="Labdien", subject_en="b", body_en="Dear {name}"
    )
    assert f"Dear {NAME}" in client.get(address(case, f"?template={template.pk}")).text


def test_a_name_that_looks_like_a_placeholder_stays_as_it_is(
    valmiera: SupportCentre, client: Client
) -> None:
    case = sent(name="{sender}").case
    template = CaseMailTemplate(subject_lv="a", body_lv="Labdien, {name}!")
    by = User.objects.get(username="recruitment")
    draft = case_mails.filled_in(template, case, language="lv", by=by)
    assert draft.body == "Labdien, {sender}!"


def test_it_is_looked_at_before_it_is_sent(client: Client, case: Case) -> None:
    page, form = look(client, case, body="Labdien!\n<b>Ne</b> https://example.org/a")
    assert "&lt;b&gt;Ne&lt;/b&gt;" in page
    assert EMAIL in page
    assert not CaseMail.objects.exists()
    assert client.post(address(case), {**form, "send": "1"}).status_code == 302
    mail = deliver()[-1]
    assert mail.to == [EMAIL]
    assert mail.subject == "Sveiki"
    assert mail.reply_to == ["airi@example.org"]
    assert "<b>Ne</b>" in mail.body
    html = mail.alternatives[0][0]
    assert "&lt;b&gt;Ne&lt;/b&gt;" in html
    assert 'href="https://example.org/a"' in html
    assert '<html lang="lv">' in html


def test_what_was_not_looked_at_is_not_sent(client: Client, case: Case) -> None:
    _page, form = look(client, case)
    for changes in ({"body": "Cits teksts"}, {"subject": "Cits"}, {"seen": ""}):
        answer = client.post(address(case), {**form, **changes, "send": "1"})
        assert answer.status_code == 200
        assert not CaseMail.objects.exists()
    # The changed one is in view now, and can be sent.
    again = {**form, "body": "Cits teksts"}
    page = client.post(address(case), {**again, "send": "1"}).text
    client.post(address(case), {**again, "seen": field(page, "seen"), "send": "1"})
    assert CaseMail.objects.get().body == "Cits teksts"


@pytest.mark.parametrize(
    "changes", [{"subject": ""}, {"body": " "}, {"body": "Labdien, {name}!"}, {"key": "x"}]
)
def test_what_is_not_whole_is_refused(client: Client, case: Case, changes: Any) -> None:
    form = {"key": uuid.uuid4(), "language": "lv", "subject": "a", "body": "b"} | changes
    answer = client.post(address(case), {**form, "look": "1"})
    assert answer.status_code == 422
    assert not CaseMail.objects.exists()


def test_a_subject_brings_no_headers_of_its_own(case: Case, staff: User) -> None:
    case_mails.send(
        case, key=uuid.uuid4(), language="lv", subject="A\r\nBcc: x@example.org", body="b", by=staff
    )
    mail = deliver()[-1]
    assert mail.subject == "A Bcc: x@example.org"
    assert mail.recipients() == [EMAIL]


def test_a_person_without_an_address_is_not_written_to(
    valmiera: SupportCentre, staff: User, client: Client
) -> None:
    case = sent(email="", contact_method="phone").case
    assert "<textarea" not in client.get(address(case)).text
    with pytest.raises(case_mails.NoAddress):
        case_mails.send(case, key=uuid.uuid4(), language="lv", subject="a", body="b", by=staff)
    assert client.post(address(case), {"look": "1", "subject": "a", "body": "b"}).status_code == 302
    assert not CaseMail.objects.exists()


# --- Sent -----------------------------------------------------------------------------------------


def test_a_double_click_sends_once(client: Client, case: Case) -> None:
    _page, form = look(client, case)
    for _click in range(2):
        assert client.post(address(case), {**form, "send": "1"}).status_code == 302
    assert CaseMail.objects.count() == 1
    assert [mail.subject for mail in deliver()].count("Sveiki") == 1


def test_who_goes_back_and_writes_something_else_sends_that_as_well(
    client: Client, case: Case
) -> None:
    _page, form = look(client, case)
    client.post(address(case), {**form, "send": "1"})
    other = {**form, "body": "Aizmirsu pateikt laiku."}
    page = client.post(address(case), {**other, "look": "1"}).text
    client.post(address(case), {**other, "seen": field(page, "seen"), "send": "1"})
    assert CaseMail.objects.count() == 2
    assert "Aizmirsu pateikt laiku." in deliver()[-1].body


def test_two_workers_send_once(committed: None) -> None:
    valmiera = centre()
    case, by, key = sent().case, member("Recruitment", valmiera), uuid.uuid4()
    start, results = threading.Barrier(4), []

    def send() -> None:
        try:
            start.wait()
            mail = case_mails.send(case, key=key, language="lv", subject="a", body="b", by=by)
            results.append(mail.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len(set(results)) == 1
    assert OutgoingMail.objects.filter(kind="case").count() == 1


def test_the_case_keeps_what_was_sent_encrypted(client: Client, case: Case, staff: User) -> None:
    _page, form = look(client, case, subject="Tikšanās", body="Slepens vārds")
    client.post(address(case), {**form, "send": "1"})
    page = client.get(f"/admin/fostering/cases/{case.pk}/").text
    assert "Tikšanās" in page
    assert "Slepens vārds" in page
    assert case.events.get(kind="mail").by == staff
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, body FROM fostering_casemail")
        kept = str(cursor.fetchall())
        cursor.execute("SELECT recipient, facts FROM fostering_outgoingmail")
        kept += str(cursor.fetchall())
    for secret in ("Tikšanās", "Slepens vārds", EMAIL, PHONE):
        assert secret not in kept
    deliver()
    # Once it is gone, the outbox forgets it.
    waiting = OutgoingMail.objects.get(kind="case")
    assert (waiting.status, waiting.recipient, waiting.facts) == ("sent", "", "")


def test_other_centres_write_to_nobody(case: Case) -> None:
    client = Client()
    stranger = member("Recruitment", centre("riga"), name="riga")
    client.force_login(stranger)
    assert client.get(address(case)).status_code == 404
    assert client.post(address(case), {"body": "x"}).status_code == 404


def test_a_case_given_away_a_moment_ago_is_written_to_no_more(case: Case, staff: User) -> None:
    """After the form was checked, and before the case is locked."""
    Case.objects.filter(pk=case.pk).update(centre=centre("riga"))
    with pytest.raises(PermissionDenied):
        case_mails.send(case, key=uuid.uuid4(), language="lv", subject="a", body="b", by=staff)
    assert not CaseMail.objects.exists()


def test_leads_write_to_every_person(case: Case) -> None:
    client = Client()
    client.force_login(member("Recruitment leads"))
    assert Group.objects.get(name="Recruitment leads").user_set.count() == 1
    assert client.get(address(case)).status_code == 200
