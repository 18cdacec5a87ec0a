"""How far the translation of each page has come.

A page and its translation share a key. The source is the page that a translation was ordered from;
where none was ordered, the Latvian page.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation


class State(models.TextChoices):
    """What is to be done is told by the first that applies."""

    MISSING = "missing", _("No translation")
    DRAFT = "draft", _("Not published")
    OUTDATED = "outdated", _("Out of date")
    COMPLETE = "complete", _("Up to date")


def with_state(pages: QuerySet[Page]) -> QuerySet[Any]:
    """The pages that are sources, each with what is known of its translation. One query.

    `counterpart_id` and `order_id` (of a wagtail-localize source) are None when there is none.
    """
    key = OuterRef("translation_key")
    elsewhere = Page.objects.filter(translation_key=key).exclude(locale_id=OuterRef("locale_id"))
    elsewhere = elsewhere.order_by("pk")
    orders = Translation.objects.filter(enabled=True, source__object_id=key)
    from_here = orders.filter(source__locale_id=OuterRef("locale_id"))
    found: QuerySet[Any] = (
        pages.filter(depth__gt=1)
        .annotate(
            counterpart_id=Subquery(elsewhere.values("pk")[:1]),
            counterpart_live=Subquery(elsewhere.values("live")[:1]),
            counterpart_published_at=Subquery(elsewhere.values("last_published_at")[:1]),
            order_id=Subquery(from_here.values("source_id")[:1]),
            synchronised_at=Subquery(from_here.values("source__last_updated_at")[:1]),
            is_translated_from=Exists(orders.filter(target_locale_id=OuterRef("locale_id"))),
            lacks_words=Exists(_untranslated()),
        )
        .exclude(is_translated_from=True)
        .exclude(
            ~Q(locale__language_code=settings.LANGUAGE_CODE),
            counterpart_id__isnull=False,
            order_id__isnull=True,
        )
        .annotate(
            translation_state=Case(
                When(counterpart_id__isnull=True, then=Value(State.MISSING)),
                When(counterpart_live=False, then=Value(State.DRAFT)),
                When(_is_outdated(), then=Value(State.OUTDATED)),
                default=Value(State.COMPLETE),
                output_field=models.CharField(),
            )
        )
    )
    return found


def _untranslated() -> Any:
    """Words of the ordered source that have no translation, or a wrong one."""
    translated = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"), context_id=OuterRef("context_id"), has_error=False
    ).exclude(locale_id=OuterRef("string__locale_id"))
    segments = StringSegment.objects.filter(
        source__object_id=OuterRef("translation_key"), source__locale_id=OuterRef("locale_id")
    )
    return segments.filter(~Exists(translated))


def _is_outdated() -> Q:
    ordered = Q(order_id__isnull=False)
    return (
        # Published here after the translation was last brought up to date, …
        (ordered & Q(last_published_at__gt=F("synchronised_at")))
        # … or brought up to date, and the translation not published since, …
        | (ordered & Q(synchronised_at__gt=F("counterpart_published_at")))
        # … or published with words in the other language.
        | (ordered & Q(lacks_words=True))
        # A translation that is written by hand.
        | (~ordered & Q(last_published_at__gt=F("counterpart_published_at")))
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one page stands, and what an editor can do about it."""

    state: State
    source_id: int
    counterpart_id: int | None
    order_id: int | None
    synchronised_at: datetime.datetime | None
    source_published_at: datetime.datetime | None

    @classmethod
    def of(cls, page: Page) -> "Standing | None":
        """That of the page, whether it is the source or the translation; None for the root."""
        family = Page.objects.filter(translation_key=page.translation_key)
        row = with_state(family).first()
        return cls.of_row(row) if row else None

    @classmethod
    def of_row(cls, row: Any) -> "Standing":
        return cls(
            State(row.translation_state),
            row.pk,
            row.counterpart_id,
            row.order_id,
            row.synchronised_at,
            row.last_published_at,
        )

    @property
    def needs_update(self) -> bool:
        """Whether the source has changed since the order was last brought up to date."""
        if self.order_id is None or not (self.synchronised_at and self.source_published_at):
            return False
        return self.source_published_at > self.synchronised_at

    @property
    def action(self) -> tuple[str, str]:
        """The label and address of what to do next."""
        if self.state is State.MISSING:
            return str(_("Translate")), reverse(
                "wagtail_localize:submit_page_translation", args=[self.source_id]
            )
        if self.needs_update:
            return str(_("Update the translation")), reverse(
                "wagtail_localize:update_translations", args=[self.order_id]
            )
        return str(_("Open the translation")), reverse(
            "wagtailadmin_pages:edit", args=[self.counterpart_id]
        )


def counts(pages: QuerySet[Page]) -> dict[State, int]:
    """How many published pages are in each state. One query."""
    rows = (
        with_state(pages.filter(live=True))
        .order_by()
        .values("translation_state")
        .annotate(number=models.Count("pk"))
    )
    numbers = {row["translation_state"]: row["number"] for row in rows}
    return {state: numbers.get(state.value, 0) for state in State}
