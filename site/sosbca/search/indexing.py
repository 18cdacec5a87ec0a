"""Keeps the index in step with the pages. Everything here may run twice, and at the same time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.models import Page
from wagtail.query import PageQuerySet

from . import analysis
from .extraction import Content, content_of
from .models import IndexedPage, IndexedWord, PageText, Posting

#: Pages that are written in one transaction.
BATCH = 100
#: Words of a page of usual length. A word on a longer page says less about it.
USUAL_LENGTH = 250

type Vocabulary = dict[tuple[str, str], int]


def findable() -> PageQuerySet[Page]:
    """Published pages that everybody may see."""
    unexpired = Q(expire_at__isnull=True) | Q(expire_at__gt=timezone.now())
    pages: PageQuerySet[Page] = Page.objects.live().public().filter(unexpired, depth__gt=1)
    return pages


def index_pages(pks: Sequence[int], vocabulary: Vocabulary | None = None) -> int:
    """Bring what the index knows of these pages up to date; those that nobody may find leave it.

    One transaction: whoever searches sees a page as it was or as it is. Returns the number of
    pages that were written. `vocabulary` keeps the keys of words over several calls.
    """
    known: Vocabulary = {} if vocabulary is None else vocabulary
    try:
        return _index_pages(pks, known)
    except IntegrityError:
        # A page or an unused word was deleted in this moment: what is left is looked at afresh.
        known.clear()
        return _index_pages(pks, known)


@transaction.atomic
def _index_pages(pks: Sequence[int], vocabulary: Vocabulary) -> int:
    pages = list(findable().filter(pk__in=pks))
    # Make the rows first and lock them, so that two workers follow each other.
    empty = [IndexedPage(page_id=page.pk, language="", fingerprint="") for page in pages]
    IndexedPage.objects.bulk_create(empty, ignore_conflicts=True)
    locked = IndexedPage.objects.select_for_update().filter(page_id__in=pks).order_by("pk")
    rows = {row.page_id: row for row in locked}
    contents = dict(_contents(list(rows)))
    gone = [row.pk for pk, row in rows.items() if pk not in contents]
    if gone:
        remove(IndexedPage.objects.filter(pk__in=gone))
    changed = [
        (rows[pk], content)
        for pk, content in contents.items()
        if rows[pk].fingerprint != content.fingerprint
    ]
    if changed:
        _write(changed, vocabulary)
    return len(changed)


def _contents(pks: list[int]) -> Iterator[tuple[int, Content]]:
    """Read after the rows are locked: whoever comes last sees the latest."""
    for page in findable().filter(pk__in=pks).select_related("locale").specific():
        content = content_of(page)
        # A page outside every site has no address.
        if content and page.get_url_parts():
            yield page.pk, content


def _write(changed: list[tuple[IndexedPage, Content]], vocabulary: Vocabulary) -> None:
    weights = [weigh(content) for _row, content in changed]
    spelt = {
        (content.language, word)
        for (_row, content), words in zip(changed, weights, strict=True)
        for word in words
    }
    _learn(spelt, vocabulary)
    postings = []
    for (row, content), words in zip(changed, weights, strict=True):
        row.language, row.kind = content.language, content.kind
        row.expires_at, row.fingerprint = content.expires_at, content.fingerprint
        postings += [
            Posting(word_id=vocabulary[content.language, word], page_id=row.pk, weight=weight)
            for word, weight in words.items()
        ]
    rows = [row for row, _content in changed]
    _delete_quietly(Posting.objects.filter(page__in=rows))
    _delete_quietly(PageText.objects.filter(page__in=rows))
    IndexedPage.objects.bulk_update(rows, ["language", "kind", "expires_at", "fingerprint"])
    PageText.objects.bulk_create(
        PageText(
            page_id=row.pk,
            title=content.title,
            introduction=content.introduction,
            text=content.text,
            date=content.date,
        )
        for row, content in changed
    )
    Posting.objects.bulk_create(postings, batch_size=2000)


def weigh(content: Content) -> dict[str, int]:
    """The words of a page and how much each says about it, in hundredths.

    A word says more in a title, much more in one of hardly another word (who searches for “donate”
    wants the page “Donate”), and the more often it stands on a page; less on a long page. Stop
    words count in the title alone.
    """
    in_title = Counter(token.word for token in analysis.tokenise(content.title))
    in_text: defaultdict[str, float] = defaultdict(float)
    length = 0
    for boost, line in content.fields:
        for token in analysis.tokenise(line):
            length += not token.is_joined
            if not analysis.is_stop_word(token.word, content.language):
                in_text[token.word] += boost
    title_boost = 6 * (1 + 3 / max(1, len(in_title)) ** 2)
    text_boost = 1 / (0.4 + 0.6 * min(max(length / USUAL_LENGTH, 0.4), 6))
    return {
        word: max(1, round(100 * (in_title[word] * title_boost + in_text[word] * text_boost)))
        for word in {**in_title, **in_text}
    }


def _learn(spelt: set[tuple[str, str]], vocabulary: Vocabulary) -> None:
    """Find or make these words; their keys are in the vocabulary afterwards."""
    for create in (False, True):
        # Sorted: two workers that add the same words must not wait for each other in a circle.
        missing = sorted(spelt - vocabulary.keys())
        if not missing:
            return
        if create:
            words = [_word(language, spelling) for language, spelling in missing]
            IndexedWord.objects.bulk_create(words, ignore_conflicts=True, batch_size=1000)
        for language in {language for language, _spelling in missing}:
            spellings = [spelling for own, spelling in missing if own == language]
            for some in batched(spellings, 1000):
                found = IndexedWord.objects.filter(language=language, spelling__in=some)
                for pk, spelling in found.values_list("pk", "spelling"):
                    vocabulary[language, spelling] = pk


def _word(language: str, spelling: str) -> IndexedWord:
    folded = analysis.fold(spelling)
    return IndexedWord(
        language=language,
        spelling=spelling,
        folded=folded,
        term=analysis.term(spelling, language),
        beginning=folded[:2],
        skeleton=analysis.skeleton(folded),
    )


def _delete_quietly(rows: QuerySet[Any]) -> None:
    """In one statement: Django would fetch each row to tell Wagtail's listeners of its end."""
    rows._raw_delete(rows.db)


@transaction.atomic
def remove(rows: QuerySet[IndexedPage]) -> None:
    """Take pages out of the index, at once."""
    gone = list(rows.values_list("pk", flat=True))
    _delete_quietly(Posting.objects.filter(page__in=gone))
    _delete_quietly(PageText.objects.filter(page__in=gone))
    _delete_quietly(IndexedPage.objects.filter(pk__in=gone))


def remove_section(page: Page) -> None:
    """Take a page and everything below it out of the index, at once."""
    remove(IndexedPage.objects.filter(page__path__startswith=page.path))


def index_section(path: str) -> int:
    """Bring a page and everything below it up to date. `path` is that of Wagtail's tree."""
    pks = Page.objects.filter(path__startswith=path).order_by("path").values_list("pk", flat=True)
    return _index_all(pks)


def index_everything() -> int:
    """Bring the whole index up to date. Returns the number of pages that were written."""
    unused = IndexedWord.objects.filter(~Exists(Posting.objects.filter(word=OuterRef("pk"))))
    _delete_quietly(unused)
    return _index_all(Page.objects.order_by("pk").values_list("pk", flat=True))


def _index_all(pks: Iterable[int]) -> int:
    vocabulary: Vocabulary = {}
    return sum(index_pages(some, vocabulary) for some in batched(pks, BATCH))
