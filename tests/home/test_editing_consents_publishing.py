"""A picture without consent goes live by none of the ways of publishing beside the editor."""

import json
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import Translation

from home.models import StandardPage
from sosbca.core.models import CustomImage
from tests import pages
from tests.home.admin_forms import filled
from tests.home.consents import DAY, child_picture, edit_url, in_field, page_with, work

pytestmark = pytest.mark.usefixtures("own_media")


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
