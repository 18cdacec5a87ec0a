"""The index, the editors' recommendations, and what was asked.

The index is made of pages, words (each spelling that occurs in a language), and postings (which
word stands on which page, and how much it says about the page).
All numbers are integers, and all comparing of text is of equal strings, so that every database
finds the same pages in the same order.
"""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from .analysis import LONGEST_WORD


class IndexedPage(models.Model):
    """One published page in the index. Its rows are short, because a search may read thousands."""

    wagtail_reference_index_ignore = True

    page = models.OneToOneField(Page, models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    # The kind of page for the reader: a code of `kinds`.
    kind = models.CharField(max_length=40)
    expires_at = models.DateTimeField(null=True, blank=True)
    # Of all that the analysis depends on: an unchanged page is not written again.
    fingerprint = models.CharField(max_length=32)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["language"], name="indexed_page_language")]

    def __str__(self) -> str:
        return f"{self.language} {self.page_id}"


class PageText(models.Model):
    """What is shown of a page that was found."""

    wagtail_reference_index_ignore = True

    page = models.OneToOneField(IndexedPage, models.CASCADE, primary_key=True, related_name="shown")
    title = models.CharField(max_length=255)
    introduction = models.TextField(blank=True)
    # The words of the page, one line for each paragraph or field: extracts are cut from them.
    text = models.TextField(blank=True)
    # The page's own date, if it has one: of publication, or when an event begins.
    date = models.DateField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.title


class IndexedWord(models.Model):
    """A spelling, in lower case."""

    wagtail_reference_index_ignore = True

    language = models.CharField(max_length=10)
    spelling = models.CharField(max_length=LONGEST_WORD)
    # Without diacritics; may be longer than the spelling (ß).
    folded = models.CharField(max_length=3 * LONGEST_WORD)
    term = models.CharField(max_length=3 * LONGEST_WORD)
    # The first letters of `folded`, and its consonants: where a misspelt word is looked for. They
    # are columns of their own because databases disagree about the order of letters.
    beginning = models.CharField(max_length=2)
    skeleton = models.CharField(max_length=3 * LONGEST_WORD)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["language", "spelling"], name="word_spelling_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["language", "term"], name="word_term"),
            models.Index(fields=["language", "beginning"], name="word_beginning"),
            models.Index(fields=["language", "skeleton"], name="word_skeleton"),
        ]

    def __str__(self) -> str:
        return self.spelling


class Posting(models.Model):
    """A word on a page."""

    wagtail_reference_index_ignore = True

    word = models.ForeignKey(IndexedWord, models.CASCADE, related_name="postings", db_index=False)
    page = models.ForeignKey(IndexedPage, models.CASCADE, related_name="postings")
    # How much the word says about the page: hundredths.
    weight = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["word", "page"], name="posting_unique")
        ]
        # Holds all that a search reads.
        indexes: ClassVar = [models.Index(fields=["word", "page", "weight"], name="posting_read")]

    def __str__(self) -> str:
        return f"{self.word_id} on {self.page_id}"


class Promotion(models.Model):
    """What editors recommend to those who search for certain words."""

    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    words = models.TextField(
        _("searched words"),
        max_length=1000,
        help_text=_(
            "One word or phrase per line. The recommendation is shown to whoever searches for all "
            "words of a line, in whatever form and with or without diacritics."
        ),
    )
    page = models.ForeignKey(
        Page,
        models.CASCADE,
        verbose_name=_("page"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Shown only while it is published and open to everybody."),
    )
    address = models.URLField(_("or an address elsewhere"), blank=True)
    title = models.CharField(
        _("title"),
        max_length=120,
        blank=True,
        help_text=_("The words of the link. Empty: the title of the page."),
    )
    description = models.CharField(_("description"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Lower numbers come first.")
    )

    class Meta:
        verbose_name = _("recommended result")
        verbose_name_plural = _("recommended results")
        ordering = ("language", "position", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(page__isnull=False, address="")
                | models.Q(page__isnull=True) & ~models.Q(address="") & ~models.Q(title=""),
                name="promotion_leads_somewhere",
                violation_error_message=_(
                    "Choose a page, or give an address and a title for it; one of the two."
                ),
            )
        ]

    def __str__(self) -> str:
        first = next(iter(self.words.splitlines()), "")
        return f"{first} → {self.title or self.page or self.address}"

    def clean(self) -> None:
        super().clean()
        if not self.words.strip():
            raise ValidationError({"words": _("Give at least one word.")})


class AskedQuery(models.Model):
    """What was asked on one day in one language, without anything about who asked."""

    wagtail_reference_index_ignore = True

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    text = models.CharField(_("searched words"), max_length=80)
    count = models.PositiveIntegerField(_("times asked"), default=1)
    # When it was asked last on that day.
    results = models.PositiveIntegerField(_("results"))

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("searched words")
        verbose_name_plural = _("searched words")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "language", "text"], name="asked_once_a_day")
        ]
        indexes: ClassVar = [models.Index(fields=["language", "text"], name="asked_text")]

    def __str__(self) -> str:
        return self.text
