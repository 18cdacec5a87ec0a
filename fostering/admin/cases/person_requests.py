"""What a person may ask for, one action each, for leads: a copy, and erasure."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ...models import Case
from ...services import cases, person_requests
from .one_case import OneCaseView


class PersonRequest(OneCaseView):
    """Asks once, and which of the enquiries with the same contacts are the same person's."""

    for_leads = True
    case_list: list[Case]

    def others(self) -> list[Case]:
        return cases.others_of_person(self.case, self.staff)

    def chosen(self) -> list[Case]:
        """This case, and those of the others that were ticked."""
        ticked = self.request.POST.getlist("other")
        return [self.case, *(case for case in self.others() if str(case.pk) in ticked)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own, *others = person_requests.belongings([self.case, *self.others()])
        return super().get_context_data(**kwargs) | {"own": own, "others": others}


class CopyForPerson(PersonRequest):
    template_name = "fostering/admin/case_copy.html"
    page_title = gettext_lazy("A copy for the person")  # type: ignore[assignment]
    header_icon = "download"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.case.enquiry.erased_at:
            return redirect(self.case_address)
        packed = person_requests.copy(self.chosen(), by=self.staff)
        response = StreamingHttpResponse(packed, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="{self.case}.zip"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


class ErasePerson(PersonRequest):
    template_name = "fostering/admin/case_erase.html"
    page_title = gettext_lazy("Erase the person")  # type: ignore[assignment]
    header_icon = "bin"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person_requests.erase(self.chosen(), by=self.staff)
        messages.success(request, _("Everything about the person was erased. Figures stay."))
        return redirect(self.case_address)
