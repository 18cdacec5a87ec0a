"""The form below an event. Pages show it and say what they know; the list is fostering's."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fostering.services import sign_up_lists, sign_ups
from fostering.sign_up_form import SignUpForm
from sosbca.core.client_address import client_address, network_of
from sosbca.core.page_cache import fresh_until

if TYPE_CHECKING:
    from home.models import EventPage

# After the form was taken; chosen so that nobody sees whether the address was known.
TAKEN = "signed-up"


def context_of(page: "EventPage", request: HttpRequest | None) -> dict[str, Any]:
    """What an event's template shows of the sign-up: `sign_up_state` is free, waiting (the next
    has to wait), closed, over, or taken (the visitor has just sent the form); empty without one.
    """
    if not page.takes_sign_ups:
        return {"sign_up_state": ""}
    if request is not None and TAKEN in request.GET:
        return {"sign_up_state": "taken"}
    event = sign_up_lists.current(page.translation_key)
    fresh_until(page.starts_at)
    if page.sign_up_until:
        fresh_until(page.sign_up_until)
    if timezone.now() >= page.starts_at:
        return {"sign_up_state": "over"}
    # A page in preview may have no list yet.
    if event is not None and not event.takes_sign_ups:
        return {"sign_up_state": "closed"}
    is_full = event is not None and sign_up_lists.is_full(event)
    return {
        "sign_up_state": "waiting" if is_full else "free",
        "sign_up_form": SignUpForm(places=event.capacity if event else page.capacity),
        "sign_up_url": form_address(page, request),
        "sign_up_days": settings.RETENTION_SIGN_UP_DAYS,
    }


def form_address(page: "EventPage", request: HttpRequest | None = None) -> str:
    """Where the form is sent, in the language of the page."""
    with translation.override(page.locale.language_code):
        below = page.reverse_subpage("sign_up")
    return f"{page.get_url(request)}{below}"


def take(page: "EventPage", request: HttpRequest) -> HttpResponse:
    """Take the form; show the page again with errors and what was typed when it can't be taken."""
    if not page.takes_sign_ups:
        raise Http404
    address = page.get_url(request) or "/"
    if request.method != "POST":
        return HttpResponseRedirect(f"{address}#sign-up")
    event = sign_up_lists.current(page.translation_key)
    form = SignUpForm(request.POST, places=event.capacity if event else page.capacity)
    problem = ""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_trapped:
        problem = _("Nothing was sent: a field that must stay empty was filled in.")
        status = HTTPStatus.BAD_REQUEST
    elif form.is_valid():
        network = network_of(client_address(request))
        details = form.details(get_language() or settings.LANGUAGE_CODE)
        try:
            sign_ups.sign_up(page.translation_key, details, network)
        except sign_ups.NotOpenError:
            problem = _("The sign-up for this event has closed in the meantime.")
            status = HTTPStatus.CONFLICT
        except sign_ups.TooManySignUpsError:
            problem = _(
                "There were too many sign-ups from your network in the last hour. "
                "Please try again later, or call or write to us."
            )
            status = HTTPStatus.TOO_MANY_REQUESTS
        else:
            response = HttpResponseRedirect(f"{address}?{TAKEN}=1#sign-up")
            response.status_code = HTTPStatus.SEE_OTHER
            return response
    context = {
        **page.get_context(request),
        "sign_up_form": form,
        "sign_up_problem": problem,
    }
    answer = TemplateResponse(request, page.template, context, status=status)
    add_never_cache_headers(answer)
    return answer


def published(page: "EventPage") -> None:
    """Bring the list up to date with an event's page that was published, or close it."""
    source = source_of(page)
    if not source.takes_sign_ups:
        sign_up_lists.close(page.translation_key)
        return
    language = page.locale.language_code
    with translation.override(language):
        place = _place(page)
    sign_up_lists.keep(
        page.translation_key,
        sign_up_lists.EventFacts(
            starts_at=source.starts_at,
            ends_at=source.ends_at,
            capacity=source.capacity,
            open_until=source.sign_up_until or source.starts_at,
        ),
        sign_up_lists.EventWords(
            language=language,
            title=page.title,
            place=place,
            path=page.get_url() or "",
        ),
    )


def withdrawn(page: "EventPage") -> None:
    """Close the list when no version of the event is published any more."""
    versions = type(page).objects.filter(translation_key=page.translation_key, live=True)
    if not versions.exclude(pk=page.pk).exists():
        sign_up_lists.close(page.translation_key)


def source_of(page: "EventPage") -> "EventPage":
    """The version whose facts count: the published Latvian one, where there is one."""
    versions = type(page).objects.filter(translation_key=page.translation_key, live=True)
    return versions.filter(locale__language_code=settings.LANGUAGE_CODE).first() or page


def _place(page: "EventPage") -> str:
    if page.where and page.is_online:
        return _("%(place)s and online") % {"place": page.where}
    return page.where or _("online")
