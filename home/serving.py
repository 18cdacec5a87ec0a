"""Finds the page of an address. Wagtail asks the database for every part of the path; an address
that was found before is remembered until home pages change, or pages get other addresses."""

from copy import copy

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail import views as wagtail_views
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from sosbca.core.page_cache.memory import memory
from sosbca.core.page_cache.parts import ROOTS
from sosbca.core.pages import BasePage


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's view, told which page it is where that is known."""
    current = memory((ROOTS,))
    host = ("site", request.get_host())
    if site := current.get(host):
        request._wagtail_site = _apart(site)  # type: ignore[attr-defined]
    else:
        site = Site.find_for_request(request)
        if site:
            current.keep(host, _apart(site))
    key = ("route", site and site.pk, get_language(), path)
    known = current.get(key)
    # The page may have been unpublished or deleted since.
    if page := known and _page(*known):
        request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]
    else:
        result = Page.route_for_request(request, path)
        # Not the addresses that a page has below its own: those ask for more than the page.
        if result and not result.args and not result.kwargs and isinstance(result.page, BasePage):
            current.keep(key, (type(result.page), result.page.pk))
    response: HttpResponse = wagtail_views.serve(request, path)
    return response


def _apart(site: Site) -> Site:
    """A copy that keeps for itself what is found through it. How many children the home page has,
    without which Wagtail looks for none, changes by SQL, which tells nobody."""
    own = copy(site)
    own.root_page = copy(site.root_page)
    return own


def _page(kind: type[BasePage], pk: int) -> BasePage | None:
    """The published page with what every template shows of it, in one query."""
    return kind.objects.live().select_related(*kind.joined).filter(pk=pk).first()
