"""The donation form. Its field names are a public interface: campaign links and embeds use them."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sosbca.core.text import format_money, parse_amount, typed_amount

from .identifiers import IdentifierError, parse_personal_code, parse_registration_number
from .models import CheckoutAttempt
from .models.donation import Frequency
from .models.donor import DonorKind
from .offers import DonationOffer
from .services.attempts import GiftDetails

OTHER = "other"
PREFILLED = (
    "frequency",
    "amount",
    "fund",
    "donor_type",
    "name",
    "company_name",
    "registration_number",
    "email",
    "message",
)
NEWSLETTER_WORDING = gettext_lazy(
    "I would like to receive news of the association by e-mail. I can stop it at any time."
)


class DonationForm(forms.Form):
    """Everything that a gift needs. `offer` says what may be chosen.

    `amount` is a preset, any amount typed by hand, or "other" with the amount in `amount_other`
    (two fields, so that the choice works without JavaScript).
    """

    frequency = forms.ChoiceField(label=gettext_lazy("How often"), required=False)
    amount = forms.CharField(label=gettext_lazy("Amount"), required=False, max_length=20)
    amount_other = forms.CharField(
        label=gettext_lazy("Another amount"), required=False, max_length=20
    )
    fund = forms.ChoiceField(label=gettext_lazy("What your gift is for"), required=False)
    donor_type = forms.ChoiceField(
        label=gettext_lazy("Who is giving"), choices=DonorKind.choices, required=False
    )
    name = forms.CharField(label=gettext_lazy("Name and surname"), max_length=200, required=False)
    company_name = forms.CharField(
        label=gettext_lazy("Company name"), max_length=200, required=False
    )
    registration_number = forms.CharField(
        label=gettext_lazy("Registration number"), max_length=20, required=False
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Enter your e-mail address: we send the receipt there."),
            "invalid": gettext_lazy("Enter a whole e-mail address, such as anna@example.org."),
        },
    )
    wants_tax_receipt = forms.BooleanField(
        label=gettext_lazy("I want to claim tax relief for this gift"), required=False
    )
    personal_code = forms.CharField(
        label=gettext_lazy("Personal code"), max_length=20, required=False
    )
    newsletter = forms.BooleanField(label=NEWSLETTER_WORDING, required=False)
    message = forms.CharField(
        label=gettext_lazy("Message to us"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # The honeypot: hidden from people, tempting for programs.
    website = forms.CharField(required=False, max_length=200)
    resume = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    # The personal code that the donor was asked to look at again, and sent a second time.
    confirmed_code = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    code_to_confirm = ""

    def __init__(self, offer: DonationOffer, *args: Any, **kwargs: Any) -> None:
        self.offer = offer
        super().__init__(*args, **kwargs)
        self._field("frequency").choices = [
            (frequency.value, frequency.label) for frequency in offer.frequencies
        ]
        self._field("fund").choices = [(fund.code, fund.name()) for fund in offer.funds]
        self.fields["fund"].error_messages["invalid_choice"] = _("Choose one of the purposes.")
        self.fields["frequency"].error_messages["invalid_choice"] = _(
            "This is not offered. Choose one of the options."
        )

    def _field(self, name: str) -> forms.ChoiceField:
        return cast(forms.ChoiceField, self.fields[name])

    @property
    def is_caught(self) -> bool:
        """Whether a program filled in what people can't see."""
        return bool(self.data.get("website"))

    # What the template needs to show the form again as it was, checked against bad input.

    @property
    def chosen_amount(self) -> str:
        """The preset in cents, "other", or nothing."""
        amount = str(self["amount"].value() or "")
        if self["amount_other"].value() or amount == OTHER:
            return OTHER
        try:
            cents = parse_amount(amount)
        except ValueError:
            return OTHER if amount else ""
        known = {preset.amount_cents for preset in self.offer.presets.get(Frequency.ONCE, ())}
        return str(cents) if cents in known else OTHER

    @property
    def other_amount(self) -> str:
        """What stands in the field for another amount."""
        typed = str(self["amount_other"].value() or "")
        if typed or self.chosen_amount != OTHER:
            return typed
        amount = str(self["amount"].value() or "")
        return "" if amount == OTHER else amount

    @property
    def other_is_chosen(self) -> bool:
        return self.chosen_amount == OTHER

    @property
    def chosen_fund(self) -> str:
        """The fund that is ticked; the first one unless another was chosen."""
        codes = [fund.code for fund in self.offer.funds]
        chosen = str(self["fund"].value() or "")
        return chosen if chosen in codes else next(iter(codes), "")

    def clean_frequency(self) -> str:
        return self.cleaned_data["frequency"] or self.offer.frequencies[0]

    def clean_fund(self) -> str:
        if not self.offer.funds:
            raise forms.ValidationError(_("Gifts can’t be taken at the moment."))
        return self.cleaned_data["fund"] or self.offer.funds[0].code

    def clean_donor_type(self) -> str:
        return self.cleaned_data["donor_type"] or DonorKind.PERSON

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._clean_amount(data)
        if data.get("donor_type") == DonorKind.COMPANY:
            self._clean_company(data)
        else:
            self._clean_person(data)
        return data

    def _clean_amount(self, data: dict[str, Any]) -> None:
        typed = data.get("amount_other") or ""
        field = "amount_other"
        if not typed and data.get("amount") != OTHER:
            typed, field = data.get("amount") or "", "amount"
        if not typed:
            self.add_error(field, _("Choose or enter an amount."))
            return
        if field == "amount_other" and self._contradicts_preset(typed):
            self.add_error(
                field, _("You chose one amount and typed another. Please keep one of them.")
            )
            return
        try:
            cents = parse_amount(typed)
        except ValueError:
            self.add_error(field, _("Enter an amount in euro, such as 25 or 25.50."))
            return
        language = get_language() or "lv"
        if cents < self.offer.minimum_cents:
            least = format_money(self.offer.minimum_cents, language, trim_zero_cents=True)
            self.add_error(field, _("The smallest gift is %(amount)s.") % {"amount": least})
        elif cents > self.offer.maximum_cents:
            most = format_money(self.offer.maximum_cents, language, trim_zero_cents=True)
            message = _(
                "The largest gift by card is %(amount)s. Please give more by bank transfer."
            )
            self.add_error(field, message % {"amount": most})
        data["amount_cents"] = cents

    def _contradicts_preset(self, typed: str) -> bool:
        """Whether another preset than the one ticked from the start was chosen beside a typed
        amount. Without JavaScript neither of them clears the other."""
        try:
            chosen = parse_amount(self.cleaned_data.get("amount") or "")
            return chosen not in {self.offer.default_cents, parse_amount(typed)}
        except ValueError:
            return False

    def _clean_person(self, data: dict[str, Any]) -> None:
        if not data.get("name"):
            self.add_error("name", _("Enter your name and surname."))
        code = data.get("personal_code") or ""
        data["personal_code"] = ""
        if not data.get("wants_tax_receipt"):
            return
        if not code:
            self.add_error(
                "personal_code",
                _("Enter your personal code, or take the tick from the tax relief."),
            )
            return
        try:
            parsed = parse_personal_code(code)
        except IdentifierError:
            self.add_error(
                "personal_code",
                _("This is not a personal code. Enter it as 010190-12345 or 32XXXX-XXXXX."),
            )
            return
        data["personal_code"] = parsed.value
        if parsed.warnings and data.get("confirmed_code") != parsed.value:
            # Some real codes carry a wrong check digit, so the donor has the last word.
            self.code_to_confirm = parsed.value
            self.add_error(
                "personal_code",
                _("Please look at this code once more. If it is right, send the form again."),
            )

    def _clean_company(self, data: dict[str, Any]) -> None:
        data["personal_code"] = ""
        if not data.get("company_name"):
            self.add_error("company_name", _("Enter the company’s name."))
        number = data.get("registration_number") or ""
        if not number:
            self.add_error("registration_number", _("Enter the company’s registration number."))
            return
        try:
            data["registration_number"] = parse_registration_number(number).value
        except IdentifierError:
            self.add_error(
                "registration_number",
                _("This is not a registration number: it has 11 digits, such as 40003032949."),
            )

    def details(self, language: str) -> GiftDetails:
        """The valid form as what the services take."""
        data = self.cleaned_data
        is_person = data["donor_type"] == DonorKind.PERSON
        return GiftDetails(
            amount_cents=data["amount_cents"],
            frequency=data["frequency"],
            fund_code=data["fund"],
            language=language,
            donor_kind=data["donor_type"],
            name=data["name"] if is_person else data["company_name"],
            contact_name="" if is_person else data["name"],
            email=data["email"],
            registration_number="" if is_person else data["registration_number"],
            personal_code=data["personal_code"],
            wants_tax_receipt=data["wants_tax_receipt"],
            newsletter_wording=str(NEWSLETTER_WORDING) if data["newsletter"] else "",
            message=data["message"],
            form_path=self.offer.form_path,
        )


def prefill_from_link(offer: DonationOffer, query: QueryDict) -> dict[str, Any]:
    """Initial values from a campaign link's parameters; what can't be used is left out."""
    initial: dict[str, Any] = {
        "donor_type": DonorKind.PERSON,
        "frequency": offer.frequencies[0],
        "fund": next((fund.code for fund in offer.funds), ""),
    }
    default = typed_amount(offer.default_cents) if offer.default_cents else ""
    initial["amount"] = default
    allowed = {
        "frequency": {str(frequency) for frequency in offer.frequencies},
        "fund": {fund.code for fund in offer.funds},
        "donor_type": set(DonorKind.values),
    }
    for name in PREFILLED:
        value = query.get(name, "").strip()[:500]
        if value and value in allowed.get(name, {value}):
            initial[name] = value
    if other := query.get("amount_other", "").strip():
        # The form block on other pages sends its choice like the form itself.
        initial["amount"] = other[:20]
    try:
        parse_amount(initial.get("amount", ""))
    except ValueError:
        initial["amount"] = default
    return initial


def prefill_from_attempt(attempt: CheckoutAttempt) -> dict[str, Any]:
    """The form as the donor left it. The personal code is asked again: it leaves no database
    for a web page."""
    donor = attempt.donor
    is_person = donor.kind == DonorKind.PERSON
    return {
        "frequency": attempt.frequency,
        "amount": typed_amount(attempt.amount_cents),
        "fund": attempt.fund.code,
        "donor_type": donor.kind,
        "name": donor.name if is_person else donor.contact_name,
        "company_name": "" if is_person else donor.name,
        "registration_number": donor.registration_number,
        "email": donor.email,
        "wants_tax_receipt": attempt.wants_tax_receipt,
        "message": attempt.message,
    }
