"""What staff fill in about a case. Each form is one step, carried out by a service."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sosbca.users.models import User

from ...models import Case, Stage, SupportCentre
from ...services import cases, suspects


class StepForm(forms.Form):
    """Carries the stage that was in view, so that nobody moves what somebody else has moved."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        self.case = case
        kwargs["initial"] = {"seen": case.stage} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def carry_out(self, by: User) -> None:
        """Do it. Errors are those of the service."""
        raise NotImplementedError

    @property
    def is_possible(self) -> bool:
        """Whether the case allows this step at all."""
        return not self.case.is_closed


def _words(label: Any, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=4000, widget=widget, **kwargs)


def name_of(obj: User) -> str:
    """What staff call each other."""
    return obj.get_full_name() or obj.get_username()


def _stages(stages: list[Stage]) -> list[tuple[str, Any]]:
    return [(str(stage), stage.label) for stage in stages]


class MoveForm(StepForm):
    stage = forms.ChoiceField(label=_("To stage"))
    text = _words(_("Why (if it needs saying)"), required=False)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.fields["stage"].choices = _stages(cases.next_stages(case.stage))  # type: ignore[attr-defined]

    def carry_out(self, by: User) -> None:
        data = self.cleaned_data
        cases.move(self.case.pk, data["stage"], seen=data["seen"], by=by, text=data["text"])

    @property
    def is_possible(self) -> bool:
        return super().is_possible and not self.case.awaits_verdict


class CloseForm(StepForm):
    outcome = forms.ChoiceField(label=_("Outcome"))
    text = _words(_("Why"))

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.fields["outcome"].choices = _stages(cases.outcomes(case.stage))  # type: ignore[attr-defined]

    def carry_out(self, by: User) -> None:
        data = self.cleaned_data
        cases.close(self.case.pk, data["outcome"], seen=data["seen"], by=by, text=data["text"])

    @property
    def is_possible(self) -> bool:
        return super().is_possible and not self.case.awaits_verdict


class ReopenForm(StepForm):
    text = _words(_("Why"))

    def carry_out(self, by: User) -> None:
        cases.reopen(self.case.pk, by=by, text=self.cleaned_data["text"])

    @property
    def is_possible(self) -> bool:
        enquiry = self.case.enquiry
        return self.case.is_closed and enquiry.erased_at is None and not enquiry.is_suspect


class AssignForm(StepForm):
    assignee = forms.ModelChoiceField(
        label=_("Looked after by"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
    )

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, initial={"assignee": case.assignee_id}, **kwargs)
        field = cast("forms.ModelChoiceField[User]", self.fields["assignee"])
        leads = Q(groups__permissions__codename="lead_case")
        people = User.objects.filter(leads | Q(support_centres=case.centre), is_active=True)
        field.queryset = people.distinct().order_by("last_name", "username")
        field.label_from_instance = name_of  # type: ignore[method-assign]

    def carry_out(self, by: User) -> None:
        cases.assign(self.case.pk, self.cleaned_data["assignee"], by=by)


class NoteForm(StepForm):
    text = _words(
        _("Note"),
        help_text=_("Stored encrypted. Write what the work needs, and no more."),
    )

    def carry_out(self, by: User) -> None:
        cases.note(self.case.pk, self.cleaned_data["text"], by=by)

    @property
    def is_possible(self) -> bool:
        return self.case.enquiry.erased_at is None


class TaskForm(StepForm):
    text = forms.CharField(label=_("What is to be done"), max_length=200)
    # The browser's own calendar: works by keyboard, in both languages, and without a script.
    due_on = forms.DateField(
        label=_("Due on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_due_on(self) -> Any:
        due = self.cleaned_data["due_on"]
        if due < timezone.localdate():
            raise ValidationError(_now("Choose today or a later day."))
        return due

    def carry_out(self, by: User) -> None:
        data = self.cleaned_data
        cases.add_task(self.case.pk, data["text"], data["due_on"], by=by)


class TransferForm(StepForm):
    centre = forms.ModelChoiceField(label=_("To support centre"), queryset=SupportCentre.objects)
    text = _words(_("Why (if it needs saying)"), required=False)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        field = cast("forms.ModelChoiceField[SupportCentre]", self.fields["centre"])
        field.queryset = SupportCentre.objects.exclude(pk=case.centre_id)

    def carry_out(self, by: User) -> None:
        data = self.cleaned_data
        cases.transfer(self.case.pk, data["centre"], by=by, text=data["text"])


class VerdictForm(StepForm):
    """What looks like spam is one or the other: a button each, above the facts of the case."""


class RealForm(VerdictForm):
    def carry_out(self, by: User) -> None:
        suspects.accept(self.case.pk, seen=self.cleaned_data["seen"], by=by)

    @property
    def is_possible(self) -> bool:
        return self.case.may_be_real


class SpamForm(VerdictForm):
    def carry_out(self, by: User) -> None:
        suspects.dismiss(self.case.pk, by=by)

    @property
    def is_possible(self) -> bool:
        return self.case.awaits_verdict


class ReasonForm(forms.Form):
    """For who is not of the centre."""

    reason = _words(_("Why you have to see this case"))


# By the last part of the address that takes them.
STEPS: dict[str, tuple[type[StepForm], Any]] = {
    "note": (NoteForm, _("Add a note")),
    "move": (MoveForm, _("Move to another stage")),
    "assign": (AssignForm, _("Give to somebody")),
    "task": (TaskForm, _("Add a task")),
    "transfer": (TransferForm, _("Give to another centre")),
    "close": (CloseForm, _("Close the case")),
    "reopen": (ReopenForm, _("Reopen the case")),
    "real": (RealForm, _("It is real")),
    "spam": (SpamForm, _("It is spam")),
}
