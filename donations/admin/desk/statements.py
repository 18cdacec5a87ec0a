"""Yearly statements in the admin: each on its page, and the issue for everybody."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import ModelLogEntry

from ...models import Donor, Statement, StatementRun
from ...services import statements
from ...services.audit import record
from ...views import pdf_response
from .. import wording
from ..actions import ActionView
from ..detail_base import DetailView, Fact
from ..policies import may
from .mails import rows_of


class StatementDetail(DetailView):
    template_name = "donations/admin/statement.html"
    related = ("donor",)
    object: Statement

    def facts(self) -> list[Fact]:
        statement = self.object
        latest = statement.donor.statements.filter(year=statement.year).order_by("-version")[0]
        is_latest = latest.pk == statement.pk
        return [
            Fact(label=_("Document number"), value=statement.reference),
            Fact(
                label=_("State"),
                value=_("In force") if is_latest else _("Replaced"),
                tone="good" if is_latest else "quiet",
            ),
            Fact(
                label=_("Replaced by"),
                value="" if is_latest else latest.reference,
                url=self.link_to(latest, "giving_statements"),
            ),
            Fact(label=_("Year"), value=str(statement.year)),
            Fact(
                label=_("Donor"),
                value=str(statement.donor),
                url=self.link_to(statement.donor, "giving_donors"),
            ),
            Fact(label=_("E-mail"), value=statement.donor.email),
            Fact(label=_("Total"), value=wording.money(statement.total_cents)),
            Fact(label=_("Gifts"), value=str(statement.gifts)),
            Fact(label=_("Issued"), value=wording.day(statement.issued_on)),
            Fact(label=_("Language"), value=statement.get_language_display()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        statement = self.object
        context = super().get_context_data(**kwargs) | {
            "download_url": reverse("giving_statements:download", args=[statement.pk]),
            "mails": rows_of(statement.mails.all()),
        }
        if self.may(Statement, "issue"):
            context["reissue_url"] = reverse("giving_statements:reissue", args=[statement.pk])
            context["send_url"] = reverse("giving_statements:send", args=[statement.pk])
        return context


class DownloadView(ActionView):
    """The PDF; who took it is logged, as it may hold a personal code."""

    action = "view"
    http_method_names = ("get", "options")
    object: Statement

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = pdf_response(self.object)
        record(self.object, "statement.downloaded", user=self.staff)
        return response


class ReissueView(ActionView):
    """Issues the year anew if something has changed since."""

    action = "issue"
    page_title = gettext_lazy("Issue anew")  # type: ignore[assignment]
    template_name = "donations/admin/reissue.html"
    header_icon = "doc-full-inverse"
    object: Statement

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        statement = statements.issue(
            self.object.donor,
            self.object.year,
            user=self.staff,
            sends_mail="sends_mail" in request.POST,
        )
        if statement is None:
            text = _("Nothing has changed since: the statement in force says what was given.")
            messages.info(request, text)
            return self.back()
        text = _("%(number)s was issued.")
        messages.success(request, text % {"number": statement.reference})
        return redirect(reverse(self.inspect_url_name, args=[statement.pk]))


class SendView(ActionView):
    action = "issue"
    page_title = gettext_lazy("Send by e-mail")  # type: ignore[assignment]
    template_name = "donations/admin/send_statement.html"
    header_icon = "mail"
    object: Statement

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if statements.send_again(self.object, self.staff) is None:
            text = _("A message is on its way already, or the donor has no e-mail address.")
            messages.info(request, text)
            return self.back()
        text = _("%(number)s is on its way to %(address)s.")
        facts = {"number": self.object.reference, "address": self.object.donor.email}
        messages.success(request, text % facts)
        return self.back()


class IssueForDonorView(ActionView):
    """A statement for one donor, from the donor's page; the permission is that for statements."""

    action = "view"
    http_method_names = ("post", "options")
    object: Donor

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, Statement, "issue"):
            raise PermissionDenied
        year = request.POST.get("year", "")
        try:
            statement = statements.issue(self.object, int(year), user=self.staff)
        except (ValueError, OverflowError, statements.YearNotOver):
            messages.error(request, _("Choose a year that is over."))
            return self.back()
        if statement is None:
            messages.info(request, _("There is nothing new to state for that year."))
            return self.back()
        messages.success(request, _("%(number)s was issued.") % {"number": statement.reference})
        return redirect(reverse("giving_statements:inspect", args=[statement.pk]))


class RunForm(forms.Form):
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    sends_mail = forms.BooleanField(
        label=gettext_lazy("Send each donor the statement by e-mail"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = timezone.localdate().year - 1
        self.fields["year"].choices = [(year, str(year)) for year in range(last, last - 6, -1)]  # type: ignore[attr-defined]


class StartRunView(WagtailAdminTemplateMixin, TemplateView):
    """The button that issues a year's statements for everybody; asks first."""

    page_title = gettext_lazy("Issue yearly statements")  # type: ignore[assignment]
    template_name = "donations/admin/start_run.html"
    header_icon = "doc-full-inverse"
    index_url_name = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, StatementRun) or not may(request.user, Statement, "issue"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = RunForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        user: Any = request.user
        data = form.cleaned_data
        run = statements.start(data["year"], user, sends_mail=data["sends_mail"])
        if run.sends_mail == data["sends_mail"]:
            messages.success(request, _("The statements are being issued."))
        else:
            text = _(
                "An issue of this year is under way already, and goes on as it was begun: look at "
                "whether it sends e-mail. Whatever it leaves unsent, the next one sends."
            )
            messages.warning(request, text)
        return redirect(reverse("giving_runs:inspect", args=[run.pk]))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("giving_runs:index"), "label": _("Issues of statements")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", RunForm())
        last = timezone.localdate().year - 1
        return super().get_context_data(**kwargs) | {
            "detail_url": reverse("giving_runs:index"),
            "year": last,
            "donors": statements.donors_of(last).count(),
        }


class RunDetail(DetailView):
    """How far a run has come, and whom it failed."""

    template_name = "donations/admin/run.html"
    related = ("started_by",)
    object: StatementRun

    def get_page_subtitle(self) -> str:
        return str(self.object.year)

    def facts(self) -> list[Fact]:
        run = self.object
        is_done = run.status == StatementRun.Status.DONE
        return [
            Fact(
                label=_("Status"),
                value=run.get_status_display(),
                tone="good" if is_done else "waiting",
            ),
            Fact(label=_("Donors"), value=str(run.total)),
            Fact(label=_("Issued"), value=str(run.issued)),
            Fact(label=_("Already up to date"), value=str(run.unchanged)),
            Fact(label=_("Failed"), value=str(run.failed)),
            Fact(label=_("Sends e-mail"), value=_("Yes") if run.sends_mail else _("No")),
            Fact(label=_("Started"), value=wording.moment(run.started_at)),
            Fact(label=_("Last progress"), value=wording.moment(run.touched_at)),
            Fact(label=_("Finished"), value=wording.moment(run.finished_at)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.object
        failed = ModelLogEntry.objects.for_instance(run).filter(action="donations.statement.failed")
        pks: dict[Any, str] = {
            entry.data.get("donor"): entry.data.get("error", "") for entry in failed[:500]
        }
        return super().get_context_data(**kwargs) | {
            "done": run.issued + run.unchanged + run.failed,
            "is_running": run.status == StatementRun.Status.RUNNING,
            "failures": [
                (donor, pks[donor.pk], self.link_to(donor, "giving_donors"))
                for donor in Donor.objects.filter(pk__in=list(pks))
            ],
        }

    def history_subjects(self) -> list[Any]:
        # The failures stand in a list of their own.
        return [] if self.object.failed else [self.object]
