"""The hosted invoice page: confirm a renewal with the bank, or pay with another card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import texts
from .errors import ApiError
from .fields import Form, Page, chosen_method, number_fields
from .html import document, message, tag
from .resources import collecting
from .store import Doc

if TYPE_CHECKING:
    from .sandbox import Sandbox


def answer(sandbox: Sandbox, invoice: Doc, method: str, form: Form, *, secure: bool) -> Page:
    """The page of an invoice, or the bank's question about it."""
    locale = _locale(sandbox, invoice)
    words = texts.words(locale)
    here = f"/i/{invoice['id']}"
    intent = _intent(sandbox, invoice)
    if invoice["status"] != "open":
        more = words["invoice_paid" if invoice["status"] == "paid" else "invoice_closed"]
        return Page(message(sandbox.config.name, locale, _title(invoice, locale), more))
    if intent.get("status") == "processing":
        more = words["invoice_waiting"]
        return Page(message(sandbox.config.name, locale, _title(invoice, locale), more))
    if method != "POST":
        asking = secure and intent.get("status") == "requires_action"
        return Page(_question(sandbox, invoice) if asking else _form(sandbox, invoice, form, None))
    if secure:
        with sandbox.store.transaction():
            collecting.authenticate(
                sandbox.world, invoice["id"], accepted=form.get("answer") == "accept"
            )
        return _after(sandbox, invoice, form, here)
    chosen = chosen_method(form)
    if chosen is None:
        return Page(_form(sandbox, invoice, form, words["unknown_number"]), 400)
    try:
        with sandbox.store.transaction():
            attempt = collecting.pay_hosted(sandbox.world, invoice["id"], chosen)
    except ApiError as error:
        return Page(_form(sandbox, invoice, form, str(error)), 400)
    if attempt.status == "authenticate":
        return Page(location=f"{here}/3ds")
    return _after(sandbox, invoice, form, here)


def _after(sandbox: Sandbox, invoice: Doc, form: Form, here: str) -> Page:
    error = _intent(sandbox, invoice)["last_payment_error"]
    if error is None:
        return Page(location=here)
    fresh = sandbox.get(invoice["id"])
    declined = texts.decline(error, _locale(sandbox, invoice))
    return Page(_form(sandbox, fresh, form, declined), 402)


def _intent(sandbox: Sandbox, invoice: Doc) -> Doc:
    identifier = sandbox.world.private(invoice["id"]).get("intent")
    return sandbox.get(identifier) if identifier else {}


def _locale(sandbox: Sandbox, invoice: Doc) -> str | None:
    """The customer's language; the page has no session that would know one."""
    preferred = sandbox.get(invoice["customer"])["preferred_locales"] or [None]
    return str(preferred[0]) if preferred[0] else None


def _title(invoice: Doc, locale: str | None) -> str:
    return texts.words(locale)["invoice"].format(number=invoice["number"])


def _total(invoice: Doc, locale: str | None) -> str:
    return texts.amount(invoice["amount_remaining"], invoice["currency"], locale)


def _form(sandbox: Sandbox, invoice: Doc, form: Form, error: str | None) -> str:
    locale = _locale(sandbox, invoice)
    words = texts.words(locale)
    here = f"/i/{invoice['id']}"
    name = sandbox.config.name
    confirm = None
    if _intent(sandbox, invoice).get("status") == "requires_action":
        confirm = tag(
            "div",
            tag("p", words["invoice_3ds"]),
            tag("p", tag("a", words["invoice_confirm"], href=f"{here}/3ds")),
        )
    left = tag(
        "section",
        tag("p", name, class_="soft"),
        tag("h1", _title(invoice, locale)),
        tag("div", _total(invoice, locale), class_="sum"),
        *(tag("p", line["description"] or "") for line in invoice["lines"]["data"]),
        confirm,
    )
    alert = error and tag(
        "div", tag("strong", words["declined"], "."), " ", error, class_="alert", role="alert"
    )
    right = tag(
        "form",
        alert or None,
        tag("h2", words["other_card"] if confirm else words["card"]),
        number_fields(locale, form, {}),
        tag("p", words["mandate"].format(name=name), class_="soft"),
        tag("button", words["pay"].format(amount=_total(invoice, locale)), class_="wide"),
        method="post",
        action=here,
        class_="card",
    )
    title = f"{_title(invoice, locale)} · {name}"
    body = tag("div", left, right, class_="split")
    return document(title, texts.language(locale), words["banner"], body)


def _question(sandbox: Sandbox, invoice: Doc) -> str:
    locale = _locale(sandbox, invoice)
    words = texts.words(locale)
    name = sandbox.config.name
    buttons = tag(
        "form",
        tag("button", words["3ds_accept"], name="answer", value="accept"),
        tag("button", words["3ds_refuse"], name="answer", value="refuse", class_="plain"),
        method="post",
        action=f"/i/{invoice['id']}/3ds",
        class_="buttons",
    )
    question = words["3ds_text"].format(amount=_total(invoice, locale), name=name)
    return message(name, locale, words["3ds_title"], question, buttons)
