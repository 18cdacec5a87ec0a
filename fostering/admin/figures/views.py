"""The page of figures, and the same enquiries as a file."""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.base import ViewSet

from donations.admin.desk.overview import Drawing, chosen_period, periods
from donations.admin.exports import LoggedExportMixin
from sosbca.users.models import User

from ... import figures
from ...models import Case, SupportCentre
from ...models.choices import Source, Way
from ...services import access
from ...services.audit import record
from ..cases.views import CaseView
from ..cases.viewset import CasesMenuItem
from . import drawings
from .export import COLUMNS, with_first_step


class FigureFilters(forms.Form):
    """Which enquiries count. By default those of the last months, of all centres."""

    period = forms.ChoiceField(
        label=gettext_lazy("Months or year"), required=False, choices=periods
    )
    centre = forms.ModelChoiceField(
        label=gettext_lazy("Support centre"),
        required=False,
        queryset=SupportCentre.objects.none(),
        empty_label=gettext_lazy("All"),
    )

    def __init__(self, user: User, chosen: Any) -> None:
        text, self.months = chosen_period(chosen.get("period", ""))
        super().__init__({"period": text, "centre": chosen.get("centre", "")})
        self.user = user
        self.fields["centre"].queryset = access.centres_for(user)  # type: ignore[attr-defined]

    def chosen(self) -> QuerySet[Case]:
        """The cases that somebody may see, of the chosen centre or of all."""
        self.is_valid()
        found = access.cases_for(self.user)
        centre = self.cleaned_data.get("centre")
        return found.filter(centre=centre) if centre else found


class FiguresView(LoggedExportMixin, CaseView):
    """For who works on cases: of the cases that they may see."""

    page_title = gettext_lazy("Figures of recruitment")  # type: ignore[assignment]
    template_name = "fostering/admin/figures.html"
    header_icon = "view"
    http_method_names = ("get", "head", "options")
    model = Case
    export_columns = COLUMNS
    export_filename = "enquiries"
    # The buttons stand below the charts, and keep the filters.
    header_more_buttons: Any = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.is_staff_of_cases(cast(User, request.user)):
            raise PermissionDenied
        self.filters = FigureFilters(self.staff, request.GET)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_queryset(self) -> QuerySet[Case]:
        """What the file contains."""
        return with_first_step(figures.asked(self.filters.chosen(), self.filters.months))

    def log_export(self, spreadsheet_format: str, rows: int) -> None:
        record(
            self.staff, "figures.exported", user=self.staff, format=spreadsheet_format, rows=rows
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, months = self.filters.chosen(), self.filters.months
        course = figures.course(found, months, timezone.now())
        kept = {name: value for name, value in self.filters.data.items() if value}
        return super().get_context_data(**kwargs) | {
            "filters": self.filters,
            "kept": kept,
            "tiles": drawings.tiles(course, figures.open_now(found)),
            "drawings": self._drawings(found, course) if course.enquiries else [],
            "has_no_centre": not access.centres_for(self.staff).exists(),
        }

    def _drawings(self, found: QuerySet[Case], course: figures.Course) -> list[Drawing]:
        months = self.filters.months
        centres = {centre.pk: centre.name() for centre in access.centres_for(self.staff)}

        def bars(title: str, heading: str, name: str, names: dict[Any, Any]) -> Drawing:
            return drawings.bars(title, heading, figures.by(found, months, name), names)

        shown = [
            drawings.by_month(figures.by_month(found, months)),
            bars(_("How people came"), _("Source"), "enquiry__source", dict(Source.choices)),
            bars(_("Enquiries by support centre"), _("Support centre"), "centre", centres),
            bars(
                _("Enquiries by way of helping"),
                _("Way of helping"),
                "enquiry__way",
                dict(Way.choices),
            ),
            drawings.conversion(course.steps),
        ]
        if any(step.days for step in course.steps):
            shown.append(drawings.times(course.steps))
        return shown


class FiguresViewSet(ViewSet):
    name = "fostering_figures"
    url_prefix = "fostering/figures"
    icon = "view"
    menu_label = gettext_lazy("Figures of recruitment")
    menu_item_class = CasesMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", self.construct_view(FiguresView), name="index")]
