"""What people see when they try the site out."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django import Settings
from wagtail.models import Page, Site

from donations.models import Fund
from home.demo.staff import DEMO_STAFF
from home.models import DonationPage, HomePage, StandardPage
from sosbca.core.models import OrganisationSettings
from tests.home.parsing import Document


def numbers() -> dict[str, int]:
    models = (Page, Site, Fund, DonationPage, OrganisationSettings, get_user_model())
    return {model.__name__: model._default_manager.count() for model in models}


def problems() -> list[object]:
    """Page paths, depths and numbers of children that contradict each other."""
    return [problem for kind in Page.find_problems() for problem in kind]


@pytest.fixture(autouse=True)
def _commit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's transaction never ends, and wagtail-localize publishes when it does."""
    monkeypatch.setattr(transaction, "on_commit", lambda callback, **options: callback())


@pytest.fixture
def demo(db: None) -> None:
    call_command("load_demo_content")


def test_an_empty_site_is_filled_in_both_languages(demo: None) -> None:
    pages = Page.objects.filter(depth__gte=2)
    latvian, english = (pages.filter(locale__language_code=code) for code in ("lv", "en"))
    assert latvian.count() >= 8
    keys = ["translation_key"]
    assert set(latvian.values_list(*keys)) == set(english.values_list(*keys))
    assert not pages.filter(live=False).exists()
    assert not pages.filter(has_unpublished_changes=True).exists()
    assert {type(page) for page in pages.specific()} == {HomePage, StandardPage, DonationPage}
    # Nothing was left in Latvian on the way.
    assert not set(latvian.values_list("title", flat=True)) & set(
        english.values_list("title", flat=True)
    )
    assert problems() == []
    organisation = OrganisationSettings.current()
    assert organisation.donation_page
    assert organisation.privacy_page
    organisation.full_clean()
    for donation_page in DonationPage.objects.all():
        donation_page.full_clean()
        assert donation_page.presets.count() == 4
        assert {preset.locale for preset in donation_page.presets.all()} == {donation_page.locale}


def test_staff_can_sign_in(demo: None, client: Client) -> None:
    for staff in DEMO_STAFF:
        assert client.login(username=staff.username, password=staff.password)
        assert client.get("/admin/").status_code == 200
        user = get_user_model().objects.get(username=staff.username)
        assert [group.name for group in user.groups.all()] == [staff.group]
        assert not user.is_superuser


def test_a_second_run_does_nothing(demo: None) -> None:
    before = numbers()
    Page.objects.filter(slug="privatums").update(title="Staff changed this")
    call_command("load_demo_content")
    assert numbers() == before
    assert Page.objects.get(slug="privatums").title == "Staff changed this"


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_interrupted_between_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    from home.demo.bilingual import Phrasebook

    translated: list[Page] = []
    translate = Phrasebook.translate

    def killed_at_the_third(self: Phrasebook, page: Page) -> Page:
        if len(translated) == 3:
            raise KeyboardInterrupt
        translated.append(page)
        return translate(self, page)

    with monkeypatch.context() as patch:
        patch.setattr(Phrasebook, "translate", killed_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            call_command("load_demo_content")
    call_command("load_demo_content")
    assert problems() == []
    assert HomePage.objects.count() == 2
    assert not Page.objects.filter(depth__gte=2, live=False).exists()


@pytest.mark.django_db
def test_an_account_made_by_hand_is_kept() -> None:
    """Somebody ran createsuperuser first, with a name that the demonstration uses too."""
    user = get_user_model().objects.create_superuser("admin", password="own")
    call_command("load_demo_content")
    user.refresh_from_db()
    assert user.is_superuser
    assert user.check_password("own")
    assert get_user_model().objects.count() == len(DEMO_STAFF)


@pytest.mark.django_db
def test_never_for_real_use(settings: Settings) -> None:
    settings.IS_DEMO = False
    before = numbers()
    with pytest.raises(CommandError, match="not for real use"):
        call_command("load_demo_content")
    assert numbers() == before


@pytest.mark.django_db
def test_logins_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demo_content", "--show-logins")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == [staff.username for staff in DEMO_STAFF]
    assert not get_user_model().objects.exists()


def test_every_page_answers_and_no_link_is_broken(demo: None, client: Client) -> None:
    """From both home pages, through every link of the site."""
    waiting, seen = ["/", "/en/"], {"/", "/en/"}
    languages: dict[str, str] = {}
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        assert response.status_code == 200, path
        if not response["Content-Type"].startswith("text/html"):
            continue
        page = Document(response.content)
        languages[path] = page.language
        assert len(page.all("h1")) == 1, path
        assert page.one("meta", name="description")["content"], path
        ids = [el.attributes["id"] for tag in TAGS for el in page.all(tag) if "id" in el.attributes]
        assert len(ids) == len(set(ids)), path
        for anchor in page.all("a"):
            assert anchor["href"], (path, anchor)
            address = urlsplit(urljoin(f"http://testserver{path}", anchor["href"]))
            if address.path == path and address.fragment:
                assert address.fragment in ids, (path, anchor)
            if address.netloc == "testserver" and address.path not in seen:
                seen.add(address.path)
                waiting.append(address.path)
    urls = {page.get_url() for page in Page.objects.filter(depth__gte=2)}
    assert urls <= languages.keys()
    assert {path: "en" if path.startswith("/en/") else "lv" for path in languages} == languages


TAGS = ("main", "section", "h1", "h2", "div", "a", "input", "form", "dd", "p", "nav", "textarea")
