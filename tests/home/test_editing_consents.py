"""Pictures of children: no page goes live with one whose consent has run out."""

import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Locale, Page, ReferenceIndex, Site
from wagtail.users.models import UserProfile
from wagtail_localize.models import Translation

from home.editing import consents
from home.editing.tasks import BACK_OFF
from home.models import StandardPage
from projects.models import ProjectPage
from sosbca.core.consent import PictureWithoutConsentError, forbidden, require, targets_of
from sosbca.core.models import CustomImage, Person
from sosbca.core.page_cache.models import SiteChange
from tests import pages
from tests.home.admin_forms import filled

YESTERDAY = datetime.timedelta(days=-1)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files of the test's own; what waits for the end of a transaction happens at once."""
    storage = CustomImage._meta.get_field("file").storage
    before, storage.location = storage.location, str(tmp_path)  # type: ignore[attr-defined]
    monkeypatch.setattr(transaction, "on_commit", lambda callback, **options: callback())
    yield
    storage.location = before  # type: ignore[attr-defined]


@pytest.fixture
def editor(site: Site, client: Client) -> Client:
    user = get_user_model().objects.create_user("anna", email="anna@example.org")
    user.groups.add(Group.objects.get(name="Communications"))
    client.force_login(user)
    return client


def child_picture(days: int | None, title: str = "Vasara") -> CustomImage:
    """A picture of a child, whose consent ends so many days from today."""
    until = None if days is None else timezone.localdate() + days * DAY
    return pages.picture(
        title, size=(16, 10), shows_children=True, consent_reference="17", consent_until=until
    )


def page_with(home: Page, **fields: Any) -> StandardPage:
    return pages.add(home, StandardPage, "Vasara laukos", "vasara", live=False, **fields)


def work() -> None:
    """Send the messages that are due."""
    due = DBTaskResult.objects.ready().filter(task_path__startswith="home.editing.tasks.")
    for task in due:
        task.delete()
        task.task.func(*task.args_kwargs["args"])


@pytest.fixture
def refused_address(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The mail server refuses these."""
    refused: set[str] = set()
    send = EmailMessage.send

    def refuse(self: EmailMessage, *args: Any, **options: Any) -> Any:
        if refused.intersection(self.to):
            raise SMTPRecipientsRefused({})
        return send(self, *args, **options)

    monkeypatch.setattr(EmailMessage, "send", refuse)
    return refused


def edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


# --- Where pictures are found ---------------------------------------------------------------------


def in_field(home: Page, picture: CustomImage) -> Page:
    return page_with(home, picture=picture)


def in_block(home: Page, picture: CustomImage) -> Page:
    return page_with(home, body=[("picture", {"image": picture, "caption": ""})])


def in_gallery(home: Page, picture: CustomImage) -> Page:
    fine = pages.picture("Māja", size=(16, 10))
    items = [{"image": fine, "caption": ""}, {"image": picture, "caption": ""}]
    return page_with(home, body=[("gallery", {"heading": "", "items": items})])


def through_person_in_block(home: Page, picture: CustomImage) -> Page:
    person = Person.objects.create(name="Anna", role_lv="a", role_en="a", photo=picture)
    return page_with(home, body=[("people", {"heading": "", "people": [person]})])


def through_person_in_field(home: Page, picture: CustomImage) -> Page:
    index = pages.project_index(home)
    person = Person.objects.create(name="Anna", role_lv="a", role_en="a", photo=picture)
    return pages.project(index, contact=person, live=False)


def through_funder_in_row(home: Page, picture: CustomImage) -> Page:
    index = pages.project_index(home)
    (funder, *_others) = pages.funders()
    funder.logo = picture
    funder.save()
    page = pages.project(index, live=False)
    page.funding.create(funder=funder, role="financed_by", locale=home.locale)
    page.save()
    return page


PLACES = [
    in_field,
    in_block,
    in_gallery,
    through_person_in_block,
    through_person_in_field,
    through_funder_in_row,
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_no_page_goes_live_with_it_wherever_it_stands(
    site: Site, place: Callable[[Page, CustomImage], Page]
) -> None:
    page = place(site.root_page, child_picture(-1))
    revision = page.save_revision()
    with pytest.raises(PictureWithoutConsentError):
        revision.publish()
    page.refresh_from_db()
    assert not page.live


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_a_consent_that_holds_today_is_enough(
    site: Site, place: Callable[[Page, CustomImage], Page]
) -> None:
    page = place(site.root_page, child_picture(0))
    page.save_revision().publish()
    page.refresh_from_db()
    assert page.live


def test_a_picture_without_any_date_is_not_shown_either(site: Site) -> None:
    with pytest.raises(PictureWithoutConsentError, match="Vasara"):
        require(in_field(site.root_page, child_picture(None)))


def test_another_page_is_not_asked_about(site: Site) -> None:
    """A page may link to one that hides a picture."""
    picture = child_picture(1)
    other = pages.add(site.root_page, StandardPage, "Cita", "cita", picture=picture)
    CustomImage.objects.update(consent_until=timezone.localdate() + YESTERDAY)
    card = {"heading": "", "pages": [{"page": other}]}
    page = page_with(site.root_page, body=[("page_list", card)])
    assert forbidden(targets_of(page)) == {}


# --- In the editor --------------------------------------------------------------------------------


def body_of_form(page: Page, picture: CustomImage) -> dict[str, Any]:
    """A gallery in the form's own terms: the second picture is the one in question."""
    fine = pages.picture("Māja", size=(16, 10))
    form: dict[str, Any] = {"body-count": "2"}
    form |= {"body-0-deleted": "", "body-0-order": "0", "body-0-type": "heading", "body-0-id": ""}
    form["body-0-value"] = "Virsraksts"
    form |= {"body-1-deleted": "", "body-1-order": "1", "body-1-type": "gallery", "body-1-id": ""}
    form |= {"body-1-value-heading": "", "body-1-value-items-count": "2"}
    for number, image in enumerate((fine, picture)):
        start = f"body-1-value-items-{number}"
        form |= {f"{start}-deleted": "", f"{start}-order": str(number), f"{start}-id": ""}
        form |= {f"{start}-value-image": str(image.pk), f"{start}-value-caption": ""}
    return form


@pytest.mark.parametrize(("language", "words"), [("lv", "Piekrišana"), ("en", "The consent for")])
def test_the_error_stands_at_the_picture_in_the_editors_language(
    editor: Client, site: Site, language: str, words: str
) -> None:
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="anna"))
    profile.preferred_language = language
    profile.save()
    page = page_with(site.root_page)
    form = filled(editor, edit_url(page), **body_of_form(page, child_picture(-1)))
    response = editor.post(edit_url(page), {**form, "action-publish": "1"})
    assert response.status_code == 200
    error = response.context["form"].errors.as_data()["body"][0]
    assert list(error.block_errors) == [1]
    items = error.block_errors[1].block_errors["items"]
    (message,) = items.block_errors[1].block_errors["image"].messages
    assert "Vasara" in message
    if language == "en":
        assert words in message
    page.refresh_from_db()
    assert not page.live


def test_a_draft_may_keep_the_picture_while_a_consent_is_asked_for(
    editor: Client, site: Site
) -> None:
    page = page_with(site.root_page)
    form = filled(editor, edit_url(page), picture=str(child_picture(-1).pk))
    response = editor.post(edit_url(page), form, follow=True)
    assert "“Vasara”" in response.content.decode() or "„Vasara”" in response.content.decode()
    page.refresh_from_db()
    draft: Any = page.get_latest_revision_as_object()
    assert draft.picture_id is not None


def test_a_row_names_the_funder_whose_logo_it_is(editor: Client, site: Site) -> None:
    page = through_funder_in_row(site.root_page, child_picture(-1))
    form = filled(editor, edit_url(page), **{"action-publish": "1"})
    response = editor.post(edit_url(page), form)
    assert response.status_code == 200
    rows = response.context["form"].formsets["funding"]
    assert "Vasara" in rows.forms[0].errors["funder"][0]


def test_a_row_that_is_being_deleted_is_not_asked_about(editor: Client, site: Site) -> None:
    page = through_funder_in_row(site.root_page, child_picture(-1))
    changes = {"action-publish": "1", "funding-0-DELETE": "on"}
    response = editor.post(edit_url(page), filled(editor, edit_url(page), **changes))
    assert response.status_code == 302
    assert ProjectPage.objects.get(pk=page.pk).live


def test_the_consent_must_hold_on_the_day_of_the_schedule(editor: Client, site: Site) -> None:
    page = page_with(site.root_page)
    later = timezone.localtime() + 5 * DAY
    changes = {
        "picture": str(child_picture(4).pk),
        "go_live_at": f"{later:%Y-%m-%d %H:%M}",
        "action-publish": "1",
    }
    response = editor.post(edit_url(page), filled(editor, edit_url(page), **changes))
    assert response.status_code == 200
    assert "picture" in response.context["form"].errors
    changes["picture"] = str(child_picture(5).pk)
    response = editor.post(edit_url(page), filled(editor, edit_url(page), **changes))
    assert response.status_code == 302


# --- Every other way of publishing ----------------------------------------------------------------


def refused(response: Any, page: Page) -> None:
    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == edit_url(page)
    assert "Vasara" in " ".join(map(str, response.context["messages"]))
    page.refresh_from_db()
    assert not page.live


def test_in_the_list_of_pages(editor: Client, site: Site) -> None:
    page = in_field(site.root_page, child_picture(-1))
    page.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    refused(editor.post(f"{address}?id={page.pk}", follow=True), page)


def test_by_approving(site: Site, client: Client) -> None:
    page = in_field(site.root_page, child_picture(-1))
    page.save_revision()
    boss = get_user_model().objects.create_superuser("boss")
    workflow: Any = page.get_workflow()
    client.force_login(boss)
    task = workflow.start(page, boss).current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk])
    refused(client.post(address, follow=True), page)
    task.refresh_from_db()
    assert task.status == task.STATUS_IN_PROGRESS

    dialog = client.post(address, {"comment": ""}, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert json.loads(dialog.content) == {"step": "success", "redirect": edit_url(page)}

    changes = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    response = client.post(edit_url(page), filled(client, edit_url(page), **changes))
    assert "picture" in response.context["form"].errors


def test_in_a_translation(editor: Client, site: Site) -> None:
    picture = child_picture(1)
    page = in_field(site.root_page, picture)
    page.save_revision().publish()
    english = Locale.objects.get(language_code="en")
    address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    editor.post(address, {"locales": [english.pk]})
    translation = page.get_translation(english)
    CustomImage.objects.filter(pk=picture.pk).update(consent_until=timezone.localdate() - DAY)
    refused(editor.post(edit_url(translation), {"action": "publish"}, follow=True), translation)

    source = Translation.objects.get().source
    update = reverse("wagtail_localize:update_translations", args=[source.pk])
    refused(editor.post(update, {"publish_translations": "on"}, follow=True), translation)


def test_in_a_copy(editor: Client, site: Site) -> None:
    picture = child_picture(1)
    page = in_field(site.root_page, picture)
    page.save_revision().publish()
    CustomImage.objects.filter(pk=picture.pk).update(consent_until=timezone.localdate() - DAY)
    form = {"new_title": "Kopija", "new_slug": "kopija", "new_parent_page": site.root_page.pk}
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    editor.post(address, {**form, "publish_copies": "on"})
    assert not Page.objects.filter(slug="kopija").exists()
    editor.post(address, form)
    assert not Page.objects.get(slug="kopija").live


def test_by_the_admins_interface_for_programs(editor: Client, site: Site) -> None:
    page = in_field(site.root_page, child_picture(-1))
    page.save_revision()
    address = reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"])
    response = editor.post(address, content_type="application/json")
    assert response.status_code == 400
    page.refresh_from_db()
    assert not page.live


def test_by_the_clock(editor: Client, site: Site) -> None:
    """The page stays back, editors are told, and the other pages go live at their time."""
    tomorrow = timezone.now() + DAY
    kept_back = page_with(site.root_page, picture=child_picture(1), go_live_at=tomorrow)
    other = pages.add(
        site.root_page, StandardPage, "Cita", "cita", live=False, go_live_at=tomorrow + DAY
    )
    kept_back.save_revision().publish()
    other.save_revision().publish()
    CustomImage.objects.update(consent_until=timezone.localdate())
    with time_machine.travel(timezone.now() + 3 * DAY):
        call_command("publish_scheduled", verbosity=0)
        call_command("publish_scheduled", verbosity=0)
    kept_back.refresh_from_db()
    other.refresh_from_db()
    assert (kept_back.live, other.live) == (False, True)
    assert not kept_back.revisions.exclude(approved_go_live_at=None).exists()
    assert not mail.outbox
    work()
    (message,) = mail.outbox
    assert message.to == ["anna@example.org"]
    assert "Vasara laukos" in message.body
    assert edit_url(kept_back) in message.body
    history = reverse("wagtailadmin_pages:history", args=[kept_back.pk])
    assert editor.get(history).status_code == 200


def test_the_clock_does_not_wait_for_the_mail_server(
    editor: Client, site: Site, refused_address: set[str]
) -> None:
    refused_address.add("anna@example.org")
    tomorrow = timezone.now() + DAY
    kept_back = page_with(site.root_page, picture=child_picture(1), go_live_at=tomorrow)
    other = pages.add(
        site.root_page, StandardPage, "Cita", "cita", live=False, go_live_at=tomorrow + DAY
    )
    kept_back.save_revision().publish()
    other.save_revision().publish()
    CustomImage.objects.update(consent_until=timezone.localdate())
    with time_machine.travel(timezone.now() + 3 * DAY):
        call_command("publish_scheduled", verbosity=0)
        work()
    other.refresh_from_db()
    assert other.live
    refused_address.clear()
    with time_machine.travel(timezone.now() + 4 * DAY):
        work()
    (message,) = mail.outbox
    assert "Vasara laukos" in message.subject
    assert "„Vasara”" in message.body or "“Vasara”" in message.body


def test_a_schedule_is_not_taken_back_without_telling(
    editor: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = timezone.now() + DAY
    page = page_with(site.root_page, picture=child_picture(1), go_live_at=tomorrow)
    page.save_revision().publish()
    CustomImage.objects.update(consent_until=timezone.localdate())

    def fail(*args: Any) -> None:
        raise OSError

    monkeypatch.setattr("home.editing.messages.promise_refusal", fail)
    with time_machine.travel(timezone.now() + 3 * DAY), pytest.raises(OSError):  # noqa: PT011
        call_command("publish_scheduled", verbosity=0)
    assert page.revisions.exclude(approved_go_live_at=None).exists()


# --- When a consent runs out ----------------------------------------------------------------------


def test_the_site_stops_showing_the_picture_at_midnight(site: Site) -> None:
    picture = child_picture(0)
    page = page_with(site.root_page, body=[("picture", {"image": picture, "caption": "Lauki"})])
    page.save_revision().publish()
    client = Client()
    address = page.get_url() or ""
    assert b"<picture" in client.get(address).content
    with time_machine.travel(timezone.now() + DAY):
        content = client.get(address).content
    assert b"<picture" not in content
    assert b"Lauki" not in content


def test_its_files_go_and_pages_are_made_anew(site: Site) -> None:
    picture = child_picture(0)
    fine = child_picture(400, "Ziema")
    files: list[Any] = [image.get_rendition("width-8").file for image in (picture, fine)]
    with time_machine.travel(timezone.now() + DAY):
        before = SiteChange.objects.count()
        consents.look_after()
        assert SiteChange.objects.count() > before
        assert [file.storage.exists(file.name) for file in files] == [False, True]
        assert picture.renditions.count() == 0
        picture.refresh_from_db()
        assert picture.file.storage.exists(str(picture.file.name))


def test_its_own_file_cannot_be_found_by_its_name(editor: Client, site: Site) -> None:
    picture = child_picture(-1)
    storage, old = picture.file.storage, str(picture.file.name)
    with storage.open(old) as file:
        content = file.read()
    consents.look_after()
    found = CustomImage.objects.get(pk=picture.pk)
    hidden = str(found.file.name)
    assert not storage.exists(old)
    assert Path(old).stem not in hidden
    assert Path(hidden).suffix == ".jpg"
    with found.file.open() as file:
        assert file.read() == content
    assert (found.width, found.height) == (16, 10)
    consents.look_after()
    assert CustomImage.objects.get(pk=picture.pk).file.name == hidden

    # The library makes a size of it, whose name tells that of the file.
    assert editor.get(reverse("wagtailimages:edit", args=[picture.pk])).status_code == 200
    found.get_rendition("width-8")
    consents.look_after()
    again = CustomImage.objects.get(pk=picture.pk)
    assert again.file.name != hidden
    assert not storage.exists(hidden)
    with again.file.open() as file:
        assert file.read() == content


def test_a_file_that_was_replaced_meanwhile_is_left_alone(site: Site) -> None:
    picture = child_picture(-1)
    storage = picture.file.storage
    newer = storage.save("original_images/newer.jpg", picture.file)
    CustomImage.objects.filter(pk=picture.pk).update(file=newer)
    consents.withdraw_files(picture)
    assert CustomImage.objects.get(pk=picture.pk).file.name == newer
    _folders, files = storage.listdir("original_images")
    assert not [name for name in files if name.startswith(consents.WITHDRAWN)]


def test_a_missing_file_holds_up_no_other(editor: Client, site: Site) -> None:
    lost, other = child_picture(-1, "Vasara"), child_picture(-1, "Ziema")
    lost.file.storage.delete(str(lost.file.name))
    assert consents.look_after() == 2
    assert not other.file.storage.exists(str(other.file.name))


def test_a_partner_is_named_in_place_of_the_logo(site: Site) -> None:
    picture = child_picture(-1)
    partner = {"title": "Biedrība", "logo": picture}
    shown = render_to_string("components/partner.html", {"partner": partner})
    assert shown.strip() == "Biedrība"
    assert not picture.renditions.exists()


def test_a_film_has_no_still_and_none_is_made(site: Site) -> None:
    picture, film = child_picture(-1), pages.document()
    value = {"poster": picture, "file": film, "title": "Filma"}
    shown = render_to_string("blocks/video.html", {"value": value})
    assert "<video" in shown
    assert "poster=" not in shown
    assert not picture.renditions.exists()
    CustomImage.objects.update(consent_until=timezone.localdate())
    value["poster"] = CustomImage.objects.get()
    assert 'poster="/media/' in render_to_string("blocks/video.html", {"value": value})


def test_editors_hear_of_each_picture_once(editor: Client, site: Site) -> None:
    gone, soon = child_picture(-1, "Vasara"), child_picture(10, "Rudens")
    child_picture(90, "Ziema")
    page = pages.add(site.root_page, StandardPage, "Lauki", "lauki", picture=soon)
    person = Person.objects.create(name="Anna", role_lv="a", role_en="a", photo=gone)
    for item in (page, person):
        ReferenceIndex.create_or_update_for_object(item)
    assert consents.look_after() == 2
    work()
    (message,) = mail.outbox
    assert message.to == ["anna@example.org"]
    for words in ("Vasara", "Rudens", "Lauki (lv)", person.name):
        assert words in message.body, words
    assert "Ziema" not in message.body
    assert page.title in message.body

    assert consents.look_after() == 0
    work()
    assert len(mail.outbox) == 1
    with time_machine.travel(timezone.now() + 11 * DAY):
        assert consents.look_after() == 1
        assert consents.look_after() == 0
        work()
    assert len(mail.outbox) == 2
    assert "Rudens" in mail.outbox[1].body
    assert "Vasara" not in mail.outbox[1].body


def test_a_new_consent_is_watched_anew(editor: Client, site: Site) -> None:
    picture = child_picture(-1)
    consents.look_after()
    picture.consent_until = timezone.localdate() + 5 * DAY
    picture.save()
    assert consents.look_after() == 1


def test_an_address_that_is_refused_delays_its_own_message_only(
    editor: Client, site: Site, refused_address: set[str]
) -> None:
    other = get_user_model().objects.create_user("berta", email="berta@example.org")
    other.groups.add(Group.objects.get(name="Communications"))
    refused_address.add("anna@example.org")
    child_picture(-1)
    assert consents.look_after() == 1
    work()
    assert [message.to for message in mail.outbox] == [["berta@example.org"]]
    assert consents.look_after() == 0
    work()
    assert len(mail.outbox) == 1
    refused_address.clear()
    with time_machine.travel(timezone.now() + DAY):
        assert consents.look_after() == 0
        work()
        work()
    assert [message.to for message in mail.outbox[1:]] == [["anna@example.org"]]
    assert "Vasara" in mail.outbox[1].body


def test_a_message_is_the_same_however_often_it_is_tried_and_given_up_in_the_end(
    editor: Client, site: Site, refused_address: set[str]
) -> None:
    refused_address.add("anna@example.org")
    child_picture(-1)
    consents.look_after()
    keys = set()
    moment = timezone.now()
    for pause in BACK_OFF:
        (waiting,) = DBTaskResult.objects.filter(task_path__endswith="tell_of_consents")
        keys.add(waiting.args_kwargs["args"][1])
        with time_machine.travel(moment):
            work()
        moment += pause + datetime.timedelta(seconds=1)
    with time_machine.travel(moment), pytest.raises(SMTPRecipientsRefused):
        work()
    assert len(keys) == 1
