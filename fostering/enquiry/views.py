"""The pages of the enquiry. Reading changes nothing; each answer is kept as soon as it is given."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters

from donations.my_giving.session import public
from donations.views import SeeOther
from sosbca.core.client_address import client_address

from ..models import EnquiryDraft
from ..services import drafts, enquiries
from . import questions
from .forms import CONSENT, LaterForm, QuestionForm, SendForm
from .questions import QUESTIONS, Question
from .session import current, drop, keep
from .sources import source_named, source_of


@public("GET", "HEAD")
def start(request: HttpRequest) -> HttpResponse:
    """What awaits the person; the way back into a draft, or to what was sent."""
    found = current(request)
    context: dict[str, Any] = {"first_url": QUESTIONS[0].url, "count": len(QUESTIONS)}
    if "over" in request.GET and found is None:
        context["is_over"] = True
    if "erased" in request.GET and found is None:
        context["is_erased"] = True
    if found and found[0].enquiry:
        context["sent_url"] = reverse("fostering:enquiry-sent")
    elif found:
        context["resume_url"] = _where_it_stands(found[0])
    else:
        context["first_url"] += f"?source={source_of(request)}"
    response = _show(request, "start.html", context)
    if "erased" in request.GET and found is None:
        drop(response)
    return response


@sensitive_post_parameters()
@public("GET", "HEAD", "POST")
def question(request: HttpRequest, number: int) -> HttpResponse:
    """One question. `change` in the address: from the list of answers, and back to it."""
    if not 1 <= number <= len(QUESTIONS):
        raise Http404
    asked = QUESTIONS[number - 1]
    found = current(request)
    if found and found[0].enquiry and not _begins_anew(request, asked):
        return SeeOther(reverse("fostering:enquiry-sent"))
    if found and found[0].enquiry:
        found = None
    answers = drafts.answers_of(found[0]) if found else {}
    if request.method == "POST":
        return _answer(request, asked, found, answers)
    if found is None and number > 1:
        return SeeOther(f"{reverse('fostering:enquiry')}?over=1")
    form = asked.form_class(initial=answers, answers=answers)
    return _ask(request, asked, form, has_draft=found is not None)


def _begins_anew(request: HttpRequest, asked: Question) -> bool:
    """Whether somebody who has sent an enquiry wants to write another."""
    return asked.number == 1 and ("new" in request.GET)


def _ask(
    request: HttpRequest,
    asked: Question,
    form: QuestionForm,
    *,
    has_draft: bool,
    problem: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    changing = "change" in request.GET
    if changing:
        back = reverse("fostering:enquiry-check")
    elif asked.number > 1:
        back = QUESTIONS[asked.number - 2].url
    else:
        back = reverse("fostering:enquiry")
    context = {
        "question": asked,
        "count": len(QUESTIONS),
        "form": form,
        "back": back,
        "changing": changing,
        "has_draft": has_draft,
        "earlier_lost": "kept" in request.GET,
        "problem": problem,
    }
    return _show(request, "question.html", context, status)


def _answer(
    request: HttpRequest,
    asked: Question,
    found: tuple[EnquiryDraft, str] | None,
    answers: drafts.Answers,
) -> HttpResponse:
    form = asked.form_class(request.POST, answers=answers)
    wants_break = "later" in request.POST
    if not wants_break and not form.is_valid():
        return _ask(
            request,
            asked,
            form,
            has_draft=found is not None,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    given = form.raw()
    if asked.number == 2 and given["municipality"] != answers.get("municipality"):
        # Another place, another suggestion.
        given["centre"] = ""
    language = get_language() or "lv"
    key = _added_to(found, given, language)
    is_new = not key
    if not key:
        try:
            source = source_named(request.GET.get("source", ""))
            _draft, key = drafts.begin(language, client_address(request), given, source)
        except drafts.TooMany:
            return _ask(
                request,
                asked,
                form,
                has_draft=False,
                problem="too-many",
                status=HTTPStatus.TOO_MANY_REQUESTS,
            )
    if wants_break:
        response = SeeOther(reverse("fostering:enquiry-later"))
    else:
        response = SeeOther(_next(request, asked, {**answers, **given}, is_new=is_new))
    keep(response, key)
    return response


def _added_to(found: tuple[EnquiryDraft, str] | None, given: drafts.Answers, language: str) -> str:
    """Add to the draft; return its key, empty when there is none, or none any more."""
    if found is None:
        return ""
    draft, key = found
    try:
        drafts.save(draft.pk, given, language)
    except drafts.Gone:
        return ""
    return key


def _next(request: HttpRequest, asked: Question, answers: drafts.Answers, *, is_new: bool) -> str:
    if is_new and asked.number > 1:
        # The draft was gone: what was just typed is kept, the others have to be asked again.
        return f"{QUESTIONS[0].url}?kept=1"
    if "change" not in request.GET and asked.number < len(QUESTIONS):
        return QUESTIONS[asked.number].url
    missing = questions.first_open(answers)
    return f"{missing.url}?change=1" if missing else reverse("fostering:enquiry-check")


def _where_it_stands(draft: EnquiryDraft) -> str:
    missing = questions.first_open(drafts.answers_of(draft))
    return missing.url if missing else reverse("fostering:enquiry-check")


@sensitive_post_parameters()
@public("GET", "HEAD", "POST")
def check(request: HttpRequest) -> HttpResponse:
    """All answers with a link to change each, the consent, and the button that sends them."""
    found = current(request)
    if found is None:
        return SeeOther(f"{reverse('fostering:enquiry')}?over=1")
    draft, key = found
    if draft.enquiry:
        return SeeOther(reverse("fostering:enquiry-sent"))
    answers = drafts.answers_of(draft)
    missing = questions.first_open(answers)
    if missing:
        return SeeOther(f"{missing.url}?change=1")
    form = SendForm(request.POST if request.method == "POST" else None)
    problem = ""
    if form.is_bound and form.is_valid():
        try:
            enquiries.submit(
                draft.pk,
                questions.checked_answers(answers),
                seen=form.cleaned_data["seen"],
                consent_text=str(CONSENT),
                is_trapped=form.is_trapped,
            )
        except enquiries.ChangedMeanwhile:
            problem = "changed"
        except drafts.Gone:
            return SeeOther(f"{reverse('fostering:enquiry')}?over=1")
        except drafts.TooMany:
            problem = "too-many"
        else:
            response: HttpResponse = SeeOther(reverse("fostering:enquiry-sent"))
            keep(response, key)
            return response
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if problem:
        status = HTTPStatus.CONFLICT if problem == "changed" else HTTPStatus.TOO_MANY_REQUESTS
    context = {
        "answers": list(questions.shown_answers(answers)),
        "form": form,
        "seen": drafts.version_of(draft),
        "problem": problem,
        "back": QUESTIONS[-1].url,
    }
    response = _show(request, "check.html", context, status)
    keep(response, key)
    return response


@sensitive_post_parameters("email")
@public("GET", "HEAD", "POST")
def later(request: HttpRequest) -> HttpResponse:
    """The question where to send the link that leads back to the draft."""
    found = current(request)
    if found is None or found[0].enquiry:
        return SeeOther(f"{reverse('fostering:enquiry')}?over=1")
    draft, key = found
    initial = {"email": drafts.answers_of(draft).get("email", "")}
    form = LaterForm(request.POST if request.method == "POST" else None, initial=initial)
    problem = ""
    if form.is_bound and form.is_valid():
        try:
            drafts.send_link(draft, form.cleaned_data["email"], client_address(request))
        except drafts.TooMany:
            problem = "too-many"
        except drafts.Gone:
            return SeeOther(f"{reverse('fostering:enquiry')}?over=1")
        else:
            response: HttpResponse = SeeOther(reverse("fostering:enquiry-saved"))
            keep(response, key)
            return response
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if problem:
        status = HTTPStatus.TOO_MANY_REQUESTS
    context = {"form": form, "problem": problem, "back": _where_it_stands(draft)}
    return _show(request, "later.html", context, status)


@public("GET", "HEAD")
def saved(request: HttpRequest) -> HttpResponse:
    found = current(request)
    resume = _where_it_stands(found[0]) if found and not found[0].enquiry else ""
    return _show(request, "saved.html", {"resume_url": resume})


@public("GET", "HEAD", "POST")
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in the message leads. Looking changes nothing, because programs that check
    links look too; the button on the page uses the link up."""
    response = _use(request, token) if request.method == "POST" else _look(request, token)
    # The address is the key: no other site learns it. Within this one the origin has to be told,
    # or another site could lead older browsers into a draft of its own and read what is typed.
    response["Referrer-Policy"] = "same-origin"
    return response


def _look(request: HttpRequest, token: str) -> HttpResponse:
    if drafts.can_be_opened(token):
        return _show(request, "open.html", {"token": token})
    if current(request):
        # The same link once more, by who has used it.
        return SeeOther(reverse("fostering:enquiry"))
    return _show(request, "expired.html", {}, HTTPStatus.GONE)


def _use(request: HttpRequest, token: str) -> HttpResponse:
    key = drafts.open_link(token)
    if key is None:
        return _look(request, token)
    draft = drafts.find(key)
    if draft is None or draft.enquiry:
        address = reverse("fostering:enquiry-sent")
    else:
        address = _where_it_stands(draft)
    response = SeeOther(address)
    keep(response, key)
    return response


@public("POST")
def discard(request: HttpRequest) -> HttpResponse:
    """Erase the draft here and now."""
    found = current(request)
    if found and not drafts.discard(found[0]):
        # Sent at the same moment, from another window.
        return SeeOther(reverse("fostering:enquiry-sent"))
    response = SeeOther(f"{reverse('fostering:enquiry')}?erased=1")
    drop(response)
    return response


@public("GET", "HEAD")
def sent(request: HttpRequest) -> HttpResponse:
    """The reference, and what happens next. Names nobody: others may use the computer too."""
    found = current(request)
    enquiry = found[0].enquiry if found else None
    if enquiry is None:
        return SeeOther(reverse("fostering:enquiry"))
    context = {
        "enquiry": enquiry,
        "case": enquiry.case,
        "centre": enquiry.case.centre,
        "has_email": bool(enquiry.email),
        "again_url": f"{QUESTIONS[0].url}?new=1",
    }
    return _show(request, "sent.html", context)


def _show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    return render(request, f"fostering/enquiry/{template}", context, status=status)
