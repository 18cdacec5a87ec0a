"""A process that remembers what it looked up never shows what is not so any more."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from wagtail.models import Page, PageViewRestriction, Site

from home.models import StandardPage
from sosbca.core.page_cache.memory import Memory, memory, remembered
from tests.home.admin_forms import filled

ABOUT = "/par-mums/"


def test_a_page_found_before_is_gone_when_it_is_unpublished(warm: None, client: Client) -> None:
    assert [client.get(ABOUT).status_code for _each in range(2)] == [200, 200]
    StandardPage.objects.get(slug="par-mums").unpublish()
    assert client.get(ABOUT).status_code == 404
    assert ABOUT not in client.get("/").content.decode()


def test_a_page_found_before_moves(warm: None, client: Client) -> None:
    client.get(ABOUT)
    page = StandardPage.objects.get(slug="par-mums")
    page.slug = "par-biedribu"
    page.save_revision().publish()
    assert client.get("/par-biedribu/").status_code == 200
    assert client.get(ABOUT, follow=True).request["PATH_INFO"] == "/par-biedribu/"
    assert 'href="/par-biedribu/"' in client.get("/").content.decode()


def test_a_page_that_becomes_private_asks_for_a_login(warm: None, client: Client) -> None:
    assert client.get(ABOUT).status_code == 200
    page = Page.objects.get(slug="par-mums")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(ABOUT).status_code == 302


def test_what_an_editor_typed_in_vain_is_shown_to_nobody(warm: None, client: Client) -> None:
    """A form that is refused has written into its row already."""
    client.get("/")
    staff = Client()
    staff.force_login(get_user_model().objects.create_superuser("boss"))
    address = f"/admin/settings/core/organisationsettings/{Site.objects.get().pk}/"
    form = filled(staff, address, payee_name="Cits", email="nav adrese", name_lv="Cita biedrība")
    assert staff.post(address, form).status_code == 200
    assert "Cita biedrība" not in client.get("/").content.decode()
    assert "Cits" not in client.get("/ziedot/").content.decode()


def test_what_may_be_taken_back_is_not_remembered(warm: None) -> None:
    with transaction.atomic():
        assert remembered("question", lambda: "in vain") == "in vain"
    assert remembered("question", lambda: "answer") == "answer"
    assert remembered("question", lambda: "another") == "answer"


def test_without_a_page_cache_nothing_is_remembered() -> None:
    assert memory() is not memory()


def test_the_longest_unused_goes_first() -> None:
    small = Memory((1,), capacity=2)
    small.keep("a", 1)
    small.keep("b", 2)
    assert small.get("a") == 1
    small.keep("c", 3)
    assert [small.get(key) for key in "abc"] == [1, None, 3]
