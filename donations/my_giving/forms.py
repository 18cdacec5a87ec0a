"""The forms of the donor's own page. Each carries a name, so that sending it twice is one wish."""

import json
import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy

from sosbca.core.templatetags.site_tags import long_date
from sosbca.core.text import AmountError, format_money, parse_amount, typed_amount

from ..dates import moment_of, months_later
from ..forms import NEWSLETTER_WORDING
from ..models import Donor, Fund, Pledge, PledgeWish
from ..models.choices import Frequency, Language, ReceiptPreference
from ..models.donor import DonorKind
from ..offers import MAXIMUM_CENTS, MINIMUM_CENTS
from ..services.access import normalised
from ..services.donors import Details
from ..services.wishes import NOTICE, PAUSE_MONTHS, Terms, pause_end
from ..templatetags.own_page_tags import day_in

# Widgets that look like a field; the others are ticks and choices.
TYPED = (forms.TextInput, forms.EmailInput, forms.Textarea, forms.Select)
# The days that every month has.
DAYS = range(1, 29)
# States in which the day of payment may be moved: nothing is overdue, and collecting goes on.
MOVABLE = frozenset({Pledge.Status.ACTIVE})

EMAIL_ERRORS = {
    "required": gettext_lazy("Enter the e-mail address to which your receipts come."),
    "invalid": gettext_lazy("Enter a whole e-mail address, such as anna@example.org."),
}


class OwnForm(forms.Form):
    """Says of each field what belongs to it: its hint, and its error once there is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finish()

    def finish(self) -> None:
        for name, field in self.fields.items():
            attributes = field.widget.attrs
            if isinstance(field.widget, TYPED):
                attributes.setdefault("class", "input")
            said = [f"hint_{name}"] if field.help_text else []
            if self.is_bound and name in self.errors:
                attributes["aria-invalid"] = "true"
                said.append(f"error_{name}")
            if said and not isinstance(field.widget, forms.RadioSelect):
                attributes["aria-describedby"] = " ".join(said)

    def shown_fields(self) -> list[forms.BoundField]:
        return self.visible_fields()


class EmailForm(OwnForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("The one to which your receipts come."),
        error_messages=EMAIL_ERRORS,
    )


class WishForm(OwnForm):
    """What is wished about a pledge."""

    request_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, pledge: Pledge, *args: Any, **kwargs: Any) -> None:
        self.pledge = pledge
        kwargs["initial"] = {"request_id": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def wish_id(self, action: str) -> uuid.UUID:
        """The wish's own name, made of the form's and of what was filled in: sent twice it is one
        wish, changed and sent again from the browser's memory it is another."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "request_id"}
        named = json.dumps([action, data], sort_keys=True, default=str)
        form = self.cleaned_data.get("request_id") or uuid.uuid4()
        name = uuid.uuid5(form, f"{self.pledge.public_id} {named}")
        known = PledgeWish.objects.filter(pk=name).first()
        if known is None:
            return name
        later = self.pledge.wishes.filter(created_at__gt=known.created_at).last()
        # Wished once more after something else was wished meanwhile.
        return uuid.uuid5(name, str(later.pk)) if later else name


class TermsForm(WishForm):
    amount = forms.CharField(
        label=gettext_lazy("Amount in euro"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input short"}
        ),
        error_messages={"required": gettext_lazy("Enter an amount.")},
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=[choice for choice in Frequency.choices if choice[0] != Frequency.ONCE],
        widget=forms.RadioSelect,
    )
    day = forms.TypedChoiceField(
        label=gettext_lazy("Day of the month"),
        required=False,
        coerce=int,
        empty_value=None,
    )

    def __init__(self, pledge: Pledge, *args: Any, **kwargs: Any) -> None:
        initial = {
            "amount": typed_amount(pledge.amount_cents),
            "frequency": pledge.frequency,
            "day": "",
        }
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(pledge, *args, **kwargs)

    def finish(self) -> None:
        field: Any = self.fields["day"]
        if self.pledge.status not in MOVABLE or self.pledge.next_payment_at is None:
            del self.fields["day"]
        else:
            due = long_date(self.pledge.next_payment_at)
            field.help_text = gettext("The next payment is due on: %(day)s.") % {"day": due}
            days = [(str(day), long_date(self._next_on(day))) for day in DAYS]
            field.choices = [("", gettext("leave it so")), *days]
        super().finish()

    def _next_on(self, day: int) -> date:
        """The next payment if its day is this: in the month in which it is due now, or the first
        one after that which leaves enough notice."""
        first = timezone.localdate() + NOTICE
        due = timezone.localdate(self.pledge.next_payment_at)
        chosen = due.replace(day=day)
        while chosen < first:
            chosen = months_later(chosen, 1)
        return chosen

    def clean_amount(self) -> str:
        typed: str = self.cleaned_data["amount"]
        language = get_language() or "lv"
        try:
            self.amount_cents = parse_amount(typed)
        except AmountError as error:
            raise forms.ValidationError(
                gettext("Enter an amount in euro, such as 25 or 25.50.")
            ) from error
        if self.amount_cents < MINIMUM_CENTS:
            least = format_money(MINIMUM_CENTS, language, trim_zero_cents=True)
            raise forms.ValidationError(
                gettext("The smallest gift is %(amount)s.") % {"amount": least}
            )
        if self.amount_cents > MAXIMUM_CENTS:
            most = format_money(MAXIMUM_CENTS, language, trim_zero_cents=True)
            raise forms.ValidationError(
                gettext(
                    "The largest gift by card is %(amount)s. Please give more by bank transfer."
                )
                % {"amount": most}
            )
        return typed

    def terms(self) -> Terms:
        moment = None
        if day := self.cleaned_data.get("day"):
            chosen = self._next_on(day)
            if chosen != timezone.localdate(self.pledge.next_payment_at):
                moment = moment_of(chosen)
        same_amount = self.amount_cents == self.pledge.amount_cents
        return Terms(
            amount_cents=self.amount_cents,
            frequency=self.cleaned_data["frequency"],
            # A new amount is what the donor wants to give; no part of it was set apart.
            fee_cover_cents=self.pledge.fee_cover_cents if same_amount else 0,
            next_payment_at=moment,
        )

    @property
    def changes_anything(self) -> bool:
        terms, pledge = self.terms(), self.pledge
        return terms.next_payment_at is not None or (terms.amount_cents, terms.frequency) != (
            pledge.amount_cents,
            pledge.frequency,
        )


class PurposeForm(OwnForm):
    fund = forms.ModelChoiceField(
        label=gettext_lazy("What your gift is for"),
        queryset=Fund.objects.none(),
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the purposes.")},
    )
    receipts = forms.ChoiceField(
        label=gettext_lazy("Receipts"), choices=ReceiptPreference.choices, widget=forms.RadioSelect
    )

    def __init__(self, pledge: Pledge, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"fund": pledge.fund.code, "receipts": pledge.receipts}
        self.pledge = pledge
        super().__init__(*args, **kwargs)

    def finish(self) -> None:
        field: Any = self.fields["fund"]
        field.queryset = Fund.objects.filter(is_open=True) | Fund.objects.filter(
            pk=self.pledge.fund_id
        )
        field.label_from_instance = lambda fund: fund.name()
        super().finish()


class PauseForm(WishForm):
    months = forms.TypedChoiceField(
        label=gettext_lazy("How long"),
        coerce=int,
        choices=[(str(months), str(months)) for months in PAUSE_MONTHS],
        widget=forms.RadioSelect,
        initial="1",
        error_messages={
            "required": gettext_lazy("Choose how long."),
            "invalid_choice": gettext_lazy("Choose from one to six months."),
        },
    )

    def finish(self) -> None:
        field: Any = self.fields["months"]
        field.choices = [(str(months), self._words(months)) for months in PAUSE_MONTHS]
        if self.pledge.frequency == Frequency.YEARLY and self.pledge.next_payment_at:
            due = day_in(self.pledge.next_payment_at, "locative")
            field.help_text = gettext(
                "The payment that is due on %(day)s is put off: it is collected when the pause "
                "is over."
            ) % {"day": due}
        super().finish()

    def _words(self, months: int) -> str:
        day = day_in(pause_end(self.pledge, months), "dative")
        return gettext("until %(day)s") % {"day": day}


class EndForm(WishForm):
    comment = forms.CharField(
        label=gettext_lazy("What made you decide so?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It helps us to learn; we will not try to change your mind."),
    )


class DetailsForm(OwnForm):
    name = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Enter a name: it stands on the receipts.")},
    )
    contact_name = forms.CharField(
        label=gettext_lazy("Contact person"), max_length=200, required=False
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy(
            "To another address we send a link first. It counts when you have opened the link."
        ),
        error_messages=EMAIL_ERRORS,
    )
    postal_address = forms.CharField(
        label=gettext_lazy("Postal address"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        help_text=gettext_lazy("Only if you would like to get letters from us."),
    )

    def __init__(self, donor: Donor, *args: Any, **kwargs: Any) -> None:
        self.donor = donor
        names = ("email", "name", "contact_name", "postal_address")
        kwargs["initial"] = {name: getattr(donor, name) for name in names}
        super().__init__(*args, **kwargs)

    def finish(self) -> None:
        if self.donor.kind == DonorKind.COMPANY:
            self.fields["name"].label = gettext("Company name")
        else:
            self.fields["name"].label = gettext("Name and surname")
            self.fields.pop("contact_name", None)
        super().finish()

    def details(self) -> Details:
        return Details(
            **{name: value for name, value in self.cleaned_data.items() if name != "email"}
        )

    def new_address(self) -> str:
        """Another e-mail address than until now; empty for the same one."""
        typed = normalised(self.cleaned_data["email"])
        return "" if typed == normalised(self.donor.email) else typed


class LanguageForm(OwnForm):
    language = forms.ChoiceField(
        label=gettext_lazy("Language of our messages and your receipts"),
        choices=Language.choices,
        widget=forms.RadioSelect,
    )


class ConsentForm(OwnForm):
    newsletter = forms.BooleanField(label=NEWSLETTER_WORDING, required=False)


class EraseForm(OwnForm):
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, erase my data. I know that this can’t be undone."),
        error_messages={"required": gettext_lazy("Please tick that you are sure.")},
    )
