"""The listings: what is in a row, what the search looks through, what an export holds."""

from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    IntegerField,
    Model,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from ..models import Donation, LedgerEntry, ProviderEvent, Receipt
from ..models.choices import Frequency
from ..queries import GIFT_KINDS
from . import search, wording
from .choice import COLUMNS, ChoiceMixin, KeepingInput
from .columns import MomentColumn
from .exports import ExportColumn, LoggedExportMixin, euro
from .paging import KeyPaginator
from .policies import may


class ListingView(ChoiceMixin, LoggedExportMixin, generic.IndexView):  # type: ignore[override]
    """A listing that costs the same few queries however long it is."""

    any_permission_required = ["view"]
    is_searchable = True
    table_classname = "listing giving-listing"
    related: tuple[str, ...] = ()
    prefetches: tuple[str | Prefetch[Any], ...] = ()
    # How something comes into the listing, for those who see it empty.
    nothing_yet: str | Promise = ""
    model: type[Model]

    @cached_property
    def no_results_message(self) -> str:
        words = str(super().no_results_message)
        is_narrowed = self.is_searching or self.is_filtering
        return words if is_narrowed else f"{words} {self.nothing_yet}".strip()

    def get_base_queryset(self) -> Any:
        # Without names, select_related would follow every relation.
        queryset = super().get_base_queryset().select_related(*self.related or (None,))
        return queryset.prefetch_related(*self.prefetches)

    def order_queryset(self, queryset: Any) -> Any:
        """With the key at the end: rows that are equal otherwise keep their places."""
        ordered = super().order_queryset(queryset)
        return ordered.order_by(*ordered.query.order_by, "-pk")

    def get_paginator(self, queryset: Any, per_page: int, **kwargs: Any) -> KeyPaginator:  # type: ignore[override]
        return KeyPaginator(queryset, per_page, rows=self.get_base_queryset(), **kwargs)

    def get_search_form(self) -> Any:
        """With the chosen columns, so that searching and filtering keep them."""
        form = super().get_search_form()
        if form is not None:
            field = form.fields[self.search_kwarg]
            kept = KeepingInput(self.request.GET.getlist(COLUMNS), field.widget.attrs)
            field.widget = kept
        return form

    def search_queryset(self, queryset: Any) -> Any:
        return self.search(queryset, self.search_query) if self.is_searching else queryset

    def search(self, queryset: Any, text: str) -> Any:
        raise NotImplementedError


def sum_of(donation: Donation, *kinds: str) -> int:
    """Cents of the donation's prefetched ledger entries of these kinds."""
    return sum(entry.amount_cents for entry in donation.entries.all() if entry.kind in kinds)


def frequency_of(donation: Donation) -> str:
    pledge = donation.pledge
    return pledge.get_frequency_display() if pledge else str(Frequency.ONCE.label)


def numbers_of(donation: Donation) -> str:
    """The numbers of the donation's prefetched documents, in the order of issue."""
    documents = sorted(donation.receipts.all(), key=lambda receipt: receipt.sequence)
    return ", ".join(receipt.reference for receipt in documents)


def mail_state(receipt: Receipt) -> str:
    """The state of the latest of a receipt's prefetched messages; empty when there is none."""
    mails = sorted(receipt.mails.all(), key=lambda mail: mail.repetition)
    return mails[-1].status if mails else ""


def mail_words(receipt: Receipt) -> str:
    mails = sorted(receipt.mails.all(), key=lambda mail: mail.repetition)
    return mails[-1].get_status_display() if mails else wording.NOTHING


def receipt_words(receipt: Receipt) -> str:
    return str(wording.RECEIPT_STATES[wording.receipt_state(receipt)])


# What is on them need not be decrypted to list them.
RECEIPTS = Prefetch("receipts", Receipt.objects.defer("snapshot"))

_DONOR = (
    ExportColumn("donor", _("Donor"), lambda row: row.donor.name),
    ExportColumn("kind", _("Kind of donor"), lambda row: row.donor.get_kind_display()),
    ExportColumn("email", _("E-mail"), lambda row: row.donor.email),
)


class DonationListing(ListingView):
    nothing_yet = _("Gifts from the site appear here by themselves; others are entered by hand.")
    more_columns = (
        Column("donor.email", label=_("E-mail")),
        Column("campaign", label=_("Campaign")),
        Column("frequency", label=_("Frequency"), accessor=frequency_of),
        Column("method", label=_("Payment method"), accessor=wording.method),
        Column("get_provider_display", label=_("Provider"), sort_key="provider"),
        Column("get_language_display", label=_("Language")),
        Column("payment_reference", label=_("Payment"), classname="giving-code"),
        MomentColumn("created_at", label=_("Created"), sort_key="created_at"),
    )
    related = ("donor", "fund", "campaign", "pledge")
    prefetches = (RECEIPTS,)
    export_prefetches = ("entries",)
    export_columns = (
        ExportColumn("paid", _("Paid"), lambda row: row.paid_at),
        ExportColumn("created", _("Created"), lambda row: row.created_at),
        *_DONOR,
        ExportColumn(
            "registration_number",
            _("Registration number"),
            lambda row: row.donor.registration_number,
        ),
        ExportColumn(
            "personal_code",
            _("Personal code (masked)"),
            lambda row: row.donor.masked_personal_code,
        ),
        ExportColumn("amount", _("Amount, EUR"), lambda row: euro(row.amount_cents)),
        ExportColumn(
            "refunded",
            _("Refunded, EUR"),
            lambda row: euro(sum_of(row, "refund", "refund_failure")),
        ),
        ExportColumn(
            "disputed",
            _("Withdrawn in disputes, EUR"),
            lambda row: euro(sum_of(row, "dispute", "dispute_reversal")),
        ),
        ExportColumn("fees", _("Fees, EUR"), lambda row: euro(sum_of(row, "fee", "dispute_fee"))),
        ExportColumn("net", _("Net, EUR"), lambda row: euro(sum_of(row, *LedgerEntry.Kind.values))),
        ExportColumn("status", _("Status"), lambda row: row.get_status_display()),
        ExportColumn("fund", _("Fund"), lambda row: row.fund.name()),
        ExportColumn(
            "campaign", _("Campaign"), lambda row: row.campaign.name() if row.campaign else ""
        ),
        ExportColumn("frequency", _("Frequency"), frequency_of),
        ExportColumn("description", _("Description"), lambda row: row.description),
        ExportColumn("fund_code", _("Fund code"), lambda row: row.fund.code),
        ExportColumn("language", _("Language"), lambda row: row.get_language_display()),
        ExportColumn("method", _("Payment method"), wording.method),
        ExportColumn("receipts", _("Receipts"), numbers_of),
        ExportColumn("payment", _("Payment"), lambda row: row.payment_reference),
        ExportColumn("live", _("Real money"), lambda row: _("Yes") if row.is_live else _("No")),
    )

    @cached_property
    def header_buttons(self) -> Any:  # type: ignore[override]
        buttons = [*super().header_buttons]
        if may(self.request.user, Donation, "enter"):
            url = reverse("giving_donations:enter")
            buttons.append(HeaderButton(gettext("Enter a gift"), url=url, icon_name="plus"))
        return buttons

    def search(self, queryset: Any, text: str) -> Any:
        return search.donations(queryset, text)


class DonorListing(ListingView):
    nothing_yet = _("Whoever gives for the first time appears here.")
    related = ("merged_into",)
    more_columns = (
        Column("merged_into", label=_("Merged into")),
        MomentColumn("erased_at", label=_("Erased"), sort_key="erased_at"),
    )
    export_columns = (
        ExportColumn("name", _("Donor’s name"), lambda row: row.name),
        ExportColumn("kind", _("Kind of donor"), lambda row: row.get_kind_display()),
        ExportColumn("email", _("E-mail"), lambda row: row.email),
        ExportColumn("contact", _("Contact person"), lambda row: row.contact_name),
        ExportColumn(
            "registration_number", _("Registration number"), lambda row: row.registration_number
        ),
        ExportColumn(
            "personal_code", _("Personal code (masked)"), lambda row: row.masked_personal_code
        ),
        ExportColumn("gifts", _("Gifts"), lambda row: row.gift_count),
        ExportColumn("given", _("Given, EUR"), lambda row: euro(row.given_cents)),
        ExportColumn("created", _("Created"), lambda row: row.created_at),
    )

    def get_base_queryset(self) -> Any:
        return with_gifts(super().get_base_queryset(), "donor")

    def search(self, queryset: Any, text: str) -> Any:
        return search.donors(queryset, text)


def with_gifts(queryset: QuerySet[Any], relation: str) -> Any:
    """Donors or funds with `gift_count` (payments that came in) and `given_cents` (net of refunds
    and disputes), from subqueries: joins would multiply the sums."""
    paid = Donation.objects.filter(paid_at__isnull=False, **{relation: OuterRef("pk")})
    entries = LedgerEntry.objects.filter(
        kind__in=GIFT_KINDS, **{f"donation__{relation}": OuterRef("pk")}
    )
    count = paid.order_by().values(relation).annotate(value=Count("pk")).values("value")
    total = (
        entries.order_by()
        .values(f"donation__{relation}")
        .annotate(value=Sum("amount_cents"))
        .values("value")
    )
    return queryset.annotate(
        gift_count=Coalesce(Subquery(count, output_field=IntegerField()), 0),
        given_cents=Coalesce(Subquery(total, output_field=BigIntegerField()), 0),
    )


class ReceiptListing(ListingView):
    nothing_yet = _("A receipt is issued as soon as a gift is paid.")
    related = ("donation__donor", "donation__fund", "refers_to", "replaced_by")
    prefetches = (Prefetch("donation__receipts", Receipt.objects.defer("snapshot")), "mails")
    export_columns = (
        ExportColumn("number", _("Document number"), lambda row: row.reference),
        ExportColumn("kind", _("Kind of document"), lambda row: row.get_kind_display()),
        ExportColumn("issued", _("Issued"), lambda row: row.issued_on),
        ExportColumn("net", _("Valid for, EUR"), lambda row: euro(row.net_cents)),
        ExportColumn("state", _("State"), receipt_words),
        ExportColumn(
            "replaces",
            _("Replaces"),
            lambda row: row.refers_to.reference if row.refers_to else "",
        ),
        ExportColumn("donor", _("Donor"), lambda row: row.donation.donor.name),
        ExportColumn("email", _("E-mail"), lambda row: row.donation.donor.email),
        ExportColumn("fund", _("Fund"), lambda row: row.donation.fund.name()),
        ExportColumn("paid", _("Paid"), lambda row: row.donation.paid_at),
        ExportColumn("payment", _("Payment"), lambda row: row.donation.payment_reference),
        ExportColumn("mail", _("E-mail message"), mail_words),
    )

    def get_base_queryset(self) -> Any:
        snapshots = ("snapshot", "refers_to__snapshot", "replaced_by__snapshot")
        return super().get_base_queryset().defer(*snapshots)

    def search(self, queryset: Any, text: str) -> Any:
        return search.receipts(queryset, text)


class EventListing(ListingView):
    nothing_yet = _("What the payment company reports appears here by itself.")

    def get_header_buttons(self) -> list[Any]:
        if not may(self.request.user, ProviderEvent, "replay"):
            return []
        # What the listing shows now is what can be chosen from there.
        address = f"{reverse('giving_events:replay_many')}?{self.request.GET.urlencode()}"
        return [HeaderButton(gettext("Process several again…"), url=address, icon_name="rotate")]

    export_columns = (
        ExportColumn("received", _("Received"), lambda row: row.received_at),
        ExportColumn("occurred", _("Occurred"), lambda row: row.occurred_at),
        ExportColumn("type", _("Type"), lambda row: row.type),
        ExportColumn("event", _("Event"), lambda row: row.reference),
        ExportColumn("object", _("Object"), lambda row: row.object_reference),
        ExportColumn("status", _("Status"), lambda row: row.get_status_display()),
        ExportColumn("tries", _("Tries"), lambda row: row.tries),
        ExportColumn("error", _("Last error"), lambda row: row.last_error),
        ExportColumn("source", _("Arrived by"), lambda row: row.get_source_display()),
    )

    def search(self, queryset: Any, text: str) -> Any:
        return search.events(queryset, text)


class AttemptListing(ListingView):
    nothing_yet = _("Every donation form that somebody sends appears here.")
    related = ("donor", "fund")
    export_columns = (
        ExportColumn("started", _("Started"), lambda row: row.created_at),
        ExportColumn("finished", _("Finished"), lambda row: row.finished_at),
        *_DONOR,
        ExportColumn("amount", _("Amount, EUR"), lambda row: euro(row.amount_cents)),
        ExportColumn("frequency", _("Frequency"), lambda row: row.get_frequency_display()),
        ExportColumn("fund", _("Fund"), lambda row: row.fund.name()),
        ExportColumn("status", _("Status"), lambda row: row.get_status_display()),
        ExportColumn("language", _("Language"), lambda row: row.get_language_display()),
        ExportColumn("form", _("Form"), lambda row: row.form_path),
        ExportColumn("error", _("Last error"), lambda row: row.last_error),
        ExportColumn("session", _("Checkout session"), lambda row: row.session_reference or ""),
        ExportColumn("payment", _("Payment"), lambda row: row.payment_reference or ""),
    )

    def search(self, queryset: Any, text: str) -> Any:
        return search.attempts(queryset, text)


class WrittenListing(ListingView):
    """Of what staff write: shown also to who may only add or change it."""

    any_permission_required = ["add", "change", "view"]

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        column = super()._get_title_column(*args, **kwargs)
        column.label = pgettext_lazy("of a fund", "Name")
        return column


class FundListing(WrittenListing):
    export_columns = (
        ExportColumn("code", _("Code"), lambda row: row.code),
        ExportColumn("name_lv", _("Name in Latvian"), lambda row: row.name_lv),
        ExportColumn("name_en", _("Name in English"), lambda row: row.name_en),
        ExportColumn("open", _("Open for gifts"), lambda row: _("Yes") if row.is_open else _("No")),
        ExportColumn("gifts", _("Gifts"), lambda row: row.gift_count),
        ExportColumn("given", _("Given, EUR"), lambda row: euro(row.given_cents)),
    )

    def get_base_queryset(self) -> Any:
        return with_gifts(super().get_base_queryset(), "fund")

    def search(self, queryset: Any, text: str) -> Any:
        return search.funds(queryset, text)
