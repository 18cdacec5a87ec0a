"""The test cards and test accounts, and what happens when one of them pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# "authenticate" asks the payer only once, "authenticate_always" for renewals as well.
type Outcome = Literal[
    "succeed",
    "decline",
    "authenticate",
    "authenticate_always",
    "fail_later",
    "fail_on_settling",
]


@dataclass(frozen=True)
class TestMethod:
    """A card number or IBAN that the sandbox knows, with its behaviour.

    `code` and `decline_code` are what Stripe reports when a payment with it fails.
    """

    __test__ = False  # the name starts with "Test", but this is no test case

    key: str
    kind: Literal["card", "sepa_debit"]
    number: str
    outcome: Outcome
    label_en: str
    label_lv: str
    code: str = "card_declined"
    decline_code: str = "generic_decline"
    brand: str = "visa"

    @property
    def asks(self) -> bool:
        """Whether a payer who is there has to confirm with their bank."""
        return self.outcome in ("authenticate", "authenticate_always")

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def grouped(self) -> str:
        """The number as a person reads it, in groups of four."""
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))

    @property
    def country(self) -> str:
        return self.number[:2] if self.kind == "sepa_debit" else "LV"


def _card(
    key: str, number: str, outcome: Outcome, label_en: str, label_lv: str, **more: str
) -> TestMethod:
    number = number.replace(" ", "")
    return TestMethod(key, "card", number, outcome, label_en, label_lv, **more)


def _iban(key: str, number: str, outcome: Outcome, label_en: str, label_lv: str) -> TestMethod:
    return TestMethod(
        key, "sepa_debit", number, outcome, label_en, label_lv, "payment_method_provider_decline",
        "insufficient_funds",
    )  # fmt: skip


METHODS: dict[str, TestMethod] = {
    method.key: method
    for method in (
        _card("card", "4242 4242 4242 4242", "succeed", "Succeeds", "Maksājums izdodas"),
        _card(
            "mastercard",
            "5555 5555 5555 4444",
            "succeed",
            "Succeeds (Mastercard)",
            "Maksājums izdodas (Mastercard)",
            brand="mastercard",
        ),
        _card("decline", "4000 0000 0000 0002", "decline", "Declined", "Karte noraidīta"),
        _card(
            "insufficient_funds",
            "4000 0000 0000 9995",
            "decline",
            "Declined: insufficient funds",
            "Noraidīta: nepietiek līdzekļu",
            decline_code="insufficient_funds",
        ),
        _card(
            "lost_card",
            "4000 0000 0000 9987",
            "decline",
            "Declined: lost card",
            "Noraidīta: karte nozaudēta",
            decline_code="lost_card",
        ),
        _card(
            "expired_card",
            "4000 0000 0000 0069",
            "decline",
            "Declined: expired card",
            "Noraidīta: kartei beidzies termiņš",
            code="expired_card",
            decline_code="expired_card",
        ),
        _card(
            "3ds",
            "4000 0025 0000 3155",
            "authenticate",
            "Asks for 3-D Secure",
            "Prasa 3-D Secure apstiprinājumu",
        ),
        _card(
            "3ds_always",
            "4000 0027 6000 3184",
            "authenticate_always",
            "Asks for 3-D Secure every time, renewals too",
            "Prasa 3-D Secure apstiprinājumu katru reizi",
        ),
        _card(
            "fails_later",
            "4000 0000 0000 0341",
            "fail_later",
            "First payment succeeds, later ones fail",
            "Pirmais maksājums izdodas, nākamie ne",
        ),
        _iban(
            "sepa",
            "DE89370400440532013000",
            "succeed",
            "SEPA debit, succeeds after some days",
            "SEPA tiešais debets, izdodas pēc dažām dienām",
        ),
        _iban(
            "sepa_fail",
            "DE62370400440532013001",
            "fail_on_settling",
            "SEPA debit, fails after some days",
            "SEPA tiešais debets, pēc dažām dienām neizdodas",
        ),
        _iban(
            "sepa_at",
            "AT611904300234573201",
            "succeed",
            "SEPA debit (AT), succeeds",
            "SEPA tiešais debets (AT), izdodas",
        ),
        _iban(
            "sepa_at_fail",
            "AT861904300235473202",
            "fail_on_settling",
            "SEPA debit (AT), fails",
            "SEPA tiešais debets (AT), neizdodas",
        ),
        # Stripe has no Latvian test account; these two are the sandbox's own, made from the
        # example in the IBAN registry.
        _iban(
            "sepa_lv",
            "LV80BANK0000435195001",
            "succeed",
            "SEPA debit (LV), succeeds",
            "SEPA tiešais debets (LV), izdodas",
        ),
        _iban(
            "sepa_lv_fail",
            "LV53BANK0000435195002",
            "fail_on_settling",
            "SEPA debit (LV), fails",
            "SEPA tiešais debets (LV), neizdodas",
        ),
    )
}
BY_NUMBER = {method.number: method for method in METHODS.values()}

MESSAGES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "expired_card": "Your card has expired.",
}


def by_number(typed: str) -> TestMethod | None:
    """The method with this number or IBAN, however it is spaced. None for any other number:
    as in Stripe's test mode, a real card must not work."""
    return BY_NUMBER.get("".join(typed.split()).upper())
