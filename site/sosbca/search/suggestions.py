"""«Did you mean»: words of the index in place of those that stand on no page."""

from collections.abc import Iterable
from itertools import takewhile
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length

from . import analysis
from .models import IndexedWord, Posting

#: Unknown words of a question for which others are looked for.
MOST_UNKNOWN: Final = 3


def suggest(text: str, unknown: Iterable[str], language: str) -> str:
    """The question with its unknown words replaced by similar ones; empty if there are none.

    One query, whatever is asked.
    """
    folded = {word: analysis.fold(word) for word in unknown}
    wanted = dict([(word, key) for word, key in folded.items() if _allowed(key)][:MOST_UNKNOWN])
    if not wanted:
        return ""
    better = _closest(wanted, language)
    if not better:
        return ""
    tokens = analysis.tokenise(analysis.normalise(text))
    return " ".join(better.get(token.word, token.word) for token in tokens if not token.is_joined)


def strangers(words: Iterable[str], language: str) -> set[str]:
    """Those that are no words of the site: in no form do they stand on a page or among the
    synonyms. A word that stands alone may have one slip; in several, names would pass as slips
    (bērniņš, Bērziņš). Stop words are no strangers.

    Two queries at most.
    """
    terms = {
        word: analysis.term(word, language)
        for word in words
        if not analysis.is_stop_word(word, language)
    }
    synonyms = analysis.synonym_words(language)
    known = {analysis.term(word, language) for word in synonyms}
    indexed = IndexedWord.objects.filter(
        _on_a_page(), language=language, term__in=set(terms.values()) - known
    )
    known.update(indexed.values_list("term", flat=True))
    folded = {word: analysis.fold(word) for word, key in terms.items() if key not in known}
    if len(terms) != 1 or not all(map(_allowed, folded.values())):
        return set(folded)
    slip = any(
        slips_between(key, one, 1) is not None for key in folded.values() for one in synonyms
    )
    return (
        set() if not folded or slip else folded.keys() - _closest(folded, language, most=1).keys()
    )


def _allowed(word: str, most: int = 2) -> int:
    """How many slips a word of this length may have, `most` at the most."""
    if not word.isalpha() or len(word) < 4:
        return 0
    return 1 if len(word) < 6 else most


def _on_a_page() -> Exists:
    """Words stay in the table when the last page that had them is gone."""
    return Exists(Posting.objects.filter(word=OuterRef("pk")))


def _closest(wanted: dict[str, str], language: str, most: int = 2) -> dict[str, str]:
    """The most similar word of the index for each that was typed, if there is one with at most so
    many slips. Where several are, the one that begins alike."""
    alike = Q()
    for folded in wanted.values():
        slips = _allowed(folded, most)
        same = Q(beginning=folded[:2])
        bones = analysis.skeleton(folded)
        if len(bones) > 1:
            same |= Q(skeleton=bones)
        alike |= same & Q(length__range=(len(folded) - slips, len(folded) + slips))
    words = IndexedWord.objects.annotate(length=Length("folded")).filter(
        alike, _on_a_page(), language=language
    )
    found = []
    for spelling, candidate in words.values_list("spelling", "folded"):
        for word, folded in wanted.items():
            slips = _allowed(folded, most)
            # Two letters differ for each slip at most: cheaper to see than the distance.
            if len(set(folded) ^ set(candidate)) > 2 * slips:
                continue
            distance = slips_between(folded, candidate, slips)
            if distance is not None:
                pairs = zip(folded, candidate, strict=False)
                same_letters = takewhile(lambda pair: pair[0] == pair[1], pairs)
                difference = abs(len(folded) - len(candidate))
                rank = (distance, -len(list(same_letters)), difference, spelling)
                found.append((rank, word))
    # The best comes last, and stays.
    return {word: rank[-1] for rank, word in sorted(found, reverse=True)}


def slips_between(one: str, two: str, most: int) -> int | None:
    """Letters added, left out, replaced or swapped with their neighbour; None if above `most`."""
    if abs(len(one) - len(two)) > most:
        return None
    # The last three rows of the table of distances between the beginnings of both words.
    before: list[int] = []
    above: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = above, row, [i]
        for j, other in enumerate(two, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
