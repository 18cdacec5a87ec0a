"""What the pages about one object share: facts, documents, messages and the history."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from wagtail.admin.views import generic

from ..models import OutgoingMail, Receipt
from . import wording
from .history import history_of
from .policies import may


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of facts. `tone` makes the value a coloured tag, `url` a link."""

    label: str | Promise
    value: str | Promise
    url: str = ""
    tone: str = ""
    is_code: bool = False


class DetailView(generic.InspectView):
    """Shows one object to who may look at it; others can't even tell whether it exists."""

    any_permission_required = ["view"]
    template_name = "donations/admin/detail.html"
    related: tuple[str, ...] = ()
    model: type[Model]
    object: Any

    def get_object(self, queryset: Any = None) -> Any:
        # Before the look-up, so that a number that is there answers like one that isn't.
        if not self.user_has_any_permission(self.any_permission_required):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(), pk=self.pk)

    def get_queryset(self) -> QuerySet[Any]:
        # Without names, select_related would follow every relation.
        return self.model._default_manager.select_related(*self.related or (None,))

    def get_fields(self) -> list[str]:
        return []

    def get_page_title(self) -> str:
        return capfirst(str(self.model._meta.verbose_name))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["facts"] = [
            fact for fact in self.facts() if fact.value not in {"", wording.NOTHING}
        ]
        context["history"] = history_of(self.history_subjects())
        return context

    def facts(self) -> list[Fact]:
        raise NotImplementedError

    def history_subjects(self) -> list[Model]:
        return [self.object]

    def may(self, model: type[Model], action: str = "view") -> bool:
        return may(self.request.user, model, action)

    def link_to(self, subject: Model | None, namespace: str) -> str:
        """The address of another object's page, if this member of staff may see it."""
        if subject is None or not self.may(type(subject)):
            return ""
        return reverse(f"{namespace}:inspect", args=[subject.pk])


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """A document among others, with what may be done with it."""

    receipt: Receipt
    issued: str
    net: str
    state: str
    tone: str
    url: str
    download_url: str
    resend_url: str


def receipt_rows(view: DetailView, receipts: list[Receipt]) -> list[ReceiptRow]:
    """For who may see receipts; nothing for others."""
    if not view.may(Receipt):
        return []
    may_send = view.may(Receipt, "resend")
    rows = []
    for receipt in receipts:
        state = wording.receipt_state(receipt)
        rows.append(
            ReceiptRow(
                receipt=receipt,
                issued=wording.day(receipt.issued_on),
                net=wording.money(receipt.net_cents),
                state=str(wording.RECEIPT_STATES[state]),
                tone=wording.tone(state),
                url=reverse("giving_receipts:inspect", args=[receipt.pk]),
                download_url=reverse("giving_receipts:download", args=[receipt.pk]),
                resend_url=reverse("giving_receipts:resend", args=[receipt.pk]) if may_send else "",
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class MailRow:
    mail: OutgoingMail
    number: str
    created: str
    sent: str
    tone: str


def mail_rows(receipts: list[Receipt]) -> list[MailRow]:
    """The messages about these documents, in the order in which they were promised."""
    rows = [
        MailRow(
            mail,
            receipt.reference,
            wording.moment(mail.created_at),
            wording.moment(mail.sent_at),
            wording.tone(mail.status),
        )
        for receipt in receipts
        for mail in receipt.mails.all()
    ]
    return sorted(rows, key=lambda row: row.mail.pk)
