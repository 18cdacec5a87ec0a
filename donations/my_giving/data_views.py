"""Details, language, consents; all data to take away, and erasing it."""

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from sosbca.core.client_address import client_address

from ..forms import NEWSLETTER_WORDING
from ..models import Donor
from ..services import access, donor_export, donors, erasure, kept
from ..views import SeeOther
from . import showing
from .forms import ConsentForm, DetailsForm, EraseForm, LanguageForm
from .session import Visit, own, public

NOTES = frozenset({"saved", "same", "link-sent", "moved", "joined"})


@own("GET", "HEAD")
def details(request: HttpRequest, visit: Visit) -> HttpResponse:
    return _details(request, visit)


@sensitive_post_parameters()
@own("GET", "HEAD", "POST")
def change_details(request: HttpRequest, visit: Visit, donor_pk: int) -> HttpResponse:
    donor = _own_donor(visit, donor_pk)
    form = DetailsForm(donor, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and not visit.is_new:
        try:
            return _save(request, donor, form)
        except donors.AlreadyKnown:
            form.add_error("name", _("There are details with this name already."))
        except access.TooManyLinks:
            form.add_error("email", _("Too many links were asked for. Please try in an hour."))
        form.finish()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"section": "details", "donor": donor, "form": form}
    return showing.show(request, "donor.html", context, visit=visit, status=status)


def _save(request: HttpRequest, donor: Donor, form: DetailsForm) -> HttpResponse:
    # A form that is shown once more has sent no link.
    with transaction.atomic():
        if email := form.new_address():
            access.ask_to_confirm(donor, email, get_language() or "lv", client_address(request))
        changed = donors.change_details(donor, form.details())
    return details_with("link-sent") if email else _saved(bool(changed))


@own("POST")
def language(request: HttpRequest, visit: Visit) -> HttpResponse:
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _details(request, visit, language_form=form)
    return _saved(donors.change_language(visit.donors, form.cleaned_data["language"]))


@own("POST")
def consents(request: HttpRequest, visit: Visit) -> HttpResponse:
    form = ConsentForm(request.POST)
    form.full_clean()
    wanted = form.cleaned_data["newsletter"]
    wording = str(NEWSLETTER_WORDING)
    return _saved(donors.change_consents(visit.donors, newsletter=wanted, wording=wording))


def _details(request: HttpRequest, visit: Visit, **forms: Any) -> HttpResponse:
    note = request.GET.get("note", "")
    context: dict[str, Any] = {
        "section": "details",
        "note": note if note in NOTES else "",
        "waiting": access.changes_of(visit.donors),
        "language_form": LanguageForm(initial={"language": visit.donors[0].language}),
        "consent_form": ConsentForm(initial={"newsletter": donors.wants_newsletter(visit.donors)}),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if forms else HTTPStatus.OK
    return showing.show(request, "details.html", context | forms, visit=visit, status=status)


def _own_donor(visit: Visit, pk: int) -> Donor:
    found = next((donor for donor in visit.donors if donor.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _saved(changed: bool) -> HttpResponse:
    return details_with("saved" if changed else "same")


def details_with(note: str) -> HttpResponse:
    return SeeOther(f"{reverse('donations:my-giving-details')}?note={note}")


# Data --------------------------------------------------------------------------------------------


@own("GET", "HEAD")
def data(request: HttpRequest, visit: Visit) -> HttpResponse:
    return showing.show(request, "data.html", _data_context(visit), visit=visit)


def _data_context(visit: Visit) -> dict[str, Any]:
    return {
        "section": "data",
        "kept": kept.kept_of([donor.pk for donor in visit.donors]),
        "erasing": any(donor.erase_requested_at for donor in visit.donors),
    }


@own("POST")
def download(request: HttpRequest, visit: Visit) -> HttpResponse:
    packed = donor_export.export(visit.donors, visit.email)
    day = timezone.localdate().isoformat()
    return HttpResponse(
        packed,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="sos-data-{day}.zip"'},
    )


@own("GET", "HEAD", "POST")
def erase(request: HttpRequest, visit: Visit) -> HttpResponse:
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and not visit.is_new:
        if erasure.erase(visit.donors):
            visit.is_over = True
            return SeeOther(reverse("donations:my-giving-erased"))
        return SeeOther(reverse("donations:my-giving-data"))
    running = [shown for shown in showing.pledges_of(visit) if shown.pledge.is_running]
    context = _data_context(visit) | {"form": form, "running": running}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return showing.show(request, "erase.html", context, visit=visit, status=status)


@public("GET", "HEAD")
def erased(request: HttpRequest) -> HttpResponse:
    return showing.show(request, "erased.html")


@own("POST")
def log_out_everywhere(request: HttpRequest, visit: Visit) -> HttpResponse:
    access.end_everywhere(visit.email)
    visit.is_over = True
    return SeeOther(reverse("donations:my-giving-logged-out"))
