"""What surrounds every page comes from the tree and the organisation's settings."""

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils.translation import override
from wagtail.models import Page, Site

from home.models import FooterLink, FooterSettings, StandardPage
from home.navigation import Chrome
from sosbca.core.models import OrganisationSettings
from tests.home.parsing import Document

pytestmark = pytest.mark.django_db


def read(client: Client, path: str, status: int = 200) -> Document:
    response = client.get(path)
    assert response.status_code == status, path
    return Document(response.content)


def menu(client: Client, path: str = "/") -> list[tuple[str, str]]:
    navigation = client.get(path).content.decode().partition('<nav class="site-menu"')[2]
    # The search and the languages stand behind the menu's own list.
    links = Document(navigation.partition("</ul>")[0]).all("a")
    return [(link.text, link["href"]) for link in links]


def add(parent: Page, title: str, slug: str, **fields: object) -> StandardPage:
    page = StandardPage(title=title, slug=slug, locale=parent.locale, **fields)
    parent.add_child(instance=page)
    return page


class TestMenu:
    def test_only_published_children_that_are_in_menus(self, site: Site, client: Client) -> None:
        home = site.root_page
        add(home, "Otrā", "otra", show_in_menus=True)
        add(home, "Nav izvēlnē", "nav")
        add(home, "Melnraksts", "melnraksts", show_in_menus=True, live=False)
        add(Page.objects.get(slug="otra"), "Dziļi", "dzili", show_in_menus=True)
        assert menu(client) == [("Par mums", "/par-mums/"), ("Otrā", "/otra/")]

    def test_in_the_order_of_the_tree(self, site: Site, client: Client) -> None:
        page = add(site.root_page, "Otrā", "otra", show_in_menus=True)
        page.move(Page.objects.get(slug="par-mums"), pos="left")
        assert [title for title, _url in menu(client)] == ["Otrā", "Par mums"]

    def test_in_the_language_of_the_page(self, site: Site, client: Client) -> None:
        assert menu(client, "/en/") == [("About us", "/en/about-us/")]
        assert menu(client, "/en/donate/") == [("About us", "/en/about-us/")]

    def test_the_current_branch_is_marked(self, site: Site, client: Client) -> None:
        about = Page.objects.get(slug="par-mums")
        add(site.root_page, "Par mums vairāk", "par-mums-vairak", show_in_menus=True)
        add(about, "Komanda", "komanda")

        def marked(path: str) -> list[str]:
            links = read(client, path).all("a")
            current = [link for link in links if link.attributes.get("aria-current") == "true"]
            return [link.text for link in current if "hreflang" not in link.attributes]

        assert marked("/par-mums/") == ["Par mums"]
        assert marked("/par-mums/komanda/") == ["Par mums"]
        assert marked("/par-mums-vairak/") == ["Par mums vairāk"]
        assert marked("/") == []


class TestDonateButton:
    def buttons(self, client: Client, path: str) -> list[str]:
        header = client.get(path).content.decode().partition("<main")[0]
        return [link["href"] for link in Document(header).all("a", class_="donate")]

    def test_leads_to_the_donation_page_in_the_readers_language(
        self, site: Site, client: Client
    ) -> None:
        assert self.buttons(client, "/") == ["/ziedot/"]
        assert self.buttons(client, "/en/") == ["/en/donate/"]
        assert self.buttons(client, "/en/nowhere/") == ["/en/donate/"]

    def test_is_missing_while_there_is_nowhere_to_lead(self, site: Site, client: Client) -> None:
        Page.objects.get(slug="donate").unpublish()
        assert self.buttons(client, "/en/") == []
        OrganisationSettings.objects.update(donation_page=None)
        assert self.buttons(client, "/") == []

    def test_is_marked_on_the_donation_page_itself(self, site: Site, client: Client) -> None:
        """A phone has no room there for a way to where one is."""

        def is_here(path: str) -> bool:
            header = client.get(path).content.decode().partition("<main")[0]
            (button,) = Document(header).all("a", class_="donate")
            return "is-here" in button["class"].split()

        assert is_here("/ziedot/")
        assert is_here("/en/donate/")
        assert not is_here("/")


class TestSearch:
    def test_leads_to_the_search_in_the_readers_language(self, site: Site, client: Client) -> None:
        for path, language in (("/", "lv"), ("/en/about-us/", "en"), ("/en/nowhere/", "en")):
            with override(language):
                address = reverse("site_search:results")
            html = client.get(path).content.decode().partition("</nav>")[0]
            assert Document(html).all("a", href=address), path

    def test_the_search_has_its_counterpart(self, site: Site) -> None:
        with override("lv"):
            latvian = reverse("site_search:results")
            request = RequestFactory().get(f"{latvian}?q=b%C4%93rns")
            request.resolver_match = resolve(latvian)
            links = {link.code: link.url for link in Chrome(request).languages}
        with override("en"):
            assert links["en"] == f"{reverse('site_search:results')}?q=b%C4%93rns"

    def test_page_not_found_offers_it(self, site: Site, client: Client) -> None:
        page = read(client, "/en/nowhere/", status=404)
        assert page.one("input", name="q").attributes["type"] == "search"
        with override("en"):
            assert page.one("form", role="search")["action"] == reverse("site_search:results")
        assert page.one("main").text.count("About us") == 1


class TestBreadcrumbs:
    def crumbs(self, client: Client, path: str) -> list[str]:
        nav = client.get(path).content.decode().partition('<nav class="crumbs"')[2]
        document = Document(nav.partition("</nav>")[0])
        return [link["href"] for link in document.all("a")]

    def test_lead_up_the_tree(self, site: Site, client: Client) -> None:
        team = add(Page.objects.get(slug="about-us"), "Team", "team")
        add(team, "Board", "board")
        assert self.crumbs(client, "/en/about-us/") == ["/en/"]
        assert self.crumbs(client, "/en/about-us/team/") == ["/en/", "/en/about-us/"]
        assert self.crumbs(client, "/en/about-us/team/board/") == [
            "/en/",
            "/en/about-us/",
            "/en/about-us/team/",
        ]


class TestFooter:
    def footer(self, client: Client, path: str = "/") -> str:
        return client.get(path).content.decode().partition('<footer class="site-footer"')[2]

    def test_says_who_runs_the_site(self, site: Site, client: Client) -> None:
        OrganisationSettings.objects.update(
            phone="+371 2000 0000",
            facebook_url="https://www.facebook.com/example",
            privacy_page=Page.objects.get(slug="par-mums"),
        )
        words = self.footer(client)
        for expected in (
            "Latvijas SOS Bērnu ciematu asociācija",
            "Sabiedriskā labuma organizācija",
            "40008000121",
            "Mākoņu iela 1, Rīga, LV-1000",
            'href="tel:+37120000000"',
            'href="mailto:info@example.org"',
            "LV85 DEMO 0000 1234 5678 9",
            'href="https://www.facebook.com/example"',
            'href="/par-mums/"',
        ):
            assert expected.replace(" ", "\xa0") in words.replace(" ", "\xa0")
        assert "instagram" not in words.lower()
        english = self.footer(client, "/en/")
        assert "SOS Children’s Villages Latvia" in english
        assert "Public-benefit organisation" in english
        assert 'href="/en/about-us/"' in english

    def test_links_in_the_readers_language(self, site: Site, client: Client) -> None:
        about = Page.objects.get(slug="par-mums")
        footer = FooterSettings.for_site(site)
        footer.text_lv, footer.text_en = "Mājas katram bērnam.", "A home for every child."
        footer.save()
        only_latvian = add(site.root_page, "Tikai latviski", "tikai")
        for order, page in enumerate([about, only_latvian]):
            FooterLink.objects.create(footer=footer, page=page, sort_order=order)
        OrganisationSettings.objects.update(
            contact_page=about, concern_page=about, accessibility_page=about
        )
        latvian, english = Document(self.footer(client)), Document(self.footer(client, "/en/"))

        def links(footer: Document) -> list[tuple[str, str]]:
            found = [(link.text, link["href"]) for link in footer.all("a")]
            return [link for link in found if not link[1].startswith("mailto:")]

        assert "Mājas katram bērnam." in [words.text for words in latvian.all("p")]
        assert "A home for every child." in [words.text for words in english.all("p")]
        assert ("Par mums", "/par-mums/") in links(latvian)
        assert ("Tikai latviski", "/tikai/") in links(latvian)
        assert links(english) == [
            ("Write to us", "/en/about-us/"),
            ("Report a concern about a child", "/en/about-us/"),
            ("About us", "/en/about-us/"),
            ("My giving", "/en/my-giving/"),
            ("Accessibility", "/en/about-us/"),
        ]

    def test_what_staff_write_is_only_text(self, site: Site, client: Client) -> None:
        OrganisationSettings.objects.update(legal_address="<script>alert(1)</script>")
        assert "<script>alert" not in self.footer(client)


class TestNothingSetUpYet:
    """A new database, before anybody has made a page."""

    def test_a_new_database(self, client: Client) -> None:
        for path in ("/", "/en/", "/nav/", "/en/nav/"):
            response = client.get(path)
            assert response.status_code == 404, path
            assert Document(response.content).language == ("en" if "en" in path else "lv")

    def test_no_site(self, client: Client) -> None:
        Site.objects.all().delete()
        for path in ("/", "/en/", "/nav/", "/health/ready"):
            assert client.get(path).status_code in {200, 404}, path
        assert client.get("/").status_code == 404

    def test_no_settings(self, site: Site, client: Client) -> None:
        OrganisationSettings.objects.all().delete()
        for path in ("/", "/en/", "/par-mums/", "/ziedot/", "/en/nav/"):
            response = client.get(path)
            assert response.status_code in {200, 404}
            page = Document(response.content)
            # No heading, title or link without words.
            assert not page.one("title").text.endswith("–")
            assert [tag for tag in ("h1", "h2", "dd") for el in page.all(tag) if not el.text] == []
            assert [link for link in page.all("a") if not link.text] == []
            assert [link for link in page.all("a") if not link["href"]] == []

    def test_no_english(self, site: Site, client: Client) -> None:
        Page.objects.filter(locale__language_code="en", depth=2).delete()
        page = read(client, "/")
        assert "en" not in page.alternates()
        assert client.get("/en/").status_code in {200, 404}
        assert client.get("/en/nowhere/").status_code == 404

    def test_an_unpublished_home(self, site: Site, client: Client) -> None:
        Page.objects.filter(depth=2).update(live=False)
        page = read(client, "/", status=404)
        assert page.one("h1").text


def test_a_page_renders_its_context_without_a_request(site: Site) -> None:
    """Wagtail asks for it so, when it looks for the words of a page."""
    for page in Page.objects.filter(depth__gte=2).specific():
        assert page.get_context(None)["page"] == page
