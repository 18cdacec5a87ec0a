"""Which pages answer a question, the best first.

The database finds and adds up; the order is computed here, so that it is the same on every
database. The weighing follows BM25: a rare word counts more than a frequent one, and a word's
tenth occurrence hardly more than its ninth.
"""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from django.db import connection
from django.db.models import Case, Count, F, IntegerField, Q, Subquery, Sum, Value, When
from django.utils import timezone

from .analysis import Question
from .models import IndexedPage, IndexedWord, Posting

#: From this weight on (hundredths) more of the same word hardly counts.
SATURATION: Final = 400
#: What a longer word counts that only begins with what was typed last.
PREFIX_FACTOR: Final = 0.3
#: Words that may stand for an unfinished one, the shortest first.
MOST_COMPLETIONS: Final = 200


#: A page that was found, and its kind.
type Hit = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Found:
    """Pages in order. `spellings` are the words of the index that answer the question."""

    hits: list[Hit]
    spellings: frozenset[str]
    # Whether every word of the question stands on each page.
    is_complete: bool
    # Words of the question that stand on no page.
    unknown: tuple[str, ...]


type _Row = tuple[int, str, *tuple[int, ...]]


class _Match(NamedTuple):
    """A word of the index, with the place of a question's word that it answers, and how well."""

    pk: int
    spelling: str
    places: dict[int, float]


def find(question: Question, language: str) -> Found:
    """The pages that have all words of the question; else those that have most of them.

    Two queries, whatever is asked.
    """
    if not question.words:
        return Found([], frozenset(), True, ())
    matches, total = _matches(question, language)
    rows = _add_up(matches, len(question.words))
    hits, known, is_complete = _rank(rows, len(question.words), total)
    return Found(
        hits=hits,
        spellings=frozenset(match.spelling for match in matches),
        is_complete=is_complete,
        unknown=tuple(
            asked.word for place, asked in enumerate(question.words) if place not in known
        ),
    )


def _matches(question: Question, language: str) -> tuple[list[_Match], int]:
    """Words of the index that answer the question, and the number of pages in its language."""
    terms = {key for asked in question.words for key in asked.terms}
    wanted = Q(term__in=terms)
    if question.prefix:
        wanted |= Q(beginning=question.prefix[:2], folded__startswith=question.prefix)
    own = IndexedPage.objects.filter(language=language).order_by()
    pages = own.values("language").annotate(number=Count("pk")).values("number")
    words = IndexedWord.objects.filter(wanted, language=language).annotate(pages=Subquery(pages))
    matches = []
    completions = []
    total = 0
    for pk, spelling, folded, key, total in words.values_list(  # noqa: B007
        "pk", "spelling", "folded", "term", "pages"
    ):
        places = {
            place: asked.terms[key]
            for place, asked in enumerate(question.words)
            if key in asked.terms
        }
        if places:
            matches.append(_Match(pk, spelling, places))
        elif question.prefix and folded.startswith(question.prefix):
            completions.append(_Match(pk, spelling, {question.prefix_place: PREFIX_FACTOR}))
    completions.sort(key=lambda match: (len(match.spelling), match.spelling))
    return matches + completions[:MOST_COMPLETIONS], total or 0


def _add_up(matches: list[_Match], count: int) -> list[_Row]:
    """For each page: its key, its kind, and the weight of each word of the question."""
    if not matches:
        return []
    sums = {}
    for place in range(count):
        by_factor: dict[float, list[int]] = {}
        for match in matches:
            if place in match.places:
                by_factor.setdefault(match.places[place], []).append(match.pk)
        whens = [
            When(word__in=pks, then=F("weight") * Value(round(10 * factor)))
            for factor, pks in sorted(by_factor.items())
        ]
        sums[f"weight_{place}"] = Sum(Case(*whens, default=0, output_field=IntegerField()))
    unexpired = Q(page__expires_at=None) | Q(page__expires_at__gt=timezone.now())
    postings = Posting.objects.filter(unexpired, word__in=[match.pk for match in matches])
    summed = postings.values("page__page_id", "page__kind").annotate(**sums).order_by()
    query = summed.values_list("page__page_id", "page__kind", *sums).query
    # Straight from the database: there may be thousands of rows, and Django's own way of reading
    # them takes three times as long.
    with connection.cursor() as cursor:
        cursor.execute(*query.sql_with_params())
        return cast(list[_Row], cursor.fetchall())


def _rank(found: list[_Row], count: int, total: int) -> tuple[list[Hit], set[int], bool]:
    """Hits in order, the places of the question's words that stand anywhere, and whether each
    page has all of them."""
    if not found:
        return [], set(), False
    if count == 1:
        # Every row has the word.
        frequency = [len(found)]
        best = 1
    else:
        frequency = [sum(1 for row in found if row[place + 2]) for place in range(count)]
        missing = [row.count(0) for row in found]
        best = count - min(missing)
        found = [row for row, own in zip(found, missing, strict=True) if own == count - best]
    # How much a word tells pages apart. Never zero: a word on every page still counts as found.
    telling = [math.log(1 + (max(total, n) - n + 0.5) / (n + 0.5)) for n in frequency]
    full = 10 * SATURATION
    scored = [(0.0, row[0], row[1]) for row in found]
    for place, tells in enumerate(telling):
        weights = cast(list[int], [row[place + 2] for row in found])
        scored = [
            (score - tells * weight / (weight + full), page, kind)
            for (score, page, kind), weight in zip(scored, weights, strict=True)
        ]
    scored.sort()
    known = {place for place, number in enumerate(frequency) if number}
    return [(page, kind) for _score, page, kind in scored], known, best == count
