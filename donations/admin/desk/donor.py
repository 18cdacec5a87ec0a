"""The page about a donor: the whole story, and what finance may do."""

from typing import Any

from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...models import (
    Donation,
    Donor,
    OutgoingMail,
    Pledge,
    Receipt,
    Statement,
    TransferIntention,
)
from .. import wording
from ..detail_base import DetailView, Fact, receipt_rows
from ..listings import with_gifts
from .mails import rows_of


class DonorDetail(DetailView):
    """A donor's whole story."""

    template_name = "donations/admin/donor.html"
    related = ("merged_into",)

    def get_queryset(self) -> Any:
        return with_gifts(super().get_queryset(), "donor")

    def facts(self) -> list[Fact]:
        donor: Donor = self.object
        return [
            Fact(label=_("Donor’s name"), value=donor.name),
            Fact(label=_("Kind of donor"), value=donor.get_kind_display()),
            Fact(label=_("E-mail"), value=donor.email),
            Fact(label=_("Contact person"), value=donor.contact_name),
            Fact(label=_("Registration number"), value=donor.registration_number),
            Fact(label=_("Personal code"), value=donor.masked_personal_code, is_code=True),
            Fact(label=_("Postal address"), value=donor.postal_address),
            Fact(label=_("Language"), value=donor.get_language_display()),
            Fact(
                label=_("Merged into"),
                value=str(donor.merged_into) if donor.merged_into else "",
                url=self.link_to(donor.merged_into, "giving_donors"),
            ),
            Fact(label=_("Erased"), value=wording.moment(donor.erased_at)),
            Fact(label=_("Gifts"), value=str(self.object.gift_count)),
            Fact(label=_("Given, after refunds"), value=wording.money(self.object.given_cents)),
            Fact(label=_("Created"), value=wording.moment(donor.created_at)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.may(Donation):
            context["gifts"] = [
                (
                    gift,
                    wording.moment(gift.paid_at or gift.created_at),
                    wording.money(gift.amount_cents),
                    wording.tone(gift.status),
                )
                for gift in self.object.donations.select_related("fund")[:100]
            ]
        context |= self.documents() | self.buttons()
        if self.may(Pledge):
            context["pledges"] = [
                (
                    pledge,
                    wording.money(pledge.amount_cents),
                    wording.tone(pledge.status),
                    wording.moment(pledge.started_at),
                    wording.moment(pledge.next_payment_at),
                )
                for pledge in self.object.pledges.select_related("fund")[:100]
            ]
        if self.may(TransferIntention):
            context["transfers"] = [
                (
                    transfer,
                    wording.moment(transfer.created_at),
                    wording.money(transfer.amount_cents),
                )
                for transfer in self.object.transfers.select_related("fund")[:50]
            ]
        context["mails"] = rows_of(self.mails())
        context["consents"] = [
            (consent, wording.moment(consent.recorded_at)) for consent in self.object.consents.all()
        ]
        return context

    def documents(self) -> dict[str, Any]:
        """The newest receipts, and all yearly statements."""
        receipts = Receipt.objects.filter(donation__donor=self.object).defer("snapshot")
        newest = receipts.select_related("donation").prefetch_related("donation__receipts")
        statements = self.object.statements.defer("snapshot").order_by("-year", "-version")
        return {
            "receipts": receipt_rows(self, list(newest.order_by("-pk")[:50])),
            "statements": [
                (statement, wording.day(statement.issued_on), wording.money(statement.total_cents))
                for statement in statements
            ]
            if self.may(Statement)
            else [],
        }

    def buttons(self) -> dict[str, str]:
        donor: Donor = self.object
        if donor.merged_into_id or donor.erased_at:
            return {}
        urls = {}
        if self.may(Donation, "enter"):
            urls["enter_url"] = f"{reverse('giving_donations:enter')}?donor={donor.pk}"
        if self.may(Donor, "merge"):
            urls["merge_url"] = reverse("giving_donors:merge", args=[donor.pk])
            urls["change_url"] = reverse("giving_donors:change", args=[donor.pk])
        if self.may(Donor, "erase"):
            urls["erase_url"] = reverse("giving_donors:erase", args=[donor.pk])
        if self.may(Statement, "issue"):
            urls["statement_url"] = reverse("giving_donors:statement", args=[donor.pk])
            urls["last_year"] = str(timezone.localdate().year - 1)
        return urls

    def mails(self) -> Any:
        """The newest messages about anything of the donor's."""
        donor = self.object
        about = (
            Q(donor=donor)
            | Q(receipt__donation__donor=donor)
            | Q(pledge__donor=donor)
            | Q(statement__donor=donor)
            | Q(transfer__donor=donor)
            | Q(attempt__donor=donor)
        )
        return OutgoingMail.objects.filter(about).order_by("-pk")[:50]

    def history_subjects(self) -> list[Model]:
        """The donor, with what was merged into it and what was promised and stated."""
        donor: Donor = self.object
        return [donor, *donor.merged.all(), *donor.pledges.all(), *donor.statements.all()[:20]]
