"""What makes pages outdated, and what does not, on the real site with real commits."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.settings.registry import registry
from wagtail.models import Locale, Page, PageViewRestriction, Site

from donations.models import Fund
from home.models import DonationPage, DonationPreset, HomePage, StandardPage
from sosbca.core.models import CustomDocument, CustomImage, OrganisationSettings, SiteChange
from sosbca.core.page_cache import Group, changed
from sosbca.core.page_cache.changes import SHOWN_MODELS, forget_old_changes, group_of
from sosbca.core.page_cache.making import page_being_made
from sosbca.core.page_cache.stamps import read_stamps
from tests.core.test_page_cache_leaks import real_world
from tests.factories import CampaignFactory
from tests.giving import Giving

from .page_cache import World


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }


@pytest.fixture
def world(committed: None) -> Iterator[World]:
    with real_world() as world:
        yield world


def about() -> StandardPage:
    return StandardPage.objects.get(slug="par-mums")


def picture() -> CustomImage:
    content = BytesIO()
    Image.new("RGB", (20, 20), "skyblue").save(content, "PNG")
    image = CustomImage(title="Māja", file=ImageFile(content, name="maja.png"))
    image.is_decorative = True
    image.save()
    return image


def publish(page: Page, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


# --- What pages show -----------------------------------------------------------------------------


def test_publishing_is_seen_at_once(world: World) -> None:
    assert world.get("/par-mums/").cached == "MISS"
    assert world.get("/par-mums/").cached == "HIT"
    publish(about(), title="Kas mēs esam")
    answer = world.get("/par-mums/")
    assert answer.cached == "MISS"
    assert "Kas mēs esam" in answer.text
    # The menu of every other page shows the title as well.
    assert "Kas mēs esam" in world.get("/").text


def test_unpublishing_moving_and_deleting(world: World) -> None:
    assert world.get("/par-mums/").status == 200
    about().unpublish()
    assert world.get("/par-mums/").status == 404
    publish(about())
    assert world.get("/par-mums/").status == 200
    section = StandardPage(title="Nodaļa", slug="nodala")
    HomePage.objects.get(slug="sakums").add_child(instance=section)
    about().move(section, pos="last-child")
    # Redirected, or not there; in any case not shown.
    assert world.get("/par-mums/").status != 200
    assert world.get("/nodala/par-mums/").cached == "MISS"
    publish(about(), slug="mes")
    assert world.get("/nodala/par-mums/").status != 200
    assert world.get("/nodala/mes/").status == 200
    about_us = StandardPage.objects.get(slug="mes")
    about_us.delete()
    assert world.get("/nodala/mes/").status != 200


def test_the_order_of_pages(world: World) -> None:
    world.get("/")
    page = about()
    page.move(page.get_siblings().exclude(pk=page.pk)[0], pos="right")
    assert world.get("/").cached == "MISS"


def content_changes() -> dict[str, Callable[[], Any]]:
    """One step for each kind of thing that pages show."""
    image, document = picture(), CustomDocument(title="Statūti", file="documents/a.pdf")
    document.save()
    organisation = OrganisationSettings.objects.get()
    fund = Fund.objects.get(code="newborn")
    donate = DonationPage.objects.get(slug="ziedot")
    redirect = Redirect(old_path="/vecs", redirect_link="/")
    restriction = PageViewRestriction(page=about(), restriction_type="login")

    def alternative_text() -> None:
        image.alternative_text_lv = "Cita māja"
        image.save()

    return {
        "picture": alternative_text,
        "picture deleted": image.delete,
        "document": document.save,
        "document deleted": document.delete,
        "organisation": organisation.save,
        "fund": fund.save,
        "fund deleted": fund.delete,
        "campaign": CampaignFactory.create().save,
        "row of a page": DonationPreset(page=donate, amount_cents=700, locale=donate.locale).save,
        "site": Site.objects.get().save,
        "language": Locale.objects.get(language_code="en").save,
        "redirect": redirect.save,
        "redirect deleted": redirect.delete,
        "restriction": restriction.save,
        "restriction deleted": restriction.delete,
        "menu": lambda: publish(about(), show_in_menus=False),
        "live by hand": lambda: _set(about(), live=False),
        "new page": lambda: HomePage.objects.get(slug="sakums").add_child(
            instance=StandardPage(title="Jauna", slug="jauna")
        ),
        "translation": _translate,
        "schedule": _publish_on_schedule,
    }


def _set(page: Page, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save()


def _translate() -> None:
    from wagtail_localize.models import Translation, TranslationSource

    page = StandardPage.objects.get(slug="jauna")
    source, _created = TranslationSource.update_or_create_from_instance(page)
    english = Locale.objects.get(language_code="en")
    translation = Translation.objects.create(source=source, target_locale=english)
    translation.save_target(publish=True)


def _publish_on_schedule() -> None:
    page = about()
    page.go_live_at = timezone.now() + timedelta(minutes=1)
    page.save_revision().publish()
    page.refresh_from_db()
    assert not page.live
    before = read_stamps()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        call_command("publish_scheduled", verbosity=0)
    page.refresh_from_db()
    assert page.live
    assert read_stamps() != before


def test_everything_that_pages_show(world: World) -> None:
    for what, change in content_changes().items():
        world.get("/")
        assert world.get("/").cached == "HIT", what
        change()
        assert world.get("/").cached == "MISS", what


def test_what_is_shown_and_what_is_not() -> None:
    shown = {model._meta.label for model in apps.get_models() if group_of(model)}
    # Nobody has renamed what is named.
    assert {apps.get_model(label)._meta.label for label in SHOWN_MODELS} <= shown
    assert {"home.HomePage", "home.DonationPreset", "core.Person", "core.CustomImage"} <= shown
    assert not {"core.SiteChange", "core.CustomRendition", "home.FormEntry"} & shown
    # Of giving and of staff nothing else may empty the cache.
    private = {"donations", "users", "auth", "sessions", "search"}
    assert {label for label in shown if label.partition(".")[0] in private} == {
        "donations.Campaign",
        "donations.DonationTexts",
        "donations.Fund",
        "donations.LedgerEntry",
    }


# --- What they don't -----------------------------------------------------------------------------


def test_what_nobody_sees_keeps_the_pages(world: World) -> None:
    image = picture()

    def draft() -> None:
        page = about()
        page.title = "Vēl neredzams"
        page.save_revision(user=None)

    def new_draft() -> None:
        page = StandardPage(title="Uzmetums", slug="uzmetums", live=False)
        HomePage.objects.get(slug="sakums").add_child(instance=page)
        page.save_revision()
        page.delete()

    def measured() -> None:
        image.file_size = None
        image.get_file_size()
        image.get_file_hash()  # type: ignore[no-untyped-call]

    def session() -> None:
        store = SessionStore()
        store["a"] = 1
        store.save()

    unseen: dict[str, Callable[[], Any]] = {
        "draft": draft,
        "new draft": new_draft,
        "rendition": lambda: image.get_rendition("width-10"),
        "picture measured": measured,
        "session": session,
        "user": lambda: get_user_model().objects.create_user("anna"),
        "locked": lambda: _lock(about()),
    }
    for what, change in unseen.items():
        world.get("/")
        assert world.get("/").cached == "HIT", what
        change()
        assert world.get("/").cached == "HIT", what


def _lock(page: Page) -> None:
    page.locked = True
    page.save(update_fields=["locked"])


def test_a_gift_changes_only_pages_that_show_sums(committed_giving: Giving, settings: Any) -> None:
    page = DonationPage.objects.get(slug="ziedot")
    publish(page, fund=Fund.objects.get(code="general"), goal_cents=100_000)
    # What follows on publishing is not what follows on a gift.
    committed_giving.work()
    with real_world() as world:
        for path in ("/", "/par-mums/", "/ziedot/"):
            world.get(path)
        assert "<strong>0\N{NO-BREAK SPACE}€</strong>" in world.get("/ziedot/").text
        attempt = committed_giving.start(amount_cents=2500)
        # Somebody who begins to give changes nothing.
        assert {world.get(path).cached for path in ("/", "/ziedot/")} == {"HIT"}
        committed_giving.pay(attempt)
        committed_giving.deliver()
        committed_giving.work()
        answer = world.get("/ziedot/")
        assert answer.cached == "MISS"
        assert "<strong>25\N{NO-BREAK SPACE}€</strong>" in answer.text
        assert world.get("/par-mums/").cached == "HIT"


def test_what_is_written_while_a_page_is_made_changes_nothing(world: World) -> None:
    before = read_stamps()
    with page_being_made():
        about().save()
    assert read_stamps() == before


# --- Transactions --------------------------------------------------------------------------------


def test_the_change_and_its_stamp_are_committed_together(world: World) -> None:
    before = read_stamps()
    world.get("/")
    with transaction.atomic():
        publish(about(), title="Nekad")
        transaction.set_rollback(True)
    assert read_stamps() == before
    assert world.get("/").cached == "HIT"


def test_one_stamp_for_a_transaction_and_another_after_a_savepoint_is_taken_back(
    world: World,
) -> None:
    count = SiteChange.objects.count()
    with transaction.atomic():
        for _ in range(5):
            changed(Group.CONTENT)
    assert SiteChange.objects.count() == count + 1
    with transaction.atomic():
        with transaction.atomic():
            changed(Group.CONTENT)
            transaction.set_rollback(True)
        # What was written for it was taken back, so it has to be written again.
        changed(Group.CONTENT)
    assert SiteChange.objects.count() == count + 2
    # A transaction that failed leaves nothing behind for the next one.
    with transaction.atomic():
        changed(Group.CONTENT)
        transaction.set_rollback(True)
    with transaction.atomic():
        changed(Group.CONTENT)
    assert SiteChange.objects.count() == count + 3


def test_nothing_is_told_before_the_commit(world: World) -> None:
    """Who looked between the stamp and the commit would keep the old page under the new stamp."""
    world.get("/")
    announced = world.stamps._announced
    with transaction.atomic():
        publish(about())
        assert world.stamps._announced == announced
    assert world.stamps._announced > announced
    assert connection.run_on_commit == []


def test_a_database_without_the_table_can_still_be_filled(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sosbca.core.page_cache.changes._table_is_there", False)
    with connection.schema_editor() as editor:
        editor.delete_model(SiteChange)
    publish(about())


def test_all_pages_can_be_forgotten_by_hand(world: World) -> None:
    Page.objects.filter(slug="par-mums").update(title="Mainīts apkārt")
    world.get("/")
    StandardPage.objects.filter(slug="par-mums").update(title="Par visiem")
    assert world.get("/").cached == "HIT"
    call_command("forget_pages", stdout=StringIO())
    answer = world.get("/")
    assert answer.cached == "MISS"
    assert "Par visiem" in answer.text


def test_old_changes_are_forgotten_but_for_the_last(world: World) -> None:
    old = timezone.now() - timedelta(days=2)
    SiteChange.objects.all().delete()
    SiteChange.objects.create(group="content")
    last = SiteChange.objects.create(group="giving")
    SiteChange.objects.update(at=old)
    recent = SiteChange.objects.create(group="content")
    assert forget_old_changes() == 1
    assert set(SiteChange.objects.all()) == {last, recent}
    assert forget_old_changes() == 0


def test_every_setting_is_told_of() -> None:
    """What editors set stands on pages, unless the model says that it does not."""
    assert registry
    for model in registry:
        assert bool(group_of(model)) is getattr(model, "shown_on_pages", True), model
