"""Where payment companies tell us what happened."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .services import events


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Verify, record once, answer; everything else is done by a task.

    400: not from Stripe, or too old. 500 (the database is away): Stripe sends it again.
    """
    try:
        events.receive(request.body, request.headers.get("Stripe-Signature", ""))
    except events.InvalidEvent as error:
        return HttpResponse(str(error), status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
    return HttpResponse(status=HTTPStatus.OK)
