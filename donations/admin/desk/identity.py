"""A donor's details put right at the donor's wish.

The donor's own page leaves to staff what decides who may open it, and what the tax authority is
told.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ...models import Donor
from ...models.donor import DonorKind
from ...services import donors
from ..actions import ActionView
from .gifts import clean_personal_code, clean_registration_number


class IdentityForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Donor’s name"), max_length=200)
    contact_name = forms.CharField(
        label=gettext_lazy("Contact person"), max_length=200, required=False
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy(
            "Whoever reads its mailbox sees the donor’s gifts. Be sure who asks for the change."
        ),
        required=False,
    )
    personal_code = forms.CharField(
        label=gettext_lazy("Personal code"), max_length=20, required=False
    )
    registration_number = forms.CharField(
        label=gettext_lazy("Registration number"), max_length=20, required=False
    )
    postal_address = forms.CharField(
        label=gettext_lazy("Postal address"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    clean_personal_code = clean_personal_code
    clean_registration_number = clean_registration_number

    def __init__(self, donor: Donor, *args: Any, **kwargs: Any) -> None:
        self.donor = donor
        kwargs["initial"] = {name: getattr(donor, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        of_others = (
            ["personal_code"]
            if donor.kind == DonorKind.COMPANY
            else ["contact_name", "registration_number"]
        )
        for name in of_others:
            del self.fields[name]
        if donor.personal_code:
            # As everywhere in the admin it is not shown.
            self.initial["personal_code"] = ""
            self.fields["personal_code"].help_text = _(
                "Leave it empty to keep %(code)s as it is."
            ) % {"code": donor.masked_personal_code}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.donor.email and data.get("email") == "":
            self.add_error("email", _("This donor has an address. Replace it by another one."))
        return data

    def identity(self) -> donors.Identity:
        code = self.cleaned_data.get("personal_code") or self.donor.personal_code
        return donors.Identity(**self.cleaned_data | {"personal_code": code})


class ChangeDonorView(ActionView):
    action = "merge"
    page_title = gettext_lazy("Change details")  # type: ignore[assignment]
    template_name = "donations/admin/identity.html"
    header_icon = "edit"
    object: Donor

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self._is_gone:
            return self._refuse()
        return self.render_to_response(self.get_context_data(form=IdentityForm(self.object)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self._is_gone:
            return self._refuse()
        form = IdentityForm(self.object, request.POST)
        if form.is_valid():
            try:
                changed = donors.change_details(self.object, form.identity(), self.staff)
            except donors.AlreadyKnown:
                text = _("There is another donor with exactly these details. Merge the two.")
                form.add_error(None, text)
            else:
                if changed:
                    messages.success(request, _("Done. The donor is told by e-mail."))
                return self.back()
        return self.render_to_response(self.get_context_data(form=form), status=422)

    @property
    def _is_gone(self) -> bool:
        return bool(self.object.merged_into_id or self.object.erased_at)

    def _refuse(self) -> HttpResponse:
        text = _("This donor was merged or erased; nothing can be changed.")
        messages.error(self.request, text)
        return self.back()
