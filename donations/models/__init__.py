"""Money and the people who give it. Rules that the database can hold are named constraints."""

from .donation import CheckoutAttempt, Donation
from .donor import Consent, Donor
from .event import ProviderEvent
from .fund import Fund
from .ledger import LedgerEntry
from .mail import OutgoingMail
from .receipt import Receipt, ReceiptCounter
from .texts import DonationTexts

__all__ = [
    "CheckoutAttempt",
    "Consent",
    "Donation",
    "DonationTexts",
    "Donor",
    "Fund",
    "LedgerEntry",
    "OutgoingMail",
    "ProviderEvent",
    "Receipt",
    "ReceiptCounter",
]
