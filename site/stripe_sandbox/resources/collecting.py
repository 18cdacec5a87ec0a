"""Collecting what an invoice asks for: by itself, again after a failure, or by hand."""

from __future__ import annotations

from ..errors import ApiError
from ..methods import TestMethod
from ..store import Doc
from ..world import DAY, World
from . import balance, customers, invoices, payments, subscriptions

# Days after the first failure on which the card is tried again: eight tries in two weeks.
RETRY_DAYS = (1, 3, 5, 7, 9, 11, 14)
# After these a bank will not change its mind; only another card helps.
HARD_DECLINES = frozenset({"lost_card", "stolen_card", "expired_card"})


def collect(world: World, invoice_id: str) -> None:
    """Finalize a draft if need be and try to collect an invoice's amount."""
    invoice = world.get("invoice", invoice_id)
    subscription = subscription_of(world, invoice)
    if invoice["status"] == "draft" and subscription["status"] != "canceled":
        invoices.finalize(world, invoice)
    if invoice["status"] == "open" and subscription["status"] != "canceled":
        try_now(world, invoice, subscription)


def subscription_of(world: World, invoice: Doc) -> Doc:
    """The subscription an invoice belongs to."""
    return world.get("subscription", world.private(invoice["id"])["subscription"])


def method_for(world: World, subscription: Doc) -> Doc:
    """The payment method a renewal uses: the subscription's own, else the customer's default."""
    chosen = subscription["default_payment_method"]
    if chosen is None:
        customer = world.get("customer", subscription["customer"])
        chosen = customer["invoice_settings"]["default_payment_method"]
    if chosen is None:
        raise ApiError(400, "This customer has no attached payment source or default payment "
                       "method.", code="resource_missing")  # fmt: skip
    return world.get("payment_method", chosen)


def _known_intent(world: World, invoice_id: str) -> Doc | None:
    identifier = world.private(invoice_id).get("intent")
    return world.get("payment_intent", identifier) if identifier else None


def _intent(world: World, invoice: Doc) -> Doc:
    """The invoice's payment intent, made when somebody first tries to collect."""
    if known := _known_intent(world, invoice["id"]):
        return known
    intent = payments.create_intent(
        world,
        amount=invoice["total"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        description="Subscription update",
        metadata={},
    )
    invoices.add_payment(world, invoice, intent)
    return intent


def try_now(
    world: World,
    invoice: Doc,
    subscription: Doc,
    *,
    planned: bool = True,
    chosen: str | None = None,
) -> payments.Attempt:
    """One attempt without the payer, with everything that follows from it.

    `planned` ones follow the schedule of retries. Those by hand (also the `chosen` payment
    method's) count only if nobody has tried before, and leave the schedule alone.
    """
    intent = _intent(world, invoice)
    first = invoice["attempt_count"] == 0
    planned = planned or first
    count = invoice["attempt_count"] + (1 if planned else 0)
    try:
        payment_method = (
            world.get("payment_method", chosen) if chosen else method_for(world, subscription)
        )
    except ApiError as error:
        world.change(invoice, attempted=True, attempt_count=count)
        _failed(world, invoice, subscription, planned=planned)
        return payments.Attempt("failed", str(error))
    attempt = payments.confirm(world, intent, payment_method, off_session=True)
    world.change(invoice, attempted=True, attempt_count=count)
    _after(world, invoice, subscription, attempt, planned=planned)
    return attempt


def _after(
    world: World, invoice: Doc, subscription: Doc, attempt: payments.Attempt, *, planned: bool
) -> None:
    if attempt.status == "succeeded" and attempt.charge:
        _paid(world, invoice, subscription)
        balance.post_fee(world, attempt.charge)
        return
    if attempt.status == "authenticate":
        world.emit("invoice.payment_action_required", invoice)
    if attempt.status in ("authenticate", "failed"):
        _failed(world, invoice, subscription, planned=planned)
    elif invoice["next_payment_attempt"]:
        # A debit is on its way; the next try waits for the bank's answer.
        world.timers.cancel("retry", invoice["id"])
        world.change(invoice, next_payment_attempt=None)


def _paid(world: World, invoice: Doc, subscription: Doc) -> None:
    world.timers.cancel("retry", invoice["id"])
    invoices.mark_paid(world, invoice)
    if subscription["status"] == "past_due" and not _owes(world, subscription):
        world.update(subscription, "customer.subscription.updated", status="active")


def _owes(world: World, subscription: Doc) -> bool:
    """Whether the latest invoice is still open: the status depends on that one alone."""
    latest = subscription["latest_invoice"]
    return latest is not None and world.get("invoice", latest)["status"] == "open"


def _failed(world: World, invoice: Doc, subscription: Doc, *, planned: bool) -> None:
    """Plan the next try and mark the subscription; after the last try it ends."""
    if not planned:
        world.emit("invoice.payment_failed", invoice)
        return
    count = invoice["attempt_count"]
    over = count > len(RETRY_DAYS)
    due = None
    if not over:
        first = world.private(invoice["id"]).get("first_failure", world.clock.now())
        world.note(invoice["id"], first_failure=first)
        due = max(first + RETRY_DAYS[count - 1] * DAY, world.clock.now() + 3_600)
        world.timers.set("retry", invoice["id"], due)
    before = world.change(invoice, next_payment_attempt=due)
    world.emit("invoice.payment_failed", invoice)
    if before:
        world.emit("invoice.updated", invoice, before)
    if over:
        subscriptions.end(world, subscription, reason="payment_failed")
    # A trial that began meanwhile stays one, whatever happens to an older invoice.
    elif subscription["status"] == "active" and subscription["latest_invoice"] == invoice["id"]:
        world.update(subscription, "customer.subscription.updated", status="past_due")


def retry(world: World, invoice_id: str) -> None:
    """A planned new try. A card that was declined for good is skipped, but time goes on."""
    invoice = world.get("invoice", invoice_id)
    subscription = subscription_of(world, invoice)
    if invoice["status"] != "open" or subscription["status"] == "canceled":
        return
    intent = _known_intent(world, invoice_id)
    if intent and intent["status"] == "processing":
        return
    error = intent["last_payment_error"] if intent else None
    failed_with = (error or {}).get("payment_method", {}).get("id")
    hard = (error or {}).get("decline_code") in HARD_DECLINES
    if hard and failed_with == subscription["default_payment_method"]:
        world.change(invoice, attempt_count=invoice["attempt_count"] + 1)
        _failed(world, invoice, subscription, planned=True)
        return
    try_now(world, invoice, subscription)


def after_settling(world: World, invoice_id: str, *, success: bool) -> None:
    """A SEPA debit for an invoice has been answered."""
    invoice = world.get("invoice", invoice_id)
    subscription = subscription_of(world, invoice)
    if success:
        _paid(world, invoice, subscription)
    elif subscription["status"] != "canceled":
        _failed(world, invoice, subscription, planned=True)


# By hand ------------------------------------------------------------------------------------------


def _open(world: World, identifier: str) -> Doc:
    invoice = world.get("invoice", identifier, "invoice")
    if invoice["status"] != "open":
        code = "invoice_already_paid" if invoice["status"] == "paid" else None
        raise ApiError(400, f"Invoice is {invoice['status']}", code=code)
    intent = _known_intent(world, identifier)
    if intent and intent["status"] == "processing":
        raise ApiError(400, "A payment of this invoice is on its way.")
    return invoice


def pay_invoice(world: World, identifier: str, params: Doc) -> Doc:
    """POST /v1/invoices/{invoice}/pay: try to collect an open invoice now."""
    for name in params:
        if name not in ("payment_method", "off_session", "expand"):
            raise ApiError(400, f"The sandbox does not simulate {name}.", param=name)
    invoice = _open(world, identifier)
    subscription = subscription_of(world, invoice)
    chosen = None
    if "payment_method" in params:
        chosen = world.get("payment_method", params["payment_method"], "payment_method")["id"]
    attempt = try_now(world, invoice, subscription, planned=False, chosen=chosen)
    if attempt.status == "authenticate":
        raise ApiError(
            402,
            "This payment requires additional user action before it can be completed "
            "successfully. Payment can be completed using the PaymentIntent associated with "
            "the invoice.",
            type="card_error",
            code="invoice_payment_intent_requires_action",
            keep=True,
        )
    if attempt.status == "failed":
        raise ApiError(
            402, attempt.message, type="card_error", code="card_declined", keep=True,
            charge=attempt.charge,
        )  # fmt: skip
    return world.get("invoice", identifier)


def pay_hosted(world: World, identifier: str, method: TestMethod) -> payments.Attempt:
    """The payer pays on the hosted invoice page; the method is used once and not kept."""
    invoice = _open(world, identifier)
    customer = world.get("customer", invoice["customer"])
    payment_method = customers.new_payment_method(
        world, method, name=customer["name"], email=customer["email"], country=None
    )
    attempt = payments.confirm(world, _intent(world, invoice), payment_method)
    if attempt.status != "authenticate":
        _after(world, invoice, subscription_of(world, invoice), attempt, planned=False)
    return attempt


def authenticate(world: World, identifier: str, *, accepted: bool) -> payments.Attempt:
    """The payer answers 3-D Secure for an invoice that waits for it."""
    invoice = _open(world, identifier)
    intent = _known_intent(world, identifier)
    if intent is None or intent["status"] != "requires_action":
        raise ApiError(400, "This invoice is not waiting for authentication.")
    attempt = payments.authenticate(world, intent, accepted=accepted)
    _after(world, invoice, subscription_of(world, invoice), attempt, planned=False)
    return attempt


def void(world: World, identifier: str, params: Doc) -> Doc:
    """POST /v1/invoices/{invoice}/void: nobody has to pay it any more."""
    invoice = world.get("invoice", identifier, "invoice")
    if invoice["status"] not in ("open", "uncollectible"):
        raise ApiError(
            400, "You can only pass in open or uncollectible invoices. This invoice is "
            f"{invoice['status']}.",
        )  # fmt: skip
    intent = _known_intent(world, identifier)
    if intent and intent["status"] == "processing":
        raise ApiError(400, "A payment of this invoice is on its way.")
    world.timers.cancel("retry", identifier)
    world.timers.cancel("collect", identifier)
    invoices.void(world, invoice)
    if intent:
        payments.cancel(world, intent)
        invoices.cancel_payment(world, identifier)
    subscription = subscription_of(world, invoice)
    if subscription["status"] == "past_due" and subscription["latest_invoice"] == identifier:
        world.update(subscription, "customer.subscription.updated", status="active")
    return invoice
