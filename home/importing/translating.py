"""Makes the English page out of the Latvian one with wagtail-localize, as an editor would."""

from collections import defaultdict
from typing import Any, NamedTuple

from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page
from wagtail_localize.fields import _update_descendants_locale
from wagtail_localize.models import Translation, TranslationLog, TranslationSource
from wagtail_localize.segments import (
    OverridableSegmentValue,
    StringSegmentValue,
    TemplateSegmentValue,
)
from wagtail_localize.segments.extract import extract_segments, quote_path_component
from wagtail_localize.strings import StringValue

from .segments import SourceWriter


class Mismatch(Exception):
    """The two languages can't be paired; the message says where."""


class Pairs(NamedTuple):
    """English by the place in the page: sentences by path and Latvian, other values by path."""

    strings: dict[tuple[str, str], str]
    overrides: dict[str, Any]


def pairs(latvian: Page, english: Page) -> Pairs:
    """Pair what the two pages say. They have the same structure, and the same ids in it."""
    ours, theirs = _by_path(latvian), _by_path(english)
    result = Pairs({}, {})
    for path, segments in ours.items():
        others = theirs.get(path, [])
        left, right = _strings(segments), _strings(others)
        if len(left) != len(right):
            raise Mismatch(
                f"“{_start(left or right)}”: {len(right)} pieces of text here, "
                f"{len(left)} in Latvian."
            )
        if _template(segments) != _template(others):
            raise Mismatch(
                f"“{_start(right)}” is bold or italic as a whole in one of the languages only."
            )
        for mine, other in zip(left, right, strict=True):
            text = _english(path, mine, other, result)
            words = mine.string.data
            if result.strings.setdefault((path, words), text) != text:
                raise Mismatch(
                    f"“{_start([mine])}” stands twice in one text and is translated differently."
                )
        for mine, other in zip(_values(segments), _values(others), strict=False):
            if mine.data != other.data and not path.endswith("'"):
                result.overrides[path] = other.data
    return result


def _by_path(page: Page) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for segment in extract_segments(page):
        found[segment.path].append(segment)
    return found


def _strings(segments: list[Any]) -> list[StringSegmentValue]:
    return [segment for segment in segments if isinstance(segment, StringSegmentValue)]


def _values(segments: list[Any]) -> list[OverridableSegmentValue]:
    return [segment for segment in segments if isinstance(segment, OverridableSegmentValue)]


def _template(segments: list[Any]) -> list[str]:
    return [s.template for s in segments if isinstance(s, TemplateSegmentValue)]


def _start(segments: list[StringSegmentValue]) -> str:
    text: str = segments[0].render_text() if segments else ""
    return text if len(text) <= 40 else f"{text[:40]}…"


def _english(
    path: str, latvian: StringSegmentValue, english: StringSegmentValue, result: Pairs
) -> str:
    """The English sentence with its links named as in Latvian: each takes the address of the
    Latvian link to the same place, or else of the next one, overridden."""
    ours = {name: attrs.get("href", "") for name, attrs in (latvian.attrs or {}).items()}
    theirs = {name: attrs.get("href", "") for name, attrs in (english.attrs or {}).items()}
    names: dict[str, str] = {}
    free = dict(latvian.attrs or {})
    for name, attrs in (english.attrs or {}).items():
        same = next((known for known, other in free.items() if other == attrs), None)
        if same:
            names[name] = same
            del free[same]
    for name, href in theirs.items():
        if name in names:
            continue
        if not free:
            raise Mismatch(f"“{_start([english])}” has a link that the Latvian page has not.")
        known = next(iter(free))
        del free[known]
        names[name] = known
        if ours[known] and href:
            result.overrides[f"{path}.{quote_path_component(ours[known])}"] = href
    soup = BeautifulSoup(english.string.data, "html.parser")
    for link in soup.find_all("a"):
        if link.get("id") in names:
            link["id"] = names[str(link["id"])]
    text = str(soup)
    StringValue.from_translated_html(text)
    return text


def translate(page: Page, twin: Page, locale: Locale) -> Page:
    """Write the translation, and return the English page with a new version as its draft."""
    found = pairs(page, twin)
    writer = SourceWriter(page, extract_segments(page))
    source = writer.source
    now = timezone.now()
    Translation.objects.update_or_create(
        source=source,
        target_locale=locale,
        defaults={"translations_last_updated_at": now, "destination_last_updated_at": now},
    )
    writer.translate(locale, found.strings)
    writer.override(locale, found.overrides)
    above: Any = page.get_parent()
    parent = above if above.is_root() else above.get_translation_or_none(locale)
    if parent is None or page.has_translation(locale):
        # Drafts only: published ones would come out when the transaction ends.
        english, _created = source.create_or_update_translation(
            locale, publish=False, copy_parent_pages=True
        )
        return english  # type: ignore[no-any-return]
    return _made_of_twin(source, page, twin, parent)


def _made_of_twin(source: TranslationSource, page: Page, twin: Page, parent: Page) -> Page:
    """A new page need not be a copy of the Latvian one that is then translated: the twin is what
    would come of it. It has its own address from the start, so that no redirect is made from one
    that never was."""
    locale = Locale.objects.get(language_code="en")
    twin.translation_key, twin.locale, twin.live = page.translation_key, locale, False
    _update_descendants_locale(twin, locale)
    twin.slug = find_available_slug(parent, twin.slug)
    parent.add_child(instance=twin)
    revision = twin.save_revision()
    TranslationLog.objects.create(source=source, locale=locale, revision=revision)
    return twin
