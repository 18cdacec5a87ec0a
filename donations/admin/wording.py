"""How money, moments and states are put into words for staff, in the admin's language."""

from datetime import date, datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sosbca.core.text import format_money

from ..models import Donation, OutgoingMail, Pledge, PledgeWish, ProviderEvent, Receipt
from ..services.receipts import state_of

NOTHING: Final = "–"

# Each state's tone: good, waiting, bad or quiet. A tone only colours; the words say it all.
TONES: Final[dict[str, str]] = {
    Donation.Status.PAID: "good",
    Donation.Status.PROCESSING: "waiting",
    Donation.Status.FAILED: "bad",
    Donation.Status.DISPUTED: "bad",
    Donation.Status.CHARGED_BACK: "bad",
    Donation.Status.PARTLY_REFUNDED: "quiet",
    Donation.Status.REFUNDED: "quiet",
    ProviderEvent.Status.PROCESSED: "good",
    ProviderEvent.Status.RECEIVED: "waiting",
    ProviderEvent.Status.RETRYING: "waiting",
    OutgoingMail.Status.WAITING: "waiting",
    OutgoingMail.Status.SENDING: "waiting",
    OutgoingMail.Status.SENT: "good",
    Pledge.Status.ACTIVE: "good",
    Pledge.Status.STARTING: "waiting",
    Pledge.Status.PAST_DUE: "bad",
    Pledge.Status.PAUSED: "quiet",
    Pledge.Status.ENDING: "waiting",
    PledgeWish.Status.DONE: "good",
    "started": "waiting",
    "open": "waiting",
    "completed": "good",
    "refused": "bad",
    "valid": "good",
    "held": "bad",
    "payout-pending": "waiting",
    "payout-paid": "good",
    "payout-failed": "bad",
    "settled": "good",
    "unsettled": "waiting",
    "running": "waiting",
    "agrees": "good",
    "differs": "bad",
    "import-running": "waiting",
    "import-done": "good",
    "import-failed": "bad",
}

# What services.receipts.state_of answers.
RECEIPT_STATES: Final[dict[str, str | Promise]] = {
    "valid": _("Valid"),
    "held": _("Held: the payment is disputed"),
    "replaced": _("Replaced"),
    "annulled": _("Annulled"),
    "annulment": _("Annuls the gift"),
}

METHODS: Final[dict[str, str | Promise]] = {
    "card": _("Payment card"),
    "sepa_debit": _("SEPA direct debit"),
    "bank": _("Bank transfer"),
    "cash": _("Cash"),
    "in_kind": _("Gift in kind"),
}


def language() -> str:
    """The admin's language; Wagtail offers no others than the site's two."""
    return (get_language() or "lv").split("-")[0]


def money(cents: int | None) -> str:
    return NOTHING if cents is None else format_money(cents, language())


def moment(value: datetime | None) -> str:
    """Day and minute in local time, short: 5 Feb 2026, 14:30 or 05.02.2026. 14:30."""
    if value is None:
        return NOTHING
    pattern = "j M Y, H:i" if language() == "en" else "d.m.Y. H:i"
    return date_format(timezone.localtime(value), pattern)


def day(value: date | None) -> str:
    if value is None:
        return NOTHING
    return date_format(value, "j M Y" if language() == "en" else "d.m.Y.")


def month(value: date) -> str:
    """November 2026, or 2026. gada novembris."""
    return date_format(value, "F Y" if language() == "en" else "Y. \\g\\a\\d\\a F")


def method(donation: Donation | Pledge) -> str:
    return str(METHODS.get(donation.payment_method, donation.payment_method)) or NOTHING


def tone(state: str) -> str:
    return TONES.get(state, "quiet")


def receipt_state(receipt: Receipt) -> str:
    """What a document is worth today, as `services.receipts.state_of` names it. No query if
    the donation's receipts were prefetched."""
    documents = receipt.donation.receipts.all()
    return state_of(receipt, max(documents, key=lambda document: document.sequence))
