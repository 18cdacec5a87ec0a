"""The pages a payer sees: Checkout and 3-D Secure. No JavaScript."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from . import invoice_page, portal_page, texts
from .fields import Form, Page, chosen_method, field, number_fields
from .html import Markup, document, join, message, tag
from .methods import METHODS
from .resources import checkout
from .store import Doc

if TYPE_CHECKING:
    from .sandbox import Sandbox


def answer(sandbox: Sandbox, method: str, path: str, form: Form) -> Page:
    """The hosted page at a path. A POST is a submitted form of that page."""
    sandbox.world.run_due()
    if match := re.fullmatch(r"/c/pay/([\w]+)(/3ds)?", path):
        session = sandbox.store.get("checkout.session", match[1])
        if session is not None:
            return _checkout(sandbox, session, method, form, secure=bool(match[2]))
    elif match := re.fullmatch(r"/p/session/([\w]+)", path):
        opened = sandbox.store.get("billing_portal.session", match[1])
        if opened is not None:
            return portal_page.answer(sandbox, opened, method, form)
    elif match := re.fullmatch(r"/i/([\w]+)(/3ds)?", path):
        invoice = sandbox.store.get("invoice", match[1])
        if invoice is not None and invoice["hosted_invoice_url"]:
            return invoice_page.answer(sandbox, invoice, method, form, secure=bool(match[2]))
    elif match := re.fullmatch(r"/receipts/([\w]+)", path):
        charge = sandbox.store.get("charge", match[1])
        if charge is not None:
            paid = texts.amount(charge["amount"], charge["currency"], None)
            return Page(_message(sandbox, None, f"Receipt: {paid}", charge["status"]))
    return Page(problem(sandbox, texts.ENGLISH["unknown"]), 404)


def problem(sandbox: Sandbox, message: str) -> str:
    """A page that only says what is wrong."""
    return _message(sandbox, None, message, "")


def _message(sandbox: Sandbox, locale: str | None, title: str, more: str, *links: object) -> str:
    return message(sandbox.config.name, locale, title, more, *links)


# Checkout ---------------------------------------------------------------------------------------


def _checkout(sandbox: Sandbox, session: Doc, method: str, form: Form, *, secure: bool) -> Page:
    if session["status"] != "open":
        return Page(_closed(sandbox, session))
    here = f"/c/pay/{session['id']}"
    words = texts.words(session["locale"])
    if secure:
        if method != "POST":
            return Page(_three_d_secure(sandbox, session))
        accept = form.get("answer") == "accept"
        return _after(sandbox, session, sandbox.authenticate(session["id"], accept=accept), form)
    if method != "POST":
        return Page(_form(sandbox, session, {}, {}, _last_error(sandbox, session)))
    errors = _errors(form, words)
    chosen = chosen_method(form)
    if chosen is None:
        errors["number"] = words["unknown_number"]
    if errors or chosen is None:
        return Page(_form(sandbox, session, form, errors, None), 400)
    result = sandbox.pay(
        session["id"],
        chosen,
        email=str(form["email"]).strip(),
        name=str(form["name"]).strip(),
        authenticate=None,
    )
    intent = checkout.intent_of(sandbox.world, session["id"])
    if result["status"] == "open" and intent and intent["status"] == "requires_action":
        return Page(location=f"{here}/3ds")
    return _after(sandbox, session, result, form)


def _after(sandbox: Sandbox, before: Doc, session: Doc, form: Form) -> Page:
    if session["status"] == "complete":
        target = before["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
        return Page(location=target)
    return Page(_form(sandbox, session, form, {}, _last_error(sandbox, session)), 402)


def _last_error(sandbox: Sandbox, session: Doc) -> str | None:
    intent = checkout.intent_of(sandbox.world, session["id"]) or {}
    error = intent.get("last_payment_error") or intent.get("last_setup_error")
    return texts.decline(error, session["locale"]) if error else None


def _errors(form: Form, words: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(form.get("email", "")).strip()):
        errors["email"] = words["bad_email"]
    if not str(form.get("name", "")).strip():
        errors["name"] = words["bad_name"]
    typed = chosen_method(form)
    if typed and typed.kind == "card" and not form.get("preset"):
        match = re.fullmatch(r"(\d\d)\s*/?\s*(?:20)?(\d\d)", str(form.get("expiry", "")).strip())
        today = time.gmtime()
        if (
            not match
            or not 1 <= int(match[1]) <= 12
            or ((2000 + int(match[2]), int(match[1])) < (today.tm_year, today.tm_mon))
        ):
            errors["expiry"] = words["bad_expiry"]
        if not re.fullmatch(r"\d{3,4}", str(form.get("cvc", "")).strip()):
            errors["cvc"] = words["bad_cvc"]
    return errors


def _summary(sandbox: Sandbox, session: Doc) -> Markup:
    locale = session["locale"]
    words = texts.words(locale)
    name = sandbox.config.name
    rows = [
        tag(
            "span",
            tag("strong", item["description"] or ""),
            f" × {item['quantity']}" if item["quantity"] != 1 else "",
        )
        for item in checkout.line_items(sandbox.world, session)
    ]
    back = session["cancel_url"]
    return tag(
        "section",
        tag("p", name, class_="soft"),
        tag("h1", *rows),
        tag("div", _price(sandbox, session), class_="sum"),
        tag("p", tag("a", "← ", words["back"].format(name=name), href=back)) if back else None,
    )


def _test_numbers(locale: str | None) -> Markup:
    """What may be typed into the number field."""
    latvian = texts.language(locale) == "lv"
    rows = [
        tag(
            "tr",
            tag("td", tag("code", method.grouped)),
            tag("td", method.label_lv if latvian else method.label_en),
        )
        for method in METHODS.values()
    ]
    return tag(
        "details",
        tag("summary", texts.words(locale)["test_numbers"]),
        tag("div", tag("table", tag("tbody", *rows)), class_="scroll"),
        open=True,
    )


def _price(sandbox: Sandbox, session: Doc) -> Markup:
    """The amount with its rhythm: "10,00 € mēnesī"."""
    locale = session["locale"]
    words = texts.words(locale)
    items = checkout.line_items(sandbox.world, session)
    # What a trial will cost is no part of the session's total, which is due now.
    cents = sum(item["price"]["unit_amount"] * item["quantity"] for item in items)
    total = tag("span", texts.amount(cents, session["currency"], locale))
    recurring = next((item["price"]["recurring"] for item in items if item["price"]), None)
    if not recurring:
        return join([total])
    rhythm = words[recurring["interval"]]
    if begins := sandbox.world.private(session["id"]).get("trial_end"):
        day = time.strftime("%Y-%m-%d", time.gmtime(begins))
        rhythm += ", " + words["from"].format(date=day)
    return join([total, Markup(" "), tag("small", rhythm, class_="soft")])


FILLED_IN = {
    "name": "Anna Bērziņa",
    "number": METHODS["card"].grouped,
    "expiry": "12 / 34",
    "cvc": "123",
}


def _form(
    sandbox: Sandbox,
    session: Doc,
    form: Form,
    errors: dict[str, str],
    declined: str | None,
) -> str:
    locale = session["locale"]
    words = texts.words(locale)
    total = texts.amount(session["amount_total"], session["currency"], locale)
    verb = "donate" if session["submit_type"] == "donate" else "pay"
    if session["mode"] == "subscription":
        verb = "subscribe"
    if sandbox.world.private(session["id"]).get("trial_end"):
        verb = "set_up"
    custom = session["custom_text"]["submit"]
    # Filled in with a card that succeeds: one click is enough to try the way of a gift.
    given = FILLED_IN | dict(form)
    given.setdefault("email", (session["customer_details"] or {}).get("email") or "")
    alert = declined and tag(
        "div", tag("strong", words["declined"], "."), " ", declined, class_="alert", role="alert"
    )
    fields = tag(
        "form",
        alert or None,
        tag("h2", words["contact"]),
        field("email", words["email"], given, errors, type="email", autocomplete="email"),
        field("name", words["name"], given, errors, autocomplete="name"),
        tag("h2", words["card"], " / IBAN"),
        number_fields(locale, given, errors),
        tag("p", words["mandate"].format(name=sandbox.config.name), class_="soft"),
        tag("p", custom["message"]) if custom else None,
        tag("button", words[verb].format(amount=total), class_="wide", type="submit"),
        method="post",
        action=f"/c/pay/{session['id']}",
        class_="card",
        novalidate=True,
    )
    return document(
        f"{total} · {sandbox.config.name}",
        texts.language(locale),
        words["banner"],
        tag("div", _summary(sandbox, session), fields, _test_numbers(locale), class_="split"),
    )


def _three_d_secure(sandbox: Sandbox, session: Doc) -> str:
    words = texts.words(session["locale"])
    name = sandbox.config.name
    total = texts.amount(session["amount_total"], session["currency"], session["locale"])
    buttons = tag(
        "form",
        tag("button", words["3ds_accept"], name="answer", value="accept"),
        tag("button", words["3ds_refuse"], name="answer", value="refuse", class_="plain"),
        method="post",
        action=f"/c/pay/{session['id']}/3ds",
        class_="buttons",
    )
    question = words["3ds_text"].format(amount=total, name=name)
    return _message(sandbox, session["locale"], words["3ds_title"], question, buttons)


def _closed(sandbox: Sandbox, session: Doc) -> str:
    words = texts.words(session["locale"])
    name = sandbox.config.name
    status = session["status"]
    back = session["cancel_url"]
    link = tag("p", tag("a", words["back"].format(name=name), href=back)) if back else None
    return _message(sandbox, session["locale"], words[status], words[f"{status}_more"], link)
