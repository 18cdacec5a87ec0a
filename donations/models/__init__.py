"""Money and the people who give it. Rules that the database can hold are named constraints."""

from .attempt import CheckoutAttempt, Tribute
from .books import Difference, Import, Payout, Reconciliation, SavedView
from .campaign import Campaign
from .desk import AccessLink, TransferIntention
from .donation import Donation
from .donor import Consent, Donor
from .event import ProviderEvent, RefusedDeliveries
from .fund import Fund
from .ledger import LedgerEntry
from .mail import OutgoingMail
from .outdated import OutdatedRecord
from .pledge import Instalment, Pledge, PledgeWish
from .receipt import Receipt, ReceiptCounter
from .statement import Statement, StatementRun
from .texts import DonationTexts

__all__ = [
    "AccessLink",
    "Campaign",
    "CheckoutAttempt",
    "Consent",
    "Difference",
    "Donation",
    "DonationTexts",
    "Donor",
    "Fund",
    "Import",
    "Instalment",
    "LedgerEntry",
    "OutdatedRecord",
    "OutgoingMail",
    "Payout",
    "Pledge",
    "PledgeWish",
    "ProviderEvent",
    "Receipt",
    "ReceiptCounter",
    "Reconciliation",
    "RefusedDeliveries",
    "SavedView",
    "Statement",
    "StatementRun",
    "TransferIntention",
    "Tribute",
]
