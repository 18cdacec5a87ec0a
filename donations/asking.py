"""Keeps those who reload a page without end from making us ask the payment company without end."""

from django.core.cache import cache

# How often one page may ask, in a period of seconds.
ASKED_AT_MOST, ASKED_PERIOD = 20, 600


def may_ask(page: str) -> bool:
    """Count one more showing of a page; whether the payment company may be asked for it."""
    if cache.add(page, 1, ASKED_PERIOD):
        return True
    try:
        return cache.incr(page) <= ASKED_AT_MOST
    except ValueError:
        # Forgotten between the two calls: the period is over.
        return True
