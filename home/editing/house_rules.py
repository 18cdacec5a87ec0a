"""What the house asks of texts, beside what the editor's own checker finds. Advice, no refusal.

The checks look at the content as it was written, so they also find what a preview hides.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import gettext as _
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.rich_text import RichText

# Link texts that say nothing to somebody who hears the links of a page one after another.
VAGUE = {
    "here", "click here", "more", "read more", "learn more", "link", "this", "this link",
    "this page", "see here", "see more",
    "šeit", "spied šeit", "spiediet šeit", "klikšķini šeit", "klikšķiniet šeit", "te", "vairāk",
    "lasīt vairāk", "lasi vairāk", "lasiet vairāk", "uzzināt vairāk", "uzzini vairāk", "saite",
    "šī saite", "šo saiti", "skatīt", "skatīt šeit", "skaties šeit",
}  # fmt: skip
BARE_ADDRESS = re.compile(r"^(https?://|www\.)\S+$", re.IGNORECASE)
# Words. Beyond it most readers have to start a sentence again.
LONGEST_SENTENCE = 35
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[A-ZĀČĒĢĪĶĻŅŠŪŽ„“\"])")
BLOCK_TAGS = {"p", "li", "h2", "h3", "h4", "h5", "h6", "td", "th", "blockquote"}


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to mend: the rule's name, where it is, and what to do, in the editor's language."""

    rule: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


def check(page: Page) -> list[Advice]:
    """What could be better on this page, in reading order. Pictures cost one query in all."""
    reading = _Reading()
    for model_field in page._meta.get_fields():
        if isinstance(model_field, StreamField | RichTextField):
            reading.field(model_field, getattr(page, model_field.name))
    if isinstance(page, ClusterableModel):
        for relation in get_all_child_relations(page):
            rows: Any = getattr(page, relation.get_accessor_name() or "")
            for row in rows.all():
                for model_field in row._meta.get_fields():
                    if isinstance(model_field, StreamField | RichTextField):
                        reading.field(model_field, getattr(row, model_field.name), starts_at=3)
    introduction = getattr(page, "introduction", "")
    if introduction:
        reading.sentences(introduction, _("introduction"))
    if not page.search_description and not introduction:
        reading.advise("summary", "", _("Add an introduction: lists and search engines show it."))
    return [*dict.fromkeys(reading.found)]


class _Reading:
    """Goes through a page from top to bottom and remembers the level of headings."""

    def __init__(self) -> None:
        self.found: list[Advice] = []
        self.level = 1

    def advise(self, rule: str, where: str, text: str) -> None:
        self.found.append(Advice(rule, where, text))

    def field(self, model_field: Any, value: Any, starts_at: int = 2) -> None:
        # Fields stand under headings that the template gives them.
        where = str(model_field.verbose_name)
        if isinstance(model_field, StreamField):
            self.level = 1
            self.block(value.stream_block, value, where)
        elif value:
            self.level = starts_at
            self.rich_text(value, where)

    def block(self, block: blocks.Block, value: Any, where: str) -> None:
        match block:
            case blocks.StreamBlock():
                for child in value:
                    self.block(child.block, child.value, _name(child.block))
            case blocks.ListBlock():
                for item in value:
                    self.block(block.child_block, item, where)
            case blocks.StructBlock():
                self._struct(block, value, where)
            case _:
                self._leaf(block, value, where)

    def _struct(self, block: Any, value: Any, where: str) -> None:
        if "heading" in block.child_blocks and value.get("heading"):
            self.level = 2
        if {"file", "captions"} <= block.child_blocks.keys():
            self._film(value, where)
        if {"label", "page", "address"} <= block.child_blocks.keys():
            self.link(value.get("label") or "", where)
        for name, child in block.child_blocks.items():
            self.block(child, value.get(name), where)

    def _leaf(self, block: blocks.Block, value: Any, where: str) -> None:
        if value is None or value == "":
            return
        if isinstance(value, RichText):
            self.rich_text(value.source, where)
        elif isinstance(value, get_image_model()):
            self._picture(value, where)
        elif isinstance(value, dict) and "data" in value:
            self._table(value, where)
        elif type(block).__name__ == "HeadingBlock":
            self.level = 2
        elif isinstance(block, blocks.TextBlock) and isinstance(value, str):
            self.sentences(value, where)

    def rich_text(self, html: str, where: str) -> None:
        text = _Text()
        text.feed(html)
        text.close()
        for tag, words in text.parts:
            if tag.startswith("h"):
                self._heading(int(tag[1]), words, where)
            elif tag == "a":
                self.link(words, where)
            else:
                self.sentences(words, where)

    def _heading(self, level: int, words: str, where: str) -> None:
        if not words:
            self.advise("heading", where, _("A heading is empty: delete it."))
            return
        if level > self.level + 1:
            text = _("The heading “%(heading)s” skips a level. Put a heading block above it.")
            self.advise("heading", where, text % {"heading": words})
        self.level = level

    def link(self, words: str, where: str) -> None:
        plain = words.strip(" .:!»«„”“\"'→>").lower()
        if plain in VAGUE:
            text = _("The link “%(words)s” says nothing by itself. Name what it leads to.")
            self.advise("link", where, text % {"words": words})
        elif BARE_ADDRESS.match(words):
            text = _("The link shows an address, “%(words)s”. Name what it leads to.")
            self.advise("link", where, text % {"words": words})

    def sentences(self, words: str, where: str) -> None:
        for sentence in SENTENCE_END.split(" ".join(words.split())):
            length = len(sentence.split())
            if length > LONGEST_SENTENCE:
                text = _("A sentence of %(number)d words, “%(words)s…”. Make two of it.")
                start = " ".join(sentence.split()[:6])
                self.advise("sentence", where, text % {"number": length, "words": start})

    def _picture(self, picture: Any, where: str) -> None:
        described = picture.alternative_text_lv.strip() and picture.alternative_text_en.strip()
        if not picture.is_decorative and not described:
            text = _("The picture “%(title)s” is not described in both languages.")
            self.advise("picture", where, text % {"title": picture.title})

    def _film(self, value: Any, where: str) -> None:
        if value.get("file") and not value.get("captions"):
            text = _("The film has no captions: who can’t hear it misses what is said.")
            self.advise("film", where, text)

    def _table(self, value: dict[str, Any], where: str) -> None:
        if not any(any(row) for row in value.get("data") or []):
            return
        if not value.get("first_row_is_table_header") and not value.get("first_col_is_header"):
            text = _("The table has no headings: choose the first row or column as headings.")
            self.advise("table", where, text)
        if not (value.get("table_caption") or "").strip():
            self.advise("table", where, _("The table has no caption that says what it shows."))


def _name(block: Any) -> str:
    return str(block.label or block.name)


@dataclass
class _Text(HTMLParser):
    """Headings, links and paragraphs of rich text, each with its words."""

    parts: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" or tag in BLOCK_TAGS:
            self._open.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            name, words = self._open.pop()
            self.parts.append((name, " ".join("".join(words).split())))

    def handle_data(self, data: str) -> None:
        for _tag, words in self._open:
            words.append(data)
