"""What the pages about one case have in common: who gets in, and the way back."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from sosbca.users.models import User

from ...models import Case
from ...services import access
from .overtaken import keeps_what_was_typed
from .views import CaseView


class OneCaseView(CaseView):
    """For who may see the case; `for_leads` for leads alone. A superuser is sent to the case, to
    say why first."""

    for_leads = False
    case: Case

    @keeps_what_was_typed
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = cast(User, request.user)
        if self.for_leads and not access.is_lead(user):
            raise PermissionDenied
        # Before the look-up, so that a number that is there answers like one that isn't.
        if not (access.is_staff_of_cases(user) or access.may_say_why(user)):
            raise PermissionDenied
        related = Case.objects.select_related("enquiry", "centre", "assignee")
        self.case = get_object_or_404(related, pk=kwargs["pk"])
        if not access.may_see(user, self.case):
            if access.may_say_why(user):
                return redirect(self.case_address)
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # These pages show who it is, whether or not the case was opened before.
        access.record_look(self.staff, self.case)
        return super().get(request, *args, **kwargs)

    @property
    def case_address(self) -> str:
        return reverse("fostering_cases:inspect", args=[self.case.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("fostering_cases:index"), "label": _("Cases")},
            {"url": self.case_address, "label": str(self.case)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "case": self.case,
            "enquiry": self.case.enquiry,
            "detail_url": self.case_address,
        }
