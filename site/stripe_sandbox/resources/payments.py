"""Payment intents and charges: cards, 3-D Secure and SEPA debits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..methods import MESSAGES, TestMethod
from ..store import Doc
from ..world import DAY, World
from . import customers

SEPA_SETTLES_DAYS = 5
METHOD_TYPES = ["card", "sepa_debit"]
NOT_AUTHENTICATED = (
    "We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again."
)


@dataclass(frozen=True)
class Attempt:
    """How an attempt to pay ended. `message` is for the payer."""

    status: Literal["succeeded", "processing", "failed", "authenticate"]
    message: str = ""
    charge: str | None = None


def create_intent(
    world: World,
    *,
    amount: int,
    currency: str,
    customer: str | None,
    metadata: Doc,
    description: str | None = None,
    receipt_email: str | None = None,
    setup_future_usage: str | None = None,
    statement_descriptor_suffix: str | None = None,
) -> Doc:
    """A payment intent that still wants a payment method."""
    identifier = world.ids.new("payment_intent")
    intent = world.new(
        "payment_intent",
        id=identifier,
        amount=amount,
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        capture_method="automatic_async",
        client_secret=f"{identifier}_secret_{world.ids.new('request', '')}",
        confirmation_method="automatic",
        currency=currency,
        customer=customer,
        description=description,
        metadata=metadata,
        payment_method_options={
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            },
            "sepa_debit": {},
        },
        payment_method_types=METHOD_TYPES,
        receipt_email=receipt_email,
        setup_future_usage=setup_future_usage,
        statement_descriptor_suffix=statement_descriptor_suffix,
        status="requires_payment_method",
    )
    world.emit("payment_intent.created", intent)
    return intent


def confirm(
    world: World, intent: Doc, payment_method: Doc, *, off_session: bool = False
) -> Attempt:
    """Try to collect the money. `off_session` says that the payer is not there (a renewal)."""
    method = customers.test_method(world, payment_method)
    if method.kind == "sepa_debit":
        return _start_debit(world, intent, payment_method)
    if method.outcome == "authenticate_always" or (method.asks and not off_session):
        world.change(
            intent,
            status="requires_action",
            payment_method=payment_method["id"],
            last_payment_error=None,
            next_action={
                "type": "use_stripe_sdk",
                "use_stripe_sdk": {"type": "three_d_secure_redirect"},
            },
        )
        world.emit("payment_intent.requires_action", intent)
        return Attempt("authenticate")
    if method.outcome == "decline" or (off_session and method.outcome == "fail_later"):
        return _decline(world, intent, payment_method, method)
    return _collect(world, intent, payment_method)


def authenticate(world: World, intent: Doc, *, accepted: bool) -> Attempt:
    """The payer's answer to 3-D Secure."""
    payment_method = world.get("payment_method", intent["payment_method"])
    if accepted:
        return _collect(world, intent, payment_method, authenticated=True)
    error = {
        "code": "payment_intent_authentication_failure",
        "doc_url": "https://docs.stripe.com/error-codes/payment-intent-authentication-failure",
        "message": NOT_AUTHENTICATED,
        "payment_method": payment_method,
        "type": "invalid_request_error",
    }
    _fail_intent(world, intent, error)
    return Attempt("failed", NOT_AUTHENTICATED)


def cancel(world: World, intent: Doc) -> None:
    """Nobody wants this money any more."""
    world.change(
        intent,
        status="canceled",
        canceled_at=world.clock.now(),
        cancellation_reason="void_invoice",
        next_action=None,
    )
    world.emit("payment_intent.canceled", intent)


def _collect(
    world: World, intent: Doc, payment_method: Doc, *, authenticated: bool = False
) -> Attempt:
    charge = _new_charge(
        world,
        intent,
        payment_method,
        status="succeeded",
        paid=True,
        captured=True,
        amount_captured=intent["amount"],
        outcome={
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "risk_score": 7,
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
    )
    if authenticated:
        details = charge["payment_method_details"]
        details["card"]["three_d_secure"] = {
            "authentication_flow": "challenge",
            "electronic_commerce_indicator": "05",
            "exemption_indicator": None,
            "result": "authenticated",
            "result_reason": None,
            "transaction_id": world.ids.new("request", ""),
            "version": "2.2.0",
        }
        world.change(charge, payment_method_details=details)
    world.emit("charge.succeeded", charge)
    _succeed_intent(world, intent, charge, payment_method["id"])
    return Attempt("succeeded", charge=charge["id"])


def _decline(world: World, intent: Doc, payment_method: Doc, method: TestMethod) -> Attempt:
    message = MESSAGES.get(method.decline_code, MESSAGES["generic_decline"])
    hard = method.decline_code == "lost_card"
    charge = _new_charge(
        world,
        intent,
        payment_method,
        status="failed",
        paid=False,
        captured=False,
        failure_code=method.code,
        failure_message=message,
        outcome={
            "advice_code": "do_not_try_again" if hard else "try_again_later",
            "network_advice_code": None,
            "network_decline_code": "41" if hard else "05",
            "network_status": "declined_by_network",
            "reason": method.decline_code,
            "risk_level": "normal",
            "risk_score": 21,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        },
    )
    world.emit("charge.failed", charge)
    error = {
        "advice_code": "do_not_try_again" if hard else "try_again_later",
        "charge": charge["id"],
        "code": method.code,
        "decline_code": method.decline_code,
        "doc_url": f"https://docs.stripe.com/error-codes/{method.code.replace('_', '-')}",
        "message": message,
        "payment_method": payment_method,
        "type": "card_error",
    }
    _fail_intent(world, intent, error, charge["id"])
    return Attempt("failed", message, charge["id"])


def _start_debit(world: World, intent: Doc, payment_method: Doc) -> Attempt:
    """SEPA direct debit: the bank answers only after some days."""
    mandate = world.new(
        "mandate",
        customer_acceptance={
            "accepted_at": world.clock.now(),
            "online": {"ip_address": "127.0.0.1", "user_agent": "sandbox"},
            "type": "online",
        },
        payment_method=payment_method["id"],
        payment_method_details={
            "sepa_debit": {
                "reference": world.ids.digits(10),
                "url": f"{world.config.public_url}/mandate",
            },
            "type": "sepa_debit",
        },
        multi_use={},
        status="active",
        type="multi_use",
    )
    charge = _new_charge(
        world,
        intent,
        payment_method,
        prefix="py_3",
        mandate=mandate["id"],
        status="pending",
        paid=False,
        captured=True,
        amount_captured=intent["amount"],
        outcome={
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "not_assessed",
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
    )
    world.change(
        intent,
        status="processing",
        payment_method=payment_method["id"],
        latest_charge=charge["id"],
        last_payment_error=None,
        next_action=None,
    )
    world.emit("payment_intent.processing", intent)
    world.emit("charge.pending", charge)
    world.timers.set("settle", intent["id"], world.clock.now() + SEPA_SETTLES_DAYS * DAY)
    return Attempt("processing", charge=charge["id"])


def settle_debit(world: World, intent: Doc, *, success: bool) -> None:
    """The bank's answer to a SEPA debit: events for the charge and the intent."""
    world.timers.cancel("settle", intent["id"])
    charge = world.get("charge", intent["latest_charge"])
    if success:
        world.change(charge, status="succeeded", paid=True)
        world.emit("charge.succeeded", charge)
        _succeed_intent(world, intent, charge, intent["payment_method"])
        return
    message = "The customer's bank account has insufficient funds to cover this payment."
    payment_method = world.get("payment_method", intent["payment_method"])
    code = "insufficient_funds"
    world.change(charge, status="failed", failure_code=code, failure_message=message)
    world.emit("charge.failed", charge)
    error = {
        "charge": charge["id"],
        "code": "payment_intent_payment_attempt_failed",
        "doc_url": "https://docs.stripe.com/error-codes/payment-intent-payment-attempt-failed",
        "message": message,
        "payment_method": payment_method,
        "type": "invalid_request_error",
    }
    _fail_intent(world, intent, error, charge["id"])


def _succeed_intent(world: World, intent: Doc, charge: Doc, payment_method: str) -> None:
    world.change(
        intent,
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        payment_method=payment_method,
        last_payment_error=None,
        next_action=None,
    )
    world.emit("payment_intent.succeeded", intent)


def _fail_intent(world: World, intent: Doc, error: Doc, charge: str | None = None) -> None:
    world.change(
        intent,
        status="requires_payment_method",
        payment_method=None,
        latest_charge=charge or intent["latest_charge"],
        last_payment_error=error,
        next_action=None,
    )
    world.emit("payment_intent.payment_failed", intent)


def _new_charge(
    world: World,
    intent: Doc,
    payment_method: Doc,
    *,
    prefix: str | None = None,
    mandate: str | None = None,
    **values: Any,
) -> Doc:
    kind = payment_method["type"]
    source = payment_method[kind]
    details: Doc
    if kind == "card":
        details = {
            "amount_authorized": intent["amount"],
            "brand": source["brand"],
            "checks": source["checks"],
            "country": source["country"],
            "exp_month": source["exp_month"],
            "exp_year": source["exp_year"],
            "fingerprint": source["fingerprint"],
            "funding": source["funding"],
            "installments": None,
            "last4": source["last4"],
            "mandate": None,
            "network": source["brand"],
            "three_d_secure": None,
            "wallet": None,
        }
    else:
        names = ("bank_code", "branch_code", "country", "fingerprint", "last4")
        details = {name: source[name] for name in names} | {"mandate": mandate}
    identifier = world.ids.new("charge", prefix)
    return world.new(
        "charge",
        id=identifier,
        amount=intent["amount"],
        amount_refunded=0,
        billing_details=payment_method["billing_details"],
        calculated_statement_descriptor=world.config.name.upper()[:22] if kind == "card" else None,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        fraud_details={},
        metadata=intent["metadata"],
        payment_intent=intent["id"],
        payment_method=payment_method["id"],
        payment_method_details={"type": kind, kind: details},
        receipt_email=intent["receipt_email"],
        receipt_url=f"{world.config.public_url}/receipts/{identifier}",
        refunded=False,
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
        **values,
    )
