"""The addresses and menu entries of giving in the admin."""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from ..models import CheckoutAttempt, Donation, Donor, Fund, ProviderEvent, Receipt
from . import actions, details, filters, funds, listings, wording
from .columns import DayColumn, LinkColumn, MomentColumn, MoneyColumn, StateColumn
from .panels import EventMenuItem
from .policies import may


class DetailFinder(ModelAdminURLFinder):
    """Wagtail's reports link to an object's page for who may look at it."""

    def get_edit_url(self, instance: Model) -> str | None:
        if self.user and not may(self.user, type(instance)):
            return None
        return self.construct_edit_url(instance)


class LookingViewSet(ModelViewSet):
    """A listing and a page for each row, and nothing that edits: other addresses don't exist."""

    inspect_view_enabled = True
    copy_view_enabled = False
    # The index would show to whom a fund or donor is tied; and nothing here is ever embedded.
    add_to_reference_index = False
    list_per_page = 50
    # The permissions that mean something here, offered when a group is edited.
    actions: tuple[str, ...] = ()
    form_fields: tuple[str, ...] = ()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path(f"<{self.pk_path_converter}:pk>/", self.inspect_view, name="inspect"),
        ]

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        names = [f"{action}_{self.model_name}" for action in ("view", *self.actions)]
        content_type = ContentType.objects.get_for_model(self.model)
        return Permission.objects.filter(content_type=content_type, codename__in=names)

    @property
    def url_finder_class(self) -> type[ModelAdminURLFinder]:
        return type("Finder", (DetailFinder,), {"edit_url_name": self.get_url_name("inspect")})

    def action_path(self, name: str, view_class: Any) -> URLPattern:
        view = self.construct_view(view_class)
        return path(f"<{self.pk_path_converter}:pk>/{name}/", view, name=name)


class DonationViewSet(LookingViewSet):
    model = Donation
    name = "giving_donations"
    url_prefix = "giving/donations"
    icon = "giving"
    actions = ("refund",)
    ordering = "-created_at"
    index_view_class = listings.DonationListing
    inspect_view_class = details.DonationDetail
    filterset_class = filters.DonationFilters
    export_filename = "donations"
    list_display = (
        LinkColumn("donor", name, label=_("Donor"), sort_key="donor__name"),
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        StateColumn(
            "get_status_display", label=_("Status"), sort_key="status", state=lambda row: row.status
        ),
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
        return [*super().get_urlpatterns(), self.action_path("refund", actions.RefundView)]


class DonorViewSet(LookingViewSet):
    model = Donor
    name = "giving_donors"
    url_prefix = "giving/donors"
    icon = "group"
    ordering = "name"
    index_view_class = listings.DonorListing
    inspect_view_class = details.DonorDetail
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


class ReceiptViewSet(LookingViewSet):
    model = Receipt
    name = "giving_receipts"
    url_prefix = "giving/receipts"
    icon = "doc-full"
    actions = ("resend",)
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
        LinkColumn("type", name, label=_("Type"), sort_key="type", classname="giving-moment"),
        StateColumn(
            "get_status_display", label=_("Status"), sort_key="status", state=lambda row: row.status
        ),
        Column("object_reference", label=_("Object"), classname="giving-code"),
        MomentColumn("received_at", label=_("Received"), sort_key="received_at"),
        Column("tries", label=_("Tries"), sort_key="tries"),
        Column("last_error", label=_("Last error"), classname="giving-error"),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), self.action_path("replay", actions.ReplayView)]


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
        StateColumn(
            "get_status_display", label=_("Status"), sort_key="status", state=lambda row: row.status
        ),
        Column("fund", label=_("Fund"), sort_key="fund__code"),
        Column("get_frequency_display", label=_("Frequency"), sort_key="frequency"),
        MomentColumn("created_at", label=_("Started"), sort_key="created_at"),
        MomentColumn("finished_at", label=_("Finished"), sort_key="finished_at"),
    )


class FundViewSet(ModelViewSet):
    model = Fund
    name = "giving_funds"
    url_prefix = "giving/funds"
    icon = "tag"
    ordering = "position"
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
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

    def get_form_class(self, for_update: bool = False) -> type[funds.FundForm]:
        return funds.FundForm

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # No address shows who gave to a fund: that is what the listings are for.
        return super().get_common_view_kwargs(**kwargs) | {"usage_url_name": None}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [route for route in super().get_urlpatterns() if route.name != "usage"]


class GivingGroup(ModelViewSetGroup):
    """The menu group, shown to who may see anything in it."""

    menu_label = _("Giving")
    menu_name = "giving"
    menu_icon = "giving"
    menu_order = 150
    items = (
        DonationViewSet,
        DonorViewSet,
        ReceiptViewSet,
        FundViewSet,
        EventViewSet,
        AttemptViewSet,
    )
