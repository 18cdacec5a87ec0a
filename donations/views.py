"""What donors see on their way: the form, their receipt and its check."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from sosbca.core.client_address import client_address

from .forms import DonationForm
from .models import Receipt, Statement
from .offers import DonationOffer
from .prefill import prefill_from_attempt, prefill_from_link
from .services import attempts, documents, receipts, transfers

RECEIPT_SALT = "donations.receipt"
RECEIPT_LINK_AGE = timedelta(hours=24)
# Of the page with the details of a bank transfer.
TRANSFER_SALT = "donations.transfer"
TRANSFER_LINK_AGE = timedelta(hours=24)


class SeeOther(HttpResponseRedirect):
    """303: the answer to the post is at another address, to be fetched with GET."""

    status_code = HTTPStatus.SEE_OTHER


@dataclass(frozen=True, slots=True)
class FormToShow:
    """The form as it is to be shown; `problem` says why nothing came of sending it."""

    form: DonationForm
    status: HTTPStatus = HTTPStatus.OK
    problem: str = ""


@sensitive_post_parameters("personal_code", "confirmed_code")
def take_gift(request: HttpRequest, offer: DonationOffer) -> HttpResponse | FormToShow:
    """Show or take the donation form for the page that offers it.

    Returns the redirect to the checkout or to the details of the bank transfer, or the form to
    show with what was typed.
    """
    if request.method != "POST":
        return FormToShow(_form_to_fill(request, offer))
    form = DonationForm(offer, request.POST)
    if form.is_caught:
        problem = _("Your gift was not sent: a field that must stay empty was filled in.")
        return FormToShow(form, HTTPStatus.BAD_REQUEST, problem)
    if not form.is_valid():
        return FormToShow(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    details = form.details(get_language() or "lv")
    try:
        if form.is_by_transfer:
            intention = transfers.announce(details, client_address(request))
            token = signing.dumps(str(intention.pk), salt=TRANSFER_SALT)
            return SeeOther(reverse("donations:transfer", args=[token]))
        attempt = attempts.start_checkout(details, client_address(request))
    except attempts.TooManyAttempts:
        problem = _(
            "There were too many tries in a short time. Please wait an hour, "
            "or give by bank transfer."
        )
        return FormToShow(form, HTTPStatus.TOO_MANY_REQUESTS, problem)
    except transfers.TransferUnavailable:
        problem = _("Our bank account can’t be shown at the moment. Please look in again later.")
        return FormToShow(form, HTTPStatus.SERVICE_UNAVAILABLE, problem)
    except attempts.CheckoutUnavailable:
        problem = _(
            "Card payments can’t be reached at the moment. Nothing was charged. "
            "Please send the form again in a few minutes, or give by bank transfer."
        )
        return FormToShow(form, HTTPStatus.SERVICE_UNAVAILABLE, problem)
    if token := form.cleaned_data["resume"]:
        attempts.supersede(token, attempt)
    return SeeOther(attempt.session_url)


def _form_to_fill(request: HttpRequest, offer: DonationOffer) -> DonationForm:
    token = request.GET.get("resume", "")
    attempt = attempts.attempt_from_token(token) if token else None
    if attempt is None:
        return DonationForm(offer, initial=prefill_from_link(offer, request.GET))
    if attempt.campaign and offer.campaign is None:
        offer = offer.for_campaign(attempt.campaign)
    initial = prefill_from_link(offer, request.GET) | prefill_from_attempt(attempt)
    return DonationForm(offer, initial={**initial, "resume": token})


@require_safe
@never_cache
def download_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF for who holds a link from the thank-you page; such a link lasts a day."""
    try:
        pk = signing.loads(token, salt=RECEIPT_SALT, max_age=RECEIPT_LINK_AGE)
    except signing.BadSignature as error:
        raise Http404 from error
    return pdf_response(get_object_or_404(Receipt, pk=pk, donation__donor__erased_at=None))


def pdf_response(receipt: Receipt | Statement) -> HttpResponse:
    return HttpResponse(
        documents.pdf_of(receipt),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{receipt.reference}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


@require_safe
@never_cache
def verify(request: HttpRequest, public_id: str) -> HttpResponse:
    """Confirms a document to anybody who holds it: number, date, amount, state; no names."""
    receipt = get_object_or_404(Receipt.objects.select_related("donation"), public_id=public_id)
    last = receipt.donation.receipts.order_by("-sequence")[0]
    state = receipts.state_of(receipt, last)
    return render(
        request, "donations/verify.html", {"receipt": receipt, "last": last, "state": state}
    )
