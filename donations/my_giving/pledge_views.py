"""Changes to a pledge. Each is a wish that is recorded first, see `services.wishes`."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from ..asking import may_ask
from ..models import Instalment, Pledge, PledgeWish
from ..services import cards, preferences, wishes
from ..views import SeeOther
from . import showing
from .forms import EndForm, OwnForm, PauseForm, PurposeForm, TermsForm, WishForm
from .session import Visit, own
from .showing import PledgeShown

# What a page may be asked to say; anything else in its address is left out.
NOTES = frozenset({"saved", "same", "card", "card-later", "no-card-page", "not-possible"})


@own("GET", "HEAD")
def pledge(request: HttpRequest, visit: Visit, public_id: UUID) -> HttpResponse:
    shown = showing.pledge_of(visit, public_id)
    note = request.GET.get("note", "")
    instalments = list(shown.pledge.instalments.order_by("-due_at")[:12])
    due = [each for each in instalments if each.status == Instalment.Status.OPEN]
    context = {
        "section": "overview",
        "shown": shown,
        "pledge": shown.pledge,
        "wish": _wish_named(shown.pledge, request.GET.get("wish", "")),
        "note": note if note in NOTES else "",
        "resume_form": WishForm(shown.pledge),
        "instalments": instalments,
        "waits_for_donor": any(each.needs_confirmation for each in due),
    }
    return showing.show(request, "pledge.html", context, visit=visit)


@own("GET", "HEAD", "POST")
def change(request: HttpRequest, visit: Visit, public_id: UUID) -> HttpResponse:
    """Amount, frequency and day."""
    shown = showing.pledge_of(visit, public_id)
    if not shown.may_change:
        return _to(shown.pledge, note="not-possible")
    if request.method != "POST":
        return _form(request, visit, shown, "change.html", TermsForm(shown.pledge))
    form = TermsForm(shown.pledge, request.POST)
    if not form.is_valid() or visit.is_new:
        return _form(request, visit, shown, "change.html", form)
    if not form.changes_anything:
        return _to(shown.pledge, note="same")
    terms, name = form.terms(), form.wish_id("terms")
    return _wished(shown.pledge, lambda: wishes.change_terms(shown.pledge, terms, name))


@own("GET", "HEAD", "POST")
def pause(request: HttpRequest, visit: Visit, public_id: UUID) -> HttpResponse:
    shown = showing.pledge_of(visit, public_id)
    if not shown.may_pause:
        return _to(shown.pledge, note="not-possible")
    if request.method != "POST":
        return _form(request, visit, shown, "pause.html", PauseForm(shown.pledge))
    form = PauseForm(shown.pledge, request.POST)
    if not form.is_valid() or visit.is_new:
        return _form(request, visit, shown, "pause.html", form)
    until = wishes.pause_end(shown.pledge, form.cleaned_data["months"])
    name = form.wish_id("pause")
    return _wished(shown.pledge, lambda: wishes.pause(shown.pledge, until, name))


@own("POST")
def resume(request: HttpRequest, visit: Visit, public_id: UUID) -> HttpResponse:
    shown = showing.pledge_of(visit, public_id)
    form = WishForm(shown.pledge, request.POST)
    if not form.is_valid() or not shown.may_resume:
        return _to(shown.pledge, note="not-possible")
    name = form.wish_id("resume")
    return _wished(shown.pledge, lambda: wishes.resume(shown.pledge, name))


@own("GET", "HEAD", "POST")
def end(request: HttpRequest, visit: Visit, public_id: UUID) -> HttpResponse:
    """One page with one button; a reason is welcome and not needed."""
    shown = showing.pledge_of(visit, public_id)
    form = EndForm(shown.pledge, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not visit.is_new:
        comment, name = form.cleaned_data["comment"], form.wish_id("cancel")
        return _wished(shown.pledge, lambda: wishes.cancel(shown.pledge, name, comment))
    if not shown.may_end:
        return _to(shown.pledge, note="not-possible")
    return _form(request, visit, shown, "end.html", form)


@own("GET", "HEAD", "POST")
def purpose(request: HttpRequest, visit: Visit, public_id: UUID) -> HttpResponse:
    """What the gift is for, and how its receipts come: ours alone, the company need not know."""
    shown = showing.pledge_of(visit, public_id)
    if not shown.may_choose:
        return _to(shown.pledge, note="not-possible")
    if request.method != "POST":
        return _form(request, visit, shown, "purpose.html", PurposeForm(shown.pledge))
    form = PurposeForm(shown.pledge, request.POST)
    if not form.is_valid() or visit.is_new:
        return _form(request, visit, shown, "purpose.html", form)
    try:
        changed = preferences.choose(shown.pledge, **form.cleaned_data)
    except wishes.NotPossible:
        return _to(shown.pledge, note="not-possible")
    return _to(shown.pledge, note="saved" if changed else "same")


@own("POST")
def card(request: HttpRequest, visit: Visit, public_id: UUID) -> HttpResponse:
    """To the payment company's page, which alone ever sees a card."""
    shown = showing.pledge_of(visit, public_id)
    if not shown.may_change_card:
        return _to(shown.pledge, note="not-possible")
    back = reverse("donations:my-giving-card-back", args=[public_id])
    try:
        url = cards.page_url(shown.pledge, get_language() or "lv", settings.SITE_URL + back)
    except cards.CardPageUnavailable:
        return _to(shown.pledge, note="no-card-page")
    return SeeOther(url)


@own("GET", "HEAD")
def card_back(request: HttpRequest, visit: Visit, public_id: UUID) -> HttpResponse:
    """Where the payment company's page sends donors back. Proves nothing by itself: the pledge is
    looked up, whether or not its event has arrived."""
    shown = showing.pledge_of(visit, public_id)
    is_certain = may_ask(f"card-asked:{shown.pledge.pk}") and cards.take_over(shown.pledge)
    return _to(shown.pledge, note="card" if is_certain else "card-later")


def _form(
    request: HttpRequest, visit: Visit, shown: PledgeShown, template: str, form: OwnForm
) -> HttpResponse:
    context = {"section": "overview", "shown": shown, "pledge": shown.pledge, "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return showing.show(request, template, context, visit=visit, status=status)


def _wished(pledge: Pledge, wish: Callable[[], PledgeWish]) -> HttpResponse:
    """Carry the wish out, and show on the pledge's page what came of it."""
    try:
        done = wish()
    except wishes.NotPossible:
        return _to(pledge, note="not-possible")
    return _to(pledge, wish=str(done.pk))


def _to(pledge: Pledge, **query: str) -> HttpResponse:
    address = reverse("donations:my-giving-pledge", args=[pledge.public_id])
    return SeeOther(f"{address}?{urlencode(query)}")


def _wish_named(pledge: Pledge, name: str) -> PledgeWish | None:
    """The wish whose outcome is to be told, if it is about this pledge."""
    try:
        return pledge.wishes.filter(pk=name).first() if name else None
    except ValidationError:
        return None
