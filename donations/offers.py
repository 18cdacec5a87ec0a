"""What a page offers to donors. Pages fill it in; giving knows nothing of pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .fees import FeeEstimate
from .models import Campaign, Fund
from .models.choices import Frequency

# Below this a card payment costs more than it brings, and card testers feel at home.
MINIMUM_CENTS = 200
MAXIMUM_CENTS = 1_000_000
OFFERED_FREQUENCIES = (Frequency.ONCE, Frequency.MONTHLY, Frequency.YEARLY)


@dataclass(frozen=True, slots=True)
class Preset:
    """An amount to choose, and what it does."""

    amount_cents: int
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DonationOffer:
    """Amounts in cents; presets and the one chosen at first by frequency; the funds to choose
    from. A campaign may be over: then gifts are for its fund alone."""

    form_path: str
    funds: Sequence[Fund]
    presets: Mapping[str, Sequence[Preset]] = field(default_factory=dict)
    defaults: Mapping[str, int] = field(default_factory=dict)
    minimum_cents: int = MINIMUM_CENTS
    maximum_cents: int = MAXIMUM_CENTS
    frequencies: Sequence[Frequency] = OFFERED_FREQUENCIES
    campaign: Campaign | None = None
    fee: FeeEstimate | None = None

    def for_campaign(self, campaign: Campaign | None) -> "DonationOffer":
        """The same offer for one campaign, and so for its fund."""
        if campaign is None:
            return self
        return replace(self, campaign=campaign, funds=[campaign.fund])

    @property
    def recurs(self) -> bool:
        """Whether donors can give regularly."""
        return any(frequency != Frequency.ONCE for frequency in self.frequencies)

    @property
    def campaign_code(self) -> str:
        """The campaign that gifts count for; nothing before it begins and after it ends."""
        campaign = self.campaign
        running = campaign is not None and campaign.state() == Campaign.State.RUNNING
        return campaign.code if campaign and running else ""
