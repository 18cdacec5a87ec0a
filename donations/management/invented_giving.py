"""Invented donors and gifts in any number, written in bulk: for development and for measuring.

Plausible rather than true: shares of monthly givers, of failed payments and of refunds are about
those of an association like ours. No payment company knows of any of it, and the receipts are rows
without contents, as if these had been forgotten after their time.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from sosbca.core.encryption import digest

from ..models import (
    Campaign,
    Donation,
    Donor,
    Fund,
    Instalment,
    LedgerEntry,
    Pledge,
    Receipt,
    ReceiptCounter,
)

# Donors of one transaction; what they gave is in memory meanwhile.
CHUNK: Final = 200
YEARS: Final = 6

# Women's and men's, with the endings that go with them.
FIRST_NAMES: Final = (
    ("Anna", "Kristīne", "Inese", "Līga", "Ilze", "Dace", "Žanete", "Ieva", "Elīna", "Baiba"),
    ("Jānis", "Andris", "Juris", "Edgars", "Mārtiņš", "Artūrs", "Aivars", "Pēteris", "Ģirts"),
)
LAST_NAMES: Final = (
    ("Bērziņa", "Kalniņa", "Ozoliņa", "Liepiņa", "Krūmiņa", "Kļaviņa", "Šteinberga", "Ābola"),
    ("Bērziņš", "Kalniņš", "Ozoliņš", "Liepiņš", "Krūmiņš", "Kļaviņš", "Šteinbergs", "Ābols"),
)
AMOUNTS: Final = (500, 1000, 1000, 1500, 2000, 2500, 2500, 5000, 10000)


@dataclass
class Chunk:
    """Rows that are written together."""

    pledges: list[Pledge] = field(default_factory=list)
    donations: list[Donation] = field(default_factory=list)
    instalments: list[Instalment] = field(default_factory=list)
    entries: list[LedgerEntry] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)


class Generator:
    """Writes chunk after chunk; two with the same seed and `mark` would clash in the database."""

    def __init__(self, seed: int, now: datetime | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311  nothing here is secret
        self._mark = f"gen{seed:x}"
        self._serial = itertools.count(1)
        self._now = now or timezone.now()
        self._funds = list(Fund.objects.all())
        self._campaigns = {c.fund_id: c for c in Campaign.objects.all()}
        counters = ReceiptCounter.objects.all()
        self._numbers = {(c.series, c.year): c.last_number for c in counters}

    def run(self, donors: int, donations: int) -> Iterator[int]:
        """Write them; yield how many donations there are after each chunk."""
        with _own_dates():
            left, written = donations, 0
            for first in range(0, donors, CHUNK):
                size = min(CHUNK, donors - first)
                # So many that the last donor has the last gift.
                share = left if first + size == donors else left * size // (donors - first)
                self._write(size, share)
                left -= share
                written += share
                yield written

    @transaction.atomic
    def _write(self, size: int, share: int) -> None:
        donors = Donor.objects.bulk_create([self._donor() for _ in range(size)])
        chunk = Chunk()
        for donor, gifts in zip(donors, self._shares(size, share), strict=True):
            if gifts >= 6:
                self._give_regularly(chunk, donor, gifts)
            else:
                for _gift in range(gifts):
                    self._give(chunk, donor, self._moment(), self._random.choice(AMOUNTS))
        Pledge.objects.bulk_create(chunk.pledges)
        Donation.objects.bulk_create(chunk.donations)
        Instalment.objects.bulk_create(chunk.instalments)
        LedgerEntry.objects.bulk_create(chunk.entries)
        self._write_receipts(chunk.receipts)

    def _write_receipts(self, receipts: Sequence[Receipt]) -> None:
        # A correction points at its receipt, so that has to be there first.
        Receipt.objects.bulk_create([row for row in receipts if row.sequence == 1])
        Receipt.objects.bulk_create([row for row in receipts if row.sequence > 1])
        for (series, year), number in self._numbers.items():
            ReceiptCounter.objects.update_or_create(
                series=series, year=year, defaults={"last_number": number}
            )

    def _shares(self, size: int, share: int) -> list[int]:
        """Most give once or a few times, some every month: the numbers add up to `share`."""
        weights = [1.0 if self._random.random() < 0.7 else 25.0 for _ in range(size)]
        scale = share / sum(weights)
        counts = [int(weight * scale) for weight in weights]
        for _rest in range(share - sum(counts)):
            counts[self._random.randrange(size)] += 1
        return counts

    # One of each ---------------------------------------------------------------------------------

    def _donor(self) -> Donor:
        rand = self._random
        number = next(self._serial)
        is_company = rand.random() < 0.05
        ending = rand.randrange(2)
        name = f"{rand.choice(FIRST_NAMES[ending])} {rand.choice(LAST_NAMES[ending])}"
        code = ""
        if is_company:
            name = f"SIA „Paraugs {number}”"
        elif rand.random() < 0.3:
            code = f"32{rand.randrange(10**4):04}-{rand.randrange(10**5):05}"
        return Donor(
            kind="company" if is_company else "person",
            name=name,
            email=f"{self._mark}.{number}@example.org",
            registration_number=f"4{rand.randrange(10**10):010}" if is_company else "",
            personal_code=code,
            personal_code_digest=digest(code, "personal-code") if code else "",
            language="en" if rand.random() < 0.15 else "lv",
            created_at=self._moment(),
        )

    def _moment(self) -> datetime:
        return self._now - timedelta(minutes=self._random.randrange(1, YEARS * 365 * 24 * 60))

    def _give_regularly(self, chunk: Chunk, donor: Donor, gifts: int) -> None:
        rand = self._random
        monthly = gifts > YEARS or rand.random() < 0.5
        amount = rand.choice(AMOUNTS)
        step = timedelta(days=30 if monthly else 365)
        has_ended = rand.random() < 0.3
        ended = self._now - timedelta(days=rand.randrange(1, 900)) if has_ended else None
        last = (ended or self._now) - timedelta(days=rand.randrange(30 if monthly else 300))
        status = (
            "cancelled" if ended else rand.choices(("active", "past_due", "paused"), (94, 3, 3))[0]
        )
        pledge = Pledge(
            donor=donor,
            fund=rand.choice(self._funds),
            amount_cents=amount,
            frequency="monthly" if monthly else "yearly",
            language=donor.language,
            subscription_reference=f"sub_{self._mark}_{next(self._serial)}",
            customer_reference=f"cus_{self._mark}_{next(self._serial)}",
            status=status,
            payment_method="sepa_debit" if rand.random() < 0.2 else "card",
            started_at=last - step * (gifts - 1),
            next_payment_at=None if ended else last + step,
            ended_at=ended,
            end_reason=rand.choice(("wish", "wish", "payment_failed")) if ended else "",
            is_live=not settings.IS_DEMO,
            created_at=last - step * (gifts - 1),
        )
        chunk.pledges.append(pledge)
        for number in range(gifts):
            due = last - step * number
            failures = rand.randrange(1, 4) if rand.random() < 0.06 else 0
            donation = self._give(chunk, donor, due, amount, pledge)
            has_failed = donation.status == "failed"
            chunk.instalments.append(
                Instalment(
                    pledge=pledge,
                    donation=donation,
                    invoice_reference=f"in_{self._mark}_{next(self._serial)}",
                    amount_cents=amount,
                    status="failed" if has_failed else "paid",
                    tries=failures + 1,
                    failures=failures + has_failed,
                    due_at=due,
                )
            )

    def _give(
        self,
        chunk: Chunk,
        donor: Donor,
        moment: datetime,
        amount: int,
        pledge: Pledge | None = None,
    ) -> Donation:
        rand = self._random
        [status] = rand.choices(
            ("paid", "failed", "partly_refunded", "refunded", "disputed", "charged_back"),
            (9700, 150, 40, 70, 10, 30),
        )
        fund = pledge.fund if pledge else rand.choice(self._funds)
        campaign = self._campaigns.get(fund.pk) if rand.random() < 0.2 else None
        number = next(self._serial)
        donation = Donation(
            donor=donor,
            fund=fund,
            campaign=campaign,
            pledge=pledge,
            amount_cents=amount,
            language=donor.language,
            status=status,
            provider="stripe",
            payment_reference=f"pi_{self._mark}_{number}",
            charge_reference=f"ch_{self._mark}_{number}",
            payment_method=pledge.payment_method if pledge else "card",
            is_live=not settings.IS_DEMO,
            created_at=moment,
            paid_at=None if status == "failed" else moment,
        )
        chunk.donations.append(donation)
        if status != "failed":
            self._book(chunk, donation, moment)
        return donation

    def _book(self, chunk: Chunk, donation: Donation, moment: datetime) -> None:
        amount = donation.amount_cents
        later = min(moment + timedelta(days=9), self._now)
        moves = [("charge", amount, moment), ("fee", -(amount * 15 // 1000 + 25), moment)]
        net = amount
        if donation.status in {"partly_refunded", "refunded"}:
            net = amount // 2 if donation.status == "partly_refunded" else 0
            moves.append(("refund", net - amount, later))
        elif donation.status in {"disputed", "charged_back"}:
            net = amount if donation.status == "disputed" else 0
            moves += [("dispute", -amount, later), ("dispute_fee", -2000, later)]
        chunk.entries += [
            LedgerEntry(
                donation=donation,
                kind=kind,
                amount_cents=cents,
                reference=f"{donation.payment_reference}:{kind}",
                occurred_at=when,
                recorded_at=when,
            )
            for kind, cents, when in moves
        ]
        first = self._receipt(donation, "receipt", amount, moment)
        chunk.receipts.append(first)
        if net != amount:
            kind = "amendment" if net else "annulment"
            chunk.receipts.append(self._receipt(donation, kind, net, later, first))

    def _receipt(
        self,
        donation: Donation,
        kind: str,
        net_cents: int,
        moment: datetime,
        refers_to: Receipt | None = None,
    ) -> Receipt:
        day = timezone.localdate(moment)
        series = settings.RECEIPT_CORRECTION_SERIES if refers_to else settings.RECEIPT_SERIES
        number = self._numbers.get((series, day.year), 0) + 1
        self._numbers[series, day.year] = number
        return Receipt(
            donation=donation,
            kind=kind,
            series=series,
            year=day.year,
            number=number,
            sequence=2 if refers_to else 1,
            refers_to=refers_to,
            issued_on=day,
            net_cents=net_cents,
            snapshot="",
            created_at=moment,
        )


@contextmanager
def _own_dates() -> Iterator[None]:
    """Rows keep the moments given to them; otherwise all would be of today."""
    models: tuple[type[Model], ...] = (Donor, Pledge, Donation, LedgerEntry, Receipt)
    fields: list[Any] = [
        column
        for model in models
        for column in model._meta.concrete_fields
        if getattr(column, "auto_now_add", False)
    ]
    for column in fields:
        column.auto_now_add = False
    try:
        yield
    finally:
        for column in fields:
            column.auto_now_add = True
