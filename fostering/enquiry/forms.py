"""The questions, each a form and a page of its own.

Only what the first call needs is asked: never a date of birth, origin, belief, health or
convictions (Regulation (EU) 2016/679, Articles 9 and 10).
"""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from donations.my_giving.forms import OwnForm
from sosbca.core.municipalities import MUNICIPALITIES

from ..models import SupportCentre
from ..models.choices import (
    AgeBand,
    ContactMethod,
    ContactTime,
    HouseholdSize,
    Interest,
    Way,
)
from ..models.support_centre import suggested_centre

# A new meaning needs a new `services.enquiries.CONSENT_VERSION`.
CONSENT = gettext_lazy(
    "I agree that the association keeps these answers and contacts me about helping a child. "
    "I can withdraw my consent at any time; then the answers are erased."
)
# Raw texts of a draft are cut here: longer than any field takes.
LONGEST = 2000


class QuestionForm(OwnForm):
    """One page. `answers` are those to all questions so far, as the draft keeps them."""

    def __init__(self, *args: Any, answers: Mapping[str, Any], **kwargs: Any) -> None:
        self.answers = answers
        kwargs["initial"] = dict(kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def raw(self) -> dict[str, Any]:
        """What was typed and chosen, right or wrong, to be kept in the draft: nothing is lost, and
        everything is checked again before it is sent."""
        found: dict[str, Any] = {}
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if isinstance(value, list):
                found[name] = [str(each)[:LONGEST] for each in value]
            else:
                found[name] = str(value or "").strip()[:LONGEST]
        return found


class WayForm(QuestionForm):
    way = forms.ChoiceField(
        label=gettext_lazy("How would you like to help?"),
        help_text=gettext_lazy("You can change your mind later: this is where we begin to talk."),
        choices=Way.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a way of helping, or “I do not know yet”."),
            "invalid_choice": gettext_lazy("Choose a way of helping, or “I do not know yet”."),
        },
    )


class MunicipalityForm(QuestionForm):
    municipality = forms.ChoiceField(
        label=gettext_lazy("In which municipality do you live?"),
        help_text=gettext_lazy("We do not ask for your address."),
        error_messages={
            "required": gettext_lazy("Choose the municipality in which you live."),
            "invalid_choice": gettext_lazy("Choose the municipality in which you live."),
        },
    )

    def finish(self) -> None:
        places = sorted((place.name(), code) for code, place in MUNICIPALITIES.items())
        field: Any = self.fields["municipality"]
        field.choices = [("", gettext("Choose")), *((code, name) for name, code in places)]
        field.widget.attrs["autocomplete"] = "off"
        super().finish()


class CentreForm(QuestionForm):
    centre = forms.ModelChoiceField(
        label=gettext_lazy("Which support centre should contact you?"),
        help_text=gettext_lazy("We have chosen the nearest one. You are free to choose another."),
        queryset=SupportCentre.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose a support centre."),
            "invalid_choice": gettext_lazy("Choose a support centre."),
        },
    )

    def finish(self) -> None:
        field: Any = self.fields["centre"]
        field.queryset = SupportCentre.objects.filter(is_open=True)
        if not self.is_bound and not self.initial.get("centre"):
            nearest = suggested_centre(str(self.answers.get("municipality", "")))
            self.initial["centre"] = nearest.pk if nearest else None
        super().finish()


class AgeForm(QuestionForm):
    age_band = forms.ChoiceField(
        label=gettext_lazy("How old are you?"),
        help_text=gettext_lazy(
            "Foster parents are between 25 and 60 as a rule; there are exceptions."
        ),
        choices=AgeBand.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose your age."),
            "invalid_choice": gettext_lazy("Choose your age."),
        },
    )


class HouseholdForm(QuestionForm):
    household_size = forms.ChoiceField(
        label=gettext_lazy("How many of you live together?"),
        help_text=gettext_lazy("Count yourself and the children too."),
        choices=HouseholdSize.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how many of you live together."),
            "invalid_choice": gettext_lazy("Choose how many of you live together."),
        },
    )


class ReachForm(QuestionForm):
    name = forms.CharField(
        label=gettext_lazy("First and last name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write your name.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("We send a confirmation here. Phone or e-mail: one is enough."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": gettext_lazy("Enter a whole e-mail address, such as anna@example.org.")
        },
    )

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        digits = re.sub(r"\D", "", phone)
        # E.164 allows 15 digits; a Latvian number has 8.
        if phone and (not re.fullmatch(r"\+?[\d\s()./-]+", phone) or not 8 <= len(digits) <= 17):
            raise forms.ValidationError(
                gettext("Enter a whole phone number, such as 2123 4567 or +371 2123 4567.")
            )
        return phone

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"phone", "email"} & self.errors.keys() and not (
            data.get("phone") or data.get("email")
        ):
            self.add_error("phone", gettext("Write a phone number or an e-mail address."))
        return data


class ContactForm(QuestionForm):
    contact_method = forms.ChoiceField(
        label=gettext_lazy("How shall we contact you?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how we shall contact you."),
            "invalid_choice": gettext_lazy("Choose how we shall contact you."),
        },
    )
    contact_times = forms.MultipleChoiceField(
        label=gettext_lazy("When does a call suit you?"),
        help_text=gettext_lazy("Choose as many as you like."),
        choices=ContactTime.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def finish(self) -> None:
        """Only what the person can be reached by."""
        field: Any = self.fields["contact_method"]
        field.choices = [
            choice for choice in ContactMethod.choices if self.answers.get(str(choice[0]))
        ]
        if not self.is_bound and not self.initial.get("contact_method") and field.choices:
            self.initial["contact_method"] = field.choices[0][0]
        if not self.answers.get("phone"):
            del self.fields["contact_times"]
        super().finish()


class MoreForm(QuestionForm):
    interests = forms.MultipleChoiceField(
        label=gettext_lazy("Would you also like to …"),
        choices=Interest.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    message = forms.CharField(
        label=gettext_lazy("What would you like to ask or tell us?"),
        help_text=gettext_lazy(
            "Please write nothing about anybody’s health, and nothing about convictions, "
            "neither yours nor others’. We speak of that in person, if at all."
        ),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class LaterForm(OwnForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Enter the e-mail address to which the link shall go."),
            "invalid": gettext_lazy("Enter a whole e-mail address, such as anna@example.org."),
        },
    )


class SendForm(OwnForm):
    """Below the answers, when everything has been answered."""

    consent = forms.BooleanField(
        label=CONSENT,
        error_messages={
            "required": gettext_lazy("We may keep your answers only with your consent.")
        },
    )
    # The version of the answers in view.
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    # Hidden from people, tempting for programs.
    website = forms.CharField(required=False, max_length=200)

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("website"))

    def shown_fields(self) -> list[forms.BoundField]:
        return [self["consent"]]
