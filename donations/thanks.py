"""What donors see right after giving: thanks, the offer to go on monthly, a card for a tribute, the
details of a bank transfer."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sosbca.core.client_address import client_address
from sosbca.core.known_settings import known_settings
from sosbca.core.models import OrganisationSettings
from sosbca.core.origin import refuse_cross_site

from .asking import may_ask
from .bank_transfer import bank_transfer
from .models import (
    CheckoutAttempt,
    Donation,
    DonationTexts,
    Instalment,
    Pledge,
    Receipt,
    TransferIntention,
    Tribute,
)
from .models.choices import Frequency
from .services import attempts, monthly, payments
from .views import RECEIPT_LINK_AGE, RECEIPT_SALT, TRANSFER_LINK_AGE, TRANSFER_SALT, SeeOther

MONTHLY_SALT = "donations.monthly"
CARD_SALT = "donations.card"
CARD_LINK_AGE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt so far: a single gift, or a pledge with its first payment."""

    attempt: CheckoutAttempt
    pledge: Pledge | None = None
    first: Instalment | None = None
    donation: Donation | None = None

    @property
    def may_change(self) -> bool:
        """Whether the payment company may know more than we do."""
        if self.pledge is not None:
            if self.attempt.first_payment_at:
                return False
            return self.first is None or self.first.status != Instalment.Status.PAID
        if self.donation is not None:
            return self.donation.status == Donation.Status.PROCESSING
        return self.attempt.status != CheckoutAttempt.Status.EXPIRED

    def state(self, *, is_certain: bool) -> str:
        """paid, begun (a pledge whose first payment comes later), processing, failed, open,
        expired or unknown."""
        if self.donation is not None:
            if self.donation.status in {Donation.Status.PROCESSING, Donation.Status.FAILED}:
                return self.donation.status
            return "paid"
        if self.pledge is not None:
            if self.attempt.first_payment_at:
                return "begun"
            return "failed" if self.first and self.first.failures else "processing"
        if self.attempt.status == CheckoutAttempt.Status.EXPIRED:
            return "expired"
        return "open" if is_certain else "unknown"


def outcome_of(attempt: CheckoutAttempt) -> Outcome:
    if attempt.frequency == Frequency.ONCE:
        donations = Donation.objects.select_related("donor", "fund")
        return Outcome(attempt, donation=donations.filter(attempt=attempt).first())
    pledge = Pledge.objects.filter(attempt=attempt).first()
    if pledge is None:
        return Outcome(attempt)
    instalments = pledge.instalments.select_related("donation__donor", "donation__fund")
    first = instalments.order_by("due_at", "pk").first()
    return Outcome(attempt, pledge, first, first.donation if first else None)


@require_safe
@never_cache
def thanks(request: HttpRequest) -> HttpResponse:
    """Where the checkout sends donors back. Proves nothing by itself: the payment is looked up,
    whether or not its event has arrived."""
    session = request.GET.get("session_id", "")
    attempt = _attempt(session)
    outcome = outcome_of(attempt)
    is_certain = True
    if outcome.may_change and may_ask(f"thanks-asked:{attempt.pk}"):
        is_certain = payments.try_synchronise(attempt)
        attempt.refresh_from_db()
        outcome = outcome_of(attempt)
    state = outcome.state(is_certain=is_certain)
    context: dict[str, object] = {
        "attempt": attempt,
        "donation": outcome.donation,
        "pledge": outcome.pledge,
        "fund": attempt.fund,
        "state": state,
        "own_page_url": reverse("donations:my-giving"),
        "form_path": attempt.form_path,
        "share_url": settings.SITE_URL + attempt.form_path,
        "texts": known_settings(DonationTexts, request),
        # The wish to go on monthly could not be carried out.
        "monthly_failed": "later" in request.GET,
    }
    if state in {"paid", "begun"}:
        context |= _afterwards(outcome, session)
    elif outcome.pledge is None and outcome.donation is None:
        context["resume_token"] = attempts.resume_token(attempt)
    return render(request, "donations/thanks.html", context)


def _afterwards(outcome: Outcome, session: str) -> dict[str, object]:
    """What is offered when all went well."""
    context: dict[str, object] = {}
    donation = outcome.donation
    if donation is not None:
        receipt = donation.receipts.filter(kind=Receipt.Kind.RECEIPT).first()
        context["receipt"] = receipt
        # This address stays in histories and logs; the document itself must not hang on it.
        if receipt and timezone.now() - donation.created_at < RECEIPT_LINK_AGE:
            context["receipt_token"] = signing.dumps(receipt.pk, salt=RECEIPT_SALT)
        if monthly.may_be_offered(outcome.attempt, donation):
            context["session_id"] = session
            context["monthly_token"] = signing.dumps(session, salt=MONTHLY_SALT)
            context["monthly_amounts"] = monthly.suggestions(donation.amount_cents)
            context["monthly_from"] = monthly.first_payment_at(donation)
    tribute = Tribute.objects.filter(attempt=outcome.attempt).first()
    if tribute and timezone.now() - outcome.attempt.created_at < CARD_LINK_AGE:
        context["tribute"] = tribute
        context["card_token"] = signing.dumps(str(outcome.attempt.pk), salt=CARD_SALT)
    return context


def _attempt(session: str) -> CheckoutAttempt:
    """Raise Http404 for an unknown session, and for one of a donor who was erased."""
    made = CheckoutAttempt.objects.select_related("donor", "fund")
    return get_object_or_404(made, session_reference=session or None, donor__erased_at=None)


@refuse_cross_site
@require_POST
@never_cache
def make_monthly(request: HttpRequest) -> HttpResponse:
    """Go on monthly after a single gift, with the details that the donor gave for it.

    The token is that of the thank-you page it stood on, and works as long as the offer stands.
    """
    session = request.POST.get("session_id", "")
    attempt = _attempt(session)
    amount = request.POST.get("amount", "")
    try:
        of_page = signing.loads(
            request.POST.get("token", ""), salt=MONTHLY_SALT, max_age=monthly.OFFERED_FOR
        )
        if of_page != session or not re.fullmatch(r"[0-9]{1,9}", amount):
            raise monthly.NotOffered
        started = monthly.start(attempt, int(amount), client_address(request))
    except (
        signing.BadSignature,
        monthly.NotOffered,
        attempts.TooManyAttempts,
        attempts.CheckoutUnavailable,
    ):
        path = attempts.thanks_path(attempt.language)
        return SeeOther(f"{path}?session_id={attempt.session_reference}&later=1#monthly")
    return SeeOther(started.session_url)


@require_safe
@never_cache
def tribute_card(request: HttpRequest, token: str) -> HttpResponse:
    """A card to print, for who is to hear of a gift in somebody’s honour or memory."""
    try:
        pk = signing.loads(token, salt=CARD_SALT, max_age=CARD_LINK_AGE)
    except signing.BadSignature as error:
        raise Http404 from error
    tributes = Tribute.objects.select_related("attempt__donor", "attempt__fund")
    tribute = get_object_or_404(tributes, attempt_id=UUID(pk))
    return render(request, "donations/card.html", {"tribute": tribute})


@require_safe
@never_cache
def transfer(request: HttpRequest, token: str) -> HttpResponse:
    """The details of an announced bank transfer, with a code that holds its amount."""
    try:
        pk = signing.loads(token, salt=TRANSFER_SALT, max_age=TRANSFER_LINK_AGE)
    except signing.BadSignature as error:
        raise Http404 from error
    intentions = TransferIntention.objects.select_related("donor", "fund")
    intention = get_object_or_404(intentions, pk=UUID(pk), donor__erased_at=None)
    organisation = known_settings(OrganisationSettings, request)
    context = {
        "transfer": intention,
        "bank": bank_transfer(organisation, intention.reference, intention.amount_cents),
        "texts": known_settings(DonationTexts, request),
    }
    return render(request, "donations/transfer.html", context)
