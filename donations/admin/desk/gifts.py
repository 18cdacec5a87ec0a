"""Gifts that finance enters by hand, and receipts made out or made anew."""

import uuid
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from sosbca.core.fields import EuroFormField
from sosbca.users.models import User

from ...identifiers import (
    PersonalCodeError,
    RegistrationNumberError,
    parse_personal_code,
    parse_registration_number,
)
from ...models import Campaign, Donation, Donor, Fund, Receipt, TransferIntention
from ...models.choices import Language
from ...models.donor import DonorKind
from ...services import documents, manual_gifts, receipts
from .. import search, wording
from ..actions import ActionView
from ..policies import may

METHODS = [
    (manual_gifts.BANK, gettext_lazy("Bank transfer")),
    (manual_gifts.CASH, gettext_lazy("Cash")),
    (manual_gifts.IN_KIND, gettext_lazy("Gift in kind")),
]
FOUND_AT_MOST = 10


def clean_personal_code(form: forms.Form) -> str:
    """The code that was typed, in its one form. Raise ValidationError."""
    typed = form.cleaned_data["personal_code"]
    try:
        return parse_personal_code(typed).value if typed else ""
    except PersonalCodeError as error:
        raise forms.ValidationError(_("This is no personal code."), code=error.code) from error


def clean_registration_number(form: forms.Form) -> str:
    """The number that was typed, in its one form. Raise ValidationError."""
    typed = form.cleaned_data["registration_number"]
    try:
        return parse_registration_number(typed).value if typed else ""
    except RegistrationNumberError as error:
        text = _("This is no registration number.")
        raise forms.ValidationError(text, code=error.code) from error


class GiftForm(forms.Form):
    """What the source document says. `request_id` makes sending the form twice enter once."""

    request_id = forms.UUIDField(widget=forms.HiddenInput)
    method = forms.ChoiceField(label=gettext_lazy("How it came"), choices=METHODS)
    amount_cents = EuroFormField(
        label=gettext_lazy("Amount in euro"), help_text=gettext_lazy("Of a gift in kind its value.")
    )
    received_on = forms.DateField(
        label=gettext_lazy("Received"), widget=forms.DateInput(attrs={"type": "date"})
    )
    fund = forms.ModelChoiceField(label=gettext_lazy("Fund"), queryset=Fund.objects.all())
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("Campaign"), queryset=Campaign.objects.all(), required=False
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        help_text=gettext_lazy(
            "What was given in kind: it stands on the receipt. Otherwise, for example, the number "
            "of the bank statement."
        ),
        max_length=250,
        required=False,
    )

    def clean_amount_cents(self) -> int:
        amount: int = self.cleaned_data["amount_cents"]
        if amount <= 0:
            raise forms.ValidationError(_("Enter an amount above zero."), code="too_small")
        return amount

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is yet to come."), code="future")
        if day < manual_gifts.first_day():
            text = _("This is too long ago: the books of that year are not kept any more.")
            raise forms.ValidationError(text, code="past")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_in_kind = data.get("method") == manual_gifts.IN_KIND
        if is_in_kind and not data.get("description", "").strip():
            self.add_error("description", _("Say what was given."))
        campaign, fund = data.get("campaign"), data.get("fund")
        if campaign and fund and campaign.fund_id != fund.pk:
            self.add_error("campaign", _("This campaign is for another fund."))
        return data

    def giver(self) -> Donor | manual_gifts.NewDonor:
        raise NotImplementedError


class KnownDonorForm(GiftForm):
    def __init__(self, donor: Donor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.donor = donor

    def giver(self) -> Donor:
        return self.donor


class NewDonorForm(GiftForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of donor"), choices=DonorKind.choices)
    name = forms.CharField(
        label=gettext_lazy("Donor’s name"),
        help_text=gettext_lazy("Of the person or company."),
        max_length=200,
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("Without one nothing is sent; print the receipt instead."),
        required=False,
    )
    personal_code = forms.CharField(
        label=gettext_lazy("Personal code"), max_length=20, required=False
    )
    registration_number = forms.CharField(
        label=gettext_lazy("Registration number"), max_length=20, required=False
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)

    clean_personal_code = clean_personal_code
    clean_registration_number = clean_registration_number

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_person = data.get("kind") == DonorKind.PERSON
        if is_person and data.get("registration_number"):
            self.add_error("registration_number", _("Only a company has one."))
        if not is_person and data.get("personal_code"):
            self.add_error("personal_code", _("Only a person has one."))
        return data

    def giver(self) -> manual_gifts.NewDonor:
        names = ("kind", "name", "email", "personal_code", "registration_number", "language")
        return manual_gifts.NewDonor(**{name: self.cleaned_data[name] for name in names})


class EnterView(WagtailAdminTemplateMixin, TemplateView):
    """Enter a gift: for the donor in `donor`, for one found by `q`, or for a new one."""

    page_title = gettext_lazy("Enter a gift")  # type: ignore[assignment]
    template_name = "donations/admin/enter.html"
    header_icon = "plus-inverse"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not all(may(request.user, Donation, action) for action in ("view", "enter")):
            raise PermissionDenied
        self.transfer = self._transfer(request)
        self.donor = self._donor(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def _transfer(self, request: HttpRequest) -> TransferIntention | None:
        pk = request.GET.get("transfer", "")
        try:
            return TransferIntention.objects.filter(pk=uuid.UUID(pk)).first() if pk else None
        except ValueError:
            return None

    def _donor(self, request: HttpRequest) -> Donor | None:
        if self.transfer:
            return self.transfer.donor
        pk = request.GET.get("donor", "")
        usable = Donor.objects.filter(merged_into=None, erased_at=None)
        return get_object_or_404(usable, pk=pk if pk.isdecimal() else 0) if pk else None

    def get_form(self, data: Any = None) -> GiftForm:
        initial: dict[str, Any] = {
            "request_id": uuid.uuid4(),
            "received_on": timezone.localdate(),
            "fund": Fund.objects.filter(is_open=True).first(),
        }
        if self.transfer:
            initial |= {
                "method": manual_gifts.BANK,
                "amount_cents": self.transfer.amount_cents,
                "fund": self.transfer.fund,
                "campaign": self.transfer.campaign,
                "description": self.transfer.reference,
            }
        if self.donor:
            return KnownDonorForm(self.donor, data, initial=initial)
        return NewDonorForm(data, initial=initial)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        data = form.cleaned_data
        entry = manual_gifts.Entry(
            donor=form.giver(),
            fund=data["fund"],
            campaign=data["campaign"],
            amount_cents=data["amount_cents"],
            received_on=data["received_on"],
            method=data["method"],
            description=data["description"],
        )
        try:
            donation = manual_gifts.enter(entry, data["request_id"], cast(User, request.user))
        except manual_gifts.AlreadyEntered as error:
            return self.ask_again(error.args[0])
        text = _("The gift of %(amount)s is entered, and its receipt issued.")
        messages.success(request, text % {"amount": wording.money(donation.amount_cents)})
        return redirect(reverse("giving_donations:inspect", args=[donation.pk]))

    def ask_again(self, known: Donation) -> HttpResponse:
        """The form of a gift that is entered was changed and sent again, as after going back in
        the browser: it may be a correction or the next gift."""
        data = self.request.POST.copy()
        data["request_id"] = str(uuid.uuid4())
        form = self.get_form(data)
        text = _(
            "With this form a gift of %(amount)s is entered already. If this is another one, send "
            "the form again; to correct that one, void it first."
        )
        form.add_error(None, text % {"amount": wording.money(known.amount_cents)})
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("giving_donations:index"), "label": _("Donations")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "form" not in kwargs:
            kwargs["form"] = self.get_form()
        text = self.request.GET.get("q", "").strip()
        return super().get_context_data(**kwargs) | {
            "donor": self.donor,
            "transfer": self.transfer,
            "text": text,
            "found": found_donors(text),
            "detail_url": reverse("giving_donations:index"),
        }


def found_donors(text: str, but: Donor | None = None) -> list[Donor]:
    """The first donors that fit a search; none that were merged or erased."""
    if not text:
        return []
    usable = Donor.objects.filter(merged_into=None, erased_at=None)
    if but is not None:
        usable = usable.exclude(pk=but.pk)
    return list(search.donors(usable, text).order_by("name", "pk")[:FOUND_AT_MOST])


class VoidView(ActionView):
    action = "enter"
    page_title = gettext_lazy("Void")  # type: ignore[assignment]
    template_name = "donations/admin/void.html"
    header_icon = "cross"
    object: Donation

    def get_page_subtitle(self) -> str:
        return f"{wording.money(self.object.amount_cents)}, {self.object.donor}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not manual_gifts.is_voidable(self.object):
            messages.error(request, _("This gift can’t be voided."))
            return self.back()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            manual_gifts.void(self.object, self.staff)
        except manual_gifts.NotVoidable:
            messages.error(request, _("This gift can’t be voided."))
        else:
            messages.success(request, _("The gift is voided and its receipt annulled."))
        return self.back()


class CorrectView(ActionView):
    """The receipt made out to the donor as recorded today, by an amendment."""

    action = "correct"
    page_title = gettext_lazy("Make out anew")  # type: ignore[assignment]
    template_name = "donations/admin/correct.html"
    header_icon = "edit"
    object: Receipt

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            corrected = receipts.correct_donor(self.object.donation, self.staff)
        except receipts.NothingToCorrect:
            text = _("There is nothing to correct: the receipt says who the donor is today.")
            messages.info(request, text)
            return self.back()
        text = _("%(number)s was issued and amends the receipt.")
        messages.success(request, text % {"number": corrected.reference})
        return redirect(reverse(self.inspect_url_name, args=[corrected.pk]))


class RestoreView(ActionView):
    """The PDF made anew that was lost or damaged."""

    action = "correct"
    page_title = gettext_lazy("Make the PDF anew")  # type: ignore[assignment]
    template_name = "donations/admin/restore.html"
    header_icon = "rotate"
    object: Model

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            documents.restore(cast(Receipt, self.object), self.staff)
        except documents.NothingFrozen:
            messages.error(request, _("What the document said was forgotten after its legal time."))
        else:
            messages.success(request, _("The PDF is whole."))
        return self.back()
