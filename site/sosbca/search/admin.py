"""What staff see of the search: the results they recommend, and what people asked."""

from typing import Any

import django_filters
from django.db.models import Max, Min, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from .asked import LEAST, MARK
from .models import AskedQuery, Promotion


class PromotionViewSet(ModelViewSet):
    model = Promotion
    name = "site_search_promotions"
    url_prefix = "search/recommended"
    icon = "pick"
    menu_label = _("Recommended results")  # type: ignore[assignment]
    menu_order = 900
    add_to_settings_menu = True
    copy_view_enabled = False
    list_display = ("__str__", "language", "description", "position")
    list_filter = ("language",)
    panels = (
        FieldPanel("language"),
        FieldPanel("words"),
        PageChooserPanel("page"),
        FieldRowPanel([FieldPanel("address"), FieldPanel("title")]),
        FieldPanel("description"),
        FieldPanel("position"),
    )


class AskedFilters(WagtailFilterSet):
    results = django_filters.ChoiceFilter(
        label=_("Results"),
        choices=[("without", _("Without results")), ("with", _("With results"))],
        method="by_results",
        empty_label=_("All"),
    )
    day = django_filters.DateFromToRangeFilter(label=_("Day"), widget=DateRangePickerWidget)

    class Meta:
        model = AskedQuery
        fields = ("results", "language", "day")

    def by_results(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(results=0) if value == "without" else rows.filter(results__gt=0)


class AskedReport(ReportView):  # type: ignore[misc]
    """What was searched, over all days; no marks, and nothing that was asked only once."""

    model = AskedQuery
    page_title = _("Searched on the site")
    header_icon = "search"
    permission_policy = ModelPermissionPolicy(AskedQuery)
    any_permission_required = ("view",)
    index_url_name = "site_search_asked"
    index_results_url_name = "site_search_asked_results"
    filterset_class = AskedFilters
    is_searchable = True
    search_fields = ("text",)
    default_ordering = "-times"
    columns = (
        Column("text", label=_("Searched words"), sort_key="text"),
        Column("language", label=_("Language"), sort_key="language"),
        Column("times", label=_("Times asked"), sort_key="times"),
        Column("fewest", label=_("Results"), sort_key="fewest"),
        DateColumn("last", label=_("Last asked"), sort_key="last"),
    )
    list_export = ("text", "language", "times", "fewest", "last")
    export_headings = {
        "text": _("Searched words"),
        "language": _("Language"),
        "times": _("Times asked"),
        "fewest": _("Results"),
        "last": _("Last asked"),
    }
    export_filename = "searched"

    def get_base_queryset(self) -> QuerySet[Any]:
        return AskedQuery.objects.exclude(text__startswith=MARK)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The filters choose days; only then are days added up."""
        chosen: QuerySet[Any] = super().filter_queryset(queryset).order_by()
        rows = (
            chosen.values("text", "language")
            .annotate(times=Sum("count"), fewest=Min("results"), last=Max("day"))
            .filter(times__gte=LEAST)
        )
        ordered: QuerySet[Any] = rows.order_by(*self._order(), "text", "language")
        return ordered

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def _order(self) -> list[str]:
        allowed = {column.sort_key for column in self.columns}
        ordering = self.request.GET.get("ordering") or self.default_ordering
        return [ordering] if ordering.removeprefix("-") in allowed else [self.default_ordering]
