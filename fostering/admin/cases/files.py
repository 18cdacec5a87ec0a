"""Files of a case: add, hand out, delete."""

import logging
from typing import Any

from cryptography.fernet import InvalidToken
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from wagtail.admin import messages

from ...file_kinds import CONTENT_TYPES
from ...services import case_files
from ...uploads import InMemoryUpload, take_in_memory
from .one_case import OneCaseView

logger = logging.getLogger(__name__)

NOTHING_RUNS: Any = {"sandbox": True, "default-src": [CSP.NONE]}


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, JPEG, PNG or DOCX, at most 10 MB. It is stored encrypted."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.docx"}),
    )

    def __init__(self, *args: Any, handler: InMemoryUpload | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if handler and handler.is_too_large:
            self.fields["file"].error_messages["required"] = _too_large()


def _too_large() -> str:
    return _("The file is too large: at most %(size)s.") % {
        "size": filesizeformat(case_files.LARGEST)
    }


def _in_words(problem: case_files.NotTaken) -> str:
    match problem:
        case case_files.WrongKind():
            return _(
                "This is no PDF, JPEG, PNG or DOCX, whatever its name says. Documents with macros "
                "are not taken either."
            )
        case case_files.TooLarge():
            return _too_large()
        case case_files.TooMany():
            return _("The case has %(number)s files already. Delete one first.") % {
                "number": case_files.MOST
            }
        case _:
            return _("The person was erased, so nothing can be added.")


class AddFile(OneCaseView):
    """The upload is read only after it is clear who sends it, and never touches a disk in clear."""

    template_name = "fostering/admin/case_file_add.html"
    page_title = gettext_lazy("Add a file")  # type: ignore[assignment]
    header_icon = "upload"
    # The upload of somebody who may not see the case is not even read.
    typed_fields = ()

    # The token is in the posted data, which the middleware would read the usual way.
    @method_decorator(csrf_exempt)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.handler = take_in_memory(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"form": kwargs.get("form") or FileForm()}

    @method_decorator(csrf_protect)
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = FileForm(request.POST, request.FILES, handler=self.handler)
        # The form looks for the file, which is when the upload is read.
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                case_files.add(self.case, upload.name, upload.read(), by=self.staff)
            except case_files.NotTaken as problem:
                form.add_error("file", _in_words(problem))
            else:
                messages.success(request, _("Saved."))
                return redirect(self.case_address)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class OneFileView(OneCaseView):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.file_pk = kwargs["file_pk"]

    @property
    def file(self) -> Any:
        return get_object_or_404(self.case.files.select_related("case"), pk=self.file_pk)


# Whatever is in it: should a browser show it after all, nothing of it runs.
@method_decorator(csp_override(NOTHING_RUNS), "dispatch")
@method_decorator(never_cache, "dispatch")
class DownloadFile(OneFileView):
    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        file = self.file
        try:
            content = case_files.read(file, by=self.staff)
        except (InvalidToken, OSError):
            logger.exception("File %d of a case can't be read", file.pk)
            messages.error(request, _("The file is damaged or lost. Tell those who run the site."))
            return redirect(self.case_address)
        response = HttpResponse(content, content_type=CONTENT_TYPES[file.kind])
        response["Content-Disposition"] = content_disposition_header(True, file.name) or ""
        response["X-Content-Type-Options"] = "nosniff"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class DeleteFile(OneFileView):
    template_name = "fostering/admin/case_file_delete.html"
    page_title = gettext_lazy("Delete a file")  # type: ignore[assignment]
    header_icon = "bin"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"file": self.file}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            case_files.delete(self.file, by=self.staff)
        except Http404:
            # Somebody was quicker.
            pass
        else:
            messages.success(request, _("The file was deleted."))
        return redirect(self.case_address)
