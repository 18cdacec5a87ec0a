"""The desk's listings: what is in a row, what the search looks through, what an export holds."""

from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from sosbca.core.text import format_percent

from ...models import Campaign, Donation, LedgerEntry, Statement, StatementRun
from .. import search, wording
from ..columns import DayColumn, MomentColumn
from ..exports import ExportColumn, euro
from ..listings import _DONOR, ListingView, WrittenListing, sum_of, with_gifts
from ..policies import may
from .filters import RETURNS


class PledgeListing(ListingView):
    nothing_yet = _("Monthly and yearly gifts appear here as soon as they have begun.")
    related = ("donor", "fund", "campaign")
    more_columns = (
        Column("donor.email", label=_("E-mail")),
        Column("campaign", label=_("Campaign")),
        Column("get_language_display", label=_("Language")),
        Column("get_receipts_display", label=_("Receipts")),
        Column("employer", label=_("Employer")),
        DayColumn("card_expires_on", label=_("Card valid until"), sort_key="card_expires_on"),
        MomentColumn("ended_at", label=pgettext_lazy("date", "Ended"), sort_key="ended_at"),
        Column("get_end_reason_display", label=_("Why it ended")),
        Column("subscription_reference", label=_("Subscription"), classname="giving-code"),
    )
    export_columns = (
        *_DONOR,
        ExportColumn("amount", _("Amount, EUR"), lambda row: euro(row.amount_cents)),
        ExportColumn(
            "fee_cover", _("Of it for the fee, EUR"), lambda row: euro(row.fee_cover_cents)
        ),
        ExportColumn("frequency", _("Frequency"), lambda row: row.get_frequency_display()),
        ExportColumn("status", _("Status"), lambda row: row.get_status_display()),
        ExportColumn("fund", _("Fund"), lambda row: row.fund.name()),
        ExportColumn(
            "campaign", _("Campaign"), lambda row: row.campaign.name() if row.campaign else ""
        ),
        ExportColumn("started", _("Started"), lambda row: row.started_at),
        ExportColumn("next", _("Next payment"), lambda row: row.next_payment_at),
        ExportColumn("paused", _("Paused until"), lambda row: row.paused_until),
        ExportColumn("ended", pgettext_lazy("date", "Ended"), lambda row: row.ended_at),
        ExportColumn("reason", _("Why it ended"), lambda row: row.get_end_reason_display()),
        ExportColumn("method", _("Payment method"), wording.method),
        ExportColumn("expires", _("Card valid until"), lambda row: row.card_expires_on),
        ExportColumn("language", _("Language"), lambda row: row.get_language_display()),
        ExportColumn("receipts", _("Receipts"), lambda row: row.get_receipts_display()),
        ExportColumn("employer", _("Employer"), lambda row: row.employer),
        ExportColumn("subscription", _("Subscription"), lambda row: row.subscription_reference),
    )

    def search(self, queryset: Any, text: str) -> Any:
        return search.pledges(queryset, text)


class RefundListing(ListingView):
    """Money that went back to donors, and came back from there."""

    nothing_yet = _("A gift is refunded from its own page.")
    related = ("donation__donor", "donation__fund")
    more_columns = (
        Column("donation.donor.email", label=_("E-mail")),
        Column("donation.payment_reference", label=_("Payment"), classname="giving-code"),
        Column("donation.get_provider_display", label=_("Provider")),
    )
    export_columns = (
        ExportColumn("date", _("Date"), lambda row: row.occurred_at),
        ExportColumn("kind", _("Kind"), lambda row: row.get_kind_display()),
        ExportColumn("amount", _("Amount, EUR"), lambda row: euro(row.amount_cents)),
        ExportColumn("gift", _("Gift, EUR"), lambda row: euro(row.donation.amount_cents)),
        ExportColumn("donor", _("Donor"), lambda row: row.donation.donor.name),
        ExportColumn("email", _("E-mail"), lambda row: row.donation.donor.email),
        ExportColumn("fund", _("Fund"), lambda row: row.donation.fund.name()),
        ExportColumn("paid", _("Paid"), lambda row: row.donation.paid_at),
        ExportColumn("payment", _("Payment"), lambda row: row.donation.payment_reference),
        ExportColumn("reference", _("Reference"), lambda row: row.reference),
    )

    def get_page_title(self) -> str:
        return _now("Refunds")

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().filter(kind__in=RETURNS)

    def search(self, queryset: Any, text: str) -> Any:
        return search.entries(queryset, text)


def disputed_cents(donation: Donation) -> int:
    """What the donor's bank has withdrawn and not given back, as a positive sum."""
    return -sum_of(donation, "dispute", "dispute_reversal")


def dispute_dates(donation: Donation) -> list[Any]:
    kinds = ("dispute", "dispute_reversal")
    return sorted(entry.occurred_at for entry in donation.entries.all() if entry.kind in kinds)


class DisputeListing(ListingView):
    """Gifts that the donor's bank disputed at some time."""

    nothing_yet = _("A gift appears here when the donor’s bank takes it back.")
    related = ("donor", "fund")
    prefetches = ("entries",)
    more_columns = (
        Column("donor.email", label=_("E-mail")),
        Column("charge_reference", label=_("Charge"), classname="giving-code"),
    )
    export_columns = (
        *_DONOR,
        ExportColumn("amount", _("Amount, EUR"), lambda row: euro(row.amount_cents)),
        ExportColumn(
            "disputed", _("Withdrawn in disputes, EUR"), lambda row: euro(disputed_cents(row))
        ),
        ExportColumn("fees", _("Fees, EUR"), lambda row: euro(sum_of(row, "fee", "dispute_fee"))),
        ExportColumn("status", _("Status"), lambda row: row.get_status_display()),
        ExportColumn("fund", _("Fund"), lambda row: row.fund.name()),
        ExportColumn("paid", _("Paid"), lambda row: row.paid_at),
        ExportColumn("since", _("Disputed"), lambda row: next(iter(dispute_dates(row)), None)),
        ExportColumn("payment", _("Payment"), lambda row: row.payment_reference),
    )

    def get_page_title(self) -> str:
        return _now("Disputes")

    def get_base_queryset(self) -> Any:
        # A lost one keeps its entry; a new one may not have one yet.
        disputed = Donation.objects.filter(status__in=["disputed", "charged_back"])
        withdrawn = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.DISPUTE)
        keys = disputed.order_by().values("pk").union(withdrawn.order_by().values("donation"))
        return super().get_base_queryset().filter(pk__in=keys)

    def search(self, queryset: Any, text: str) -> Any:
        return search.donations(queryset, text)


def mail_words(statement: Statement) -> str:
    mails = list(statement.mails.all())
    return mails[0].get_status_display() if mails else wording.NOTHING


def mail_state(statement: Statement) -> str:
    mails = list(statement.mails.all())
    return mails[0].status if mails else ""


class StatementListing(ListingView):
    nothing_yet = _("Statements are issued from a donor’s page, or for all donors at once.")
    related = ("donor",)
    prefetches = ("mails",)
    more_columns = (
        Column("donor.email", label=_("E-mail")),
        Column("get_language_display", label=_("Language")),
        Column("version", label=_("Version"), sort_key="version"),
    )
    export_columns = (
        ExportColumn("number", _("Document number"), lambda row: row.reference),
        ExportColumn("year", _("Year"), lambda row: row.year),
        ExportColumn("version", _("Version"), lambda row: row.version),
        *_DONOR,
        ExportColumn("total", _("Total, EUR"), lambda row: euro(row.total_cents)),
        ExportColumn("gifts", _("Gifts"), lambda row: row.gifts),
        ExportColumn("issued", _("Issued"), lambda row: row.issued_on),
        ExportColumn("mail", _("E-mail message"), mail_words),
    )

    def get_base_queryset(self) -> Any:
        # What is on them need not be decrypted to list them.
        return super().get_base_queryset().defer("snapshot")

    def search(self, queryset: Any, text: str) -> Any:
        return search.statements(queryset, text)


def progress_of(run: StatementRun) -> str:
    return f"{run.issued + run.unchanged + run.failed} / {run.total}"


class RunListing(ListingView):
    nothing_yet = _("Statements for all donors of a year are issued from here.")
    is_searchable = False

    @cached_property
    def header_buttons(self) -> Any:  # type: ignore[override]
        buttons = [*super().header_buttons]
        if may(self.request.user, Statement, "issue"):
            url = reverse("giving_runs:start")
            buttons.append(HeaderButton(_now("Issue statements"), url=url, icon_name="plus"))
        return buttons

    export_columns = (
        ExportColumn("year", _("Year"), lambda row: row.year),
        ExportColumn("status", _("Status"), lambda row: row.get_status_display()),
        ExportColumn("donors", _("Donors"), lambda row: row.total),
        ExportColumn("issued", _("Issued"), lambda row: row.issued),
        ExportColumn("unchanged", _("Already up to date"), lambda row: row.unchanged),
        ExportColumn("failed", _("Failed"), lambda row: row.failed),
        ExportColumn("started", _("Started"), lambda row: row.started_at),
        ExportColumn("finished", _("Finished"), lambda row: row.finished_at),
    )


def share_of_goal(campaign: Any) -> str:
    """What was given of the goal, in whole per cent; needs `given_cents`."""
    if not campaign.goal_cents:
        return wording.NOTHING
    share = Decimal(max(0, campaign.given_cents) * 100 // campaign.goal_cents)
    return format_percent(share, wording.language())


class CampaignListing(WrittenListing):
    related = ("fund",)
    export_columns = (
        ExportColumn("code", _("Code"), lambda row: row.code),
        ExportColumn("name_lv", _("Name in Latvian"), lambda row: row.name_lv),
        ExportColumn("name_en", _("Name in English"), lambda row: row.name_en),
        ExportColumn("fund", _("Fund"), lambda row: row.fund.name()),
        ExportColumn("from", _("First day"), lambda row: row.starts_on),
        ExportColumn("to", _("Last day"), lambda row: row.ends_on),
        ExportColumn("goal", _("Goal, EUR"), lambda row: euro(row.goal_cents)),
        ExportColumn("gifts", _("Gifts"), lambda row: row.gift_count),
        ExportColumn("given", _("Given, EUR"), lambda row: euro(row.given_cents)),
    )

    def get_base_queryset(self) -> Any:
        return with_gifts(super().get_base_queryset(), "campaign")

    def search(self, queryset: Any, text: str) -> Any:
        return queryset.filter(
            Q(code__icontains=text) | Q(name_lv__icontains=text) | Q(name_en__icontains=text)
        )


class TransferListing(ListingView):
    nothing_yet = _("Whoever chooses to pay by bank transfer appears here.")
    related = ("donor", "fund", "campaign")
    more_columns = (
        Column("donor.email", label=_("E-mail")),
        Column("campaign", label=_("Campaign")),
        Column("message", label=_("Donor’s message")),
    )
    export_columns = (
        ExportColumn("announced", _("Announced"), lambda row: row.created_at),
        *_DONOR,
        ExportColumn("amount", _("Amount, EUR"), lambda row: euro(row.amount_cents)),
        ExportColumn("reference", _("Reference"), lambda row: row.reference),
        ExportColumn("fund", _("Fund"), lambda row: row.fund.name()),
        ExportColumn("message", _("Donor’s message"), lambda row: row.message),
    )

    def search(self, queryset: Any, text: str) -> Any:
        return search.transfers(queryset, text)


def state_words(campaign: Campaign) -> str:
    return str(Campaign.State(campaign.state()).label)
