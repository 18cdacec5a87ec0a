"""Absolute addresses, and the one address under which a page is to be known."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.paginator import Page as ResultPage
from django.http import HttpRequest
from wagtail.models import Page


def absolute(address: str) -> str:
    """An address of this site with scheme and host; one that has them already is left alone."""
    return urljoin(f"{settings.SITE_URL}/", address)


def canonical(page: Page, request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The address under which search engines should know what is shown.

    Each part of a long list is a page of its own: what stands on it stands nowhere else. A list
    narrowed by filters is not: it repeats what the whole list holds, in as many ways as there are
    combinations, so it is known under the address of the whole list. Parameters that nobody asked
    for are left out.
    """
    address = absolute(page.get_url(request) or request.path)
    if context.get("clear_url"):
        return address
    for value in (context.get("found"), context.get("past")):
        # Of the part that is shown, whichever number was asked for.
        if isinstance(value, ResultPage) and value.number > 1:
            return f"{address}?page={value.number}"
    return address
