"""Ids that look like Stripe's."""

from __future__ import annotations

import random
import string

PREFIXES = {
    "balance_transaction": "txn_1",
    "billing_portal.session": "bps_1",
    "charge": "ch_3",
    "checkout.session": "cs_test_a1",
    "customer": "cus_",
    "dispute": "du_1",
    "event": "evt_1",
    "invoice": "in_1",
    "invoice_payment": "inpay_1",
    "item": "li_1",
    "line_item": "il_1",
    "mandate": "mandate_1",
    "payment_intent": "pi_3",
    "payment_method": "pm_1",
    "payout": "po_1",
    "price": "price_1",
    "product": "prod_",
    "refund": "re_3",
    "request": "req_",
    "setup_intent": "seti_1",
    "subscription": "sub_1",
    "subscription_item": "si_",
}
LENGTHS = {"checkout.session": 56, "customer": 14, "product": 14, "request": 14}
LETTERS = string.ascii_letters + string.digits


class Ids:
    """Random ids; a seed makes them repeatable within one fresh sandbox."""

    def __init__(self, seed: int | None = None) -> None:
        # Not a security boundary: these ids only have to be distinct and to look right.
        self._random = random.Random(seed)

    def new(self, kind: str, prefix: str | None = None) -> str:
        tail = self._random.choices(LETTERS, k=LENGTHS.get(kind, 23))
        return (PREFIXES[kind] if prefix is None else prefix) + "".join(tail)

    def digits(self, length: int) -> str:
        return "".join(self._random.choices(string.digits, k=length))
