"""The control panel at `/`: what happened, and buttons for what a payer or a bank would do."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING

from . import texts
from .html import Markup, document, join, tag
from .methods import METHODS
from .store import Doc

if TYPE_CHECKING:
    from .sandbox import Sandbox

SHOWN = 15


def render(sandbox: Sandbox) -> str:
    """The whole panel."""
    with sandbox.store.lock:
        return _panel(sandbox)


def _panel(sandbox: Sandbox) -> str:
    banner = f"{texts.ENGLISH['banner']} · {texts.LATVIAN['banner']}"
    return document(
        f"Sandbox · {sandbox.config.name}",
        "en",
        banner,
        tag("h1", f"Payment sandbox of {sandbox.config.name}"),
        tag(
            "div",
            _overview(sandbox),
            _clock(sandbox),
            _section("Checkout sessions", _sessions(sandbox)),
            _section("Payments", _payments(sandbox)),
            _section("Refunds", _refunds(sandbox)),
            _section("Disputes", _disputes(sandbox)),
            _section("Subscriptions", _subscriptions(sandbox)),
            _section("Invoices", _invoices(sandbox)),
            _section("Payouts", _payouts(sandbox)),
            _section("Events", _events(sandbox)),
            _section("Test payments", _methods()),
            class_="panel",
        ),
    )


def _section(title: str, content: Markup) -> Markup:
    return tag("section", tag("h2", title), content)


def _button(action: str, label: str, **fields: object) -> Markup:
    """A form with hidden fields and one button, for one control action."""
    return tag(
        "form",
        *(tag("input", type="hidden", name=name, value=value) for name, value in fields.items()),
        tag("button", label, class_="plain"),
        method="post",
        action=f"/_control/{action}",
    )


def _form(action: str, label: str, *inputs: Markup) -> Markup:
    return tag(
        "form",
        *inputs,
        tag("button", label, class_="plain"),
        method="post",
        action=f"/_control/{action}",
    )


def _number(name: str, label: str, value: object = "") -> Markup:
    return tag("input", type="number", name=name, value=value, aria_label=label, min="0")


def _table(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> Markup:
    if not rows:
        return tag("p", "None yet.", class_="soft")
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    body = [tag("tr", *(tag("td", cell) for cell in row)) for row in rows]
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body)), class_="scroll")


def _buttons(*buttons: Markup | None) -> Markup:
    return tag("div", *buttons, class_="buttons")


def _when(moment: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(moment))


def _money(obj: Doc, name: str = "amount") -> str:
    return texts.amount(obj[name] or 0, obj["currency"] or "eur", None)


def _latest(sandbox: Sandbox, kind: str) -> list[Doc]:
    return list(islice(sandbox.store.newest(kind), SHOWN))


def _overview(sandbox: Sandbox) -> Markup:
    pending = len(sandbox.deliveries.pending())
    target = sandbox.webhook_url or "no URL"
    notes = [
        tag("p", f"API version {sandbox.world.contract.version} · webhook: {target}"),
        tag("p", f"{pending} deliveries waiting · ", tag("a", "/health", href="/health")),
    ]
    if sandbox.problems:
        listed = [tag("p", problem) for problem in sandbox.problems[-5:]]
        notes.append(tag("div", *listed, class_="alert", role="alert"))
    return tag("section", *notes, class_="soft")


def _clock(sandbox: Sandbox) -> Markup:
    shift = _buttons(
        _button("advance", "+1 hour", seconds=3600),
        _button("advance", "+1 day", days=1),
        _button("advance", "+7 days", days=7),
        _button("advance", "+1 month", months=1),
        _button("advance", "+1 year", months=12),
        _form("advance", "Advance days", _number("days", "days", 1)),
        _button("payout", "Pay out what is available"),
        _button("payout", "Pay out everything", include_pending=1),
        _button("payout", "Pay out, arrives tomorrow", include_pending=1, arrive=0),
        _form("account_fee", "Charge the account a fee", _number("amount", "cents", 500)),
        _button("deliver", "Deliver webhooks now"),
        _button("faults", "Next call: 500", kind="error"),
        _button("faults", "Next call: dropped after the work", kind="drop", after=1),
    )
    return _section(f"Clock: {_when(sandbox.now)} UTC", shift)


def _sessions(sandbox: Sandbox) -> Markup:
    rows: list[tuple[object, ...]] = []
    for session in _latest(sandbox, "checkout.session"):
        opened = session["status"] == "open"
        link = tag("a", "open", href=session["url"]) if opened else session["status"]
        rows.append(
            (
                _when(session["created"]),
                _money(session, "amount_total"),
                session["mode"],
                link,
                session["payment_status"],
                tag("code", session["id"][:22], "…"),
                _buttons(
                    _button("pay", "Pay", session=session["id"]) if opened else None,
                    _button("expire", "Expire", session=session["id"]) if opened else None,
                ),
            )
        )
    return _table(("Created", "Amount", "Mode", "Status", "Payment", "Id", ""), rows)


def _payments(sandbox: Sandbox) -> Markup:
    rows: list[tuple[object, ...]] = []
    for charge in _latest(sandbox, "charge"):
        key = charge["id"]
        done = charge["status"] == "succeeded"
        waiting = charge["status"] == "pending"
        rows.append(
            (
                _when(charge["created"]),
                _money(charge),
                charge["payment_method_details"]["type"],
                charge["status"] + (" · disputed" if charge["disputed"] else ""),
                _money(charge, "amount_refunded") if charge["amount_refunded"] else "",
                tag("code", key),
                _buttons(
                    _button("settle", "Settle", payment=key, success=1) if waiting else None,
                    _button("settle", "Fail", payment=key, success=0) if waiting else None,
                    _form(
                        "refund",
                        "Refund",
                        tag("input", type="hidden", name="payment", value=key),
                        _number("amount", "cents"),
                    )
                    if done and not charge["refunded"]
                    else None,
                    _form(
                        "dispute",
                        "Dispute",
                        tag("input", type="hidden", name="payment", value=key),
                        _number("amount", "cents"),
                    )
                    if done and not charge["refunded"]
                    else None,
                ),
            )
        )
    return _table(("Created", "Amount", "Type", "Status", "Refunded", "Id", ""), rows)


def _refunds(sandbox: Sandbox) -> Markup:
    rows: list[tuple[object, ...]] = []
    for refund in _latest(sandbox, "refund"):
        key = refund["id"]
        rows.append(
            (
                _when(refund["created"]),
                _money(refund),
                refund["status"],
                tag("code", key),
                _buttons(
                    _button("complete_refund", "Arrived", refund=key)
                    if refund["status"] == "pending"
                    else None,
                    _button("fail_refund", "Fail", refund=key)
                    if refund["status"] != "failed"
                    else None,
                ),
            )
        )
    return _table(("Created", "Amount", "Status", "Id", ""), rows)


def _disputes(sandbox: Sandbox) -> Markup:
    rows: list[tuple[object, ...]] = []
    for dispute in _latest(sandbox, "dispute"):
        key, waits = dispute["id"], dispute["status"] == "needs_response"
        rows.append(
            (
                _when(dispute["created"]),
                _money(dispute),
                dispute["reason"],
                dispute["status"],
                tag("code", key),
                _buttons(
                    _button("close_dispute", "Won", dispute=key, won=1) if waits else None,
                    _button("close_dispute", "Lost", dispute=key, won=0) if waits else None,
                ),
            )
        )
    return _table(("Created", "Amount", "Reason", "Status", "Id", ""), rows)


def _subscriptions(sandbox: Sandbox) -> Markup:
    rows: list[tuple[object, ...]] = []
    for subscription in _latest(sandbox, "subscription"):
        item = subscription["items"]["data"][0]
        live = subscription["status"] != "canceled"
        key = subscription["id"]
        rows.append(
            (
                _when(subscription["created"]),
                texts.amount(item["price"]["unit_amount"], subscription["currency"], None),
                item["price"]["recurring"]["interval"],
                subscription["status"]
                + (" · ends" if subscription["cancel_at_period_end"] and live else "")
                + (" · paused" if subscription["pause_collection"] else ""),
                _when(item["current_period_end"]) if live else "",
                tag("code", key),
                _buttons(
                    _button("swap_card", "Card now fails", subscription=key, method="fails_later")
                    if live
                    else None,
                    _button(
                        "swap_card",
                        "Card now asks for 3-D Secure",
                        subscription=key,
                        method="3ds_always",
                    )
                    if live
                    else None,
                    _button("swap_card", "Card now works", subscription=key, method="card")
                    if live
                    else None,
                ),
            )
        )
    return _table(("Created", "Amount", "Every", "Status", "Period ends", "Id", ""), rows)


def _payouts(sandbox: Sandbox) -> Markup:
    rows: list[tuple[object, ...]] = []
    for payout in _latest(sandbox, "payout"):
        key, waits = payout["id"], payout["status"] == "in_transit"
        rows.append(
            (
                _when(payout["created"]),
                _money(payout),
                payout["status"],
                tag("code", key),
                _buttons(
                    _button("arrive_payout", "Arrived", payout=key) if waits else None,
                    _button("fail_payout", "Fail", payout=key)
                    if payout["status"] != "failed"
                    else None,
                ),
            )
        )
    return _table(("Created", "Amount", "Status", "Id", ""), rows)


def _invoices(sandbox: Sandbox) -> Markup:
    rows: list[tuple[object, ...]] = []
    for invoice in _latest(sandbox, "invoice"):
        url = invoice["hosted_invoice_url"]
        due = invoice["next_payment_attempt"]
        rows.append(
            (
                _when(invoice["created"]),
                _money(invoice, "total"),
                invoice["billing_reason"],
                tag("a", "open", href=url) if invoice["status"] == "open" else invoice["status"],
                _when(due) if due else "",
                tag("code", invoice["id"]),
            )
        )
    return _table(("Created", "Amount", "Reason", "Status", "Next try", "Id"), rows)


def _events(sandbox: Sandbox) -> Markup:
    rows: list[tuple[object, ...]] = []
    for event in _latest(sandbox, "event"):
        delivery = sandbox.store.get("_delivery", event["id"]) or {}
        state = delivery.get("state", "no webhook")
        if delivery.get("attempts"):
            state += f" · {delivery['attempts']}× · last {delivery.get('status') or 'no answer'}"
        rows.append(
            (
                _when(event["created"]),
                event["type"],
                tag("code", event["data"]["object"].get("id", "")),
                state,
                _buttons(_button("redeliver", "Send again", event=event["id"]))
                if sandbox.config.has_webhook
                else "",
            )
        )
    return _table(("Created", "Type", "Object", "Delivery", ""), rows)


def _methods() -> Markup:
    rows: list[tuple[object, ...]] = [
        (tag("code", method.grouped), method.label_en, method.label_lv, tag("code", method.key))
        for method in METHODS.values()
    ]
    hint = tag("p", "Any expiry in the future and any CVC.", class_="soft")
    return join([_table(("Number", "What happens", "Kas notiek", "Key"), rows), hint])
