"""The staff side: recommendations and the report, and who may see them."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Site

from sosbca.search.asked import record
from sosbca.search.models import AskedQuery, Promotion
from tests.donations.staff import browser_of, member
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db

PROMOTION = "site_search_promotions"


def staff(*permissions: str) -> Client:
    """Somebody who may enter the admin and do these things."""
    user = member("")
    user.username = f"may {' '.join(permissions)}"
    user.save()
    names = ["access_admin", *permissions]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return browser_of(user)


def row(text: str, count: int, results: int, *, days: int = 0, language: str = "lv") -> None:
    day = timezone.localdate() - timedelta(days=days)
    AskedQuery.objects.create(day=day, language=language, text=text, count=count, results=results)


class TestReport:
    @pytest.fixture
    def asked(self, site: Site) -> None:
        row("ķirsis", 3, 2)
        row("ķirsis", 2, 2, days=1)
        row("dinozaurs", 1, 0)
        row("dinozaurs", 1, 0, days=2)
        row("jānis bērziņš", 1, 0)
        row("cherry", 4, 1, language="en")

    def shown(self, client: Client, **parameters: str) -> list[str]:
        response = client.get(reverse("site_search_asked"), parameters)
        assert response.status_code == 200
        rows = Document(response.content).all("tr")
        return [found.text for found in rows if any(char.isdigit() for char in found.text)]

    def test_adds_up_days_and_shows_nothing_asked_once(self, asked: None) -> None:
        client = staff("view_askedquery")
        shown = self.shown(client)
        assert [line.split()[0] for line in shown] == ["ķirsis", "cherry", "dinozaurs"]
        assert "5" in shown[0].split()
        page = client.get(reverse("site_search_asked")).content.decode()
        assert "bērziņš" not in page

    def test_shows_no_marks(self, asked: None) -> None:
        """However often one person looks for another."""
        for day in range(3):
            with time_machine.travel(timezone.now() - timedelta(days=day)):
                for _time in range(3):
                    record("Andris Liepiņš", "lv", 0)
        client = staff("view_askedquery")
        assert len(self.shown(client)) == 3
        page = client.get(reverse("site_search_asked")).content.decode()
        assert "liepiņš" not in page

    def test_without_results(self, asked: None) -> None:
        client = staff("view_askedquery")
        assert [line.split()[0] for line in self.shown(client, results="without")] == ["dinozaurs"]
        assert [line.split()[0] for line in self.shown(client, language="en")] == ["cherry"]
        assert [line.split()[0] for line in self.shown(client, q="ķir")] == ["ķirsis"]
        ordered = self.shown(client, ordering="text")
        assert [line.split()[0] for line in ordered] == ["cherry", "dinozaurs", "ķirsis"]
        assert self.shown(client, ordering="pk; drop table")

    def test_export(self, asked: None) -> None:
        client = staff("view_askedquery")
        response = client.get(reverse("site_search_asked"), {"export": "csv"})
        table = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
        assert len(table.strip().splitlines()) == 4
        assert "ķirsis" in table
        assert "bērziņš" not in table

    @pytest.mark.parametrize("name", ["site_search_asked", "site_search_asked_results"])
    def test_for_whom(self, asked: None, client: Client, name: str) -> None:
        url = reverse(name)
        assert client.get(url).status_code == 302
        assert staff().get(url).status_code in {302, 403}
        assert b"dinozaurs" not in staff_of("Finance").get(url).content

    def test_the_menu_shows_it_to_whom_it_is_for(self, asked: None) -> None:
        url = reverse("site_search_asked")
        assert url in menu(staff("view_askedquery"))
        assert url not in menu(staff())


def staff_of(group: str) -> Client:
    return browser_of(member(group))


def menu(client: Client) -> str:
    return client.get(reverse("wagtailadmin_home"), follow=True).content.decode()


class TestPromotions:
    def test_made_by_an_editor(self, site: Site) -> None:
        client = staff("add_promotion", "change_promotion", "delete_promotion", "view_promotion")
        page = Page.objects.get(slug="par-mums")
        fields = {
            "language": "lv",
            "words": "kas mēs esam\nvēsture",
            "page": str(page.pk),
            "address": "",
            "title": "",
            "description": "",
            "position": "0",
        }
        response = client.post(reverse(f"{PROMOTION}:add"), fields)
        assert response.status_code == 302
        promotion = Promotion.objects.get()
        assert promotion.page == page
        assert client.get(reverse(f"{PROMOTION}:edit", args=[promotion.pk])).status_code == 200
        listing = client.get(reverse(f"{PROMOTION}:index")).content.decode()
        assert "kas mēs esam → Par mums" in listing
        page.delete()
        assert not Promotion.objects.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"words": "  "},
            {"page": "", "address": ""},
            {"page": "", "address": "https://example.org/", "title": ""},
            {"address": "https://example.org/", "title": "x"},
        ],
    )
    def test_one_that_leads_nowhere_is_refused(self, site: Site, wrong: dict[str, str]) -> None:
        page = Page.objects.get(slug="par-mums")
        values = {"language": "lv", "words": "x", "page": page, "title": "", **wrong}
        values["page"] = values["page"] or None
        promotion = Promotion(**values)
        with pytest.raises(ValidationError):
            promotion.full_clean()
        if "words" not in wrong:
            with pytest.raises(IntegrityError), transaction.atomic():
                promotion.save()

    @pytest.mark.parametrize("name", ["index", "add"])
    def test_for_whom(self, site: Site, client: Client, name: str) -> None:
        url = reverse(f"{PROMOTION}:{name}")
        assert client.get(url).status_code == 302
        response = staff().get(url)
        assert response.status_code in {302, 403}
        allowed = staff("add_promotion", "change_promotion", "view_promotion")
        assert allowed.get(url).status_code == 200
