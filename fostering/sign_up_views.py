"""The page of one's own sign-up: what it is, and a button that cancels it."""

from contextlib import suppress
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sosbca.core.origin import refuse_cross_site

from .models import SignUp
from .services import sign_ups
from .sign_up_mail import place_in_queue, sign_up_of

TEMPLATE = "fostering/own_sign_up.html"


@never_cache
@refuse_cross_site
@require_http_methods(["GET", "HEAD", "POST"])
def own_sign_up(request: HttpRequest, token: str) -> HttpResponse:
    """Opened by the link in the messages. Looking changes nothing: programs that check links in
    messages do look; only the button cancels."""
    key = sign_up_of(token)
    found = SignUp.objects.select_related("event").filter(pk=key).first() if key else None
    if found is None or found.is_erased:
        return render(request, TEMPLATE, {"state": "unknown"}, status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        # Too late is what the page then says.
        with suppress(sign_ups.TooLateError):
            sign_ups.cancel(found.pk)
        response = HttpResponseRedirect(request.path)
        response.status_code = HTTPStatus.SEE_OTHER
        return response
    event = found.event
    context = {
        "sign_up": found,
        "event": event,
        "state": "over" if event.has_begun and found.status != "cancelled" else found.status,
        "queue_place": place_in_queue(found) if found.status == "waiting" else 0,
    }
    return render(request, TEMPLATE, context)
