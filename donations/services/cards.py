"""Leads donors to the payment company's own page, where they change card or account."""

import logging

from ..models import Pledge
from ..providers import ProviderError, get_provider
from . import pledges
from .audit import record

logger = logging.getLogger(__name__)


class CardPageUnavailable(Exception):
    """The payment company can't show its page now; nothing has changed."""


def page_url(pledge: Pledge, language: str, return_url: str) -> str:
    """The address of the company's page for the pledge's payer. It comes back to `return_url`.

    Raise CardPageUnavailable.
    """
    if not pledge.is_running or not pledge.customer_reference:
        raise CardPageUnavailable
    try:
        url = get_provider().portal_url(pledge.customer_reference, language, return_url)
    except ProviderError as error:
        raise CardPageUnavailable from error
    record(pledge, "pledge.card_page")
    return url


def take_over(pledge: Pledge) -> bool:
    """Bring the pledge up to date after its payer came back from there; other pledges of the same
    payer as well. False when that is not possible now: the event or the sweep will do it."""
    same_payer = Pledge.objects.filter(
        customer_reference=pledge.customer_reference, provider=pledge.provider
    ).exclude(status=Pledge.Status.CANCELLED)
    try:
        for each in same_payer.order_by("pk"):
            pledges.synchronise(each)
    except Exception:
        logger.exception("Pledge %s could not be read after its card was changed", pledge.pk)
        return False
    return True
