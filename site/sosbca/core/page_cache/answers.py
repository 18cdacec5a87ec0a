"""Which answers may be kept, and how they are made ready to send."""

import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

import brotli  # type: ignore[import-untyped]

from .stamps import Generations

type Headers = list[tuple[str, str]]

PAGE_TYPES = frozenset(
    {
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/ld+json",
        "application/rss+xml",
        "application/xml",
        "text/calendar",
        "text/html",
        "text/plain",
        "text/xml",
    }
)
# A page that depends on a cookie may be kept for those who have none: nobody else is asked for.
KNOWN_TO_VARY = frozenset({"accept-encoding", "cookie"})
# Larger ones are passed on as they come. Bytes.
LARGEST = 2_000_000
# Nothing is gained below. Bytes.
WORTH_COMPRESSING = 400
# Made once for many visitors, and made for one.
KEPT_BROTLI, KEPT_GZIP = 5, 6
FAST_BROTLI, FAST_GZIP = 3, 3
# What a browser gets to hear when a view says nothing: keep it, but ask each time.
ASK_EACH_TIME = "no-cache"
FORBIDDING = re.compile(r"\b(?:no-store|no-cache|private)\b")
MAXIMUM_AGE = re.compile(r"\b(s-maxage|max-age)\s*=\s*\"?(\d+)")
ENTITY_TAG = re.compile(r'"[^"]*"')
DROPPED = frozenset({"etag", "content-length", "vary", "cache-control", "connection", "date"})
ABOUT_THE_BODY = frozenset({"content-type", "content-language"})


class Head(NamedTuple):
    """Status line and headers of an answer."""

    status: str
    headers: Headers

    def get(self, name: str) -> str:
        """The header's value, several of the same name in one, or nothing."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @property
    def length(self) -> int | None:
        value = self.get("content-length")
        return int(value) if value.isascii() and value.isdecimal() else None

    @property
    def is_a_page(self) -> bool:
        """Whether it is of a kind that can be kept or compressed: a text of known length."""
        content_type = self.get("content-type").partition(";")[0].strip().lower()
        return (
            content_type in PAGE_TYPES
            and not self.get("content-encoding")
            and not self.get("set-cookie")
            # A stream has no length.
            and self.length is not None
            and self.length <= LARGEST
        )

    def seconds_to_keep(self) -> float | None:
        """How long the view lets everybody be shown this; None when it must not be kept."""
        if not self.status.startswith("200") or not self.is_a_page:
            return None
        control = self.get("cache-control").lower()
        varies = {name.strip().lower() for name in self.get("vary").split(",") if name.strip()}
        if FORBIDDING.search(control) or varies - KNOWN_TO_VARY:
            return None
        # A nonce is worth nothing when it is said twice.
        if "'nonce-" in self.get("content-security-policy"):
            return None
        ages = {name: float(age) for name, age in MAXIMUM_AGE.findall(control)}
        return ages.get("s-maxage", ages.get("max-age", float("inf"))) or None

    @property
    def may_be_compressed(self) -> bool:
        """Whether an answer for one visitor may be. What must not be stored may hold a secret next
        to words of the request, and its length would tell of it (BREACH)."""
        secret = re.search(r"\b(?:no-store|private)\b", self.get("cache-control").lower())
        return not secret and self.is_a_page and (self.length or 0) >= WORTH_COMPRESSING


class Variant(NamedTuple):
    """A body in one encoding, with everything that is sent along."""

    etag: str
    headers: Headers
    headers_if_unchanged: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, ready to send. Never changed, so threads share it."""

    status: str
    variants: Mapping[str, Variant]
    # The generations of what it shows, as they were before it was made.
    seen: tuple[tuple[str, int], ...]
    # By the clock of the layer.
    expires: float
    size: int

    def is_right(self, generations: Generations, now: float) -> bool:
        return now < self.expires and all(generations[name] == n for name, n in self.seen)


def keep(
    head: Head, body: bytes, seen: Sequence[tuple[str, int]], expires: float, key_size: int
) -> Kept:
    """Make an answer ready in every encoding."""
    bodies = {"identity": body}
    if len(body) >= WORTH_COMPRESSING:
        bodies["br"] = brotli.compress(body, mode=brotli.MODE_TEXT, quality=KEPT_BROTLI)
        bodies["gzip"] = gzip.compress(body, KEPT_GZIP, mtime=0)
    common = [(name, value) for name, value in head.headers if name.lower() not in DROPPED]
    common.append(("Vary", with_encoding(head.get("vary"))))
    common.append(("Cache-Control", head.get("cache-control") or ASK_EACH_TIME))
    # The headers as well: when only they change, a browser must not keep the old ones.
    digest = blake2b(body + repr(common).encode(), digest_size=16).hexdigest()
    variants = {name: _variant(name, content, common, digest) for name, content in bodies.items()}
    size = key_size + sum(len(content) for content in bodies.values()) + 6 * len(repr(common))
    return Kept(head.status, variants, tuple(seen), expires, size)


def _variant(encoding: str, body: bytes, common: Headers, digest: str) -> Variant:
    etag = f'"{digest}"' if encoding == "identity" else f'"{digest}-{encoding}"'
    headers = [*common, ("ETag", etag), ("Content-Length", str(len(body)))]
    if encoding != "identity":
        headers.append(("Content-Encoding", encoding))
    unchanged = [pair for pair in common if pair[0].lower() not in ABOUT_THE_BODY]
    hit = ("X-Cache", "HIT")
    return Variant(etag, [*headers, hit], [*unchanged, ("ETag", etag), hit], body)


def with_encoding(vary: str) -> str:
    """The Vary header of an answer that is compressed for those who take it."""
    names = [name.strip() for name in vary.split(",") if name.strip()]
    if not any(name.lower() in {"accept-encoding", "*"} for name in names):
        names.append("Accept-Encoding")
    return ", ".join(names)


def is_unchanged(if_none_match: str, etag: str) -> bool:
    """Whether the browser has this already (weak comparison: a proxy may have weakened it)."""
    return if_none_match.strip() == "*" or etag in ENTITY_TAG.findall(if_none_match)


def compressed(head: Head, body: bytes, encoding: str) -> tuple[Headers, bytes]:
    """An answer for one visitor, compressed quickly."""
    headers = [pair for pair in head.headers if pair[0].lower() not in {"vary", "content-length"}]
    headers.append(("Vary", with_encoding(head.get("vary"))))
    if encoding == "br":
        body = brotli.compress(body, mode=brotli.MODE_TEXT, quality=FAST_BROTLI)
    elif encoding == "gzip":
        body = gzip.compress(body, FAST_GZIP, mtime=0)
    if encoding != "identity":
        # Another body than the one that the view's tag is of.
        headers = [pair for pair in headers if pair[0].lower() != "etag"]
        headers.append(("Content-Encoding", encoding))
    return [*headers, ("Content-Length", str(len(body)))], body
