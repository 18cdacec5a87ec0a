"""Payment companies behind one interface. The only place that knows their libraries."""

from functools import lru_cache

from django.conf import settings

from .base import (
    CheckoutOrder,
    CheckoutSession,
    DisputeState,
    EventEnvelope,
    InvalidEvent,
    Movement,
    PaymentPicture,
    PaymentProvider,
    PaymentState,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    SessionState,
)
from .stripe_checkout import StripeCheckout

__all__ = [
    "CheckoutOrder",
    "CheckoutSession",
    "DisputeState",
    "EventEnvelope",
    "InvalidEvent",
    "Movement",
    "PaymentPicture",
    "PaymentProvider",
    "PaymentState",
    "ProviderError",
    "ProviderRefused",
    "ProviderUnavailable",
    "SessionState",
    "get_provider",
]


@lru_cache(maxsize=4)
def _stripe(key: str, webhook_secret: str, api_base: str) -> StripeCheckout:
    return StripeCheckout(
        key=key,
        webhook_secret=webhook_secret,
        api_base=api_base,
        timeout=settings.STRIPE_TIMEOUT,
        max_network_retries=settings.STRIPE_MAX_NETWORK_RETRIES,
    )


def get_provider() -> PaymentProvider:
    """The payment company that takes the gifts."""
    return _stripe(
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_BASE
    )
