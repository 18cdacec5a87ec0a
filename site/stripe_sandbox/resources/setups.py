"""Setup intents: a card or account is saved now for payments that come later (a trial)."""

from __future__ import annotations

from ..methods import MESSAGES
from ..store import Doc
from ..world import World
from . import customers
from .payments import METHOD_TYPES, NOT_AUTHENTICATED, Attempt


def create(world: World, customer: str | None) -> Doc:
    """A setup intent that still wants a payment method."""
    identifier = world.ids.new("setup_intent")
    intent = world.new(
        "setup_intent",
        id=identifier,
        client_secret=f"{identifier}_secret_{world.ids.new('request', '')}",
        customer=customer,
        metadata={},
        payment_method_types=METHOD_TYPES,
        status="requires_payment_method",
        usage="off_session",
    )
    world.emit("setup_intent.created", intent)
    return intent


def confirm(world: World, intent: Doc, payment_method: Doc) -> Attempt:
    """Try to save a payment method. Its bank may refuse, or want to ask the payer."""
    method = customers.test_method(world, payment_method)
    if method.outcome == "decline":
        message = MESSAGES.get(method.decline_code, MESSAGES["generic_decline"])
        error = {
            "code": method.code,
            "decline_code": method.decline_code,
            "doc_url": f"https://docs.stripe.com/error-codes/{method.code.replace('_', '-')}",
            "message": message,
            "payment_method": payment_method,
            "type": "card_error",
        }
        return _fail(world, intent, error)
    if method.asks:
        world.change(
            intent,
            status="requires_action",
            payment_method=payment_method["id"],
            last_setup_error=None,
            next_action={
                "type": "use_stripe_sdk",
                "use_stripe_sdk": {"type": "three_d_secure_redirect"},
            },
        )
        world.emit("setup_intent.requires_action", intent)
        return Attempt("authenticate")
    return _succeed(world, intent, payment_method["id"])


def authenticate(world: World, intent: Doc, *, accepted: bool) -> Attempt:
    """The payer's answer to 3-D Secure."""
    if accepted:
        return _succeed(world, intent, intent["payment_method"])
    code = "setup_intent_authentication_failure"
    error = {
        "code": code,
        "doc_url": f"https://docs.stripe.com/error-codes/{code.replace('_', '-')}",
        "message": NOT_AUTHENTICATED,
        "payment_method": world.get("payment_method", intent["payment_method"]),
        "type": "invalid_request_error",
    }
    return _fail(world, intent, error)


def _succeed(world: World, intent: Doc, payment_method: str) -> Attempt:
    world.change(
        intent,
        status="succeeded",
        payment_method=payment_method,
        last_setup_error=None,
        next_action=None,
    )
    world.emit("setup_intent.succeeded", intent)
    return Attempt("succeeded")


def _fail(world: World, intent: Doc, error: Doc) -> Attempt:
    world.change(
        intent,
        status="requires_payment_method",
        payment_method=None,
        last_setup_error=error,
        next_action=None,
    )
    world.emit("setup_intent.setup_failed", intent)
    return Attempt("failed", str(error["message"]))
