"""What editors may and may not enter into blocks, and what is shown of it."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override
from wagtail import blocks
from wagtail.models import Page, PageViewRestriction, Site
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import StreamFieldSegmentExtractor

from home.models import StandardPage
from sosbca.core.blocks.examples import EXAMPLES, Samples
from sosbca.core.models import CustomImage
from sosbca.core.patterns.samples import all_blocks
from tests.core.block_samples import document, fact, make_samples, partner, person, picture
from tests.home.parsing import Document


@pytest.fixture(autouse=True)
def _media(tmp_path: Path) -> Iterator[None]:
    storage = CustomImage._meta.get_field("file").storage
    before, storage.location = storage.location, str(tmp_path)  # type: ignore[attr-defined]
    yield
    storage.location = before  # type: ignore[attr-defined]


def render(name: str, value: Any, language: str = "lv") -> Document:
    block = all_blocks()[name]
    with override(language):
        context = {"request": RequestFactory().get("/")}
        return Document(str(block.render(block.to_python(value), context=context)))


def problems(name: str, value: Any) -> set[str]:
    """The fields that the admin complains about."""
    block = all_blocks()[name]
    try:
        block.clean(block.to_python(value))
    except ValidationError as error:
        return set(error.block_errors)  # type: ignore[attr-defined]
    return set()


@pytest.mark.django_db
class TestFilm:
    def film(self, **fields: Any) -> dict[str, Any]:
        nothing = {"address": "", "file": None, "captions": None, "transcript": ""}
        poster = picture().pk
        return {"title": "Filma", "poster": poster, **nothing, "explanation": "", **fields}

    def test_elsewhere(self) -> None:
        page = render("video", self.film(address="https://youtu.be/abc"))
        assert page.one("a", class_="poster")["href"] == "https://youtu.be/abc"
        assert "YouTube" in page.one("p", class_="hint").text
        assert not page.all("iframe")
        assert not page.all("video")

    def test_of_our_own(self) -> None:
        files = {"file": document("film.mp4").pk, "captions": document("film.vtt").pk}
        page = render("video", self.film(**files, transcript="<p>Anna runā.</p>"))
        assert page.one("video")["preload"] == "none"
        assert page.one("source")["src"].endswith(".mp4")
        assert page.one("track")["srclang"] == "lv"
        assert "Anna runā." in page.one("details").text

    def test_rules(self) -> None:
        film, captions, report = (document(name).pk for name in ("a.mp4", "a.vtt", "a.pdf"))
        told = {"captions": captions, "transcript": "<p>Anna runā.</p>"}
        assert problems("video", self.film(file=film, **told)) == set()
        assert problems("video", self.film(file=film, explanation="Neviens nerunā.")) == set()
        assert problems("video", self.film(address="https://vimeo.com/76979871")) == set()
        assert problems("video", self.film()) == {"address"}
        both = self.film(file=film, address="https://youtu.be/abc", **told)
        assert problems("video", both) == {"address"}
        assert problems("video", self.film(address="https://example.org/film")) == {"address"}
        assert problems("video", self.film(file=report, **told)) == {"file"}
        assert problems("video", self.film(file=film)) == {"explanation"}
        assert problems("video", self.film(file=film, captions=captions)) == {"explanation"}
        wrong = self.film(file=film, **told | {"captions": report})
        assert problems("video", wrong) == {"captions"}


@pytest.mark.parametrize(
    ("date", "when", "valid"),
    [("2022-06-21", "", True), (None, "1996", True), (None, "", False), ("2022-06-21", "x", False)],
)
def test_an_entry_of_a_timeline_has_a_day_or_a_period(date: Any, when: str, valid: bool) -> None:
    entry = {"date": date, "when": when, "title": "Kaut kas", "text": "", "image": None}
    block = all_blocks()["timeline"].child_blocks["items"].child_block  # type: ignore[attr-defined]
    value = block.to_python(entry)
    if valid:
        block.clean(value)
    else:
        with pytest.raises(ValidationError):
            block.clean(value)


@pytest.mark.django_db
class TestPicturesOfChildren:
    """A child's picture is shown only as long as the consent holds, in whichever block."""

    @pytest.mark.parametrize("days", [-1, 0])
    def test_consent(self, site: Site, days: int) -> None:
        until = timezone.localdate() + datetime.timedelta(days=days)
        image = picture(shows_children=True, consent_reference="1", consent_until=until)
        anna = person(photo=image)
        values = {
            "picture": {"image": image.pk, "caption": "Paraksts"},
            "gallery": {"heading": "", "items": [{"image": image.pk, "caption": ""}] * 2},
            "people": {"heading": "", "people": [anna.pk]},
            "timeline": {
                "heading": "",
                "items": [
                    {"date": None, "when": "1996", "title": "a", "text": "", "image": image.pk}
                ],
            },
        }
        for name, value in values.items():
            page = render(name, value)
            sources = [element["src"] for element in page.all("img")]
            shown = [source for source in sources if "house" in source]
            assert bool(shown) == (days >= 0), name


@pytest.mark.django_db
class TestSnippets:
    def test_what_was_deleted_is_left_out(self) -> None:
        anna, other = person(1), person(2)
        value = {"heading": "", "people": [anna.pk, other.pk]}
        anna.delete()
        assert [name.text for name in render("people", value).all("p", class_="name")] == ["Anna 2"]
        for block, field in (("facts", "facts"), ("partners", "partners"), ("glossary", "terms")):
            page = render(block, {"heading": "", field: [999]})
            assert not [*page.all("dd"), *page.all("li")]
        assert not render("testimonial", {"testimonial": 999}).all("blockquote")

    def test_the_same_person_twice(self) -> None:
        anna = person(1)
        value = {"heading": "", "people": [anna.pk, anna.pk]}
        assert len(render("people", value).all("p", class_="name")) == 2

    def test_an_old_figure_is_shown_with_its_date(self) -> None:
        old = fact(
            as_of=datetime.date(2010, 1, 1),
            valid_until=datetime.date(2011, 1, 1),
            source_url="https://example.org/2010",
        )
        page = render("facts", {"heading": "", "facts": [old.pk]}, "en")
        assert page.one("dd").text == "5,260"
        assert "As of 1 January 2010" in page.one("span", class_="as-of").text
        assert page.one("a")["href"] == "https://example.org/2010"

    def test_a_logo_has_the_partner_s_name(self) -> None:
        logo = partner(logo=picture(), website="https://www.example.org/")
        page = render("partners", {"heading": "", "partners": [logo.pk]}, "en")
        assert page.one("img")["alt"] == "Association 1"


class TestPageList:
    def value(self, *slugs: str) -> dict[str, Any]:
        keys = [Page.objects.get(slug=slug).pk for slug in slugs]
        return {"heading": "", "pages": [{"page": key} for key in keys]}

    def titles(self, value: Any, language: str) -> list[str]:
        return [link.text for link in render("page_list", value, language).all("a")]

    def test_in_the_reader_s_language(self, site: Site) -> None:
        StandardPage.objects.filter(slug="about-us").update(introduction="Who we are.")
        value = self.value("par-mums", "ziedot")
        assert self.titles(value, "lv") == ["Par mums", "Ziedot"]
        assert self.titles(value, "en") == ["About us", "Donate"]
        assert "Who we are." in [
            paragraph.text for paragraph in render("page_list", value, "en").all("p")
        ]

    def test_what_is_not_for_everybody_is_left_out(self, site: Site) -> None:
        value = self.value("par-mums", "ziedot")
        page = Page.objects.get(slug="par-mums")
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        assert self.titles(value, "lv") == ["Ziedot"]
        Page.objects.filter(slug__in=["ziedot", "donate"]).update(live=False)
        assert self.titles(value, "lv") == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_word_of_a_block_can_be_translated(site: Site, name: str) -> None:
    """What an example says in other words in English reaches the translator."""
    latvian = make_samples()
    stored = EXAMPLES[name](latvian)
    english = EXAMPLES[name](Samples("en", latvian.keys))
    field = StandardPage._meta.get_field("body")
    body = field.to_python([{"type": name, "value": stored, "id": "a"}])
    # As it comes back from the database: with an id for every item of a list.
    body = field.to_python([child.get_prep_value() for child in body])
    segments = StreamFieldSegmentExtractor(field).handle_stream_block(body)
    offered = "".join(_plain(segment.string.data) for segment in segments if _has_words(segment))
    for words in _differing(stored, english):
        assert _plain(words) in offered


def _has_words(segment: Any) -> bool:
    return isinstance(segment, StringSegmentValue)


def _plain(text: str) -> str:
    """Without markup and spaces, which the translator's tool changes."""
    return re.sub(r"<[^>]*>|\s", "", text)


def _differing(one: Any, other: Any) -> Iterator[str]:
    """The texts of one example that the other has in other words."""
    if isinstance(one, dict):
        for key, value in one.items():
            yield from _differing(value, other[key])
    elif isinstance(one, list):
        for value, counterpart in zip(one, other, strict=True):
            yield from _differing(value, counterpart)
    elif isinstance(one, str) and one != other:
        yield one


def _inside(block: blocks.Block) -> Iterator[blocks.Block]:
    yield block
    children = getattr(block, "child_blocks", {}).values()
    for child in [*children, getattr(block, "child_block", None)]:
        if child is not None:
            yield from _inside(child)


def test_choices_are_not_searched() -> None:
    """A drawing’s name or a kind of chart says nothing of the page."""
    choices = {
        f"{name}: {getattr(block, 'name', '')}": block
        for name, outer in all_blocks().items()
        for block in _inside(outer)
        if isinstance(block, blocks.ChoiceBlock)
    }
    assert "cards: illustration" in choices
    assert [name for name, block in choices.items() if block.search_index] == []
    cards: Any = all_blocks()["cards"]
    card = cards.child_blocks["items"].child_block
    value = card.to_python({"heading": "Lasīt", "illustration": "house"})
    assert "Lasīt" in card.get_searchable_content(value)
    assert not {"house", "House"} & set(card.get_searchable_content(value))
