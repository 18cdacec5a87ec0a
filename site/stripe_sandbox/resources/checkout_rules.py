"""What a new Checkout session may ask for, beyond names and types."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..errors import ApiError
from ..store import Doc
from ..world import World

HOUR = 3_600
MINIMUM_CENTS = 50
# Accepting a parameter and ignoring it would be a lie about what Stripe does with it.
SUPPORTED = {
    "adaptive_pricing",
    "cancel_url",
    "client_reference_id",
    "custom_text",
    "customer",
    "customer_creation",
    "customer_email",
    "expand",
    "expires_at",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data",
    "submit_type",
    "subscription_data",
    "success_url",
    "ui_mode",
}
INTENT_DATA = {
    "description", "metadata", "receipt_email", "setup_future_usage", "statement_descriptor_suffix",
}  # fmt: skip
SUBSCRIPTION_DATA = {"description", "metadata", "trial_end", "trial_period_days"}
TRIAL_MINIMUM_HOURS = 48
TRIAL_MAXIMUM_DAYS = 730


def check(world: World, params: Doc) -> str:
    """Refuse what Stripe would refuse beyond names and types. Returns the mode."""
    mode = params.get("mode")
    if mode not in ("payment", "subscription"):
        raise required("mode") if mode is None else _unsupported("mode=setup", "mode")
    for name in params:
        if name not in SUPPORTED:
            raise _unsupported(name, name)
    if params.get("adaptive_pricing", {}).get("enabled"):
        raise _unsupported("adaptive_pricing", "adaptive_pricing[enabled]")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise _unsupported(f"ui_mode={params['ui_mode']}", "ui_mode")
    for name in ("success_url", "line_items"):
        if not params.get(name):
            raise required(name)
    for name in ("success_url", "cancel_url"):
        if name in params and not is_web_address(params[name]):
            raise ApiError(400, "Not a valid URL", code="url_invalid", param=name)
    for other in ("customer_email", "customer_creation"):
        if "customer" in params and other in params:
            raise ApiError(400, f"You may only specify one of these parameters: customer, {other}.")
    wrong = "payment_intent_data" if mode == "subscription" else "subscription_data"
    for name in (wrong, *(("customer_creation",) if mode == "subscription" else ())):
        if name in params:
            raise ApiError(400, f"You can not pass `{name}` in `{mode}` mode.", param=name)
    for name, allowed in (
        ("payment_intent_data", INTENT_DATA),
        ("subscription_data", SUBSCRIPTION_DATA),
    ):
        for field in params.get(name) or {}:
            if field not in allowed:
                raise _unsupported(f"{name}[{field}]", f"{name}[{field}]")
    if "expires_at" in params:
        wait = params["expires_at"] - world.clock.now()
        # A little slack, as a caller computes this moment before its request arrives.
        if not HOUR // 2 - 60 <= wait <= 24 * HOUR + 60:
            raise ApiError(
                400,
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from "
                "Checkout Session creation.",
                param="expires_at",
            )
    if len(params.get("client_reference_id") or "") > 200:
        raise ApiError(400, "Invalid string: too long", param="client_reference_id")
    return str(mode)


def trial_end(world: World, params: Doc) -> int | None:
    """When a new subscription's trial ends, or None without one."""
    data = params.get("subscription_data") or {}
    end, days = data.get("trial_end"), data.get("trial_period_days")
    now = world.clock.now()
    if end is not None and days is not None:
        raise ApiError(
            400, "You may only specify one of these parameters: trial_end, trial_period_days."
        )
    if days is not None and days < 1:
        raise ApiError(
            400, "The minimum number of trial period days is 1.",
            param="subscription_data[trial_period_days]",
        )  # fmt: skip
    if end is not None and end < now + TRIAL_MINIMUM_HOURS * HOUR:
        raise ApiError(
            400,
            "The `trial_end` date has to be at least 2 days in the future.",
            param="subscription_data[trial_end]",
        )
    end = now + days * 24 * HOUR if days is not None else end
    if end is not None and end > now + TRIAL_MAXIMUM_DAYS * 24 * HOUR:
        raise ApiError(
            400,
            "The maximum number of trial period days is 730 (2 years).",
            param="subscription_data[trial_end]",
        )
    return end


def is_web_address(url: str) -> bool:
    """Whether a payer may be sent there: an absolute http(s) address without odd characters."""
    if any(ord(letter) <= 32 or letter == "\\" for letter in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def required(name: str) -> ApiError:
    message = f"Missing required param: {name}."
    return ApiError(400, message, code="parameter_missing", param=name)


def _unsupported(what: str, param: str) -> ApiError:
    return ApiError(400, f"The sandbox does not simulate {what}.", param=param)
