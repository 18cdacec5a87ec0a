"""Filters of the listings."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from ..models import CheckoutAttempt, Donation, Donor, Fund, OutgoingMail, ProviderEvent, Receipt
from ..models.choices import Frequency, Language
from ..models.donor import DonorKind


def _any_of(choices: Any, label: Any, **kwargs: Any) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(
        choices=choices.choices, label=label, widget=forms.CheckboxSelectMultiple, **kwargs
    )


def _days(label: Any, **kwargs: Any) -> django_filters.DateFromToRangeFilter:
    return django_filters.DateFromToRangeFilter(
        label=label, widget=DateRangePickerWidget(), **kwargs
    )


def _funds(**kwargs: Any) -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        label=_("Fund"), queryset=Fund.objects.all(), empty_label=_("All"), **kwargs
    )


def with_latest_mail(queryset: QuerySet[Receipt], states: list[str]) -> QuerySet[Receipt]:
    """The receipts whose latest message is in one of these states."""
    later = OutgoingMail.objects.filter(
        receipt=OuterRef("receipt"), repetition__gt=OuterRef("repetition")
    )
    found = OutgoingMail.objects.filter(~Exists(later), receipt__isnull=False, status__in=states)
    return queryset.filter(pk__in=found.order_by().values("receipt"))


class DonationFilters(WagtailFilterSet):
    status = _any_of(Donation.Status, _("Status"))
    paid_at = _days(_("Paid"))
    fund = _funds()
    language = _any_of(Language, _("Language"))
    kind = _any_of(DonorKind, _("Kind of donor"), field_name="donor__kind")

    class Meta:
        model = Donation
        fields: list[str] = []


class DonorFilters(WagtailFilterSet):
    kind = _any_of(DonorKind, _("Kind of donor"))
    created_at = _days(_("Created"))
    merged = django_filters.BooleanFilter(
        label=_("Merged into another"),
        field_name="merged_into",
        lookup_expr="isnull",
        exclude=True,
    )
    erased = django_filters.BooleanFilter(
        label=_("Erased"), field_name="erased_at", lookup_expr="isnull", exclude=True
    )
    erasing = django_filters.BooleanFilter(label=_("Waits to be erased"), method="with_erasing")

    def with_erasing(self, queryset: QuerySet[Donor], name: str, value: bool) -> QuerySet[Donor]:
        waiting = Q(erase_requested_at__isnull=False, erased_at=None)
        return queryset.filter(waiting if value else ~waiting)

    class Meta:
        model = Donor
        fields: list[str] = []


class ReceiptFilters(WagtailFilterSet):
    kind = _any_of(Receipt.Kind, _("Kind of document"))
    issued_on = _days(_("Issued"))
    fund = _funds(field_name="donation__fund")
    language = _any_of(Language, _("Language"), field_name="donation__language")
    mail = _any_of(OutgoingMail.Status, _("E-mail"), method="with_mail")

    def with_mail(
        self, queryset: QuerySet[Receipt], name: str, value: list[str]
    ) -> QuerySet[Receipt]:
        return with_latest_mail(queryset, value) if value else queryset

    class Meta:
        model = Receipt
        fields: list[str] = []


class EventFilters(WagtailFilterSet):
    status = _any_of(ProviderEvent.Status, _("Status"))
    type = django_filters.AllValuesFilter(label=_("Type"), empty_label=_("All"))
    source = _any_of(ProviderEvent.Source, _("Arrived by"))
    received_at = _days(_("Received"))

    class Meta:
        model = ProviderEvent
        fields: list[str] = []


class AttemptFilters(WagtailFilterSet):
    status = _any_of(CheckoutAttempt.Status, _("Status"))
    created_at = _days(_("Started"))
    fund = _funds()
    frequency = _any_of(Frequency, _("Frequency"))
    language = _any_of(Language, _("Language"))

    class Meta:
        model = CheckoutAttempt
        fields: list[str] = []


class FundFilters(WagtailFilterSet):
    is_open = django_filters.BooleanFilter(label=_("Open for gifts"))

    class Meta:
        model = Fund
        fields: list[str] = []
