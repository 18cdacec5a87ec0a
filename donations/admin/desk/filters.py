"""Filters of the desk's listings."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from ...models import (
    Campaign,
    Donation,
    LedgerEntry,
    OutgoingMail,
    Pledge,
    Statement,
    StatementRun,
    TransferIntention,
)
from ...models.choices import Frequency, Language
from ..filters import _any_of, _days, _funds

RETURNS = ("refund", "refund_failure")


class PledgeFilters(WagtailFilterSet):
    status = _any_of(Pledge.Status, _("Status"))
    frequency = django_filters.MultipleChoiceFilter(
        choices=Frequency.choices[1:], label=_("Frequency"), widget=forms.CheckboxSelectMultiple
    )
    fund = _funds()
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=Campaign.objects.all(), empty_label=_("All")
    )
    started_at = _days(_("Started"))
    next_payment_at = _days(_("Next payment"))
    ended_at = _days(pgettext_lazy("date", "Ended"))
    language = _any_of(Language, _("Language"))

    class Meta:
        model = Pledge
        fields: list[str] = []


class RefundFilters(WagtailFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        choices=[choice for choice in LedgerEntry.Kind.choices if choice[0] in RETURNS],
        label=_("Kind"),
        widget=forms.CheckboxSelectMultiple,
    )
    occurred_at = _days(_("Date"))
    fund = _funds(field_name="donation__fund")

    class Meta:
        model = LedgerEntry
        fields: list[str] = []


class DisputeFilters(WagtailFilterSet):
    status = _any_of(Donation.Status, _("Status"))
    paid_at = _days(_("Paid"))
    fund = _funds()

    class Meta:
        model = Donation
        fields: list[str] = []


class StatementFilters(WagtailFilterSet):
    year = django_filters.NumberFilter(label=_("Year"))
    issued_on = _days(_("Issued"))
    language = _any_of(Language, _("Language"))
    mail = _any_of(OutgoingMail.Status, _("E-mail"), method="with_mail")

    def with_mail(
        self, queryset: QuerySet[Statement], name: str, value: list[str]
    ) -> QuerySet[Statement]:
        mails = OutgoingMail.objects.filter(status__in=value, statement__isnull=False)
        return queryset.filter(pk__in=mails.values("statement")) if value else queryset

    class Meta:
        model = Statement
        fields: list[str] = []


class RunFilters(WagtailFilterSet):
    status = _any_of(StatementRun.Status, _("Status"))

    class Meta:
        model = StatementRun
        fields: list[str] = []


class CampaignFilters(WagtailFilterSet):
    fund = _funds()
    starts_on = _days(_("First day"))

    class Meta:
        model = Campaign
        fields: list[str] = []


class TransferFilters(WagtailFilterSet):
    created_at = _days(_("Announced"))
    fund = _funds()

    class Meta:
        model = TransferIntention
        fields: list[str] = []
