"""The donation form. Its field names are a public interface: campaign links and embeds use them."""

import re
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sosbca.core.text import format_money, parse_amount

from .amounts import OTHER, AmountGroup, amount_group, amount_name, other_name
from .identifiers import IdentifierError, parse_personal_code, parse_registration_number
from .models import Tribute
from .models.choices import Frequency, ReceiptPreference
from .models.donor import DonorKind
from .offers import DonationOffer
from .services.attempts import GiftDetails, TributeDetails

NEWSLETTER_WORDING = gettext_lazy(
    "I would like to receive news of the association by e-mail. I can stop it at any time."
)

# Messages to people who did not ask for them must lead nowhere.
LINK = r"https?:|www\."
ADDRESS_IN_WORDS = re.compile(LINK + r"|\w\.(com|net|org|info|ru|lv|eu)\b", re.IGNORECASE)
# Companies may be called like their site.
ADDRESS_IN_COMPANY = re.compile(LINK, re.IGNORECASE)
BY_TRANSFER = "transfer"


class DonationForm(forms.Form):
    """Everything that a gift needs. `offer` says what may be chosen.

    `amount` is a preset, any amount typed by hand, or "other" with the amount in `amount_other`
    (two fields, so that the choice works without JavaScript). Other frequencies have a pair of
    their own, such as `monthly_amount`; without it, `amount` is taken for them as well.
    `pay_by=transfer` is the second button: the gift is announced and sent from the donor’s bank.
    """

    frequency = forms.ChoiceField(label=gettext_lazy("How often"), required=False)
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
    employer = forms.CharField(label=gettext_lazy("Employer"), max_length=200, required=False)
    cover_fee = forms.BooleanField(required=False)
    receipts = forms.ChoiceField(
        label=gettext_lazy("Receipts"), choices=ReceiptPreference.choices, required=False
    )
    tribute_kind = forms.ChoiceField(
        label=gettext_lazy("In honour or in memory of somebody"),
        choices=Tribute.Kind.choices,
        required=False,
    )
    tribute_name = forms.CharField(
        label=gettext_lazy("Whose name the gift bears"), max_length=120, required=False
    )
    tribute_email = forms.CharField(
        label=gettext_lazy("E-mail of who should hear of it"), max_length=254, required=False
    )
    tribute_message = forms.CharField(
        label=gettext_lazy("Your words to them"), max_length=300, required=False
    )
    campaign = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
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
        for frequency in offer.frequencies:
            for name, label in (
                (amount_name(frequency), gettext_lazy("Amount")),
                (other_name(frequency), gettext_lazy("Another amount")),
            ):
                self.fields[name] = forms.CharField(label=label, required=False, max_length=20)
        amounts = [
            name(frequency) for frequency in offer.frequencies for name in (amount_name, other_name)
        ]
        # In the order in which they stand on the page, for the summary of errors.
        self.order_fields(["frequency", *amounts])
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
    def is_by_transfer(self) -> bool:
        """Whether the donor pressed the button for a bank transfer."""
        return bool(self.data.get("pay_by") == BY_TRANSFER)

    @property
    def is_caught(self) -> bool:
        """Whether a program filled in what people can't see."""
        return bool(self.data.get("website"))

    # What the template needs to show the form again as it was, checked against bad input.

    @property
    def amount_groups(self) -> Sequence[AmountGroup]:
        """The amounts of each frequency that is offered."""
        return [amount_group(self, self.offer, frequency) for frequency in self.offer.frequencies]

    @property
    def chosen_frequency(self) -> str:
        """The frequency that is ticked; the first one unless another was chosen."""
        chosen = str(self["frequency"].value() or "")
        offered = [str(frequency) for frequency in self.offer.frequencies]
        return chosen if chosen in offered else offered[0]

    @property
    def chosen_group(self) -> AmountGroup:
        return amount_group(self, self.offer, Frequency(self.chosen_frequency))

    @property
    def chosen_amount(self) -> str:
        """Of the chosen frequency: the preset in cents, "other", or nothing."""
        return self.chosen_group.chosen

    @property
    def other_amount(self) -> str:
        """What stands in the chosen frequency's field for another amount."""
        return self.chosen_group.typed

    @property
    def chosen_fund(self) -> str:
        """The fund that is ticked; the first one unless another was chosen."""
        codes = [fund.code for fund in self.offer.funds]
        chosen = str(self["fund"].value() or "")
        return chosen if chosen in codes else next(iter(codes), "")

    @property
    def chosen_receipts(self) -> str:
        return str(self["receipts"].value() or ReceiptPreference.EACH)

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
        self._clean_tribute(data)
        return data

    def _clean_amount(self, data: dict[str, Any]) -> None:
        frequency = data.get("frequency") or self.offer.frequencies[0]
        name, other = amount_name(frequency), other_name(frequency)
        chosen, typed = data.get(name) or "", data.get(other) or ""
        if name not in self.data and not typed:
            # A form elsewhere that knows only the names of a single gift.
            chosen, typed = self.data.get("amount", ""), self.data.get("amount_other", "")
        field = other
        if not typed and chosen != OTHER:
            typed, field = chosen, name
        if not typed:
            self.add_error(field, _("Choose or enter an amount."))
            return
        if field == other and self._contradicts_preset(typed, chosen, frequency):
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
        elif cents > self.offer.maximum_cents and not self.is_by_transfer:
            most = format_money(self.offer.maximum_cents, language, trim_zero_cents=True)
            message = _(
                "The largest gift by card is %(amount)s. Please give more by bank transfer."
            )
            self.add_error(field, message % {"amount": most})
        data["amount_cents"] = cents
        data["fee_cover_cents"] = 0
        if data.get("cover_fee") and self.offer.fee and not self.is_by_transfer:
            data["fee_cover_cents"] = self.offer.fee.cover_cents(cents)

    def _contradicts_preset(self, typed: str, preset: str, frequency: str) -> bool:
        """Whether another preset than the one ticked from the start was chosen beside a typed
        amount. Without JavaScript neither of them clears the other."""
        try:
            default = self.offer.defaults.get(frequency)
            return parse_amount(preset) not in {default, parse_amount(typed)}
        except ValueError:
            return False

    def _clean_tribute(self, data: dict[str, Any]) -> None:
        kind = data.get("tribute_kind")
        if not kind:
            return
        if self.is_by_transfer:
            self.add_error(
                "tribute_kind",
                _("This is possible when you pay by card or direct debit. Otherwise choose “No”."),
            )
            return
        if not data.get("tribute_name"):
            self.add_error("tribute_name", _("Enter the name of the person."))
        is_company = data.get("donor_type") == DonorKind.COMPANY
        for name, pattern in (
            ("tribute_name", ADDRESS_IN_WORDS),
            ("tribute_message", ADDRESS_IN_WORDS),
            # The message says who gave.
            ("company_name", ADDRESS_IN_COMPANY) if is_company else ("name", ADDRESS_IN_WORDS),
        ):
            if pattern.search(data.get(name) or ""):
                self.add_error(name, _("Please leave out addresses of web pages."))
        if address := data.get("tribute_email"):
            try:
                validate_email(address)
            except ValidationError:
                self.add_error(
                    "tribute_email",
                    _("Enter a whole e-mail address, such as anna@example.org."),
                )

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
        recurs = data["frequency"] != Frequency.ONCE
        return GiftDetails(
            amount_cents=data["amount_cents"] + data["fee_cover_cents"],
            fee_cover_cents=data["fee_cover_cents"],
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
            campaign_code=self.offer.campaign_code,
            receipts=data["receipts"] if recurs and data["receipts"] else ReceiptPreference.EACH,
            employer=data["employer"] if is_person else "",
            tribute=self._tribute(),
        )

    def _tribute(self) -> TributeDetails | None:
        data = self.cleaned_data
        if not data["tribute_kind"]:
            return None
        return TributeDetails(
            kind=data["tribute_kind"],
            honoree=data["tribute_name"],
            recipient_email=data["tribute_email"],
            message=data["tribute_message"],
        )
