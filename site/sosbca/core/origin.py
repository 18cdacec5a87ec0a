"""Cross-site posts are refused by where they come from, so a visitor needs no cookie.

Browsers send `Sec-Fetch-Site` (Fetch Metadata, W3C) and `Origin` (RFC 6454) with every POST and
scripts cannot forge either. Requests without both come from no browser and carry no visitor's
cookies, so there is nothing to forge; they are let through to throttles and validation.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def is_same_origin(request: HttpRequest) -> bool:
    """Whether the request was sent from a page of this site (or by no browser at all)."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        # "none" is the user's own doing: a reloaded or bookmarked request.
        return fetch_site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    # SITE_URL as well: a proxy that ends TLS may speak http to us.
    site = urlsplit(settings.SITE_URL)
    return origin in {f"{request.scheme}://{request.get_host()}", f"{site.scheme}://{site.netloc}"}


def refuse_cross_site[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Replace Django's cookie-bound CSRF token for a public view by a check of the origin."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in SAFE_METHODS and not is_same_origin(request):
            raise PermissionDenied("Cross-site request refused.")
        return view(request, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", csrf_exempt(checked))
