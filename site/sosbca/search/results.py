"""What the search page shows."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page as Part
from django.core.paginator import Paginator
from django.http import HttpRequest

from . import analysis
from .extracts import Piece, extract, highlight
from .indexing import findable
from .kinds import Kind, kinds
from .models import IndexedPage
from .promotions import promotions_for
from .ranking import Found, find
from .suggestions import suggest

#: Characters of a question that are looked at.
LONGEST_QUESTION: Final = 400
#: Results of each kind where all kinds are shown, and on one page of a single kind.
IN_GROUP: Final = 4
ON_PAGE: Final = 10


class Recommended(NamedTuple):
    """What editors recommend, with the page's title if they gave none."""

    title: str
    url: str
    description: str


@dataclass(frozen=True, slots=True)
class Result:
    title: list[Piece]
    url: str
    extract: list[Piece]
    date: dt.date | None


@dataclass(slots=True)
class Group:
    """The results of one kind. `more_url` leads to all of them, if not all are here."""

    kind: Kind
    count: int
    pages: list[int]
    more_url: str = ""
    results: list[Result] = field(default_factory=list)


@dataclass(slots=True)
class Results:
    """Everything about one question. `text` is the question as it was understood."""

    text: str = ""
    is_too_long: bool = False
    is_cut: bool = False
    is_complete: bool = True
    count: int = 0
    groups: list[Group] = field(default_factory=list)
    recommended: list[Recommended] = field(default_factory=list)
    suggestion: str = ""
    suggestion_query: str = ""
    # The kind that was chosen, and the way back to all.
    chosen: Kind | None = None
    all_url: str = ""
    # Where all results are of one kind: the part of them that is shown.
    part: Part[int] | None = None


def clean(text: str) -> str:
    """A question without control characters and more than one space in a row."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(analysis.normalise(printable).split())


def answer(request: HttpRequest, language: str) -> Results:
    """The answer to the request's `q`, of the kind in `type`, at the page in `page`.

    The number of queries does not depend on the number of results.
    """
    text = clean(request.GET.get("q", "")[: 2 * LONGEST_QUESTION])
    results = Results(text=text[:LONGEST_QUESTION], is_too_long=len(text) > LONGEST_QUESTION)
    question = analysis.ask(results.text, language)
    results.is_cut = question.is_cut
    if not question.words:
        return results
    found = find(question, language)
    results.is_complete = found.is_complete
    results.chosen = kinds().get(request.GET.get("type", ""))
    results.count = len(found.hits)
    _divide(results, found, request.GET.get("page", ""))
    _show(results, found, language, request)
    if found.unknown:
        results.suggestion = suggest(results.text, found.unknown, language)
        results.suggestion_query = urlencode({"q": results.suggestion})
    return results


def _divide(results: Results, found: Found, number: str) -> None:
    """Put the hits into groups, the group of the best hit first; cut a single one into pages."""
    counts = Counter(kind for _page, kind in found.hits)
    chosen = results.chosen
    only = chosen.code if chosen else next(iter(counts)) if len(counts) == 1 else None
    if only is None:
        for code, count in counts.items():
            own = (page for page, kind in found.hits if kind == code)
            hits = list(islice(own, IN_GROUP))
            more = _url(q=results.text, type=code) if count > len(hits) else ""
            results.groups.append(Group(_kind(code), count, hits, more))
        return
    if chosen:
        results.all_url = _url(q=results.text)
    pages = [page for page, kind in found.hits if kind == only]
    if pages:
        results.part = Paginator(pages, ON_PAGE).get_page(number)
        results.groups = [Group(_kind(only), len(pages), list(results.part.object_list))]


def _kind(code: str) -> Kind:
    """A kind may have been renamed since the page was indexed."""
    known = kinds()
    return known.get(code) or known["pages"]


def _url(**parameters: Any) -> str:
    return f"?{urlencode(parameters)}"


def _show(results: Results, found: Found, language: str, request: HttpRequest) -> None:
    """Fetch what is shown. A page that left the site a moment ago is left out."""
    promoted = [] if results.chosen else promotions_for(results.text, language)
    wanted = {page for group in results.groups for page in group.pages}
    wanted |= {promotion.page_id for promotion in promoted if promotion.page_id}
    rows = {}
    if wanted:
        indexed = IndexedPage.objects.filter(page__in=findable().filter(pk__in=wanted))
        rows = {row.page_id: row for row in indexed.select_related("shown", "page__locale")}
    urls = {pk: row.page.get_url(request) for pk, row in rows.items()}
    for promotion in promoted:
        row = rows.get(promotion.page_id or 0)
        if url := promotion.address or (row and urls[row.page_id]):
            title = promotion.title or (row.shown.title if row else "")
            results.recommended.append(Recommended(title, url, promotion.description))
    for group in results.groups:
        for page in group.pages:
            if url := urls.get(page):
                group.results.append(_result(rows[page], url, found.spellings))


def _result(row: IndexedPage, url: str, spellings: frozenset[str]) -> Result:
    return Result(
        title=highlight(row.shown.title, spellings),
        url=url,
        extract=extract(row.shown.introduction, row.shown.text, spellings),
        date=row.shown.date,
    )
