"""The account at Stripe: the client, and Stripe's errors in our words."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast

import stripe

from ..base import ProviderRefused, ProviderUnavailable

METADATA_KEY = "attempt"


class StripeAccount:
    """What every part of the interface needs to ask Stripe."""

    name = "stripe"

    def __init__(
        self,
        *,
        key: str,
        webhook_secret: str,
        api_base: str = "",
        timeout: float,
        max_network_retries: int,
        http_client: stripe.HTTPClient | None = None,
    ) -> None:
        """`timeout` in seconds; `api_base` only for a stand-in; `http_client` for tests."""
        self.is_live = key.startswith(("sk_live_", "rk_live_"))
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": api_base} if api_base else {},
            http_client=http_client or stripe.RequestsClient(timeout=timeout),
            max_network_retries=max_network_retries,
        )


def in_our_words[S: StripeAccount, **P, R](
    call: Callable[Concatenate[S, P], R],
) -> Callable[Concatenate[S, P], R]:
    """Turn Stripe's errors into ours. Their messages name parameters, never card data."""

    @wraps(call)
    def translated(self: S, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(self, *args, **kwargs)
        except stripe.IdempotencyError as error:
            # Something that goes into the request has changed since the first try.
            raise ProviderUnavailable(_describe(error), key_is_spent=True) from error
        except (
            stripe.APIConnectionError,
            stripe.RateLimitError,
            # Our key is wrong or lacks a right: it says nothing about what was asked.
            stripe.AuthenticationError,
            stripe.PermissionError,
        ) as error:
            raise ProviderUnavailable(_describe(error)) from error
        except stripe.StripeError as error:
            status = error.http_status or 0
            if status >= 500:
                # Stripe replays a stored 5xx for the same idempotency key.
                raise ProviderUnavailable(_describe(error), key_is_spent=True) from error
            if status == 409:
                # The same key is in use by a request that is still running.
                raise ProviderUnavailable(_describe(error)) from error
            raise ProviderRefused(_describe(error)) from error

    return cast("Callable[Concatenate[S, P], R]", translated)


def _describe(error: stripe.StripeError) -> str:
    return f"{type(error).__name__} {error.http_status or ''} {error.code or ''}".strip()
