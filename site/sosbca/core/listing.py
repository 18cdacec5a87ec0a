"""Lists of pages with a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlencode

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.utils.text import capfirst
from wagtail.models import Page

from .models import BasePage
from .privacy import public

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
else:
    StrOrPromise = object


def published_children(page: Page) -> list[Page]:
    """The published pages below a page, in their order, each of its own type."""
    children = list(public(page.get_children().live()).specific())
    prefetch_related_objects(
        [child for child in children if isinstance(child, BasePage)], "picture__renditions"
    )
    return children


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


class Filter(NamedTuple):
    """A question with its choices."""

    label: StrOrPromise
    choices: Sequence[Choice]


def narrow_by(
    label: StrOrPromise,
    name: str,
    state: Mapping[str, str],
    options: Iterable[tuple[str, StrOrPromise]],
    counts: Mapping[str, int],
) -> Filter:
    """The filter `name`. `state` is the address's whole state, and `counts` says how many each
    option finds. Choosing the current option again takes it away."""
    choices = []
    for value, words in options:
        is_current = state.get(name) == value
        target = dict(state) | {name: "" if is_current else value}
        choices.append(
            Choice(value, capfirst(str(words)), query(target), counts.get(value, 0), is_current)
        )
    return Filter(label, choices)


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
