"""A second run: nothing is done twice, staff's work is theirs, and what broke off is finished."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page, PageLogEntry, Revision, Site
from wagtail_localize.models import StringTranslation, Translation

from home.importing.planning import Action
from home.importing.writing import Writer
from home.models import HomePage, ImportedItem
from sosbca.core.models import CustomImage, OrganisationSettings
from tests.home.contents import page, picture, rows, run, small, write

pytestmark = pytest.mark.django_db

FILES: dict[str, str | bytes] = {
    "about/lv.md": "---\ntype: standard\ntitle: Par mums\n---\n\nTeksts [saite](page:home).\n",
    "about/en.md": "---\ntitle: About us\n---\n\nText [link](page:home).\n",
    "donate/lv.md": """
        ---
        type: donation
        title: Ziedot
        presets:
          - amount: 10
            meaning: grāmata
          - amount: 25
            meaning: saruna
        ---
    """,
    "donate/en.md": """
        ---
        title: Donate
        presets:
          - meaning: book
          - meaning: talk
        ---
    """,
    "_pictures.yaml": "house:\n  title: Māja\n  is_decorative: true\n",
    "_pictures/house.png": picture(),
    "_snippets/person.yaml": "lead:\n  name: Vadītāja\n  role_lv: Vada\n  role_en: Leads\n",
    "_settings.yaml": """
        organisation:
          name_lv: Asociācija
          name_en: Association
          registration_number: 40008000121
          legal_address: Mākoņu iela 1
          payee_name: Asociācija
          iban: LV85DEMO0000123456789
          bic: DEMOLV22
          bank_name: Banka
    """,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small(tmp_path, FILES)


def state() -> dict[str, Any]:
    return {
        "rows": rows(),
        "pages": list(Page.objects.order_by("pk").values()),
        "revisions": list(Revision.objects.order_by("pk").values_list("pk", flat=True)),
        "log": PageLogEntry.objects.count(),
        "items": list(ImportedItem.objects.order_by("pk").values()),
    }


def actions(folder: Path, **options: Any) -> dict[str, str]:
    """What a run does, without what it leaves as it is."""
    return {
        item.label: item.action.name
        for item in run(folder, **options).plan.items
        if item.action is not Action.KEEP
    }


def test_a_second_run_writes_nothing(folder: Path) -> None:
    run(folder)
    before = state()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert actions(folder) == {}
    assert state() == before
    writes = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == []


def test_a_changed_file_changes_its_page_only(folder: Path) -> None:
    run(folder)
    before = {row.pk: row.latest_revision_id for row in Page.objects.all()}
    english = FILES["about/en.md"]
    assert isinstance(english, str)
    write(folder, {"about/en.md": english.replace("Text", "Words")})
    assert actions(folder) == {"page:about (en)": "CHANGE"}
    about = page("about-us", "en")
    assert "Words" in about.body[0].value.source
    assert about.live
    after = {row.pk: row.latest_revision_id for row in Page.objects.all()}
    assert {pk for pk in after if after[pk] != before[pk]} == {about.pk}
    assert actions(folder) == {}


def test_a_changed_source_changes_both_and_keeps_the_ids(folder: Path) -> None:
    run(folder)
    block = page("par-mums").body[0].id
    presets = [row.pk for row in page("donate", "en").presets.all()]
    pages = Page.objects.count()
    for name in ("about/lv.md", "donate/lv.md"):
        content = FILES[name]
        assert isinstance(content, str)
        changed = content.replace("Teksts", "Vārdi").replace("amount: 10", "amount: 12")
        write(folder, {name: changed})
    assert actions(folder) == {
        "page:about (lv)": "CHANGE",
        "page:about (en)": "CHANGE",
        "page:donate (lv)": "CHANGE",
        "page:donate (en)": "CHANGE",
    }
    assert page("par-mums").body[0].id == block
    assert "Vārdi" in page("par-mums").body[0].value.source
    english = page("donate", "en").presets.all()
    assert [(row.pk, row.amount_cents) for row in english] == [
        (presets[0], 1200),
        (presets[1], 2500),
    ]
    assert Page.objects.count() == pages
    assert all(
        done == wanted for done, wanted in map(Translation.get_progress, Translation.objects.all())
    )
    assert actions(folder) == {}


def test_a_page_that_staff_edited_is_left_alone(folder: Path) -> None:
    run(folder)
    about = page("par-mums")
    about.title = "Staff was here"
    about.save_revision(user=get_user_model().objects.create_user("staff"))
    content = FILES["about/lv.md"]
    assert isinstance(content, str)
    write(folder, {"about/lv.md": content.replace("Teksts", "Vārdi")})
    result = run(folder)
    left = {item.label: item.note for item in result.plan.items if item.action is Action.LEAVE}
    assert left == {
        "page:about (lv)": "changed on the site since the last import",
        "page:about (en)": "the Latvian page was changed on the site since the last import",
    }
    assert any("left alone: page:about (lv)" in line for line in result.lines())
    latest = page("par-mums").get_latest_revision_as_object()
    assert latest.title == "Staff was here"

    assert actions(folder, overwrite=True) == {
        "page:about (lv)": "CHANGE",
        "page:about (en)": "CHANGE",
    }
    assert page("par-mums").get_latest_revision_as_object().title == "Par mums"
    assert "Vārdi" in page("par-mums").body[0].value.source


def test_a_sentence_that_staff_translated_is_left_alone(folder: Path) -> None:
    run(folder)
    sentence = StringTranslation.objects.get(data="About us")
    sentence.data = "Who we are"
    sentence.last_translated_by = get_user_model().objects.create_user("staff")
    sentence.save()
    assert actions(folder) == {"page:about (en)": "LEAVE"}
    sentence.refresh_from_db()
    assert sentence.data == "Who we are"
    assert actions(folder, overwrite=True) == {"page:about (en)": "CHANGE"}
    sentence.refresh_from_db()
    assert sentence.data == "About us"
    assert actions(folder) == {}


def test_an_unpublished_page_stays_unpublished(folder: Path) -> None:
    run(folder)
    page("par-mums").unpublish()
    assert "page:about (lv)" in actions(folder)
    assert not page("par-mums").live


def test_what_staff_deleted_stays_deleted(folder: Path) -> None:
    run(folder)
    page("about-us", "en").delete()
    page("par-mums").delete()
    CustomImage.objects.all().delete()
    assert actions(folder) == {
        "picture:house": "LEAVE",
        "page:about (lv)": "LEAVE",
        "page:about (en)": "LEAVE",
    }
    assert not Page.objects.filter(slug="par-mums").exists()
    assert actions(folder, overwrite=True) == {
        "picture:house": "CREATE",
        "page:about (lv)": "CREATE",
        "page:about (en)": "CREATE",
    }
    assert page("about-us", "en").live
    assert CustomImage.objects.count() == 1
    assert actions(folder) == {}


def test_entries_that_staff_edited_are_left_alone(folder: Path) -> None:
    run(folder)
    organisation = OrganisationSettings.current()
    organisation.bank_name = "Cita banka"
    organisation.save()
    CustomImage.objects.update(title="Cita")
    assert actions(folder) == {"picture:house": "LEAVE", "settings:organisation": "LEAVE"}
    assert OrganisationSettings.current().bank_name == "Cita banka"
    assert set(actions(folder, overwrite=True).values()) == {"CHANGE"}
    organisation.refresh_from_db()
    assert organisation.bank_name == "Banka"


def test_a_new_file_for_a_picture(folder: Path) -> None:
    run(folder)
    old = CustomImage.objects.get()
    old.get_rendition("width-20")
    write(folder, {"_pictures/house.png": picture((60, 50))})
    assert actions(folder) == {"picture:house": "CHANGE"}
    new = CustomImage.objects.get()
    assert new.pk == old.pk
    assert (new.width, new.height) == (60, 50)
    assert new.file.name != old.file.name
    assert new.file_hash != old.file_hash
    assert not new.renditions.exists()
    assert actions(folder) == {}

    # Other words about the same picture leave the file where it is.
    write(folder, {"_pictures.yaml": "house:\n  title: Cita\n  is_decorative: true\n"})
    assert actions(folder) == {"picture:house": "CHANGE"}
    assert CustomImage.objects.get().file.name == new.file.name
    assert CustomImage.objects.get().title == "Cita"


def test_pages_made_by_hand_are_left_alone(site: Site, tmp_path: Path) -> None:
    folder = small(tmp_path, {"par-mums/lv.md": "---\ntype: standard\ntitle: Par mums\n---\n"})
    before = Page.objects.count()
    assert set(actions(folder).values()) == {"LEAVE"}
    assert Page.objects.count() == before
    assert page("sakums").hero_heading == "Lai katram bērnam būtu mājas"
    assert set(actions(folder, overwrite=True).values()) == {"CHANGE"}
    assert page("sakums").hero_heading == "Mājas katram"
    assert Page.objects.count() == before
    assert actions(folder) == {}


def test_a_dry_run_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state()
    locales = Locale.objects.count()
    with CaptureQueriesContext(connection) as queries:
        call_command("import_content", str(folder), "--dry-run")
    kinds = {query["sql"].split(" ")[0] for query in queries}
    assert not kinds & {"INSERT", "UPDATE", "DELETE", "BEGIN"}
    assert state() == before
    assert Locale.objects.count() == locales
    told = capsys.readouterr().out
    assert "would create: page:about (en)" in told
    run(folder)
    before = state()
    write(folder, {"about/en.md": "---\ntitle: About\n---\n\nText [link](page:home).\n"})
    call_command("import_content", str(folder), "--dry-run")
    assert state() == before
    assert "would change: page:about (en)" in capsys.readouterr().out


def test_nothing_is_written_while_anything_is_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, {"bad/lv.md": "---\ntype: standard\n---\n"})
    before = state()
    with pytest.raises(CommandError, match="1 problem; nothing was written"):
        call_command("import_content", str(folder))
    assert state() == before
    assert f"{folder}/bad/lv.md:2: title: This is missing." in capsys.readouterr().err


STEPS = [
    (name, number)
    for name, count in (("entry", 2), ("begin", 2), ("latvian", 1), ("english", 2))
    for number in range(count)
]


@pytest.mark.parametrize(("name", "number"), STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_and_repeated(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int, when: str
) -> None:
    """The process dies in each step in turn, with the step written or not."""
    step = getattr(Writer, name)
    calls = 0

    def killed(self: Writer, item: Any) -> None:
        nonlocal calls
        if calls == number and when == "before":
            raise KeyboardInterrupt
        try:
            with transaction.atomic():
                step(self, item)
        finally:
            calls += 1
        if calls > number:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Writer, name, killed)
        with pytest.raises(KeyboardInterrupt):
            run(folder)
    run(folder)
    assert HomePage.objects.count() == 2
    assert Page.objects.filter(depth__gte=2, live=True).count() == 6
    assert not Page.objects.filter(depth__gte=2, has_unpublished_changes=True).exists()
    assert not any(Page.find_problems())
    assert Site.objects.get().root_page == page("sakums").page_ptr
    assert OrganisationSettings.current().bank_name == "Banka"
    assert actions(folder) == {}
