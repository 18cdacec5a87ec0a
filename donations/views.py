"""What donors see on their way: the form, the thank-you page, their receipt and its check."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from sosbca.core.client_address import client_address

from .forms import DonationForm, prefill_from_attempt, prefill_from_link
from .models import CheckoutAttempt, Donation, DonationTexts, Receipt
from .offers import DonationOffer
from .services import attempts, documents, payments, receipts

RECEIPT_SALT = "donations.receipt"
RECEIPT_LINK_AGE = timedelta(hours=24)
# How often one thank-you page asks the payment company, in a period of seconds.
ASKED_AT_MOST = 20
ASKED_PERIOD = 600


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

    Returns the redirect to the checkout, or the form to show with what was typed.
    """
    if request.method != "POST":
        return FormToShow(_form_to_fill(request, offer))
    form = DonationForm(offer, request.POST)
    if form.is_caught:
        problem = _("Your gift was not sent: a field that must stay empty was filled in.")
        return FormToShow(form, HTTPStatus.BAD_REQUEST, problem)
    if not form.is_valid():
        return FormToShow(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        attempt = attempts.start_checkout(
            form.details(get_language() or "lv"), client_address(request)
        )
    except attempts.TooManyAttempts:
        problem = _(
            "There were too many tries in a short time. Please wait an hour, "
            "or give by bank transfer."
        )
        return FormToShow(form, HTTPStatus.TOO_MANY_REQUESTS, problem)
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
    initial = prefill_from_link(offer, request.GET) | prefill_from_attempt(attempt)
    return DonationForm(offer, initial={**initial, "resume": token})


@require_safe
@never_cache
def thanks(request: HttpRequest) -> HttpResponse:
    """Where the checkout sends donors back. Proves nothing by itself: the payment is looked up,
    whether or not its event has arrived."""
    reference = request.GET.get("session_id", "")
    attempt = CheckoutAttempt.objects.filter(session_reference=reference or None).first()
    if attempt is None:
        raise Http404
    donation = _donation_of(attempt)
    is_certain = True
    if _is_open(attempt, donation) and _may_ask(attempt):
        is_certain = payments.try_synchronise(attempt)
        attempt.refresh_from_db()
        donation = _donation_of(attempt)
    context: dict[str, object] = {
        "attempt": attempt,
        "donation": donation,
        "fund": attempt.fund,
        "state": _state(attempt, donation, is_certain),
        "form_path": attempt.form_path,
        "share_url": settings.SITE_URL + attempt.form_path,
        "texts": DonationTexts.for_request(request),
    }
    if donation:
        receipt = donation.receipts.filter(kind=Receipt.Kind.RECEIPT).first()
        context["receipt"] = receipt
        # This address stays in histories and logs; the document itself must not hang on it.
        if receipt and timezone.now() - donation.created_at < RECEIPT_LINK_AGE:
            context["receipt_token"] = signing.dumps(receipt.pk, salt=RECEIPT_SALT)
    else:
        context["resume_token"] = attempts.resume_token(attempt)
    return render(request, "donations/thanks.html", context)


def _is_open(attempt: CheckoutAttempt, donation: Donation | None) -> bool:
    """Whether the payment company may know more than we do."""
    if donation is not None:
        return donation.status == Donation.Status.PROCESSING
    return attempt.status != CheckoutAttempt.Status.EXPIRED


def _may_ask(attempt: CheckoutAttempt) -> bool:
    """Whoever reloads the page without end must not make us ask without end."""
    key = f"thanks-asked:{attempt.pk}"
    cache.add(key, 0, ASKED_PERIOD)
    return cache.incr(key) <= ASKED_AT_MOST


def _donation_of(attempt: CheckoutAttempt) -> Donation | None:
    donations = Donation.objects.select_related("donor", "fund")
    return donations.filter(attempt=attempt).first()


def _state(attempt: CheckoutAttempt, donation: Donation | None, is_certain: bool) -> str:
    if donation is not None:
        if donation.status in {Donation.Status.PROCESSING, Donation.Status.FAILED}:
            return donation.status
        return "paid"
    if attempt.status == CheckoutAttempt.Status.EXPIRED:
        return "expired"
    return "open" if is_certain else "unknown"


@require_safe
@never_cache
def download_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF for who holds a link from the thank-you page; such a link lasts a day."""
    try:
        pk = signing.loads(token, salt=RECEIPT_SALT, max_age=RECEIPT_LINK_AGE)
    except signing.BadSignature as error:
        raise Http404 from error
    return pdf_response(get_object_or_404(Receipt, pk=pk))


def pdf_response(receipt: Receipt) -> HttpResponse:
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
