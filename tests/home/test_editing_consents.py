"""Pictures of children: no page goes live with one whose consent has run out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Site
from wagtail.users.models import UserProfile

from home.models import StandardPage
from projects.models import ProjectPage
from sosbca.core.consent import PictureWithoutConsentError, forbidden, require, targets_of
from sosbca.core.models import CustomImage
from tests import pages
from tests.home.admin_forms import filled
from tests.home.consents import (
    DAY,
    PLACES,
    YESTERDAY,
    child_picture,
    edit_url,
    in_field,
    page_with,
    through_funder_in_row,
)

pytestmark = pytest.mark.usefixtures("own_media")


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
