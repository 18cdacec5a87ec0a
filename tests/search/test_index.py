"""Who is found, when, and when no longer."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction, Site

from home.models import HomePage, StandardPage
from sosbca.search import indexing, kinds
from sosbca.search.models import IndexedPage, IndexedWord, PageText, Posting
from sosbca.search.tasks import catch_up, index_page
from tests.donations.test_killed_worker import Killed, killed_before_statement
from tests.search.pages import add, index, publish, titles, work


@pytest.mark.django_db
class TestComingAndGoing:
    def test_published(self, site: Site) -> None:
        page = add("Ķirsis")
        assert titles("ķiršu") == []
        publish(page)
        assert titles("ķiršu") == ["Ķirsis"]

    def test_changed(self, site: Site) -> None:
        page = add("Ķirsis", "Sarkans.")
        publish(page)
        page.title = "Plūme"
        page.save_revision()
        work()
        assert titles("ķirsis") == ["Ķirsis"], "a draft is nobody’s business"
        publish(page)
        assert titles("ķirsis") == []
        assert titles("plūmes sarkanas") == ["Plūme"]

    def test_unpublished_at_once(self, site: Site) -> None:
        page = add("Ķirsis")
        publish(page)
        page.unpublish()
        assert titles("ķirsis") == []
        work()
        assert titles("ķirsis") == []

    def test_deleted(self, site: Site) -> None:
        page = add("Ķirsis")
        publish(page)
        Page.objects.get(pk=page.pk).delete()
        assert titles("ķirsis") == []
        work()
        assert not IndexedPage.objects.filter(page__title="Ķirsis").exists()

    def test_deleted_before_its_task_ran(self, site: Site) -> None:
        page = add("Ķirsis")
        page.save_revision().publish()
        Page.objects.get(pk=page.pk).delete()
        work()
        assert titles("ķirsis") == []

    def test_a_draft_never(self, site: Site) -> None:
        page = add("Ķirsis", live=False)
        index_page.call(page.pk)
        index()
        assert titles("ķirsis") == []

    def test_expired_never(self, site: Site) -> None:
        page = add("Ķirsis", expire_at=timezone.now() + timedelta(hours=1))
        index()
        assert titles("ķirsis") == ["Ķirsis"]
        IndexedPage.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert titles("ķirsis") == [], "before anybody unpublished it"
        StandardPage.objects.update(expire_at=timezone.now() - timedelta(seconds=1))
        index_page.call(page.pk)
        assert not IndexedPage.objects.filter(page=page).exists()

    def test_a_translation_in_its_language_alone(self, site: Site) -> None:
        page = add("Ķirsis", "Sarkans.")
        publish(page)
        english = page.copy_for_translation(Locale.objects.get(language_code="en"))
        english.title = "Cherry"
        english.save()
        work()
        assert titles("cherry", "en") == [], "still a draft"
        publish(english)
        assert titles("cherries", "en") == ["Cherry"]
        assert titles("cherry", "lv") == []
        assert titles("ķirsis", "en") == []

    def test_outside_every_site(self, site: Site) -> None:
        page = add("Ķirsis")
        Site.objects.all().delete()
        Page.objects.get(depth=1).add_child(instance=StandardPage(title="Viens", slug="viens"))
        index()
        assert not IndexedPage.objects.filter(page=page).exists()

    def test_a_type_that_is_never_found(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        add("Ķirsis")
        monkeypatch.setattr(StandardPage, "search_kind", None, raising=False)
        index()
        assert titles("ķirsis") == []
        monkeypatch.setattr(StandardPage, "search_kind", ("fruit", "Augļi"), raising=False)
        kinds.kinds.cache_clear()
        index()
        assert IndexedPage.objects.get(page__title="Ķirsis").kind == "fruit"
        assert kinds.kinds()["fruit"].label == "Augļi"
        kinds.kinds.cache_clear()


@pytest.mark.django_db
class TestRestricted:
    @pytest.fixture
    def section(self, site: Site) -> StandardPage:
        section = add("Augļi")
        section.add_child(instance=StandardPage(title="Ķirsis", locale=section.locale))
        index()
        assert titles("ķirsis") == ["Ķirsis"]
        return section

    def test_at_once_with_all_below(self, section: StandardPage) -> None:
        restriction = PageViewRestriction.objects.create(page=section, restriction_type="login")
        assert titles("ķirsis") == titles("augļi") == []
        index()
        assert titles("ķirsis") == titles("augļi") == []
        restriction.delete()
        work()
        assert titles("ķirsis") == ["Ķirsis"]

    def test_published_while_restricted(self, section: StandardPage) -> None:
        PageViewRestriction.objects.create(page=section, restriction_type="login")
        publish(StandardPage.objects.get(title="Ķirsis"))
        assert titles("ķirsis") == []

    def test_moved_into_a_restricted_section(self, section: StandardPage) -> None:
        closed = add("Slēgts")
        PageViewRestriction.objects.create(page=closed, restriction_type="login")
        StandardPage.objects.get(pk=section.pk).move(
            StandardPage.objects.get(pk=closed.pk), pos="last-child"
        )
        assert titles("ķirsis") == titles("augļi") == []
        work()
        assert titles("ķirsis") == []
        home = HomePage.objects.get(locale__language_code="lv")
        StandardPage.objects.get(pk=section.pk).move(home, pos="last-child")
        work()
        assert titles("ķirsis") == ["Ķirsis"]


@pytest.mark.django_db
class TestText:
    def test_every_block_and_field(self, site: Site) -> None:
        page = add("Ķirsis", introduction="Ievads par ogām.", search_description="Apraksts.")
        page.body = [
            ("heading", "Virsraksts"),
            ("quote", {"text": "Citāts", "author": "Autors", "role": ""}),
            ("accordion", {"items": [{"question": "Jautājums", "answer": "<p>Atbilde</p>"}]}),
            ("steps", {"items": [{"title": "Solis", "text": "Teksts"}] * 2}),
        ]
        page.save()
        index()
        row = PageText.objects.get(page__page=page)
        for word in ("Virsraksts", "Citāts", "Autors", "Jautājums", "Atbilde", "Solis", "Teksts"):
            assert word in row.text.split("\n")
            assert "Ķirsis" in titles(word)
        assert row.introduction == "Ievads par ogām."
        assert "<" not in row.text

    def test_words_of_a_title_weigh_more(self, site: Site) -> None:
        add("Bumbieris", "Ķirsis. " * 3)
        add("Ķirsis un vēl daži augļi")
        add("Ābols", introduction="Ķirsis.")
        add("Ķirsis")
        index()
        assert titles("ķirsis")[:2] == ["Ķirsis", "Ķirsis un vēl daži augļi"]

    def test_a_null_character_does_no_harm(self, site: Site) -> None:
        home = HomePage.objects.get(locale__language_code="lv")
        page = StandardPage(title="Ķirsis", body=[("text", "<p>ap\x00lis</p>")], locale=home.locale)
        from sosbca.search.extraction import content_of

        content = content_of(page)
        assert content is not None
        assert "\x00" not in content.text


@pytest.mark.django_db
class TestRunningTwice:
    def test_an_unchanged_page_is_not_written(self, site: Site) -> None:
        page = add("Ķirsis", "Sarkans un salds.")
        assert indexing.index_pages([page.pk]) == 1
        before = set(Posting.objects.values_list("pk", flat=True))
        assert indexing.index_pages([page.pk]) == 0
        assert set(Posting.objects.values_list("pk", flat=True)) == before

    def test_rebuilding_gives_the_same(self, site: Site) -> None:
        add("Ķirsis", "Sarkans un salds.")
        index()

        def state() -> list[object]:
            postings = Posting.objects.order_by("word__spelling", "page__page_id")
            return list(postings.values_list("word__spelling", "page__page_id", "weight"))

        before = state()
        out = StringIO()
        call_command("rebuild_search", stdout=out)
        assert state() == before
        assert f"{IndexedPage.objects.count()} pages" in out.getvalue()

    def test_catching_up(self, site: Site) -> None:
        page = add("Ķirsis", "Sarkans.")
        catch_up.call()
        StandardPage.objects.filter(pk=page.pk).update(introduction="Plūme")
        Page.objects.filter(pk=page.pk).update(title="Bumbieris")
        catch_up.call()
        assert titles("bumbieri") == titles("plūmes") == ["Bumbieris"]
        assert titles("ķirsis") == []

    def test_words_that_are_used_no_more_go(self, site: Site) -> None:
        page = add("Ķirsis")
        index()
        page.delete()
        assert IndexedWord.objects.filter(spelling="ķirsis").exists()
        catch_up.call()
        assert not IndexedWord.objects.filter(spelling="ķirsis").exists()

    def test_queries_do_not_grow_with_the_text(self, site: Site) -> None:
        short, long = (
            add("Ķirsis", "Sarkans."),
            add("Plūme", " ".join(f"v{i}x" for i in range(900))),
        )
        counts = []
        for page in (short, long):
            with CaptureQueriesContext(connection) as queries:
                indexing.index_pages([page.pk])
            counts.append(len(queries))
        assert counts[1] <= counts[0] + 2


def test_a_killed_worker_leaves_the_old_page_or_the_new(committed: None, tmp_path: Path) -> None:
    """Before each statement in turn; and the next worker finishes the work."""
    page = add("Ķirsis", "vecs vārds")
    other = add("Bumbieris", "pavisam cits")
    indexing.index_pages([page.pk, other.pk])
    words = ["vecs", "jauns"]
    number = 0
    while True:
        number += 1
        words.reverse()
        page.body = [("text", f"<p>{words[0]} vārds n{number}x</p>")]
        page.save()
        killed = False
        with killed_before_statement(number) as count:
            try:
                indexing.index_pages([page.pk, other.pk])
            except Killed:
                killed = True
        found = set(
            Posting.objects.filter(page__page=page).values_list("word__spelling", flat=True)
        )
        row = PageText.objects.get(page__page=page)
        shown = words[1] if killed else words[0]
        assert row.text.startswith(shown), number
        assert {shown, "vārds", "ķirsis"} <= found, number
        assert not {words[0], words[1]} <= found, number
        indexing.index_pages([page.pk, other.pk])
        assert titles(f"n{number}x") == ["Ķirsis"]
        if not killed and count[0] < number:
            break
    assert number > 5
