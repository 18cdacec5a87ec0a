"""Pictures for social networks: drawn by tasks, replaced, removed."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django_tasks_db.models import DBTaskResult
from PIL import Image
from wagtail.models import Page, PageViewRestriction, Site

from home.metadata.social import pictures
from home.metadata.social.cards import Card, card_of
from home.metadata.social.drawing import draw
from home.models import SocialImage, StandardPage
from sosbca.core.models import OrganisationSettings
from sosbca.core.page_cache import UNREMEMBERED, Group
from tests import pages
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db
LONG = (
    "Piedzimstot bērniņam: atbalsta sistēmas stiprināšana ģimenēm ar jaundzimušajiem Kurzemē, "
    "Zemgalē, Vidzemē un Latgalē, audžuģimenēm, aizbildņiem un adoptētājiem 2022. un 2023. gadā"
)


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    storages = {**settings.STORAGES}
    options = {"location": tmp_path, "base_url": "/media/"}
    storages["default"] = {**storages["default"], "OPTIONS": options}
    settings.STORAGES = storages


def work() -> None:
    """What the workers do with pictures."""
    ours = DBTaskResult.objects.ready().filter(task_path="home.metadata.tasks.refresh_picture")
    while (task := ours.first()) is not None:
        task.claim("test")
        task.task.call(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
        task.set_successful(None)


def publish(page: Page) -> None:
    page.save_revision().publish()


def about() -> StandardPage:
    return StandardPage.objects.get(slug="par-mums")


def files() -> set[str]:
    if not default_storage.exists("social"):
        return set()
    return {f"social/{name}" for name in default_storage.listdir("social")[1]}


def shared(client: Client, path: str = "/par-mums/") -> str:
    page = Document(client.get(path).content)
    return page.one("meta", property="og:image")["content"].removeprefix("http://testserver")


class TestPublishing:
    def test_draws_a_picture_after_the_request(self, site: Site, client: Client) -> None:
        publish(about())
        assert files() == set()
        assert shared(client) == "/static/img/og-default.png"
        work()
        (name,) = files()
        assert name.startswith(f"social/{about().translation_key}-lv-")
        assert shared(client) == f"/media/{name}"
        with default_storage.open(name) as file, Image.open(file) as picture:
            assert (picture.format, picture.size) == ("PNG", (1200, 630))
        # That of the translation is its own.
        assert shared(client, "/en/about-us/") == "/static/img/og-default.png"

    def test_tells_the_page_cache_when_something_is_new(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[tuple[Group, str]] = []
        monkeypatch.setattr(pictures, "changed", lambda group, part: told.append((group, part)))
        publish(about())
        work()
        assert told == [(Group.CONTENT, UNREMEMBERED)]
        publish(about())
        work()
        assert told == [(Group.CONTENT, UNREMEMBERED)]

    def test_a_new_title_replaces_it(
        self, site: Site, client: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        publish(about())
        work()
        (old,) = files()
        page = about()
        page.title = "Kas mēs esam"
        publish(page)
        # Never an old title: until it is drawn, everybody's picture.
        assert shared(client) == "/static/img/og-default.png"
        with django_capture_on_commit_callbacks(execute=True):
            work()
        (new,) = files()
        assert new != old
        assert shared(client) == f"/media/{new}"
        assert SocialImage.objects.count() == 1

    def test_a_draft_changes_nothing(self, site: Site, client: Client) -> None:
        publish(about())
        work()
        page = about()
        page.title = "Melnraksts"
        page.save_revision()
        assert shared(client).startswith("/media/social/")

    def test_twice_is_once(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        publish(about())
        work()
        monkeypatch.setattr(pictures, "draw", lambda card: pytest.fail("drawn again"))
        assert pictures.refresh(about().pk) is False

    def test_two_workers_at_once(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        page = about()

        def draw_while_another_does(card: Card) -> bytes:
            monkeypatch.setattr(pictures, "draw", lambda card: b"the other's")
            pictures.refresh(page.pk)
            return b"ours"

        monkeypatch.setattr(pictures, "draw", draw_while_another_does)
        pictures.refresh(page.pk)
        assert len(files()) == 1
        assert {str(image.file.name) for image in SocialImage.objects.all()} == files()

    def test_a_file_that_was_lost_is_drawn_again(self, site: Site) -> None:
        pictures.refresh(about().pk)
        (name,) = files()
        default_storage.delete(name)
        assert pictures.refresh(about().pk) is True
        assert files() == {name}


class TestRemoving:
    @pytest.fixture(autouse=True)
    def _drawn(self, site: Site) -> None:
        pictures.refresh(about().pk)
        assert len(files()) == 1

    def test_unpublished(self, django_capture_on_commit_callbacks: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            about().unpublish()
            work()
        assert files() == set()

    def test_deleted(self, django_capture_on_commit_callbacks: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            about().delete()
        assert files() == set()
        assert not SocialImage.objects.exists()

    def test_kept_from_everybody(self, django_capture_on_commit_callbacks: Any) -> None:
        """A title can be a secret as well."""
        page = about()
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        assert page.pk in pictures.outdated()
        with django_capture_on_commit_callbacks(execute=True):
            pictures.refresh(page.pk)
        assert files() == set()

    def test_another_picture_was_chosen(self, django_capture_on_commit_callbacks: Any) -> None:
        page = about()
        page.picture = pages.picture()
        page.save()
        assert page.pk in pictures.outdated()
        with django_capture_on_commit_callbacks(execute=True):
            pictures.refresh(page.pk)
        assert files() == set()
        rendition = page.picture.renditions.get()
        assert (rendition.width, rendition.height) == (1200, 630)
        assert page.pk not in pictures.outdated()

    def test_a_picture_whose_consent_has_ended_is_replaced(self) -> None:
        page = about()
        picture = pages.picture(shows_children=True)
        StandardPage.objects.filter(pk=page.pk).update(picture=picture)
        pictures.refresh(page.pk)
        assert len(files()) == 1
        assert not picture.renditions.exists()


class TestNowAndThen:
    def test_pages_of_programs_are_found(self, site: Site) -> None:
        every = set(Page.objects.filter(depth__gte=2).values_list("pk", flat=True))
        assert set(pictures.outdated()) == every
        for page_pk in every:
            pictures.refresh(page_pk)
        assert pictures.outdated() == []
        OrganisationSettings.objects.update(name_lv="Cits nosaukums")
        latvian = Page.objects.filter(depth__gte=2, locale__language_code="lv")
        assert set(pictures.outdated()) == set(latvian.values_list("pk", flat=True))

    def test_the_number_of_queries_does_not_grow(
        self, site: Site, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20):
            page = pages.add(site.root_page, StandardPage, f"Lapa {number}", f"lapa-{number}")
            page.picture = pages.picture(size=(12, 8)) if number % 2 else None
            page.save()
        with django_assert_max_num_queries(60):
            pictures.outdated()

    def test_abandoned_files_are_swept_away(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pictures.refresh(about().pk)
        (kept,) = files()
        default_storage.save("social/abandoned.png", io.BytesIO(b"x"))
        assert pictures.sweep() == 0
        monkeypatch.setattr(pictures, "ABANDONED_AFTER", -pictures.ABANDONED_AFTER)
        assert pictures.sweep() == 1
        assert files() == {kept}


class TestDrawing:
    @pytest.mark.parametrize(
        ("language", "title"),
        [
            ("lv", "Ziedot"),
            ("lv", LONG),
            ("en", "About us"),
            ("lv", '#sys.inputs </svg> \\ " „” 🎉'),
            ("lv", "a" * 255),
        ],
    )
    def test_any_title(self, language: str, title: str) -> None:
        card = Card(language, "Latvijas SOS Bērnu ciematu asociācija", title, "", "house")
        data = draw(card)
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.size == (1200, 630)
            drawn = picture.convert("RGB").crop((60, 130, 640, 515))
        assert len(data) < 300_000
        empty = draw(Card(language, card.organisation, "·", "", "house"))
        with Image.open(io.BytesIO(empty)) as picture:
            assert picture.convert("RGB").crop((60, 130, 640, 515)).tobytes() != drawn.tobytes()

    def test_equal_cards_look_equal(self) -> None:
        card = Card("lv", "Asociācija", "Ziedot", "", "bird")
        assert draw(card) == draw(card)

    def test_all_that_is_seen_is_in_the_digest(self) -> None:
        cards = [
            Card("lv", "A", "B", "C", "house"),
            Card("en", "A", "B", "C", "house"),
            Card("lv", "X", "B", "C", "house"),
            Card("lv", "A", "X", "C", "house"),
            Card("lv", "A", "B", "X", "house"),
            Card("lv", "A", "B", "C", "bird"),
        ]
        assert len({card.digest for card in cards}) == len(cards)
        assert Card("lv", "A", "B", "C", "house").digest == cards[0].digest

    def test_what_is_on_it(self, site: Site) -> None:
        home = site.root_page.specific
        event = pages.event(pages.events(home), "Vasaras skola")
        assert card_of(event, "Asociācija") == Card(
            "lv", "Asociācija", "Vasaras skola", "2022. gada 21. jūnijs · Jelgava", "event"
        )
        assert card_of(home, "A").title == home.hero_heading
        page = about()
        page.illustration = "way-foster"
        assert card_of(page, "A").drawing == "way-foster"
