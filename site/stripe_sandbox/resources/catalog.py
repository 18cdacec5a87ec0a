"""Products and prices. Here they only come from `price_data`; products can be renamed."""

from __future__ import annotations

from ..errors import ApiError
from ..store import Doc
from ..world import World


def update_product(world: World, identifier: str, params: Doc) -> Doc:
    """POST /v1/products/{id}: its name, under which invoices to come list it."""
    product = world.get("product", identifier)
    for name in params:
        if name not in ("name", "expand"):
            raise ApiError(400, f"The sandbox does not simulate {name}.", param=name)
    if "name" in params:
        changed = {"name": params["name"], "updated": world.clock.now()}
        world.update(product, "product.updated", **changed)
    return product


def price_from_data(world: World, data: Doc, at: str) -> Doc:
    """The price (and product) that `price_data` describes. Amounts are in cents.

    Raises ApiError when it names no product or no amount, or in a wrong currency.
    """
    if "unit_amount" not in data:
        raise ApiError(
            400,
            f"You must specify either `unit_amount` or `unit_amount_decimal` in {at}.",
            code="parameter_missing",
            param=f"{at}[unit_amount]",
        )
    if data["unit_amount"] < 0:
        raise ApiError(400, "Invalid non-negative integer", param=f"{at}[unit_amount]")
    if data["currency"].lower() not in ("eur", "usd", "gbp"):
        raise ApiError(400, f"Invalid currency: {data['currency']}.", param=f"{at}[currency]")
    if "product" in data:
        product = world.get("product", data["product"], f"{at}[product]")
    elif "product_data" in data:
        given = data["product_data"]
        product = world.new(
            "product",
            active=True,
            description=given.get("description"),
            images=given.get("images", []),
            metadata=given.get("metadata", {}),
            name=given["name"],
            updated=world.clock.now(),
        )
        world.emit("product.created", product)
    else:
        raise ApiError(
            400, f"Missing required param: {at}[product].", code="parameter_missing",
            param=f"{at}[product]",
        )  # fmt: skip
    recurring = data.get("recurring")
    price = world.new(
        "price",
        # Stripe does not offer an inline price for reuse.
        active=False,
        billing_scheme="per_unit",
        currency=data["currency"].lower(),
        metadata={},
        product=product["id"],
        recurring=recurring
        and {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "meter": None,
            "usage_type": "licensed",
        },
        tax_behavior="unspecified",
        type="recurring" if recurring else "one_time",
        unit_amount=data["unit_amount"],
        unit_amount_decimal=str(data["unit_amount"]),
    )
    world.emit("price.created", price)
    return price
