"""Makes Django forms of the fields that staff have put together."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.forms import BaseForm, FormBuilder

# Longer than anybody writes, short enough to store.
LONGEST_TEXT = 5000
LONGEST_LINE = 250


class SiteForm(BaseForm):
    """Adds the honeypot: hidden from people, tempting for programs."""

    website = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            attributes = field.widget.attrs
            if not isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
                attributes.setdefault("class", "input")
            if isinstance(field, forms.EmailField):
                attributes.setdefault("autocomplete", "email")
            # Read with the field: its hint, and its error once there is one.
            said = [f"hint_{name}"] if field.help_text else []
            if self.is_bound and name in self.errors:
                attributes["aria-invalid"] = "true"
                said.append(f"error_{name}")
            if said:
                attributes["aria-describedby"] = " ".join(said)

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("website"))

    def answers(self) -> dict[str, Any]:
        """The cleaned answers by field, without the trap."""
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}

    def shown_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name != "website"]


class SiteFormBuilder(FormBuilder):
    """Limits how much can be typed, so that nobody fills the database."""

    def create_singleline_field(self, field: Any, options: dict[str, Any]) -> forms.CharField:
        return forms.CharField(**options, max_length=LONGEST_LINE)

    def create_multiline_field(self, field: Any, options: dict[str, Any]) -> forms.CharField:
        area = forms.Textarea(attrs={"rows": 6})
        return forms.CharField(widget=area, **options, max_length=LONGEST_TEXT)

    def create_hidden_field(self, field: Any, options: dict[str, Any]) -> forms.CharField:
        return forms.CharField(widget=forms.HiddenInput, **options, max_length=LONGEST_LINE)

    def create_url_field(self, field: Any, options: dict[str, Any]) -> forms.URLField:
        return forms.URLField(**options, max_length=LONGEST_LINE)

    def create_date_field(self, field: Any, options: dict[str, Any]) -> forms.DateField:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(widget=widget, **options)

    def create_dropdown_field(self, field: Any, options: dict[str, Any]) -> forms.ChoiceField:
        options["choices"] = [("", _("Choose …")), *self.get_formatted_field_choices(field)]
        return forms.ChoiceField(**options)

    def get_form_class(self) -> type[SiteForm]:
        return type("BuiltForm", (SiteForm,), self.formfields)
