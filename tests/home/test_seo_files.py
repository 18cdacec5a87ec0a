"""What programs ask for at the root of the site."""

import json
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from PIL import Image
from wagtail.models import Page, PageViewRestriction, Site

from home.models import StandardPage
from sosbca.core.models import OrganisationSettings
from tests import pages
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db
PATHS = ["/robots.txt", "/llms.txt", "/manifest.webmanifest"]


@pytest.mark.parametrize("path", PATHS)
def test_everybody_gets_the_same(site: Site, client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PATHS)
def test_before_there_is_a_site(db: None, client: Client, path: str) -> None:
    Site.objects.all().delete()
    assert client.get(path).status_code == 200


class TestRobots:
    def read(self, client: Client) -> list[str]:
        response = client.get("/robots.txt")
        assert response["Content-Type"].startswith("text/plain")
        return response.content.decode().splitlines()

    @pytest.fixture(autouse=True)
    def _real(self, settings: Any) -> None:
        settings.IS_DEMO = False
        settings.SITE_URL = "https://www.example.lv"

    def test_pages_may_be_read(self, client: Client) -> None:
        lines = self.read(client)
        assert lines[0] == "User-agent: *"
        assert "Allow: /" in lines
        assert "Disallow: /" not in lines
        assert "Sitemap: https://www.example.lv/sitemap.xml" in lines

    def test_what_is_one_persons_own_is_closed(self, client: Client) -> None:
        closed = [
            line.removeprefix("Disallow: ")
            for line in self.read(client)
            if line.startswith("Disallow")
        ]
        assert "/admin/" in closed
        for language in ("lv", "en"):
            with override(language):
                for address in (
                    reverse("site_search:results"),
                    reverse("donations:thanks"),
                    reverse("donations:download", args=("secret",)),
                    reverse("donations:verify", args=("abc",)),
                ):
                    assert any(address.startswith(path) for path in closed), address
        for address in ("/", "/en/", "/ziedot/", "/en/donate/", "/par-mums/", "/sitemap.xml"):
            assert not any(address.startswith(path) for path in closed), address

    def test_a_demonstration_in_the_world_is_closed(self, client: Client, settings: Any) -> None:
        settings.IS_DEMO = True
        lines = self.read(client)
        assert "Disallow: /" in lines
        assert not [line for line in lines if line.startswith(("Allow", "Sitemap"))]

    def test_a_demonstration_on_ones_own_machine_shows_the_real_thing(
        self, client: Client, settings: Any
    ) -> None:
        real = self.read(client)
        settings.IS_DEMO = True
        settings.SITE_URL = "http://127.0.0.1:8000"
        assert self.read(client)[:-1] == real[:-1]


class TestLlms:
    def read(self, client: Client) -> list[str]:
        response = client.get("/llms.txt")
        assert response["Content-Type"].startswith("text/plain")
        return response.content.decode().splitlines()

    def test_what_the_site_is_comes_first(self, site: Site, client: Client) -> None:
        lines = self.read(client)
        assert lines[0] == "# Latvijas SOS Bērnu ciematu asociācija"
        assert lines[2] == "> Atbalstām ģimenes."
        assert [line for line in lines if line.startswith("# ")] == lines[:1]

    def test_menu_and_what_is_below_in_both_languages(
        self, whole_site: Site, client: Client
    ) -> None:
        Page.objects.get(slug="about-us").specific.delete()
        about = Page.objects.get(slug="par-mums")
        pages.add(about, StandardPage, "Komanda", "komanda", introduction="Mēs esam\n[te].")
        lines = self.read(client)
        latvian = lines[: lines.index("## SOS Children’s Villages Latvia (English)")]
        english = lines[len(latvian) :]
        start = latvian.index("## Par mums")
        assert latvian[start + 2 : start + 5] == [
            "- [Par mums](http://testserver/par-mums/)",
            "- [Komanda](http://testserver/par-mums/komanda/): Mēs esam \\[te\\].",
            "",
        ]
        assert "- [Ziedot](http://testserver/ziedot/)" in latvian
        assert "- [Donate](http://testserver/en/donate/)" in english
        assert (
            "- [Building capacity – 2022](http://testserver/en/projects/capacity-2022/): "
            "Ten months, three activities and four regions." in english
        )
        assert not [line for line in latvian if "/en/" in line]

    def test_nothing_private_and_no_news_of_the_day(self, whole_site: Site, client: Client) -> None:
        Page.objects.filter(slug__in=["jaunumi", "vietas"]).update(show_in_menus=True)
        kept = Page.objects.get(slug="birojs")
        PageViewRestriction.objects.create(page=kept, restriction_type="login")
        text = "\n".join(self.read(client))
        assert "/vietas/ciemats/" in text
        assert "/vietas/birojs/" not in text
        assert "/jaunumi/)" in text
        assert "/jaunumi/gramata/" not in text

    def test_the_number_of_queries_does_not_grow(self, site: Site, client: Client) -> None:
        def count() -> int:
            client.get("/llms.txt")
            with CaptureQueriesContext(connection) as queries:
                client.get("/llms.txt")
            return len(queries)

        def grow(letter: str, number: int) -> None:
            for index in range(number):
                slug = f"{letter}-{index}"
                page = pages.add(site.root_page, StandardPage, slug, slug, show_in_menus=True)
                for inner in range(3):
                    pages.add(page, StandardPage, f"Lapa {inner}", f"lapa-{inner}")

        grow("a", 2)
        few = count()
        assert few > 0
        grow("b", 6)
        assert count() == few


class TestManifest:
    def read(self, client: Client) -> dict[str, Any]:
        response = client.get("/manifest.webmanifest")
        assert response["Content-Type"] == "application/manifest+json"
        content: dict[str, Any] = json.loads(response.content)
        return content

    def test_names_in_both_languages(self, site: Site, client: Client) -> None:
        content = self.read(client)
        organisation = OrganisationSettings.current()
        assert content["name"] == organisation.name_lv
        assert content["lang"] == "lv"
        assert content["name_localized"]["en"] == organisation.name_en

    def test_icons_exist_and_are_as_large_as_said(self, site: Site, client: Client) -> None:
        icons = self.read(client)["icons"]
        assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
        sizes = set()
        for icon in icons:
            path = finders.find(icon["src"].removeprefix("/static/"))
            assert path
            with Image.open(path) as picture:
                assert icon["sizes"] == f"{picture.width}x{picture.height}"
                assert icon["type"] == Image.MIME[picture.format or ""]
            sizes.add(icon["sizes"])
        assert {"192x192", "512x512"} <= sizes

    @pytest.mark.parametrize("path", ["/", "/en/donate/", "/nav/"])
    def test_every_page_names_it(self, site: Site, client: Client, path: str) -> None:
        link = Document(client.get(path).content).one("link", rel="manifest")
        assert link["href"] == "/manifest.webmanifest"
