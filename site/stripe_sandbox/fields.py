"""Form fields that the Checkout page and the portal share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import texts
from .html import Markup, join, tag
from .methods import METHODS, TestMethod, by_number

type Form = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """HTML, or a redirect when `location` is set."""

    html: str = ""
    status: int = 200
    location: str | None = None


def chosen_method(form: Form) -> TestMethod | None:
    """What the payer wants to pay with: a ticked test payment, else the typed number."""
    preset = METHODS.get(str(form.get("preset", "")))
    return preset or by_number(str(form.get("number", "")))


def field(
    name: str, label: str, form: Form, errors: dict[str, str], **attributes: object
) -> Markup:
    error = errors.get(name)
    return join(
        [
            tag("label", label, for_=name),
            tag(
                "input",
                id=name,
                name=name,
                value=form.get(name, ""),
                aria_invalid="true" if error else None,
                aria_describedby=f"{name}-error" if error else None,
                **attributes,
            ),
            tag("div", error, class_="bad", id=f"{name}-error") if error else Markup(""),
        ]
    )


def _preset_chooser(locale: str | None, form: Form) -> Markup:
    """A list of the test payments; works without JavaScript because the server honours it."""
    words = texts.words(locale)
    chosen = form.get("preset", "")
    options = [tag("option", words["typed"], value="")]
    for method in METHODS.values():
        label = method.label_lv if texts.language(locale) == "lv" else method.label_en
        options.append(
            tag(
                "option",
                f"{method.grouped} — {label}",
                value=method.key,
                selected=chosen == method.key,
            )
        )
    return join(
        [
            tag("label", words["or_choose"], for_="preset"),
            tag("select", *options, id="preset", name="preset", aria_describedby="preset-hint"),
            tag("div", words["choose_hint"], class_="soft hint", id="preset-hint"),
        ]
    )


def number_fields(locale: str | None, form: Form, errors: dict[str, str]) -> Markup:
    words = texts.words(locale)
    return join(
        [
            _preset_chooser(locale, form),
            field(
                "number",
                words["card_or_iban"],
                form,
                errors,
                autocomplete="off",
                placeholder="4242 4242 4242 4242",
            ),
            tag(
                "div",
                tag(
                    "div",
                    field("expiry", words["expiry"], form, errors, placeholder="12 / 34"),
                ),
                tag("div", field("cvc", words["cvc"], form, errors, placeholder="123")),
                class_="pair",
            ),
        ]
    )
