"""The state of every page's translation: in the report, on the dashboard, and after publishing."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from home.editing.translations import Standing, State, counts, with_state
from home.models import StandardPage
from tests import pages
from tests.home.admin_forms import filled
from tests.home.parsing import Document

REPORT = "/admin/reports/translation-states/"


@pytest.fixture(autouse=True)
def _commit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "on_commit", lambda callback, **options: callback())


@pytest.fixture
def editor(site: Site, client: Client) -> Client:
    user = get_user_model().objects.create_user("anna")
    user.groups.add(Group.objects.get(name="Communications"))
    client.force_login(user)
    return client


@pytest.fixture
def page(site: Site) -> StandardPage:
    made = pages.add(site.root_page, StandardPage, "Vasara", "vasara", introduction="Ievads")
    made.save_revision().publish()
    return made


def state(page: Page) -> State:
    standing = Standing.of(page)
    assert standing is not None
    return standing.state


def order(client: Client, page: Page) -> Translation:
    english = Locale.objects.get(language_code="en")
    address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    assert client.post(address, {"locales": [english.pk]}).status_code == 302
    return Translation.objects.get(source__object_id=page.translation_key)


def translate_words(translation: Translation) -> None:
    for segment in StringSegment.objects.filter(source=translation.source):
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=translation.target_locale,
            defaults={"data": f"{segment.string.data}-en".lower()},
        )


def complete(client: Client, page: Page) -> Translation:
    translation = order(client, page)
    translate_words(translation)
    translation.save_target()
    return translation


def change(page: StandardPage, introduction: str) -> None:
    page = StandardPage.objects.get(pk=page.pk)
    page.introduction = introduction
    page.save_revision().publish()


def update(client: Client, translation: Translation, **form: str) -> None:
    address = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    assert client.post(address, form).status_code == 302


# --- The states -----------------------------------------------------------------------------------


def test_the_way_of_a_translation(editor: Client, page: StandardPage) -> None:
    assert state(page) is State.MISSING
    translation = order(editor, page)
    assert state(page) is State.DRAFT
    translate_words(translation)
    translation.save_target()
    assert state(page) is State.COMPLETE
    assert state(translation.get_target_instance()) is State.COMPLETE

    change(page, "Citi vārdi")
    assert state(page) is State.OUTDATED
    # Brought up to date, but the new words are not translated.
    update(editor, translation)
    assert state(page) is State.OUTDATED
    translate_words(translation)
    assert state(page) is State.OUTDATED  # not published
    translation.save_target()
    assert state(page) is State.COMPLETE


def test_publishing_with_words_in_the_other_language_is_not_complete(
    editor: Client, page: StandardPage
) -> None:
    translation = complete(editor, page)
    change(page, "Citi vārdi")
    update(editor, translation, publish_translations="on")
    assert state(page) is State.OUTDATED


def test_a_draft_of_the_source_changes_nothing(editor: Client, page: StandardPage) -> None:
    complete(editor, page)
    draft = StandardPage.objects.get(pk=page.pk)
    draft.introduction = "Melnraksts"
    draft.save_revision()
    assert state(page) is State.COMPLETE


def test_a_translation_written_by_hand_is_known_by_its_dates(page: StandardPage) -> None:
    english = pages.english(page, "Summer", "summer")
    english.save_revision().publish()
    assert state(page) is State.COMPLETE
    change(page, "Citi vārdi")
    assert state(page) is State.OUTDATED
    english.save_revision().publish()
    assert state(page) is State.COMPLETE


def test_each_page_is_listed_once_in_the_language_it_is_written_in(
    editor: Client, page: StandardPage, site: Site
) -> None:
    complete(editor, page)
    home = Page.objects.get(depth=2, locale__language_code="en")
    only_english = pages.add(home, StandardPage, "Only English", "only-english")
    listed = {row.pk for row in with_state(Page.objects.all())}
    assert page.pk in listed
    assert only_english.pk in listed
    assert page.get_translation(Locale.objects.get(language_code="en")).pk not in listed
    assert len(listed) == Page.objects.filter(depth__gt=1, locale=site.root_page.locale).count() + 1
    assert counts(Page.objects.all())[State.MISSING] == 1


def test_a_page_written_in_english_first(editor: Client, site: Site) -> None:
    home = Page.objects.get(depth=2, locale__language_code="en")
    source = pages.add(home, StandardPage, "Summer", "summer")
    latvian = Locale.objects.get(language_code="lv")
    address = reverse("wagtail_localize:submit_page_translation", args=[source.pk])
    editor.post(address, {"locales": [latvian.pk]})
    standing = Standing.of(source.get_translation(latvian))
    assert standing is not None
    assert standing.source_id == source.pk


# --- The report -----------------------------------------------------------------------------------


def test_the_report_lists_filters_and_links(editor: Client, page: StandardPage) -> None:
    html = editor.get(REPORT).content.decode()
    assert "Vasara" in html
    assert reverse("wagtail_localize:submit_page_translation", args=[page.pk]) in html
    assert "Vasara" not in editor.get(f"{REPORT}?translation_state=complete").content.decode()
    assert "Vasara" in editor.get(f"{REPORT}results/?translation_state=missing").content.decode()
    assert "Vasara" not in editor.get(f"{REPORT}?language=en").content.decode()

    translation = complete(editor, page)
    change(page, "Citi vārdi")
    html = editor.get(f"{REPORT}?translation_state=outdated").content.decode()
    assert reverse("wagtail_localize:update_translations", args=[translation.source_id]) in html


def test_the_report_comes_as_a_table_for_spreadsheets(editor: Client, page: StandardPage) -> None:
    response: Any = editor.get(f"{REPORT}?export=csv&translation_state=missing")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert [row[:3] for row in rows[1:]] == [["Vasara", "lv", "missing"]]


def test_the_report_costs_the_same_for_few_and_many(
    editor: Client, page: StandardPage, site: Site
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(REPORT).status_code == 200
        return len(queries)

    few = cost()
    for number in range(12):
        pages.add(site.root_page, StandardPage, f"Lapa {number}", f"lapa-{number}")
    assert cost() == few


@pytest.mark.parametrize(
    ("group", "status"),
    [
        ("Communications", 200),
        ("Reviewers", 200),
        ("Administrators", 200),
        ("Finance", 302),
        ("Recruitment", 302),
    ],
)
def test_who_may_read_it(site: Site, client: Client, group: str, status: int) -> None:
    user = get_user_model().objects.create_user("somebody")
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    assert client.get(REPORT).status_code == status
    in_menu = "translation-states" in client.get("/admin/").content.decode()
    assert in_menu is (status == 200)


def test_strangers_are_asked_to_sign_in(site: Site, client: Client) -> None:
    assert client.get(REPORT)["Location"].startswith("/admin/login/")


def test_there_is_one_report_of_translations(editor: Client) -> None:
    assert (
        reverse("wagtail_localize:translations_report")
        not in editor.get("/admin/").content.decode()
    )


# --- While writing --------------------------------------------------------------------------------


def publish(client: Client, page: Page) -> list[str]:
    """Publish in the editor; the messages afterwards."""
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = filled(client, edit, **{"action-publish": "1"})
    response = client.post(edit, form, follow=True)
    assert response.redirect_chain
    return [str(message) for message in response.context["messages"]]


def test_publishing_warns_of_a_translation_that_is_missing_or_out_of_date(
    editor: Client, page: StandardPage
) -> None:
    submit = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    assert any(submit in message for message in publish(editor, page))
    translation = complete(editor, page)
    update_address = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    assert any(update_address in message for message in publish(editor, page))


def test_publishing_a_page_that_nobody_must_translate_again_is_quiet(
    editor: Client, page: StandardPage
) -> None:
    translation = complete(editor, page)
    editor.post(
        reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk]),
        {"action": "publish"},
    )
    assert state(page) is State.COMPLETE
    html = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    with override("lv"):
        assert str(State.COMPLETE.label) in html


def test_the_side_panel_says_what_to_do(editor: Client, page: StandardPage) -> None:
    html = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert reverse("wagtail_localize:submit_page_translation", args=[page.pk]) in html


def test_saving_by_itself_leaves_no_messages(editor: Client, page: StandardPage) -> None:
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = filled(editor, edit, introduction=" ".join(["vārds"] * 60) + ".")
    response = editor.post(edit, form, headers={"accept": "application/json"})
    assert response.json()["success"] is True
    after = editor.get("/admin/")
    assert list(after.context["messages"]) == []
    response = editor.post(edit, form, follow=True)
    assert any("60" in str(message) for message in response.context["messages"])


def test_the_dashboard_counts_published_pages(editor: Client, page: StandardPage) -> None:
    document = Document(editor.get("/admin/").content)
    (link,) = [
        link
        for link in document.all("a")
        if "translation_state=missing" in link.attributes.get("href", "")
    ]
    assert link.text.endswith(": 1")
    Page.objects.filter(pk=page.pk).update(live=False)
    assert "translation_state=missing" not in editor.get("/admin/").content.decode()


def test_the_dashboard_tells_others_nothing(site: Site, client: Client, page: Any) -> None:
    user = get_user_model().objects.create_user("filips")
    user.groups.add(Group.objects.get(name="Finance"))
    client.force_login(user)
    assert "translation_state" not in client.get("/admin/").content.decode()
