"""Which requests may be answered from memory, and what of them a page may depend on."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from django.http.request import split_domain_port, validate_host

type Environ = dict[str, Any]

# Longer ones are passed on: keys are held in memory, and no page has such an address.
LONGEST_HOST, LONGEST_PATH, LONGEST_QUERY = 255, 512, 200
MOST_PARAMETERS = 4
# Added by mail and advertising systems; no page of ours depends on them.
IGNORED_PARAMETERS = frozenset(
    {
        "fbclid",
        "gclid",
        "mc_cid",
        "mc_eid",
        "utm_campaign",
        "utm_content",
        "utm_id",
        "utm_medium",
        "utm_source",
        "utm_term",
    }
)
# What is left of a request's headers when a page is made for everybody. A page can't depend on
# what it can't see; addresses stay for the throttles, which no kept page passes.
SHARED_HEADERS = frozenset({"HTTP_HOST", "HTTP_X_FORWARDED_FOR"})


class Key(NamedTuple):
    """What a page depends on. `path` is decoded as Django will see it."""

    scheme: str
    host: str
    path: str
    query: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say about requests."""

    allowed_hosts: tuple[str, ...]
    # Beginnings of paths that are not pages.
    passed_paths: tuple[str, ...]
    # Parameters that choose what a list shows.
    parameters: frozenset[str]
    # WSGI's name of the proxy's header, and the value that means https.
    secure_proxy_header: tuple[str, str] | None = None

    def key(self, environ: Environ) -> Key | None:
        """The key of the page that this request asks for; None when it must be passed on."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return None
        if "HTTP_COOKIE" in environ or "HTTP_AUTHORIZATION" in environ:
            return None
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        host = environ.get("HTTP_HOST", "")
        if not host or len(host) > LONGEST_HOST or len(path) > LONGEST_PATH:
            return None
        if path.startswith(self.passed_paths):
            return None
        # A body would be left in the connection if nobody read it.
        if environ.get("CONTENT_LENGTH") not in {None, "", "0"}:
            return None
        if "HTTP_TRANSFER_ENCODING" in environ:
            return None
        query = environ.get("QUERY_STRING", "")
        if query:
            known = self._known_query(query)
            if known is None:
                return None
            query = known
        return Key(self._scheme(environ), host.lower(), path, query)

    def is_passed_path(self, environ: Environ) -> bool:
        """Whether the address is not that of a page."""
        path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        return path.startswith(self.passed_paths)

    def _scheme(self, environ: Environ) -> str:
        """As HttpRequest.scheme finds it."""
        if self.secure_proxy_header:
            name, secure = self.secure_proxy_header
            value = environ.get(name)
            if value is not None:
                return "https" if value.partition(",")[0].strip() == secure else "http"
        scheme: str = environ["wsgi.url_scheme"]
        return scheme

    def _known_query(self, query: str) -> str | None:
        """The query without what is ignored; None when it holds anything else that is not known."""
        if len(query) > LONGEST_QUERY:
            # Most likely of a long campaign, which is ignored as well, but not looked at.
            return None
        kept = []
        names: set[str] = set()
        for part in query.split("&"):
            pair = parse_qsl(part, keep_blank_values=True)
            if len(pair) != 1:
                return None
            name = pair[0][0]
            if name in IGNORED_PARAMETERS:
                continue
            if name not in self.parameters or name in names or len(names) == MOST_PARAMETERS:
                return None
            names.add(name)
            kept.append(part)
        return "&".join(kept)

    def is_allowed(self, key: Key) -> bool:
        """Whether Django would accept the host."""
        domain, _port = split_domain_port(key.host)
        return bool(domain) and validate_host(domain, self.allowed_hosts)

    def for_everybody(self, environ: Environ, key: Key) -> Environ:
        """The request without anything that tells one visitor from another but the address."""
        shared = SHARED_HEADERS
        if self.secure_proxy_header:
            shared |= {self.secure_proxy_header[0]}
        neutral = {
            name: value
            for name, value in environ.items()
            if not name.startswith("HTTP_") or name in shared
        }
        neutral.update(REQUEST_METHOD="GET", HTTP_HOST=key.host, QUERY_STRING=key.query)
        # As some servers give them: the whole address as it was sent.
        for name in ("REQUEST_URI", "RAW_URI"):
            neutral.pop(name, None)
        return neutral


@lru_cache(maxsize=256)
def encodings(accepted: str) -> tuple[str, ...]:
    """What a client takes of br, gzip and identity, best first (RFC 9110, 12.5.3).

    Identity is always among them: a client that refuses everything gets it nevertheless.
    """
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        coding, *parameters = (text.strip() for text in part.split(";"))
        if coding:
            weights["gzip" if coding == "x-gzip" else coding] = _weight(parameters)
    others = weights.get("*", 0.0)
    # Without being named identity is welcome, but less than any other.
    found = {"br": weights.get("br", others), "gzip": weights.get("gzip", others)}
    found["identity"] = weights.get("identity", weights.get("*", 0.001))
    order = sorted((name for name, weight in found.items() if weight), key=lambda n: -found[n])
    return tuple(order) if "identity" in order else (*order, "identity")


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return max(0.0, min(1.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def preferred_encoding(environ: Environ) -> str:
    """The best of the encodings that a body is kept in."""
    return encodings(environ.get("HTTP_ACCEPT_ENCODING", "")[:200])[0]
