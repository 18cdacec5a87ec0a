"""The lists of events: who comes, who waits, who came."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from donations.admin.actions import ActionView
from donations.admin.columns import LinkColumn, MomentColumn
from donations.admin.detail_base import DetailView, Fact
from donations.admin.exports import safe_cell
from donations.admin.viewset_base import LookingViewSet
from donations.admin.wording import moment

from ..models import SignUp, SignUpList
from ..services import sign_ups
from ..services.audit import record

NAME = "recruitment_sign_ups"
Status = SignUp.Status


def with_numbers(events: QuerySet[SignUpList]) -> QuerySet[SignUpList]:
    """The lists with the persons of each state, and those who came."""
    return events.annotate(
        confirmed=Sum("sign_ups__persons", filter=Q(sign_ups__status=Status.CONFIRMED), default=0),
        waiting=Sum("sign_ups__persons", filter=Q(sign_ups__status=Status.WAITING), default=0),
        cancelled=Sum("sign_ups__persons", filter=Q(sign_ups__status=Status.CANCELLED), default=0),
        came=Sum("sign_ups__persons", filter=Q(sign_ups__attended=True), default=0),
    )


class SignUpListing(generic.IndexView):
    any_permission_required = ["view"]
    is_searchable = False
    # It scrolls sideways on a phone, rather than tearing the titles of events.
    table_classname = "listing giving-listing"

    def get_base_queryset(self) -> Any:
        return with_numbers(cast("QuerySet[SignUpList]", super().get_base_queryset()))


class SignUpDetail(DetailView):
    """One event: its numbers, and the people as long as they are known."""

    template_name = "fostering/admin/sign_up_list.html"
    object: SignUpList

    def get_queryset(self) -> QuerySet[Any]:
        return with_numbers(SignUpList.objects.all())

    def get_page_subtitle(self) -> str:
        return self.object.title()

    def facts(self) -> list[Fact]:
        event: Any = self.object
        capacity = str(event.capacity) if event.capacity else _("no limit")
        facts = [
            Fact(label=_("Begins"), value=moment(event.starts_at)),
            Fact(label=_("Place"), value=event.place(), url=event.path()),
            Fact(label=_("Number of places"), value=capacity),
            Fact(label=_("Persons with a place"), value=str(event.confirmed)),
            Fact(label=_("Persons who wait"), value=str(event.waiting)),
            Fact(label=_("Persons who cancelled"), value=str(event.cancelled)),
            Fact(label=_("Sign-up until"), value=moment(event.open_until)),
        ]
        if event.attendance_noted_at:
            facts.append(Fact(label=_("Persons who came"), value=str(event.came)))
        if event.erased_at:
            facts.append(Fact(label=_("Personal data erased"), value=moment(event.erased_at)))
        return facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        event = self.object
        rows = list(event.sign_ups.order_by("position"))
        context["groups"] = [
            (status, [row for row in rows if row.status == status]) for status in Status
        ]
        context["may_manage"] = self.may(SignUpList, "manage") and not event.erased_at
        context["has_day_come"] = timezone.localdate() >= timezone.localdate(event.starts_at)
        for name in ("attendance", "export", "call_off"):
            context[f"{name}_url"] = reverse(f"{NAME}:{name}", args=[event.pk])
        return context


class AttendanceView(ActionView):
    """Ticks for those who came."""

    action = "manage"
    page_title = gettext_lazy("Who came")  # type: ignore[assignment]
    template_name = "fostering/admin/attendance.html"
    header_icon = "clipboard-list"
    object: SignUpList

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invited = self.object.sign_ups.filter(status=Status.CONFIRMED).order_by("position")
        return super().get_context_data(**kwargs) | {"invited": invited}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        came = {int(key) for key in request.POST.getlist("came") if key.isdecimal()}
        sign_ups.note_attendance(self.object.pk, came, self.staff)
        messages.success(request, _("Saved who came."))
        return self.back()


class OfOneView(ActionView):
    """An action on one sign-up of the list."""

    action = "manage"
    object: SignUpList

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sign_up": self.sign_up()}

    def sign_up(self) -> SignUp:
        return get_object_or_404(self.object.sign_ups, pk=self.kwargs["sign_up_pk"])


class CancelView(OfOneView):
    """Cancels for somebody who called."""

    page_title = gettext_lazy("Cancel a sign-up")  # type: ignore[assignment]
    template_name = "fostering/admin/cancel_sign_up.html"
    header_icon = "cross"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            sign_ups.cancel(self.sign_up().pk, self.staff)
        except sign_ups.TooLateError:
            messages.error(request, _("The event has begun: note who came instead."))
        else:
            messages.success(request, _("Cancelled. The person is told by e-mail."))
        return self.back()


class EraseView(OfOneView):
    """Forgets somebody who asks for it."""

    page_title = gettext_lazy("Erase a sign-up")  # type: ignore[assignment]
    template_name = "fostering/admin/erase_sign_up.html"
    header_icon = "bin"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sign_ups.erase(self.sign_up().pk, self.staff)
        messages.success(request, _("Erased. The number stays."))
        return self.back()


class CallOffView(ActionView):
    """Tells everybody that the event will not take place."""

    action = "manage"
    page_title = gettext_lazy("Call off")  # type: ignore[assignment]
    template_name = "fostering/admin/call_off.html"
    header_icon = "cross"
    object: SignUpList

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            sign_ups.call_off(self.object.pk, self.staff)
        except sign_ups.TooLateError:
            messages.error(request, _("The event has begun: note who came instead."))
        else:
            messages.success(request, _("Called off. Everybody is told by e-mail."))
        return self.back()


class ExportView(SpreadsheetExportMixin, ActionView):  # type: ignore[override]
    """The list as a file for a spreadsheet; who took it is logged."""

    action = "view"
    http_method_names = ("get", "options")
    object: SignUpList
    columns = {
        "position": gettext_lazy("No."),
        "status": gettext_lazy("Status"),
        "name": gettext_lazy("Name"),
        "email": gettext_lazy("E-mail"),
        "persons": gettext_lazy("Persons"),
        "language": gettext_lazy("Language"),
        "created_at": gettext_lazy("Signed up"),
        "attended": gettext_lazy("Came"),
    }

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.list_export = list(self.columns)
        self.export_headings = {name: str(words) for name, words in self.columns.items()}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.erased_at:
            raise PermissionDenied
        rows = self.object.sign_ups.order_by("position")
        record(self.object, "sign_up.exported", user=self.staff, rows=rows.count())
        wanted = request.GET.get("format")
        kind = self.FORMAT_CSV if wanted == self.FORMAT_CSV else self.FORMAT_XLSX
        return cast(HttpResponse, self.as_spreadsheet(rows, kind))  # type: ignore[no-untyped-call]

    def get_filename(self) -> str:
        return f"sign-ups-{timezone.localdate(self.object.starts_at).isoformat()}"

    def to_row_dict(self, item: SignUp) -> dict[str, Any]:
        came = {True: _("yes"), False: _("no"), None: ""}[item.attended]
        return {
            "position": item.position,
            "status": item.get_status_display(),
            "name": safe_cell(item.name),
            "email": safe_cell(item.email),
            "persons": item.persons,
            "language": item.language,
            "created_at": safe_cell(item.created_at),
            "attended": came,
        }


class SignUpListViewSet(LookingViewSet):
    model = SignUpList
    name = NAME
    url_prefix = "recruitment/sign-ups"
    menu_label = gettext_lazy("Sign-ups for events")  # type: ignore[assignment]
    icon = "calendar-check"
    actions = ("manage",)
    ordering = "-starts_at"
    index_view_class = SignUpListing
    index_results_template_name = ["wagtailadmin/generic/listing_results.html"]
    inspect_view_class = SignUpDetail
    list_display = (
        LinkColumn("title", NAME, label=gettext_lazy("Event")),
        MomentColumn("starts_at", label=gettext_lazy("Begins"), sort_key="starts_at"),
        Column("capacity", label=gettext_lazy("Number of places")),
        Column("confirmed", label=gettext_lazy("With a place"), sort_key="confirmed"),
        Column("waiting", label=gettext_lazy("Waiting"), sort_key="waiting"),
        Column("came", label=gettext_lazy("Came"), sort_key="came"),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        cancel, erase = self.construct_view(CancelView), self.construct_view(EraseView)
        return [
            *super().get_urlpatterns(),
            self.action_path("attendance", AttendanceView),
            self.action_path("export", ExportView),
            self.action_path("call_off", CallOffView),
            path("<int:pk>/cancel/<int:sign_up_pk>/", cancel, name="cancel"),
            path("<int:pk>/erase/<int:sign_up_pk>/", erase, name="erase"),
        ]
