"""Finds the page of an address. Wagtail asks the database for every part of the path; an address
that was found before is remembered while the content stays the same."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail import views as wagtail_views
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from sosbca.core.page_cache.memory import memory
from sosbca.core.pages import BasePage


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's view, told which page it is where that is known."""
    current = memory()
    host = ("site", request.get_host())
    if site := current.get(host):
        request._wagtail_site = site  # type: ignore[attr-defined]
    else:
        site = Site.find_for_request(request)
        if site:
            current.keep(host, site)
    key = ("route", site and site.pk, get_language(), path)
    if known := current.get(key):
        kind, pk = known
        if page := _page(kind, pk):
            request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]
    else:
        result = Page.route_for_request(request, path)
        # Not the addresses that a page has below its own: those ask for more than the page.
        if result and not result.args and not result.kwargs and isinstance(result.page, BasePage):
            current.keep(key, (type(result.page), result.page.pk))
    response: HttpResponse = wagtail_views.serve(request, path)
    return response


def _page(kind: type[BasePage], pk: int) -> BasePage | None:
    """The published page with what every template shows of it, in one query."""
    return kind.objects.live().select_related(*kind.joined).filter(pk=pk).first()
