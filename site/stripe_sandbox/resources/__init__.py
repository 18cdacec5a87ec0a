"""What Stripe does, one module per concern. Every function takes the World it works in."""

from __future__ import annotations

from collections.abc import Callable

from ..world import World
from . import billing, checkout, payouts

# What a timer may start, by the name under which it was set.
ACTIONS: dict[str, Callable[[World, str], None]] = {
    "expire": checkout.expire_when_due,
    "settle": checkout.settle_when_due,
    "payout": payouts.arrive_now,
    **billing.TIMED,
}
