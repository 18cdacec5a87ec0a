"""What a page offers to donors. Pages fill it in; giving knows nothing of pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .models import Fund
from .models.donation import Frequency

# Below this a card payment costs more than it brings, and card testers feel at home.
MINIMUM_CENTS = 200
MAXIMUM_CENTS = 1_000_000
# Recurring gifts are not offered yet.
OFFERED_FREQUENCIES = (Frequency.ONCE,)


@dataclass(frozen=True, slots=True)
class Preset:
    """An amount to choose, and what it does."""

    amount_cents: int
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DonationOffer:
    """Amounts in cents; presets by frequency; the funds to choose from."""

    form_path: str
    funds: Sequence[Fund]
    presets: Mapping[str, Sequence[Preset]] = field(default_factory=dict)
    default_cents: int | None = None
    minimum_cents: int = MINIMUM_CENTS
    maximum_cents: int = MAXIMUM_CENTS
    frequencies: Sequence[Frequency] = OFFERED_FREQUENCIES
