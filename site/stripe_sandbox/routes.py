"""Which function answers which endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .resources import (
    catalog,
    changes,
    checkout,
    collecting,
    customers,
    disputes,
    portal,
    reading,
    refunds,
    subscriptions,
)
from .store import Doc
from .world import World

type Handler = Callable[[World, dict[str, str], dict[str, Any], str], Doc]


def _retrieve(kind: str) -> Handler:
    def handler(world: World, names: dict[str, str], params: Doc, path: str) -> Doc:
        (param, identifier), *_ = names.items()
        return reading.retrieve(world, kind, identifier, param)

    return handler


def _list(kind: str) -> Handler:
    def handler(world: World, names: dict[str, str], params: Doc, path: str) -> Doc:
        return reading.find(world, kind, params, path)

    return handler


def _create(function: Callable[[World, Doc], Doc]) -> Handler:
    return lambda world, names, params, path: function(world, params)


def _update(function: Callable[[World, str, Doc], Doc]) -> Handler:
    return lambda world, names, params, path: function(world, next(iter(names.values())), params)


def _act(function: Callable[[World, str], Doc]) -> Handler:
    return lambda world, names, params, path: function(world, next(iter(names.values())))


def _customer_methods(world: World, names: dict[str, str], params: Doc, path: str) -> Doc:
    customer = world.get("customer", names["customer"], "customer")
    return reading.find(world, "payment_method", params | {"customer": customer["id"]}, path)


def _line_items(world: World, names: dict[str, str], params: Doc, path: str) -> Doc:
    session = world.get("checkout.session", names["session"], "session")
    return reading.page(world, checkout.line_items(world, session), params, path)


def _balance(world: World, names: dict[str, str], params: Doc, path: str) -> Doc:
    sums = {"available": 0, "pending": 0}
    for entry in world.store.newest("balance_transaction"):
        sums[reading.present(world, entry)["status"]] += entry["net"]
    return world.builder.build(
        "balance",
        livemode=False,
        **{
            name: [{"amount": amount, "currency": "eur", "source_types": {"card": amount}}]
            for name, amount in sums.items()
        },
    )


# The collections that can be read: folder, kind, name of the id in the contract's path.
READABLE = (
    ("balance_transactions", "balance_transaction", "id"),
    ("charges", "charge", "charge"),
    ("checkout/sessions", "checkout.session", "session"),
    ("customers", "customer", "customer"),
    ("disputes", "dispute", ""),
    ("events", "event", "id"),
    ("invoice_payments", "invoice_payment", "invoice_payment"),
    ("invoices", "invoice", "invoice"),
    ("payment_intents", "payment_intent", "intent"),
    ("payment_methods", "payment_method", "payment_method"),
    ("payouts", "payout", "payout"),
    ("prices", "price", "price"),
    ("products", "product", "id"),
    ("refunds", "refund", "refund"),
    ("setup_intents", "setup_intent", "intent"),
    ("subscriptions", "subscription", "subscription_exposed_id"),
)

ROUTES: dict[tuple[str, str], Handler] = {
    ("get", "/v1/balance"): _balance,
    ("get", "/v1/checkout/sessions/{session}/line_items"): _line_items,
    ("post", "/v1/billing_portal/sessions"): _create(portal.create),
    ("post", "/v1/checkout/sessions"): _create(checkout.create),
    ("post", "/v1/checkout/sessions/{session}/expire"): _act(checkout.expire),
    ("post", "/v1/customers"): _create(customers.create),
    ("get", "/v1/customers/{customer}/payment_methods"): _customer_methods,
    ("post", "/v1/customers/{customer}"): _update(customers.update),
    ("post", "/v1/disputes/{dispute}/close"): _act(
        lambda world, identifier: disputes.close(world, identifier, won=False)
    ),
    ("post", "/v1/invoices/{invoice}/pay"): _update(collecting.pay_invoice),
    ("post", "/v1/invoices/{invoice}/void"): _update(collecting.void),
    ("post", "/v1/products/{id}"): _update(catalog.update_product),
    ("post", "/v1/subscriptions/{subscription_exposed_id}"): _update(changes.update),
    ("delete", "/v1/subscriptions/{subscription_exposed_id}"): _update(subscriptions.cancel),
    ("post", "/v1/refunds"): _create(refunds.create),
    ("post", "/v1/refunds/{refund}"): _update(refunds.update),
}
for _folder, _kind, _name in READABLE:
    ROUTES["get", f"/v1/{_folder}"] = _list(_kind)
    ROUTES["get", f"/v1/{_folder}/{{{_name or _kind}}}"] = _retrieve(_kind)
