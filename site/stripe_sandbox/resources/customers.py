"""Customers and the payment methods they leave behind."""

from __future__ import annotations

from typing import Any

from ..methods import METHODS, TestMethod
from ..store import Doc
from ..world import World

EDITABLE = ("address", "description", "email", "name", "phone", "preferred_locales", "metadata")


def create(world: World, params: Doc) -> Doc:
    """POST /v1/customers."""
    values: Doc = {"metadata": {}, "balance": 0, "preferred_locales": [], "tax_exempt": "none"}
    values |= _cleaned({name: params[name] for name in EDITABLE if name in params})
    customer = world.new(
        "customer",
        **values,
        invoice_settings={
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        invoice_prefix=world.ids.new("request", "")[:8].upper(),
        next_invoice_sequence=1,
        delinquent=False,
    )
    world.emit("customer.created", customer)
    return customer


def update(world: World, identifier: str, params: Doc) -> Doc:
    """POST /v1/customers/{customer}."""
    customer = world.get("customer", identifier)
    values = {name: params[name] for name in EDITABLE if name in params}
    values = _cleaned(values)
    if "metadata" in values:
        values["metadata"] = merged_metadata(customer["metadata"], params["metadata"])
    settings = params.get("invoice_settings") or {}
    if "default_payment_method" in settings:
        chosen = settings["default_payment_method"] or None
        if chosen:
            world.get("payment_method", chosen, "invoice_settings[default_payment_method]")
        values["invoice_settings"] = customer["invoice_settings"] | {
            "default_payment_method": chosen
        }
    world.update(customer, "customer.updated", **values)
    return customer


def _cleaned(values: Doc) -> Doc:
    """An empty string unsets a field."""
    out: Doc = {name: (None if value == "" else value) for name, value in values.items()}
    if "metadata" in out:
        out["metadata"] = out["metadata"] or {}
    if out.get("address"):
        out["address"] = empty_address() | out["address"]
    return out


def merged_metadata(old: Doc | None, new: Any) -> Doc:
    """Stripe merges metadata key by key; an empty value removes the key, '' removes all."""
    if not isinstance(new, dict):
        return {}
    merged = (old or {}) | new
    return {key: value for key, value in merged.items() if value != ""}


def new_payment_method(
    world: World, method: TestMethod, *, name: str | None, email: str | None, country: str | None
) -> Doc:
    """What a payer typed, as a payment method. Which test method it was goes into our notes."""
    details: dict[str, Any]
    if method.kind == "card":
        details = {
            "brand": method.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass",
            },
            "country": method.country,
            "display_brand": method.brand,
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": f"sandbox{method.number[-9:]}",
            "funding": "credit",
            "generated_from": None,
            "last4": method.last4,
            "networks": {"available": [method.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        }
    else:
        details = {
            "bank_code": method.number[4:12],
            "branch_code": "",
            "country": method.country,
            "fingerprint": f"sandbox{method.number[-9:]}",
            "generated_from": {"charge": None, "setup_attempt": None},
            "last4": method.last4,
        }
    by_kind: dict[str, Any] = {method.kind: details}
    payment_method = world.new(
        "payment_method",
        allow_redisplay="limited",
        billing_details=billing_details(name, email, country),
        metadata={},
        type=method.kind,
        **by_kind,
    )
    world.note(payment_method["id"], method=method.key)
    return payment_method


def empty_address() -> dict[str, Any]:
    return dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def billing_details(name: str | None, email: str | None, country: str | None = None) -> Doc:
    return {
        "address": empty_address() | {"country": country},
        "email": email,
        "name": name,
        "phone": None,
        "tax_id": None,
    }


def test_method(world: World, payment_method: Doc) -> TestMethod:
    """The test card or account behind a payment method."""
    return METHODS[world.private(payment_method["id"])["method"]]


test_method.__test__ = False  # type: ignore[attr-defined]


def attach(world: World, payment_method: Doc, customer_id: str) -> None:
    """Keep a payment method for later payments of this customer."""
    if payment_method["customer"] != customer_id:
        world.change(payment_method, customer=customer_id)
        world.emit("payment_method.attached", payment_method)
