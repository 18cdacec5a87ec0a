"""How the demonstration is loaded, with a small one."""

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings
from wagtail.models import Page, Site

from donations.models import Fund
from home.demo.staff import DEMO_STAFF
from home.importing.planning import Item
from home.importing.writing import Writer
from home.models import HomePage
from sosbca.core.models import OrganisationSettings
from tests.home.contents import small

pytestmark = pytest.mark.django_db

PAGES: dict[str, str | bytes] = {
    "privacy/lv.md": "---\ntype: standard\ntitle: Privātums\n---\n",
    "privacy/en.md": "---\ntitle: Privacy\n---\n",
    "work/lv.md": "---\ntype: standard\ntitle: Ko mēs darām\n---\n",
    "work/en.md": "---\ntitle: What we do\n---\n",
    "work/newborn/lv.md": "---\ntype: standard\ntitle: Piedzimstot\n---\n",
    "work/newborn/en.md": "---\ntitle: When a Baby Is Born\n---\n",
}


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small(tmp_path, PAGES)
    monkeypatch.setattr("home.management.commands.load_demo_content.CONTENT", folder)


def numbers() -> dict[str, int]:
    models = (Page, Site, Fund, OrganisationSettings, get_user_model())
    return {model.__name__: model._default_manager.count() for model in models}


def problems() -> list[object]:
    """Page paths, depths and numbers of children that contradict each other."""
    return [problem for kind in Page.find_problems() for problem in kind]


def test_a_second_run_does_nothing() -> None:
    call_command("load_demo_content")
    before = numbers()
    Page.objects.filter(slug="privatums").update(title="Staff changed this")
    call_command("load_demo_content")
    assert numbers() == before
    assert Page.objects.get(slug="privatums").title == "Staff changed this"


def test_an_interrupted_run_starts_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process was killed after the pages, before the staff."""
    path = "home.management.commands.load_demo_content.load_staff"
    with monkeypatch.context() as patch:

        def killed() -> None:
            raise KeyboardInterrupt

        patch.setattr(path, killed)
        with pytest.raises(KeyboardInterrupt):
            call_command("load_demo_content")
    assert HomePage.objects.exists()
    assert not get_user_model().objects.exists()
    interrupted = numbers()
    call_command("load_demo_content")
    assert numbers() == interrupted | {"User": len(DEMO_STAFF)}
    assert problems() == []
    assert Client().get("/en/").status_code == 200


def test_interrupted_between_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    translated: list[str] = []
    translate = Writer.english

    def killed_at_the_third(self: Writer, item: Item) -> None:
        if len(translated) == 3:
            raise KeyboardInterrupt
        translated.append(item.key)
        translate(self, item)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "english", killed_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            call_command("load_demo_content")
    call_command("load_demo_content")
    assert problems() == []
    assert HomePage.objects.count() == 2
    assert not Page.objects.filter(depth__gte=2, live=False).exists()


def test_an_account_made_by_hand_is_kept() -> None:
    """Somebody ran createsuperuser first, with a name that the demonstration uses too."""
    user = get_user_model().objects.create_superuser("admin", password="own")
    call_command("load_demo_content")
    user.refresh_from_db()
    assert user.is_superuser
    assert user.check_password("own")
    assert get_user_model().objects.count() == len(DEMO_STAFF)


def test_never_for_real_use(settings: Settings) -> None:
    settings.IS_DEMO = False
    before = numbers()
    with pytest.raises(CommandError, match="not for real use"):
        call_command("load_demo_content")
    assert numbers() == before


def test_logins_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demo_content", "--show-logins")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == [staff.username for staff in DEMO_STAFF]
    assert not get_user_model().objects.exists()


def test_a_mistake_in_the_files_is_told(tmp_path: Path) -> None:
    small(tmp_path, {"bad/lv.md": "---\ntype: standard\n---\n"})
    with pytest.raises(CommandError, match=r"bad/lv.md:2: title: This is missing."):
        call_command("load_demo_content")
    assert not HomePage.objects.exists()
    assert not get_user_model().objects.exists()
