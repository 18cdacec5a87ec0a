"""Reads pages as a browser or a search engine would."""

from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Element:
    tag: str
    attributes: dict[str, str]
    text: str

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]


class Document(HTMLParser):
    """The elements of a page in order, each with all the words inside it."""

    VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use"}

    def __init__(self, html: str | bytes) -> None:
        super().__init__()
        self._open: list[tuple[str, int]] = []
        self._found: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(html.decode() if isinstance(html, bytes) else html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._found.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag not in self.VOID:
            self._open.append((tag, len(self._found) - 1))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._found.append((tag, {name: value or "" for name, value in attrs}, []))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, _index = self._open.pop()
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        for _name, index in self._open:
            self._found[index][2].append(data)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements with these attributes; `class_` matches one of the classes."""
        css = attributes.pop("class_", "")
        return [
            Element(name, found, " ".join("".join(words).split()))
            for name, found, words in self._found
            if name == tag
            and attributes.items() <= found.items()
            and (not css or css in found.get("class", "").split())
        ]

    def every(self) -> list[Element]:
        """All elements, in order."""
        return [
            Element(tag, attributes, " ".join("".join(words).split()))
            for tag, attributes, words in self._found
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        (element,) = self.all(tag, **attributes)
        return element

    @property
    def language(self) -> str:
        return self.one("html")["lang"]

    def switch(self) -> dict[str, Element]:
        """The language switch: links by language."""
        links = [link for link in self.all("a") if link.attributes.get("hreflang")]
        return {link["hreflang"]: link for link in links}

    def alternates(self) -> dict[str, str]:
        links = [
            link
            for link in self.all("link", rel="alternate")
            # Feeds are alternates as well, in no other language.
            if "hreflang" in link.attributes
        ]
        # Feeds are alternates as well, of no language.
        links = [link for link in links if "type" not in link.attributes]
        assert len({link["hreflang"] for link in links}) == len(links)
        return {link["hreflang"]: link["href"] for link in links}
