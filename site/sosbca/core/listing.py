"""Lists of pages with a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from urllib.parse import urlencode

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from wagtail.models import Page

from .known_pages import card_pages
from .models import BasePage
from .page_cache.memory import remembered
from .privacy import public

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
else:
    StrOrPromise = object


def published_children(page: Page) -> list[Page]:
    """The published pages below a page, in their order, each of its own type, with their pictures.

    Looked up once while the content stays the same; not to be changed. After a publish one query
    finds which they are, and one for each page type that has changed finds their fields.
    """
    return remembered(("children", page.pk), lambda: _published_children(page))


def _published_children(page: Page) -> list[Page]:
    children = public(page.get_children().live()).values_list("pk", "content_type_id")
    found = card_pages(types := dict(children))
    # Another process may have deleted one in between.
    return [found[pk] for pk in types if pk in found]


def live_below[T: BasePage](page: Page, kind: type[T]) -> QuerySet[T]:
    """The published pages of a kind anywhere below a page that everybody may see."""
    return cast("QuerySet[T]", public(kind.objects.live()).descendant_of(page))


def with_pictures(pages: QuerySet[Any]) -> QuerySet[Any]:
    """Fetch the pictures of all pages, and their renditions, with two more queries."""
    return pages.prefetch_related("picture__renditions")


def chosen(request: HttpRequest | None, name: str, allowed: Iterable[str]) -> str:
    """The value of a filter in the address, or "" when it is none of those allowed."""
    value = request.GET.get(name, "") if request else ""
    return value if value in set(allowed) else ""


def asked(request: HttpRequest | None, name: str) -> str:
    """The value of a filter in the address whose values only the database knows, or "" when it
    can't be one: PostgreSQL refuses to compare with a NUL."""
    value = request.GET.get(name, "") if request else ""
    return value if value.isprintable() and len(value) <= 255 else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter: a plain link that keeps the rest of the address's state."""

    value: str
    label: str
    url: str
    count: int
    is_current: bool


#: Choices of one filter that are shown before somebody asks for all of them.
MOST_CHOICES: Final = 12
#: The parameter that names the filter whose choices are all to be shown.
ALL: Final = "all"


class Filter(NamedTuple):
    """A question with its choices. `more_url` leads to all of them, if not all are here."""

    label: StrOrPromise
    choices: Sequence[Choice]
    total: int = 0
    more_url: str = ""


def narrow_by(
    label: StrOrPromise,
    name: str,
    state: Mapping[str, str],
    options: Iterable[tuple[str, StrOrPromise]],
    counts: Mapping[str, int],
    *,
    all_of: str | None = None,
) -> Filter:
    """The filter `name`. `state` is the address's whole state, and `counts` says how many each
    option finds. Choosing the current option again takes it away.

    Where there may be very many options, `all_of` is the parameter ALL of the address: without
    it the first MOST_CHOICES that find anything are shown, and the current one in any case.
    """
    options = list(options)
    total = len(options)
    more_url = ""
    if all_of is not None and all_of != name and total > MOST_CHOICES:

        def rank(option: tuple[str, StrOrPromise]) -> tuple[bool, bool]:
            return option[0] != state.get(name), not counts.get(option[0])

        kept = {value for value, _words in sorted(options, key=rank)[:MOST_CHOICES]}
        options = [option for option in options if option[0] in kept]
        more_url = query({**state, ALL: name})
    choices = []
    for value, words in options:
        is_current = state.get(name) == value
        target = dict(state) | {name: "" if is_current else value}
        choices.append(
            Choice(value, capfirst(str(words)), query(target), counts.get(value, 0), is_current)
        )
    return Filter(label, choices, total, more_url)


def clear_url(state: Mapping[str, str]) -> str:
    """What takes all filters away; empty when none is set."""
    return query({}) if any(state.values()) else ""


def query(state: Mapping[str, str]) -> str:
    """A relative address with this state; "?" alone clears it."""
    return f"?{urlencode({key: value for key, value in state.items() if value})}"


def paginate[T: BasePage](
    request: HttpRequest | None, pages: QuerySet[T] | Sequence[T], per_page: int
) -> ResultPage[T]:
    """The part of the list that `?page=` asks for; a number that is none gives the nearest."""
    return Paginator(pages, per_page).get_page(request.GET.get("page") if request else 1)
