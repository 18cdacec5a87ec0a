"""The part of the form where the amount is chosen: one group of amounts for each frequency."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms

from sosbca.core.text import parse_amount, typed_amount

from .models.choices import Frequency
from .offers import DonationOffer, Preset

OTHER = "other"


def amount_name(frequency: str) -> str:
    """The field with the preset; a single gift has the name that links have always used."""
    return "amount" if frequency == Frequency.ONCE else f"{frequency}_amount"


def other_name(frequency: str) -> str:
    return f"{amount_name(frequency)}_other"


@dataclass(frozen=True, slots=True)
class AmountGroup:
    """The amounts of one frequency, as the template shows them, with what was typed.

    Each frequency has fields of its own, so that every one keeps its choice, without JavaScript
    too; the frequency says which of them count.
    """

    frequency: Frequency
    name: str
    other_name: str
    presets: Sequence[Preset]
    chosen: str
    typed: str = ""
    errors: Sequence[object] = ()
    other_errors: Sequence[object] = ()

    @property
    def error_id(self) -> str:
        return f"error_{self.name}"

    @property
    def other_is_chosen(self) -> bool:
        return self.chosen == OTHER


def plain_groups(offer: DonationOffer) -> list[AmountGroup]:
    """All amounts as they are at first."""
    return [
        AmountGroup(
            frequency=frequency,
            name=amount_name(frequency),
            other_name=other_name(frequency),
            presets=offer.presets.get(frequency, ()),
            chosen=str(offer.defaults.get(frequency, "")),
        )
        for frequency in offer.frequencies
    ]


def amount_group(form: forms.Form, offer: DonationOffer, frequency: Frequency) -> AmountGroup:
    name, other = amount_name(frequency), other_name(frequency)
    presets = offer.presets.get(frequency, ())
    amount = str(form[name].value() or "")
    typed = str(form[other].value() or "")
    if form.is_bound and name not in form.data and not typed:
        # Not sent, because it was not seen: as it is at first.
        default = offer.defaults.get(frequency)
        amount = typed_amount(default) if default else ""
    chosen = _chosen(amount, typed, {preset.amount_cents for preset in presets})
    if chosen == OTHER and not typed and amount != OTHER:
        typed = amount
    return AmountGroup(
        frequency=frequency,
        name=name,
        other_name=other,
        presets=presets,
        chosen=chosen,
        typed=typed,
        errors=form[name].errors,
        other_errors=form[other].errors,
    )


def _chosen(amount: str, typed: str, presets: set[int]) -> str:
    """The preset in cents, "other", or nothing; checked against bad input."""
    if typed or amount == OTHER:
        return OTHER
    try:
        cents = parse_amount(amount)
    except ValueError:
        return OTHER if amount else ""
    return str(cents) if cents in presets else OTHER
