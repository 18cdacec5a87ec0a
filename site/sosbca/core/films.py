"""Addresses of films on the platforms that the site links to."""

from urllib.parse import parse_qs, urlsplit

YOUTUBE = "YouTube"
VIMEO = "Vimeo"


def host_of(address: str) -> str:
    """The platform of a film's address, ``YouTube`` or ``Vimeo``; empty for everything else,
    such as a channel, another site, or an address without https."""
    parts = urlsplit(address)
    if parts.scheme != "https":
        return ""
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    path = [part for part in parts.path.split("/") if part]
    if host == "youtu.be" and len(path) == 1:
        return YOUTUBE
    if host in {"youtube.com", "youtube-nocookie.com"}:
        is_watched = path == ["watch"] and bool(parse_qs(parts.query).get("v"))
        is_named = len(path) == 2 and path[0] in {"embed", "live", "shorts"}
        return YOUTUBE if is_watched or is_named else ""
    if host in {"vimeo.com", "player.vimeo.com"} and any(part.isdigit() for part in path):
        return VIMEO
    return ""
