"""Forms that staff build: taken once, told to staff, read by few, forgotten in time."""

import json
import re
from datetime import timedelta
from typing import Any, cast

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from home.forms import services
from home.models import FormEntry, FormField, FormPage
from tests.home.admin_forms import filled
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db

ANSWERS = {"vards": "Anna Bērziņa", "e_pasts": "anna@example.org", "zina": "Labdien!\nJautājums."}
FIELDS = [
    ("vards", "Vārds", "singleline", True, ""),
    ("e_pasts", "E-pasts", "email", True, ""),
    ("zina", "Ziņa", "multiline", True, ""),
    ("tema", "Tēma", "radio", False, "Ziedošana\nAudžuģimene"),
    ("piekritu", "Piekrītu", "checkbox", False, ""),
]


def build_form(site: Site, **changes: Any) -> FormPage:
    page = FormPage(
        title="Kontakti",
        slug="kontakti",
        thanks_heading="Paldies, ziņa saņemta",
        thanks_text="Atbildēsim triju darba dienu laikā.",
        recipients="birojs@example.org, otrs@example.org",
        **changes,
    )
    page.form_fields = [  # type: ignore[misc]
        FormField(
            clean_name=name,
            label=label,
            field_type=kind,
            required=required,
            choices=choices,
            help_text="Kā Jūs uzrunāt." if name == "vards" else "",
            sort_order=order,
            locale=site.root_page.locale,
        )
        for order, (name, label, kind, required, choices) in enumerate(FIELDS)
    ]
    site.root_page.add_child(instance=page)
    page.save_revision().publish()
    return page


@pytest.fixture
def form(site: Site) -> FormPage:
    return build_form(site)


def tell_all() -> None:
    for pk in FormEntry.objects.values_list("pk", flat=True):
        services.tell(pk)


def sign_in(client: Client, group: str) -> Client:
    user = get_user_model().objects.create_user(group)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return client


# --- The visitor ---------------------------------------------------------------------------------


def test_the_form_shows_its_fields(form: FormPage, visitor: Client) -> None:
    page = Document(visitor.get("/kontakti/").content)
    assert page.one("input", name="e_pasts")["type"] == "email"
    assert page.one("input", name="vards")["aria-describedby"] == "hint_vards"
    labels = {label.attributes.get("for"): label.text for label in page.all("label")}
    assert labels["id_zina"] == "Ziņa"
    assert {field["value"] for field in page.all("input", name="tema")} == {
        "Ziedošana",
        "Audžuģimene",
    }
    assert "csrfmiddlewaretoken" not in visitor.get("/kontakti/").content.decode()
    assert not visitor.cookies


def test_a_message_is_kept_and_a_reload_sends_nothing_again(
    form: FormPage, visitor: Client
) -> None:
    response = visitor.post("/kontakti/", ANSWERS)
    assert response.status_code == 303
    entry = FormEntry.objects.get()
    assert json.loads(entry.form_data) == {**ANSWERS, "tema": "", "piekritu": False}
    assert (entry.page_id, entry.language) == (form.pk, "lv")
    thanks = visitor.get(response["Location"])
    words = Document(thanks.content).one("main").text
    assert "Paldies, ziņa saņemta" in words
    assert entry.shown_reference in words
    assert re.fullmatch(r"\w{4}-\w{4}", entry.shown_reference)
    assert "no-store" in thanks["Cache-Control"]
    assert not visitor.cookies


def test_mistakes_stand_at_their_fields_and_nothing_typed_is_lost(
    form: FormPage, visitor: Client
) -> None:
    response = visitor.post("/kontakti/", {**ANSWERS, "e_pasts": "anna@", "tema": "Audžuģimene"})
    assert response.status_code == 422
    assert not FormEntry.objects.exists()
    page = Document(response.content)
    field = page.one("input", name="e_pasts")
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "error_e_pasts")
    assert page.one("p", id="error_e_pasts").text
    assert [link["href"] for link in page.all("a") if link["href"].startswith("#id_")] == [
        "#id_e_pasts"
    ]
    assert field["value"] == "anna@"
    assert page.one("textarea", name="zina").text == "Labdien! Jautājums."
    chosen = page.one("input", name="tema", value="Audžuģimene")
    assert "checked" in chosen.attributes
    assert page.one("title").text.startswith("Kļūda")


@pytest.mark.parametrize("name", ["vards", "zina"])
def test_nobody_fills_the_database(form: FormPage, visitor: Client, name: str) -> None:
    assert visitor.post("/kontakti/", {**ANSWERS, name: "x" * 5001}).status_code == 422
    assert not FormEntry.objects.exists()


def test_a_double_click_is_one_entry(form: FormPage, visitor: Client) -> None:
    first, second = (visitor.post("/kontakti/", ANSWERS)["Location"] for _ in range(2))
    assert first == second
    assert FormEntry.objects.count() == 1
    visitor.post("/kontakti/", {**ANSWERS, "zina": "Vēl kas."})
    assert FormEntry.objects.count() == 2


def test_two_workers_at_once_are_one_entry(form: FormPage) -> None:
    """The other request was kept between our look and our writing."""
    entry = services.take(form, ANSWERS, "192.0.2.1", is_trapped=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        FormEntry.objects.create(
            page=form,
            form_data="{}",
            language="lv",
            fingerprint=entry.fingerprint,
            address_digest="",
        )


def test_the_throttle_keeps_what_was_typed(form: FormPage, visitor: Client) -> None:
    for number in range(services.LIMIT_PER_ADDRESS):
        assert visitor.post("/kontakti/", {**ANSWERS, "zina": f"{number}"}).status_code == 303
    response = visitor.post("/kontakti/", {**ANSWERS, "zina": "Pēdējā"})
    assert response.status_code == 429
    assert Document(response.content).one("textarea", name="zina").text == "Pēdējā"
    assert FormEntry.objects.count() == services.LIMIT_PER_ADDRESS
    other = visitor.post("/kontakti/", {**ANSWERS, "zina": "Cits"}, REMOTE_ADDR="192.0.2.77")
    assert other.status_code == 303
    FormEntry.objects.update(submit_time=timezone.now() - services.PERIOD)
    assert visitor.post("/kontakti/", {**ANSWERS, "zina": "Pēdējā"}).status_code == 303


def test_another_site_sends_nothing(form: FormPage, visitor: Client) -> None:
    response = visitor.post("/kontakti/", ANSWERS, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not FormEntry.objects.exists()


@pytest.mark.parametrize("sent", ["<script>", "ABCD", "", "ILO0-1111"])
def test_an_invented_reference_is_not_repeated(form: FormPage, visitor: Client, sent: str) -> None:
    response = visitor.get("/kontakti/", {"sent": sent})
    assert response.status_code == 200
    assert not Document(response.content).all("strong", class_="figure")


# --- Spam ----------------------------------------------------------------------------------------

SPAM = [
    {"website": "https://buy.example"},
    {"zina": "https://a.example https://b.example http://c.example"},
]


@pytest.mark.parametrize("changes", SPAM)
def test_spam_is_kept_but_nobody_is_told(
    form: FormPage, visitor: Client, changes: dict[str, str]
) -> None:
    assert visitor.post("/kontakti/", {**ANSWERS, **changes}).status_code == 303
    assert FormEntry.objects.get().is_suspect
    assert "website" not in json.loads(FormEntry.objects.get().form_data)
    FormEntry.objects.update(submit_time=timezone.now() - timedelta(hours=1))
    assert services.waiting() == []


# --- Staff ---------------------------------------------------------------------------------------


def test_staff_are_told_once(form: FormPage, visitor: Client) -> None:
    visitor.post("/kontakti/", ANSWERS)
    tell_all()
    tell_all()
    (message,) = mail.outbox
    assert message.to == ["birojs@example.org", "otrs@example.org"]
    assert "Anna Bērziņa" in message.body
    assert reverse("wagtailforms:list_submissions", args=[form.pk]) in message.body
    reference = FormEntry.objects.get().shown_reference
    assert reference in message.subject
    assert FormEntry.objects.get().notified_at


def test_a_mail_server_that_is_away_loses_nothing(
    form: FormPage, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.post("/kontakti/", ANSWERS)
    entry = FormEntry.objects.get()
    with monkeypatch.context() as patch:

        def away(*args: object, **kwargs: object) -> None:
            raise OSError("no mail server")

        patch.setattr("django.core.mail.EmailMessage.send", away)
        with pytest.raises(OSError, match="no mail server"):
            services.tell(entry.pk)
    assert services.waiting() == []
    FormEntry.objects.update(submit_time=timezone.now() - services.TELLING_TAKES)
    assert services.waiting() == [entry.pk]
    services.tell(entry.pk)
    assert len(mail.outbox) == 1
    assert services.waiting() == []


def test_a_confidential_mail_tells_nothing(site: Site, visitor: Client) -> None:
    build_form(site, is_confidential=True)
    visitor.post("/kontakti/", ANSWERS)
    tell_all()
    (message,) = mail.outbox
    assert not any(answer.splitlines()[0] in message.body for answer in ANSWERS.values())


def test_answers_are_encrypted_at_rest(form: FormPage, visitor: Client) -> None:
    visitor.post("/kontakti/", ANSWERS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM home_formentry")
        stored = str(cursor.fetchall())
    assert not any(answer.splitlines()[0] in stored for answer in ANSWERS.values())


@pytest.mark.parametrize(
    ("group", "confidential", "reads"),
    [
        ("Communications", False, True),
        ("Communications", True, False),
        ("Administrators", True, True),
        ("Finance", False, False),
        ("Recruitment", False, False),
        ("Recruitment leads", False, False),
        ("Reviewers", False, False),
    ],
)
def test_who_reads_entries(
    site: Site, client: Client, group: str, confidential: bool, reads: bool
) -> None:
    page = build_form(site, is_confidential=confidential)
    services.take(page, ANSWERS, "192.0.2.1", is_trapped=False)
    sign_in(client, group)
    listed = client.get(reverse("wagtailforms:index"), follow=True)
    assert ("Kontakti" in listed.content.decode()) is reads
    address = reverse("wagtailforms:list_submissions", args=[page.pk])
    for query in ("", "?export=csv", "?export=xlsx"):
        response = client.get(address + query)
        assert (response.status_code == 200) is reads
    response = client.get(address)
    assert ("Anna Bērziņa" in response.content.decode()) is reads


def test_entries_are_forgotten_in_time(form: FormPage) -> None:
    now = timezone.now()
    for days in (10, 364, 366, 900):
        entry = services.take(form, {"zina": str(days)}, "192.0.2.1", is_trapped=False)
        FormEntry.objects.filter(pk=entry.pk).update(submit_time=now - timedelta(days=days))
    assert services.forget_old() == 2
    kept = [json.loads(entry.form_data)["zina"] for entry in FormEntry.objects.all()]
    assert sorted(kept) == ["10", "364"]
    form.kept_months = 6
    form.save_revision().publish()
    assert services.forget_old() == 1


def test_both_languages_keep_answers_under_the_same_names(form: FormPage, visitor: Client) -> None:
    english = Locale.objects.get(language_code="en")
    page = form.copy_for_translation(english)
    page.title, page.slug = "Contact", "contact"
    page.save_revision().publish()
    assert visitor.post("/en/contact/", ANSWERS).status_code == 303
    entry = FormEntry.objects.get()
    assert (entry.language, json.loads(entry.form_data)["vards"]) == ("en", "Anna Bērziņa")
    assert entry.page_id == Page.objects.get(slug="contact").pk


# --- Confidential forms --------------------------------------------------------------------------


def post_editor(client: Client, page: FormPage, **changes: Any) -> Any:
    """Publish the form from its editor, with what is on it and these changes."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = filled(client, address, **{"action-publish": "1"} | changes)
    return client.post(address, data)


def test_only_those_who_read_make_it_less_confidential(site: Site, client: Client) -> None:
    page = build_form(site, is_confidential=True)
    services.take(page, ANSWERS, "192.0.2.1", is_trapped=False)
    sign_in(client, "Communications")
    response = post_editor(client, page, recipients="thief@example.org")
    assert response.status_code in {200, 400}
    assert "recipients" in response.context["form"].errors
    assert post_editor(client, page, is_confidential="").status_code == 302
    page.refresh_from_db()
    assert page.is_confidential
    assert page.recipients.startswith("birojs@")
    assert post_editor(client, page, title="Ziņot").status_code == 302


def test_entries_stay_confidential_whatever_becomes_of_the_form(site: Site, client: Client) -> None:
    page = build_form(site, is_confidential=True)
    services.take(page, ANSWERS, "192.0.2.1", is_trapped=False)
    FormPage.objects.update(is_confidential=False)
    sign_in(client, "Communications")
    address = reverse("wagtailforms:list_submissions", args=[page.pk])
    assert client.get(address).status_code == 302
    tell_all()
    assert "Anna" not in mail.outbox[0].body


def test_both_languages_agree_about_entries(form: FormPage) -> None:
    locale = Locale.objects.get(language_code="en")
    english = cast(FormPage, form.copy_for_translation(locale))
    english.save_revision().publish()
    form.is_confidential, form.kept_months, form.recipients = True, 24, "viens@example.org"
    form.save_revision().publish()
    english.refresh_from_db()
    assert (english.is_confidential, english.kept_months) == (True, 24)
    assert english.recipients == "viens@example.org"
    assert services.take(english, ANSWERS, "192.0.2.1", is_trapped=False).is_confidential


def test_a_report_of_concern_is_never_passed_over(site: Site) -> None:
    """Autofill fills traps too."""
    page = build_form(site, is_confidential=True)
    services.take(page, ANSWERS, "192.0.2.1", is_trapped=True)
    FormEntry.objects.update(submit_time=timezone.now() - timedelta(hours=1))
    assert len(services.waiting()) == 1
    tell_all()
    assert len(mail.outbox) == 1


def test_staff_see_the_reference_and_the_mark(form: FormPage, client: Client) -> None:
    entry = services.take(form, ANSWERS, "192.0.2.1", is_trapped=True)
    page = sign_in(client, "Communications").get(
        reverse("wagtailforms:list_submissions", args=[form.pk])
    )
    assert entry.shown_reference in page.content.decode()
    assert "True" in page.content.decode()


def test_reviewers_read_no_entries(form: FormPage, client: Client) -> None:
    services.take(form, ANSWERS, "192.0.2.1", is_trapped=False)
    address = reverse("wagtailforms:list_submissions", args=[form.pk])
    assert sign_in(client, "Reviewers").get(address).status_code == 302


@pytest.mark.parametrize(("group", "gone"), [("Communications", False), ("Administrators", True)])
def test_entries_do_not_go_unseen_with_their_page(
    form: FormPage, client: Client, group: str, gone: bool
) -> None:
    services.take(form, ANSWERS, "192.0.2.1", is_trapped=False)
    sign_in(client, group)
    client.post(reverse("wagtailadmin_pages:delete", args=[form.pk]))
    assert FormPage.objects.filter(pk=form.pk).exists() is not gone
    assert FormEntry.objects.exists() is not gone


def test_names_of_our_own_are_not_for_fields(site: Site, visitor: Client) -> None:
    page = build_form(site)
    for label in ("Website", "Reference", "Is suspect"):
        page.form_fields.add(
            FormField(label=label, field_type="singleline", required=True, locale=page.locale)
        )
    page.save_revision().publish()
    names = {field.clean_name for field in FormPage.objects.get().form_fields.all()}
    assert names >= {"website_", "reference_", "is_suspect_"}
    answers = {"website_": "https://example.org", "reference_": "R", "is_suspect_": "S"}
    assert visitor.post("/kontakti/", ANSWERS | answers).status_code == 303
    data = FormEntry.objects.get().get_data()
    assert data["reference_"] == "R"
    assert not data["is_suspect"]
