"""Payment companies behind one interface. The only place that knows their libraries."""

from functools import lru_cache

from django.conf import settings

from .base import InvalidEvent, PaymentProvider, ProviderError, ProviderRefused, ProviderUnavailable
from .pictures import (
    Booking,
    CheckoutOrder,
    CheckoutPicture,
    CheckoutSession,
    DisputeState,
    EventEnvelope,
    EventSubject,
    HistoricPayment,
    HistoricPledge,
    Interval,
    InvoicePicture,
    InvoiceState,
    Movement,
    PaymentPicture,
    PaymentState,
    PayoutPicture,
    PledgeChange,
    PledgeEnd,
    PledgePicture,
    PledgeState,
    SessionState,
)
from .stripe import StripeProvider

__all__ = [
    "Booking",
    "CheckoutOrder",
    "CheckoutPicture",
    "CheckoutSession",
    "DisputeState",
    "EventEnvelope",
    "EventSubject",
    "HistoricPayment",
    "HistoricPledge",
    "Interval",
    "InvalidEvent",
    "InvoicePicture",
    "InvoiceState",
    "Movement",
    "PaymentPicture",
    "PaymentProvider",
    "PaymentState",
    "PayoutPicture",
    "PledgeChange",
    "PledgeEnd",
    "PledgePicture",
    "PledgeState",
    "ProviderError",
    "ProviderRefused",
    "ProviderUnavailable",
    "SessionState",
    "get_provider",
]


@lru_cache(maxsize=4)
def _stripe(key: str, webhook_secret: str, api_base: str) -> StripeProvider:
    return StripeProvider(
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
