"""Records of giving as they stand in the database, without the payment company or any service."""

from datetime import UTC, datetime
from typing import Any

import factory
from django.utils import timezone
from factory import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from donations.models import (
    Campaign,
    CheckoutAttempt,
    Donation,
    Donor,
    Fund,
    LedgerEntry,
    OutgoingMail,
    Pledge,
    ProviderEvent,
    Receipt,
    Statement,
)


class FundFactory(DjangoModelFactory[Fund]):
    class Meta:
        model = Fund
        django_get_or_create = ("code",)

    code = "general"
    name_lv = "Kur visvairāk vajadzīgs"
    name_en = "Where it is needed most"
    purpose_lv = "Darbam ar bērniem un ģimenēm"
    purpose_en = "Work with children and families"


class DonorFactory(DjangoModelFactory[Donor]):
    class Meta:
        model = Donor

    kind = "person"
    name = Sequence(lambda n: f"Anna Bērziņa {n}")
    email = Sequence(lambda n: f"anna{n}@example.org")


class CheckoutAttemptFactory(DjangoModelFactory[CheckoutAttempt]):
    """A completed attempt."""

    class Meta:
        model = CheckoutAttempt

    donor = SubFactory(DonorFactory)
    fund = SubFactory(FundFactory)
    amount_cents = 2500
    frequency = "once"
    language = "lv"
    form_path = "/ziedot/"
    status = "completed"
    address_digest = "0" * 64
    session_reference = Sequence(lambda n: f"cs_test_{n:06}")
    payment_reference = Sequence(lambda n: f"pi_test_{n:06}")
    finished_at = factory.LazyFunction(timezone.now)


class DonationFactory(DjangoModelFactory[Donation]):
    """A paid donation with its attempt; ledger and receipt are for who asks for them."""

    class Meta:
        model = Donation

    attempt = SubFactory(CheckoutAttemptFactory)
    donor = SelfAttribute("attempt.donor")
    fund = SelfAttribute("attempt.fund")
    amount_cents = SelfAttribute("attempt.amount_cents")
    language = SelfAttribute("attempt.language")
    payment_reference = SelfAttribute("attempt.payment_reference")
    status = "paid"
    provider = "stripe"
    charge_reference = Sequence(lambda n: f"ch_test_{n:06}")
    payment_method = "card"
    is_live = False
    paid_at = factory.LazyFunction(timezone.now)


class LedgerEntryFactory(DjangoModelFactory[LedgerEntry]):
    """The charge of a donation."""

    class Meta:
        model = LedgerEntry

    donation = SubFactory(DonationFactory)
    kind = "charge"
    amount_cents = SelfAttribute("donation.amount_cents")
    reference = Sequence(lambda n: f"txn_test_{n:06}")
    occurred_at = factory.LazyFunction(timezone.now)


class ReceiptFactory(DjangoModelFactory[Receipt]):
    """A receipt as a record; its snapshot is too empty for a PDF."""

    class Meta:
        model = Receipt

    donation = SubFactory(DonationFactory)
    kind = "receipt"
    series = "Z"
    year = 2026
    # Far from the numbers of receipts that a test issues for real.
    number = Sequence(lambda n: n + 10_000)
    sequence = 1
    issued_on = LazyAttribute(lambda receipt: datetime(receipt.year, 2, 5, tzinfo=UTC).date())
    net_cents = SelfAttribute("donation.amount_cents")
    snapshot = "{}"


class OutgoingMailFactory(DjangoModelFactory[OutgoingMail]):
    """A message that was sent."""

    class Meta:
        model = OutgoingMail

    receipt = SubFactory(ReceiptFactory)
    message_id = Sequence(lambda n: f"<receipt-{n}@testserver>")
    status = "sent"
    tries = 1
    sent_at = factory.LazyFunction(timezone.now)


class ProviderEventFactory(DjangoModelFactory[ProviderEvent]):
    """A processed event."""

    class Meta:
        model = ProviderEvent

    provider = "stripe"
    reference = Sequence(lambda n: f"evt_test_{n:06}")
    type = "checkout.session.completed"
    object_reference = Sequence(lambda n: f"cs_test_{n:06}")
    is_live = False
    occurred_at = factory.LazyFunction(timezone.now)
    source = "webhook"
    status = "processed"
    tries = 1


class CampaignFactory(DjangoModelFactory[Campaign]):
    """A campaign that runs."""

    class Meta:
        model = Campaign

    code = Sequence(lambda n: f"campaign-{n}")
    name_lv = Sequence(lambda n: f"Kampaņa {n}")
    name_en = Sequence(lambda n: f"Campaign {n}")
    fund = SubFactory(FundFactory)
    starts_on = datetime(2020, 1, 1, tzinfo=UTC).date()


class PledgeFactory(DjangoModelFactory[Pledge]):
    """A running monthly gift."""

    class Meta:
        model = Pledge

    donor = SubFactory(DonorFactory)
    fund = SubFactory(FundFactory)
    amount_cents = 1000
    frequency = "monthly"
    language = "lv"
    subscription_reference = Sequence(lambda n: f"sub_test_{n:06}")
    customer_reference = Sequence(lambda n: f"cus_test_{n:06}")
    status = "active"
    payment_method = "card"
    started_at = factory.LazyFunction(timezone.now)
    is_live = False


class StatementFactory(DjangoModelFactory[Statement]):
    """A statement as a record; its snapshot is too empty for a PDF."""

    class Meta:
        model = Statement

    donor = SubFactory(DonorFactory)
    year = 2025
    number = Sequence(lambda n: f"G-2025-{n:06}-1")
    language = "lv"
    total_cents = 2500
    gifts = 1
    issued_on = datetime(2026, 1, 12, tzinfo=UTC).date()
    snapshot = "{}"


def paid_donation(**changes: Any) -> Donation:
    """A paid donation with its charge, fee, receipt and sent message."""
    donation = DonationFactory.create(**changes)
    LedgerEntryFactory.create(donation=donation)
    LedgerEntryFactory.create(donation=donation, kind="fee", amount_cents=-63)
    OutgoingMailFactory.create(receipt=ReceiptFactory.create(donation=donation))
    return donation
