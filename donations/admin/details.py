"""The pages about one donor, donation, document, payment event or checkout attempt."""

from typing import Any

from django.db.models import Model, Q, Sum, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import (
    CheckoutAttempt,
    Donation,
    ProviderEvent,
    Receipt,
)
from ..models.choices import Provider
from ..services.documents import verify_url
from ..services.manual_gifts import is_voidable
from ..services.refunds import refundable_cents
from . import wording
from .detail_base import DetailView, Fact, mail_rows, receipt_rows


def dashboard_url(reference: str, *, is_live: bool) -> str:
    """The payment in Stripe's own dashboard."""
    mode = "" if is_live else "test/"
    return f"https://dashboard.stripe.com/{mode}payments/{reference}"


class DonationDetail(DetailView):
    template_name = "donations/admin/donation.html"
    related = ("donor", "fund", "campaign", "attempt__tribute", "pledge")

    def get_page_subtitle(self) -> str:
        return f"{wording.money(self.object.amount_cents)}, {self.object.donor.name}"

    def facts(self) -> list[Fact]:
        gift: Donation = self.object
        return [
            Fact(
                label=_("Status"), value=gift.get_status_display(), tone=wording.tone(gift.status)
            ),
            Fact(label=_("Amount"), value=wording.money(gift.amount_cents)),
            Fact(
                label=_("Donor"),
                value=gift.donor.name,
                url=self.link_to(gift.donor, "giving_donors"),
            ),
            Fact(label=_("E-mail"), value=gift.donor.email),
            Fact(label=_("Fund"), value=gift.fund.name()),
            Fact(label=_("Campaign"), value=gift.campaign.name() if gift.campaign else ""),
            Fact(
                label=_("Recurring gift"),
                value=gift.pledge.get_frequency_display() if gift.pledge else "",
                url=self.link_to(gift.pledge, "giving_pledges"),
            ),
            Fact(
                label=_("Of it to cover the fee"), value=wording.money(gift.fee_cover_cents or None)
            ),
            Fact(label=_("Paid"), value=wording.moment(gift.paid_at)),
            Fact(label=_("Created"), value=wording.moment(gift.created_at)),
            Fact(label=_("Payment method"), value=wording.method(gift)),
            Fact(label=_("Description"), value=gift.description),
            *self.tribute_facts(),
            Fact(label=_("Language"), value=gift.get_language_display()),
            Fact(label=_("Real money"), value=_("Yes") if gift.is_live else _("No, a test")),
            Fact(label=_("Failure"), value=gift.failure),
            Fact(label=_("Donor’s message"), value=gift.attempt.message if gift.attempt else ""),
            Fact(
                label=_("Payment"),
                value=gift.payment_reference,
                url=""
                if gift.provider == Provider.MANUAL
                else dashboard_url(gift.payment_reference, is_live=gift.is_live),
                is_code=True,
            ),
            Fact(label=_("Charge"), value=gift.charge_reference, is_code=True),
            Fact(
                label=_("Checkout attempt"),
                value=_("Form sent %(when)s") % {"when": wording.moment(gift.attempt.created_at)}
                if gift.attempt
                else "",
                url=self.link_to(gift.attempt, "giving_attempts"),
            ),
        ]

    def tribute_facts(self) -> list[Fact]:
        """In whose honour or memory, and who is told."""
        tribute = getattr(self.object.attempt, "tribute", None)
        if tribute is None:
            return []
        return [
            Fact(label=tribute.get_kind_display(), value=tribute.honoree),
            Fact(label=_("Who is told"), value=tribute.recipient_email),
            Fact(label=_("Words to them"), value=tribute.message),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        gift: Donation = self.object
        if self.may(Donation, "enter") and is_voidable(gift):
            context["void_url"] = reverse("giving_donations:void", args=[gift.pk])
        may_refund = self.may(Donation, "refund") and refundable_cents(gift) > 0
        context |= {
            "refund_url": reverse("giving_donations:refund", args=[gift.pk]) if may_refund else "",
            "ledger": [
                (entry, wording.moment(entry.occurred_at), wording.money(entry.amount_cents))
                for entry in gift.entries.all()
            ],
            "balance": wording.money(
                gift.entries.aggregate(total=Sum("amount_cents"))["total"] or 0
            ),
            "receipts": receipt_rows(self, self.receipts),
            "mails": mail_rows(self.receipts),
            "events": self.events(),
        }
        return context

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        receipts = self.object.receipts.select_related("replaced_by", "refers_to")
        self.receipts = list(receipts.prefetch_related("mails").order_by("sequence"))
        prefetch_related_objects([self.object], "receipts")
        for receipt in self.receipts:
            receipt.donation = self.object

    def history_subjects(self) -> list[Model]:
        attempt = [self.object.attempt] if self.object.attempt else []
        return [*attempt, self.object, *self.receipts]

    def events(self) -> list[tuple[ProviderEvent, str, str]]:
        """The payment company's messages that named this payment: event, when, tone."""
        if not self.may(ProviderEvent):
            return []
        gift: Donation = self.object
        references = {gift.payment_reference, gift.charge_reference}
        if gift.attempt:
            references.add(gift.attempt.session_reference or "")
        found = ProviderEvent.objects.filter(object_reference__in=references - {""})
        return [
            (event, wording.moment(event.received_at), wording.tone(event.status))
            for event in found.order_by("received_at", "pk")
        ]


class ReceiptDetail(DetailView):
    template_name = "donations/admin/receipt.html"
    related = ("donation__donor", "donation__fund", "refers_to", "replaced_by")

    def facts(self) -> list[Fact]:
        receipt: Receipt = self.object
        later = getattr(receipt, "replaced_by", None)
        state = wording.receipt_state(receipt)
        gift = receipt.donation
        return [
            Fact(label=_("Document number"), value=receipt.reference),
            Fact(label=_("Kind of document"), value=receipt.get_kind_display()),
            Fact(label=_("State"), value=wording.RECEIPT_STATES[state], tone=wording.tone(state)),
            Fact(label=_("Issued"), value=wording.day(receipt.issued_on)),
            Fact(label=_("Valid for"), value=wording.money(receipt.net_cents)),
            Fact(
                label=_("Replaces"),
                value=receipt.refers_to.reference if receipt.refers_to else "",
                url=self.link_to(receipt.refers_to, "giving_receipts"),
            ),
            Fact(
                label=_("Replaced by"),
                value=later.reference if later else "",
                url=self.link_to(later, "giving_receipts"),
            ),
            Fact(
                label=_("Donation"),
                value=f"{wording.money(gift.amount_cents)}, {wording.moment(gift.paid_at)}",
                url=self.link_to(gift, "giving_donations"),
            ),
            Fact(
                label=_("Donor"),
                value=gift.donor.name,
                url=self.link_to(gift.donor, "giving_donors"),
            ),
            Fact(label=_("E-mail"), value=gift.donor.email),
            Fact(label=_("Fund"), value=gift.fund.name()),
            Fact(
                label=_("Public check"),
                value=_("The page that the QR code leads to"),
                url=verify_url(receipt, gift.language),
            ),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["row"] = receipt_rows(self, [self.object])[0]
        if self.may(Receipt, "correct"):
            context["correct_url"] = reverse("giving_receipts:correct", args=[self.object.pk])
            context["restore_url"] = reverse("giving_receipts:restore", args=[self.object.pk])
        context["mails"] = mail_rows([self.object])
        return context


class EventDetail(DetailView):
    template_name = "donations/admin/event.html"

    def facts(self) -> list[Fact]:
        event: ProviderEvent = self.object
        waits = event.status == ProviderEvent.Status.RETRYING
        gift = Donation.objects.filter(self._names_gift(event)).first()
        attempt = CheckoutAttempt.objects.filter(session_reference=event.object_reference).first()
        return [
            Fact(
                label=_("Status"), value=event.get_status_display(), tone=wording.tone(event.status)
            ),
            Fact(label=_("Type"), value=event.type, is_code=True),
            Fact(label=_("Event"), value=event.reference, is_code=True),
            Fact(label=_("Object"), value=event.object_reference, is_code=True),
            Fact(
                label=_("Donation"),
                value=wording.money(gift.amount_cents) if gift else "",
                url=self.link_to(gift, "giving_donations"),
            ),
            Fact(
                label=_("Checkout attempt"),
                value=attempt.get_status_display() if attempt else "",
                url=self.link_to(attempt, "giving_attempts"),
            ),
            Fact(label=_("Occurred"), value=wording.moment(event.occurred_at)),
            Fact(label=_("Received"), value=wording.moment(event.received_at)),
            Fact(label=_("Arrived by"), value=event.get_source_display()),
            Fact(label=_("Tries"), value=str(event.tries)),
            Fact(label=_("Next try"), value=wording.moment(event.next_try_at) if waits else ""),
            Fact(label=_("Finished"), value=wording.moment(event.finished_at)),
            Fact(label=_("Real money"), value=_("Yes") if event.is_live else _("No, a test")),
        ]

    def _names_gift(self, event: ProviderEvent) -> Q:
        reference = event.object_reference
        return (
            Q(payment_reference=reference)
            | Q(charge_reference=reference)
            | Q(attempt__session_reference=reference)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        event: ProviderEvent = self.object
        if self.may(ProviderEvent, "replay") and event.status != ProviderEvent.Status.RECEIVED:
            context["replay_url"] = reverse("giving_events:replay", args=[event.pk])
        return context


class AttemptDetail(DetailView):
    related = ("donor", "fund", "donation")

    def get_page_subtitle(self) -> str:
        return f"{wording.money(self.object.amount_cents)}, {self.object.donor.name}"

    def facts(self) -> list[Fact]:
        attempt: CheckoutAttempt = self.object
        gift = getattr(attempt, "donation", None)
        return [
            Fact(
                label=_("Status"),
                value=attempt.get_status_display(),
                tone=wording.tone(attempt.status),
            ),
            Fact(label=_("Amount"), value=wording.money(attempt.amount_cents)),
            Fact(
                label=_("Donor"),
                value=attempt.donor.name,
                url=self.link_to(attempt.donor, "giving_donors"),
            ),
            Fact(label=_("E-mail"), value=attempt.donor.email),
            Fact(label=_("Fund"), value=attempt.fund.name()),
            Fact(
                label=_("Donation"),
                value=gift.get_status_display() if gift else "",
                url=self.link_to(gift, "giving_donations"),
            ),
            Fact(label=_("Frequency"), value=attempt.get_frequency_display()),
            Fact(label=_("Started"), value=wording.moment(attempt.created_at)),
            Fact(label=_("Finished"), value=wording.moment(attempt.finished_at)),
            Fact(label=_("Language"), value=attempt.get_language_display()),
            Fact(
                label=_("For the tax return"),
                value=_("Yes") if attempt.wants_tax_receipt else _("No"),
            ),
            Fact(label=_("Form"), value=attempt.form_path, is_code=True),
            Fact(label=_("Donor’s message"), value=attempt.message),
            Fact(label=_("Last error"), value=attempt.last_error),
            Fact(label=_("Checkout session"), value=attempt.session_reference or "", is_code=True),
            Fact(label=_("Payment"), value=attempt.payment_reference or "", is_code=True),
        ]
