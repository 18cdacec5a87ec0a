"""The customer portal: change the card, cancel a subscription."""

from __future__ import annotations

from ..errors import ApiError
from ..methods import TestMethod
from ..store import Doc
from ..world import World
from . import customers
from .checkout_rules import is_web_address

FLOWS = ("payment_method_update", "subscription_cancel")


def create(world: World, params: Doc) -> Doc:
    """POST /v1/billing_portal/sessions."""
    for name in params:
        if name not in ("customer", "return_url", "locale", "flow_data", "expand"):
            raise ApiError(400, f"The sandbox does not simulate {name}.", param=name)
    if "customer" not in params:
        raise ApiError(
            400, "Missing required param: customer.", code="parameter_missing", param="customer"
        )
    customer = world.get("customer", params["customer"], "customer")
    if "return_url" in params and not is_web_address(params["return_url"]):
        raise ApiError(400, "Not a valid URL", code="url_invalid", param="return_url")
    identifier = world.ids.new("billing_portal.session")
    return world.new(
        "billing_portal.session",
        id=identifier,
        configuration="bpc_1SandboxDefault",
        customer=customer["id"],
        flow=_flow(world, params.get("flow_data")),
        locale=params.get("locale"),
        return_url=params.get("return_url"),
        url=f"{world.config.public_url}/p/session/{identifier}",
    )


def _flow(world: World, data: Doc | None) -> Doc | None:
    if not data:
        return None
    if data["type"] not in FLOWS:
        raise ApiError(
            400, f"The sandbox does not simulate the flow {data['type']}.", param="flow_data[type]"
        )
    cancel = data.get("subscription_cancel")
    if data["type"] == "subscription_cancel":
        if not cancel:
            raise ApiError(
                400,
                "Missing required param: flow_data[subscription_cancel].",
                code="parameter_missing",
                param="flow_data[subscription_cancel]",
            )
        world.get(
            "subscription",
            cancel["subscription"],
            "flow_data[subscription_cancel][subscription]",
        )
    after = data.get("after_completion") or {"type": "portal_homepage"}
    return {
        "after_completion": {
            "hosted_confirmation": None,
            "redirect": after.get("redirect"),
            "type": after["type"],
        },
        "customer_update": None,
        "subscription_cancel": cancel
        and {"retention": None, "subscription": cancel["subscription"]},
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": data["type"],
    }


def change_method(world: World, customer_id: str, method: TestMethod) -> Doc:
    """Save a payment method and make it the customer's default.

    A subscription's own default payment method stays, as at Stripe: whoever wants the
    subscription to use the new card has to say so. Raises ApiError for a card that its bank
    refuses to save.
    """
    customer = world.get("customer", customer_id)
    if method.outcome == "decline":
        raise ApiError(
            402,
            "Your card was declined.",
            type="card_error",
            code=method.code,
            decline_code=method.decline_code,
        )
    payment_method = customers.new_payment_method(
        world, method, name=customer["name"], email=customer["email"], country=None
    )
    customers.attach(world, payment_method, customer_id)
    settings = customer["invoice_settings"] | {"default_payment_method": payment_method["id"]}
    before = {
        "invoice_settings": {
            "default_payment_method": customer["invoice_settings"]["default_payment_method"]
        }
    }
    world.change(customer, invoice_settings=settings)
    world.emit("customer.updated", customer, before)
    return payment_method
