"""Markdown to the HTML that Wagtail keeps as rich text, and its outline."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Protocol

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .nodes import Text
from .problems import Place, Problems

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")

# What the opening tokens become, and the feature that an editor's field must offer for it.
BLOCKS = {
    "paragraph_open": ("p", ""),
    "bullet_list_open": ("ul", "ul"),
    "ordered_list_open": ("ol", "ol"),
    "list_item_open": ("li", ""),
}
INLINE = {"strong_open": ("b", "bold"), "em_open": ("i", "italic")}
FEATURES = {
    "ul": "lists",
    "ol": "numbered lists",
    "bold": "bold words",
    "italic": "italic words",
    "link": "links",
    "document-link": "links to documents",
    "h2": "headings with ##",
    "h3": "headings with ###",
    "h4": "headings with ####",
    "h5": "headings with #####",
    "h6": "headings with ######",
}
REFUSED = {
    "code_inline": "Words between ` are for programs. Leave the ` out, or write \\`.",
    "code_block": "These lines are indented by four spaces, which means program text. Indent less.",
    "fence": "Program text has no place here. For a block write ::: and its name.",
    "hr": "A line across has no place here. Use a heading.",
    "html_block": "HTML is not understood here. Write Markdown.",
    "html_inline": "HTML is not understood here. Write Markdown, or \\< for the sign.",
    "image": "A picture stands in a paragraph of its own, in the page's text.",
    "blockquote_open": "A quotation stands in the page's text, as a block of its own.",
    "table_open": "A table stands in the page's text, as a block of its own.",
    "heading_open": "This kind of heading",
}
ELSEWHERE = ("https://", "http://", "mailto:", "tel:", "#")


class Links(Protocol):
    """Turns the address of a link into the attributes of `<a>`."""

    def attributes(self, href: str, place: Place) -> dict[str, str]:
        """Empty, with a problem reported, when it leads nowhere."""


@dataclass(frozen=True)
class Part:
    """One thing in the outline of a text, to be compared with the other language's."""

    kind: str
    place: Place
    links: int = 0


@dataclass
class Renderer:
    """Renders one text. `features` are those of the field; None allows everything."""

    links: Links
    problems: Problems
    features: frozenset[str] | None = None
    place: Place = field(default=Place(""))

    def html(self, source: Text) -> str:
        parts: list[str] = []
        for token in PARSER.parse(source.text):
            if token.map:
                self.place = source.at(token.map[0])
            parts.append(self.block(token))
        return "".join(parts)

    def block(self, token: Token) -> str:
        if token.type == "inline":
            return self.inline(token.children or [])
        opening = token.type.replace("_close", "_open")
        if opening in BLOCKS:
            tag, feature = BLOCKS[opening]
            if token.hidden:
                return ""
            if token.nesting > 0:
                self.require(feature)
            return f"<{tag}>" if token.nesting > 0 else f"</{tag}>"
        if opening == "heading_open":
            if token.nesting > 0:
                self.require(token.tag)
            return f"<{token.tag}>" if token.nesting > 0 else f"</{token.tag}>"
        if token.nesting >= 0 and (message := REFUSED.get(token.type)):
            self.problems.add(self.place, message)
        return ""

    def inline(self, tokens: list[Token]) -> str:
        return "".join(self.word(token) for token in tokens)

    def word(self, token: Token) -> str:
        match token.type:
            case "text" | "text_special":
                return escape(token.content, quote=False)
            case "softbreak":
                self.next_line()
                return " "
            case "hardbreak":
                self.next_line()
                return "<br/>"
            case "link_open":
                return self.link(str(token.attrs.get("href", "")))
            case "link_close":
                return "</a>"
        opening = token.type.replace("_close", "_open")
        if opening in INLINE:
            tag, feature = INLINE[opening]
            if token.nesting > 0:
                self.require(feature)
            return f"<{tag}>" if token.nesting > 0 else f"</{tag}>"
        self.problems.add(
            self.place, REFUSED.get(token.type, f"“{token.markup}” is not understood.")
        )
        return ""

    def next_line(self) -> None:
        self.place = Place(self.place.file, self.place.line + 1)

    def link(self, href: str) -> str:
        self.require("document-link" if href.startswith("document:") else "link")
        attributes = self.links.attributes(href, self.place)
        written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        return f"<a{written}>"

    def require(self, feature: str) -> None:
        if feature and self.features is not None and feature not in self.features:
            what = FEATURES.get(feature, feature)
            self.problems.add(self.place, f"This text can’t hold {what}.")


def outline(source: Text) -> list[Part]:
    """What the text consists of: paragraphs, headings and list items, with their links."""
    return list(_outline(source))


def _outline(source: Text) -> Iterator[Part]:
    depth: list[str] = []
    heading, place = "", source.at(0)
    for token in PARSER.parse(source.text):
        if token.map:
            place = source.at(token.map[0])
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                depth.append("list" if token.tag == "ul" else "numbered list")
                yield Part(f"a {depth[-1]}", place)
            case "bullet_list_close" | "ordered_list_close":
                yield Part(f"the end of a {depth.pop()}", place)
            case "heading_open":
                heading = f"a heading with {'#' * int(token.tag[1])}"
            case "heading_close":
                heading = ""
            case "inline":
                links = sum(child.type == "link_open" for child in token.children or [])
                kind = heading or ("an item of a list" if depth else "a paragraph")
                yield Part(kind, place, links)


def compare(latvian: Text, english: Text, problems: Problems) -> bool:
    """Report where the two outlines part; whether they are the same."""
    ours, theirs = outline(latvian), outline(english)
    for index, (left, right) in enumerate(zip(ours, theirs, strict=False)):
        if left.kind == right.kind and left.links == right.links:
            continue
        if left.kind == right.kind:
            message = f"Links here: {right.links}; {left.place} has {left.links}."
            problems.add(right.place, message)
            return False
        lists = {left.kind, right.kind} & ENDS and _lists(ours, theirs, index)
        if lists:
            (number, place), (count, where) = lists
            problems.add(where, f"A list of {count} items; {place} has {number}.")
        else:
            message = f"Here is {right.kind}; {left.place} has {left.kind}."
            problems.add(right.place, message)
        return False
    if len(theirs) > len(ours):
        extra = theirs[len(ours)]
        problems.add(extra.place, f"Here is {extra.kind} that {latvian.place.file} has not.")
    elif len(ours) > len(theirs):
        extra = ours[len(theirs)]
        problems.add(english.place, f"{extra.place} has {extra.kind} that is missing here.")
    return len(ours) == len(theirs)


ENDS = {"the end of a list", "the end of a numbered list"}


def _lists(
    ours: list[Part], theirs: list[Part], index: int
) -> tuple[tuple[int, Place], tuple[int, Place]] | None:
    """Number of items and place of the list that the two have at this point, when it is simple."""

    def around(parts: list[Part]) -> tuple[int, Place] | None:
        start = next(
            (k for k in range(index, -1, -1) if parts[k].kind in {"a list", "a numbered list"}),
            None,
        )
        if start is None:
            return None
        end = next((k for k in range(start + 1, len(parts)) if parts[k].kind in ENDS), None)
        if end is None or any(part.kind != "an item of a list" for part in parts[start + 1 : end]):
            return None
        return end - start - 1, parts[start].place

    left, right = around(ours), around(theirs)
    return (left, right) if left and right else None
