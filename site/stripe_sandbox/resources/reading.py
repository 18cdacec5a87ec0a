"""Reading: retrieving, listing with filters and pages, and expanding ids into objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..errors import ApiError, missing
from ..store import INDEXED, Doc, subscription_of
from ..world import DAY, World
from . import checkout, refunds

EVENTS_KEPT = 30 * DAY
MAX_DEPTH = 4
RANGES: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, limit: value > limit,
    "gte": lambda value, limit: value >= limit,
    "lt": lambda value, limit: value < limit,
    "lte": lambda value, limit: value <= limit,
}
# Filters that are not simply "this field has this value".
PAGING = {"limit", "starting_after", "ending_before", "expand"}


def present(world: World, obj: Doc) -> Doc:
    """An object as a client sees it now: some fields depend on the time of looking."""
    if obj["object"] == "balance_transaction" and obj["available_on"] <= world.clock.now():
        obj["status"] = "available"
    if obj["object"] == "event" and world.store.get("_delivery", obj["id"]) is not None:
        delivery = world.store.get("_delivery", obj["id"]) or {}
        obj["pending_webhooks"] = 0 if delivery["state"] == "delivered" else 1
    return obj


def retrieve(world: World, kind: str, identifier: str, param: str) -> Doc:
    """One object by id."""
    obj = world.get(kind, identifier, param)
    if kind == "event" and obj["created"] < world.clock.now() - EVENTS_KEPT:
        raise ApiError(404, f"No such event: '{identifier}'", code="resource_missing", param=param)
    return present(world, obj)


def find(world: World, kind: str, params: Doc, url: str) -> Doc:
    """A page of a kind's objects, newest first, that pass the filters in `params`."""
    tests = [
        _test(world, kind, name, wanted) for name, wanted in params.items() if name not in PAGING
    ]
    if kind == "event":
        oldest = world.clock.now() - EVENTS_KEPT
        tests.append(lambda event: event["created"] >= oldest)
    if kind == "subscription" and "status" not in params:
        tests.append(lambda subscription: subscription["status"] != "canceled")
    if kind == "balance_transaction" and "payout" in params:
        entries = world.private(world.get("payout", params["payout"], "payout")["id"])["entries"]
        members = (world.get(kind, entry) for entry in entries)
        return page(world, (obj for obj in members if all(t(obj) for t in tests)), params, url)
    after, before = _cursors(params)
    for param, cursor in (("starting_after", after), ("ending_before", before)):
        if cursor is not None and world.store.kind_of(cursor) != kind:
            raise missing(kind.replace(".", " "), cursor, param)
    where = {
        name: wanted
        for name, wanted in params.items()
        if name in INDEXED.get(kind, ()) and isinstance(wanted, str)
    }
    found = world.store.newest(kind, where, after=after, before=before)
    matching = (obj for obj in found if all(test(obj) for test in tests))
    if before is None:
        return page(world, matching, {"limit": params.get("limit", 10)}, url)
    limit, rows = _limit(params), list(matching)
    return _envelope(world, rows[-limit:], len(rows) > limit, url)


def _limit(params: Doc) -> int:
    limit: int = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise ApiError(
            400, f"Invalid integer: {limit} (limit is 1 to 100)",
            code="parameter_invalid_integer", param="limit",
        )  # fmt: skip
    return limit


def _cursors(params: Doc) -> tuple[str | None, str | None]:
    after, before = params.get("starting_after"), params.get("ending_before")
    if after and before:
        raise ApiError(400, "You may only specify one of starting_after and ending_before.")
    return after or None, before or None


def page(world: World, objects: Iterable[Doc], params: Doc, url: str) -> Doc:
    """Stripe's list envelope around at most `limit` objects from the wanted position."""
    limit = _limit(params)
    after, before = _cursors(params)
    cursor = after or before
    if cursor is None:
        rows = []
        for obj in objects:
            rows.append(obj)
            if len(rows) > limit:
                break
        found, more = rows[:limit], len(rows) > limit
    else:
        rows = list(objects)
        places = [place for place, obj in enumerate(rows) if obj["id"] == cursor]
        if not places:
            param = "starting_after" if after else "ending_before"
            raise ApiError(400, f"No such object: '{cursor}'", code="resource_missing", param=param)
        if after:
            rest = rows[places[0] + 1 :]
            found, more = rest[:limit], len(rest) > limit
        else:
            rest = rows[: places[0]]
            found, more = rest[-limit:], len(rest) > limit
    return _envelope(world, found, more, url)


def _envelope(world: World, found: list[Doc], more: bool, url: str) -> Doc:
    return {
        "object": "list",
        "data": [present(world, obj) for obj in found],
        "has_more": more,
        "url": url,
    }


def _test(world: World, kind: str, name: str, wanted: Any) -> Callable[[Doc], bool]:
    """A filter parameter as a test of one object."""
    if isinstance(wanted, dict) and set(wanted) <= set(RANGES):
        return lambda obj: all(RANGES[op](obj[name], limit) for op, limit in wanted.items())
    if kind == "event" and name == "types":
        return lambda obj: any(_type_matches(obj["type"], one) for one in wanted)
    if kind == "event" and name == "type":
        return lambda obj: _type_matches(obj["type"], wanted)
    if kind == "event" and name == "delivery_success":
        return lambda obj: (
            ((world.store.get("_delivery", obj["id"]) or {}).get("state") == "delivered") == wanted
        )
    if kind == "balance_transaction" and name == "payout":
        return lambda obj: True
    if kind == "checkout.session" and name == "customer_details":
        return lambda obj: ((obj["customer_details"] or {}).get("email")) == wanted.get("email")
    if kind == "invoice" and name == "subscription":
        return lambda obj: subscription_of(obj) == wanted
    if kind == "invoice_payment" and name == "payment":
        return lambda obj: obj["payment"].get(wanted["type"]) == wanted.get(wanted["type"])
    if kind == "subscription" and name == "status":
        if wanted == "all":
            return lambda obj: True
        return lambda obj: (
            obj["status"]
            in (("canceled", "incomplete_expired") if wanted == "ended" else (wanted,))
        )
    if kind == "subscription" and name == "price":
        return lambda obj: any(item["price"]["id"] == wanted for item in obj["items"]["data"])
    if name not in world.contract.objects[kind]["properties"]:
        raise ApiError(400, f"The sandbox does not simulate the filter {name}.", param=name)
    return lambda obj: obj.get(name) == wanted


def _type_matches(type: str, wanted: str) -> bool:
    return type == wanted or (wanted.endswith("*") and type.startswith(wanted[:-1]))


# Expansion -------------------------------------------------------------------------------------


def _session_items(world: World, session: Doc) -> tuple[list[Doc], str]:
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return checkout.line_items(world, session), url


def _charge_refunds(world: World, charge: Doc) -> tuple[list[Doc], str]:
    return refunds.of_charge(world, charge["id"]), f"/v1/charges/{charge['id']}/refunds"


def _invoice_payments(world: World, invoice: Doc) -> tuple[list[Doc], str]:
    of_invoice = world.store.newest("invoice_payment", {"invoice": invoice["id"]})
    return list(of_invoice), f"/v1/invoice_payments?invoice={invoice['id']}"


def _customer_subscriptions(world: World, customer: Doc) -> tuple[list[Doc], str]:
    current = [
        subscription
        for subscription in world.store.newest("subscription", {"customer": customer["id"]})
        if subscription["status"] != "canceled"
    ]
    return current, f"/v1/customers/{customer['id']}/subscriptions"


# Lists that an object only carries when they are asked for.
INCLUDABLE: dict[tuple[str, str], Callable[[World, Doc], tuple[list[Doc], str]]] = {
    ("checkout.session", "line_items"): _session_items,
    ("charge", "refunds"): _charge_refunds,
    ("invoice", "payments"): _invoice_payments,
    ("customer", "subscriptions"): _customer_subscriptions,
}


def expand(world: World, body: Doc, paths: list[str]) -> Doc:
    """Replace the ids at `paths` by their objects, inside lists as well (`data.customer`)."""
    for path in paths:
        parts = path.split(".")
        # Stripe counts a list's `data` as a level of its own.
        if len(parts) > MAX_DEPTH:
            raise ApiError(
                400,
                f"You cannot expand more than {MAX_DEPTH} levels of a property: {path}",
                param="expand",
            )
        _expand(world, body, parts, path)
    return body


def _expand(world: World, node: Doc, parts: list[str], path: str) -> None:
    name, rest = parts[0], parts[1:]
    if node.get("object") == "list":
        if name != "data":
            raise _cannot(path)
        for item in node["data"]:
            if rest:
                _expand(world, item, rest, path)
        return
    kind = str(node.get("object", ""))
    properties = world.contract.objects[kind]["properties"] if kind else node
    if name not in properties:
        raise _cannot(path)
    value = node.get(name)
    if (kind, name) in INCLUDABLE and value is None:
        objects, url = INCLUDABLE[kind, name](world, node)
        value = node[name] = page(world, objects, {}, url)
    elif isinstance(value, str):
        target = world.store.kind_of(value)
        if target is None or (kind and "anyOf" not in properties[name]):
            raise _cannot(path)
        value = node[name] = present(world, world.get(target, value))
    elif value is not None and not isinstance(value, dict):
        raise _cannot(path)
    if rest and isinstance(value, dict):
        _expand(world, value, rest, path)


def _cannot(path: str) -> ApiError:
    return ApiError(400, f"This property cannot be expanded ({path}).", param="expand")
