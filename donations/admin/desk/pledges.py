"""A pledge on its own page, and what finance may do with it at the donor's wish."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from wagtail.admin import messages

from sosbca.core.fields import EuroFormField

from ...models import Pledge, PledgeWish
from ...models.choices import Frequency
from ...services import wishes
from .. import wording
from ..actions import ActionView
from ..detail_base import DetailView, Fact
from .mails import rows_of

Status = Pledge.Status


class PledgeDetail(DetailView):
    template_name = "donations/admin/pledge.html"
    related = ("donor", "fund", "campaign", "attempt")
    object: Pledge

    def get_page_subtitle(self) -> str:
        pledge = self.object
        return f"{wording.money(pledge.amount_cents)}, {pledge.donor}"

    def facts(self) -> list[Fact]:
        pledge = self.object
        return [
            Fact(
                label=_("Status"),
                value=pledge.get_status_display(),
                tone=wording.tone(pledge.status),
            ),
            Fact(label=_("Amount"), value=wording.money(pledge.amount_cents)),
            Fact(
                label=_("Of it to cover the fee"),
                value=wording.money(pledge.fee_cover_cents or None),
            ),
            Fact(label=_("Frequency"), value=pledge.get_frequency_display()),
            Fact(
                label=_("Donor"),
                value=str(pledge.donor),
                url=self.link_to(pledge.donor, "giving_donors"),
            ),
            Fact(label=_("E-mail"), value=pledge.donor.email),
            Fact(label=_("Fund"), value=pledge.fund.name()),
            Fact(label=_("Campaign"), value=pledge.campaign.name() if pledge.campaign else ""),
            Fact(label=_("Started"), value=wording.moment(pledge.started_at)),
            Fact(label=_("Next payment"), value=wording.moment(pledge.next_payment_at)),
            Fact(label=_("Paused until"), value=wording.moment(pledge.paused_until)),
            Fact(label=_("Ends"), value=wording.moment(pledge.ends_at)),
            Fact(label=pgettext("date", "Ended"), value=wording.moment(pledge.ended_at)),
            Fact(label=_("Why it ended"), value=pledge.get_end_reason_display()),
            Fact(label=_("Donor’s words"), value=pledge.end_comment),
            Fact(
                label=_("Payment method"),
                value=f"{wording.method(pledge)} {pledge.method_ending}".strip(),
            ),
            Fact(label=_("Card valid until"), value=wording.day(pledge.card_expires_on)),
            Fact(label=_("Language"), value=pledge.get_language_display()),
            Fact(label=_("Receipts"), value=pledge.get_receipts_display()),
            Fact(label=_("Employer"), value=pledge.employer),
            Fact(label=_("Real money"), value=_("Yes") if pledge.is_live else _("No, a test")),
            Fact(label=_("Subscription"), value=pledge.subscription_reference, is_code=True),
            Fact(label=_("Customer"), value=pledge.customer_reference, is_code=True),
            Fact(
                label=_("Checkout attempt"),
                value=_("Form sent %(when)s") % {"when": wording.moment(pledge.attempt.created_at)}
                if pledge.attempt
                else "",
                url=self.link_to(pledge.attempt, "giving_attempts"),
            ),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pledge = self.object
        instalments = pledge.instalments.select_related("donation")
        return super().get_context_data(**kwargs) | {
            "buttons": self.buttons(),
            "instalments": [
                (
                    instalment,
                    wording.moment(instalment.due_at),
                    wording.money(instalment.amount_cents),
                    wording.tone(instalment.status),
                    wording.moment(instalment.next_try_at),
                    self.link_to(instalment.donation, "giving_donations"),
                )
                for instalment in instalments[:120]
            ],
            "wishes": [
                (
                    wish,
                    wording.moment(wish.created_at),
                    wording.money(wish.amount_cents),
                    wording.moment(wish.moment),
                    str(wish.by) if wish.by else _("Donor"),
                    wording.tone(wish.status),
                )
                for wish in pledge.wishes.select_related("by").order_by("-created_at")[:50]
            ],
            "mails": rows_of(pledge.mails.all()[:50]),
        }

    def history_subjects(self) -> list[Any]:
        attempt = [self.object.attempt] if self.object.attempt else []
        return [*attempt, self.object]

    def buttons(self) -> list[tuple[str, str | Promise]]:
        """What may be done now, as addresses with their words."""
        pledge = self.object
        if not self.may(Pledge, "manage") or not pledge.is_running:
            return []
        names: list[tuple[str, str | Promise]] = [("change", _("Change amount…"))]
        if pledge.status in {Status.PAUSED, Status.ENDING}:
            names.append(("resume", _("Go on…")))
        else:
            names.append(("pause", _("Pause…")))
        names.append(("cancel", _("End…")))
        return [
            (reverse(f"giving_pledges:{name}", args=[pledge.pk]), words) for name, words in names
        ]


class WishForm(forms.Form):
    """`request_id` makes sending the form twice one wish."""

    request_id = forms.UUIDField(widget=forms.HiddenInput)


class TermsForm(WishForm):
    amount_cents = EuroFormField(
        label=gettext_lazy("Amount in euro"),
        help_text=gettext_lazy("From the next payment on."),
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("Frequency"),
        choices=[choice for choice in Frequency.choices if choice[0] != Frequency.ONCE],
    )

    def clean_amount_cents(self) -> int:
        amount: int = self.cleaned_data["amount_cents"]
        if amount < 100:
            raise ValidationError(_("Enter at least 1 €."), code="too_small")
        return amount


def _months() -> list[tuple[int, str]]:
    return [
        (count, ngettext("%(count)s month", "%(count)s months", count) % {"count": count})
        for count in wishes.PAUSE_MONTHS
    ]


class PauseForm(WishForm):
    months = forms.TypedChoiceField(
        label=gettext_lazy("For how long"),
        choices=_months,
        coerce=int,
        initial=1,
        help_text=gettext_lazy(
            "Counted from the next payment on. A monthly gift leaves out as many payments; the "
            "payment of a yearly one is put off."
        ),
    )


class CancelForm(WishForm):
    comment = forms.CharField(
        label=gettext_lazy("The donor’s words"),
        help_text=gettext_lazy("Why the donor ends it, if they said so."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WishView(ActionView):
    """Asks, records the wish, and tells what came of it."""

    action = "manage"
    template_name = "donations/admin/wish.html"
    header_icon = "calendar-alt"
    form_class: type[WishForm] = WishForm
    question: str | Promise = ""
    explanation: str | Promise = ""
    button: str | Promise = ""
    is_serious = False
    object: Pledge

    def get_page_subtitle(self) -> str:
        return f"{wording.money(self.object.amount_cents)}, {self.object.donor}"

    def get_initial(self) -> dict[str, Any]:
        return {"request_id": uuid.uuid4()}

    def wish(self, data: dict[str, Any]) -> PledgeWish:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.object.is_running:
            return self.refuse()
        form = self.form_class(initial=self.get_initial())
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            wish = self.wish(form.cleaned_data)
        except wishes.NotPossible:
            return self.refuse()
        if wish.status == PledgeWish.Status.DONE:
            messages.success(request, _("Done. The donor is told by e-mail."))
        elif wish.status == PledgeWish.Status.WAITING:
            text = _(
                "The payment company can’t be reached. The wish is recorded and carried out as "
                "soon as the company answers."
            )
            messages.warning(request, text)
        else:
            text = _("The payment company refused it: %(reason)s")
            messages.error(request, text % {"reason": wish.last_error or wording.NOTHING})
        return self.back()

    def refuse(self) -> HttpResponse:
        messages.error(self.request, _("This recurring gift has ended; nothing can be changed."))
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "question": self.question,
            "explanation": self.explanation,
            "button": self.button,
            "is_serious": self.is_serious,
        }


class ChangeView(WishView):
    page_title = gettext_lazy("Change amount")  # type: ignore[assignment]
    form_class = TermsForm
    question = gettext_lazy("Change amount or frequency?")
    explanation = gettext_lazy(
        "Do this only at the donor’s wish. It holds from the next payment on."
    )
    button = gettext_lazy("Change")

    def get_initial(self) -> dict[str, Any]:
        pledge = self.object
        terms = {"amount_cents": pledge.amount_cents, "frequency": pledge.frequency}
        return super().get_initial() | terms

    def wish(self, data: dict[str, Any]) -> PledgeWish:
        same = data["amount_cents"] == self.object.amount_cents
        terms = wishes.Terms(
            amount_cents=data["amount_cents"],
            frequency=data["frequency"],
            # The part for the fee belongs to the amount that the donor chose it for.
            fee_cover_cents=self.object.fee_cover_cents if same else 0,
        )
        return wishes.change_terms(self.object, terms, data["request_id"], self.staff)


class PauseView(WishView):
    page_title = gettext_lazy("Pause")  # type: ignore[assignment]
    form_class = PauseForm
    question = gettext_lazy("Pause this recurring gift?")
    explanation = gettext_lazy(
        "Nothing is collected until the pause ends; then it goes on by itself."
    )
    button = gettext_lazy("Pause")

    def wish(self, data: dict[str, Any]) -> PledgeWish:
        until = wishes.pause_end(self.object, data["months"])
        return wishes.pause(self.object, until, data["request_id"], self.staff)


class ResumeView(WishView):
    page_title = gettext_lazy("Go on")  # type: ignore[assignment]
    question = gettext_lazy("Go on with this recurring gift?")
    explanation = gettext_lazy("The pause, or the planned end, is taken back.")
    button = gettext_lazy("Go on")

    def wish(self, data: dict[str, Any]) -> PledgeWish:
        return wishes.resume(self.object, data["request_id"], self.staff)


class CancelView(WishView):
    page_title = gettext_lazy("End")  # type: ignore[assignment]
    form_class = CancelForm
    question = gettext_lazy("End this recurring gift now?")
    explanation = gettext_lazy("Nothing is collected any more. This can’t be undone.")
    button = gettext_lazy("End now")
    is_serious = True

    def wish(self, data: dict[str, Any]) -> PledgeWish:
        return wishes.cancel(self.object, data["request_id"], data["comment"], self.staff)
