"""Filters of the listings about the books."""

from collections.abc import Iterator
from datetime import date, timedelta

import django_filters
from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from ...figures import Period
from ...models import Import, LedgerEntry, Payout, Reconciliation
from .. import wording
from ..filters import _any_of, _days, _funds


def _months() -> Iterator[tuple[str, str]]:
    """The months from the first movement of money to the last, the latest first."""
    ends = LedgerEntry.objects.aggregate(first=Min("occurred_at"), last=Max("occurred_at"))
    if ends["last"] is None:
        return
    first, month = (timezone.localdate(ends[name]).replace(day=1) for name in ("first", "last"))
    while month >= first:
        yield f"{month:%Y-%m}", wording.month(month)
        month = (month - timedelta(days=1)).replace(day=1)


class LedgerFilters(WagtailFilterSet):
    kind = _any_of(LedgerEntry.Kind, _("Kind"))
    month = django_filters.ChoiceFilter(
        label=_("Month"), choices=_months, empty_label=_("All"), method="in_month"
    )
    occurred_at = _days(_("Date"))
    fund = _funds(field_name="donation__fund")
    payout = django_filters.CharFilter(
        label=_("Payout"), field_name="payout__reference", lookup_expr="iexact"
    )

    def in_month(
        self, queryset: QuerySet[LedgerEntry], name: str, value: str
    ) -> QuerySet[LedgerEntry]:
        return queryset.filter(Period((date.fromisoformat(f"{value}-01"),)).within("occurred_at"))

    class Meta:
        model = LedgerEntry
        fields: list[str] = []


class PayoutFilters(WagtailFilterSet):
    status = _any_of(Payout.Status, _("Status"))
    created_at = _days(_("Created"))
    settled_at = django_filters.BooleanFilter(
        label=_("Reconciled"), lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Payout
        fields: list[str] = []


class ReconciliationFilters(WagtailFilterSet):
    status = _any_of(Reconciliation.Status, _("Status"))
    started_at = _days(_("Started"))

    class Meta:
        model = Reconciliation
        fields: list[str] = []


class ImportFilters(WagtailFilterSet):
    status = _any_of(Import.Status, _("Status"))

    class Meta:
        model = Import
        fields: list[str] = []
