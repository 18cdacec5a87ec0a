"""The questions in their order, and where somebody stands in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import SupportCentre
from ..services.enquiries import Answers
from . import forms


@dataclass(frozen=True, slots=True)
class Question:
    """One page. Without a title of its own the only field's label is the heading."""

    number: int
    form_class: type[forms.QuestionForm]
    # In the list of answers, when there is only one field.
    topic: str | Promise = ""
    title: str | Promise = ""

    @property
    def url(self) -> str:
        return reverse("fostering:enquiry-question", args=[self.number])

    def checked(self, answers: Mapping[str, Any]) -> forms.QuestionForm:
        """The form filled in from the draft; valid or not."""
        return self.form_class(dict(answers), answers=answers)


QUESTIONS = (
    Question(1, forms.WayForm, _("Way of helping")),
    Question(2, forms.MunicipalityForm, _("Municipality")),
    Question(3, forms.CentreForm, _("Support centre")),
    Question(4, forms.AgeForm, _("Age")),
    Question(5, forms.HouseholdForm, _("Household")),
    Question(6, forms.ReachForm, title=_("How can we reach you?")),
    Question(7, forms.ContactForm, _("Way of contact"), _("How and when shall we contact you?")),
    Question(8, forms.MoreForm, title=_("Is there anything else?")),
)


def first_open(answers: Mapping[str, Any]) -> Question | None:
    """The first question without a right answer; None when all are answered."""
    return next((each for each in QUESTIONS if not each.checked(answers).is_valid()), None)


def checked_answers(answers: Mapping[str, Any]) -> Answers:
    """All answers as they are to be sent. Raise ValueError when one is missing or wrong."""
    found: dict[str, Any] = {"contact_times": []}
    for question in QUESTIONS:
        form = question.checked(answers)
        if not form.is_valid():
            raise ValueError(f"question {question.number}")
        found |= form.cleaned_data
    return Answers(**found)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as the person reads it before sending."""

    question: Question
    label: str | Promise
    lines: list[str]
    is_text: bool = False


def shown_answers(answers: Mapping[str, Any]) -> Iterator[Shown]:
    """Every answer with its label, in the order of the questions."""
    for question in QUESTIONS:
        form = question.checked(answers)
        form.is_valid()
        fields = list(form)
        for field in fields:
            label = question.topic if len(fields) == 1 else field.label
            value = form.cleaned_data.get(field.name)
            words = dict(getattr(field.field, "choices", ()) or ())
            match value:
                case SupportCentre():
                    lines = [value.name()]
                case list():
                    lines = [str(words[each]) for each in value]
                case _:
                    lines = [str(words.get(value, value))] if value else []
            yield Shown(question, label, lines, is_text=field.name == "message")
