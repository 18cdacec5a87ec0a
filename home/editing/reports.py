"""Reports for editors: translations, consents and stale facts."""

import datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.coreutils import get_content_languages
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry  # type: ignore[attr-defined]

from sosbca.core.models import CustomImage, Fact
from sosbca.core.text import format_date

from . import consents
from .links import snippet_edit_url
from .translations import Standing, State, with_state
from .usage import uses_of

ANY = ["add", "change", "publish"]


class ActionColumn(Column):
    """A link to what should be done next."""

    cell_template_name = "home/editing/action_cell.html"


class UsesColumn(Column):
    """Links to the pages and snippets that show something."""

    cell_template_name = "home/editing/uses_cell.html"


class StateColumn(Column):
    cell_template_name = "home/editing/state_cell.html"


class DayColumn(Column):
    """A day without a time, as it is written in the reader's language."""

    def get_value(self, instance: Any) -> str:
        day = super().get_value(instance)
        language = (get_language() or "lv").split("-")[0]
        return format_date(day, language) if day else ""


def languages() -> list[tuple[str, str]]:
    return list(get_content_languages().items())


class TranslationsFilterSet(WagtailFilterSet):
    translation_state = django_filters.ChoiceFilter(label=_("State"), choices=State.choices)
    title = django_filters.CharFilter(label=_("Title"), lookup_expr="icontains")
    language = django_filters.ChoiceFilter(
        label=_("Written in"), field_name="locale__language_code", choices=languages
    )
    live = django_filters.BooleanFilter(label=_("Published"))

    class Meta:
        model = Page
        fields = ["translation_state", "title", "language", "live"]


class TranslationsReport(ReportView):  # type: ignore[misc]
    """Every page, with how far its translation has come."""

    model = Page
    page_title = _("State of translations")
    header_icon = "wagtail-localize-language"
    index_url_name = "editing:translations"
    index_results_url_name = "editing:translations_results"
    filterset_class = TranslationsFilterSet
    any_permission_required = ANY
    columns = [
        TitleColumn("title", label=_("Page"), url_name="wagtailadmin_pages:edit"),
        Column("locale", label=_("Written in"), accessor="locale.get_display_name"),
        StateColumn("state", label=_("Translation"), accessor="standing.state"),
        DateColumn("last_published_at", label=_("Published")),
        DateColumn("synchronised_at", label=_("Translation brought up to date")),
        ActionColumn("action", label=_("To do"), accessor="standing.action"),
    ]
    list_export = [
        "title",
        "locale.language_code",
        "translation_state",
        "live",
        "last_published_at",
        "synchronised_at",
        "counterpart_published_at",
    ]
    export_headings = {
        "title": _("Page"),
        "locale.language_code": _("Written in"),
        "translation_state": _("Translation"),
        "live": _("Published"),
        "last_published_at": _("Last published"),
        "synchronised_at": _("Translation brought up to date"),
        "counterpart_published_at": _("Translation published"),
    }

    def get_filename(self) -> str:
        return f"translations-{timezone.localdate():%Y-%m-%d}"

    def get_base_queryset(self) -> QuerySet[Page]:
        pages = self.permission_policy.instances_user_has_any_permission_for(self.request.user, ANY)
        return with_state(pages).select_related("locale").order_by("title", "pk")

    def get_queryset(self) -> QuerySet[Page]:
        return self.get_base_queryset()

    def decorate_paginated_queryset(self, pages: Any) -> list[Any]:
        for page in pages:
            page.standing = Standing.of_row(page)
        return list(pages)


class ConsentsReport(ReportView):  # type: ignore[misc]
    """Pictures of children whose consent has run out, or soon will."""

    page_title = _("Consents for pictures")
    header_icon = "image"
    index_url_name = "editing:consents"
    index_results_url_name = "editing:consents_results"
    any_permission_required = ["change"]
    columns = [
        TitleColumn("title", label=_("Picture"), url_name="wagtailimages:edit"),
        Column("consent_reference", label=_("Consent")),
        DayColumn("consent_until", label=_("Holds until")),
        Column("shown", label=_("On the site"), accessor="shown"),
        UsesColumn("uses", label=_("Used in"), accessor="uses"),
    ]
    list_export = ["title", "consent_reference", "consent_until"]
    export_headings = {
        "title": _("Picture"),
        "consent_reference": _("Consent"),
        "consent_until": _("Holds until"),
    }

    @cached_property
    def permission_policy(self) -> Any:
        return policy_registry.get_by_type(get_image_model())

    def get_filename(self) -> str:
        return f"consents-{timezone.localdate():%Y-%m-%d}"

    def get_queryset(self) -> QuerySet[CustomImage]:
        today = timezone.localdate()
        return (consents.expired(today) | consents.expiring(today)).order_by(
            "consent_until", "title", "pk"
        )

    def decorate_paginated_queryset(self, pictures: Any) -> list[Any]:
        uses = uses_of(pictures)
        for picture in pictures:
            picture.uses = uses.get(str(picture.pk), [])
            picture.shown = _("shown") if picture.may_be_shown else _("hidden")
        return list(pictures)


class FactsReport(ReportView):  # type: ignore[misc]
    """Figures that somebody should have looked at again by now."""

    model = Fact
    page_title = _("Stale facts")
    header_icon = "order"
    index_url_name = "editing:facts"
    index_results_url_name = "editing:facts_results"
    any_permission_required = ["add", "change", "view"]
    columns = [
        TitleColumn("title", label=_("Fact"), accessor="__str__", get_url=snippet_edit_url),
        DayColumn("as_of", label=_("True as of")),
        DayColumn("valid_until", label=_("Valid until")),
        Column("source", label=_("Source")),
        UsesColumn("uses", label=_("Used in"), accessor="uses"),
    ]
    list_export = ["code", "label", "shown", "as_of", "valid_until", "source"]
    export_headings = {
        "code": _("Code"),
        "label": _("What it counts"),
        "shown": _("Figure"),
        "as_of": _("True as of"),
        "valid_until": _("Valid until"),
        "source": _("Source"),
    }

    def get_filename(self) -> str:
        return f"stale-facts-{timezone.localdate():%Y-%m-%d}"

    def get_queryset(self) -> QuerySet[Fact]:
        return stale_facts(timezone.localdate())

    def decorate_paginated_queryset(self, facts: Any) -> list[Any]:
        uses = uses_of(facts)
        for fact in facts:
            fact.uses = uses.get(str(fact.pk), [])
        return list(facts)


def stale_facts(day: datetime.date) -> QuerySet[Fact]:
    """Facts whose validity has ended, the longest first."""
    return Fact.objects.filter(valid_until__lt=day).order_by("valid_until", "pk")
