"""The audit log in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from ..models import Difference, Donation, Pledge
from . import wording
from .desk_actions import DESK_ACTIONS

# Every action that services record: its label in filters, and its message in the words below.
ACTIONS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "attempt.started": (_("Form sent"), _("The donor sent the form: %(amount)s")),
    "attempt.open": (_("Checkout opened"), _("Checkout opened at the payment company")),
    "attempt.completed": (_("Checkout completed"), _("The donor completed the checkout")),
    "attempt.expired": (_("Checkout abandoned"), _("The checkout was abandoned and has expired")),
    "attempt.refused": (
        _("Checkout refused"),
        _("The payment company refused the checkout: %(error)s"),
    ),
    "donation.recorded": (_("Payment recorded"), _("Payment recorded: %(amount)s")),
    "donation.processing": (
        _("Payment processing"),
        _("The payment is on its way (before: %(before)s)"),
    ),
    "donation.paid": (_("Donation paid"), _("Paid (before: %(before)s)")),
    "donation.failed": (_("Payment failed"), _("The payment failed (before: %(before)s)")),
    "donation.partly_refunded": (
        _("Donation partly refunded"),
        _("Partly refunded (before: %(before)s)"),
    ),
    "donation.refunded": (_("Donation refunded"), _("Refunded (before: %(before)s)")),
    "donation.disputed": (
        _("Donation disputed"),
        _("The donor’s bank disputes the payment (before: %(before)s)"),
    ),
    "donation.charged_back": (
        _("Donation charged back"),
        _("The dispute was lost and the payment charged back (before: %(before)s)"),
    ),
    "donation.refund_requested": (_("Refund requested"), _("Refund requested: %(amount)s")),
    "pledge.recorded": (_("Pledge recorded"), _("Recurring gift recorded: %(amount)s")),
    "pledge.starting": (_("Pledge starting"), _("Starting (before: %(before)s)")),
    "pledge.active": (_("Pledge active"), _("Active (before: %(before)s)")),
    "pledge.past_due": (_("Pledge past due"), _("A payment failed (before: %(before)s)")),
    "pledge.paused": (_("Pledge paused"), _("Paused (before: %(before)s)")),
    "pledge.ending": (_("Pledge ends soon"), _("An end is planned (before: %(before)s)")),
    "pledge.cancelled": (_("Pledge ended"), _("Ended (before: %(before)s)")),
    "pledge.changed": (_("Pledge changed"), _("Changed: %(what)s")),
    "pledge.card_page": (
        _("Page for the card opened"),
        _("The donor went to the payment company’s page to change card or account"),
    ),
    "pledge.mailed": (_("Donor told"), _("A message was sent to the donor")),
    "pledge.mail_failed": (
        _("Sending failed"),
        _("The e-mail could not be sent, all tries used: %(error)s"),
    ),
    "instalment.open": (_("Payment due"), _("Payment %(invoice)s is due")),
    "instalment.processing": (_("Payment on its way"), _("Payment %(invoice)s is on its way")),
    "instalment.paid": (_("Payment made"), _("Payment %(invoice)s was made")),
    "instalment.failed": (_("Payment failed"), _("Payment %(invoice)s failed for good")),
    "instalment.dropped": (_("Payment dropped"), _("Payment %(invoice)s is not collected")),
    "wish.terms": (_("Other terms wished"), _("Another amount, frequency or day was wished")),
    "wish.pause": (_("Pause wished"), _("A pause was wished")),
    "wish.resume": (_("Going on wished"), _("Going on was wished")),
    "wish.cancel": (_("End wished"), _("The end was wished")),
    "wish.done": (_("Wish carried out"), _("The wish was carried out")),
    "wish.refused": (_("Wish refused"), _("The payment company refused the wish")),
    "transfer.announced": (
        _("Transfer announced"),
        _("The donor announced a bank transfer of %(amount)s"),
    ),
    "payout.pending": (_("Payout on its way"), _("Payout of %(amount)s is on its way")),
    "payout.paid": (_("Payout arrived"), _("Payout of %(amount)s has arrived")),
    "payout.failed": (_("Payout failed"), _("Payout of %(amount)s failed")),
    "payout.settled": (
        _("Payout reconciled"),
        _("All movements of the payout are in the ledger and add up to %(amount)s"),
    ),
    "reconciliation.started": (_("Comparison started"), _("The comparison of the books began")),
    "reconciliation.agrees": (_("Books agree"), _("The books agree")),
    "reconciliation.differs": (
        _("Books differ"),
        _("The books do not agree; differences: %(differences)s"),
    ),
    "reconciliation.failed": (
        _("Comparison not finished"),
        _("The comparison of the books was not finished"),
    ),
    "reconciliation.repaired": (
        _("Difference repaired"),
        _("Repaired (%(repair)s): %(movement)s"),
    ),
    "reconciliation.not_repaired": (
        _("Repair without effect"),
        _("Tried without effect (%(repair)s): %(movement)s"),
    ),
    "import.started": (_("Import started"), _("The import of history began")),
    "import.failed": (_("Import stopped"), _("The import of history was stopped")),
    "import.done": (
        _("Import finished"),
        _("The import of history is finished; pledges: %(pledges)s, donations: %(donations)s"),
    ),
    "pledge.imported": (_("Pledge imported"), _("Taken over from before: %(amount)s")),
    "donation.imported": (_("Donation imported"), _("Taken over from before: %(amount)s")),
    "receipt.receipt": (_("Receipt issued"), _("Receipt %(number)s issued for %(net)s")),
    "receipt.amendment": (
        _("Amendment issued"),
        _("Amendment %(number)s issued; the gift now counts %(net)s"),
    ),
    "receipt.annulment": (
        _("Annulment issued"),
        _("Annulment %(number)s issued; nothing of the gift remains"),
    ),
    "receipt.mailed": (_("Receipt sent"), _("Sent to the donor by e-mail")),
    "receipt.mail_failed": (
        _("Sending failed"),
        _("The e-mail could not be sent, all tries used: %(error)s"),
    ),
    "receipt.sent_again": (_("Sending again requested"), _("Sending again requested")),
    "receipt.downloaded": (_("Receipt downloaded"), _("PDF downloaded by staff")),
    "document.forgotten": (
        _("Contents forgotten"),
        _("The legal time has passed: what the document said, and its PDF, were removed"),
    ),
    "donor.page_opened": (_("Own page opened"), _("The donor opened their own page")),
    "donor.pages_closed": (
        _("Logged out everywhere"),
        _("The donor ended all visits to their own page"),
    ),
    "donor.address_asked": (
        _("Another e-mail address wished"),
        _("The donor wished another e-mail address; it waits to be confirmed"),
    ),
    "donor.address_taken": (
        _("E-mail address not given"),
        _(
            "The donor confirmed another e-mail address, with which donor %(other)s has the same "
            "details. Look whether the two are one"
        ),
    ),
    "donor.changed": (_("Details changed"), _("Details changed: %(what)s")),
    "donor.exported": (_("Data taken out"), _("The donor downloaded all their data")),
    "donor.erase_wished": (_("Erasure wished"), _("Erasing the donor’s data was wished")),
    "donor.erased": (_("Donor erased"), _("The donor’s identity was erased")),
    **DESK_ACTIONS,
    "event.failed": (
        _("Payment event failed"),
        _("Processing failed, all tries used: %(error)s"),
    ),
    "event.replayed": (_("Payment event replayed"), _("Processing again requested")),
    "list.exported": (_("List exported"), _("Exported “%(list)s” as %(format)s: %(rows)s rows")),
}


class Words(dict[str, str]):
    """An entry's data in words; what an old entry lacks is left out, never an error."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        statuses = dict([*Donation.Status.choices, *Pledge.Status.choices])
        super().__init__({name: str(value) for name, value in data.items()})
        if "amount_cents" in data:
            self["amount"] = wording.money(data["amount_cents"])
        if "net_cents" in data:
            self["net"] = wording.money(data["net_cents"])
        if "total_cents" in data:
            self["total"] = wording.money(data["total_cents"])
        if "before" in data:
            self["before"] = str(statuses.get(data["before"], data["before"]))
        if "repair" in data:
            self["repair"] = str(dict(Difference.Repair.choices).get(data["repair"], ""))
        if "list" in data:
            model = apps.all_models["donations"].get(data["list"])
            self["list"] = str(model._meta.verbose_name_plural if model else data["list"])
        if "format" in data:
            self["format"] = str(data["format"]).upper()

    def __missing__(self, name: str) -> str:
        return wording.NOTHING


def register_actions(registry: LogActionRegistry) -> None:
    """Make the actions known to Wagtail, which refuses to log unknown ones."""
    for action, (label, message) in ACTIONS.items():
        formatter = type("Formatter", (_Formatter,), {"label": label, "message": message})
        registry.register_action(f"donations.{action}")(formatter)  # type: ignore[misc]


class _Formatter(LogFormatter):
    def format_message(self, log_entry: Any) -> str:
        return str(self.message) % Words(log_entry.data)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry: when, who, about what, and what happened."""

    moment: datetime
    who: str
    about: str
    what: str

    @property
    def when(self) -> str:
        return wording.moment(self.moment)


def history_of(subjects: Iterable[Model]) -> list[HistoryLine]:
    """What happened to these objects, oldest first. One query and one for each kind of object."""
    names: dict[Any, Model] = {
        (ContentType.objects.get_for_model(subject).pk, str(subject.pk)): subject
        for subject in subjects
    }
    condition = Q(pk__in=())
    for type_pk, object_pk in names:
        condition |= Q(content_type=type_pk, object_id=object_pk)
    entries = ModelLogEntry.objects.filter(condition).select_related("user", "content_type")
    return [
        HistoryLine(
            moment=entry.timestamp,
            who=str(entry.user_display_name),
            about=_name(names[entry.content_type_id, str(entry.object_id)]),
            what=str(entry.message),
        )
        for entry in entries.order_by("timestamp", "pk")
    ]


def _name(subject: Model) -> str:
    kind = capfirst(str(subject._meta.verbose_name))
    number = getattr(subject, "reference", "") if subject._meta.model_name == "receipt" else ""
    return f"{kind} {number}".strip()
