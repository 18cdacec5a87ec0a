"""The customer portal's page: change the card, stop a regular payment. No JavaScript."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from . import texts
from .errors import ApiError
from .fields import Form, Page, chosen_method, number_fields
from .html import Markup, document, tag
from .resources import changes, portal
from .resources.checkout_rules import is_web_address
from .store import Doc

if TYPE_CHECKING:
    from .sandbox import Sandbox


def answer(sandbox: Sandbox, opened: Doc, method: str, form: Form) -> Page:
    words = texts.words(opened["locale"])
    here = f"/p/session/{opened['id']}"
    if method != "POST":
        return Page(_portal_page(sandbox, opened, form, None))
    action = form.get("action")
    if action == "save":
        chosen = chosen_method(form)
        if chosen is None:
            return Page(_portal_page(sandbox, opened, form, words["unknown_number"]), 400)
        try:
            with sandbox.store.transaction():
                portal.change_method(sandbox.world, opened["customer"], chosen)
        except ApiError as error:
            return Page(_portal_page(sandbox, opened, form, str(error)), 402)
        return Page(location=_portal_target(opened, here))
    subscription = sandbox.store.get("subscription", str(form.get("subscription", "")))
    if subscription and subscription["customer"] == opened["customer"]:
        with sandbox.store.transaction():
            changes.update(
                sandbox.world,
                subscription["id"],
                {"cancel_at_period_end": action == "cancel"},
            )
    return Page(location=_portal_target(opened, here))


def _portal_target(opened: Doc, here: str) -> str:
    """Where to go after a change: where the flow says, else back to this page."""
    after = (opened["flow"] or {}).get("after_completion") or {}
    redirect = (after.get("redirect") or {}).get("return_url")
    if redirect and is_web_address(redirect):
        return str(redirect)
    return f"{quote(here)}?{urlencode({'saved': '1'})}"


def _portal_page(sandbox: Sandbox, opened: Doc, form: Form, error: str | None) -> str:
    locale = opened["locale"]
    words = texts.words(locale)
    name = sandbox.config.name
    here = f"/p/session/{opened['id']}"
    customer = sandbox.get(opened["customer"])
    default = customer["invoice_settings"]["default_payment_method"]
    current = sandbox.get(default) if default else None
    if current is None:
        used = [
            subscription["default_payment_method"]
            for subscription in sandbox.store.newest("subscription", {"customer": customer["id"]})
        ]
        current = sandbox.get(used[0]) if used and used[0] else None
    shown = words["none"]
    if current is not None:
        details = current[current["type"]]
        label = details.get("brand", "SEPA")
        shown = f"{label.title() if label != 'SEPA' else label} ····{details['last4']}"
    back = opened["return_url"]
    save = tag(
        "form",
        tag("div", error, class_="alert", role="alert") if error else None,
        tag("p", words["saved"], class_="good", role="status") if form.get("saved") else None,
        tag("p", words["current_card"], ": ", tag("strong", shown)),
        tag("h2", words["new_card"]),
        number_fields(locale, form, {}),
        tag("button", words["save"], name="action", value="save", class_="wide"),
        method="post",
        action=here,
        class_="card",
    )
    listed = [
        _portal_subscription(subscription, here, locale)
        for subscription in sandbox.store.newest("subscription", {"customer": customer["id"]})
    ]
    left = tag(
        "section",
        tag("p", name, class_="soft"),
        tag("h1", words["portal"].format(name=name)),
        tag("p", customer["email"] or "", class_="soft"),
        tag("p", tag("a", "← ", words["back"].format(name=name), href=back)) if back else None,
        tag("h2", words["subscriptions"]) if listed else None,
        *listed,
    )
    return document(
        words["portal"].format(name=name),
        texts.language(locale),
        words["banner"],
        tag("div", left, save, class_="split"),
    )


def _portal_subscription(subscription: Doc, here: str, locale: str | None) -> Markup:
    words = texts.words(locale)
    item = subscription["items"]["data"][0]
    price = item["price"]
    amount = texts.amount(price["unit_amount"] * item["quantity"], price["currency"], locale)
    status = words.get(f"status_{subscription['status']}", subscription["status"])
    ends = time.strftime("%Y-%m-%d", time.gmtime(item["current_period_end"]))
    going = subscription["cancel_at_period_end"]
    button = None
    if subscription["status"] != "canceled":
        button = tag(
            "form",
            tag("input", type="hidden", name="subscription", value=subscription["id"]),
            tag(
                "button",
                words["keep"] if going else words["cancel"],
                name="action",
                value="keep" if going else "cancel",
                class_="plain",
            ),
            method="post",
            action=here,
        )
    return tag(
        "div",
        tag("p", tag("strong", amount), " ", words[price["recurring"]["interval"]]),
        tag("p", words["cancels"].format(date=ends) if going else status, class_="soft"),
        button,
        class_="card",
    )
