"""Every block shows, in both languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.utils.translation import override
from wagtail.models import Page, Site

from home.models import StandardPage
from sosbca.core.blocks import content_blocks
from sosbca.core.blocks.actions import LinkBlock
from sosbca.core.blocks.examples import EXAMPLES
from sosbca.core.links import Counterparts, LinkValue, address_of
from sosbca.core.models import CustomImage
from sosbca.core.patterns.samples import all_blocks
from tests.core.block_samples import make_samples, picture
from tests.home.parsing import Document

# Block → what must show of its example, in each language.
SHOWN: dict[str, tuple[str, str]] = {
    "heading": ("<h2>Kas mēs esam</h2>", "<h2>Who we are</h2>"),
    "text": ("<b>mājas</b>", "<b>home</b>"),
    "notice": ("Ja bērnam draud briesmas</h2>", "Important: </span>If a child"),
    "quote": ("kurš paliek.", "needs one person<br>who stays."),
    "steps": ("<h3>Piesakāties</h3><p>Zvaniet", "<h3>You get in touch</h3><p>Call"),
    "timeline": ("2022. gada 21. jūnijs</time>", "21 June 2022</time>"),
    "accordion": ("<summary>Cik ilgas", "<summary>How long"),
    "glossary": ("<dt>audžuģimene 1</dt><dd>Ģimene", "<dt>foster family 1</dt><dd>A family"),
    "picture": ("<figcaption>Mūsu māja", "<figcaption>Our house"),
    "gallery": ("<figcaption>Vasaras skola", "<figcaption>Summer school"),
    "video": ("Kā kļūt par audžuģimeni</span>", "The film opens on YouTube"),
    "documents": ("Gada pārskats", "Gada pārskats"),
    "facts": ("<dd>5\N{NO-BREAK SPACE}260</dd>", "<dd>5,260</dd>"),
    "figures": ("<dt>valstis</dt><dd>135</dd>", "<dt>countries</dt><dd>135</dd>"),
    "chart": (">7,5</text>", ">7.5</text>"),
    "table": ('<th scope="row">2025</th><td>12</td>', '<th scope="row">2025</th><td>12</td>'),
    "people": ('<p class="role">vadītāja</p>', '<p class="role">head</p>'),
    "testimonial": ("<p>Kļuvām stiprāki.</p>", "<p>We grew stronger.</p>"),
    "partners": (">Biedrība 1</a>", ">Association 1</a>"),
    "cards": ("Atbalsts ģimenēm</a>", "Support for families</a>"),
    "page_list": (">Par mums</a>", ">About us</a>"),
    "buttons": (">Pieteikties</a>", ">Get in touch</a>"),
    "call_to_action": (">Pieteikties</a>", ">Get in touch</a>"),
    "donation_form": ('name="amount"', 'name="amount"'),
    # Lists of news and projects stay silent until there are some.
    "news_list": ("", ""),
    "project_list": ("", ""),
}


def stored(name: str, language: str = "lv") -> Any:
    return EXAMPLES[name](make_samples(language))


@pytest.fixture(autouse=True)
def _media(tmp_path: Path) -> Iterator[None]:
    storage = CustomImage._meta.get_field("file").storage
    before, storage.location = storage.location, str(tmp_path)  # type: ignore[attr-defined]
    yield
    storage.location = before  # type: ignore[attr-defined]


def render(name: str, value: Any, language: str = "lv") -> str:
    request = RequestFactory().get("/")
    block = all_blocks()[name]
    with override(language):
        return str(block.render(block.to_python(value), context={"request": request}))


def test_every_block_has_an_example() -> None:
    assert set(all_blocks()) == set(EXAMPLES) == set(SHOWN)
    assert set(dict(content_blocks())) <= set(EXAMPLES)


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_block_shows(site: Site, name: str, language: str) -> None:
    html = render(name, stored(name, language), language)
    html = "".join(line.strip() for line in html.splitlines())
    assert SHOWN[name][language == "en"] in html
    page = Document(html)
    assert not [image for image in page.all("img") if "alt" not in image.attributes]
    assert not [anchor for anchor in page.all("a") if not anchor["href"] or not anchor.text]
    assert not page.all("h1")
    # The visitors' policy refuses styles in line.
    assert "style=" not in html


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_block_tells_the_editor_what_it_is(name: str) -> None:
    block = all_blocks()[name]
    assert str(block.label)  # type: ignore[attr-defined]
    assert block.meta.template == f"blocks/{name}.html"  # type: ignore[attr-defined]
    assert block.meta.group
    assert block.get_description()


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_may_be_saved(site: Site, name: str) -> None:
    """What shows here is what the admin lets through."""
    block = all_blocks()[name]
    block.clean(block.to_python(stored(name)))


class TestPicture:
    @pytest.mark.parametrize(
        ("language", "alt"), [("lv", "Māja mākoņos"), ("en", "A house in the clouds")]
    )
    def test_markup(self, site: Site, language: str, alt: str) -> None:
        page = Document(render("picture", {"image": picture(2000).pk, "caption": ""}, language))
        image = page.one("img")
        assert image["alt"] == alt
        assert image["loading"] == "lazy"
        assert int(image["width"]) == 2 * int(image["height"])
        assert [source["type"] for source in page.all("source")] == ["image/avif", "image/webp"]
        for element in (image, *page.all("source")):
            assert [part.split()[1] for part in element["srcset"].split(", ")] == [
                "480w",
                "960w",
                "1440w",
            ]
            assert element["sizes"]
        assert not page.all("figcaption")

    def test_credit_and_silence(self, site: Site) -> None:
        value = {"image": picture(is_decorative=True, credit="Anna <b>").pk, "caption": ""}
        html = render("picture", value)
        assert Document(html).one("img")["alt"] == ""
        assert "Anna &lt;b&gt;" in html


class TestLink:
    block = LinkBlock()

    @pytest.mark.parametrize(
        ("page", "address", "valid"),
        [
            (True, "", True),
            (False, "https://www.example.org/", True),
            (False, "", False),
            (True, "https://www.example.org/", False),
            (False, "javascript:alert(1)", False),
        ],
    )
    def test_either_a_page_or_an_address(
        self, site: Site, page: bool, address: str, valid: bool
    ) -> None:
        chosen = site.root_page if page else None
        value = self.block.to_python(
            {"label": "x", "page": chosen and chosen.pk, "address": address}
        )
        if valid:
            assert self.block.clean(value).url
        else:
            with pytest.raises(ValidationError):
                self.block.clean(value)

    def url(self, slug: str, language: str) -> str:
        page = Page.objects.get(slug=slug)
        with override(language):
            value = self.block.to_python({"label": "x", "page": page.pk, "address": ""})
            assert isinstance(value, LinkValue)
            return value.url

    def test_stays_within_the_language(self, site: Site) -> None:
        assert self.url("par-mums", "lv") == "/par-mums/"
        assert self.url("par-mums", "en") == "/en/about-us/"
        assert self.url("about-us", "lv") == "/par-mums/"

    def test_without_a_published_counterpart_leads_to_the_page_itself(self, site: Site) -> None:
        Page.objects.get(slug="about-us").unpublish()
        assert self.url("par-mums", "en") == "/par-mums/"

    def test_leads_nowhere_when_nothing_is_published(self, site: Site, client: Client) -> None:
        samples = make_samples()
        values = {name: EXAMPLES[name](samples) for name in ("cards", "call_to_action")}
        Page.objects.update(live=False)
        assert self.url("par-mums", "lv") == ""
        for name, value in values.items():
            html = render(name, value)
            assert "<h" in html
            assert "<a " not in html

    def test_of_a_deleted_page(self, site: Site) -> None:
        samples = make_samples()
        action, form = (EXAMPLES[name](samples) for name in ("call_to_action", "donation_form"))
        Page.objects.get(slug="par-mums").delete()
        assert "<a " not in render("call_to_action", action)
        Page.objects.get(slug="ziedot").delete()
        assert "<form" not in render("donation_form", form)

    def test_in_rich_text(self, site: Site) -> None:
        page = Page.objects.get(slug="par-mums")
        text = f'<p><a linktype="page" id="{page.pk}">x</a><a linktype="page" id="999">y</a></p>'
        assert '<a href="/par-mums/">x</a><a>y</a>' in render("text", text)
        assert '<a href="/en/about-us/">x</a>' in render("text", text, "en")
        page.unpublish()
        assert "<a>x</a>" in render("text", text)

    def test_pages_that_were_announced_are_looked_up_together(
        self, site: Site, django_assert_num_queries: Any
    ) -> None:
        pages = list(Page.objects.filter(depth__gte=2))
        for page in pages:
            page.get_url()
        found = Counterparts()
        found.announce([*pages, None])
        # Which pages they are, and their rows.
        with django_assert_num_queries(2):
            assert len({address_of(page, found) for page in pages}) == 3


def test_the_donate_button_of_a_call_to_action(site: Site, client: Client) -> None:
    """Only the way to the donation page wears the accent."""
    about = StandardPage.objects.get(slug="par-mums")
    donate = Page.objects.get(slug="ziedot")
    about.body = [
        ("call_to_action", {"heading": "A", "link": {"label": "Ziedot tagad", "page": donate}}),
        ("call_to_action", {"heading": "B", "link": {"label": "Lasīt", "page": about}}),
    ]
    about.save()
    page = Document(client.get("/par-mums/").content)
    classes = {anchor.text: anchor["class"] for anchor in page.all("a", class_="button")}
    assert "donate" in classes["Ziedot tagad"]
    assert "donate" not in classes["Lasīt"]
