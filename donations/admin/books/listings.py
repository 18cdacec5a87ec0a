"""The listings of the books."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import HeaderButton

from ...models import LedgerEntry, Payout, Reconciliation
from .. import search
from ..exports import ExportColumn, euro
from ..listings import ListingView
from ..policies import may


def donation_url(entry: LedgerEntry) -> str | None:
    """The donation that an entry is about; who sees the ledger may see donations as well."""
    if entry.donation_id is None:
        return None
    return reverse("giving_donations:inspect", args=[entry.donation_id])


def about(entry: LedgerEntry) -> str:
    """Whose gift an entry is about; movements of the account are nobody's."""
    return str(entry.donation.donor) if entry.donation else str(_("The account"))


def fund_of(entry: LedgerEntry) -> str:
    return entry.donation.fund.name() if entry.donation else ""


def payout_of(entry: LedgerEntry) -> str:
    return entry.payout.reference if entry.payout else ""


class LedgerListing(ListingView):
    nothing_yet = _("Every movement of money appears here by itself.")
    related = ("donation__donor", "donation__fund", "donation__campaign", "payout")
    export_columns = (
        ExportColumn("date", _("Date"), lambda row: row.occurred_at),
        ExportColumn("kind", _("Kind"), lambda row: row.get_kind_display()),
        ExportColumn("amount", _("Amount, EUR"), lambda row: euro(row.amount_cents)),
        ExportColumn("about", _("About"), about),
        ExportColumn("fund", _("Fund"), fund_of),
        ExportColumn(
            "fund_code", _("Fund code"), lambda row: row.donation.fund.code if row.donation else ""
        ),
        ExportColumn(
            "campaign",
            _("Campaign"),
            lambda row: (
                row.donation.campaign.name() if row.donation and row.donation.campaign else ""
            ),
        ),
        ExportColumn(
            "payment",
            _("Payment"),
            lambda row: row.donation.payment_reference if row.donation else "",
        ),
        ExportColumn("reference", _("Reference"), lambda row: row.reference),
        ExportColumn("balance", _("Balance transaction"), lambda row: row.balance_reference),
        ExportColumn("payout", _("Payout"), payout_of),
        ExportColumn("recorded", _("Recorded"), lambda row: row.recorded_at),
    )

    def search(self, queryset: Any, text: str) -> Any:
        return search.entries(queryset, text)


class PayoutListing(ListingView):
    nothing_yet = _("What is paid out to the bank account appears here by itself.")
    is_searchable = True
    export_columns = (
        ExportColumn("reference", _("Payout"), lambda row: row.reference),
        ExportColumn("amount", _("Amount, EUR"), lambda row: euro(row.amount_cents)),
        ExportColumn("status", _("Status"), lambda row: row.get_status_display()),
        ExportColumn("created", _("Created"), lambda row: row.created_at),
        ExportColumn("arrives", _("Arrives"), lambda row: row.arrives_on),
        ExportColumn("settled", _("Reconciled"), lambda row: row.settled_at),
    )

    def search(self, queryset: Any, text: str) -> Any:
        return queryset.filter(reference__icontains=text)


def settled_words(payout: Payout) -> str:
    return str(_("Adds up") if payout.settled_at else _("Not yet"))


def settled_state(payout: Payout) -> str:
    return "settled" if payout.settled_at else "unsettled"


class ReconciliationListing(ListingView):
    nothing_yet = _("The books are compared every night, and when you ask for it.")
    is_searchable = False
    export_columns = (
        ExportColumn("started", _("Started"), lambda row: row.started_at),
        ExportColumn("finished", _("Finished"), lambda row: row.finished_at),
        ExportColumn("status", _("Status"), lambda row: row.get_status_display()),
        ExportColumn("checked", _("Movements compared"), lambda row: row.checked),
        ExportColumn(
            "theirs", _("At the payment company, EUR"), lambda row: euro(row.theirs_cents)
        ),
        ExportColumn("ours", _("In our ledger, EUR"), lambda row: euro(row.ours_cents)),
        ExportColumn("differences", _("Differences"), lambda row: row.difference_count),
        ExportColumn("open", _("Not repaired"), lambda row: row.open_count),
        ExportColumn("error", _("Error"), lambda row: row.error),
    )

    def get_base_queryset(self) -> Any:
        return with_differences(super().get_base_queryset())

    def get_header_buttons(self) -> list[Any]:
        if not may(self.request.user, Reconciliation, "repair"):
            return []
        address = reverse("giving_reconciliations:start")
        return [HeaderButton(gettext("Compare now…"), url=address, icon_name="rotate")]


def with_differences(queryset: Any) -> Any:
    """Runs with how many differences they found, and how many of these are not repaired."""
    return queryset.annotate(
        difference_count=Count("differences"),
        open_count=Count("differences", filter=Q(differences__repaired_at=None)),
    )


class ImportListing(ListingView):
    nothing_yet = _("The history is imported by whoever runs the server.")
    is_searchable = False
    related = ("fund",)
    export_columns = (
        ExportColumn("started", _("Started"), lambda row: row.started_at),
        ExportColumn("finished", _("Finished"), lambda row: row.finished_at),
        ExportColumn("status", _("Status"), lambda row: row.get_status_display()),
        ExportColumn("stage", _("Stage"), lambda row: row.get_stage_display()),
        ExportColumn("fund", _("Fund"), lambda row: row.fund.name()),
        ExportColumn("pledges", _("Pledges"), lambda row: row.pledges),
        ExportColumn("donations", _("Donations"), lambda row: row.donations),
        ExportColumn("skipped", _("Left out"), lambda row: row.skipped),
    )
