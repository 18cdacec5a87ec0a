"""Stripe's own books, and the history of an account that was used before."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from ..base import ProviderRefused
from ..pictures import Booking, HistoricPayment, HistoricPledge, PayoutPicture
from .account import METADATA_KEY, in_our_words
from .pictures import (
    CHARGES,
    Doc,
    draw_booking,
    draw_payout,
    is_bare_charge,
    reference_of,
    subscription_of,
)
from .pledges import Pledges

PAGE = 100


class Books(Pledges):
    def bookings(self, payout_reference: str = "") -> Iterator[Booking]:
        narrow: Doc = {"payout": payout_reference} if payout_reference else {}
        for row in self._pages("balance_transactions", narrow):
            yield draw_booking(row)

    def payouts(self) -> Iterator[PayoutPicture]:
        for row in self._pages("payouts", {}):
            yield draw_payout(row)

    @in_our_words
    def payout(self, payout_reference: str) -> PayoutPicture:
        return draw_payout(self._client.v1.payouts.retrieve(payout_reference).to_dict())

    @in_our_words
    def booking(self, reference: str) -> Booking:
        return draw_booking(self._client.v1.balance_transactions.retrieve(reference).to_dict())

    @in_our_words
    def payment_of(self, source_reference: str) -> str:
        charge = self._charge_of(source_reference)
        return _payment_reference(charge) if charge else ""

    def historic_pledges(self, after: str) -> Iterator[HistoricPledge]:
        expand = ["data.default_payment_method", "data.customer"]
        rows = self._pages("subscriptions", {"status": "all", "expand": expand}, after)
        for row in rows:
            payer = row["customer"] if isinstance(row["customer"], dict) else {}
            picture = None
            with suppress(ProviderRefused):
                picture = self._draw_pledge(row)
            yield HistoricPledge(
                reference=row["id"],
                picture=picture,
                name=str(payer.get("name") or ""),
                email=str(payer.get("email") or ""),
                language=_language(payer),
                description=str(row.get("description") or ""),
            )

    def historic_payments(
        self, after: str, is_known: Callable[[str], bool]
    ) -> Iterator[HistoricPayment]:
        # By charge and not by payment intent, which the oldest charges lack.
        for row in self._pages("charges", {"expand": ["data.customer"]}, after):
            if row["status"] != "failed" and not is_known(_payment_reference(row)):
                yield self._historic(row)

    @in_our_words
    def historic_payment(self, source_reference: str) -> HistoricPayment | None:
        charge = self._charge_of(source_reference)
        return self._historic(charge) if charge else None

    def _charge_of(self, source_reference: str) -> Doc | None:
        """The charge that a charge, refund or dispute is about; None for anything else."""
        client = self._client.v1
        kind = source_reference.partition("_")[0]
        if kind in {"re", "pyr"}:
            source_reference = reference_of(client.refunds.retrieve(source_reference).charge)
        elif kind in {"dp", "du"}:
            source_reference = reference_of(client.disputes.retrieve(source_reference).charge)
        elif kind not in CHARGES:
            return None
        return client.charges.retrieve(source_reference, {"expand": ["customer"]}).to_dict()

    @in_our_words
    def _historic(self, row: Doc) -> HistoricPayment:
        """`row` is a charge with its customer expanded."""
        payer = row["customer"] if isinstance(row.get("customer"), dict) else {}
        billing = row["billing_details"]
        reference = _payment_reference(row)
        invoice = None if is_bare_charge(reference) else self._invoice_of(reference)
        email = payer.get("email") or billing.get("email") or row.get("receipt_email")
        return HistoricPayment(
            picture=self._payment(reference),
            name=str(payer.get("name") or billing.get("name") or ""),
            email=str(email or ""),
            language=_language(payer),
            description=str(row.get("description") or ""),
            attempt_id=str((row["metadata"] or {}).get(METADATA_KEY) or ""),
            customer_reference=reference_of(row["customer"]) if row.get("customer") else "",
            invoice_reference=invoice["id"] if invoice else "",
            subscription_reference=subscription_of(invoice) if invoice else "",
        )

    def _invoice_of(self, payment_reference: str) -> Doc | None:
        """The invoice that a payment paid; its payments list is the only way from one to other."""
        listed = self._client.v1.invoice_payments.list(
            {"payment": {"type": "payment_intent", "payment_intent": payment_reference}, "limit": 1}
        )
        for row in listed.data:
            return self._client.v1.invoices.retrieve(
                reference_of(row.to_dict()["invoice"])
            ).to_dict()
        return None

    @in_our_words
    def _page(self, folder: str, parameters: Doc) -> tuple[list[Doc], bool]:
        services: Any = self._client.v1
        found = getattr(services, folder).list(parameters)
        return [row.to_dict() for row in found.data], found.has_more

    def _pages(self, folder: str, parameters: Doc, after: str = "") -> Iterator[Doc]:
        """All rows, newest first, fetched as they are needed."""
        has_more = True
        while has_more:
            asked = parameters | {"limit": PAGE}
            if after:
                asked["starting_after"] = after
            rows, has_more = self._page(folder, asked)
            yield from rows
            has_more = has_more and bool(rows)
            after = rows[-1]["id"] if rows else after


def _payment_reference(charge: Doc) -> str:
    return reference_of(charge["payment_intent"]) or str(charge["id"])


def _language(customer: Doc) -> str:
    preferred = [*(customer.get("preferred_locales") or []), "lv"]
    return "en" if preferred[0].startswith("en") else "lv"
