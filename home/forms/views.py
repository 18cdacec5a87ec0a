"""Shows a form and takes what is sent through it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from sosbca.core.client_address import client_address, network_of

from . import services

if TYPE_CHECKING:
    from ..models import FormPage


def show(page: "FormPage", request: HttpRequest) -> HttpResponse:
    """The form; with errors and all that was typed when it can't be taken; or, after a redirect
    so that a reload sends nothing again, the thanks."""
    if request.method != "POST":
        if "sent" in request.GET:
            return page.render_landing_page(request)
        form = page.get_form(page=page, user=None)
        return TemplateResponse(request, page.template, {**page.get_context(request), "form": form})

    form = page.get_form(request.POST, page=page, user=None)
    problem = ""
    if form.is_valid():
        network = network_of(client_address(request))
        try:
            entry = services.take(page, form.answers(), network, is_trapped=form.is_trapped)
        except services.TooManyEntries:
            problem = "too-many"
        else:
            return HttpResponseRedirect(
                f"{page.get_url(request)}?sent={entry.reference}", status=303
            )
    context = {**page.get_context(request), "form": form, "problem": problem}
    response = TemplateResponse(request, page.template, context, status=429 if problem else 422)
    add_never_cache_headers(response)
    return response
