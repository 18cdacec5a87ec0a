"""What a page says, drawn from the search fields that Wagtail's models declare."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import strip_tags
from wagtail.models import Page
from wagtail.search import index

from . import analysis
from .kinds import kind_of

#: How much more a word says in these fields than in the others. A field's own boost wins.
BOOSTS: Final = {"title": 6.0, "introduction": 3.0, "search_description": 2.0}
#: Characters of one page that are kept for extracts, and that are indexed at all.
KEPT: Final = 20_000
INDEXED: Final = 200_000


@dataclass(frozen=True, slots=True)
class Content:
    """One page as the index keeps it. `fields` are texts with their boosts, without the title."""

    language: str
    kind: str
    title: str
    introduction: str
    text: str
    date: dt.date | None
    expires_at: dt.datetime | None
    fields: tuple[tuple[float, str], ...]

    @property
    def fingerprint(self) -> str:
        """The same for the same content, in whichever process."""
        data = json.dumps([analysis.VERSION, asdict(self)], default=str, sort_keys=True)
        return hashlib.sha256(data.encode()).hexdigest()[:32]


def content_of(page: Page) -> Content | None:
    """What a specific page says in its own language; None if its type is never found."""
    language = page.locale.language_code
    kind = kind_of(type(page))
    if kind is None or language not in dict(settings.LANGUAGES):
        return None
    with translation.override(language):
        fields = [
            (boost, line) for boost, line in _fields(page, type(page).get_search_fields()) if line
        ]
    introduction = _line(getattr(page, "introduction", ""))
    lines = [line for _boost, line in fields if line != introduction]
    return Content(
        language=language,
        kind=kind.code,
        title=page.title,
        introduction=introduction,
        text="\n".join(dict.fromkeys(lines))[:KEPT],
        date=_date_of(page),
        expires_at=page.expire_at,
        fields=tuple(fields),
    )


def _fields(owner: Any, fields: list[Any], boost: float | None = None) -> Iterator[Any]:
    """Lines of text with their boosts. Those of related objects have that of their relation."""
    for field in fields:
        name = field.field_name
        if isinstance(field, index.RelatedFields):
            for related in _related(field.get_value(owner)):
                yield from _fields(related, field.fields, BOOSTS.get(name, 1.0))
        elif isinstance(field, index.SearchField) and (name != "title" or boost):
            weight = boost or BOOSTS.get(name) or field.boost or 1.0
            for text in _texts(field.get_value(owner)):
                yield weight, _line(text)


def _related(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value.all()) if hasattr(value, "all") else [value]


def _texts(value: Any) -> Iterator[str]:
    """The texts of a field's value. Numbers and dates stand in words elsewhere on the page."""
    if isinstance(value, (list, tuple, set)):
        for part in value:
            yield from _texts(part)
    elif hasattr(value, "all"):
        yield from (str(related) for related in value.all())
    elif isinstance(value, str) or hasattr(value, "_proxy____args"):
        yield from str(value).splitlines()
    elif value is not None and not isinstance(value, (bool, int, float, dt.date)):
        yield str(value)


def _line(text: str) -> str:
    text = strip_tags(text) if "<" in text else text
    return " ".join(analysis.normalise(text).replace("\x00", "").split())[:INDEXED]


def _date_of(page: Page) -> dt.date | None:
    """When it was published or begins, for page types that have such a date themselves."""
    for name in ("published_on", "starts_at", "starts_on"):
        value = getattr(page, name, None)
        if isinstance(value, dt.datetime):
            return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
        if isinstance(value, dt.date):
            return value
    return None
