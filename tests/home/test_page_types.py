"""Sections, publications, the glossary and transparency, in both languages, and where each page
type may stand."""

import datetime
import itertools
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site

from home.models import (
    GlossaryPage,
    HomePage,
    PublicationIndexPage,
    PublicationPage,
    SectionPage,
    StandardPage,
    TransparencyPage,
)
from home.models.glossary_page import collation_key
from home.models.publication_pages import validate_isbn
from sosbca.core.models import GlossaryTerm
from tests import pages
from tests.donations.staff import browser_of, member
from tests.factories import DonationFactory, FundFactory, LedgerEntryFactory
from tests.home.admin_forms import filled
from tests.home.parsing import Document
from tests.home.whole_site import ALL

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> Document:
    response = client.get(path)
    assert response.status_code == 200, path
    return Document(response.content)


@pytest.mark.usefixtures("media")
def test_every_page_type_is_well_built(whole_site: Site, client: Client) -> None:
    """One first heading, headings in order, nothing empty, no style of its own, ids once."""
    for path in ALL:
        html = client.get(path).content.decode()
        page = Document(html)
        (title,) = page.all("h1")
        assert title.text, path
        main = Document(html.partition("<main")[2].partition("</main>")[0])
        headings = [element.tag for element in main.every() if element.tag in {"h2", "h3", "h4"}]
        for before, after in itertools.pairwise(["h1", *headings]):
            assert after[1] <= chr(ord(before[1]) + 1), (path, headings)
        for element in page.every():
            assert "style" not in element.attributes, (path, element)
        for tag in ("h2", "h3", "dt", "dd", "time", "li"):
            assert [element for element in page.all(tag) if not element.text] == [], (path, tag)
        for link in page.all("a"):
            assert link["href"], (path, link)
            assert link.text or link.attributes.get("aria-label"), (path, link)
        ids = [element["id"] for element in page.every() if "id" in element.attributes]
        assert len(ids) == len(set(ids)), path
        named = [element.attributes.get("aria-labelledby") for element in page.every()]
        assert {name for name in named if name} <= set(ids), path


class TestSection:
    @pytest.fixture
    def section(self, site: Site) -> SectionPage:
        return pages.section(site.root_page)

    def test_lists_what_is_below(self, section: SectionPage, client: Client, media: None) -> None:
        child = pages.add(
            section, StandardPage, "Bērns", "berns", introduction="Īsi.", illustration="bird"
        )
        pages.add(section, StandardPage, "Ar bildi", "bilde", picture=pages.picture("Pļava"))
        pages.english(child, "Child", "child", introduction="In short.")
        page = read(client, "/ko-mes-daram/")
        headings = [heading.text for heading in page.all("h3")]
        assert headings == ["Bērns", "Ar bildi"]
        assert "Vārdi." in page.one("main").text
        assert "Īsi." in page.one("main").text
        sources = [image["src"] for image in page.all("img")]
        assert [src for src in sources if "card-book" in src]
        assert [image["alt"] for image in page.all("img") if "picture" in image["src"]] == [
            "Pļava lv"
        ]
        english = read(client, "/en/what-we-do/")
        assert [heading.text for heading in english.all("h3")] == ["Child"]
        assert "In short." in english.one("main").text

    def test_no_drafts_and_nothing_private(self, section: SectionPage, client: Client) -> None:
        pages.add(section, StandardPage, "Melnraksts", "melnraksts", live=False)
        pages.hide(pages.add(section, StandardPage, "Slepena", "slepena"))
        assert read(client, "/ko-mes-daram/").all("h3") == []

    def test_in_the_order_of_the_tree(self, section: SectionPage, client: Client) -> None:
        first = pages.add(section, StandardPage, "A", "a")
        pages.add(section, StandardPage, "B", "b").move(first, pos="left")
        assert [h.text for h in read(client, "/ko-mes-daram/").all("h3")] == ["B", "A"]


class TestPublications:
    @pytest.fixture
    def index(self, site: Site) -> PublicationIndexPage:
        return pages.publications(site.root_page)

    def test_one_in_both_languages(
        self, index: PublicationIndexPage, client: Client, media: None
    ) -> None:
        book = pages.publication(
            index,
            "Austra, mākoņi un mazais putniņš",
            "austra",
            authors="A. Autore",
            publisher="Apgāds",
            audience="Bērniem no 4 gadiem",
            number_of_pages=48,
            isbn="978-3-16-148410-0",
            cover=pages.picture("Vāks", (300, 400)),
            file=pages.document(),
            where_to_get="<p>Rakstiet mums.</p>",
            introduction="Par ģimenēm.",
            body=pages.text("Saturs."),
        )
        pages.english(
            book,
            "Austra, the Clouds and the Little Bird",
            "austra",
            audience="Children from age 4",
            where_to_get="<p>Write to us.</p>",
            body=pages.text("Content."),
        )
        for path, words in (
            ("/izdevumi/austra/", ["2022. gada 30. septembris", "Bērniem no 4", "Rakstiet", "PDF"]),
            (
                "/en/publications/austra/",
                ["Book", "30 September 2022", "Children from age 4", "48 pages", "Write to us."],
            ),
        ):
            page = read(client, path)
            for expected in [*words, "A. Autore", "Apgāds", "48", "978-3-16-148410-0"]:
                assert expected in page.one("main").text, expected
            (link,) = [a for a in page.all("a") if "/documents/" in a["href"]]
            assert client.get(link["href"]).status_code == 200

    def test_narrowed_by_kind(self, index: PublicationIndexPage, client: Client) -> None:
        for number, kind in enumerate(["book", "report", "report"]):
            day = datetime.date(2020 + number, 1, 1)
            pages.publication(index, f"Izdevums {number}", str(number), kind=kind, published_on=day)
        pages.hide(pages.publication(index, "Slepens"))

        def found(query: str) -> list[str]:
            return [heading.text for heading in read(client, f"/izdevumi/{query}").all("h3")]

        assert found("") == ["Izdevums 2", "Izdevums 1", "Izdevums 0"]
        assert found("?kind=report") == ["Izdevums 2", "Izdevums 1"]
        assert found("?kind=brochure") == []
        assert found("?kind=²") == found("?kind=' --") == found("")
        page = read(client, "/izdevumi/?kind=book")
        links = {link["href"]: link for link in page.all("a") if link["href"].startswith("?")}
        assert "2" in links["?kind=report"].text
        assert "aria-current" in page.all("a", href="?")[0].attributes
        assert read(client, "/izdevumi/?kind=brochure").all("div", class_="empty")

    @pytest.mark.parametrize("number", ["978-3-16-148410-0", "9783161484100", "0-306-40615-2"])
    def test_a_valid_isbn(self, number: str) -> None:
        validate_isbn(number)

    @pytest.mark.parametrize("number", ["978-3-16-148410-1", "0-306-40615-3", "12345", "isbn"])
    def test_an_invalid_isbn(self, index: PublicationIndexPage, number: str) -> None:
        page = PublicationPage(
            title="I",
            slug="i",
            kind="book",
            published_on=datetime.date(2022, 1, 1),
            isbn=number,
            locale=index.locale,
        )
        with pytest.raises(ValidationError) as problem:
            page.full_clean(exclude=["path", "depth"])
        assert set(problem.value.message_dict) == {"isbn"}


class TestGlossary:
    def test_in_the_order_of_the_alphabet(self, site: Site, client: Client) -> None:
        pages.glossary(site.root_page)
        latvian, english = read(client, "/vardnica/"), read(client, "/en/glossary/")
        assert [term.text for term in latvian.all("dt")[:4]] == [
            "aizbildnis",
            "audžuģimene",
            "āķis",
            "bāriņtiesa",
        ]
        assert [heading.text for heading in latvian.all("h2")][:3] == ["A", "Ā", "B"]
        assert [term.text for term in english.all("dt")[:4]] == [
            "custody court",
            "foster family",
            "guardian",
            "hook",
        ]
        assert "What a guardian is." in english.one("main").text
        # Each letter leads to its part of the page.
        targets = {element.attributes.get("id") for element in latvian.all("h2")}
        letters = [link["href"] for link in latvian.all("a", class_="tag")]
        assert len(letters) == 3
        assert {href.removeprefix("#") for href in letters} <= targets

    def test_two_terms_of_one_name(self, site: Site, client: Client) -> None:
        pages.add(site.root_page, GlossaryPage, "Vārdnīca", "vardnica")
        for _each in range(2):
            GlossaryTerm.objects.create(
                term_lv="ģimene", term_en="family", definition_lv="D", definition_en="D"
            )
        anchors = [
            element["id"]
            for element in read(client, "/vardnica/").every()
            if "gimene" in element.attributes.get("id", "")
        ]
        assert len(set(anchors)) == 2

    def test_nothing_yet(self, site: Site, client: Client) -> None:
        pages.add(site.root_page, GlossaryPage, "Vārdnīca", "vardnica")
        assert read(client, "/vardnica/").all("div", class_="empty")

    def test_collation(self) -> None:
        words = ["žagata", "zaķis", "čiekurs", "cālis", "dārzs", "Āda", "ada", "ķēde", "kaķis"]
        assert sorted(words, key=collation_key) == [
            "ada",
            "Āda",
            "cālis",
            "čiekurs",
            "dārzs",
            "kaķis",
            "ķēde",
            "zaķis",
            "žagata",
        ]


class TestTransparency:
    @pytest.fixture
    def page(self, site: Site) -> TransparencyPage:
        return pages.transparency(site.root_page)

    def give(self, cents: int, *moment: int, fund: str = "general", **fields: Any) -> None:
        donation = DonationFactory.create(
            attempt__fund=FundFactory.create(code=fund), attempt__amount_cents=abs(cents)
        )
        LedgerEntryFactory.create(
            donation=donation, amount_cents=cents, occurred_at=pages.at(*moment), **fields
        )

    def test_by_year_and_purpose(self, page: TransparencyPage, client: Client) -> None:
        self.give(300_000, 2025, 12, 31, 23, 30)
        self.give(2_050, 2026, 1, 1, 0, 30)
        self.give(1_000, 2026, 6, 1, fund="newborn")
        self.give(-50, 2026, 6, 2, kind="refund")
        self.give(-63, 2026, 6, 2, kind="fee")
        english = read(client, "/en/transparency/")
        assert [caption.text for caption in english.all("caption")] == [
            "2026: 2 gifts",
            "2025: 1 gift",
        ]
        labels = [cell.text for cell in english.all("th", scope="row")]
        sums = [cell.text for cell in english.all("td")]
        assert list(zip(labels, sums, strict=True)) == [
            ("Where it is needed most", "€20.00"),
            ("When a Baby Is Born", "€10.00"),
            ("Total", "€30.00"),
            ("Where it is needed most", "€3,000.00"),
            ("Total", "€3,000.00"),
        ]
        latvian = read(client, "/atklatiba/")
        # The parser makes every space an ordinary one.
        assert "3 000,00 €" in [cell.text for cell in latvian.all("td")]
        assert "Kā tērējam." in latvian.one("main").text

    def test_says_that_figures_of_a_demonstration_are_none(
        self, page: TransparencyPage, client: Client, settings: Any
    ) -> None:
        self.give(1_000, 2026, 6, 1)
        assert "test payments" in read(client, "/en/transparency/").one("main").text
        settings.IS_DEMO = False
        main = read(client, "/en/transparency/").one("main").text
        assert "test payments" not in main
        # Gifts that were none do not count outside a demonstration.
        assert "€" not in main

    def test_nothing_yet(self, page: TransparencyPage, client: Client) -> None:
        found = read(client, "/en/transparency/")
        assert found.all("div", class_="empty")
        assert found.all("table") == []

    def test_reports(self, page: TransparencyPage, client: Client, media: None) -> None:
        index = pages.publications(pages.above(page))
        report = pages.publication(
            index, "Pārskats 2025", "p-2025", kind="report", file=pages.document()
        )
        pages.english(report, "Report 2025", "r-2025")
        pages.publication(index, "Grāmata", "gramata")
        pages.hide(pages.publication(index, "Slepens", "slepens", kind="report"))
        latvian, english = read(client, "/atklatiba/"), read(client, "/en/transparency/")
        assert [heading.text for heading in latvian.all("h3")] == ["Pārskats 2025"]
        assert [heading.text for heading in english.all("h3")] == ["Report 2025"]
        assert [link for link in english.all("a") if "/documents/" in link["href"]]


class TestTree:
    """What may stand where."""

    def test_sections_hold_lists_and_standard_pages(self) -> None:
        for kind in (PublicationIndexPage, GlossaryPage, TransparencyPage, StandardPage):
            assert kind.can_exist_under(SectionPage())
            assert kind.can_exist_under(HomePage())
            assert not kind.can_exist_under(PublicationIndexPage())

    def test_entries_stand_in_their_lists_alone(self) -> None:
        assert PublicationPage.can_exist_under(PublicationIndexPage())
        assert not PublicationPage.can_exist_under(HomePage())
        assert PublicationIndexPage.allowed_subpage_models() == [PublicationPage]
        for kind in (PublicationPage, GlossaryPage, TransparencyPage):
            assert kind.allowed_subpage_models() == []

    def test_home_stands_at_the_top_alone(self) -> None:
        assert HomePage.can_exist_under(Page())
        assert not HomePage.can_exist_under(SectionPage())


SOFT = "Pirmā\x0botrā\x85trešā\x7f"
TIDY = "Pirmā otrā trešā "


def test_control_characters_become_spaces(site: Site) -> None:
    page = StandardPage(title=SOFT, introduction=f"{SOFT}\r\n\tceturtā", slug="pirma")
    site.root_page.add_child(instance=page)
    page.refresh_from_db()
    assert page.title == page.draft_title == TIDY
    assert page.introduction == f"{TIDY}\r\n\tceturtā"


@pytest.mark.parametrize("action", ["action-publish", "action-save"])
def test_the_editor_replaces_control_characters(site: Site, action: str) -> None:
    page = Page.objects.get(slug="par-mums").specific
    editor = browser_of(member("", is_superuser=True))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = filled(editor, address, **{"title": SOFT, "introduction": SOFT, action: "1"})
    assert editor.post(address, data).status_code == 302
    listed = Page.objects.get(pk=page.pk)
    edited = listed.get_latest_revision_as_object()
    assert edited.title == listed.draft_title == TIDY
    assert edited.introduction == TIDY
