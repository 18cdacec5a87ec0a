"""An e-mail to the person of a case: from a template or from nothing, changed, looked at, sent."""

import json
import uuid
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from donations.models.choices import Language
from sosbca.core.encryption import digest, readable

from ... import emails
from ...models import CaseMailTemplate, OutgoingMail
from ...models.case_mail import BODY_LENGTH, PLACEHOLDERS, SUBJECT_LENGTH
from ...placeholders import faults_of
from ...services import case_mails
from .one_case import OneCaseView


class TemplateForm(forms.Form):
    """What to begin with."""

    template = forms.ModelChoiceField(
        label=gettext_lazy("Template"),
        required=False,
        queryset=CaseMailTemplate.objects.all(),
        empty_label=gettext_lazy("Without a template"),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=Language.choices
    )


class MailForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    language = forms.ChoiceField(widget=forms.HiddenInput, choices=Language.choices)
    # Tells whether what was looked at is what would be sent.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=SUBJECT_LENGTH)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy(
            "Whole, with greeting and name. Addresses of web pages become links. No health or "
            "criminal data: e-mail is read on its way."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in ("subject", "body"):
            # A name in braces that was left over would reach the person as it is.
            left = [
                each for each in faults_of(data.get(name, ""), ()) if each[1:-1] in PLACEHOLDERS
            ]
            if left:
                text = _("Not filled in yet: %(faults)s") % {"faults": ", ".join(left)}
                self.add_error(name, text)
        return data

    def version(self) -> str:
        data = self.cleaned_data
        return digest(json.dumps([data["subject"], data["body"]]), "case-mail-seen")


class WriteMail(OneCaseView):
    template_name = "fostering/admin/case_mail.html"
    page_title = gettext_lazy("Write an e-mail")  # type: ignore[assignment]
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.chosen = TemplateForm(
            {"language": request.GET.get("language"), "template": request.GET.get("template")}
        )
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = kwargs.get("form") or self._begun()
        language = str(form["language"].value())
        template = self.request.GET.get("template")
        return context | {
            "form": form,
            "preview": kwargs.get("preview"),
            "language_name": dict(Language.choices).get(language, ""),
            "templates": TemplateForm(initial={"language": language, "template": template}),
        }

    def _begun(self) -> MailForm:
        """The form filled in from the chosen template, in the person's language or the chosen."""
        self.chosen.is_valid()
        data = self.chosen.cleaned_data
        language = data.get("language") or self.case.enquiry.language
        initial = {"key": uuid.uuid4(), "language": language}
        if template := data.get("template"):
            draft = case_mails.filled_in(template, self.case, language=language, by=self.staff)
            initial |= draft._asdict()
        return MailForm(initial=initial)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not readable(self.case.enquiry.email):
            return self._refuse()
        form = MailForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        version = form.version()
        if "send" in request.POST and form.cleaned_data["seen"] == version:
            return self._send(form)
        if "send" in request.POST:
            messages.warning(
                request, _("You changed the text. Look at it once more, then send it.")
            )
        # What was looked at goes with the form.
        data: Any = form.data.copy()  # type: ignore[attr-defined]
        data["seen"] = version
        form.data = data
        return self._show(form, preview=self._as_sent(form.cleaned_data))

    def _show(
        self, form: MailForm, status: int = HTTPStatus.OK, preview: Any = None
    ) -> HttpResponse:
        context = self.get_context_data(form=form, preview=preview)
        return self.render_to_response(context, status=status)

    def _as_sent(self, data: dict[str, Any]) -> Any:
        """The message as the person will read it."""
        facts = {
            "subject": " ".join(data["subject"].split()),
            "body": data["body"],
            "reply_to": self.case.centre.email,
        }
        return emails.compose(
            OutgoingMail(
                kind="case",
                language=data["language"],
                recipient=self.case.enquiry.email,
                facts=json.dumps(facts),
            )
        )

    def _send(self, form: MailForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            case_mails.send(
                self.case,
                # Back, changed and sent again is another message; two clicks are the same one.
                key=uuid.uuid5(data["key"], data["language"] + form.version()),
                language=data["language"],
                subject=data["subject"],
                body=data["body"],
                by=self.staff,
            )
        except case_mails.NoAddress:
            # The person was erased meanwhile.
            return self._refuse()
        messages.success(self.request, _("The e-mail is on its way."))
        return redirect(self.case_address)

    def _refuse(self) -> HttpResponse:
        messages.error(self.request, _("There is no e-mail address to write to."))
        return redirect(self.case_address)
