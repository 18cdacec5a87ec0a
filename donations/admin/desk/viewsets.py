"""Addresses and menu entries of the desk."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet

from ...models import (
    Campaign,
    Donation,
    LedgerEntry,
    Pledge,
    Statement,
    StatementRun,
    TransferIntention,
)
from ..columns import DayColumn, LinkColumn, MomentColumn, MoneyColumn, StateColumn, status_column
from ..viewset_base import ListOnlyViewSet, LookingViewSet
from ..writing import WrittenViewSet
from . import campaigns, filters, listings, overview, pledges, statements


def _donation_url(entry: LedgerEntry) -> str:
    return reverse("giving_donations:inspect", args=[entry.donation_id])


class OverviewMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return overview.may_look(request.user)


class OverviewViewSet(ViewSet):
    name = "giving_overview"
    url_prefix = "giving/overview"
    icon = "view"
    menu_label = _("Overview")
    menu_item_class = OverviewMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", self.construct_view(overview.OverviewView), name="index")]


class PledgeViewSet(LookingViewSet):
    model = Pledge
    name = "giving_pledges"
    url_prefix = "giving/pledges"
    icon = "calendar-alt"
    actions = ("manage",)
    ordering = "-created_at"
    index_view_class = listings.PledgeListing
    inspect_view_class = pledges.PledgeDetail
    filterset_class = filters.PledgeFilters
    export_filename = "pledges"
    list_display = (
        LinkColumn("donor", name, label=_("Donor"), sort_key="donor__name"),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        Column("get_frequency_display", label=_("Frequency"), sort_key="frequency"),
        status_column(),
        Column("fund", label=_("Fund"), sort_key="fund__code"),
        MomentColumn("started_at", label=_("Started"), sort_key="started_at"),
        MomentColumn("next_payment_at", label=_("Next payment"), sort_key="next_payment_at"),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            self.action_path("change", pledges.ChangeView),
            self.action_path("pause", pledges.PauseView),
            self.action_path("resume", pledges.ResumeView),
            self.action_path("cancel", pledges.CancelView),
        ]


class RefundViewSet(ListOnlyViewSet):
    model = LedgerEntry
    name = "giving_refunds"
    url_prefix = "giving/refunds"
    icon = "refund"
    menu_label = _("Refunds")  # type: ignore[assignment]
    ordering = "-occurred_at"
    index_view_class = listings.RefundListing
    filterset_class = filters.RefundFilters
    export_filename = "refunds"
    list_display = (
        TitleColumn(
            "donor",
            label=_("Donor"),
            accessor="donation.donor",
            get_url=_donation_url,
            sort_key="donation__donor__name",
        ),
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        MoneyColumn("donation.amount_cents", label=_("Gift")),
        Column("fund", label=_("Fund"), accessor="donation.fund"),
        MomentColumn("occurred_at", label=_("Date"), sort_key="occurred_at"),
    )


class DisputeViewSet(ListOnlyViewSet):
    model = Donation
    name = "giving_disputes"
    url_prefix = "giving/disputes"
    icon = "warning"
    menu_label = _("Disputes")  # type: ignore[assignment]
    ordering = "-paid_at"
    index_view_class = listings.DisputeListing
    filterset_class = filters.DisputeFilters
    export_filename = "disputes"
    list_display = (
        LinkColumn("donor", "giving_donations", label=_("Donor"), sort_key="donor__name"),
        MoneyColumn("amount_cents", label=_("Gift"), sort_key="amount_cents"),
        MoneyColumn(
            "disputed", label=pgettext_lazy("amount", "Withdrawn"), accessor=listings.disputed_cents
        ),
        status_column(),
        Column("fund", label=_("Fund"), sort_key="fund__code"),
        MomentColumn(
            "since",
            label=_("Disputed"),
            accessor=lambda row: next(iter(listings.dispute_dates(row)), None),
        ),
        MomentColumn("paid_at", label=_("Paid"), sort_key="paid_at"),
    )


class StatementViewSet(LookingViewSet):
    model = Statement
    name = "giving_statements"
    url_prefix = "giving/statements"
    icon = "doc-full"
    actions = ("issue",)
    ordering = "-pk"
    index_view_class = listings.StatementListing
    inspect_view_class = statements.StatementDetail
    filterset_class = filters.StatementFilters
    export_filename = "statements"
    list_display = (
        LinkColumn(
            "reference",
            name,
            label=_("Document number"),
            sort_key="pk",
            classname="giving-moment",
        ),
        Column("donor", label=_("Donor"), sort_key="donor__name"),
        Column("year", label=_("Year"), sort_key="year"),
        MoneyColumn("total_cents", label=_("Total"), sort_key="total_cents"),
        Column("gifts", label=_("Gifts"), sort_key="gifts"),
        DayColumn("issued_on", label=_("Issued"), sort_key="issued_on"),
        StateColumn(
            "mail",
            label=_("E-mail message"),
            accessor=listings.mail_words,
            state=listings.mail_state,
        ),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            self.action_path("download", statements.DownloadView),
            self.action_path("reissue", statements.ReissueView),
            self.action_path("send", statements.SendView),
        ]


class RunViewSet(LookingViewSet):
    model = StatementRun
    name = "giving_runs"
    url_prefix = "giving/statement-runs"
    icon = "doc-full-inverse"
    ordering = "-pk"
    index_view_class = listings.RunListing
    inspect_view_class = statements.RunDetail
    filterset_class = filters.RunFilters
    export_filename = "statement-runs"
    list_display = (
        LinkColumn("year", name, label=_("Year"), sort_key="year"),
        status_column(lambda row: "completed" if row.status == "done" else "started"),
        Column("progress", label=pgettext_lazy("task", "Progress"), accessor=listings.progress_of),
        Column("issued", label=_("Issued"), sort_key="issued"),
        Column("failed", label=_("Failed"), sort_key="failed"),
        MomentColumn("started_at", label=_("Started"), sort_key="started_at"),
        MomentColumn("finished_at", label=_("Finished"), sort_key="finished_at"),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        start = self.construct_view(statements.StartRunView)
        return [*super().get_urlpatterns(), path("start/", start, name="start")]


class CampaignViewSet(WrittenViewSet):
    model = Campaign
    name = "giving_campaigns"
    url_prefix = "giving/campaigns"
    icon = "date"
    ordering = "-starts_on"
    form_class = campaigns.CampaignForm
    index_view_class = listings.CampaignListing
    delete_view_class = campaigns.CampaignDelete
    filterset_class = filters.CampaignFilters
    export_filename = "campaigns"
    list_display = (
        "name",
        Column("code", label=_("Code"), sort_key="code", classname="giving-code"),
        Column("fund", label=_("Fund"), sort_key="fund__code"),
        StateColumn(
            "state",
            label=_("State"),
            accessor=listings.state_words,
            state=lambda row: {"running": "good", "coming": "waiting"}.get(row.state(), "quiet"),
        ),
        DayColumn("starts_on", label=_("First day"), sort_key="starts_on"),
        DayColumn("ends_on", label=_("Last day"), sort_key="ends_on"),
        MoneyColumn("goal_cents", label=_("Goal"), sort_key="goal_cents"),
        MoneyColumn("given_cents", label=_("Given"), sort_key="given_cents"),
        Column("share", label=_("Progress"), accessor=listings.share_of_goal),
    )


class TransferViewSet(ListOnlyViewSet):
    model = TransferIntention
    name = "giving_transfers"
    url_prefix = "giving/transfers"
    icon = "mail"
    ordering = "-created_at"
    index_view_class = listings.TransferListing
    filterset_class = filters.TransferFilters
    export_filename = "announced-transfers"
    list_display = (
        TitleColumn(
            "reference",
            label=_("Reference"),
            sort_key="reference",
            # From the announcement to the gift, when the money is on the account.
            get_url=lambda row: f"{reverse('giving_donations:enter')}?transfer={row.pk}",
        ),
        Column("donor", label=_("Donor"), sort_key="donor__name"),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        Column("fund", label=_("Fund"), sort_key="fund__code"),
        MomentColumn("created_at", label=_("Announced"), sort_key="created_at"),
    )


# In the order of the menu; the first stands before all other entries of giving.
DESK_FIRST = (OverviewViewSet,)
DESK = (
    PledgeViewSet,
    StatementViewSet,
    RunViewSet,
    RefundViewSet,
    DisputeViewSet,
    CampaignViewSet,
    TransferViewSet,
)
