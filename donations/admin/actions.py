"""What staff can do with money and documents. Every action asks first, has a permission of its own
and is carried out by a service, which logs it."""

import uuid
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from sosbca.core.fields import EuroFormField
from sosbca.users.models import User

from ..models import Donation, LedgerEntry, ProviderEvent, Receipt
from ..services import events, mail
from ..services.audit import record
from ..services.refunds import (
    NotRefundable,
    ProviderRefused,
    ProviderUnavailable,
    TooLate,
    first_asked,
    refund,
    refundable_cents,
)
from ..services.settling import Overtaken, PaymentMismatch
from ..views import pdf_response
from . import wording


class ActionView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """One action on one object: GET asks, POST does. Needs the permission for the action and the
    one to look at the object; is refused before anything is looked up."""

    model: type[Model] = Model
    inspect_url_name = ""
    action = ""
    http_method_names: tuple[str, ...] = ("get", "head", "post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not all(self.user_has_permission(action) for action in ("view", self.action)):
            raise PermissionDenied
        self.object: Any = get_object_or_404(self.model, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def staff(self) -> User:
        return cast(User, self.request.user)

    @property
    def detail_url(self) -> str:
        return reverse(self.inspect_url_name, args=[self.object.pk])

    def back(self) -> HttpResponseRedirect:
        return redirect(self.detail_url)

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index_url = reverse(self.inspect_url_name.replace(":inspect", ":index"))
        return [
            *self.breadcrumbs_items,
            {"url": index_url, "label": capfirst(str(self.model._meta.verbose_name_plural))},
            {"url": self.detail_url, "label": self.get_page_subtitle()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "object": self.object,
            "detail_url": self.detail_url,
        }


class RefundForm(forms.Form):
    """How much goes back. `request_id` makes sending the form twice refund once."""

    amount_cents = EuroFormField(
        label=gettext_lazy("Amount in euro"),
        help_text=gettext_lazy("Less than is left of the gift makes it a partial refund."),
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, rest_cents: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rest_cents = rest_cents

    def clean_amount_cents(self) -> int:
        amount: int = self.cleaned_data["amount_cents"]
        if amount <= 0:
            raise ValidationError(_("Enter an amount above zero."), code="too_small")
        if amount > self.rest_cents:
            text = _("Only %(rest)s are left of this gift.")
            raise ValidationError(text % {"rest": wording.money(self.rest_cents)}, code="too_large")
        return amount

    def hold_amount(self) -> None:
        """While it is unknown whether a refund was made, another amount must not be sent in its
        name."""
        self.fields["amount_cents"].widget.attrs["readonly"] = True


class RefundView(ActionView):
    action = "refund"
    page_title = gettext_lazy("Refund")  # type: ignore[assignment]
    template_name = "donations/admin/refund.html"
    header_icon = "refund"
    object: Donation

    def get_page_subtitle(self) -> str:
        return f"{wording.money(self.object.amount_cents)}, {self.object.donor.name}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rest = refundable_cents(self.object)
        if not rest:
            messages.error(request, _("Nothing of this gift can be refunded now."))
            return self.back()
        form = RefundForm(rest, initial={"amount_cents": rest, "request_id": uuid.uuid4()})
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = RefundForm(refundable_cents(self.object), request.POST)
        if form.has_error("amount_cents", "too_large") and self._was_made(form):
            messages.info(request, _("This refund was made already. Nothing was refunded twice."))
            return self.back()
        if form.is_valid() and (answer := self._refund(form)):
            return answer
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _was_made(self, form: RefundForm) -> bool:
        """Whether this very form was sent before and money went back since."""
        request_id = form.cleaned_data.get("request_id")
        first = first_asked(self.object, request_id) if request_id else None
        refunds = self.object.entries.filter(kind=LedgerEntry.Kind.REFUND)
        return first is not None and refunds.filter(recorded_at__gte=first).exists()

    def _refund(self, form: RefundForm) -> HttpResponseRedirect | None:
        """Do it; None when the form is to be shown again with its errors."""
        amount = form.cleaned_data["amount_cents"]
        try:
            refund(self.object, amount, form.cleaned_data["request_id"], self.staff)
        except NotRefundable:
            form.add_error("amount_cents", _("So much is not left of this gift any more."))
        except TooLate:
            text = _(
                "This form was first sent more than a day ago, and sending it again could refund "
                "once more. Nothing was done now. Look at the refunds of this gift, and begin anew "
                "if this one is missing."
            )
            messages.error(self.request, text)
            return self.back()
        except ProviderRefused as error:
            text = _("The payment company refused the refund: %(reason)s")
            form.add_error("amount_cents", text % {"reason": error})
        except ProviderUnavailable as error:
            if error.key_is_spent:
                text = _(
                    "The payment company answered with an error that it would repeat. Look at the "
                    "payment in its dashboard before you start another refund."
                )
                messages.error(self.request, text)
                return self.back()
            form.hold_amount()
            text = _(
                "The payment company can’t be reached, and whether it made the refund is not "
                "known. Send this same form again in a few minutes: that is safe for a day, the "
                "money goes back once."
            )
            form.add_error(None, text)
        except (PaymentMismatch, Overtaken):
            text = _(
                "The refund was made, but this donation could not be brought up to date. It will "
                "be when the payment company’s event arrives."
            )
            messages.warning(self.request, text)
            return self.back()
        else:
            text = _("%(amount)s were refunded. The donor gets a new document by e-mail.")
            messages.success(self.request, text % {"amount": wording.money(amount)})
            return self.back()
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        gift = self.object
        return super().get_context_data(**kwargs) | {
            "amount": wording.money(gift.amount_cents),
            "rest": wording.money(refundable_cents(gift)),
            "paid": wording.moment(gift.paid_at),
        }


class ResendView(ActionView):
    action = "resend"
    page_title = gettext_lazy("Send again")  # type: ignore[assignment]
    template_name = "donations/admin/resend.html"
    header_icon = "mail"
    object: Receipt

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if mail.send_again(self.object, self.staff) is None:
            messages.info(
                request, _("A message with this document is on its way to the donor already.")
            )
            return self.back()
        text = _("%(number)s is on its way to %(address)s.")
        donor = self.object.donation.donor
        messages.success(request, text % {"number": self.object.reference, "address": donor.email})
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        later = Receipt.objects.filter(refers_to=self.object).first()
        return super().get_context_data(**kwargs) | {
            "later": later,
            "later_url": later and reverse(self.inspect_url_name, args=[later.pk]),
        }


class DownloadView(ActionView):
    """The PDF of a document; who took it is logged, as it may hold a personal code."""

    action = "view"
    http_method_names = ("get", "options")
    object: Receipt

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = pdf_response(self.object)
        record(self.object, "receipt.downloaded", user=self.staff)
        return response


class ReplayView(ActionView):
    action = "replay"
    page_title = gettext_lazy("Process again")  # type: ignore[assignment]
    template_name = "donations/admin/replay.html"
    header_icon = "rotate"
    object: ProviderEvent

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.status == ProviderEvent.Status.RECEIVED:
            messages.info(request, _("This event is waiting to be processed already."))
        else:
            events.replay(self.object, self.staff)
            messages.success(request, _("The event will be processed again within moments."))
        return self.back()
