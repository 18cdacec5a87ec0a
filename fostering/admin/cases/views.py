"""The list of cases and the page of one."""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from sosbca.users.models import User

from ...models import Case, CaseTask, Stage, SupportCentre
from ...models.choices import AgeBand, Way
from ...services import access, cases, suspects
from .forms import STEPS, NoteForm, ReasonForm, StepForm, VerdictForm, name_of
from .overtaken import keeps_what_was_typed, who_decided, who_moved
from .parts import parts_of

PER_PAGE = 50


class CaseFilters(forms.Form):
    """What the list shows. By default all open cases."""

    state = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        required=False,
        choices=[
            ("", gettext_lazy("All open ones")),
            ("overdue", gettext_lazy("Call overdue")),
            ("suspect", gettext_lazy("Looks like spam")),
            *Stage.choices,
        ],
    )
    centre = forms.ModelChoiceField(
        label=gettext_lazy("Support centre"),
        required=False,
        queryset=SupportCentre.objects.none(),
        empty_label=gettext_lazy("All"),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("Way of helping"),
        required=False,
        choices=[("", gettext_lazy("All")), *Way.choices],
    )
    age = forms.ChoiceField(
        label=gettext_lazy("Age"),
        required=False,
        choices=[("", gettext_lazy("All")), *AgeBand.choices],
    )
    person = forms.ModelChoiceField(
        label=gettext_lazy("Looked after by"),
        required=False,
        queryset=User.objects.none(),
        empty_label=gettext_lazy("All"),
    )
    mine = forms.BooleanField(label=gettext_lazy("Only those I look after"), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["centre"].queryset = access.centres_for(user)  # type: ignore[attr-defined]
        person: Any = self.fields["person"]
        person.queryset = access.assignees_for(user)
        person.label_from_instance = name_of

    def chosen(self) -> QuerySet[Case]:
        """The cases to show, of those that the member of staff may see."""
        self.is_valid()
        data = self.cleaned_data
        found = access.cases_for(self.user)
        state = data.get("state", "")
        if state == "overdue":
            found = cases.overdue(found)
        elif state == "suspect":
            found = suspects.undecided(found)
        elif state:
            found = found.filter(stage=state)
        else:
            found = found.filter(closed_at=None)
        return self.narrowed(found).select_related("enquiry", "centre", "assignee")

    def narrowed(self, found: QuerySet[Case]) -> QuerySet[Case]:
        """Of these cases, those that fit what else was chosen than the stage."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("centre"):
            found = found.filter(centre=data["centre"])
        if data.get("person"):
            found = found.filter(assignee=data["person"])
        if data.get("way"):
            found = found.filter(enquiry__way=data["way"])
        if data.get("age"):
            found = found.filter(enquiry__age_band=data["age"])
        if data.get("mine"):
            found = found.filter(assignee=self.user)
        return found


class CaseView(WagtailAdminTemplateMixin, TemplateView):
    """What the views of cases share."""

    http_method_names: tuple[str, ...] = ("get", "head", "post", "options")
    header_icon = "group"
    # What of a post somebody has typed, in the order in which they saw it.
    typed_fields: tuple[str, ...] = ("subject", "body", "text", "due_on")

    @property
    def staff(self) -> User:
        return cast(User, self.request.user)


class CaseListing(CaseView):
    page_title = gettext_lazy("Cases")  # type: ignore[assignment]
    template_name = "fostering/admin/cases.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.is_staff_of_cases(cast(User, request.user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = CaseFilters(self.staff, self.request.GET)
        page = Paginator(filters.chosen(), PER_PAGE).get_page(self.request.GET.get("p"))
        query = self.request.GET.copy()
        query.pop("p", None)
        return super().get_context_data(**kwargs) | {
            "filters": filters,
            "page": page,
            "now": timezone.now(),
            "kept_query": query.urlencode(),
            "suspects": suspects.undecided(access.cases_for(self.staff)).count(),
            "has_no_centre": not access.centres_for(self.staff).exists(),
        }


class CaseDetail(CaseView):
    """One case. Looking is put on record; a superuser has to say why first."""

    template_name = "fostering/admin/case.html"
    page_title = gettext_lazy("Case")  # type: ignore[assignment]
    # The step that was sent and can't be taken as it is.
    faulty: tuple[str, StepForm] | None = None
    # About what was typed in it, when somebody else was faster.
    kept_words = ""

    @keeps_what_was_typed
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = cast(User, request.user)
        # Before the look-up, so that a number that is there answers like one that isn't.
        if not (access.is_staff_of_cases(user) or access.may_say_why(user)):
            raise PermissionDenied
        related = Case.objects.select_related("enquiry", "centre", "assignee")
        self.case = get_object_or_404(related, pk=kwargs["pk"])
        self.may_see = access.may_see(user, self.case)
        if not self.may_see and not access.may_say_why(user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.may_see:
            access.record_look(self.staff, self.case)
        return super().get(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        return [self.template_name if self.may_see else "fostering/admin/case_reason.html"]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("fostering_cases:index"), "label": _("Cases")},
            {"url": "", "label": str(self.case)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not self.may_see:
            return context | {"form": kwargs.get("form") or ReasonForm(), "case": self.case}
        case = self.case
        open_tasks = case.tasks.filter(done_at=None).select_related("assignee")
        return (
            context
            | parts_of(case, self.staff)
            | {
                "case": case,
                "enquiry": case.enquiry,
                "events": case.events.select_related(
                    "by", "assignee", "from_centre", "to_centre", "mail__outgoing"
                ),
                "tasks": open_tasks,
                "today": timezone.localdate(),
                "is_overdue": cases.overdue(Case.objects.filter(pk=case.pk)).exists(),
                "others": cases.others_of_person(case, self.staff),
                "looks": case.accesses.select_related("user")[:50],
                "kept_words": self.kept_words,
                "verdicts": [step for step in self.steps() if isinstance(step[2], VerdictForm)],
                "steps": [step for step in self.steps() if not isinstance(step[2], VerdictForm)],
            }
        )

    def steps(self) -> Any:
        """Each possible step: its name, its words, its form, and whether it was just refused."""
        for name, (form_class, words) in STEPS.items():
            form = form_class(self.case, auto_id=f"{name}_%s")
            is_faulty = self.faulty is not None and self.faulty[0] == name
            if is_faulty and self.faulty:
                form = self.faulty[1]
            if form.is_possible:
                yield name, words, form, is_faulty

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step = kwargs.get("step", "")
        address = reverse("fostering_cases:inspect", args=[self.case.pk])
        if not self.may_see:
            return self._say_why(address)
        if step == "done":
            key = request.POST.get("task", "")
            task = get_object_or_404(CaseTask, case=self.case, pk=key if key.isdecimal() else 0)
            try:
                cases.finish_task(task.pk, by=self.staff)
            except cases.NotAllowed:
                messages.error(request, _("The task is no longer there."))
            return redirect(address)
        if step not in STEPS:
            raise Http404
        form = STEPS[step][0](self.case, request.POST, auto_id=f"{step}_%s")
        if not form.is_valid():
            if request.POST.get("seen", self.case.stage) != self.case.stage:
                return self._overtaken(step)
            self.faulty = (step, form)
            return self.render_to_response(self.get_context_data(**kwargs), status=422)
        try:
            form.carry_out(self.staff)
        except cases.NotAllowed:
            return self._overtaken(step)
        else:
            messages.success(request, _("Saved."))
        if not access.may_see(self.staff, self.case):
            # Given to another centre.
            return redirect("fostering_cases:index")
        return redirect(address)

    def _overtaken(self, step: str) -> HttpResponse:
        """What was typed stays: in the same step, or as a note when that is possible no more."""
        posted = self.request.POST.dict()
        typed = posted.get("text", "").strip()
        self.case = Case.objects.select_related("enquiry", "centre", "assignee").get(
            pk=self.case.pk
        )
        words = _("The case is no longer as you saw it, or can’t go there. Please look again.")
        decided = who_decided(self.case) if issubclass(STEPS[step][0], VerdictForm) else ""
        if decided:
            words = f"{decided} {_('Nothing of yours was changed.')}"
        elif self.case.stage != posted.get("seen"):
            words = f"{who_moved(self.case)} {_('Nothing of yours was changed.')}"
        messages.error(self.request, words)
        kept: StepForm = STEPS[step][0](
            self.case, posted | {"seen": self.case.stage}, auto_id=f"{step}_%s"
        )
        if not kept.is_possible:
            step, kept = "note", NoteForm(self.case, initial={"text": typed}, auto_id="note_%s")
        if not (typed and kept.is_possible):
            return redirect("fostering_cases:inspect", self.case.pk)
        self.faulty = (step, kept)
        self.kept_words = _("Your text is still here. Look again, then send it, or leave it.")
        return self.render_to_response(self.get_context_data(), status=409)

    def _say_why(self, address: str) -> HttpResponse:
        form = ReasonForm(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        access.say_why(self.staff, self.case, form.cleaned_data["reason"])
        return redirect(address)
