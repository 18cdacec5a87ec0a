"""What happens to a picture, and who is told, when its consent runs out."""

import datetime
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import ReferenceIndex, Site

from home.editing import consents
from home.editing.tasks import BACK_OFF
from home.models import StandardPage
from sosbca.core.models import CustomImage, Person
from sosbca.core.page_cache.models import SiteChange
from tests import pages
from tests.home.consents import DAY, child_picture, page_with, work

pytestmark = pytest.mark.usefixtures("own_media")


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
