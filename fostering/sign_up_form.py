"""The form below an event."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .services.sign_ups import Details

# Widgets that look like a field; the others are ticks and choices.
TYPED = (forms.TextInput, forms.EmailInput)
ONE_PLACE = _("This event has a place for one person.")


class SignUpForm(forms.Form):
    """Asks for what is needed to keep a place, and no more."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name, so that we know whom to expect.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We send the confirmation and a reminder here."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your e-mail address, so that we can confirm the place."),
            "invalid": _("Write the e-mail address in full, such as anna@example.org."),
        },
    )
    persons = forms.TypedChoiceField(
        label=_("How many of you will come?"),
        coerce=int,
        initial=1,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how many of you will come."),
            "invalid_choice": ONE_PLACE,
        },
    )
    consent = forms.BooleanField(
        label=_(
            "I agree that the association stores my name and e-mail address to organise this event."
        ),
        error_messages={"required": _("Without your consent we can’t keep a place for you.")},
    )
    # Hidden from people, tempting for programs.
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, places: int | None = None, **kwargs: Any) -> None:
        """`places` is how many the event has in all, None for no limit: nobody is asked to wait for
        more."""
        # Ids of their own: other forms may stand on the same page.
        kwargs.setdefault("auto_id", "sign_up_%s")
        super().__init__(*args, **kwargs)
        choices = [
            (
                number,
                ngettext("%(number)d person", "%(number)d persons", number) % {"number": number},
            )
            for number in (1, 2)
            if places is None or number <= places
        ]
        persons = self.fields["persons"]
        persons.choices = choices  # type: ignore[attr-defined]
        if places == 1:
            persons.help_text = ONE_PLACE
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

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("website"))

    def shown_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name != "website"]

    def details(self, language: str) -> Details:
        data = self.cleaned_data
        return Details(
            name=data["name"], email=data["email"], persons=data["persons"], language=language
        )
