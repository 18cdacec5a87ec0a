"""What a payment costs, estimated for donors who want to cover it."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FeeEstimate:
    """A share of the payment and a fixed sum in cents, as the payment company charges them.

    Only an estimate, shown and chosen before the payment: the true fee is what the company books.
    """

    percent: Decimal
    fixed_cents: int

    def cover_cents(self, gift_cents: int) -> int:
        """What to add to a gift, so that the gift is left when the fee of the whole is paid.

        Rounded up to whole cents: a cent too much is a gift as well.
        """
        hundredths = int(self.percent * 100)
        whole = -(-(gift_cents + self.fixed_cents) * 10_000 // (10_000 - hundredths))
        return whole - gift_cents
