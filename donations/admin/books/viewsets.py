"""Addresses and menu entries of the books."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet

from ...models import Import, LedgerEntry, Payout, ProviderEvent, Reconciliation
from .. import wording
from ..columns import DayColumn, LinkColumn, MomentColumn, MoneyColumn, StateColumn, status_column
from ..policies import may
from ..viewset_base import ListOnlyViewSet, LookingViewSet
from . import actions, details, filters, health, listings


class MomentLinkColumn(LinkColumn):
    """A moment that leads to the details of its row."""

    def get_value(self, instance: Any) -> str:
        return wording.moment(super().get_value(instance))


class LedgerViewSet(ListOnlyViewSet):
    """An entry is looked at on the page of its donation or payout."""

    model = LedgerEntry
    name = "giving_ledger"
    url_prefix = "giving/ledger"
    icon = "list-ul"
    ordering = "-occurred_at"
    index_view_class = listings.LedgerListing
    filterset_class = filters.LedgerFilters
    export_filename = "ledger"
    list_display = (
        TitleColumn(
            "about",
            label=_("About"),
            accessor=listings.about,
            get_url=listings.donation_url,
            sort_key="donation__donor__name",
        ),
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        MomentColumn("occurred_at", label=_("Date"), sort_key="occurred_at"),
        Column("fund", label=_("Fund"), accessor=listings.fund_of),
        Column("payout", label=_("Payout"), accessor=listings.payout_of, classname="giving-code"),
        Column("reference", label=_("Reference"), sort_key="reference", classname="giving-code"),
    )


class PayoutViewSet(LookingViewSet):
    model = Payout
    name = "giving_payouts"
    url_prefix = "giving/payouts"
    icon = "download"
    ordering = "-created_at"
    index_view_class = listings.PayoutListing
    inspect_view_class = details.PayoutDetail
    filterset_class = filters.PayoutFilters
    export_filename = "payouts"
    list_display = (
        LinkColumn("reference", name, label=_("Payout"), sort_key="reference"),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        status_column(lambda row: f"payout-{row.status}"),
        StateColumn(
            "settled",
            label=_("By our ledger"),
            accessor=listings.settled_words,
            sort_key="settled_at",
            state=listings.settled_state,
        ),
        MomentColumn("created_at", label=_("Created"), sort_key="created_at"),
        DayColumn("arrives_on", label=_("Arrives"), sort_key="arrives_on"),
    )


class ReconciliationViewSet(LookingViewSet):
    model = Reconciliation
    name = "giving_reconciliations"
    url_prefix = "giving/reconciliations"
    icon = "check"
    actions = ("repair",)
    ordering = "-started_at"
    index_view_class = listings.ReconciliationListing
    inspect_view_class = details.ReconciliationDetail
    filterset_class = filters.ReconciliationFilters
    export_filename = "reconciliations"
    list_display = (
        MomentLinkColumn("started_at", name, label=_("Started"), sort_key="started_at"),
        status_column(),
        Column("checked", label=_("Movements compared"), sort_key="checked"),
        MoneyColumn("theirs_cents", label=_("At the payment company"), sort_key="theirs_cents"),
        MoneyColumn("ours_cents", label=_("In our ledger"), sort_key="ours_cents"),
        Column("difference_count", label=_("Differences"), sort_key="difference_count"),
        Column("open_count", label=_("Not repaired"), sort_key="open_count"),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        repair = self.construct_view(actions.RepairView)
        return [
            *super().get_urlpatterns(),
            path("start/", self.construct_view(actions.StartView), name="start"),
            path("<int:pk>/differences/<int:difference>/repair/", repair, name="repair"),
        ]


class ImportViewSet(LookingViewSet):
    model = Import
    name = "giving_imports"
    url_prefix = "giving/imports"
    icon = "history"
    ordering = "-started_at"
    index_view_class = listings.ImportListing
    inspect_view_class = details.ImportDetail
    filterset_class = filters.ImportFilters
    export_filename = "imports"
    list_display = (
        MomentLinkColumn("started_at", name, label=_("Started"), sort_key="started_at"),
        status_column(lambda row: f"import-{row.status}"),
        Column("get_stage_display", label=_("Stage"), sort_key="stage"),
        Column("pledges", label=_("Pledges"), sort_key="pledges"),
        Column("donations", label=_("Donations"), sort_key="donations"),
        Column("skipped", label=_("Left out"), sort_key="skipped"),
        MomentColumn("active_at", label=_("Last progress"), sort_key="active_at"),
    )


class HealthMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, ProviderEvent)


class HealthViewSet(ViewSet):
    """One page."""

    name = "giving_health"
    url_prefix = "giving/health"
    icon = "glasses"
    menu_label = _("Webhook health")
    menu_item_class = HealthMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", self.construct_view(health.HealthView), name="index")]


BOOKS = (LedgerViewSet, PayoutViewSet, ReconciliationViewSet, ImportViewSet, HealthViewSet)
