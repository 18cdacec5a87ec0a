"""Turns a refusal to publish into words, whichever view of the admin it comes from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin import messages

from sosbca.core.consent import PictureWithoutConsentError


class ConsentMiddleware:
    """The editor's form explains by itself; this is for lists, reviews and translations."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, PictureWithoutConsentError):
            return None
        # Elsewhere nobody reads messages.
        if not request.path.startswith("/admin/"):
            return None
        words = {"title": error.page.title, "reason": str(error)}
        text = gettext("“%(title)s” was not published. %(reason)s") % words
        address = reverse("wagtailadmin_explore_root")
        if error.page.pk:
            address = reverse("wagtailadmin_pages:edit", args=[error.page.pk])
        if request.path.startswith("/admin/api/"):
            return JsonResponse({"detail": text}, status=400)
        messages.error(request, text)
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # What the dialogs of reviews wait for.
            return JsonResponse({"step": "success", "redirect": address})
        return redirect(address)
