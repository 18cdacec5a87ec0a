"""What the first visit to a page loads, by what its HTML, styles and scripts name."""

import gzip
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import brotli  # type: ignore[import-untyped]

from .client import Answer
from .measure import CannotMeasure

# As WhiteNoise compresses files once, and as a server compresses a page on the fly.
FILE_QUALITY, PAGE_QUALITY = 11, 5
CSS_ADDRESS = re.compile(rb"""(?:url\(|@import)\s*["']?([^"')\s;]+)""")
JS_IMPORT = re.compile(
    rb"""^\s*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)""",
    re.MULTILINE,
)


class Weight(NamedTuple):
    """Bytes, compressed with Brotli, of one page's first visit."""

    html: int
    css: int
    js: int
    # Pictures and fonts, as they are sent.
    other: int
    requests: int
    # Not among these: what waits until the visitor scrolls near.
    lazy: int
    lazy_requests: int
    # Whether the server itself compressed the page.
    html_is_sent_compressed: bool

    @property
    def text(self) -> int:
        return self.html + self.css + self.js


class _Page(HTMLParser):
    """Collects addresses. A picture with several sizes counts once, as does the icon."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[str] = []
        self.scripts: list[str] = []
        self.others: list[str] = []
        self.lazy: list[str] = []
        # The first address of the <picture> around.
        self._source = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        match tag:
            case "link":
                self._link(values.get("rel", "").split(), values.get("href", ""))
            case "script" if "src" in values:
                self.scripts.append(values["src"])
            case "picture":
                self._source = ""
            case "source":
                # Of a <picture> a browser takes one; the first is the best format.
                self._source = self._source or _first_of(values.get("srcset", ""))
            case "img":
                address = (
                    self._source or _first_of(values.get("srcset", "")) or values.get("src", "")
                )
                (self.lazy if values.get("loading") == "lazy" else self.others).append(address)
            case "use" | "image" | "iframe" | "embed":
                self.others.append(values.get("href") or values.get("src") or "")
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag == "picture":
            self._source = ""

    def _link(self, relations: list[str], address: str) -> None:
        if "stylesheet" in relations:
            self.styles.append(address)
        elif "modulepreload" in relations:
            self.scripts.append(address)
        elif "icon" in relations or "manifest" in relations or "preload" in relations:
            self.others.append(address)


def _first_of(srcset: str) -> str:
    return srcset.split(maxsplit=1)[0].rstrip(",") if srcset.strip() else ""


def weigh(path: str, get: Callable[[str], Answer]) -> Weight:
    """Load the page and everything that it names, each once. Raise CannotMeasure."""
    page = _fetch(get, path)
    compressed = "content-encoding" in page.headers
    html = _plain(page)
    found = _Page()
    found.feed(html.decode())
    bodies: dict[str, bytes] = {}
    styles = _closure(found.styles, path, get, bodies, _style_sheets)
    scripts = _closure(found.scripts, path, get, bodies, _modules)
    others = set(_local(found.others, path))
    for style in styles:
        names = [name.decode() for name in CSS_ADDRESS.findall(bodies[style])]
        others |= set(_local(names, style)) - styles
    lazy = set(_local(found.lazy, path)) - others

    def size(addresses: set[str]) -> int:
        return sum(len(_fetch(get, address).body) for address in sorted(addresses))

    return Weight(
        html=len(page.body) if compressed else _packed(html, PAGE_QUALITY),
        css=sum(_packed(bodies[address], FILE_QUALITY) for address in styles),
        js=sum(_packed(bodies[address], FILE_QUALITY) for address in scripts),
        other=size(others),
        requests=1 + len(styles) + len(scripts) + len(others),
        lazy=size(lazy),
        lazy_requests=len(lazy),
        html_is_sent_compressed=compressed,
    )


def _closure(
    names: list[str],
    base: str,
    get: Callable[[str], Answer],
    bodies: dict[str, bytes],
    imports: Callable[[bytes], Iterator[str]],
) -> set[str]:
    """The files and, in turn, all that they import."""
    done: set[str] = set()
    waiting = set(_local(names, base))
    while waiting:
        address = waiting.pop()
        done.add(address)
        bodies[address] = _plain(_fetch(get, address))
        waiting |= set(_local(imports(bodies[address]), address)) - done
    return done


def _style_sheets(body: bytes) -> Iterator[str]:
    return (name.decode() for name in CSS_ADDRESS.findall(body) if b".css" in name)


def _modules(body: bytes) -> Iterator[str]:
    return ((static or dynamic).decode() for static, dynamic in JS_IMPORT.findall(body))


def _local(names: Iterator[str] | list[str], base: str) -> Iterator[str]:
    """Addresses of this site without fragments. A third party's would be a fault of its own."""
    for name in names:
        parts = urlsplit(urljoin(base, name))
        if name and not parts.scheme and not parts.netloc:
            yield parts._replace(fragment="").geturl()


def _fetch(get: Callable[[str], Answer], address: str) -> Answer:
    answer = get(address)
    if answer.status != 200:
        raise CannotMeasure(f"{address} answered {answer.status}.")
    return answer


def _plain(answer: Answer) -> bytes:
    match answer.headers.get("content-encoding"):
        case "br":
            return bytes(brotli.decompress(answer.body))
        case "gzip":
            return gzip.decompress(answer.body)
        case _:
            return answer.body


def _packed(body: bytes, quality: int) -> int:
    return len(brotli.compress(body, quality=quality))
