"""Somebody else was faster: who it was, in words, and what was typed in vain."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from donations.admin import wording
from sosbca.users.models import User

from ...models import Case, CaseEvent
from ...services import access
from .forms import name_of

Kind = CaseEvent.Kind

VERDICTS: Final = (Kind.REAL, Kind.SPAM)
MOVES: Final = (Kind.MOVED, Kind.CLOSED, Kind.REOPENED, *VERDICTS)


def who_moved(case: Case) -> str:
    """Who moved the case meanwhile, and where to."""
    last = case.events.filter(kind__in=MOVES).select_related("by").first()
    return _("%(person)s has moved %(case)s to “%(to)s” meanwhile.") % {
        "person": name_of(last.by) if last and last.by else _("Somebody"),
        "case": case,
        "to": case.get_stage_display(),
    }


def who_decided(case: Case) -> str:
    """Who has said whether the case is real or spam, and when; empty while nobody has."""
    last = case.events.filter(kind__in=VERDICTS).select_related("by").first()
    if last is None:
        return ""
    return _("%(person)s has already decided about %(case)s (%(when)s): “%(verdict)s”.") % {
        "person": name_of(last.by) if last.by else _("Somebody"),
        "case": case,
        "when": wording.moment(last.at),
        "verdict": last.get_kind_display(),
    }


class TypedForm(forms.Form):
    """Holds words to be copied: it has no button."""

    typed = forms.CharField(
        label=gettext_lazy("What you typed"),
        help_text=gettext_lazy("Copy it from here if you still need it."),
        widget=forms.Textarea(attrs={"rows": 8, "readonly": True}),
    )


class NothingSaved(WagtailAdminTemplateMixin, TemplateView):
    """The answer to a post about a case that the person may not see (any longer): why, and their
    own words back. It knows the case by no name and no number."""

    http_method_names: tuple[str, ...] = ("post",)
    template_name = "fostering/admin/case_nothing_saved.html"
    page_title = gettext_lazy("Nothing was saved")  # type: ignore[assignment]
    header_icon = "warning"
    reason = ""
    typed = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(), status=HTTPStatus.CONFLICT)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("fostering_cases:index"), "label": _("Cases")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = TypedForm(initial={"typed": self.typed}) if self.typed else None
        return super().get_context_data(**kwargs) | {"reason": self.reason, "form": form}


def nothing_saved(request: HttpRequest, reason: str, typed: str) -> HttpResponse:
    """Say for this reason that nothing was saved, and show what was typed."""
    return NothingSaved.as_view(reason=reason, typed=typed)(request)


def keeps_what_was_typed(
    dispatch: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """For pages about one case: who was typing there while it was given to another centre gets the
    view's `typed_fields` back. Anybody else still learns that there is no such case."""

    @wraps(dispatch)
    def kept(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return dispatch(view, request, *args, **kwargs)
        except (Http404, PermissionDenied):
            if request.method != "POST" or not access.has_lost(
                cast(User, request.user), kwargs["pk"]
            ):
                raise
        posted = (request.POST.get(name, "").strip() for name in view.typed_fields)
        reason = _("The case has been given to another centre meanwhile.")
        return nothing_saved(request, reason, "\n\n".join(filter(None, posted)))

    return kept
