"""The way in and out, and what donors see: pledges, gifts, documents."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sosbca.core.client_address import client_address
from sosbca.core.origin import is_same_origin

from ..models import Receipt, Statement
from ..services import access, documents, new_address
from ..views import SeeOther, pdf_response
from . import showing
from .data_views import details_with
from .forms import EmailForm
from .session import Visit, current, drop, entry_address, keep, own, public


@sensitive_post_parameters("email")
@public("GET", "HEAD", "POST")
def entry(request: HttpRequest) -> HttpResponse:
    """The own page's first address: for a stranger the question for the e-mail address, for a
    donor on a visit the overview."""
    if request.method == "POST":
        return _ask(request)
    visit = current(request)
    if visit is None:
        context = {"form": EmailForm(), "was_here": "over" in request.GET}
        return showing.show(request, "start.html", context)
    response = _overview(request, visit)
    keep(response, visit.key)
    return response


def _ask(request: HttpRequest) -> HttpResponse:
    form = EmailForm(request.POST)
    if not form.is_valid():
        return showing.show(
            request, "start.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    language = get_language() or "lv"
    access.ask_for_link(form.cleaned_data["email"], language, client_address(request))
    return SeeOther(reverse("donations:my-giving-sent"))


@public("GET", "HEAD")
def sent(request: HttpRequest) -> HttpResponse:
    return showing.show(request, "sent.html")


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in the message leads. Looking changes nothing, because programs that check
    links look too; the button on the page uses the link up."""
    if request.method == "POST" and not _is_own_post(request):
        raise PermissionDenied("Cross-site request refused.")
    response = _use(request, token) if request.method == "POST" else _look(request, token)
    # The address is the key: it goes nowhere else.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _is_own_post(request: HttpRequest) -> bool:
    """Older browsers, which send no Sec-Fetch-Site, hide the origin of a page without referrer."""
    is_hidden = request.headers.get("Origin") == "null" and "Sec-Fetch-Site" not in request.headers
    return is_hidden or is_same_origin(request)


def _look(request: HttpRequest, token: str) -> HttpResponse:
    if link := access.look(token):
        template = "confirm.html" if link.donor_id else "open.html"
        return showing.show(request, template, {"token": token, "email": link.email})
    if current(request):
        # The same link once more, by who has used it.
        return SeeOther(entry_address())
    return showing.show(request, "expired.html", status=HTTPStatus.GONE)


def _use(request: HttpRequest, token: str) -> HttpResponse:
    before = current(request)
    confirmed = new_address.confirm(token)
    if confirmed and confirmed.outcome is new_address.Outcome.TAKEN:
        return showing.show(request, "taken.html", status=HTTPStatus.CONFLICT)
    key = confirmed.key if confirmed else access.open_link(token)
    if key is None:
        if before:
            return SeeOther(entry_address())
        return showing.show(request, "expired.html", status=HTTPStatus.GONE)
    if before:
        access.end(before.link)
    response = details_with(confirmed.outcome) if confirmed else SeeOther(entry_address())
    keep(response, key)
    return response


@public("POST")
def log_out(request: HttpRequest) -> HttpResponse:
    """Also from a page of an earlier visit: who wants to leave is never kept."""
    visit = current(request)
    if visit is not None:
        access.end(visit.link)
    response = SeeOther(reverse("donations:my-giving-logged-out"))
    drop(response)
    return response


@public("GET", "HEAD")
def logged_out(request: HttpRequest) -> HttpResponse:
    return showing.show(request, "logged_out.html")


def _overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    pledges = showing.pledges_of(visit)
    context = {
        "section": "overview",
        "at_overview": True,
        "running": [shown for shown in pledges if shown.pledge.is_running],
        "ended": [shown for shown in pledges if not shown.pledge.is_running],
        "gifts": showing.latest_gifts(visit),
        "erasing": any(donor.erase_requested_at for donor in visit.donors),
        "again": "again" in request.GET,
    }
    return showing.show(request, "overview.html", context, visit=visit)


@own("GET", "HEAD")
def gifts(request: HttpRequest, visit: Visit, year: int | None = None) -> HttpResponse:
    """The gifts and documents of a year; of the latest one that has any."""
    years = showing.years_of(visit)
    if year is not None and year not in years:
        raise Http404
    chosen = year or next(iter(years), None)
    context: dict[str, object] = {"section": "gifts", "years": years, "year": chosen}
    if chosen:
        shown = showing.gifts_of_year(visit, chosen)
        context |= {
            "gifts": shown,
            "given_cents": showing.given_in(visit, chosen),
            "statements": showing.statements_in_force(visit, chosen),
            "has_earlier": any(not gift.donation.needs_receipt for gift in shown),
        }
    return showing.show(request, "gifts.html", context, visit=visit)


@own("GET", "HEAD")
def receipt(request: HttpRequest, visit: Visit, public_id: str) -> HttpResponse:
    found = get_object_or_404(showing.receipts_of(visit), public_id=public_id)
    return _pdf(found)


@own("GET", "HEAD")
def statement(request: HttpRequest, visit: Visit, public_id: str) -> HttpResponse:
    return _pdf(get_object_or_404(showing.statements_of(visit), public_id=public_id))


def _pdf(document: Receipt | Statement) -> HttpResponse:
    try:
        return pdf_response(document)
    except documents.NoLongerKept as error:
        raise Http404 from error
