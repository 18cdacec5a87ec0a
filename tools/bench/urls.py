"""The site's addresses and one more: the view that does nothing, which the others are held to."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from sosbca import urls as site_urls

from .world import BARE


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    """A constant, behind the same middleware as every page."""
    return HttpResponse(b"bare", content_type="text/plain")


# Spliced in, because addresses with a language can't be included.
urlpatterns = [path(BARE.lstrip("/"), bare), *site_urls.urlpatterns]
handler400 = site_urls.handler400
handler403 = site_urls.handler403
handler404 = site_urls.handler404
