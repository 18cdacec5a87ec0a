"""Every block shows, in both languages."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.test import Client, RequestFactory
from django.utils.translation import override
from PIL import Image as PillowImage
from wagtail import blocks
from wagtail.models import Page, Site

from home.models import HomePage, StandardPage
from sosbca.core.blocks import content_blocks
from sosbca.core.blocks.actions import LinkBlock
from sosbca.core.links import Counterparts, LinkValue, address_of
from sosbca.core.models import CustomDocument, CustomImage
from tests.home.parsing import Document

HEADING = {"heading": "Virsraksts"}


def link(words: str = "Lasīt vairāk") -> dict[str, Any]:
    return {"label": words, "page": Page.objects.get(slug="par-mums").pk, "address": ""}


def picture(**fields: Any) -> CustomImage:
    data = BytesIO()
    PillowImage.new("RGB", (2000, 1000), "skyblue").save(data, "JPEG")
    words = {"alternative_text_lv": "Māja mākoņos", "alternative_text_en": "A house in the clouds"}
    file = ImageFile(BytesIO(data.getvalue()), name="house.jpg")
    image = CustomImage(title="house", file=file, **words | fields)
    image.save()
    return image


def document() -> CustomDocument:
    made = CustomDocument(title="Gada pārskats", file=ContentFile(b"%PDF" * 600, name="2025.pdf"))
    made.file_size = 2400
    made.save()
    return made


# Block → a value as it is stored, and something that must show.
EXAMPLES: dict[str, tuple[Callable[[], Any], str]] = {
    "heading": (lambda: "Kas mēs esam", "<h2>Kas mēs esam</h2>"),
    "text": (lambda: "<p>Teksts <b>treknā</b></p>", "<p>Teksts <b>treknā</b></p>"),
    "picture": (lambda: {"image": picture(credit="Anna").pk, "caption": "Mūsu māja"}, "Mūsu māja"),
    "quote": (
        lambda: {"text": "Bērnam vajag\nmājas.", "author": "Anna", "role": "audžumamma"},
        "Bērnam vajag<br>mājas.",
    ),
    "figures": (
        lambda: {
            **HEADING,
            "items": [{"figure": "30", "label": "vietas"}, {"figure": "135", "label": "valstis"}],
            "source": "Pārskats",
        },
        "<dt>valstis</dt><dd>135</dd>",
    ),
    "steps": (
        lambda: {"items": [{"title": "Pieteikties", "text": "Zvaniet."}, {"title": "Mācīties"}]},
        "<h3>Pieteikties</h3><p>Zvaniet.</p>",
    ),
    "accordion": (
        lambda: {"items": [{"question": "Cik ilgi?", "answer": "<p>Gadu.</p>"}]},
        "<summary>Cik ilgi?",
    ),
    "table": (
        lambda: {
            "data": [["Gads", "Bērni"], ["2025", "<b>12</b>"]],
            "first_row_is_table_header": True,
            "first_col_is_header": True,
            "table_caption": "Bērni pa gadiem",
            "cell": [],
        },
        '<th scope="row">2025</th><td>&lt;b&gt;12&lt;/b&gt;</td>',
    ),
    "documents": (lambda: {**HEADING, "documents": [document().pk]}, "Gada pārskats"),
    "cards": (
        lambda: {
            **HEADING,
            "items": [
                {**HEADING, "text": "Vārdi", "link": link(), "illustration": "bird"},
                {**HEADING, "text": "", "link": link(), "illustration": "house"},
            ],
        },
        "<p>Vārdi</p>",
    ),
    "call_to_action": (lambda: {**HEADING, "text": "Nāc", "link": link("Nāc!")}, ">Nāc!</a>"),
    "donation_form": (
        lambda: {**HEADING, "text": "Teksts", "page": Page.objects.get(slug="ziedot").pk},
        'name="amount"',
    ),
}


@pytest.fixture(autouse=True)
def _media(tmp_path: Path) -> Iterator[None]:
    storage = CustomImage._meta.get_field("file").storage
    before, storage.location = storage.location, str(tmp_path)  # type: ignore[attr-defined]
    yield
    storage.location = before  # type: ignore[attr-defined]


def all_blocks() -> dict[str, blocks.Block]:
    """The blocks of the site's pages, by name."""
    fields = [page._meta.get_field("body") for page in (HomePage, StandardPage)]
    found = [block for field in fields for block in field.stream_block.child_blocks.items()]
    return dict(found) | dict(content_blocks())


def render(name: str, value: Any, language: str = "lv") -> str:
    request = RequestFactory().get("/")
    block = all_blocks()[name]
    with override(language):
        return str(block.render(block.to_python(value), context={"request": request}))


def test_every_block_has_an_example() -> None:
    assert set(all_blocks()) == set(EXAMPLES)


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_block_shows(site: Site, name: str, language: str) -> None:
    make, expected = EXAMPLES[name]
    html = "".join(line.strip() for line in render(name, make(), language).splitlines())
    assert expected in html
    page = Document(html)
    assert not [image for image in page.all("img") if "alt" not in image.attributes]
    assert not [anchor for anchor in page.all("a") if not anchor["href"] or not anchor.text]
    assert not page.all("h1")


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_block_has_a_label_an_icon_and_a_template_of_its_own(name: str) -> None:
    block = all_blocks()[name]
    assert str(block.label)  # type: ignore[attr-defined]
    assert block.meta.template == f"blocks/{name}.html"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_may_be_saved(site: Site, name: str) -> None:
    """What shows here is what the admin lets through."""
    block = all_blocks()[name]
    block.clean(block.to_python(EXAMPLES[name][0]()))


class TestPicture:
    @pytest.mark.parametrize(
        ("language", "alt"), [("lv", "Māja mākoņos"), ("en", "A house in the clouds")]
    )
    def test_markup(self, site: Site, language: str, alt: str) -> None:
        page = Document(render("picture", {"image": picture().pk, "caption": ""}, language))
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
        Page.objects.filter(slug__in=["par-mums", "about-us"]).update(live=False)
        assert self.url("par-mums", "lv") == ""
        for name in ("cards", "call_to_action"):
            html = render(name, EXAMPLES[name][0]())
            assert "Virsraksts" in html
            assert "<a " not in html

    def test_of_a_deleted_page(self, site: Site) -> None:
        value = EXAMPLES["call_to_action"][0]()
        Page.objects.get(slug="par-mums").delete()
        assert "<a " not in render("call_to_action", value)
        form = EXAMPLES["donation_form"][0]()
        Page.objects.get(slug="ziedot").delete()
        assert "<form" not in render("donation_form", form)

    def test_in_rich_text(self, site: Site) -> None:
        page = Page.objects.get(slug="par-mums")
        text = f'<p><a linktype="page" id="{page.pk}">x</a><a linktype="page" id="999">y</a></p>'
        assert '<a href="/par-mums/">x</a><a>y</a>' in render("text", text)
        assert '<a href="/en/about-us/">x</a>' in render("text", text, "en")
        page.unpublish()
        assert "<a>x</a>" in render("text", text)

    def test_pages_that_were_announced_share_one_query(
        self, site: Site, django_assert_num_queries: Any
    ) -> None:
        pages = list(Page.objects.filter(depth__gte=2))
        for page in pages:
            page.get_url()
        found = Counterparts()
        found.announce([*pages, None])
        with django_assert_num_queries(1):
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
