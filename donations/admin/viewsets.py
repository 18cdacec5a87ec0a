"""The addresses and menu entries of giving in the admin."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSetGroup

from ..models import CheckoutAttempt, Donation, Donor, Fund, ProviderEvent, Receipt
from . import actions, details, filters, funds, listings, wording
from .books.actions import ReplayManyView
from .books.viewsets import BOOKS
from .columns import (
    DayColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    StateColumn,
    TypeColumn,
    status_column,
)
from .desk import gifts, identity, merging
from .desk import statements as desk_statements
from .desk.donor import DonorDetail
from .desk.viewsets import DESK, DESK_FIRST
from .panels import EventMenuItem
from .viewset_base import LookingViewSet
from .writing import WrittenViewSet


class DonationViewSet(LookingViewSet):
    model = Donation
    name = "giving_donations"
    url_prefix = "giving/donations"
    icon = "giving"
    actions = ("refund", "enter")
    ordering = "-created_at"
    index_view_class = listings.DonationListing
    inspect_view_class = details.DonationDetail
    filterset_class = filters.DonationFilters
    export_filename = "donations"
    list_display = (
        LinkColumn("donor", name, label=_("Donor"), sort_key="donor__name"),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        status_column(),
        Column("fund", label=_("Fund"), sort_key="fund__code"),
        MomentColumn("paid_at", label=_("Paid"), sort_key="paid_at"),
        Column(
            "receipts",
            label=_("Receipts"),
            accessor=listings.numbers_of,
            classname="giving-numbers",
        ),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("enter/", self.construct_view(gifts.EnterView), name="enter"),
            self.action_path("refund", actions.RefundView),
            self.action_path("void", gifts.VoidView),
        ]


class DonorViewSet(LookingViewSet):
    model = Donor
    name = "giving_donors"
    url_prefix = "giving/donors"
    icon = "group"
    actions = ("merge", "erase")
    ordering = "name"
    index_view_class = listings.DonorListing
    inspect_view_class = DonorDetail
    filterset_class = filters.DonorFilters
    export_filename = "donors"
    list_display = (
        LinkColumn("name", name, label=_("Donor’s name"), sort_key="name"),
        Column("get_kind_display", label=_("Kind of donor"), sort_key="kind"),
        Column("email", label=_("E-mail"), sort_key="email"),
        Column(
            "code",
            label=_("Personal code or registration number"),
            accessor=lambda row: row.masked_personal_code or row.registration_number,
        ),
        Column("gift_count", label=_("Gifts"), sort_key="gift_count"),
        MoneyColumn("given_cents", label=_("Given"), sort_key="given_cents"),
        MomentColumn("created_at", label=_("Created"), sort_key="created_at"),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            self.action_path("merge", merging.MergeView),
            self.action_path("change", identity.ChangeDonorView),
            self.action_path("erase", merging.EraseView),
            self.action_path("statement", desk_statements.IssueForDonorView),
        ]


class ReceiptViewSet(LookingViewSet):
    model = Receipt
    name = "giving_receipts"
    url_prefix = "giving/receipts"
    icon = "doc-full"
    actions = ("resend", "correct")
    ordering = "-pk"
    index_view_class = listings.ReceiptListing
    inspect_view_class = details.ReceiptDetail
    filterset_class = filters.ReceiptFilters
    export_filename = "receipts"
    list_display = (
        LinkColumn(
            "reference",
            name,
            label=_("Document number"),
            sort_key="pk",
            classname="giving-moment",
        ),
        Column("get_kind_display", label=_("Kind of document"), sort_key="kind"),
        Column("donor", label=_("Donor"), accessor="donation.donor"),
        MoneyColumn("net_cents", label=_("Valid for"), sort_key="net_cents"),
        StateColumn(
            "state", label=_("State"), accessor=listings.receipt_words, state=wording.receipt_state
        ),
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
            self.action_path("download", actions.DownloadView),
            self.action_path("resend", actions.ResendView),
            self.action_path("correct", gifts.CorrectView),
            self.action_path("restore", gifts.RestoreView),
        ]


class EventViewSet(LookingViewSet):
    model = ProviderEvent
    name = "giving_events"
    url_prefix = "giving/events"
    icon = "rotate"
    actions = ("replay",)
    ordering = "-received_at"
    index_view_class = listings.EventListing
    inspect_view_class = details.EventDetail
    filterset_class = filters.EventFilters
    menu_item_class = EventMenuItem
    export_filename = "payment-events"
    list_display = (
        TypeColumn("type", name, label=_("Type"), sort_key="type"),
        status_column(),
        Column("object_reference", label=_("Object"), classname="giving-code"),
        MomentColumn("received_at", label=_("Received"), sort_key="received_at"),
        Column("tries", label=_("Tries"), sort_key="tries"),
        Column("last_error", label=_("Last error"), classname="giving-error"),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        many = self.construct_view(ReplayManyView)
        return [
            *super().get_urlpatterns(),
            path("replay/", many, name="replay_many"),
            self.action_path("replay", actions.ReplayView),
        ]


class AttemptViewSet(LookingViewSet):
    model = CheckoutAttempt
    name = "giving_attempts"
    url_prefix = "giving/attempts"
    icon = "form"
    ordering = "-created_at"
    index_view_class = listings.AttemptListing
    inspect_view_class = details.AttemptDetail
    filterset_class = filters.AttemptFilters
    export_filename = "checkout-attempts"
    list_display = (
        LinkColumn("donor", name, label=_("Donor"), sort_key="donor__name"),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        status_column(),
        Column("fund", label=_("Fund"), sort_key="fund__code"),
        Column("get_frequency_display", label=_("Frequency"), sort_key="frequency"),
        MomentColumn("created_at", label=_("Started"), sort_key="created_at"),
        MomentColumn("finished_at", label=_("Finished"), sort_key="finished_at"),
    )


class FundViewSet(WrittenViewSet):
    model = Fund
    name = "giving_funds"
    url_prefix = "giving/funds"
    icon = "tag"
    ordering = "position"
    form_class = funds.FundForm
    index_view_class = listings.FundListing
    delete_view_class = funds.FundDelete
    filterset_class = filters.FundFilters
    export_filename = "funds"
    list_display = (
        "name",
        Column("code", label=_("Code"), sort_key="code", classname="giving-code"),
        BooleanColumn("is_open", label=_("Open for gifts"), sort_key="is_open"),
        Column("gift_count", label=_("Gifts"), sort_key="gift_count"),
        MoneyColumn("given_cents", label=_("Given"), sort_key="given_cents"),
        Column("position", label=_("Position"), sort_key="position"),
    )


class GivingGroup(ModelViewSetGroup):
    """The menu group, shown to who may see anything in it."""

    menu_label = _("Giving")
    menu_name = "giving"
    menu_icon = "giving"
    menu_order = 150
    items = (
        *DESK_FIRST,
        DonationViewSet,
        DonorViewSet,
        ReceiptViewSet,
        FundViewSet,
        EventViewSet,
        AttemptViewSet,
        *DESK,
        *BOOKS,
    )
