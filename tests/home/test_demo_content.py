"""What people see when they try the site out."""

from urllib.parse import urljoin, urlsplit

from django.conf import global_settings
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings
from wagtail.models import Page

from home.demo import CONTENT
from home.demo.staff import DEMO_STAFF
from home.importing.report import import_content
from home.models import DonationPage
from sosbca.core.models import OrganisationSettings
from tests.home.parsing import Document


def problems() -> list[object]:
    """Page paths, depths and numbers of children that contradict each other."""
    return [problem for kind in Page.find_problems() for problem in kind]


def test_an_empty_site_is_filled_in_both_languages(demo: None) -> None:
    pages = Page.objects.filter(depth__gte=2)
    latvian, english = (pages.filter(locale__language_code=code) for code in ("lv", "en"))
    assert latvian.count() >= 8
    keys = ["translation_key"]
    assert set(latvian.values_list(*keys)) == set(english.values_list(*keys))
    assert not pages.filter(live=False).exists()
    assert not pages.filter(has_unpublished_changes=True).exists()
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
        assert {offered.value for offered in donation_page.offer().frequencies} >= {
            "once",
            "monthly",
        }
        assert {preset.locale for preset in donation_page.presets.all()} == {donation_page.locale}


def test_it_is_an_import_like_any_other(demo: None) -> None:
    """Nothing is left to be done, and every page has its English."""
    lines = import_content(CONTENT).lines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("0 new, 0 changed, ")
    assert lines[0].endswith(" unchanged, 0 left alone")


def test_staff_can_sign_in(demo: None, client: Client, settings: Settings) -> None:
    # It was loaded as for development, with real hashes.
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    for staff in DEMO_STAFF:
        assert client.login(username=staff.username, password=staff.password)
        assert client.get("/admin/").status_code == 200
        user = get_user_model().objects.get(username=staff.username)
        assert [group.name for group in user.groups.all()] == [staff.group]
        assert not user.is_superuser


def test_every_page_answers_and_no_link_is_broken(demo: None, client: Client) -> None:
    """From both home pages, through every link of the site."""
    urls = {page.get_url() for page in Page.objects.filter(depth__gte=2)}
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
        if path in urls:
            assert any(meta["content"] for meta in page.all("meta", name="description")), path
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
    assert urls <= languages.keys()
    assert {path: "en" if path.startswith("/en/") else "lv" for path in languages} == languages


TAGS = ("main", "section", "h1", "h2", "div", "a", "input", "form", "dd", "p", "nav", "textarea")
