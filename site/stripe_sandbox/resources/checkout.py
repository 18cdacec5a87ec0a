"""Checkout sessions: creation, the payer's attempts, completion and expiry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..errors import ApiError
from ..methods import TestMethod
from ..store import Doc
from ..world import World, money
from . import balance, billing, catalog, collecting, customers, payments, setups
from . import checkout_rules as rules


@dataclass(frozen=True)
class Payer:
    """What the payer filled in."""

    method: TestMethod
    email: str
    name: str
    country: str | None = None


@dataclass(frozen=True)
class Result:
    """How submitting the Checkout page ended."""

    status: Literal["complete", "declined", "authenticate"]
    session: Doc
    message: str = ""


# Creation -------------------------------------------------------------------------------------


def create(world: World, params: Doc) -> Doc:
    """POST /v1/checkout/sessions."""
    mode = rules.check(world, params)
    items = [_item(world, line, place) for place, line in enumerate(params["line_items"])]
    recurring = [item for item in items if item["price"]["recurring"]]
    if mode == "payment" and recurring:
        raise ApiError(
            400,
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            param="line_items",
        )
    if mode == "subscription" and len(recurring) != 1:
        raise ApiError(
            400,
            "You must provide exactly one recurring price in `subscription` mode here.",
            param="line_items",
        )
    currency = items[0]["currency"]
    total = sum(item["amount_total"] for item in items)
    trial_end = rules.trial_end(world, params)
    if trial_end and len(items) > 1:
        raise ApiError(
            400, "The sandbox does not simulate a trial beside other items.", param="line_items"
        )
    if total < rules.MINIMUM_CENTS:
        raise ApiError(
            400,
            f"The Checkout Session's total amount must convert to at least "
            f"{money(rules.MINIMUM_CENTS, currency)}.",
            code="amount_too_small",
            param="line_items",
        )
    if trial_end:
        total = 0
        nothing = {"amount_subtotal": 0, "amount_total": 0}
        world.change(items[0], **nothing)
    customer = None
    email = params.get("customer_email")
    if "customer" in params:
        customer = world.get("customer", params["customer"], "customer")
        email = customer["email"]
    now = world.clock.now()
    identifier = world.ids.new("checkout.session")
    session = world.new(
        "checkout.session",
        id=identifier,
        adaptive_pricing={"enabled": False},
        amount_subtotal=total,
        amount_total=total,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=currency,
        custom_text=_custom_text(params.get("custom_text", {})),
        customer=customer and customer["id"],
        customer_creation=None
        if customer
        else "always"
        if mode == "subscription"
        else params.get("customer_creation", "if_required"),
        customer_details=_details(email, None, None) if email else None,
        customer_email=params.get("customer_email"),
        expires_at=params.get("expires_at", now + 24 * rules.HOUR),
        locale=params.get("locale"),
        metadata=params.get("metadata") or {},
        mode=mode,
        payment_method_collection="always" if mode == "subscription" else "if_required",
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=payments.METHOD_TYPES,
        payment_status="unpaid",
        phone_number_collection={"enabled": False},
        status="open",
        submit_type=params.get("submit_type"),
        success_url=params["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted_page",
        url=f"{world.config.public_url}/c/pay/{identifier}",
    )
    world.note(
        identifier,
        items=[item["id"] for item in items],
        intent_data=params.get("payment_intent_data") or {},
        subscription_data=params.get("subscription_data") or {},
        trial_end=trial_end,
    )
    world.timers.set("expire", identifier, session["expires_at"])
    return session


def _item(world: World, line: Doc, place: int) -> Doc:
    at = f"line_items[{place}]"
    quantity = line.get("quantity")
    if quantity is None or quantity < 1:
        raise ApiError(400, "Quantity is required.", param=f"{at}[quantity]")
    if "price_data" in line:
        price = catalog.price_from_data(world, line["price_data"], f"{at}[price_data]")
    elif "price" in line:
        price = world.get("price", line["price"], f"{at}[price]")
    else:
        raise rules.required(f"{at}[price]")
    amount = price["unit_amount"] * quantity
    return world.new(
        "item",
        amount_discount=0,
        amount_subtotal=amount,
        amount_tax=0,
        amount_total=amount,
        currency=price["currency"],
        description=world.get("product", price["product"])["name"],
        metadata={},
        price=price,
        quantity=quantity,
    )


def _custom_text(given: Doc) -> Doc:
    names = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    return {name: given.get(name) or None for name in names}


def _details(email: str | None, name: str | None, country: str | None) -> Doc:
    address = None
    if name or country:
        address = customers.billing_details(name, email, country)["address"]
    return {
        "address": address,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def line_items(world: World, session: Doc) -> list[Doc]:
    """The session's line items in their order."""
    return [world.get("item", item) for item in world.private(session["id"])["items"]]


# The payer's attempts ---------------------------------------------------------------------------


def submit(world: World, session_id: str, payer: Payer) -> Result:
    """The payer presses the button. Raises ApiError when the session is no longer open."""
    session = _open(world, session_id)
    payment_method = customers.new_payment_method(
        world, payer.method, name=payer.name, email=payer.email, country=payer.country
    )
    world.note(
        session_id,
        payer={"email": payer.email, "name": payer.name, "country": payer.country},
    )
    will_pay = payer.method.outcome in ("succeed", "fail_later", "fail_on_settling")
    intent = _intent(world, session)
    if will_pay:
        _settle_customer(world, session, intent, payment_method)
    steps = setups if intent["object"] == "setup_intent" else payments
    return _after(world, session, intent, steps.confirm(world, intent, payment_method))


def answer_authentication(world: World, session_id: str, *, accepted: bool) -> Result:
    """The payer accepts or refuses 3-D Secure."""
    session = _open(world, session_id)
    intent = intent_of(world, session_id)
    if intent is None or intent["status"] != "requires_action":
        raise ApiError(400, "This session is not waiting for authentication.")
    if accepted:
        payment_method = world.get("payment_method", intent["payment_method"])
        _settle_customer(world, session, intent, payment_method)
    steps = setups if intent["object"] == "setup_intent" else payments
    return _after(world, session, intent, steps.authenticate(world, intent, accepted=accepted))


def _open(world: World, session_id: str) -> Doc:
    session = world.get("checkout.session", session_id)
    if session["status"] != "open":
        raise ApiError(400, f"This Checkout Session is {session['status']}.")
    return session


def intent_of(world: World, session_id: str) -> Doc | None:
    """The session's payment intent, or setup intent for a trial, once somebody has tried."""
    identifier: str = world.private(session_id).get("intent", "")
    kind = world.store.kind_of(identifier)
    return world.get(kind, identifier) if kind else None


def _intent(world: World, session: Doc) -> Doc:
    """The intent, which Stripe only creates when somebody first tries to pay."""
    if known := intent_of(world, session["id"]):
        return known
    notes = world.private(session["id"])
    if notes.get("trial_end"):
        intent = setups.create(world, session["customer"])
        world.note(session["id"], intent=intent["id"])
        world.note(intent["id"], session=session["id"])
        return intent
    data = notes["intent_data"]
    subscription = session["mode"] == "subscription"
    intent = payments.create_intent(
        world,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        description="Subscription creation" if subscription else data.get("description"),
        metadata=data.get("metadata") or {},
        receipt_email=data.get("receipt_email"),
        setup_future_usage="off_session" if subscription else data.get("setup_future_usage"),
        statement_descriptor_suffix=data.get("statement_descriptor_suffix"),
    )
    world.note(session["id"], intent=intent["id"])
    world.note(intent["id"], session=session["id"])
    # In subscription mode the intent belongs to the invoice and the session does not show it.
    if not subscription:
        world.change(session, payment_intent=intent["id"])
    return intent


def _settle_customer(world: World, session: Doc, intent: Doc, payment_method: Doc) -> None:
    """Make the customer, if this session wants one, and tie intent and method to it."""
    customer_id = session["customer"]
    payer = world.private(session["id"])["payer"]
    keeps = session["mode"] == "subscription" or intent.get("setup_future_usage") is not None
    if customer_id is None and (keeps or session["customer_creation"] == "always"):
        customer = customers.create(
            world,
            {
                "email": payer["email"],
                "name": payer["name"],
                "address": {"country": payer["country"]},
                "preferred_locales": [session["locale"]]
                if session["locale"] not in (None, "auto")
                else [],
            },
        )
        customer_id = customer["id"]
        world.change(session, customer=customer_id)
    if customer_id and intent["customer"] != customer_id:
        world.change(intent, customer=customer_id)
    if customer_id and keeps:
        customers.attach(world, payment_method, customer_id)


def _after(world: World, session: Doc, intent: Doc, attempt: payments.Attempt) -> Result:
    if attempt.status == "authenticate":
        return Result("authenticate", session)
    if attempt.status == "failed":
        return Result("declined", session, attempt.message)
    paid = attempt.status == "succeeded"
    payer = world.private(session["id"])["payer"]
    values: Doc = {}
    if session["mode"] == "subscription":
        values = billing.start(world, session, intent, paid=paid)
    delayed = intent["object"] == "setup_intent"
    world.change(
        session,
        status="complete",
        payment_status="no_payment_required" if delayed else "paid" if paid else "unpaid",
        customer_details=_details(payer["email"], payer["name"], payer["country"]),
        url=None,
        **values,
    )
    world.timers.cancel("expire", session["id"])
    world.emit("checkout.session.completed", session)
    if paid and attempt.charge:
        balance.post_fee(world, attempt.charge)
    return Result("complete", session)


# SEPA settling and expiry -------------------------------------------------------------------------


def settle(world: World, intent_id: str, *, success: bool | None = None) -> None:
    """The bank answers a SEPA debit. Without `success` the account number decides."""
    intent = world.get("payment_intent", intent_id)
    if intent["status"] != "processing":
        raise ApiError(400, f"Payment {intent_id} is {intent['status']}, not processing.")
    payment_method = world.get("payment_method", intent["payment_method"])
    if success is None:
        success = customers.test_method(world, payment_method).outcome == "succeed"
    payments.settle_debit(world, intent, success=success)
    notes = world.private(intent_id)
    if "invoice" in notes:
        collecting.after_settling(world, notes["invoice"], success=success)
    # A later try for the same invoice is no longer the session's affair.
    if "session" in notes and "answered" not in notes:
        world.note(intent_id, answered=True)
        session = world.get("checkout.session", notes["session"])
        if success:
            world.change(session, payment_status="paid")
        result = "succeeded" if success else "failed"
        world.emit(f"checkout.session.async_payment_{result}", session)
    if success:
        balance.post_fee(world, intent["latest_charge"])


def settle_when_due(world: World, intent_id: str) -> None:
    settle(world, intent_id)


def expire(world: World, session_id: str) -> Doc:
    """POST /v1/checkout/sessions/{session}/expire. Only an open session can expire."""
    session = world.get("checkout.session", session_id, "session")
    if session["status"] != "open":
        raise ApiError(
            400,
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`.",
        )
    world.timers.cancel("expire", session_id)
    world.change(session, status="expired", url=None)
    world.emit("checkout.session.expired", session)
    return session


def expire_when_due(world: World, session_id: str) -> None:
    expire(world, session_id)
