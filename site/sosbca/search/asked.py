"""What people searched for, counted by day, without anything about them.

Nothing that could be somebody's own is kept: no addresses, no long figures, no long texts, and no
names. A name is told from what people miss by who uses it:

- A question whose words are all words of the site (they stand on an open page in some form, or
  among the synonyms; a single word may have one slip) is kept as it is.
- Of every other question only a mark is kept, a keyed hash from which nobody reads the words. Once
  it was asked on `DAYS` days its words are kept from then on, because many people miss the same
  thing and few search for the same neighbour. Marks are shown to nobody, and go after
  `MARK_KEPT`.

So a name is kept if a page names that person, if its parts stand on pages, or if it is asked for
day after day. What was asked only once is shown to nobody, and forgotten soon.
"""

import datetime as dt
import logging
import re
from typing import Final

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from . import analysis, suggestions
from .models import AskedQuery

logger = logging.getLogger(__name__)

KEPT: Final = dt.timedelta(days=365)
#: What nobody asked a second time by then goes.
SINGLE_KEPT: Final = dt.timedelta(days=30)
#: How long a question with a word that is none of the site's has for being asked on so many days.
MARK_KEPT: Final = dt.timedelta(days=30)
DAYS: Final = 5
#: What a mark begins with, and no kept question.
MARK: Final = "#"
#: How often something must have been asked before staff see it.
LEAST: Final = 2
#: Different questions of one day and language that are kept.
MOST_A_DAY: Final = 500
MOST_WORDS: Final = 5
LONGEST: Final = 60

_PERSONAL: Final = (
    re.compile(r"@|://|www\.", re.IGNORECASE),
    # Telephone numbers, personal codes, account numbers: five digits, however they are parted.
    re.compile(r"(?:\d\W*){5}"),
    re.compile(r"\b[a-z]{2}\s?\d{2}\s?[a-z0-9]{4}", re.IGNORECASE),
)


def keepable(text: str) -> str:
    """The words of a question as they are counted; empty if it must not be kept."""
    normalised = analysis.normalise(text)
    if len(normalised.strip()) > LONGEST or any(mark.search(normalised) for mark in _PERSONAL):
        return ""
    tokens = [token.word for token in analysis.tokenise(normalised) if not token.is_joined]
    if len(tokens) > MOST_WORDS or all(len(word) < 2 for word in tokens):
        return ""
    # The words alone: no sign is left that a spreadsheet could take for a formula.
    return " ".join(tokens)[:80]


def record(text: str, language: str, results: int) -> None:
    """Count a question. Whatever goes wrong is logged and goes no further."""
    try:
        with transaction.atomic():
            _record(text, language, results)
    except Exception:
        logger.exception("A search could not be counted")


def _record(text: str, language: str, results: int) -> None:
    words = keepable(text)
    if not words:
        return
    own = AskedQuery.objects.filter(language=language)
    kept = words
    written = own.filter(text=words)
    if suggestions.strangers(words.split(), language) and written.count() < DAYS:
        kept = _mark(words, language)
    _count(kept, language, results)
    marked = own.filter(text=kept)
    if kept != words and marked.count() >= DAYS:
        # A page may have had the words on some days.
        marked.exclude(day__in=list(written.values_list("day", flat=True))).update(text=words)


def _mark(words: str, language: str) -> str:
    """Stands for a question that must not be read. Without the site's key nobody can try names."""
    return MARK + salted_hmac(__name__, f"{language} {words}", algorithm="sha256").hexdigest()


def _count(text: str, language: str, results: int) -> None:
    today = AskedQuery.objects.filter(day=timezone.localdate(), language=language)
    if today.filter(text=text).update(count=F("count") + 1, results=results):
        return
    if today.count() < MOST_A_DAY:
        new = AskedQuery(day=timezone.localdate(), language=language, text=text, results=results)
        # Another visitor may have been first in this moment; that one counts.
        AskedQuery.objects.bulk_create([new], ignore_conflicts=True)


def forget() -> int:
    """Delete what has served its time. Returns the number of rows."""
    today = timezone.localdate()
    old = AskedQuery.objects.filter(day__lt=today - KEPT)
    count = old.delete()[0]
    marks = AskedQuery.objects.filter(text__startswith=MARK, day__lte=today - MARK_KEPT)
    count += marks.delete()[0]
    once = (
        AskedQuery.objects.values("language", "text").annotate(times=Sum("count")).filter(times=1)
    )
    rare: dict[str, list[str]] = {}
    for language, text in once.values_list("language", "text"):
        rare.setdefault(language, []).append(text)
    for language, texts in rare.items():
        for start in range(0, len(texts), 1000):
            rows = AskedQuery.objects.filter(
                day__lt=today - SINGLE_KEPT, language=language, text__in=texts[start : start + 1000]
            )
            count += rows.delete()[0]
    return count
